/**
 * B-splines.
 *
 * @module
 */

import { ArgumentError, ShapeError } from "../errors.ts";
import type { Formula } from "../formula/formula.ts";
import type { Value } from "../program/ir.ts";
import type { Lowering } from "../program/lower.ts";
import { type Vector, vectorOf } from "../program/vector.ts";
import { add, mul, neg, square, sub } from "./arithmetic.ts";
import { addAll, sum } from "./core.ts";
import { scalarOp } from "./define.ts";
import { cotangentThrough, tangentThrough } from "./expansion.ts";
import { defineOp, type Op } from "./op.ts";
import { extract } from "./parts.ts";

/** The inverse of each component; 0 at 0, and so is its derivative. */
export const invOrZero: Op = scalarOp({
  name: "InvOrZero",
  meaning: "1 / f, 0 at 0",
  example: { formula: "InvOrZero(f)", data: { f: [4, 0] }, value: [0.25, 0] },
  domain: [[0.4, 2]],
  lower: (b, [x]) => {
    const [zero, one] = [b.float(0), b.float(1)];
    const isZero = b.apply("eq", x, zero);
    return b.apply("select", isZero, zero, b.apply("div", one, x));
  },
  partials: (self) => [neg(square(self))],
});

/**
 * The values at `x` of all B-splines of a degree, by the recurrence of Cox
 * and de Boor. The knots ascend and may repeat. The first knot of an interval
 * belongs to it, the last does not; beyond the knots all are 0. The
 * derivatives, of any order and in the knots as well, hold where `x` is no
 * knot; in `x` they come from the right at knots.
 */
export const bspline: Op = defineOp({
  name: "BSpline",
  meaning: "(B_k(x))_k of the degree over the knots",
  dims: "n, 1 -> n - degree - 1",
  example: {
    formula: "BSpline(knots, x, 1)",
    data: { knots: [0, 1, 2, 3], x: [1.25] },
    value: [0.75, 0.25],
  },
  inputs: 2,
  params: [{ name: "degree", kind: "int", default: 0 }],
  domain: {
    cases: [
      { dims: [4, 1], params: [0] },
      { dims: [6, 1], params: [1] },
      { dims: [7, 1], params: [3] },
      { dims: [25, 1], params: [2] },
    ],
    ranges: [[-1, 1], [-0.8, 0.8]],
  },
  shape: ([knots, x], [degree]) => {
    const k = degree as number;
    if (x.dim !== 1) {
      throw new ShapeError(
        `Cannot apply "BSpline" at a point of dimension ${x.dim}: a scalar is wanted`,
      );
    }
    if (k < 0) {
      throw new ArgumentError(
        `Cannot apply "BSpline" of degree ${k}: it must be 0 or more`,
      );
    }
    if (knots.dim >= k + 2) return knots.dim - k - 1;
    throw new ShapeError(
      `Cannot apply "BSpline" of degree ${k} to ${knots.dim} knots: at least ${
        k + 2
      } are wanted`,
    );
  },
  costly: true,
  lower: (to, node, [knots, x]) => {
    const point = x.at(to.b.int(0));
    const degree = node.params[0] as number;
    return knots.dim - 1 <= to.b.options.unroll
      ? lowerShort(to, knots, point, degree)
      : lowerLong(to, node, knots, point);
  },
  jvp: (node, [dKnots, dx]) => {
    if (node.params[0] === 0) return undefined;
    return addAll([
      dx && mul(slope(node), dx),
      dKnots &&
      tangentThrough(recurrence(node), node.args, [dKnots, undefined]),
    ]);
  },
  vjp: (node, e) => {
    if (node.params[0] === 0) return [undefined, undefined];
    return [
      cotangentThrough(recurrence(node), node.args, 0, e),
      sum(mul(slope(node), e)),
    ];
  },
});

/** The parts of the recurrence, which are those of the derivative, too. */
function parts(node: Formula, [knots, x]: readonly Formula[]) {
  const k = node.params[0] as number;
  const lower = bspline(knots, x, k - 1);
  const from = (start: number) => extract(knots, start, node.dim);
  return {
    k,
    x,
    start: from(0),
    end: from(k + 1),
    left: mul(invOrZero(sub(from(k), from(0))), extract(lower, 0, node.dim)),
    right: mul(
      invOrZero(sub(from(k + 1), from(1))),
      extract(lower, 1, node.dim),
    ),
  };
}

/** The derivative in `x`. */
function slope(node: Formula): Formula {
  const { k, left, right } = parts(node, node.args);
  return mul(k, sub(left, right));
}

/** The splines in terms of those of one degree less. */
const recurrence = (node: Formula) => (args: readonly Formula[]): Formula => {
  const { x, start, end, left, right } = parts(node, args);
  return add(mul(sub(x, start), left), mul(sub(end, x), right));
};

/** One spline of degree `p` from two of one degree less. */
function combined(
  to: Lowering,
  knot: (offset: number) => Value,
  x: Value,
  p: number,
  [left, right]: readonly [Value, Value],
): Value {
  const { b } = to;
  const share = (over: Value, length: Value, value: Value) => {
    const none = b.apply("eq", length, b.float(0));
    const share = b.apply("mul", b.apply("div", over, length), value);
    return b.apply("select", none, b.float(0), share);
  };
  const minus = (u: Value, v: Value) => b.apply("sub", u, v);
  return b.apply(
    "add",
    share(minus(x, knot(0)), minus(knot(p), knot(0)), left),
    share(minus(knot(p + 1), x), minus(knot(p + 1), knot(1)), right),
  );
}

/** The spline of degree 0: whether `x` lies between two knots. */
function indicator(to: Lowering, from: Value, end: Value, x: Value): Value {
  const { b } = to;
  const inside = b.apply("and", b.apply("le", from, x), b.apply("lt", x, end));
  return b.apply("select", inside, b.float(1), b.float(0));
}

function lowerShort(
  to: Lowering,
  knots: Vector,
  x: Value,
  degree: number,
): Vector {
  const knot = (k: number) => knots.at(to.b.int(k));
  let splines = Array.from(
    { length: knots.dim - 1 },
    (_, k) => indicator(to, knot(k), knot(k + 1), x),
  );
  for (let p = 1; p <= degree; p++) {
    splines = splines.slice(1).map((right, i) =>
      combined(to, (d) => knot(i + d), x, p, [splines[i], right])
    );
  }
  return vectorOf(to.b, splines);
}

function lowerLong(
  to: Lowering,
  node: Formula,
  knots: Vector,
  x: Value,
): Vector {
  const { b } = to;
  const degree = node.params[0] as number;
  const after = (k: Value, d: number) => b.apply("iadd", k, b.int(d));
  const splines = b.array("splines", "float", knots.dim - 1);
  b.for(knots.dim - 1, (k) => {
    b.put(splines, k, indicator(to, knots.at(k), knots.at(after(k, 1)), x));
  });
  for (let p = 1; p <= degree; p++) {
    // Ascending, so that the neighbour is still of the lower degree.
    b.for(knots.dim - 1 - p, (k) => {
      const pair = [b.get(splines, k), b.get(splines, after(k, 1))] as const;
      const knot = (d: number) => knots.at(after(k, d));
      b.put(splines, k, combined(to, knot, x, p, pair));
    });
  }
  return to.fill(
    node.dim,
    (put) => b.for(node.dim, (k) => put(k, b.get(splines, k))),
  );
}
