/**
 * Choices between formulas: the derivative of a choice is the same choice
 * between derivatives.
 *
 * @module
 */

import type { Formula } from "../formula/formula.ts";
import type { Builder } from "../program/builder.ts";
import type { Value } from "../program/ir.ts";
import { narrowed, replicate, zero } from "./core.ts";
import { elementwiseDims } from "./define.ts";
import {
  broadcastDim,
  defineOp,
  elementwise,
  type Op,
  type OpDefinition,
} from "./op.ts";

/** What {@linkcode choiceOp} is told. */
export interface ChoiceOpDefinition
  extends Pick<OpDefinition, "name" | "meaning" | "example"> {
  /** How many operands, the first ones, are looked at but never chosen. */
  readonly conditions: number;
  /** Ranges of operands, one each. */
  readonly ranges: readonly (readonly [number, number])[];
  /** The value of one component. */
  readonly lower: (b: Builder, x: readonly Value[]) => Value;
  /** The same choice as that of `node`, between other values. */
  readonly choose: (node: Formula, values: readonly Formula[]) => Formula;
}

/** Defines an elementwise op whose value is one of its operands. */
export function choiceOp(definition: ChoiceOpDefinition): Op {
  const { name, conditions, ranges, lower, choose } = definition;
  const { meaning, example } = definition;
  const inputs = ranges.length;
  const choice = (
    node: Formula,
    values: readonly (Formula | undefined)[],
  ): Formula | undefined => {
    if (values.slice(conditions).every((v) => v === undefined)) {
      return undefined;
    }
    const chosen = choose(node, values.map((v) => v ?? zero(1)));
    return chosen.dim < node.dim ? replicate(chosen, node.dim) : chosen;
  };
  return defineOp({
    name,
    meaning,
    dims: elementwiseDims(inputs),
    ...(example && { example }),
    inputs,
    domain: {
      cases: [
        { dims: Array(inputs).fill(3) },
        { dims: [3, ...Array(inputs - 1).fill(1)] },
        { dims: [1, ...Array(inputs - 1).fill(3)] },
        { dims: [...Array(inputs - 1).fill(1), 20] },
      ],
      ranges,
    },
    shape: (args) => broadcastDim(name, args),
    lower: (to, node, args) =>
      elementwise(to, node, args, (...x) => lower(to.b, x)),
    jvp: choice,
    vjp: (node, cotangent) =>
      node.args.map(({ dim }, k) => {
        const only = node.args.map((_, l) => l === k ? cotangent : undefined);
        const part = choice(node, only);
        return part && narrowed(dim, part);
      }),
  });
}

/** The second operand where the first is 0 or more, else the third. */
export const ifelse: Op = choiceOp({
  name: "IfElse",
  meaning: "g where f >= 0, else h",
  example: {
    formula: "IfElse(f, g, h)",
    data: { f: [-1, 0, 2], g: [10], h: [20] },
    value: [20, 10, 10],
  },
  conditions: 1,
  ranges: [[-1, 1], [-1, 1], [-1, 1]],
  lower: (b, [f, g, h]) =>
    b.apply("select", b.apply("le", b.float(0), f), g, h),
  choose: ({ args: [f] }, [, g, h]) => ifelse(f, g, h),
});

/** The second operand where the first is not 0, else the third. */
export const where: Op = choiceOp({
  name: "Where",
  meaning: "g where f != 0, else h",
  example: {
    formula: "Where(f, g, h)",
    data: { f: [-1, 0, 2], g: [10], h: [20] },
    value: [10, 20, 10],
  },
  conditions: 1,
  ranges: [[-1, 1], [-1, 1], [-1, 1]],
  lower: (b, [f, g, h]) =>
    b.apply("select", b.apply("eq", f, b.float(0)), h, g),
  choose: ({ args: [f] }, [, g, h]) => where(f, g, h),
});
