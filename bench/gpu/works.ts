/**
 * What is timed on a GPU, and what it should take.
 *
 * @module
 */

/** One reduction, as KeOps writes it. */
export interface Work {
  /** What it is called. */
  readonly name: string;
  /** The formula. */
  readonly formula: string;
  /** The variables that it takes, of `g`, `x`, `y`, `b` and `e`. */
  readonly takes: string;
  /** The reduction over j. */
  readonly reduction: string;
  /** How many values of the k-min family are kept. */
  readonly k?: number;
  /** The number of points on both sides. */
  readonly points: number;
  /** The dimension of the points. */
  readonly dim: number;
  /** Seconds that the arithmetic of an H200 needs at least. */
  readonly bound: number;
  /** Seconds that it may take. */
  readonly limit: number;
  /** How many times faster than PyKeOps it should be. */
  readonly ratio: number;
  /** The components of `b` and `e`; 1 if left out. */
  readonly wide?: number;
  /** Entries of a batch, each with all points. */
  readonly batch?: number;
  /** How numbers are stored; float32 if left out. */
  readonly dtype?: "float16" | "bfloat16" | "float64";
  /** What may be lost; as much as float32 loses if left out. */
  readonly precision?: "fast";
  /** PyKeOps has no such thing. */
  readonly alone?: boolean;
}

const SUM = "Exp(-g * SqDist(x, y)) * b";
const MILLION = 1_000_000;

function gauss(
  points: number,
  dim: number,
  bound: number,
  limit: number,
  ratio: number,
): Work {
  const size = points === MILLION ? "1M" : `${points / 1000}k`;
  return {
    name: `Gaussian sum, ${size} points, D = ${dim}`,
    formula: SUM,
    takes: "gxyb",
    reduction: "Sum",
    points,
    dim,
    bound,
    limit,
    ratio,
  };
}

/** A work beside the Gaussian sum of a million points in space. */
function other(
  name: string,
  given: Partial<Work> & { readonly bound: number },
): Work {
  return {
    ...gauss(MILLION, 3, given.bound, given.bound / 0.6, 1.5),
    ...given,
    name: `${name}, 1M points, D = 3`,
  };
}

/** All that is timed; the bounds are those of one H200. */
export const WORKS: readonly Work[] = [
  gauss(10_000, 3, 25e-6, 60e-6, 5),
  gauss(MILLION, 3, 0.24, 0.24 / 0.7, 1.5),
  gauss(MILLION, 10, 0.37, 0.37 / 0.7, 2),
  gauss(MILLION, 100, 0.68, 1.9, 4),
  other("log-sum-exp", {
    bound: 0.24,
    formula: "-g * SqDist(x, y)",
    takes: "gxy",
    reduction: "LogSumExp",
  }),
  other("10 nearest", {
    bound: 0.16,
    formula: "SqDist(x, y)",
    takes: "xy",
    reduction: "ArgKMin",
    k: 10,
  }),
  other("gradient of a sum", {
    bound: 0.33,
    formula: `Grad(${SUM}, x, e)`,
    takes: "gxybe",
  }),
];

/** A work at a size at which an emulator can do it. */
export function tiny(work: Work): Work {
  const points = work.batch === undefined ? 300 : 70;
  const name = work.name.replace(/\w+ points/, `${points} points`);
  const batch = work.batch === undefined ? {} : { batch: 2 };
  return { ...work, ...batch, name, points, limit: Infinity };
}

/** The number of all pairs. */
export function pairsOf({ points, batch = 1 }: Work): number {
  return batch * points ** 2;
}

/** The dimension of a variable; `g` alone is no cloud of points. */
export function dimOf(variable: string, { dim, wide = 1 }: Work): number {
  if (variable === "g") return 1;
  return variable === "x" || variable === "y" ? dim : wide;
}

/** The declarations of the variables of a work. */
export function aliasesOf(work: Work): string[] {
  return [...work.takes].map((v) => {
    const kind = v === "g" ? "Pm" : v === "x" || v === "e" ? "Vi" : "Vj";
    return `${v} = ${kind}(${dimOf(v, work)})`;
  });
}

/** The width of the kernels: exponents are about 1/2 in any dimension. */
export function gammaOf({ dim }: Work): number {
  return 3 / dim;
}

/**
 * Numbers in [0, 1) that look random. The peer makes the same ones from the
 * same formula, whatever its language.
 */
export function numbers(variable: string, count: number): Float32Array {
  const seed = variable.charCodeAt(0);
  return Float32Array.from({ length: count }, (_, k) => {
    let h = Math.imul(k + 1, 0x9e3779b1) + Math.imul(seed, 0x27d4eb2f) | 0;
    h = Math.imul(h ^ h >>> 16, 0x85ebca6b);
    h = Math.imul(h ^ h >>> 13, 0xc2b2ae35);
    return ((h ^ h >>> 16) >>> 8) / 2 ** 24;
  });
}
