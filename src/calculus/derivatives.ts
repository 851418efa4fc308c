/**
 * Derivatives of formulas: forward and reverse mode over the graph, so that
 * shared sub-expressions are differentiated once.
 *
 * @module
 */

import { ShapeError } from "../errors.ts";
import { add, zero } from "../ops/core.ts";
import { basisSum } from "../ops/basis_loops.ts";
import {
  type Formula,
  rewrite,
  sameVariable,
  topological,
} from "../formula/formula.ts";

/**
 * The directional derivative of `f` in `v` along `u`: the Jacobian times `u`.
 * `undefined` where `f` does not depend on `v`.
 */
export function tangent(
  f: Formula,
  v: Formula,
  u: Formula,
): Formula | undefined {
  sameDim("the direction", u, "the variable", v);
  const tangents = new Map<Formula, Formula | undefined>();
  const root = renamed(f, u.loops);
  for (const node of topological(root)) {
    if (sameVariable(node, v)) {
      tangents.set(node, u);
      continue;
    }
    const args = node.args.map((a) => tangents.get(a));
    const varies = args.some((t) => t !== undefined);
    tangents.set(node, varies ? node.op.jvp(node, args) : undefined);
  }
  return tangents.get(root);
}

/** Derivatives that are remembered; loops ask for the same ones. */
const KEPT = 512;
const known = new Map<string, Formula | undefined>();

/**
 * The transposed Jacobian of `f` in `v` times `e`. `undefined` where `f` does
 * not depend on `v`.
 */
export function cotangent(
  f: Formula,
  v: Formula,
  e: Formula,
): Formula | undefined {
  const key = `${f.id},${v.id},${e.id}`;
  if (known.has(key)) return known.get(key);
  const found = derived(f, v, e);
  if (known.size >= KEPT) known.clear();
  known.set(key, found);
  return found;
}

function derived(f: Formula, v: Formula, e: Formula): Formula | undefined {
  sameDim("the cotangent", e, "the formula", f);
  const root = renamed(f, e.loops);
  const varying = dependents(root, v);
  const cotangents = new Map<Formula, Formula>([[root, e]]);
  const give = (to: Formula, g: Formula) => {
    const before = cotangents.get(to);
    cotangents.set(to, before === undefined ? g : add(before, g));
  };
  for (const node of topological(root).reverse()) {
    const g = cotangents.get(node);
    if (g === undefined || !varying.has(node)) continue;
    if (sameVariable(node, v)) {
      // A twin of v, made long before or after it.
      if (node !== v) give(v, g);
      continue;
    }
    node.op.vjp(node, g).forEach((part, k) => {
      const arg = node.args[k];
      if (part === undefined || !varying.has(arg)) return;
      if (!node.op.binds) return give(arg, part);
      // What a basis loop holds stays inside the loop.
      const inner = cotangent(arg, v, part);
      const [loop, count] = node.params as number[];
      if (inner !== undefined) give(v, basisSum(inner, loop, count));
    });
  }
  return cotangents.get(v);
}

/** The directional derivative, zero where there is none. */
export function diff(f: Formula, v: Formula, u: Formula): Formula {
  return tangent(f, v, u) ?? zero(f.dim);
}

/** The transposed Jacobian times `e`, zero where there is none. */
export function grad(f: Formula, v: Formula, e: Formula): Formula {
  return cotangent(f, v, e) ?? zero(v.dim);
}

/** The nodes of `root` that depend on `v`, with `v` itself. */
function dependents(root: Formula, v: Formula): Set<Formula> {
  const found = new Set<Formula>([v]);
  for (const node of topological(root)) {
    const varies = sameVariable(node, v) || node.args.some((a) => found.has(a));
    if (varies) found.add(node);
  }
  return found;
}

/** The largest number of a basis loop in these formulas; 0 without any. */
export function lastLoop(...roots: readonly Formula[]): number {
  let last = 0;
  for (const { op, params, loops } of topological(...roots)) {
    last = Math.max(last, ...(op.binds ? [params[0] as number] : loops));
  }
  return last;
}

/** `f` with its own basis loops renamed where they would catch `free` ones. */
function renamed(f: Formula, free: readonly number[]): Formula {
  if (free.length === 0) return f;
  const bound = (n: Formula) => n.op.binds ? n.params[0] as number : undefined;
  let next = Math.max(lastLoop(f), ...free);
  return rewrite(f, (node) => {
    const loop = bound(node);
    if (loop === undefined || !free.includes(loop)) return undefined;
    const [, count] = node.params;
    const fresh = ++next;
    const body = rewrite(
      node.args[0],
      (n) =>
        n.op.opensLoop && n.params[0] === loop
          ? n.op.build(n.args, [fresh, ...n.params.slice(1)])
          : undefined,
    );
    return node.op.build([body], [fresh, count]);
  });
}

function sameDim(a: string, f: Formula, b: string, g: Formula): void {
  if (f.dim === g.dim) return;
  throw new ShapeError(
    `Cannot differentiate: ${a} has dimension ${f.dim}, ${b} has ${g.dim}: they must be equal`,
  );
}
