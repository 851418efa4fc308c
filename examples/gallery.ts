/**
 * Runs the examples of the gallery at their real sizes, and says how long each
 * of them took: `deno task gallery [names]`. With `pictures` it makes those of
 * the README instead, at smaller sizes: `deno task gallery:pictures`. With
 * `tiny` it only sees that all of them run, in `out/tiny`.
 *
 * @module
 */

import { type Application, GALLERY } from "./helpers/list.ts";

const HERE = new URL(".", import.meta.url);

const ROOT = new URL("../", HERE);

/** What runs one example, at a given size, in a given folder. */
function command(
  { name }: Application,
  { size, cwd }: { readonly size?: string | undefined; readonly cwd: URL },
): Deno.Command {
  const output = cwd === ROOT ? "inherit" : "piped";
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      `--allow-read=${ROOT.pathname}`,
      "--allow-write=out",
      new URL(`${name}.ts`, HERE).pathname,
      ...size?.split(" ").filter((part) => part !== "") ?? [],
    ],
    cwd,
    stdout: output,
    stderr: output,
  });
}

/** Runs one example; how many seconds it took, or NaN where it failed. */
function run(example: Application, size?: string): number {
  console.log(`\n== ${example.name}`);
  const start = performance.now();
  const { success } = command(example, { size, cwd: ROOT }).outputSync();
  return success ? (performance.now() - start) / 1000 : NaN;
}

/** Whether a file is a picture with nothing undefined in it. */
function drawing(path: string | undefined, folder: URL): boolean {
  if (path === undefined) return false;
  const text = Deno.readTextFileSync(new URL(path, folder));
  const drawn = text.replaceAll(/"data:[^"]*"/g, "");
  return text.startsWith("<svg") && !/NaN|Infinity|undefined/.test(drawn);
}

/** Runs all of them at the smallest sizes, two at a time. */
async function tiny(): Promise<void> {
  const cwd = new URL("out/tiny/", ROOT);
  Deno.mkdirSync(cwd, { recursive: true });
  const left = [...GALLERY];
  let failed = 0;
  const work = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const { success, stdout, stderr } = await command(next, {
        size: next.tiny,
        cwd,
      }).output();
      const [said, error] = [stdout, stderr].map((bytes) =>
        new TextDecoder().decode(bytes)
      );
      const drawn = success && drawing(/(out\/\w+\.svg)/.exec(said)?.[1], cwd);
      console.log(`${next.name}: ${drawn ? "drawn" : "failed"}`);
      if (drawn) continue;
      failed++;
      console.log(said, error);
    }
  };
  await Promise.all([work(), work()]);
  if (failed > 0) Deno.exit(1);
}

/** The pictures of the README, from `out/` into `docs/pictures/`. */
function pictures(): void {
  const target = new URL("docs/pictures/", ROOT);
  Deno.mkdirSync(target, { recursive: true });
  for (const example of GALLERY) {
    if (example.small === undefined) continue;
    if (Number.isNaN(run(example, example.small))) Deno.exit(1);
    const name = `${example.name}.svg`;
    Deno.copyFileSync(
      new URL(`out/${name}`, ROOT),
      new URL(name, target),
    );
  }
}

function gallery(names: readonly string[]): void {
  const chosen = GALLERY.filter(({ name }) =>
    names.length === 0 || names.includes(name)
  );
  const times = chosen.map((example) => run(example));
  console.log(
    "\n| example              | seconds |\n| -------------------- | ------- |",
  );
  chosen.forEach(({ name }, k) =>
    console.log(
      `| ${name.padEnd(20)} | ${
        (Number.isNaN(times[k]) ? "failed" : times[k].toFixed(1)).padStart(7)
      } |`,
    )
  );
  if (times.some(Number.isNaN)) Deno.exit(1);
}

if (import.meta.main) {
  if (Deno.args[0] === "pictures") pictures();
  else if (Deno.args[0] === "tiny") await tiny();
  else gallery(Deno.args);
}
