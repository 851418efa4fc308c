/**
 * Blocks of vectors picked by the index of an enclosing basis loop: how
 * traces, Laplacians and Jacobians run over basis vectors without writing
 * them out.
 *
 * @module
 */

import type { Formula } from "../formula/formula.ts";
import { defineOp, type Op, type ParamSpec } from "./op.ts";

const LOOP: readonly ParamSpec[] = [
  { name: "loop", kind: "int" },
  { name: "count", kind: "int" },
];
const UNTESTED = { cases: [], ranges: [] };

/**
 * The vector of `count` blocks that are zero, but for the one that the loop
 * points at: `place(1, loop, count)` is the basis vector of the loop.
 */
export const place: Op = defineOp({
  name: "Place",
  meaning: "(0, ..., f, ..., 0), f at the turn of the loop",
  inputs: 1,
  params: LOOP,
  opensLoop: true,
  domain: UNTESTED,
  shape: ([f], [loop, count]) => ({
    dim: f.dim * (count as number),
    opens: loop as number,
  }),
  lower: (to, node, [f]) => {
    const { b } = to;
    const { dim } = node.args[0];
    const turn = to.loopIndex(node.params[0] as number);
    return to.lazy(node.dim, (k) => {
      const here = b.apply("ieq", b.apply("idiv", k, b.int(dim)), turn);
      const inside = b.apply("imod", k, b.int(dim));
      return b.apply("select", here, f.at(inside), b.float(0));
    });
  },
  jvp: (node, [t]) => t && place.build([t], node.params),
  vjp: (node, g) => [slice.build([g], node.params)],
});

/** The block of a vector that the loop points at. */
export const slice: Op = defineOp({
  name: "Slice",
  meaning: "f_k, k the turn of the loop",
  inputs: 1,
  params: LOOP,
  opensLoop: true,
  domain: UNTESTED,
  simplify: ([f], [loop]) =>
    f.op === place && f.params[0] === loop ? f.args[0] : undefined,
  shape: ([f], [loop, count]) => ({
    dim: f.dim / (count as number),
    opens: loop as number,
  }),
  lower: (to, node, [f]) => {
    const { b } = to;
    const turn = to.loopIndex(node.params[0] as number);
    const start = b.apply("imul", turn, b.int(node.dim));
    return to.lazy(node.dim, (k) => f.at(b.apply("iadd", start, k)));
  },
  jvp: (node, [t]) => t && slice.build([t], node.params),
  vjp: (node, g) => [place.build([g], node.params)],
});

/**
 * Applies a product to the one block that is not zero, where an operand is
 * placed: the others are zero by construction, whatever they multiply.
 */
export function onPlacedBlock(
  op: Op,
  f: Formula,
  g: Formula,
): Formula | undefined {
  const [placed, other] = f.op === place ? [f, g] : [g, f];
  if (placed.op !== place) return undefined;
  const block = other.dim === placed.dim
    ? slice.build([other], placed.params)
    : other.dim === 1
    ? other
    : undefined;
  if (block === undefined) return undefined;
  return place.build([op(placed.args[0], block)], placed.params);
}
