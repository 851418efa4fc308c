/**
 * Extreme eigenpairs of symmetric operators, with derivatives.
 *
 * @module
 */

import { ArgumentError, suggestion } from "../errors.ts";
import { type LinearOperatorLike, mapOf } from "../operator/linear_operator.ts";
import { checkSquareMap, type LinearMap } from "../operator/map.ts";
import {
  productMap,
  scaledMap,
  shiftedMap,
  sumMap,
  transposedMap,
} from "../operator/combined_maps.ts";
import { denseMap } from "../operator/maps.ts";
import { solveMap } from "../solve/system.ts";
import { memoryOf, record } from "../tensor/base.ts";
import { concat } from "../tensor/join.ts";
import type { Tensor } from "../tensor/tensor.ts";
import {
  eigenpairs,
  type EigshOptions,
  type EigshResult,
} from "./eigenpairs.ts";
import type { Which } from "./extreme_search.ts";

export type { EigshOptions, EigshResult } from "./eigenpairs.ts";

const WHICH: readonly Which[] = [
  "largest",
  "smallest",
  "both-ends",
  "largest-magnitude",
];

/**
 * Extreme eigenpairs of a symmetric operator, by a Lanczos process in blocks
 * with thick restarts (Wu and Simon 2000); those of small ones by a dense
 * method. The largest entry of each vector is positive.
 *
 * The eigenvalues have derivatives, `v^T dA v`, and so have the eigenvectors of
 * eigenvalues that are not repeated, `(value - A)^+ dA v`: each of these takes
 * a system that MINRES solves.
 *
 * @param A a symmetric operator, a matrix, or a LazyTensor of scalars
 * @param options how many, which, how exact
 * @returns eigenvalues and eigenvectors
 * @throws {ArgumentError} where A is not symmetric, or an option is out of range
 * @throws {ConvergenceError} where residuals stay large
 *
 * @example The two largest of three
 * ```ts
 * import { diagonalOperator, eigsh } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const { values, vectors } = eigsh(diagonalOperator([1, 5, 3]), { k: 2 });
 * assert.deepEqual(values.arraySync(), [5, 3]);
 * assert.deepEqual(vectors.arraySync(), [[0, 0], [1, 0], [0, 1]]);
 * ```
 */
export function eigsh(
  A: LinearOperatorLike,
  options: EigshOptions = {},
): EigshResult {
  const map = mapOf(A);
  checkSquareMap(map, "find eigenpairs of");
  checkOptions(map, options);
  const result = eigenpairs(map, options);
  recordPairs(map, result);
  return result;
}

function recordPairs(map: LinearMap, { values, vectors }: EigshResult): void {
  record([values, vectors], map.inputs, "eigsh", (grads, needed, saved) => {
    const [value, vector] = grads;
    const [lambda, v, ...data] = saved;
    const again = map.madeOf(data);
    const terms: Tensor[] = [];
    if (value) terms.push(v.mul(value));
    if (vector) terms.push(fromVectors(again, lambda, v, vector));
    if (terms.length === 0) return needed.map(() => undefined);
    const u = terms.reduce((sum, t) => sum.add(t));
    return again.pullBack(u, v, needed);
  }, [values, vectors, ...map.inputs]);
}

/** `(value - A)^+ g` for each eigenpair with the gradient g of its vector. */
function fromVectors(
  map: LinearMap,
  values: Tensor,
  vectors: Tensor,
  gradients: Tensor,
): Tensor {
  const [n, k] = vectors.shape;
  const numbers = Array.from(memoryOf(values).data);
  const scale = Math.max(...numbers.map(Math.abs)) || 1;
  checkSimple(numbers, scale, map.dtype === "float64" ? 1e-9 : 1e-4);
  const columns = Array.from({ length: k }, (_, c) => {
    const [v, g] = [vectors, gradients].map((t) => t.slice([0, c], [n, c + 1]));
    // A minus the value has no inverse along v, and needs none.
    const along = denseMap(v);
    const regular = sumMap([
      shiftedMap(map, values.slice([c], [c + 1]).neg()),
      scaledMap(productMap(along, transposedMap(along)), scale),
    ]);
    const right = g.sub(v.mul(v.mul(g).sum()));
    return solveMap(regular, right, { method: "minres" }).neg();
  });
  return k === 1 ? columns[0] : concat(columns, 1);
}

function checkSimple(
  values: readonly number[],
  scale: number,
  least: number,
): void {
  values.forEach((a, p) => {
    const q = values.findIndex((b, q) =>
      q !== p && Math.abs(a - b) <= least * scale
    );
    if (q < 0) return;
    throw new ArgumentError(
      `Cannot differentiate eigenvectors of repeated eigenvalues: ${p} and ${q} are ${a} and ${
        values[q]
      }; only the eigenvalues have derivatives`,
    );
  });
}

function checkOptions(map: LinearMap, options: EigshOptions): void {
  const { which = "largest", tolerance = 1, maxIterations = 1 } = options;
  if (!WHICH.includes(which)) {
    throw new ArgumentError(
      `Cannot find the eigenvalues "${which}"${
        suggestion(String(which), WHICH)
      }: one of ${WHICH.map((w) => `"${w}"`).join(", ")} is wanted`,
    );
  }
  const { k = 1, basis = k } = options;
  for (const [name, x] of [["k", k], ["basis", basis]] as const) {
    if (Number.isInteger(x) && x >= 1 && (name === "basis" || x <= map.rows)) {
      continue;
    }
    throw new ArgumentError(
      `Cannot find eigenpairs with ${name} = ${x}: ${
        name === "k" ? `an integer from 1 to ${map.rows}` : "a positive integer"
      } is wanted`,
    );
  }
  const positive = [["tolerance", tolerance], ["maxIterations", maxIterations]];
  for (const [name, x] of positive) {
    if (Number(x) > 0) continue;
    throw new ArgumentError(
      `Cannot find eigenpairs with ${name} = ${x}: a positive number is wanted`,
    );
  }
}
