/**
 * What a formula must satisfy beyond the shapes of its operations.
 *
 * @module
 */

import { ArgumentError } from "../errors.ts";
import { variable } from "../ops/core.ts";
import type { OpArgument } from "../ops/op.ts";
import {
  Category,
  type Formula,
  sameVariable,
  topological,
} from "../formula/formula.ts";

/** Derivatives of derivatives grow: this many nodes are enough. */
const LARGEST = 100_000;

const sizes = new WeakMap<Formula, number>();

/** Throws where a formula has grown too large to be of use. */
export function checkSize(formula: Formula): void {
  if (sizeOf(formula) <= LARGEST) return;
  throw new ArgumentError(
    `Cannot use a formula of more than ${LARGEST} operations`,
  );
}

/** The number of nodes, or a bound; kept, since it is asked for again. */
function sizeOf(formula: Formula): number {
  const bound = formula.args.reduce(
    (n, a) => n + (sizes.get(a) ?? Infinity),
    1,
  );
  const size = bound <= LARGEST / 100 ? bound : topological(formula).length;
  sizes.set(formula, size);
  return size;
}

/** Operations whose second argument is what they differentiate in. */
const DIFFERENTIAL: ReadonlySet<string> = new Set([
  "Grad",
  "Diff",
  "Divergence",
  "Laplacian",
  "GradMatrix",
  "TraceOperator",
  "AdjointOperator",
  "SumLinOperator",
]);

/**
 * Throws where the second argument of a derivative is no variable: other
 * formulas may have been rewritten, so that nothing depends on them.
 */
export function checkVariable(
  name: string,
  args: readonly OpArgument[],
): void {
  const v = args[1];
  if (!DIFFERENTIAL.has(name) || v === undefined) return;
  if (typeof v === "object" && "op" in v && v.op === variable) return;
  throw new ArgumentError(
    `Cannot use the second argument of "${name}": a variable is wanted`,
  );
}

/**
 * Throws where variables contradict each other, or basis loops are not
 * closed as they were opened.
 *
 * @param declared variables that the formula may use
 */
export function checkWhole(
  formula: Formula,
  declared: Iterable<Formula>,
): void {
  const nodes = topological(formula);
  const known = new Map<number, Formula>();
  for (const v of [...declared, ...nodes]) {
    if (v.op !== variable) continue;
    const [index, dim, category] = v.params as number[];
    if (category === Category.RESULT) {
      throw new ArgumentError(
        `Cannot use the category ${category} of "Var(${v.params})": 0 (i), 1 (j) or 2 (parameter) is wanted`,
      );
    }
    const other = known.get(index) ?? v;
    known.set(index, other);
    if (sameVariable(other, v)) continue;
    const [, otherDim, otherCategory] = other.params;
    throw new ArgumentError(
      `Cannot use "Var(${index},${dim},${category})" beside "Var(${index},${otherDim},${otherCategory})": one index stands for one variable`,
    );
  }
  checkLoops(formula, nodes);
}

/** Counts of the open basis loops of a formula. */
type Loops = ReadonlyMap<number, number>;

function checkLoops(root: Formula, nodes: readonly Formula[]): void {
  const open = new Map<Formula, Loops>();
  for (const node of nodes) {
    const loops = new Map<number, number>();
    const add = (loop: number, count: number) => {
      if ((loops.get(loop) ?? count) === count) return loops.set(loop, count);
      throw new ArgumentError(
        `Cannot use the basis loop ${loop} of "${node.op.name}" with ${count} turns and with ${
          loops.get(loop)
        }`,
      );
    };
    for (const a of node.args) open.get(a)?.forEach((n, loop) => add(loop, n));
    if (node.op.opensLoop || node.op.binds) {
      const [loop, count] = node.params as number[];
      add(loop, count);
      if (node.op.binds) loops.delete(loop);
    }
    if (loops.size > 0) open.set(node, loops);
  }
  const [loop] = open.get(root)?.keys() ?? [];
  if (loop === undefined) return;
  throw new ArgumentError(
    `Cannot use the turn of the basis loop ${loop} outside of "BasisSum" and "BasisStack"`,
  );
}
