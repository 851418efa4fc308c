/**
 * Short ways to define an op: elementwise, linear, bilinear, by a formula.
 *
 * @module
 */

import type { Formula, Param } from "../formula/formula.ts";
import type { Builder } from "../program/builder.ts";
import type { Value } from "../program/ir.ts";
import { addAll, mul, narrowed, replicate } from "./core.ts";
import {
  broadcastDim,
  defineOp,
  elementwise,
  type Op,
  type OpDefinition,
} from "./op.ts";

/** What {@linkcode scalarOp} is told. */
export interface ScalarOpDefinition extends
  Pick<
    OpDefinition,
    "name" | "meaning" | "example" | "params" | "simplify"
  > {
  /** Ranges of smooth behaviour, one an operand. */
  readonly domain: readonly (readonly [number, number])[];
  /** Static arguments to test with. */
  readonly cases?: readonly (readonly Param[])[];
  /** The value of one component. */
  readonly lower: (
    b: Builder,
    x: readonly Value[],
    params: readonly Param[],
  ) => Value;
  /**
   * Partial derivatives, by operand; `undefined` stands for zero. The first
   * argument is the formula itself.
   */
  readonly partials: (
    self: Formula,
    ...args: Formula[]
  ) => readonly (Formula | number | undefined)[];
  /** A component takes more than a few instructions. */
  readonly costly?: boolean;
}

/** Defines an op that acts on each component, with broadcasting. */
export function scalarOp(definition: ScalarOpDefinition): Op {
  const { domain, cases = [[]], lower, partials, ...rest } = definition;
  const inputs = domain.length;
  return defineOp({
    ...rest,
    inputs,
    dims: elementwiseDims(inputs),
    domain: {
      cases: cases.flatMap((params) =>
        scalarDims(inputs).map((dims) => ({ dims, params }))
      ),
      ranges: domain,
    },
    shape: (args) => broadcastDim(definition.name, args),
    lower: (to, node, args) =>
      elementwise(to, node, args, (...x) => lower(to.b, x, node.params)),
    jvp: (node, tangents) => {
      const slopes = partials(node, ...node.args);
      const total = addAll(tangents.map((t, k) => {
        const slope = slopes[k];
        return t && slope !== undefined ? mul(slope, t) : undefined;
      }));
      return total && total.dim < node.dim ? replicate(total, node.dim) : total;
    },
    vjp: (node, cotangent) =>
      partials(node, ...node.args).map((slope, k) =>
        slope === undefined
          ? undefined
          : narrowed(node.args[k].dim, mul(slope, cotangent))
      ),
  });
}

/** The dimensions of an elementwise op, in words. */
export function elementwiseDims(inputs: number): string {
  return inputs === 1
    ? "D -> D"
    : `${Array(inputs).fill("D or 1").join(", ")} -> D`;
}

/** Dimensions to test elementwise ops with: equal, long, and broadcast. */
function scalarDims(inputs: number): number[][] {
  const rest = inputs - 1;
  if (rest === 0) return [[3], [1], [20]];
  return [
    Array(inputs).fill(3),
    Array(inputs).fill(20),
    [3, ...Array(rest).fill(1)],
    [1, ...Array(rest).fill(3)],
  ];
}

/** What {@linkcode linearOp} is told. */
export interface LinearOpDefinition
  extends Omit<OpDefinition, "jvp" | "vjp" | "inputs"> {
  /** The adjoint of the map. */
  readonly adjoint: (node: Formula, cotangent: Formula) => Formula;
}

/** Defines an op that is linear in its one operand. */
export function linearOp(definition: LinearOpDefinition): Op {
  const { adjoint, ...rest } = definition;
  const op: Op = defineOp({
    ...rest,
    inputs: 1,
    jvp: (node, [t]) => t && op.build([t], node.params),
    vjp: (node, cotangent) => [adjoint(node, cotangent)],
  });
  return op;
}

/** What {@linkcode bilinearOp} is told. */
export interface BilinearOpDefinition
  extends Omit<OpDefinition, "jvp" | "vjp" | "inputs"> {
  /** The adjoints in both operands, with the other one fixed. */
  readonly adjoints: (
    node: Formula,
    cotangent: Formula,
  ) => readonly [Formula, Formula];
}

/** Defines an op that is linear in each of its two operands. */
export function bilinearOp(definition: BilinearOpDefinition): Op {
  const { adjoints, ...rest } = definition;
  const op: Op = defineOp({
    ...rest,
    inputs: 2,
    jvp: ({ args: [f, g], params }, [t, u]) =>
      addAll([t && op.build([t, g], params), u && op.build([f, u], params)]),
    vjp: adjoints,
  });
  return op;
}

/** What {@linkcode derivedOp} is told. */
export interface DerivedOpDefinition extends
  Pick<
    OpDefinition,
    "name" | "meaning" | "dims" | "example" | "inputs" | "params" | "domain"
  > {
  /** The op in terms of others. */
  readonly expand: (
    args: readonly Formula[],
    params: readonly Param[],
  ) => Formula;
}

/** Defines an op as an abbreviation: its formulas hold other ops only. */
export function derivedOp(definition: DerivedOpDefinition): Op {
  const { expand, ...rest } = definition;
  const never = (): never => {
    throw new Error(`"${definition.name}" is an abbreviation`);
  };
  return defineOp({
    ...rest,
    simplify: expand,
    shape: never,
    lower: never,
    jvp: never,
    vjp: never,
  });
}
