/**
 * Runs generic reductions on all backends and in both precisions, and
 * compares with what is expected.
 *
 * @module
 */

import type { DType } from "../../src/dtypes.ts";
import type { BackendName } from "../../src/engine/backends.ts";
import { genred } from "../../src/genred/genred.ts";
import type { Tensor } from "../../src/tensor/tensor.ts";
import { NAMED_BACKENDS } from "../backends.ts";
import { assert, assertAllClose, assertEquals } from "../assert.ts";
import {
  type Dense,
  type GenredCase,
  isIndex,
  rowsOf,
} from "../oracle_genred.ts";
import { assertShapes, asTensor, listed } from "./cases.ts";

/** The backends that every case runs on. */
export const BACKENDS: readonly BackendName[] = NAMED_BACKENDS;

/** A case with its results. */
export interface Expected extends GenredCase {
  readonly expected: readonly Dense[];
}

/** How far results may be from what is expected. */
export interface Tolerance {
  readonly float64: number;
  /** Not compared in float32 where it is 0, as at jumps. */
  readonly float32: number;
}

/** What a row without columns gives as an index is not compared. */
function sameIndices(
  actual: ArrayLike<number>,
  expected: readonly number[],
  c: Expected,
  message: string,
): void {
  const compared = expected.map((x, k) =>
    c.ranges && actual[k] === -1 ? -1 : x
  );
  assertEquals([...Array.from(actual)], compared, message);
}

/**
 * Indices in float32: the values there are as good as the best ones, up to
 * rounding.
 */
function nearlyBest(
  actual: ArrayLike<number>,
  expected: readonly number[],
  c: Expected,
  message: string,
): void {
  const rows = rowsOf(c);
  const dim = rows[0].values.length;
  const perRow = expected.length / rows.length;
  for (let k = 0; k < expected.length; k++) {
    if (actual[k] === expected[k] || c.ranges && actual[k] === -1) continue;
    const { values, columns } = rows[Math.floor(k / perRow)];
    const at = (index: number) => values[k % dim][columns.indexOf(index)];
    const [a, e] = [at(actual[k]), at(expected[k])];
    const close = Math.abs(a - e) <= 1e-5 * Math.max(1, Math.abs(e));
    assert(close, `${message} entry ${k}: ${a} instead of ${e}`);
  }
}

/** Runs one case as it stands. */
export function runCase(
  c: GenredCase,
  dtype: DType,
  backend: BackendName,
): Tensor[] {
  const reduce = genred(c.formula, c.aliases, { ...c, backend });
  return listed(reduce(...c.args.map((a) => asTensor(a, dtype))));
}

/** Runs one case on all backends, in float64 and float32. */
export function checkCase(c: Expected, tolerance: Tolerance): void {
  for (const backend of BACKENDS) {
    for (const dtype of ["float64", "float32"] as const) {
      const allowed = tolerance[dtype];
      if (allowed === 0) continue;
      const results = runCase(c, dtype, backend);
      assertShapes(results, c.expected);
      results.forEach((result, o) => {
        const where = `${backend} ${dtype} output ${o}`;
        const data = result.dataSync();
        const { data: expected } = c.expected[o];
        if (isIndex(c.reduction, o)) {
          assertEquals(result.dtype, "int32", where);
          const check = dtype === "float64" ? sameIndices : nearlyBest;
          check(data, expected, c, where);
        } else {
          const counts = c.reduction === "Count";
          assertEquals(result.dtype, counts ? "int32" : dtype, where);
          assertAllClose(data, expected, allowed, where);
        }
      });
    }
  }
}
