/**
 * Ballistic optimal control: with which momentum must a ball be thrown to
 * arrive at a target? And what does a throw that was seen tell of gravity?
 *
 * The ball follows Hamilton's equations, by ten steps of Euler's explicit
 * scheme over a time of 1. Their right-hand sides are gradients of the
 * Hamiltonian `H(q, p) = |p|^2 / (2 m) + m g height(q)`, taken with
 * `createGraph`: the outer gradients go through them.
 *
 * Run it with `deno run examples/ballistic.ts`.
 *
 * @module
 */

import {
  grad,
  randn,
  sgd,
  stack,
  type Tensor,
  tensor,
  type TrainingResult,
} from "../mod.ts";

const MASS = 15;
const GRAVITY = 9.81;
const STEPS = 10;
const TIME_STEP = 1 / STEPS;
const START = [0, 0.5];
const TARGET = [7, 2];

const float64 = (x: readonly number[]) => tensor(new Float64Array(x));

/** Kinetic plus potential energy. */
function hamiltonian(q: Tensor, p: Tensor, g: Tensor): Tensor {
  const kinetic = p.square().sum().div(2 * MASS);
  return kinetic.add(q.select(1).mul(g).mul(MASS));
}

/**
 * The places of the ball, `(11, 2)`.
 *
 * @param momentum at the start
 * @param gravity one entry
 * @param kicks added to the momentum after each step, `(10, 2)`
 */
export function throwBall(
  momentum: Tensor,
  gravity: Tensor,
  kicks?: Tensor,
): Tensor {
  let q = float64(START).requiresGrad();
  let p = momentum.add(0).requiresGrad();
  const places = [q];
  for (let step = 0; step < STEPS; step++) {
    const energy = hamiltonian(q, p, gravity);
    const [inQ, inP] = grad(energy, [q, p], { createGraph: true });
    q = q.add(inP.mul(TIME_STEP));
    p = p.sub(inQ.mul(TIME_STEP));
    if (kicks !== undefined) p = p.add(kicks.select(step));
    places.push(q);
  }
  return stack(places);
}

/** A throw that was optimised. */
export interface Throw {
  /** The cost at the start and after each step of the descent. */
  readonly costs: readonly number[];
  /** The last momentum. */
  readonly momentum: readonly number[];
  /** Where the ball arrives with it. */
  readonly end: readonly number[];
}

/** A hundred steps of gradient descent on the momentum, from (60, 30). */
export function aim(kicks?: Tensor): Throw {
  const g = tensor(new Float64Array([GRAVITY]), []);
  const arrival = (p: Tensor) => throwBall(p, g, kicks).select(STEPS);
  const { parameters: [p], history } = sgd(
    (p) => arrival(p).sub(float64(TARGET)).square().sum(),
    [float64([60, 30])],
    { rate: 5, steps: 100 },
  );
  const list = (t: Tensor) => t.arraySync() as number[];
  return { costs: history, momentum: list(p), end: list(arrival(p)) };
}

/** Gusts that change the momentum, the same ones for the same seed. */
export function gusts(seed: number): Tensor {
  return randn([STEPS, 2], { seed, dtype: "float64" }).mul(3);
}

/** Gravity from places seen with errors, by descent from 5 m/s^2. */
export function fitGravity(
  seen: Tensor,
  momentum: readonly number[],
): TrainingResult {
  return sgd(
    (g) => throwBall(float64(momentum), g).sub(seen).square().sum(),
    [tensor(new Float64Array([5]), [])],
    { rate: 0.1, steps: 100 },
  );
}

/** The places of the throw from (60, 30), seen with errors of 5 cm. */
export function seenThrow(seed: number): Tensor {
  const exact = throwBall(
    float64([60, 30]),
    tensor(new Float64Array([GRAVITY]), []),
  );
  const errors = randn(exact.shape, { seed, dtype: "float64" }).mul(0.05);
  return exact.detach().add(errors);
}

if (import.meta.main) {
  const show = (name: string, { costs, momentum, end }: Throw) => {
    const last = costs[costs.length - 1];
    const digits = (x: readonly number[]) => x.map((t) => t.toPrecision(4));
    console.log(
      `${name}: cost ${costs[0].toPrecision(4)} -> ${
        last.toExponential(3)
      }, momentum (${digits(momentum)}), end (${digits(end)})`,
    );
  };
  show("still air", aim());
  show("gusts", aim(gusts(1)));
  const { parameters: [g], history } = fitGravity(seenThrow(2), [60, 30]);
  console.log(
    `gravity ${g.item().toFixed(4)}: cost ${history[0].toPrecision(4)} -> ${
      history[history.length - 1].toExponential(3)
    }`,
  );
}
