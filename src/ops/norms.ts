/**
 * Dot products, norms and distances of vectors.
 *
 * @module
 */

import { ShapeError } from "../errors.ts";
import type { Formula } from "../formula/formula.ts";
import { mul, rsqrt, sqrt, square, sub } from "./arithmetic.ts";
import { addAll, sum } from "./core.ts";
import { place } from "./basis.ts";
import { derivedOp } from "./define.ts";
import { defineOp, type Op } from "./op.ts";

const LENGTHS = [{ dims: [3] }, { dims: [1] }, { dims: [20] }];

function sameDim(name: string, f: Formula, g: Formula): void {
  if (f.dim === g.dim) return;
  throw new ShapeError(
    `Cannot apply "${name}" to operands of dimensions ${f.dim} and ${g.dim}: they must be equal`,
  );
}

/** The dot product; with a scalar operand, that scalar times the sum. */
export const dot: Op = defineOp({
  name: "Scalprod",
  meaning: "sum_k f_k g_k",
  dims: "D or 1, D or 1 -> 1",
  example: {
    formula: "Scalprod(f, g)",
    data: { f: [1, 2, 3], g: [4, 5, 6] },
    value: [32],
  },
  inputs: 2,
  domain: {
    cases: [
      { dims: [3, 3] },
      { dims: [1, 3] },
      { dims: [3, 1] },
      { dims: [20, 20] },
    ],
    ranges: [[-1, 1]],
  },
  simplify: ([f, g]) => {
    if (f.dim === 1 || g.dim === 1) return mul(sum(f), sum(g));
    return f.op === place || g.op === place ? sum(mul(f, g)) : undefined;
  },
  shape: ([f, g]) => (sameDim("Scalprod", f, g), 1),
  lower: (to, node, [f, g]) => to.scalar(to.dot(node, f, g)),
  jvp: ({ args: [f, g] }, [t, u]) => addAll([t && dot(t, g), u && dot(f, u)]),
  vjp: ({ args: [f, g] }, e) => [mul(e, g), mul(e, f)],
});

/** The squared Euclidean distance. */
export const sqdist: Op = defineOp({
  name: "SqDist",
  meaning: "sum_k (f_k - g_k)^2",
  dims: "D or 1, D or 1 -> 1",
  example: {
    formula: "SqDist(f, g)",
    data: { f: [0, 0], g: [3, 4] },
    value: [25],
  },
  inputs: 2,
  domain: {
    cases: [
      { dims: [3, 3] },
      { dims: [1, 3] },
      { dims: [3, 1] },
      { dims: [20, 20] },
    ],
    ranges: [[-1, 1]],
  },
  simplify: ([f, g]) =>
    f.dim !== g.dim && (f.dim === 1 || g.dim === 1)
      ? sqnorm2(sub(f, g))
      : undefined,
  shape: ([f, g]) => (sameDim("SqDist", f, g), 1),
  lower: (to, node, [f, g]) => to.scalar(to.squaredDistance(node, f, g)),
  jvp: ({ args: [f, g] }, [t, u]) => {
    const d = t && u ? sub(t, u) : t ?? (u && mul(-1, u));
    return d && mul(2, dot(sub(f, g), d));
  },
  vjp: ({ args: [f, g] }, e) => {
    const d = mul(mul(2, e), sub(f, g));
    return [d, mul(-1, d)];
  },
});

/** The squared Euclidean norm. */
export const sqnorm2: Op = derivedOp({
  name: "SqNorm2",
  meaning: "sum_k f_k^2",
  dims: "D -> 1",
  example: { formula: "SqNorm2(f)", data: { f: [3, 4] }, value: [25] },
  inputs: 1,
  domain: { cases: LENGTHS, ranges: [[-1, 1]] },
  expand: ([f]) => {
    if (f.dim === 1) return square(f);
    return f.op === sub && f.args[0].dim === f.args[1].dim
      ? sqdist(...f.args)
      : dot(f, f);
  },
});

/** The Euclidean norm. Its derivative at 0 is taken as 0. */
export const norm2: Op = derivedOp({
  name: "Norm2",
  meaning: "(sum_k f_k^2)^(1/2)",
  dims: "D -> 1",
  example: { formula: "Norm2(f)", data: { f: [3, 4] }, value: [5] },
  inputs: 1,
  domain: { cases: LENGTHS, ranges: [[0.4, 2]] },
  expand: ([f]) => sqrt(sqnorm2(f)),
});

/** The vector divided by its norm; 0 stays 0. */
export const normalize: Op = derivedOp({
  name: "Normalize",
  meaning: "f / |f|, 0 at 0",
  dims: "D -> D",
  example: { formula: "Normalize(f)", data: { f: [3, 4] }, value: [0.6, 0.8] },
  inputs: 1,
  domain: { cases: LENGTHS, ranges: [[0.4, 2]] },
  expand: ([f]) => mul(rsqrt(sqnorm2(f)), f),
});
