/**
 * The library computes without any permission, and does nothing when it is
 * imported.
 *
 * @module
 */

import { assert, assertEquals } from "./assert.ts";

const ROOT = new URL("../", import.meta.url);

/** Runs a script without configuration and without permissions. */
async function run(script: string): Promise<string> {
  const process = new Deno.Command(Deno.execPath(), {
    args: "run --no-prompt --no-config --no-check --ext=ts -".split(" "),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(script));
  await writer.close();
  const { success, stdout, stderr } = await process.output();
  const [out, error] = [stdout, stderr].map((b) => new TextDecoder().decode(b));
  assert(success, error);
  return out.trim();
}

Deno.test("a script that computes needs no permission", async () => {
  const out = await run(`
    import { grad, tensor, Vi, Vj } from "${ROOT}mod.ts";
    const x = tensor([[0, 0], [1, 0]]).requiresGrad();
    const a = Vi(x).sqdist(Vj([[0, 1], [2, 0]])).neg().exp().sum("j");
    const [g] = grad(a.sum(), [x]);
    console.log(a.shape.join(), g.shape.join(), (await a.data()).length);
  `);
  assertEquals(out, "2,1 2,2 2");
});

Deno.test("an import touches nothing of Deno", async () => {
  const out = await run(`
    const touched = [];
    const seen = new Proxy(globalThis.Deno, {
      get: (target, name) => (touched.push(String(name)), target[name]),
    });
    const log = console.log;
    Object.defineProperty(globalThis, "Deno", { value: seen });
    await import("${ROOT}mod.ts");
    Object.defineProperty(globalThis, "Deno", { value: undefined });
    log(JSON.stringify(touched));
  `);
  assertEquals(out, "[]");
});

Deno.test("the library computes where there is no Deno", async () => {
  const out = await run(`
    delete globalThis.Deno;
    const { Vi, Vj } = await import("${ROOT}mod.ts");
    const a = Vi([0, 1]).sqdist(Vj([0, 2])).sum("j");
    console.log(a.arraySync().join());
  `);
  assertEquals(out, "4,2");
});

Deno.test({
  name: "the library computes with no permissions at all",
  permissions: "none",
  fn: async () => {
    const { kernelSolve, Vi, Vj, tensor } = await import("../mod.ts");
    const x = tensor([[0], [1], [3]]);
    const k = Vi(x).sqdist(Vj(x)).neg().exp();
    assertEquals(k.solve([1, 2, 3], { alpha: 1 }).shape, [3]);
    assertEquals(typeof kernelSolve, "function");
    assertEquals(typeof k.explain(), "string");
  },
});
