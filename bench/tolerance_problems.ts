/**
 * Sums within a tolerance on random problems: kernels, clouds, signals and
 * tolerances are drawn, and every row is compared with the exact sum.
 *
 * Run it with `deno run bench/tolerance_problems.ts [problems] [seed]`.
 *
 * @module
 */

import { type LazyTensor, type Tensor, tensor, Vi, Vj } from "../mod.ts";

type Random = () => number;
type Cloud = (random: Random, dim: number) => () => number[];

/** Numbers between 0 and 1 that look random, always the same. */
function randomFrom(seed: number): Random {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ((state ^ state >>> 13) >>> 0) / 2 ** 32;
  };
}

function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
}

function vector(dim: number, entry: (d: number) => number): number[] {
  return Array.from({ length: dim }, (_, d) => entry(d));
}

/** Where points are. */
const CLOUDS: Readonly<Record<string, Cloud>> = {
  cube: (random, dim) => () => vector(dim, random),
  sphere: (random, dim) => () => {
    const v = vector(dim, () => normal(random));
    return v.map((c) => 0.5 + c / Math.hypot(...v) / 2);
  },
  clusters: (random, dim) => {
    const centres = Array.from({ length: 8 }, () => vector(dim, random));
    return () => {
      const centre = centres[Math.floor(8 * random())];
      return centre.map((c) => c + 0.02 * normal(random));
    };
  },
  curve: (random, dim) => () => {
    const t = random();
    return vector(
      dim,
      (d) => d === 0 ? t : 0.3 * Math.sin(5 * t * d) + 1e-3 * normal(random),
    );
  },
};

/** Signals of the points j. */
const SIGNALS: Readonly<Record<string, (random: Random) => number>> = {
  positive: (random) => random(),
  "of both signs": (random) => random() - 0.5,
  sparse: (random) => random() < 0.01 ? random() : 0,
};

/** Kernels of a squared distance and a width. */
const KERNELS: Readonly<
  Record<string, (square: LazyTensor, width: number) => LazyTensor>
> = {
  Gaussian: (s, h) => s.mul(-1 / (2 * h * h)).exp(),
  Laplacian: (s, h) => s.sqrt().mul(-1 / h).exp(),
  Cauchy: (s, h) => s.div(h * h).add(1).inv(),
  "inverse multiquadric": (s) => s.add(1e-4).rsqrt(),
  logarithmic: (s) => s.add(1e-6).log(),
};

const TOLERANCES = [1e-2, 1e-3, 1e-3, 1e-4, 1e-5, 1e-6];

function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[Math.floor(random() * choices.length)];
}

/** One problem: the error over the tolerance, in the largest of all rows. */
function attempt(random: Random): { ratio: number; name: string } {
  const n = 14500 + Math.floor(1500 * random());
  const dim = pick(random, [2, 3]);
  const tolerance = pick(random, TOLERANCES);
  const cloud = pick(random, Object.keys(CLOUDS));
  const signal = pick(random, Object.keys(SIGNALS));
  const kernel = pick(random, Object.keys(KERNELS));
  const point = CLOUDS[cloud](random, dim);
  const points = (): Tensor =>
    tensor(Float64Array.from(Array.from({ length: n }, point).flat()), [
      n,
      dim,
    ]);
  const x = points();
  const y = random() < 0.4 ? x : points();
  const entries = Float64Array.from(
    { length: n },
    () => SIGNALS[signal](random),
  );
  const b = tensor(entries, [n, 1]);
  const width = 0.05 + 0.5 * random();
  const exactly = KERNELS[kernel](Vi(x).sqdist(Vj(y)), width);
  const found = exactly.withTolerance(tolerance).matmul(b).dataSync();
  const exact = exactly.matmul(b).dataSync();
  let [worst, most] = [0, 0];
  exact.forEach((value: number, k: number) => {
    worst = Math.max(worst, Math.abs(value - found[k]));
    most = Math.max(most, Math.abs(value));
  });
  return {
    ratio: worst / most / tolerance,
    name: `${kernel}, D = ${dim}, ${cloud}, ${signal}, ${
      x === y ? "one cloud" : "two clouds"
    }, ${tolerance}`,
  };
}

if (import.meta.main) {
  const problems = Number(Deno.args[0] ?? 100);
  const random = randomFrom(Number(Deno.args[1] ?? 1));
  let [far, missed] = [0, 0];
  for (let k = 0; k < problems; k++) {
    const { ratio, name } = attempt(random);
    if (ratio > 0) far++;
    if (!(ratio <= 1)) missed++;
    console.log(`${ratio.toFixed(2).padStart(6)} of the tolerance: ${name}`);
  }
  console.log(
    `${problems} problems: ${far} by far fields, ${
      problems - far
    } exactly; ${missed} missed the tolerance`,
  );
  if (missed > 0) Deno.exit(1);
}
