/**
 * Matrices and tensors, stored flat with the last index fastest.
 *
 * @module
 */

import { ShapeError } from "../errors.ts";
import type { Formula, Param } from "../formula/formula.ts";
import { mul, zero } from "./core.ts";
import { bilinearOp, derivedOp } from "./define.ts";
import { contraction, merged } from "./contraction.ts";
import type { Op } from "./op.ts";
import {
  adjointOfFirst,
  adjointOfSecond,
  indices,
  kept,
  outputDims,
} from "./tensor_indices.ts";
import { dot } from "./norms.ts";

const ALL = [-1, 1] as const;

/** The other dimension of a matrix that meets a vector. */
function quotient(name: string, matrix: Formula, vector: Formula): number {
  const rows = matrix.dim / vector.dim;
  if (Number.isInteger(rows)) return rows;
  throw new ShapeError(
    `Cannot apply "${name}" to a matrix of ${matrix.dim} entries and a vector of dimension ${vector.dim}: the number of entries must be a multiple of the dimension`,
  );
}

/** A product with a structural zero. */
function absent(f: Formula, g: Formula, dim: () => number) {
  return f.op === zero || g.op === zero ? zero(dim()) : undefined;
}

/** A matrix, row by row, times a vector. */
export const matvecmult: Op = bilinearOp({
  name: "MatVecMult",
  meaning: "sum_l A_kl b_l",
  dims: "n D, D -> n",
  example: {
    formula: "MatVecMult(A, b)",
    data: { A: [1, 2, 3, 4, 5, 6], b: [1, 1, 1] },
    value: [6, 15],
  },
  domain: {
    cases: [{ dims: [6, 3] }, { dims: [3, 3] }, { dims: [4, 1] }],
    ranges: [ALL],
  },
  simplify: ([a, v]) => {
    if (v.dim === 1) return mul(a, v);
    if (a.dim === v.dim) return dot(a, v);
    return absent(a, v, () => quotient("MatVecMult", a, v));
  },
  shape: ([a, v]) => quotient("MatVecMult", a, v),
  lower: (to, node, args) => {
    const columns = node.args[1].dim;
    return contraction(
      to,
      [{ size: node.dim, first: columns, second: 0 }],
      [{ size: columns, first: 1, second: 1 }],
      args,
    );
  },
  adjoints: ({ args: [a, v] }, e) => [tensorprod(e, v), vecmatmult(e, a)],
  costly: true,
});

/** A row vector times a matrix, row by row. */
export const vecmatmult: Op = bilinearOp({
  name: "VecMatMult",
  meaning: "sum_k b_k A_kl",
  dims: "D, D n -> n",
  example: {
    formula: "VecMatMult(b, A)",
    data: { b: [1, 1], A: [1, 2, 3, 4, 5, 6] },
    value: [5, 7, 9],
  },
  domain: {
    cases: [{ dims: [3, 6] }, { dims: [3, 3] }, { dims: [1, 4] }],
    ranges: [ALL],
  },
  simplify: ([v, a]) => {
    if (v.dim === 1) return mul(v, a);
    if (a.dim === v.dim) return dot(v, a);
    return absent(v, a, () => quotient("VecMatMult", a, v));
  },
  shape: ([v, a]) => quotient("VecMatMult", a, v),
  lower: (to, node, args) =>
    contraction(
      to,
      [{ size: node.dim, first: 0, second: 1 }],
      [{ size: node.args[0].dim, first: 1, second: node.dim }],
      args,
    ),
  adjoints: ({ args: [v, a] }, e) => [matvecmult(a, e), tensorprod(v, e)],
  costly: true,
});

/** All products of a component of one vector and one of another. */
export const tensorprod: Op = bilinearOp({
  name: "TensorProd",
  meaning: "(a_k b_l)_kl",
  dims: "m, n -> m n",
  example: {
    formula: "TensorProd(a, b)",
    data: { a: [1, 2], b: [3, 4] },
    value: [3, 4, 6, 8],
  },
  domain: {
    cases: [{ dims: [2, 3] }, { dims: [1, 3] }, { dims: [3, 1] }],
    ranges: [ALL],
  },
  simplify: ([f, g]) =>
    f.dim === 1 || g.dim === 1 ? mul(f, g) : absent(f, g, () => f.dim * g.dim),
  shape: ([f, g]) => f.dim * g.dim,
  lower: (to, node, args) =>
    contraction(
      to,
      [
        { size: node.args[0].dim, first: 1, second: 0 },
        { size: node.args[1].dim, first: 0, second: 1 },
      ],
      [],
      args,
    ),
  adjoints: ({ args: [f, g] }, e) => [matvecmult(e, g), vecmatmult(f, e)],
});

