/**
 * Formulas: immutable, hash-consed nodes of a directed acyclic graph.
 *
 * Two formulas that are built alike are the same object, so common
 * sub-expressions are shared without being searched for.
 *
 * @module
 */

import { ShapeError } from "../errors.ts";
import type { Op } from "../ops/op.ts";

/** A static argument of an op: a number, or a list of integers. */
export type Param = number | readonly number[];

/** Where the values of a variable live, as numbered in formula strings. */
export const Category = {
  /** One vector per row i. */
  I: 0,
  /** One vector per column j. */
  J: 1,
  /** One vector for all pairs. */
  PARAMETER: 2,
  /** One vector per pair (i, j): what `.dense()` gives. */
  PAIR: 3,
  /** A finished reduction, one vector per row; seen by epilogues only. */
  RESULT: 4,
} as const;

/** One of the numbers of {@linkcode Category}. */
export type Category = typeof Category[keyof typeof Category];

/** Bits of {@linkcode Formula.axes}. */
export const AXIS_I = 1;
/** Bits of {@linkcode Formula.axes}. */
export const AXIS_J = 2;

/** A symbolic vector-valued expression. Made by calling ops. */
export interface Formula {
  /** The operation at the root. */
  readonly op: Op;
  /** Its operands. */
  readonly args: readonly Formula[];
  /** Its static arguments. */
  readonly params: readonly Param[];
  /** The number of components of the value. */
  readonly dim: number;
  /** A number of its own, never used again. */
  readonly id: number;
  /** Which axes the value depends on: `AXIS_I | AXIS_J`. */
  readonly axes: number;
  /** The enclosing basis loops that the value depends on, ascending. */
  readonly loops: readonly number[];
}

/** What an op knows about a new node that its operands do not say. */
export interface NodeFacts {
  /** The number of components. */
  readonly dim: number;
  /** Axes of a leaf. */
  readonly axes?: number;
  /** A basis loop that this node names. */
  readonly opens?: number;
  /** A basis loop that ends at this node. */
  readonly closes?: number;
}

/** Formulas of a generation that are known by their content. */
const GENERATION = 8192;

/**
 * Formulas by content: those made or met lately, and those before them. What
 * was not met for a generation is forgotten, so that programs that make
 * formulas without end do not keep them; equal formulas made long after each
 * other are then different objects, and share nothing.
 */
let young = new Map<string, Formula>();
let old = new Map<string, Formula>();
let nextId = 0;

function remembered(key: string): Formula | undefined {
  const formula = young.get(key) ?? old.get(key);
  if (formula !== undefined) remember(key, formula);
  return formula;
}

function remember(key: string, formula: Formula): void {
  young.set(key, formula);
  if (young.size < GENERATION) return;
  old = young;
  young = new Map();
}

/** The one formula with this op, these operands and parameters. */
export function intern(
  op: Op,
  args: readonly Formula[],
  params: readonly Param[],
  facts: NodeFacts,
): Formula {
  const statics = params.map((p) => Object.is(p, -0) ? "-0" : p).join(";");
  const key = `${op.uid}(${args.map((a) => a.id).join()};${statics})`;
  const known = remembered(key);
  if (known !== undefined) return known;
  if (!(Number.isInteger(facts.dim) && facts.dim >= 0)) {
    throw new ShapeError(
      `Cannot apply "${op.name}" to [${
        params.join("; ")
      }]: the result would have the dimension ${facts.dim}`,
    );
  }
  const formula: Formula = Object.freeze({
    op,
    args,
    params,
    dim: facts.dim,
    id: nextId++,
    axes: args.reduce((axes, a) => axes | a.axes, facts.axes ?? 0),
    loops: loopsOf(args, facts),
  });
  remember(key, formula);
  return formula;
}

/** Static arguments as text; -0 is not 0. */
export function paramKey(param: Param): string {
  return Object.is(param, -0) ? "-0" : `${param}`;
}

function loopsOf(args: readonly Formula[], facts: NodeFacts): number[] {
  const loops = new Set(args.flatMap((a) => a.loops));
  if (facts.opens !== undefined) loops.add(facts.opens);
  if (facts.closes !== undefined) loops.delete(facts.closes);
  return [...loops].sort((a, b) => a - b);
}

/** Whether two formulas are the same variable. */
export function sameVariable(a: Formula, b: Formula): boolean {
  return a === b ||
    a.op === b.op && a.args.length === 0 && a.params.length > 0 &&
      a.params.every((p, k) => p === b.params[k]);
}

/** Every node below and including `roots`, operands before their users. */
export function topological(...roots: readonly Formula[]): Formula[] {
  const order: Formula[] = [];
  const seen = new Set<Formula>();
  const stack: [Formula, number][] = [];
  for (const root of roots) {
    if (!seen.has(root)) stack.push([root, 0]);
    seen.add(root);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const arg = top[0].args[top[1]++];
      if (arg === undefined) {
        order.push(top[0]);
        stack.pop();
      } else if (!seen.has(arg)) {
        seen.add(arg);
        stack.push([arg, 0]);
      }
    }
  }
  return order;
}

/**
 * Rebuilds a formula with some nodes replaced.
 *
 * @param replace gives the new form of a node, from the node with its
 * operands already replaced; `undefined` keeps it
 */
export function rewrite(
  root: Formula,
  replace: (node: Formula) => Formula | undefined,
): Formula {
  return rewriteAll([root], replace)[0];
}

/** As {@linkcode rewrite}, for several formulas that share nodes. */
export function rewriteAll(
  roots: readonly Formula[],
  replace: (node: Formula) => Formula | undefined,
): Formula[] {
  const results = new Map<Formula, Formula>();
  const get = (node: Formula) => results.get(node) as Formula;
  for (const node of topological(...roots)) {
    const args = node.args.map(get);
    const same = args.every((a, k) => a === node.args[k]);
    const rebuilt = same ? node : node.op.build(args, node.params);
    results.set(node, replace(rebuilt) ?? rebuilt);
  }
  return roots.map(get);
}
