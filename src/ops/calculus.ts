/**
 * Symbolic calculus: gradients, directional derivatives, traces. These are
 * abbreviations: what they give is made of other ops.
 *
 * @module
 */

import { ShapeError } from "../errors.ts";
import { diff, grad, lastLoop, tangent } from "../calculus/derivatives.ts";
import { place, slice } from "./basis.ts";
import { basisStack, basisSum } from "./basis_loops.ts";
import { replicate, sum, zero } from "./core.ts";
import { derivedOp } from "./define.ts";
import { constant, type Op } from "./op.ts";

const UNTESTED = { cases: [], ranges: [] };

/** The transposed Jacobian of `f` in `v` times `e`; `e` is as long as `f`. */
export const gradient: Op = derivedOp({
  name: "Grad",
  meaning: "(d f / d v)^T e",
  dims: "m, n, m -> n",
  example: {
    formula: "Grad(SqNorm2(v), v, e)",
    data: { v: [1, 2], e: [1] },
    value: [2, 4],
  },
  inputs: 3,
  domain: UNTESTED,
  expand: ([f, v, e]) => grad(f, v, e),
});

/** The Jacobian of `f` in `v` times `u`; `u` is as long as `v`. */
export const differential: Op = derivedOp({
  name: "Diff",
  meaning: "(d f / d v) u",
  dims: "m, n, n -> m",
  example: {
    formula: "Diff(Square(v), v, u)",
    data: { v: [1, 2], u: [1, 0] },
    value: [2, 0],
  },
  inputs: 3,
  domain: UNTESTED,
  expand: ([f, v, u]) => diff(f, v, u),
});

/** The trace of the Jacobian of `f` in `v`; `f` is as long as `v`. */
export const divergence: Op = derivedOp({
  name: "Divergence",
  meaning: "sum_k d f_k / d v_k",
  dims: "D, D -> 1",
  example: {
    formula: "Divergence(Square(v), v)",
    data: { v: [1, 2] },
    value: [6],
  },
  inputs: 2,
  domain: UNTESTED,
  expand: ([f, v]) => {
    if (f.dim !== v.dim) {
      throw new ShapeError(
        `Cannot take the divergence of a formula of dimension ${f.dim} in a variable of dimension ${v.dim}: they must be equal`,
      );
    }
    const loop = lastLoop(f, v) + 1;
    const t = tangent(f, v, place(constant(1), loop, v.dim));
    return t ? basisSum(slice(t, loop, v.dim), loop, v.dim) : zero(1);
  },
});

/** The sum of second derivatives of the scalar `f` in `v`. */
export const laplacian: Op = derivedOp({
  name: "Laplacian",
  meaning: "sum_k d^2 f / d v_k^2",
  dims: "1, D -> 1",
  example: {
    formula: "Laplacian(SqNorm2(v), v)",
    data: { v: [1, 2] },
    value: [4],
  },
  inputs: 2,
  domain: UNTESTED,
  expand: ([f, v]) => {
    if (f.dim !== 1) {
      throw new ShapeError(
        `Cannot take the Laplacian of a formula of dimension ${f.dim}: a scalar is wanted`,
      );
    }
    const loop = lastLoop(f, v) + 1;
    const direction = place(constant(1), loop, v.dim);
    const first = tangent(f, v, direction);
    const second = first && tangent(first, v, direction);
    return second ? basisSum(second, loop, v.dim) : zero(1);
  },
});

/**
 * The gradients of the components of `f` in `v`, one after the other: the
 * Jacobian, row by row.
 */
export const gradMatrix: Op = derivedOp({
  name: "GradMatrix",
  meaning: "(d f_k / d v_l)_kl",
  dims: "m, n -> m n",
  example: {
    formula: "GradMatrix(Square(v), v)",
    data: { v: [1, 2] },
    value: [2, 0, 0, 4],
  },
  inputs: 2,
  domain: UNTESTED,
  expand: ([f, v]) => {
    const loop = lastLoop(f, v) + 1;
    const row = grad(f, v, place(constant(1), loop, f.dim));
    return basisStack(row, loop, f.dim);
  },
});

/** The trace of a linear map: `f` is linear in `v`, and as long. */
export const traceOperator: Op = derivedOp({
  name: "TraceOperator",
  meaning: "trace of v -> f",
  dims: "D, D -> 1",
  example: {
    formula: "TraceOperator(3 * v, v)",
    data: { v: [1, 2] },
    value: [6],
  },
  inputs: 2,
  domain: UNTESTED,
  expand: ([f, v]) => divergence(f, v),
});

/** The adjoint of a linear map, at `u`: `f` is linear in `v`. */
export const adjointOperator: Op = derivedOp({
  name: "AdjointOperator",
  meaning: "(v -> f)^T u",
  dims: "m, n, m -> n",
  example: {
    formula: "AdjointOperator(MatVecMult(A, v), v, u)",
    data: { A: [1, 2, 3, 4, 5, 6], v: [0, 0, 0], u: [1, 1] },
    value: [5, 7, 9],
  },
  inputs: 3,
  domain: UNTESTED,
  expand: ([f, v, u]) => grad(f, v, u),
});

/** The sum of all entries of the matrix of a linear map. */
export const sumLinOperator: Op = derivedOp({
  name: "SumLinOperator",
  meaning: "sum of the entries of v -> f",
  dims: "m, n -> 1",
  example: {
    formula: "SumLinOperator(MatVecMult(A, v), v)",
    data: { A: [1, 2, 3, 4, 5, 6], v: [0, 0, 0] },
    value: [21],
  },
  inputs: 2,
  domain: UNTESTED,
  expand: ([f, v]) => sum(diff(f, v, replicate(constant(1), v.dim))),
});

/** `f`, in which `g` is computed once: shared parts always are. */
export const factorize: Op = derivedOp({
  name: "Factorize",
  meaning: "f",
  dims: "m, n -> m",
  example: {
    formula: "Factorize(SqNorm2(f) + Exp(SqNorm2(f)), SqNorm2(f))",
    data: { f: [0, 0] },
    value: [1],
  },
  inputs: 2,
  domain: UNTESTED,
  expand: ([f]) => f,
});

/** `f`, in which every repeated part is computed once: they always are. */
export const autoFactorize: Op = derivedOp({
  name: "AutoFactorize",
  meaning: "f",
  dims: "m -> m",
  example: {
    formula: "AutoFactorize(SqNorm2(f) + Exp(SqNorm2(f)))",
    data: { f: [0, 0] },
    value: [1],
  },
  inputs: 1,
  domain: UNTESTED,
  expand: ([f]) => f,
});
