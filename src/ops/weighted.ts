/**
 * Weighted norms and distances. The weights are a scalar, one number a
 * component, or a matrix.
 *
 * @module
 */

import { ShapeError } from "../errors.ts";
import type { Formula } from "../formula/formula.ts";
import { mul, square, sub } from "./arithmetic.ts";
import { addAll } from "./core.ts";
import { derivedOp } from "./define.ts";
import { matvecmult } from "./matrix.ts";
import { broadcastDim, defineOp, type Domain, type Op } from "./op.ts";
import { dot, sqdist, sqnorm2 } from "./norms.ts";

/** Shapes of a norm: weights and vector. */
function shapes(...dims: readonly (readonly number[])[]): Domain {
  return { cases: dims.map((d) => ({ dims: d })), ranges: [[-1, 1]] };
}

function misfit(name: string, s: Formula, wanted: string, f: Formula): never {
  throw new ShapeError(
    `Cannot apply "${name}" to weights of dimension ${s.dim} and a vector of dimension ${f.dim}: the weights must be ${wanted}`,
  );
}

/** The squared norm times a scalar. */
export const sqNormIso: Op = derivedOp({
  name: "SqNormIso",
  meaning: "s sum_k f_k^2",
  dims: "1, D -> 1",
  example: {
    formula: "SqNormIso(s, f)",
    data: { s: [2], f: [3, 4] },
    value: [50],
  },
  inputs: 2,
  domain: shapes([1, 3], [1, 1]),
  expand: ([s, f]) =>
    s.dim === 1 ? mul(s, sqnorm2(f)) : misfit("SqNormIso", s, "a scalar", f),
});

/** The squared norm with one weight a component. */
export const sqNormDiag: Op = derivedOp({
  name: "SqNormDiag",
  meaning: "sum_k s_k f_k^2",
  dims: "D, D -> 1",
  example: {
    formula: "SqNormDiag(s, f)",
    data: { s: [1, 2], f: [3, 4] },
    value: [41],
  },
  inputs: 2,
  domain: shapes([3, 3], [1, 1], [20, 20]),
  expand: ([s, f]) => {
    if (s.dim !== f.dim) misfit("SqNormDiag", s, "as many", f);
    return f.op === sub && f.args[0].dim === f.args[1].dim
      ? sqDistDiag(...f.args, s)
      : dot(s, square(f));
  },
});

/** The quadratic form of a matrix, given row by row. */
export const symSqNorm: Op = derivedOp({
  name: "SymSqNorm",
  meaning: "sum_kl s_kl f_k f_l",
  dims: "D D, D -> 1",
  example: {
    formula: "SymSqNorm(s, f)",
    data: { s: [1, 2, 2, 1], f: [3, 4] },
    value: [73],
  },
  inputs: 2,
  domain: shapes([9, 3], [1, 1], [25, 5]),
  expand: ([s, f]) => {
    if (s.dim !== f.dim ** 2) misfit("SymSqNorm", s, "its square", f);
    return dot(f, matvecmult(s, f));
  },
});

/** The squared distance with one weight a component. */
export const sqDistDiag: Op = defineOp({
  name: "SqDistDiag",
  meaning: "sum_k s_k (f_k - g_k)^2",
  dims: "D, D, D -> 1",
  example: {
    formula: "SqDistDiag(f, g, s)",
    data: { f: [3, 4], g: [0, 2], s: [1, 2] },
    value: [17],
  },
  inputs: 3,
  domain: shapes([3, 3, 3], [20, 20, 20]),
  shape: ([f, g, s]) => {
    if (f.dim === g.dim && s.dim === f.dim) return 1;
    throw new ShapeError(
      `Cannot apply "SqDistDiag" to operands of dimensions ${f.dim}, ${g.dim} and ${s.dim}: they must be equal`,
    );
  },
  lower: (to, node, [f, g, s]) => to.scalar(to.squaredDistance(node, f, g, s)),
  jvp: ({ args: [f, g, s] }, [t, u, w]) => {
    const d = sub(f, g);
    const turn = t && u ? sub(t, u) : t ?? (u && mul(-1, u));
    return addAll([
      turn && mul(2, dot(mul(s, d), turn)),
      w && dot(w, square(d)),
    ]);
  },
  vjp: ({ args: [f, g, s] }, e) => {
    const d = sub(f, g);
    const slope = mul(mul(2, e), mul(s, d));
    return [slope, mul(-1, slope), mul(e, square(d))];
  },
});

/**
 * The weighted squared norm: the weights are a scalar, one number a
 * component, or a symmetric matrix, given row by row.
 */
export const weightedSqnorm: Op = derivedOp({
  name: "WeightedSqNorm",
  meaning: "sum_k s_k f_k^2, or sum_kl s_kl f_k f_l",
  dims: "1 or D or D D, D -> 1",
  example: {
    formula: "WeightedSqNorm(s, f)",
    data: { s: [1, 2], f: [3, 4] },
    value: [41],
  },
  inputs: 2,
  domain: shapes([1, 3], [3, 3], [9, 3], [1, 1], [20, 20]),
  expand: ([s, f]) => weighted("WeightedSqNorm", s, f),
});

function weighted(name: string, s: Formula, f: Formula): Formula {
  if (s.dim === 1) return sqNormIso(s, f);
  if (s.dim === f.dim) return sqNormDiag(s, f);
  if (s.dim === f.dim ** 2) return symSqNorm(s, f);
  return misfit(name, s, "a scalar, as many, or its square", f);
}

/** The weighted squared distance, with weights as in `WeightedSqNorm`. */
export const weightedSqdist: Op = derivedOp({
  name: "WeightedSqDist",
  meaning: "WeightedSqNorm(s, f - g)",
  dims: "1 or D or D D, D or 1, D or 1 -> 1",
  example: {
    formula: "WeightedSqDist(s, f, g)",
    data: { s: [1, 2], f: [3, 4], g: [0, 2] },
    value: [17],
  },
  inputs: 3,
  domain: shapes([1, 3, 3], [3, 3, 3], [9, 3, 3], [3, 1, 3], [20, 20, 20]),
  expand: ([s, f, g]) => {
    broadcastDim("WeightedSqDist", [f, g]);
    return s.dim === 1 && f.dim === g.dim
      ? mul(s, sqdist(f, g))
      : weighted("WeightedSqDist", s, sub(f, g));
  },
});
