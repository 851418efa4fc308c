/**
 * The bundle in Node, in a browser, and under a type checker.
 *
 * @module
 */

import ts from "typescript";
import { assert, assertAllClose, assertEquals } from "../assert.ts";
import { chromium, found, openInBrowser } from "./browser.ts";
import { build, BUNDLE, gzipped, MODULE } from "./build.ts";
import { Vi, Vj } from "../../mod.ts";

const HERE = new URL(".", import.meta.url);
await build();

const node = found("node");
if (node === undefined) console.log("SKIPPED: the bundle in Node: no node");

Deno.test("the bundle is small and has no FFI", () => {
  assert(gzipped(MODULE) < 150_000);
  assert(!Deno.readTextFileSync(MODULE).includes("dlopen"));
});

Deno.test({
  name: "the bundle in Node computes what Deno does",
  ignore: node === undefined,
  async fn() {
    const script = `
      import assert from "node:assert/strict";
      import * as allpairs from "${MODULE.pathname}";
      const { devices, doctor, grad, tensor, Vi, Vj } = allpairs;
      assert.deepEqual(devices().map((d) => d.name), ["cpu"]);
      assert.match(doctor(), /cuda: not part of this build/);
      const x = tensor(Float64Array.from({ length: 60 }, (_, k) => Math.sin(k)), [20, 3]).requiresGrad();
      const a = Vi(x).sqdist(Vj(x)).neg().exp().sum("j");
      assert.throws(
        () => Vi(x).sqdist(Vj(x)).sum("j", { backend: "cuda" }),
        (e) => e.name === "DeviceUnavailableError" && /this build of allpairs is for the CPU/.test(e.message),
      );
      const [g] = grad(a.sum(), [x]);
      console.log(JSON.stringify([...await a.data(), ...await g.data()]));
    `;
    const { success, stdout, stderr } = await new Deno.Command(node ?? "", {
      args: ["--input-type=module", "-e", script],
    }).output();
    assert(success, new TextDecoder().decode(stderr));
    const numbers: number[] = JSON.parse(new TextDecoder().decode(stdout));
    const x = Float64Array.from({ length: 60 }, (_, k) => Math.sin(k));
    const points = { data: x, shape: [20, 3] };
    const a = Vi(points).sqdist(Vj(points)).neg().exp().sum("j");
    assertEquals(numbers.length, 80);
    assertAllClose(numbers.slice(0, 20), a.dataSync(), 1e-14);
  },
});

Deno.test("the bundle's types are there and are right", () => {
  const consumer = new URL("consumer.ts", BUNDLE).pathname;
  const check = (line: string): string[] => {
    Deno.writeTextFileSync(
      consumer,
      `import { grad, sum, tensor, Vi, Vj, type Tensor } from "./types/mod.js";\n${line}\n`,
    );
    const program = ts.createProgram([consumer], {
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      types: [],
      target: ts.ScriptTarget.ESNext,
      lib: ["lib.esnext.d.ts", "lib.dom.d.ts"],
      module: ts.ModuleKind.NodeNext,
    });
    return ts.getPreEmitDiagnostics(program).map((d) =>
      ts.flattenDiagnosticMessageText(d.messageText, "\n")
    );
  };
  assertEquals(
    check(
      `const a: Tensor = Vi([[1]]).sqdist(Vj([[2]])).sum("j");
       export const [g] = grad(a, [tensor([1])]);
       export const b = sum.j\`\${[1]}_i * \${[2]}_j\`;`,
    ),
    [],
  );
  const [message] = check(`export const a: string = Vi([[1]]).sum("j");`);
  assert(message.includes("not assignable to type 'string'"), message);
});

/** Opens the page in a browser; gives what it posts. */
function inBrowser(isolated: boolean): Promise<unknown> {
  const files: Record<string, readonly [string, string]> = {
    "/": [Deno.readTextFileSync(new URL("page.html", HERE)), "text/html"],
    "/allpairs.js": [Deno.readTextFileSync(MODULE), "text/javascript"],
  };
  const headers: Record<string, string> = isolated
    ? {
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
    }
    : {};
  return openInBrowser((path) => files[path], headers);
}

for (const isolated of [false, true]) {
  const where = isolated ? "with shared memory" : "without shared memory";
  Deno.test({
    name: `the bundle in a browser draws a Gaussian sum, ${where}`,
    ignore: chromium === undefined,
    sanitizeOps: false,
    sanitizeResources: false,
    async fn() {
      const result = await inBrowser(isolated) as Record<string, unknown>;
      assertEquals(result.isolated, isolated);
      assertEquals(result.backends, ["wasm", "js", "reference"]);
      // Three Gaussians of width 0.1, all but cut off by the borders.
      const plane = 3 * Math.PI / 50 * 200 * 200;
      assert(Math.abs(result.sum as number / plane - 1) < 0.02);
      assertEquals(result.red, 255);
    },
  });
}
