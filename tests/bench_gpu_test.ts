/**
 * The run of all times and checks on a GPU works: at tiny sizes, on the
 * emulator.
 *
 * @module
 */

import { suitesSay, verdictOf } from "../bench/gpu/tools.ts";
import { MORE_WORKS } from "../bench/gpu/more_works.ts";
import { programOf } from "../bench/gpu/predicted.ts";
import { numbers, WORKS } from "../bench/gpu/works.ts";
import { assert, assertEquals } from "./assert.ts";
import { ON_EMULATOR } from "./emulator_hooks.ts";

const ignore = !ON_EMULATOR;

/** Runs a program of `bench` with more environment. */
async function run(args: string[], env: Record<string, string>) {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", ...args],
    env: { NO_COLOR: "1", ...env },
  }).output();
  return { code, text: new TextDecoder().decode(stdout) };
}

Deno.test({
  name: "all times and checks on a GPU are taken and written",
  ignore,
  async fn() {
    const folder = await Deno.makeTempDir();
    try {
      const { code, text } = await run(
        ["bench/gpu.ts", "--tiny", "--no-peer", "--no-more", "--no-tests"],
        { OUT: folder, COMPUTE_SANITIZER: "/nowhere/compute-sanitizer" },
      );
      assertEquals(code, 0, text);
      const found = JSON.parse(
        await Deno.readTextFile(`${folder}/gpu.json`),
      );
      assertEquals(found.rows.length, 7);
      for (const { warm, device, first } of found.rows) {
        assert(warm > 0 && device >= 0 && first > 0);
      }
      assertEquals(found.first.cold.length, 3);
      assertEquals(found.first.disk.length, 3);
      assertEquals(found.notes, []);
      assert(text.includes("there is no /nowhere/compute-sanitizer"), text);
      assert(/gradient of a sum, 300 points, D = 3 +\d/.test(text), text);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "one kernel of each scheme runs, and planted mistakes are found",
  ignore,
  async fn() {
    const script = "bench/gpu/schemes.ts";
    const env = {
      ALLPAIRS_EMULATOR_CHECK: "1",
      ALLPAIRS_EMULATOR_QUIET: "1",
    };
    const [fine, ...planted] = await Promise.all([
      run([script], {}),
      run([script, "memcheck"], env),
      run([script, "racecheck"], env),
    ]);
    assert(/^\d+ results on allpairs emulator/.test(fine.text), fine.text);
    assertEquals(planted.map(({ code }) => code), [1, 1]);
  },
});

Deno.test("each work is a program, and has a bound and a name of its own", () => {
  const works = [...WORKS, ...MORE_WORKS];
  assertEquals(new Set(works.map(({ name }) => name)).size, works.length);
  for (const work of works) {
    assert(work.bound > 1e-5 && work.bound < 1, work.name);
    assertEquals(programOf(work).outputs.length, 1);
  }
});

Deno.test("what compute-sanitizer says is understood", () => {
  const says = (output: string, success = true) => ({ output, success });
  const clean = says("========= ERROR SUMMARY: 0 errors");
  const errors = says("========= ERROR SUMMARY: 3 errors", false);
  const races = says("RACECHECK SUMMARY: 1 hazard displayed", false);
  const refusal = says("Error: Device not supported. ERROR SUMMARY: 1", false);
  assertEquals(verdictOf(clean, false), "passed");
  assertEquals(verdictOf(clean, true), "failed");
  assertEquals(verdictOf(errors, false), "failed");
  assertEquals(verdictOf(errors, true), "passed");
  assertEquals(verdictOf(races, true), "passed");
  assert(verdictOf(refusal, true).startsWith("refused"));
  assert(verdictOf(says("Segmentation fault", false), false).includes("re"));
});

Deno.test("what the tests say of themselves is added up", () => {
  const file = (passed: number, failed: number) =>
    `${failed ? "FAILED" : "ok"} | ${passed} passed | ${failed} failed (3s)\n`;
  const all = file(3, 0) + file(4, 0);
  const whole = { success: true, output: `${all}All 2 files passed.` };
  assertEquals(suitesSay(whole), ["7 passed, 0 failed", "passed"]);
  const stopped = { success: false, output: all };
  assertEquals(suitesSay(stopped), ["7 passed, 0 failed", undefined]);
  const bad = { success: false, output: file(3, 0) + file(4, 1) };
  assertEquals(suitesSay(bad), ["7 passed, 1 failed", "failed"]);
  const hung = `${all}1 of 3 files failed:\nx_test.ts: ended after 120 s`;
  assertEquals(suitesSay({ success: false, output: hung })[1], "failed");
});

Deno.test("the numbers of a cloud are spread over the unit interval", () => {
  const x = numbers("x", 10000);
  assert(Math.abs(x.reduce((s, v) => s + v) / 10000 - 0.5) < 0.01);
  assertEquals(new Set(x).size > 9990, true);
  assert(numbers("y", 3)[0] !== x[0]);
  assert(x.every((v) => v >= 0 && v < 1));
});
