/**
 * The gallery is complete: every application is in the README and has a file,
 * every picture of the README is there and small, every reference was made
 * with inputs that are still there.
 */

import { GALLERY } from "../../examples/helpers/list.ts";
import { assert, assertEquals, assertStringIncludes } from "../assert.ts";
import { INPUTS } from "./inputs.ts";
import { referenceOf } from "./reference.ts";

const ROOT = new URL("../../", import.meta.url);
const read = (path: string) => Deno.readTextFileSync(new URL(path, ROOT));

Deno.test("every application is in the README, and says how to run it", () => {
  const readme = read("README.md").replaceAll(/ +/g, " ");
  for (const { name, what, heart, beside } of GALLERY) {
    assertStringIncludes(
      readme,
      `| ${what} | [\`${name}\`](examples/${name}.ts) | ${heart} | ${beside} |`,
    );
    const source = read(`examples/${name}.ts`);
    assertStringIncludes(source, "import.meta.main");
    // The demo has a task of its own.
    if (name !== "demo") {
      assertStringIncludes(
        source,
        `deno run --allow-write=out examples/${name}.ts`,
      );
    }
  }
});

Deno.test("the pictures of the README are there, and small", () => {
  const readme = read("README.md");
  const shown = GALLERY.filter(({ small }) => small !== undefined);
  assertEquals(shown.length, 4);
  for (const { name } of shown) {
    const path = `docs/pictures/${name}.svg`;
    assertStringIncludes(readme, `(${path})](examples/${name}.ts)`);
    const text = read(path);
    assert(text.startsWith("<svg xmlns="), path);
    assert(text.length < 160e3, `${path} has ${text.length} bytes`);
    assert(!text.includes("NaN"), path);
  }
});

Deno.test("every application runs at a small size, and draws", async () => {
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      `--allow-read=${ROOT.pathname}`,
      `--allow-write=${ROOT.pathname}out`,
      "--allow-run",
      "examples/gallery.ts",
      "tiny",
    ],
    cwd: ROOT,
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert(success, text);
  for (const { name } of GALLERY) assertStringIncludes(text, `${name}: drawn`);
});

Deno.test("every input has its reference", () => {
  for (const name of Object.keys(INPUTS)) {
    const file = JSON.parse(read(`tests/gallery/data/${name}.json`));
    assert(Object.keys(file.results).length > 0, name);
    assertStringIncludes(Object.keys(file.versions).join(), "sklearn");
  }
});

Deno.test("an answer that is not there is told", () => {
  try {
    referenceOf("iris").answer("nothing");
  } catch (error) {
    return assertStringIncludes(`${error}`, 'iris.json has no "nothing"');
  }
  throw new Error("nothing was told");
});
