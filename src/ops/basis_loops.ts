/**
 * Sums and stacks over the basis vectors of a loop.
 *
 * @module
 */

import { accumulateVector } from "../program/vector.ts";
import { mul } from "./core.ts";
import { slice } from "./basis.ts";
import { defineOp, type Op, type ParamSpec } from "./op.ts";

const LOOP: readonly ParamSpec[] = [
  { name: "loop", kind: "int" },
  { name: "count", kind: "int" },
];
const UNTESTED = { cases: [], ranges: [] };

/** The sum of a formula over the turns of a loop. */
export const basisSum: Op = defineOp({
  name: "BasisSum",
  meaning: "sum_k f, k the turn of the loop",
  inputs: 1,
  params: LOOP,
  binds: true,
  domain: UNTESTED,
  simplify: ([f], [loop, count]) =>
    f.loops.includes(loop as number) ? undefined : mul(count, f),
  shape: ([f], [loop]) => ({ dim: f.dim, closes: loop as number }),
  lower: (to, node) => {
    const [loop, count] = node.params as number[];
    return accumulateVector(
      to.b,
      node.dim,
      (addTo) => to.loop(loop, count, () => addTo(to.vector(node.args[0]))),
    );
  },
  jvp: (node, [t]) => t && basisSum.build([t], node.params),
  vjp: (_, g) => [g],
});

/** The values of a formula at the turns of a loop, one after the other. */
export const basisStack: Op = defineOp({
  name: "BasisStack",
  meaning: "(f_0, f_1, ...), k the turn of the loop",
  inputs: 1,
  params: LOOP,
  binds: true,
  domain: UNTESTED,
  shape: ([f], [loop, count]) => ({
    dim: f.dim * (count as number),
    closes: loop as number,
  }),
  lower: (to, node) => {
    const [loop, count] = node.params as number[];
    const { dim } = node.args[0];
    return to.fill(node.dim, (put) =>
      to.loop(loop, count, (turn) => {
        const start = to.b.apply("imul", turn, to.b.int(dim));
        const block = to.vector(node.args[0]);
        to.b.for(dim, (k) => put(to.b.apply("iadd", start, k), block.at(k)));
      }));
  },
  jvp: (node, [t]) => t && basisStack.build([t], node.params),
  vjp: (node, g) => [slice.build([g], node.params)],
});
