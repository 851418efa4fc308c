/**
 * Systems and log-determinants whose products have a tolerance, against exact
 * products.
 *
 * @module
 */

import {
  type LazyTensor,
  logdet,
  rand,
  type SolveOptions,
  type Tensor,
  Vi,
  Vj,
} from "../../mod.ts";
import { stateOfLazy } from "../../src/lazy/base.ts";
import { kernelMap } from "../../src/operator/kernel_map.ts";
import { begun } from "../../src/spectral/logdet_process.ts";
import { assert, assertEquals } from "../assert.ts";

/** Enough points for products that are not exact. */
const N = 15000;

function gaussian(x: Tensor, y: Tensor, width: number): LazyTensor {
  return Vi(x).sqdist(Vj(y)).mul(-0.5 / width ** 2).exp();
}

function length(t: Tensor): number {
  return Math.sqrt(t.square().sum().item());
}

/** How products with vectors like b are computed. */
function howOf(kernel: LazyTensor, b: Tensor): string {
  return /tolerance +\S+ (.*)/.exec(kernel.mul(Vj(b)).explain())?.[1] ?? "";
}

const plane = rand([N, 2], { seed: 1 });
const one = rand([N, 1], { seed: 2 });

const SYSTEMS: readonly [string, LazyTensor, RegExp, SolveOptions][] = [
  [
    "in ten dimensions",
    gaussian(rand([N, 10], { seed: 3 }), rand([N, 10], { seed: 3 }), 3),
    /^rank \d+ in 10/,
    { alpha: 20 },
  ],
  ["in the plane", gaussian(plane, plane, 0.2), /^far field/, { alpha: 20 }],
  [
    "of both signs, by MINRES",
    // Distances are conditionally negative: one eigenvalue has its own sign.
    Vi(plane).sqdist(Vj(plane)).sqrt(),
    /^far field/,
    { alpha: -50, method: "minres" },
  ],
];

for (const [name, kernel, how, options] of SYSTEMS) {
  Deno.test(`a system ${name} is solved to the tolerance`, () => {
    const tolerance = 1e-2;
    const tolerant = kernel.withTolerance(tolerance);
    assert.match(howOf(tolerant, one), how);
    const x = tolerant.solve(one, options);
    const rest = kernel.matmul(x).add(x.mul(Number(options.alpha))).sub(one);
    const residual = length(rest) / length(one);
    assert(residual <= 1.2 * tolerance, `${residual}`);
    // Steps that are exact would go on to 1e-6.
    assert(residual > 1e-5, `${residual}`);
  });
}

Deno.test("least squares are solved to the tolerance", () => {
  const [tolerance, damp] = [1e-2, 20];
  const kernel = gaussian(plane, rand([14000, 2], { seed: 4 }), 0.2);
  const tolerant = kernel.withTolerance(tolerance);
  const x = tolerant.solve(one, { damp });
  assertEquals(x.shape, [14000, 1]);
  const rest = kernel.matmul(x).sub(one);
  const slope = kernel.t().matmul(rest).add(x.mul(damp ** 2));
  // A lower bound of the norm of the matrix.
  const image = kernel.t().matmul(one);
  const norm = length(kernel.matmul(image)) / length(image);
  const whole = Math.hypot(length(rest), damp * length(x));
  const off = Math.min(whole / length(one), length(slope) / (norm * whole));
  assert(off <= 1.2 * tolerance, `${off}`);
});

Deno.test("log-determinants with a tolerance are near those without", () => {
  const options = { alpha: 20, probes: 4, rank: 20, eps: 1e-2 };
  const kernel = gaussian(plane, plane, 0.2);
  const [exact, near] = [kernel, kernel.withTolerance(1e-2)]
    .map((K) => logdet(K, options));
  assert(/^far field/.test(howOf(kernel.withTolerance(1e-2), one)));
  const off = Math.abs(near.value.item() - exact.value.item());
  // From the same random vectors: their errors are the same.
  assert(off < 1e-4 * Math.abs(exact.value.item()), `${off}`);
});

Deno.test("products without a tolerance stay exact in log-determinants", () => {
  const state = stateOfLazy(gaussian(plane, plane, 0.2));
  for (const tol of [undefined, 1e-2, 1e-6]) {
    const { map } = begun(kernelMap(state, { tol }), {
      eps: 1e-3,
      probes: 1,
      preconditioner: "none",
    });
    assertEquals(map.tolerance, tol && Math.min(tol, 1e-3));
  }
});
