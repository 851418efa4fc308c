/**
 * Runs the examples of the gallery at their real sizes, and says how long each
 * of them took: `deno task gallery [names]`. With `pictures` it makes those of
 * the README instead, at smaller sizes: `deno task gallery:pictures`.
 *
 * @module
 */

import { type Application, GALLERY } from "./helpers/list.ts";

const HERE = new URL(".", import.meta.url);

/** Runs one example; how many seconds it took, or NaN where it failed. */
function run({ name }: Application, ...sizes: string[]): number {
  console.log(`\n== ${name}`);
  const start = performance.now();
  const file = new URL(`${name}.ts`, HERE).pathname;
  const { success } = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--allow-read=.",
      "--allow-write=out",
      file,
      ...sizes,
    ],
    cwd: new URL("..", HERE),
    stdout: "inherit",
    stderr: "inherit",
  }).outputSync();
  return success ? (performance.now() - start) / 1000 : NaN;
}

/** The pictures of the README, from `out/` into `docs/pictures/`. */
function pictures(): void {
  const target = new URL("../docs/pictures/", HERE);
  Deno.mkdirSync(target, { recursive: true });
  for (const example of GALLERY) {
    if (example.small === undefined) continue;
    if (Number.isNaN(run(example, example.small))) Deno.exit(1);
    const name = `${example.name}.svg`;
    Deno.copyFileSync(
      new URL(`../out/${name}`, HERE),
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
  else gallery(Deno.args);
}
