/**
 * Sums of products over some indices of two tensors: the lowering of all
 * matrix and tensor products.
 *
 * @module
 */

import type { Value } from "../program/ir.ts";
import type { Lowering } from "../program/lower.ts";
import { sumOf, type Vector } from "../program/vector.ts";

/** One index: its range, and how far it steps in either operand. */
export interface Axis {
  /** The index takes the values 0 ... size - 1. */
  readonly size: number;
  /** Entries from one value to the next in the first operand. */
  readonly first: number;
  /** Entries from one value to the next in the second operand. */
  readonly second: number;
}

/** The number of values that the indices take together. */
function volume(axes: readonly Axis[]): number {
  return axes.reduce((n, a) => n * a.size, 1);
}

/** The same indices, with neighbours that step alike made one. */
export function merged(axes: readonly Axis[]): Axis[] {
  const result: Axis[] = [];
  for (const axis of axes.filter((a) => a.size !== 1)) {
    const outer = result.at(-1);
    const alike = outer !== undefined &&
      outer.first === axis.size * axis.first &&
      outer.second === axis.size * axis.second;
    if (alike) result.pop();
    result.push(alike ? { ...axis, size: outer.size * axis.size } : axis);
  }
  return result;
}

/**
 * The tensor of `sum_inner f g`, flat with the last outer index fastest.
 *
 * @param outer the indices of the result, in order
 * @param inner the indices that are summed
 */
export function contraction(
  to: Lowering,
  outer: readonly Axis[],
  inner: readonly Axis[],
  [f, g]: readonly Vector[],
): Vector {
  const { b } = to;
  const [rows, terms] = [merged(outer), merged(inner)];
  const count = volume(terms);
  const x = stored(to, f, rows, terms, "first");
  const y = stored(to, g, rows, terms, "second");
  const result = to.lazy(volume(rows), (k) => {
    const at = offsets(to, rows, k);
    return sumOf(b, count, (m) => {
      const step = offsets(to, terms, m);
      const i = b.apply("iadd", at.first, step.first);
      const j = b.apply("iadd", at.second, step.second);
      return b.apply("mul", x.at(i), y.at(j));
    });
  });
  // What reads local arrays is not moved out of the pairs: it is done here.
  return result.dim <= b.options.unroll ? to.keep(result) : result;
}

/** An operand in a form that suits how often and how it will be read. */
function stored(
  to: Lowering,
  vector: Vector,
  rows: readonly Axis[],
  terms: readonly Axis[],
  operand: "first" | "second",
): Vector {
  const { b } = to;
  const kind = vector.source?.kind;
  if (vector.dim === 1 || kind === "operand" || kind === "array") return vector;
  const reused = rows.some((a) => a[operand] === 0);
  const byLoop = [rows, terms].some((axes) =>
    volume(axes) > b.options.unroll && axes.some((a) => a[operand] !== 0)
  );
  // A loop cannot index registers: it would choose among all of them.
  if (byLoop && (reused || kind === "values")) {
    return to.fill(
      vector.dim,
      (put) => b.for(vector.dim, (k) => put(k, vector.at(k))),
    );
  }
  return reused && !byLoop ? to.keep(vector) : vector;
}

/** Where a flat index lies in both operands. */
function offsets(
  to: Lowering,
  axes: readonly Axis[],
  index: Value,
): { first: Value; second: Value } {
  const { b } = to;
  let [first, second, rest] = [b.int(0), b.int(0), index];
  axes.toReversed().forEach(({ size, ...steps }, k) => {
    const last = k === axes.length - 1;
    const digit = last ? rest : b.apply("imod", rest, b.int(size));
    if (!last) rest = b.apply("idiv", rest, b.int(size));
    first = b.apply("iadd", first, stepped(to, digit, steps.first));
    second = b.apply("iadd", second, stepped(to, digit, steps.second));
  });
  return { first, second };
}

function stepped(to: Lowering, digit: Value, step: number): Value {
  const { b } = to;
  if (step === 0) return b.int(0);
  return step === 1 ? digit : b.apply("imul", digit, b.int(step));
}
