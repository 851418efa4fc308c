/**
 * Reductions of stored values, one vector a pair, for tests.
 *
 * @module
 */

import { evaluateReductions } from "../src/engine/evaluate.ts";
import type { Backend } from "../src/launch/launch.ts";
import { Category, type Formula } from "../src/formula/formula.ts";
import { variable } from "../src/ops/core.ts";
import type { Reduction, SumScheme } from "../src/reductions/reduction.ts";
import { reductionSetup } from "../src/reductions/registry.ts";
import { assertAllClose, assertEquals } from "./assert.ts";
import { REDUCTION_BACKENDS } from "./backends.ts";
import { DENSE } from "./dense.ts";

/** The backends that every reduction is tested on. */
export const BACKENDS: readonly Backend[] = REDUCTION_BACKENDS;

/** Values of all pairs: `at(i, j, d)`. */
export interface Values {
  readonly dim: number;
  at(i: number, j: number, d: number): number;
}

/** One reduction to be tested. */
export interface Case {
  readonly reduction: Reduction;
  readonly k?: number;
  readonly sumScheme?: SumScheme;
  readonly values: Values;
  readonly weights?: Values;
}

/** Numbers in 0 ... 1 that are the same each time. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Values drawn from a source, stored for m by n pairs. */
export function drawn(
  m: number,
  n: number,
  dim: number,
  draw: () => number,
): Values {
  const data = Float64Array.from({ length: m * n * dim }, draw);
  return { dim, at: (i, j, d) => data[(i * n + j) * dim + d] };
}

/** The results of several reductions in one pass, flat, in float64. */
export function reduceAll(
  cases: readonly Case[],
  reduced: "i" | "j",
  m: number,
  n: number,
  backend: Backend,
): { data: number[]; shape: number[]; integer: boolean }[] {
  const stored = new Map<Formula, Float64Array>();
  const pairs = (values: Values): Formula => {
    const { dim } = values;
    const v = variable(stored.size, dim, Category.PAIR);
    const data = new Float64Array(m * n * dim);
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        for (let d = 0; d < dim; d++) {
          data[(i * n + j) * dim + d] = values.at(i, j, d);
        }
      }
    }
    stored.set(v, data);
    return v;
  };
  const requests = cases.map(({ reduction, k, sumScheme, values, weights }) => {
    const formulas = [values, ...(weights ? [weights] : [])].map(pairs);
    const dims = formulas.map((f) => f.dim);
    const setup = reductionSetup(reduction, dims, { k, sumScheme });
    return { reduction, formulas, setup };
  });
  const results = evaluateReductions(
    requests,
    reduced,
    (v) => ({
      data: stored.get(v) as Float64Array,
      offset: 0,
      batch: [],
      row: n * v.dim,
      column: v.dim,
      component: 1,
    }),
    { batch: [], m, n },
    "float64",
    backend,
  );
  return results.map(({ data, shape }) => ({
    data: [...data],
    shape: [...shape],
    integer: data instanceof Int32Array,
  }));
}

/** The same by definition. */
export function reduceDense(
  { reduction, k = 0, values, weights }: Case,
  reduced: "i" | "j",
  m: number,
  n: number,
): number[][] {
  const [rows, columns] = reduced === "j" ? [m, n] : [n, m];
  const row = (v: Values | undefined, r: number): number[][] =>
    Array.from(
      { length: v?.dim ?? 0 },
      (_, d) =>
        Array.from({ length: columns }, (_, c) =>
          reduced === "j"
            ? (v as Values).at(r, c, d)
            : (v as Values).at(c, r, d)),
    );
  const all = Array.from(
    { length: rows },
    (_, r) => DENSE[reduction.name](row(values, r), row(weights, r), k),
  );
  const count = reduction.name.includes("_Arg") ? 2 : 1;
  return Array.from({ length: count }, (_, o) => all.flatMap((r) => r[o]));
}

/** Runs reductions in one pass, over both axes, on all backends. */
export function checkAll(
  cases: readonly Case[],
  m: number,
  n: number,
  tolerance = 1e-12,
): void {
  for (const reduced of ["i", "j"] as const) {
    const expected = cases.flatMap((c) => reduceDense(c, reduced, m, n));
    const names = cases.flatMap((c) =>
      reduceDense(c, reduced, 0, 0).map(() => c.reduction.name)
    );
    for (const backend of BACKENDS) {
      const actual = reduceAll(cases, reduced, m, n, backend);
      assertEquals(actual.length, expected.length);
      actual.forEach(({ data }, o) => {
        const where = `${names[o]} over ${reduced} on ${backend.name}, ` +
          `${m} x ${n}`;
        assertAllClose(data, expected[o], tolerance, where);
      });
    }
  }
}

/**
 * The same reduction in two parts, merged in the end.
 *
 * @param parity which columns go to the second part: those of this remainder
 * by 2, or those from 3 on
 * @param late merges into the second part, with blocks still to be flushed
 */
export function inParts(
  reduction: Reduction,
  parity: 0 | 1 | "later",
  late: boolean,
): Reduction {
  const halves = <T>(state: readonly T[]) => {
    const n = state.length / 2;
    const parts = [state.slice(0, n), state.slice(n)];
    return late ? parts.reverse() : parts;
  };
  return {
    ...reduction,
    state: (setup) => [...reduction.state(setup), ...reduction.state(setup)],
    combine(b, state, values, index, setup) {
      const [first, second] = halves(state);
      const inSecond = parity === "later"
        ? b.apply("ilt", b.int(2), index)
        : b.apply("ieq", b.apply("imod", index, b.int(2)), b.int(parity));
      b.if(
        inSecond,
        () => reduction.combine(b, second, values, index, setup),
      );
      b.if(
        b.apply("not", inSecond),
        () => reduction.combine(b, first, values, index, setup),
      );
    },
    flush(b, state, setup) {
      if (!late) {
        for (const s of halves(state)) {
          reduction.flush?.(b, s, setup);
        }
      }
    },
    merge(b, state, other, setup) {
      const theirs = halves(other);
      halves(state).forEach((own, h) =>
        reduction.merge(b, own, theirs[h], setup)
      );
    },
    finish(b, state, count, setup) {
      const [first, second] = halves(state);
      reduction.merge(b, first, second, setup);
      reduction.flush?.(b, first, setup);
      return reduction.finish(b, first, count, setup);
    },
  };
}
