/**
 * Extrema of the components of a vector. Ties go to the first component; what
 * is not a number is skipped. Of nothing, the maximum is `-inf`, the minimum
 * `inf`, and the index -1.
 *
 * @module
 */

import type { Formula } from "../formula/formula.ts";
import type { Builder } from "../program/builder.ts";
import type { Value } from "../program/ir.ts";
import type { Lowering } from "../program/lower.ts";
import type { Vector } from "../program/vector.ts";
import { sum, zero } from "./core.ts";
import { defineOp, type Op } from "./op.ts";
import { oneHot } from "./parts.ts";
import { where } from "./select.ts";

const DOMAIN = {
  cases: [{ dims: [3] }, { dims: [1] }, { dims: [20] }],
  ranges: [[-1, 1]],
} as const;

/** Which components win. */
type Side = "max" | "min";

/** Whether `x` replaces the best value so far; an index below 0 is none. */
function better(b: Builder, side: Side, x: Value, best: Value, at: Value) {
  const wins = side === "max" ? b.apply("lt", best, x) : b.apply("lt", x, best);
  // An infinity that is the first number wins over none at all.
  const first = b.apply("and", b.apply("ilt", at, b.int(0)), isNumber(b, x));
  return b.apply("or", wins, first);
}

function isNumber(b: Builder, x: Value): Value {
  return b.apply("eq", x, x);
}

/** The best value, and its index. */
function extremum(to: Lowering, f: Vector, side: Side): [Value, Value] {
  const { b } = to;
  const none = b.float(side === "max" ? -Infinity : Infinity);
  if (f.dim <= b.options.unroll) {
    let [best, at] = [none, b.int(-1)];
    for (let k = 0; k < f.dim; k++) {
      const x = f.at(b.int(k));
      const wins = better(b, side, x, best, at);
      best = b.apply("select", wins, x, best);
      at = b.apply("iselect", wins, b.int(k), at);
    }
    return [best, at];
  }
  const best = b.slot("best", "float", none);
  const at = b.slot("at", "int", b.int(-1));
  b.for(f.dim, (k) => {
    const x = f.at(k);
    b.if(better(b, side, x, b.read(best), b.read(at)), () => {
      b.write(best, x);
      b.write(at, k);
    });
  });
  return [b.read(best), b.read(at)];
}

function extremumOp(
  name: string,
  meaning: string,
  side: Side,
  index: () => Op,
): Op {
  // A selection, not a product: what is not chosen may be infinite.
  const chosen = (f: Formula, x: Formula) =>
    where(oneHot(index()(f), f.dim), x, zero(1));
  return defineOp({
    name,
    meaning,
    dims: "D -> 1",
    example: {
      formula: `${name}(f)`,
      data: { f: [3, NaN, 1, 1, 3] },
      value: [side === "max" ? 3 : 1],
    },
    inputs: 1,
    domain: DOMAIN,
    shape: () => 1,
    lower: (to, _, [f]) => to.scalar(extremum(to, f, side)[0]),
    jvp: ({ args: [f] }, [t]) => t && sum(chosen(f, t)),
    vjp: ({ args: [f] }, e) => [chosen(f, e)],
  });
}

function indexOp(name: string, meaning: string, side: Side): Op {
  return defineOp({
    name,
    meaning,
    dims: "D -> 1",
    example: {
      formula: `${name}(f)`,
      data: { f: [3, NaN, 1, 1, 3] },
      value: [side === "max" ? 0 : 2],
    },
    inputs: 1,
    domain: DOMAIN,
    shape: () => 1,
    lower: (to, _, [f]) =>
      to.scalar(to.b.apply("toFloat", extremum(to, f, side)[1])),
    jvp: () => undefined,
    vjp: () => [undefined],
  });
}

/** The largest component; its derivative goes to the first that is. */
export const max: Op = extremumOp(
  "Max",
  "max_k f_k",
  "max",
  () => argmax,
);

/** The smallest component; its derivative goes to the first that is. */
export const min: Op = extremumOp(
  "Min",
  "min_k f_k",
  "min",
  () => argmin,
);

/** The index of the largest component, the first of several. */
export const argmax: Op = indexOp("ArgMax", "argmax_k f_k", "max");

/** The index of the smallest component, the first of several. */
export const argmin: Op = indexOp("ArgMin", "argmin_k f_k", "min");
