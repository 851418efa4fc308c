/** Line searches: the strong Wolfe conditions on functions made to be hard. */

import { strongWolfe, type Trial } from "../../src/train/line_search.ts";
import { assert, assertEquals } from "../assert.ts";

/** A value and a derivative at one step. */
type Along = (t: number) => readonly [number, number];

/** Functions of Moré and Thuente's tables (ACM TOMS 1994), and others. */
const FUNCTIONS: Readonly<Record<string, Along>> = {
  "(5.1) a far minimum": (t) => [
    -t / (t * t + 2),
    (t * t - 2) / (t * t + 2) ** 2,
  ],
  "(5.2) a flat start": (t) => {
    const u = t + 0.004;
    return [u ** 5 - 2 * u ** 4, 5 * u ** 4 - 8 * u ** 3];
  },
  "(5.4) steep at both ends": (t) => {
    const [b, c] = [1e-3, 1e-3].map((e) => Math.sqrt(1 + e * e) - e);
    const [r, s] = [Math.hypot(1 - t, 1e-3), Math.hypot(t, 1e-3)];
    return [b * r + c * s, -b * (1 - t) / r + c * t / s];
  },
  "a wall": (t) =>
    t < 1 ? [-t - 0.01 * Math.log(1 - t), -1 + 0.01 / (1 - t)] : [NaN, NaN],
  "an infinite wall": (t) =>
    t <= 2 ? [(t - 1.9) ** 2, 2 * (t - 1.9)] : [Infinity, Infinity],
  "waves": (t) =>
    [
      0.05 * t * t - t + 0.3 * Math.sin(5 * t),
      0.1 * t - 1 + 1.5 * Math.cos(5 * t) - 1.5,
    ].map((v, k) => k === 0 ? v - 1.5 * t : v) as [number, number],
};

for (const [name, along] of Object.entries(FUNCTIONS)) {
  Deno.test(`strong Wolfe conditions: ${name}`, () => {
    for (const first of [1e-3, 1e-1, 1, 10, 1e3]) {
      let count = 0;
      const evaluate = (step: number): Trial => {
        count++;
        const [value, slope] = along(step);
        return { step, value, slope };
      };
      const start = evaluate(0);
      const found = strongWolfe(start, first, evaluate, {
        decrease: 1e-4,
        curvature: 0.1,
        trials: 60,
      });
      assert(found !== undefined, `nothing from ${first}`);
      const { step, value, slope } = found;
      assert(value <= start.value + 1e-4 * step * start.slope, `${first}`);
      // Values near a minimum are equal before the slope is 0: less than this
      // they cannot tell.
      const flat = Math.max(-0.1 * start.slope, 1e-7);
      assert(Math.abs(slope) <= flat, `${first}: ${slope}`);
      assert(count < 45, `${count} trials from ${first}`);
    }
  });
}

Deno.test("where nothing is lower, nothing is found", () => {
  // The slope promises what no value keeps.
  const evaluate = (step: number): Trial => ({ step, value: step, slope: -1 });
  const options = { decrease: 1e-4, curvature: 0.9, trials: 20 };
  assertEquals(strongWolfe(evaluate(0), 1, evaluate, options), undefined);
});

Deno.test("where trials run out, the lowest one is found", () => {
  const evaluate = (step: number): Trial => ({ step, value: -step, slope: -1 });
  const options = { decrease: 1e-4, curvature: 0.9, trials: 3 };
  const found = strongWolfe(evaluate(0), 1, evaluate, options);
  assert(found !== undefined && found.step > 1);
});
