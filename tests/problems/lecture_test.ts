/** The worked examples of the lecture: figures and closed forms. */

import {
  aim,
  fitGravity,
  gusts,
  seenThrow,
  throwBall,
} from "../../examples/ballistic.ts";
import { run } from "../../examples/hamiltonian.ts";
import {
  firstDerivative,
  problem,
  secondDerivative,
} from "../../examples/shooting.ts";
import { tensor } from "../../src/tensor/create.ts";
import { assert, assertAllClose, assertEquals } from "../assert.ts";

Deno.test("kernel square norm of 5000 points: gradients of some rows", () => {
  const { energy, error } = run(5000, [0, 1, 1234, 4999]);
  assert(energy > 0);
  assert(error < 1e-11, `error ${error}`);
});

Deno.test("ballistic control: cost 24.32 to 2.737e-3, end (6.968, 1.958)", () => {
  const { costs, end } = aim();
  assertEquals(costs.length, 101);
  assertEquals(costs[0].toFixed(2), "24.32");
  assertEquals(costs[100].toExponential(3), "2.737e-3");
  assertEquals(end.map((x) => x.toFixed(3)), ["6.968", "1.958"]);
});

Deno.test("ballistic control: the way is parabolic, the descent geometric", () => {
  const gravity = tensor(new Float64Array([9.81]), []);
  const places = throwBall(tensor(new Float64Array([60, 30])), gravity);
  const exact = Array.from({ length: 11 }, (_, k) => [
    0.4 * k,
    0.5 + 0.2 * k - 9.81 * 0.005 * k * (k - 1),
  ]);
  assertAllClose(places.dataSync(), exact.flat(), 1e-13);
  // The arrival is affine in the momentum, with slope 1 / m.
  const factor = (1 - 2 * 5 / 15 ** 2) ** 2;
  for (const { costs } of [aim(), aim(gusts(1)), aim(gusts(7))]) {
    assertAllClose(costs, costs.map((_, k) => costs[0] * factor ** k), 1e-12);
  }
});

Deno.test("ballistic control: gusts are the same for the same seed", () => {
  assertEquals(aim(gusts(1)).costs, aim(gusts(1)).costs);
  assert(aim(gusts(1)).costs[0] !== aim(gusts(2)).costs[0]);
});

Deno.test("gravity from a noisy throw is that of least squares", () => {
  const seen = seenThrow(2);
  const { parameters: [g], history } = fitGravity(seen, [60, 30]);
  const heights = seen.arraySync() as number[][];
  const [top, bottom] = heights.reduce(([t, b], [, y], k) => {
    const drop = 0.005 * k * (k - 1);
    return [t + drop * (0.5 + 0.2 * k - y), b + drop * drop];
  }, [0, 0]);
  assertAllClose([g.item()], [top / bottom], 1e-4);
  assert(Math.abs(g.item() - 9.81) < 0.25);
  assert(history[100] < history[0] / 100);
});

Deno.test("geodesic shooting of 2000 points against differences", () => {
  const { derivative, difference } = firstDerivative(problem(2000));
  const error = Math.abs(derivative / difference - 1);
  assert(error < 1e-7, `${derivative} is not ${difference}`);
});

Deno.test("second derivatives of geodesic shooting against differences", () => {
  const { derivative, difference } = secondDerivative(problem(150));
  const error = Math.abs(derivative / difference - 1);
  assert(error < 1e-7, `${derivative} is not ${difference}`);
});
