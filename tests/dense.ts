/**
 * Reductions of plain arrays, written as their definitions read: what the
 * reductions of the library are tested against.
 *
 * @module
 */

/** Values of one row, by component: `columns[d][j]`. */
type Columns = readonly (readonly number[])[];

/** A reduction of one row: each result flat, with its components last. */
type Dense = (values: Columns, weights: Columns, k: number) => number[][];

const each = (f: (column: readonly number[]) => number): Dense => (values) => [
  values.map(f),
];

const sum = (x: readonly number[]) => x.reduce((s, v) => s + v, 0);

/** Positions of the numbers in a list, best first; ties by position. */
function ranked(x: readonly number[], sign: number): number[] {
  return [...x.keys()]
    .filter((j) => !Number.isNaN(x[j]))
    .sort((a, b) => x[a] === x[b] ? a - b : sign * (x[a] < x[b] ? -1 : 1));
}

function best(sign: number, found: "value" | "index" | "both"): Dense {
  return kBest(sign, found, 1);
}

/** The k best of each component, all components of the best first. */
function kBest(
  sign: number,
  found: "value" | "index" | "both",
  fixed?: number,
): Dense {
  return (values, _, k) => {
    const order = values.map((x) => ranked(x, sign));
    const flat = (pick: (d: number, j: number | undefined) => number) =>
      Array.from(
        { length: fixed ?? k },
        (_, p) => order.map((o, d) => pick(d, o[p])),
      ).flat();
    const kept = flat((d, j) =>
      j === undefined ? sign * Infinity : values[d][j]
    );
    const at = flat((_, j) => j ?? -1);
    return found === "both" ? [kept, at] : found === "value" ? [kept] : [at];
  };
}

/** The largest exponent, and the weighted sum of exponentials below it. */
function shifted(f: readonly number[], w: readonly number[]) {
  const m = f.reduce((a, v) => v > a ? v : a, -Infinity);
  const power = (v: number) =>
    v === -Infinity ? 0 : v === m ? 1 : Math.exp(v - m);
  return { m, s: sum(f.map((v, j) => power(v) * w[j])) };
}

const ones = (x: readonly number[]) => x.map(() => 1);

/** One exponent each, or one exponent for all weights. */
function shiftedAll(values: Columns, weights: Columns) {
  return weights.length > 0
    ? weights.map((w) => shifted(values[0], w))
    : values.map((f) => shifted(f, ones(f)));
}

const logSumExp: Dense = (values, weights) => [
  shiftedAll(values, weights).map(({ m, s }) => m + Math.log(s)),
];

const maxSumShiftExp: Dense = (values, weights) => {
  const all = shiftedAll(values, weights);
  const largest = values.map((f) => shifted(f, ones(f)).m);
  return [[...largest, ...all.map(({ s }) => s)]];
};

const softMax: Dense = ([f], weights) => {
  const total = shifted(f, ones(f)).s;
  return [weights.map((w) => shifted(f, w).s / total)];
};

/** The reductions by name. */
export const DENSE: Readonly<Record<string, Dense>> = {
  Sum: each(sum),
  Mean: each((x) => sum(x) / x.length),
  Product: each((x) => x.reduce((p, v) => p * v, 1)),
  LogSumExp: logSumExp,
  LogSumExpWeight: logSumExp,
  Max_SumShiftExp: maxSumShiftExp,
  Max_SumShiftExpWeight: maxSumShiftExp,
  SoftMin: each((x) => {
    const { m, s } = shifted(x.map((v) => -v), ones(x));
    return -(m + Math.log(s));
  }),
  SumSoftMaxWeight: softMax,
  Min: best(1, "value"),
  Max: best(-1, "value"),
  ArgMin: best(1, "index"),
  ArgMax: best(-1, "index"),
  Min_ArgMin: best(1, "both"),
  Max_ArgMax: best(-1, "both"),
  KMin: kBest(1, "value"),
  ArgKMin: kBest(1, "index"),
  KMin_ArgKMin: kBest(1, "both"),
  KMax: kBest(-1, "value"),
  ArgKMax: kBest(-1, "index"),
  KMax_ArgKMax: kBest(-1, "both"),
  Any: each((x) => x.some((v) => v !== 0) ? 1 : 0),
  All: each((x) => x.every((v) => v !== 0) ? 1 : 0),
  Count: each((x) => x.filter((v) => v !== 0).length),
};
