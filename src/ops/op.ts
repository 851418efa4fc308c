/**
 * What an op is, and the ways to define one.
 *
 * An op is one exported constant: a function that builds a formula, with all
 * that the rest of the library knows about it. Parser, derivatives, backends,
 * documentation and tests read it from there.
 *
 * @module
 */

import { ArgumentError, counted, ShapeError } from "../errors.ts";
import {
  type Formula,
  intern,
  type NodeFacts,
  type Param,
} from "../formula/formula.ts";
import type { Value } from "../program/ir.ts";
import type { Lowering } from "../program/lower.ts";
import type { Vector } from "../program/vector.ts";

/** What the call of an op takes: operands first, then static arguments. */
export type OpArgument = Formula | number | readonly number[];

/** One static argument of an op. */
export interface ParamSpec {
  /** The word for it in documentation and errors. */
  readonly name: string;
  /** What it is. */
  readonly kind: "int" | "ints" | "number";
  /** The value when it is left out; without one it must be given. */
  readonly default?: Param;
}

/** Where an op can be tested: shapes, and ranges of smooth behaviour. */
export interface Domain {
  /** Operand dimensions, with static arguments. */
  readonly cases: readonly {
    readonly dims: readonly number[];
    readonly params?: readonly Param[];
  }[];
  /** Values for each operand; the last range serves those that follow. */
  readonly ranges: readonly (readonly [number, number])[];
}

/** A value of an op that a reader can check. */
export interface Example {
  /** The op on variables, called as in its meaning: `"Exp(f)"`. */
  readonly formula: string;
  /** The variables. */
  readonly data: Readonly<Record<string, readonly number[]>>;
  /** What the formula gives. */
  readonly value: readonly number[];
}

/** What {@linkcode defineOp} is told. */
export interface OpDefinition {
  /** The name in formula strings. */
  readonly name: string;
  /** What it computes, in mathematical notation. */
  readonly meaning: string;
  /**
   * The dimensions of operands and result: `"D, D -> 1"`, with the names of
   * static arguments for their values. Ops that formula strings do not name
   * have neither this nor an example.
   */
  readonly dims?: string;
  /** A value that a reader can check; documentation and tests show it. */
  readonly example?: Example;
  /** The number of operands. */
  readonly inputs: number;
  /** The static arguments, after the operands. */
  readonly params?: readonly ParamSpec[];
  /** Where to test it. */
  readonly domain: Domain;
  /** A simpler formula for these operands, where there is one. */
  readonly simplify?: (
    args: readonly Formula[],
    params: readonly Param[],
  ) => Formula | undefined;
  /** The number of components; throws `ShapeError` where there is none. */
  readonly shape: (
    args: readonly Formula[],
    params: readonly Param[],
  ) => number | NodeFacts;
  /** Statements for the value. */
  readonly lower: (
    to: Lowering,
    node: Formula,
    args: readonly Vector[],
  ) => Vector;
  /** Directional derivative; `undefined` stands for zero. */
  readonly jvp: (
    node: Formula,
    tangents: readonly (Formula | undefined)[],
  ) => Formula | undefined;
  /** Transposed derivative, by operand; `undefined` stands for zero. */
  readonly vjp: (
    node: Formula,
    cotangent: Formula,
  ) => readonly (Formula | undefined)[];
  /** A component takes more than a few instructions. */
  readonly costly?: boolean;
  /** The op lowers its operands itself, inside a basis loop. */
  readonly binds?: boolean;
  /** The value depends on the turn of the loop that a parameter names. */
  readonly opensLoop?: boolean;
}

/** An operation on formulas. */
export interface Op {
  /** The formula of this op: operands first, then static arguments. */
  (...args: OpArgument[]): Formula;
  /** The name in formula strings. */
  readonly name: string;
  /** A number of its own. */
  readonly uid: number;
  /** What it computes, in mathematical notation. */
  readonly meaning: string;
  /** The dimensions of operands and result: `"D, D -> 1"`. */
  readonly dims: string | undefined;
  /** A value that a reader can check. */
  readonly example: Example | undefined;
  /** The number of operands. */
  readonly inputs: number;
  /** The static arguments, after the operands. */
  readonly params: readonly ParamSpec[];
  /** Where to test it. */
  readonly domain: Domain;
  /** The formula with the given operands and static arguments. */
  build(args: readonly Formula[], params: readonly Param[]): Formula;
  /** Statements for the value. */
  lower(to: Lowering, node: Formula, args: readonly Vector[]): Vector;
  /** Directional derivative; `undefined` stands for zero. */
  jvp(
    node: Formula,
    tangents: readonly (Formula | undefined)[],
  ): Formula | undefined;
  /** Transposed derivative, by operand; `undefined` stands for zero. */
  vjp(
    node: Formula,
    cotangent: Formula,
  ): readonly (Formula | undefined)[];
  /** A component takes more than a few instructions. */
  readonly costly: boolean;
  /** The op lowers its operands itself, inside a basis loop. */
  readonly binds: boolean;
  /** The value depends on the turn of the loop that a parameter names. */
  readonly opensLoop: boolean;
}

let nextUid = 0;

