/**
 * The notebooks run from top to bottom in the Deno kernel, and their plots are
 * valid.
 *
 * @module
 */

import { compile, type TopLevelSpec } from "vega-lite";
import { assert, assertEquals } from "../assert.ts";

const NOTEBOOKS = new URL("../../examples/notebooks/", import.meta.url);

interface Output {
  readonly output_type: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

interface Cell {
  readonly cell_type: string;
  readonly outputs?: readonly Output[];
  readonly execution_count?: number | null;
}

/** The first Python that has what `execute.py` needs. */
const python = ["python3", "/usr/bin/python3"].find((command) => {
  try {
    return new Deno.Command(command, {
      args: ["-c", "import jupyter_client, nbformat"],
      stdout: "null",
      stderr: "null",
    }).outputSync().success;
  } catch {
    return false;
  }
});
if (python === undefined) {
  console.log(
    "SKIPPED: notebooks: apt-get install python3-jupyter-client python3-nbformat",
  );
}

/** A folder with the kernel of this very Deno. */
function kernelFolder(): string {
  const folder = Deno.makeTempDirSync();
  Deno.mkdirSync(`${folder}/kernels/deno`, { recursive: true });
  const kernel = {
    argv: [
      Deno.execPath(),
      "jupyter",
      "--kernel",
      "--conn",
      "{connection_file}",
    ],
    display_name: "Deno",
    language: "typescript",
  };
  Deno.writeTextFileSync(
    `${folder}/kernels/deno/kernel.json`,
    JSON.stringify(kernel),
  );
  return folder;
}

/** Executes a notebook; gives its cells with their outputs. */
async function executed(name: string, folder: string): Promise<Cell[]> {
  const { success, stdout, stderr } = await new Deno.Command(
    python ?? "python3",
    {
      args: [
        new URL("execute.py", import.meta.url).pathname,
        new URL(name, NOTEBOOKS).pathname,
        folder,
      ],
      env: { NO_COLOR: "1" },
    },
  ).output();
  assert(success, new TextDecoder().decode(stderr).slice(-3000));
  return JSON.parse(new TextDecoder().decode(stdout)).cells;
}

const names = [...Deno.readDirSync(NOTEBOOKS)]
  .map(({ name }) => name)
  .filter((name) => name.endsWith(".ipynb"))
  .sort();

const VEGA = "application/vnd.vegalite.v5+json";

for (const name of names) {
  Deno.test({
    name: `notebook ${name}`,
    ignore: python === undefined,
    async fn() {
      const folder = kernelFolder();
      try {
        const cells = await executed(name, folder);
        const code = cells.filter((c) => c.cell_type === "code");
        assertEquals(
          code.map((c) => c.execution_count),
          code.map((_, k) => k + 1),
        );
        const outputs = code.flatMap((c) => c.outputs ?? []);
        assert(outputs.every((o) => o.output_type !== "error"));
        assert(outputs.some((o) => o.data !== undefined), "nothing is shown");
        const source = Deno.readTextFileSync(new URL(name, NOTEBOOKS));
        assertEquals(
          outputs.filter(({ data }) => data?.[VEGA] !== undefined).length,
          source.split("new Plot(").length - 1,
        );
        for (const { data } of outputs) {
          const spec = data?.[VEGA] as TopLevelSpec | undefined;
          if (spec === undefined) continue;
          const warnings: string[] = [];
          const warn = (...words: readonly unknown[]) => {
            warnings.push(words.join(" "));
            return logger;
          };
          const logger = {
            level: () => 0,
            error: warn,
            warn,
            info: () => logger,
            debug: () => logger,
          };
          compile(spec, { logger: logger as never });
          assertEquals(warnings, []);
        }
      } finally {
        Deno.removeSync(folder, { recursive: true });
      }
    },
  });
}

Deno.test("tensors and LazyTensors display themselves in notebooks", async () => {
  const { tensor, Vi, Vj } = await import("../../mod.ts");
  const display = (x: object) =>
    (x as Record<symbol, () => Record<string, string>>)[
      Symbol.for("Jupyter.display")
    ]();
  assert(display(tensor([[1, 2]]))["text/html"].includes("<table"));
  assert(display(Vi([1]).sub(Vj([2])))["text/markdown"].includes("LazyTensor"));
});
