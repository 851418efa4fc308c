/**
 * Reductions of formula strings over all pairs, in plain JavaScript: what
 * `genred` is tested against. Shares nothing with the library.
 *
 * @module
 */

import { DENSE } from "./dense.ts";
import { read, valueOf, type Vec } from "./oracle_formula.ts";

/** An array with its shape, row-major. */
export interface Dense {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** Block-sparse domains as plain arrays. */
export interface DenseRanges {
  readonly ranges_i: readonly (readonly number[])[];
  readonly slices_i: readonly number[];
  readonly redranges_j: readonly (readonly number[])[];
  readonly ranges_j: readonly (readonly number[])[];
  readonly slices_j: readonly number[];
  readonly redranges_i: readonly (readonly number[])[];
}

/** One generic reduction with its data, as in the conformance data. */
export interface GenredCase {
  readonly formula: string;
  readonly aliases: readonly string[];
  readonly reduction: string;
  readonly axis: 0 | 1;
  readonly optArg?: number | null;
  readonly formula2?: string | null;
  readonly ranges?: DenseRanges | null;
  readonly args: readonly Dense[];
}

/** A variable as it is declared. */
export interface Declared {
  readonly names: readonly string[];
  readonly dim: number;
  readonly category: number;
}

const CATEGORY: Readonly<Record<string, number>> = { i: 0, x: 0, j: 1, y: 1 };

/** Reads `x = Vi(3)`, `x = Vi(0, 3)` and `Var(0, 3, 0)`. */
export function declared(alias: string, position: number): Declared {
  const text = alias.replaceAll(/\s/g, "");
  const found = /^(?:(\w+)=)?(Vi|Vj|Vx|Vy|Pm|Var)\(([\d,]+)\)$/.exec(text);
  if (found === null) throw new Error(`Not an alias: ${alias}`);
  const [, name, kind, list] = found;
  const numbers = list.split(",").map(Number);
  const category = kind === "Var" ? numbers[2] : CATEGORY[kind[1]] ?? 2;
  const [index, dim] = numbers.length === 1
    ? [position, numbers[0]]
    : [numbers[0], numbers[1]];
  const raw = `Var(${index},${dim},${category})`;
  return { names: name === undefined ? [raw] : [name, raw], dim, category };
}

/** Batch dimensions that several broadcast to. */
function broadcast(batches: readonly (readonly number[])[]): number[] {
  const length = Math.max(0, ...batches.map((b) => b.length));
  return Array.from({ length }, (_, k) =>
    batches.reduce((d, b) => {
      const own = b[b.length - length + k] ?? 1;
      return own === 1 ? d : own;
    }, 1));
}

/** The position of a batch entry in an array that is broadcast. */
function batchOffset(
  own: readonly number[],
  full: readonly number[],
  entry: number,
): number {
  let [at, stride, rest] = [0, 1, entry];
  for (let k = 1; k <= full.length; k++) {
    const size = full[full.length - k];
    const mine = own[own.length - k] ?? 1;
    if (mine !== 1) at += (rest % size) * stride;
    stride *= mine;
    rest = Math.floor(rest / size);
  }
  return at;
}

/** The columns that each row meets. */
function domain(
  ranges: DenseRanges | null | undefined,
  axis: 0 | 1,
  rows: number,
  columns: number,
): number[][] {
  if (ranges == null) {
    const all = Array.from({ length: columns }, (_, c) => c);
    return Array.from({ length: rows }, () => all);
  }
  const [own, slices, other] = axis === 1
    ? [ranges.ranges_i, ranges.slices_i, ranges.redranges_j]
    : [ranges.ranges_j, ranges.slices_j, ranges.redranges_i];
  const met = Array.from({ length: rows }, () => new Set<number>());
  own.forEach(([begin, end], k) => {
    for (const [from, to] of other.slice(k ? slices[k - 1] : 0, slices[k])) {
      for (let r = begin; r < end; r++) {
        for (let c = from; c < to; c++) met[r].add(c);
      }
    }
  });
  return met.map((s) => [...s].sort((a, b) => a - b));
}

/** The values of all pairs of one batch entry: `at(i, j)`. */
export interface Evaluated {
  readonly batch: readonly number[];
  readonly m: number;
  readonly n: number;
  /** The value of a formula for a pair. */
  at(formula: string, entry: number, i: number, j: number): number[];
}

/** Prepares the data of a case. */
export function evaluated(c: GenredCase): Evaluated {
  const variables = c.aliases.map(declared);
  const batches = variables.map(({ category }, k) =>
    c.args[k].shape.slice(0, category === 2 ? -1 : -2)
  );
  const batch = broadcast(batches);
  const count = (category: number) => {
    const k = variables.findIndex((v) => v.category === category);
    return k < 0 ? 1 : c.args[k].shape[c.args[k].shape.length - 2];
  };
  const [m, n] = [count(0), count(1)];
  const parsed = new Map<string, ReturnType<typeof read>>();
  return {
    batch,
    m,
    n,
    at: (formula, entry, i, j) => {
      const env = new Map<string, Vec>();
      variables.forEach(({ names, dim, category }, k) => {
        const [row, points] = [[i, m], [j, n], [0, 1]][category];
        const at = batchOffset(batches[k], batch, entry) * points + row;
        const x = c.args[k].data.slice(at * dim, (at + 1) * dim);
        names.forEach((name) => env.set(name, x));
      });
      const node = parsed.get(formula) ?? read(formula);
      parsed.set(formula, node);
      return valueOf(node, env);
    },
  };
}

const transposed = (rows: readonly (readonly number[])[]): number[][] =>
  (rows[0] ?? []).map((_, d) => rows.map((r) => r[d]));

/** What one row reduces: values and weights, by component. */
export interface RowValues {
  readonly values: readonly (readonly number[])[];
  readonly weights: readonly (readonly number[])[];
  /** Which points they belong to. */
  readonly columns: readonly number[];
}

/** Whether an output of a reduction holds indices. */
export function isIndex(reduction: string, output: number): boolean {
  return reduction.startsWith("Arg") || output === 1;
}

/** The number of components of a formula. */
export function dimOf(c: GenredCase, formula: string): number {
  const env = new Map<string, Vec>();
  c.aliases.map(declared).forEach(({ names, dim }) =>
    names.forEach((name) => env.set(name, Array(dim).fill(0.5)))
  );
  return valueOf(read(formula), env).length;
}

/** What each row of a case reduces, batch entry after batch entry. */
export function rowsOf(c: GenredCase): RowValues[] {
  const values = evaluated(c);
  const { batch, m, n } = values;
  const [rows, columns] = c.axis === 1 ? [m, n] : [n, m];
  const met = domain(c.ranges, c.axis, rows, columns);
  const list = (formula: string, entry: number, r: number) => {
    const at = (col: number) =>
      c.axis === 1
        ? values.at(formula, entry, r, col)
        : values.at(formula, entry, col, r);
    return met[r].length > 0
      ? transposed(met[r].map(at))
      : Array.from({ length: dimOf(c, formula) }, () => []);
  };
  const entries = batch.reduce((p, d) => p * d, 1);
  return Array.from(
    { length: entries },
    (_, entry) =>
      met.map((columns, r) => ({
        columns,
        values: list(c.formula, entry, r),
        weights: c.formula2 == null ? [] : list(c.formula2, entry, r),
      })),
  ).flat();
}

/** The results of a case, flat: one list for each output. */
export function denseGenred(c: GenredCase): number[][] {
  const count = c.reduction.includes("_Arg") ? 2 : 1;
  const results: number[][] = Array.from({ length: count }, () => []);
  for (const { values, weights, columns } of rowsOf(c)) {
    const own = DENSE[c.reduction](values, weights, c.optArg ?? 0);
    own.forEach((x, o) => {
      const index = isIndex(c.reduction, o);
      results[o].push(...index ? x.map((k) => columns[k] ?? -1) : x);
    });
  }
  return results;
}