function isFormula(x: OpArgument): x is Formula {
  return typeof x === "object" && !Array.isArray(x) && "op" in x;
}

/** Splits the arguments of a call into operands and static arguments. */
function split(
  definition: OpDefinition,
  given: readonly OpArgument[],
): [Formula[], Param[]] {
  const { name, inputs, params = [] } = definition;
  const required = params.filter((p) => p.default === undefined).length;
  if (
    given.length < inputs + required || given.length > inputs + params.length
  ) {
    const wanted = required === params.length
      ? `${inputs + params.length}`
      : `${inputs + required} to ${inputs + params.length}`;
    throw new ArgumentError(
      `Cannot call "${name}" with ${
        counted(given.length, "argument")
      }: ${wanted} ${wanted === "1" ? "is" : "are"} wanted`,
    );
  }
  const args = given.slice(0, inputs).map((x, k) => {
    if (typeof x === "number") return constant(x);
    if (isFormula(x)) return x;
    throw new ArgumentError(
      `Cannot use [${x}] as argument ${
        k + 1
      } of "${name}": a formula is wanted`,
    );
  });
  const statics = params.map((spec, k) =>
    checkParam(name, spec, given[inputs + k] ?? spec.default)
  );
  return [args, statics];
}

function checkParam(
  name: string,
  spec: ParamSpec,
  given: OpArgument | undefined,
): Param {
  const x = typeof given === "object" && isFormula(given)
    ? given.op === constant ? given.params[0] : undefined
    : given;
  const fits = spec.kind === "ints"
    ? Array.isArray(x) && x.every(Number.isInteger)
    : spec.kind === "int"
    ? Number.isInteger(x)
    : typeof x === "number";
  // Lists are copied: whoever gave them may change them. Adding 0 makes -0 a 0.
  if (fits && Array.isArray(x)) return x.map((n) => n + 0);
  if (fits) return spec.kind === "int" ? x as number + 0 : x as Param;
  const wanted = {
    int: "an integer",
    ints: "a list of integers",
    number: "a number",
  };
  throw new ArgumentError(
    `Cannot use ${describe(given)} as "${spec.name}" of "${name}": ${
      wanted[spec.kind]
    } is wanted`,
  );
}

function describe(given: OpArgument | undefined): string {
  if (given === undefined) return "nothing";
  if (typeof given === "number") return `${given}`;
  if (!isFormula(given)) return `[${given}]`;
  return given.op === constant ? `${given.params[0]}` : "a formula";
}

/** Defines an op from all of its parts. */
export function defineOp(definition: OpDefinition): Op {
  const {
    params = [],
    costly = false,
    binds = false,
    opensLoop = false,
    simplify,
  } = definition;
  const build = (args: readonly Formula[], statics: readonly Param[]) => {
    const simpler = simplify?.(args, statics);
    if (simpler !== undefined) return simpler;
    const shape = definition.shape(args, statics);
    const facts = typeof shape === "number" ? { dim: shape } : shape;
    return intern(op, args, statics, facts);
  };
  const call = (...given: OpArgument[]) => build(...split(definition, given));
  const op: Op = Object.defineProperties(call, {
    name: { value: definition.name },
    uid: { value: nextUid++ },
    meaning: { value: definition.meaning },
    dims: { value: definition.dims },
    example: { value: definition.example },
    inputs: { value: definition.inputs },
    params: { value: params },
    domain: { value: definition.domain },
    build: { value: build },
    lower: { value: definition.lower },
    jvp: { value: definition.jvp },
    vjp: { value: definition.vjp },
    costly: { value: costly },
    binds: { value: binds },
    opensLoop: { value: opensLoop },
  }) as Op;
  return op;
}

/** The common dimension of elementwise operands: all equal, or 1. */
export function broadcastDim(
  name: string,
  args: readonly Formula[],
): number {
  const dim = args.reduce((d, a) => a.dim === 1 ? d : a.dim, 1);
  if (args.every((a) => a.dim === dim || a.dim === 1)) return dim;
  throw new ShapeError(
    `Cannot apply "${name}" to operands of dimensions ${
      args.map((a) => a.dim).join(" and ")
    }: they must be equal, or 1`,
  );
}

/** A number, the same for all pairs. */
export const constant: Op = defineOp({
  name: "Const",
  meaning: "c",
  dims: "-> 1",
  example: { formula: "Const(0.5)", data: {}, value: [0.5] },
  inputs: 0,
  params: [{ name: "value", kind: "number" }],
  domain: { cases: [{ dims: [], params: [0.7] }], ranges: [] },
  shape: () => 1,
  lower: (to, node) => to.scalar(to.b.float(node.params[0] as number)),
  jvp: () => undefined,
  vjp: () => [],
});

/** The value of a literal formula. */
export function literal(formula: Formula): number | undefined {
  return formula.op === constant ? formula.params[0] as number : undefined;
}

/** Lowers an op that acts on each component, with broadcasting. */
export function elementwise(
  to: Lowering,
  node: Formula,
  args: readonly Vector[],
  component: (...x: Value[]) => Value,
): Vector {
  return to.lazy(
    node.dim,
    (k) => component(...args.map((a) => a.at(a.dim === 1 ? to.b.int(0) : k))),
  );
}
