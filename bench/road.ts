/**
 * Points along roads in three dimensions with a signal on them: a data set as
 * that of the roads of North Jutland (UCI, "3D Road Network"), but with known
 * answers. `peers/gp_reference.py` makes the same one.
 *
 * @module
 */

import { type Tensor, tensor } from "../mod.ts";

/** The Gaussian process that the signal comes from. */
export const TRUTH = {
  lengthScale: [0.18, 0.18, 0.36],
  variance: 1,
  noise: 0.04,
} as const;

/** Cosines that the signal is made of: enough to look like a process. */
const WAVES = 1000;
/** Points of one road. */
const ROAD = 50;

/** Points, the signal without noise, and what is observed. */
export interface Roads {
  /** `[N, 3]`. */
  readonly x: Tensor;
  /** `[N]`. */
  readonly truth: Tensor;
  /** `[N]`. */
  readonly y: Tensor;
}

/** Uniform numbers of [0, 1), of 32 bits each. */
function* uniforms(seed: number): Generator<number, never> {
  for (let state = seed >>> 0;;) {
    state = (state + 0x9e3779b9) >>> 0;
    let x = state;
    x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
    x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
    yield ((x ^ (x >>> 15)) >>> 0) / 2 ** 32;
  }
}

/** Normal numbers by Box and Muller's transform, one of each pair. */
function* normals(seed: number): Generator<number, never> {
  const source = uniforms(seed);
  while (true) {
    const [a, b] = [source.next().value, source.next().value];
    yield Math.sqrt(-2 * Math.log(1 - a)) * Math.cos(2 * Math.PI * b);
  }
}

/** As many points on roads, in no order. */
export function roads(count: number): Roads {
  const draw = uniforms(1);
  const turn = normals(2);
  const points = new Float64Array(3 * count);
  let [u, v, heading, lift] = [0, 0, 0, 0];
  for (let k = 0; k < count; k++) {
    if (k % ROAD === 0) {
      [u, v] = [draw.next().value, draw.next().value];
      heading = 2 * Math.PI * draw.next().value;
      lift = draw.next().value;
    }
    heading += 0.2 * turn.next().value;
    lift += 0.01 * turn.next().value;
    [u, v] = [u + 0.004 * Math.cos(heading), v + 0.004 * Math.sin(heading)];
    points[3 * k] = u;
    points[3 * k + 1] = v;
    points[3 * k + 2] = 0.3 * Math.sin(3 * u) * Math.cos(4 * v) + lift;
  }
  const truth = signal(points, count);
  const noise = normals(4);
  const deviation = Math.sqrt(TRUTH.noise);
  return {
    x: tensor(points, [count, 3]),
    truth: tensor(truth),
    y: tensor(truth.map((f) => f + deviation * noise.next().value)),
  };
}

/** Random cosines whose covariance is the Gaussian kernel of the truth. */
function signal(points: Float64Array, count: number): Float64Array {
  const [normal, draw] = [normals(3), uniforms(5)];
  const values = new Float64Array(count);
  const size = Math.sqrt(2 * TRUTH.variance / WAVES);
  for (let w = 0; w < WAVES; w++) {
    const [a, b, c] = TRUTH.lengthScale.map((l) => normal.next().value / l);
    const phase = 2 * Math.PI * draw.next().value;
    for (let k = 0; k < count; k++) {
      values[k] += size * Math.cos(
        a * points[3 * k] + b * points[3 * k + 1] + c * points[3 * k + 2] +
          phase,
      );
    }
  }
  return values;
}

/** Every some-th point, from one on. */
export function everyOther(
  { x, truth, y }: Roads,
  from: number,
  step: number,
  count: number,
): Roads {
  const places = tensor(
    Int32Array.from({ length: count }, (_, k) => from + k * step),
  );
  return {
    x: x.gather(places),
    truth: truth.gather(places),
    y: y.gather(places),
  };
}
