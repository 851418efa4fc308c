/**
 * Geodesic shooting, as in the registration of shapes (LDDMM): points q with
 * momenta p follow Hamilton's equations of `H(q, p) = 1/2 <p, K_q p>` for a
 * Gaussian kernel, and the momenta at the start are what is optimised.
 *
 * Each step of the flow takes gradients of H; the gradient of the shooting
 * goes through them, so it holds second derivatives of the kernel, and its own
 * derivative along a direction holds third ones.
 *
 * Run it with `deno run examples/shooting.ts`.
 *
 * @module
 */

import {
  grad,
  hessianVectorProduct,
  rand,
  randn,
  scope,
  type Tensor,
  valueAndGrad,
  Vi,
  Vj,
} from "../mod.ts";

const SIGMA = 0.25;

/** Half of the square norm of the velocity field. */
function hamiltonian(q: Tensor, p: Tensor): Tensor {
  const kernel = Vi(q).sqdist(Vj(q)).mul(-0.5 / SIGMA ** 2).exp();
  return kernel.matmul(p).mul(p).sum().mul(0.5);
}

/** Where the points are at time 1. */
export function shoot(q: Tensor, p: Tensor, steps = 10): Tensor {
  q = q.tracked ? q : q.detach().requiresGrad();
  for (let step = 0; step < steps; step++) {
    const [inQ, inP] = grad(hamiltonian(q, p), [q, p], { createGraph: true });
    [q, p] = [q.add(inP.div(steps)), p.sub(inQ.div(steps))];
  }
  return q;
}

/** A problem of registration: points, momenta, targets, a direction. */
export interface Problem {
  /** The mean square distance to the targets plus a part of the energy. */
  readonly loss: (p: Tensor) => Tensor;
  /** Momenta to start from. */
  readonly p: Tensor;
  /** A direction to differentiate along. */
  readonly along: Tensor;
}

/** Random points of the unit square; targets are turned by 20 degrees. */
export function problem(count: number): Problem {
  const dtype = "float64";
  const q = rand([count, 2], { seed: 1, dtype });
  const [x, y] = [q.slice([0, 0], [count, 1]), q.slice([0, 1], [count, 2])];
  const [c, s] = [Math.cos(0.35), Math.sin(0.35)];
  const target = x.mul(c).sub(y.mul(s)).concat([x.mul(s).add(y.mul(c))], 1);
  return {
    loss: (p) => {
      const miss = shoot(q, p).sub(target).square().sum().div(count);
      return miss.add(hamiltonian(q, p).mul(0.01));
    },
    p: randn([count, 2], { seed: 2, dtype }).div(count),
    along: randn([count, 2], { seed: 3, dtype }).div(count),
  };
}

/** A derivative along a direction, and what differences say. */
export interface Compared {
  /** By the graph. */
  readonly derivative: number;
  /** By central differences. */
  readonly difference: number;
}

/** The gradient of the shooting, along the direction. */
export function firstDerivative(
  { loss, p, along }: Problem,
  step = 1e-5,
): Compared {
  const value = (t: number) =>
    scope(() => {
      const moved = p.add(along.mul(t)).requiresGrad();
      return loss(moved).item();
    });
  const derivative = scope(() =>
    valueAndGrad(loss)(p).grads[0].mul(along).sum().item()
  );
  return {
    derivative,
    difference: (value(step) - value(-step)) / (2 * step),
  };
}

/** The second derivative of the shooting, along the direction twice. */
export function secondDerivative(
  { loss, p, along }: Problem,
  step = 1e-5,
): Compared {
  const slope = (t: number) =>
    scope(() =>
      valueAndGrad(loss)(p.add(along.mul(t))).grads[0].mul(along).sum().item()
    );
  const derivative = scope(() =>
    hessianVectorProduct(loss, [p], [along])[0].mul(along).sum().item()
  );
  return {
    derivative,
    difference: (slope(step) - slope(-step)) / (2 * step),
  };
}

if (import.meta.main) {
  const count = Number(Deno.args[0] ?? 2000);
  const start = performance.now();
  const seconds = () => ((performance.now() - start) / 1000).toFixed(1);
  const show = (name: string, n: number, compared: Compared) => {
    const { derivative, difference } = compared;
    console.log(
      `${name} derivative, ${n} points, 10 steps: ${derivative}, by differences ${difference} (${seconds()} s)`,
    );
  };
  show("first", count, firstDerivative(problem(count)));
  // Third derivatives of the kernel cost more: half of the points will do.
  const half = Math.ceil(count / 2);
  show("second", half, secondDerivative(problem(half)));
}
