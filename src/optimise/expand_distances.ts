/**
 * Squared distances written out: `|x - y|^2 = |x|^2 + |y|^2 - 2 x.y`, with
 * points counted from a centre and norms computed once a point. One operation
 * a component less, and in the place of differences a product of matrices;
 * but what close points have in common cancels.
 *
 * @module
 */

import {
  AXIS_I,
  AXIS_J,
  Category,
  type Formula,
  rewriteAll,
  topological,
} from "../formula/formula.ts";
import { div, mul, neg, sub } from "../ops/arithmetic.ts";
import { variable } from "../ops/core.ts";
import { exp } from "../ops/elementary.ts";
import { dot, sqdist } from "../ops/norms.ts";
import { constant, defineOp, type Op } from "../ops/op.ts";
import { sumOf } from "../program/vector.ts";

/** Terms of a norm that are added up in a row; so are the sums of them. */
export const NORM_BLOCK = 16;

/** The squared norm, added up in blocks: errors of long sums stay small. */
const blockedNorm: Op = defineOp({
  name: "SqNorm2",
  meaning: "sum_k f_k^2",
  inputs: 1,
  domain: { cases: [], ranges: [] },
  shape: () => 1,
  lower: (to, { args: [{ dim }] }, [f]) => {
    const { b } = to;
    const square = (k: ReturnType<typeof b.int>) => {
      const x = f.at(k);
      return b.apply("mul", x, x);
    };
    const whole = Math.floor(dim / NORM_BLOCK);
    const blocks = sumOf(b, whole, (block) => {
      const first = b.apply("imul", block, b.int(NORM_BLOCK));
      return sumOf(
        b,
        NORM_BLOCK,
        (k) => square(b.apply("iadd", first, k)),
      );
    });
    const rest = sumOf(
      b,
      dim % NORM_BLOCK,
      (k) => square(b.int(whole * NORM_BLOCK + (k.literal ?? 0))),
    );
    return to.scalar(b.apply("add", blocks, rest));
  },
  jvp: () => undefined,
  vjp: () => [undefined],
});

/** A squared distance from two norms and a dot product; never below 0. */
const fromParts: Op = defineOp({
  name: "ExpandedSqDist",
  meaning: "max(0, f + g - 2 h)",
  inputs: 3,
  domain: { cases: [], ranges: [] },
  shape: () => 1,
  lower: (to, _, parts) => {
    const { b } = to;
    const [f, g, h] = parts.map((p) => p.at(b.int(0)));
    const twice = b.apply("mul", b.float(2), h);
    const difference = b.apply("sub", b.apply("add", f, g), twice);
    return to.scalar(b.apply("max", difference, b.float(0)));
  },
  jvp: () => undefined,
  vjp: () => [undefined, undefined, undefined],
});

/** A squared distance of points i and points j. */
export interface Distance {
  /** The formula. */
  readonly node: Formula;
  /** The variables that hold the points. */
  readonly points: readonly [Formula, Formula];
  /**
   * What it is multiplied with wherever it is used, each time as the exponent
   * of an exponential; absent where it is used in another way.
   */
  readonly scales?: readonly Formula[];
}

/** The longest vectors whose distance a formula has in it. */
const longest = new WeakMap<Formula, number>();

/** The distances of variables that some formulas are made of. */
export function distancesIn(
  formulas: readonly Formula[],
  least: number,
): Distance[] {
  // Most calls end here: this is all that they cost.
  if (formulas.every((f) => lengthIn(f) < least)) return [];
  const nodes = topological(...formulas);
  const users = new Map<Formula, Formula[]>();
  for (const node of nodes) {
    for (const arg of node.args) {
      users.set(arg, [...users.get(arg) ?? [], node]);
    }
  }
  const roots = new Set(formulas);
  return nodes.filter((n) => n.op === sqdist).flatMap((node): Distance[] => {
    const [f, g] = node.args;
    const apart = f.op === variable && g.op === variable &&
      f.axes + g.axes === AXIS_I + AXIS_J && f.axes * g.axes === 2;
    if (!apart || f.dim < least) return [];
    const scales = exponents(node, users, roots);
    return [{ node, points: [f, g], ...(scales ? { scales } : {}) }];
  });
}

function lengthIn(formula: Formula): number {
  let length = longest.get(formula);
  if (length === undefined) {
    length = topological(formula).reduce(
      (most, { op, args }) =>
        op === sqdist ? Math.max(most, args[0].dim) : most,
      0,
    );
    longest.set(formula, length);
  }
  return length;
}

/** What a value is multiplied with, if all uses of it end in exponents. */
function exponents(
  node: Formula,
  users: ReadonlyMap<Formula, readonly Formula[]>,
  roots: ReadonlySet<Formula>,
): Formula[] | undefined {
  if (roots.has(node)) return undefined;
  const scales: Formula[] = [];
  for (const user of users.get(node) ?? []) {
    if (user.op === exp) {
      scales.push(constant(1));
      continue;
    }
    const factor = factorOf(user, node);
    const inner = factor && exponents(user, users, roots);
    if (factor === undefined || inner === undefined) return undefined;
    scales.push(...inner.map((s) => mul(s, factor)));
  }
  return scales;
}

/** The parameter that a product, quotient or negation multiplies with. */
function factorOf({ op, args }: Formula, node: Formula): Formula | undefined {
  if (op === neg) return constant(-1);
  const other = args[0] === node ? args[1] : args[0];
  if (other === undefined || other.axes !== 0 || other.dim !== 1) {
    return undefined;
  }
  if (op === mul) return other;
  return op === div && args[0] === node ? div(constant(1), other) : undefined;
}

/** Formulas with a distance written out, counted from `centre`. */
export function expandDistance(
  formulas: readonly Formula[],
  { node, points }: Distance,
  centre: Formula,
): Formula[] {
  const [f, g] = points.map((p) => sub(p, centre));
  const whole = fromParts(blockedNorm(f), blockedNorm(g), dot(f, g));
  return rewriteAll(formulas, (n) => n === node ? whole : undefined);
}

let centres = 0;

/** A parameter for a centre that no one else knows. */
export function centreVariable(dim: number): Formula {
  centres = (centres + 1) % 64;
  return variable(-(2 ** 30) - centres, dim, Category.PARAMETER);
}