/** Where a tensor lies in the list of static arguments. */
const TENSOR_PARAMS = [
  { name: "dimf", kind: "ints" },
  { name: "dimg", kind: "ints" },
] as const;

/**
 * The sum of products of two tensors over pairs of their dimensions, as
 * `np.tensordot`: what is left of `f` comes first, then what is left of `g`;
 * `permute[k]` is the place where the k-th of these goes.
 */
export const tensordot: Op = bilinearOp({
  name: "TensorDot",
  meaning: "sum over the dimensions contf of f and contg of g",
  dims: "all of dimf, all of dimg -> all that is left",
  example: {
    formula: "TensorDot(f, g, [2, 3], [3, 2], [1], [0])",
    data: { f: [1, 2, 3, 4, 5, 6], g: [1, 0, 0, 1, 1, 1] },
    value: [4, 5, 10, 11],
  },
  params: [
    ...TENSOR_PARAMS,
    { name: "contf", kind: "ints" },
    { name: "contg", kind: "ints" },
    { name: "permute", kind: "ints", default: [] },
  ],
  domain: {
    cases: [
      { dims: [6, 6], params: [[2, 3], [3, 2], [1], [0]] },
      { dims: [6, 6], params: [[2, 3], [3, 2], [1, 0], [0, 1]] },
      { dims: [8, 4], params: [[2, 2, 2], [2, 2], [2], [0], [2, 0, 1]] },
      { dims: [6, 2], params: [[3, 2], [2], [], [], [1, 2, 0]] },
    ],
    ranges: [ALL],
  },
  simplify: ([f, g], params) => {
    const spec = kept(f, g, params);
    const given = params[4] as readonly number[];
    const order = spec.permute;
    if (given.length < order.length) {
      return tensordot.build([f, g], [...params.slice(0, 4), order]);
    }
    const { outer, inner } = indices(spec);
    const sums = merged(inner);
    const plain = merged(outer).length === 0 && sums.length === 1 &&
      sums[0].first === 1 && sums[0].second === 1;
    return plain ? dot(f, g) : absent(f, g, () => product(outputDims(spec)));
  },
  shape: ([f, g], params) => product(outputDims(kept(f, g, params))),
  lower: (to, { args: [f, g], params }, args) => {
    const { outer, inner } = indices(kept(f, g, params));
    return contraction(to, outer, inner, args);
  },
  adjoints: ({ args: [f, g], params }, e) => {
    const spec = kept(f, g, params);
    return [
      tensordot.build([e, g], adjointOfFirst(spec)),
      tensordot.build([f, e], adjointOfSecond(spec)),
    ];
  },
  costly: true,
});

function product(dims: readonly number[]): number {
  return dims.reduce((n, d) => n * d, 1);
}

/** The Kronecker product of two tensors of equal rank, as `np.kron`. */
export const kron: Op = derivedOp({
  name: "Kron",
  meaning: "(f_k g_l)_(k0 l0 k1 l1 ...)",
  dims: "m, n -> m n",
  example: {
    formula: "Kron(f, g, [2, 2], [1, 2])",
    data: { f: [1, 0, 0, 1], g: [5, 6] },
    value: [5, 6, 0, 0, 0, 0, 5, 6],
  },
  inputs: 2,
  params: TENSOR_PARAMS,
  domain: {
    cases: [
      { dims: [4, 3], params: [[2, 2], [1, 3]] },
      { dims: [2, 3], params: [[2], [3]] },
    ],
    ranges: [ALL],
  },
  expand: ([f, g], [dimf, dimg]) => {
    const rank = (dimf as readonly Param[]).length;
    if ((dimg as readonly Param[]).length !== rank) {
      throw new ShapeError(
        `Cannot apply "Kron" to tensors of dimensions [${dimf}] and [${dimg}]: they must be as many`,
      );
    }
    const order = Array.from(
      { length: 2 * rank },
      (_, k) => k < rank ? 2 * k : 2 * (k - rank) + 1,
    );
    return tensordot.build([f, g], [dimf, dimg, [], [], order]);
  },
});
