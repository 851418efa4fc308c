/**
 * Formulas as kernels of positions times signals.
 *
 * @module
 */

import {
  AXIS_I,
  AXIS_J,
  Category,
  type Formula,
  rewrite,
  topological,
} from "../formula/formula.ts";
import { categoryOf, freshVariable } from "../lazy/operand.ts";
import { mul, variable } from "../ops/core.ts";
import { constant } from "../ops/op.ts";
import { factorOut } from "../optimise/factor.ts";
import { splitExponents } from "./exponents.ts";
import { homogeneous } from "./linearity.ts";
import { pullScalars, times } from "./scalars.ts";

/** What a formula reads of the points of one axis. */
export interface Side {
  /** What enters the kernel in any way, as read by the kernel. */
  readonly positions: readonly Formula[];
  /** What the kernel is linear in. */
  readonly signals: readonly Formula[];
  /** What each position and signal is, of the given data. */
  readonly values: ReadonlyMap<Formula, Formula>;
  /** Components of the positions. */
  readonly dim: number;
}

/** A sum over j as a sum of kernels: `factor_i sum_j kernel(i, j)`. */
export interface KernelForm {
  /** The kernel, of the positions and signals of both sides. */
  readonly kernel: Formula;
  /** The points i. */
  readonly rows: Side;
  /** The points j; the kernel is linear in their signals. */
  readonly columns: Side;
  /** What multiplies the sums. */
  readonly factor: Formula | undefined;
  /** Exponents of one axis whose exponentials are signals or factors. */
  readonly exponents: readonly Formula[];
}

/** Positions of more components have too many proxy points. */
export const LARGEST_DIMENSION = 4;

/**
 * The kernel form of a formula that is summed over j, or why it has none.
 *
 * @param most components of positions; with any number, those of i and j need
 * not be as many
 */
export function kernelForm(
  formula: Formula,
  most: number = LARGEST_DIMENSION,
): KernelForm | string {
  for (const node of topological(formula)) {
    if (node.op !== variable) continue;
    if (categoryOf(node) >= Category.PAIR) return "the formula reads pairs";
  }
  const whole = formWith(formula, [], most);
  const { formula: parts, exponents } = splitExponents(formula);
  if (exponents.length === 0) return whole;
  // Factors that are signals leave fewer positions.
  const split = formWith(parts, exponents, most);
  if (typeof split === "string") return whole;
  const fewer = typeof whole === "string" || split.rows.dim < whole.rows.dim;
  return fewer ? split : whole;
}

function formWith(
  formula: Formula,
  exponents: readonly Formula[],
  most: number,
): KernelForm | string {
  const outer = pullScalars(formula, AXIS_I);
  const inner = pullScalars(outer.rest, AXIS_J);
  // What is left of factors are vectors times a scalar kernel.
  const rows = factorOut(inner.rest, AXIS_J);
  const columns = factorOut(rows.rest, AXIS_I);
  if (columns.rest.axes !== (AXIS_I | AXIS_J)) {
    return "the formula is a product of factors of i and of j";
  }
  const factor = product([...outer.factors, rows.factor]);
  const weight = product(inner.factors);
  const found = [variablesOf, atomsOf].map((parts) =>
    formOf({
      rest: columns.rest,
      weight,
      columnFactor: columns.factor,
      factor,
      exponents,
      most,
    }, parts)
  );
  const [best, other] = found;
  if (typeof best === "string") return typeof other === "string" ? best : other;
  if (typeof other === "string") return best;
  return other.rows.dim < best.rows.dim ? other : best;
}

function product(
  factors: readonly (Formula | undefined)[],
): Formula | undefined {
  const given = factors.filter((f) => f !== undefined);
  return given.length === 0 ? undefined : times(given, constant(1));
}

/** The parts of a formula that depend on one axis, with that axis alone. */
type Parts = (formula: Formula) => Set<Formula>;

/** Parts: the variables. */
function variablesOf(formula: Formula): Set<Formula> {
  return new Set(
    topological(formula).filter((f) => f.op === variable && f.axes !== 0),
  );
}

/** Parts: the largest sub-formulas of one axis alone. */
function atomsOf(formula: Formula): Set<Formula> {
  const found = new Set<Formula>();
  const seen = new Set<Formula>();
  const visit = (f: Formula) => {
    if (seen.has(f) || f.axes === 0) return;
    seen.add(f);
    if (f.axes !== (AXIS_I | AXIS_J) && f.loops.length === 0) found.add(f);
    else f.args.forEach(visit);
  };
  visit(formula);
  return found;
}

/** A formula in parts that are multiplied. */
interface Product {
  readonly rest: Formula;
  /** A scalar of j. */
  readonly weight: Formula | undefined;
  /** A vector of j. */
  readonly columnFactor: Formula | undefined;
  /** What depends on i. */
  readonly factor: Formula | undefined;
  readonly exponents: readonly Formula[];
  /** The largest number of components of positions. */
  readonly most: number;
}

function formOf(
  { rest, weight, columnFactor, factor, exponents, most }: Product,
  parts: Parts,
): KernelForm | string {
  const names = new Map<Formula, Formula>();
  const fresh = (of: Formula, axes: number): Formula => {
    const category = axes === AXIS_I ? Category.I : Category.J;
    const name = freshVariable(of.dim, category);
    names.set(name, of);
    return name;
  };
  const places = new Map([...parts(rest)].map((p) => [p, fresh(p, p.axes)]));
  const pairs = substituted(rest, places);
  const kernel = columnFactor === undefined
    ? pairs
    : mul(fresh(columnFactor, AXIS_J), pairs);
  const rows = split(kernel, names, AXIS_I, undefined, most);
  if (typeof rows === "string") return rows;
  const columns = split(rows.kernel, names, AXIS_J, weight, most);
  if (typeof columns === "string") return columns;
  if (rows.side.dim !== columns.side.dim && most < Infinity) {
    return `positions i have ${rows.side.dim} components, positions j have ${columns.side.dim}`;
  }
  return {
    kernel: columns.kernel,
    rows: rows.side,
    columns: columns.side,
    factor,
    exponents,
  };
}

/** A formula with the given nodes replaced, from the root down. */
export function substituted(
  formula: Formula,
  places: ReadonlyMap<Formula, Formula>,
): Formula {
  const done = new Map<Formula, Formula>();
  const visit = (f: Formula): Formula => {
    const known = places.get(f) ?? done.get(f);
    if (known !== undefined) return known;
    const args = f.args.map(visit);
    const same = args.every((a, k) => a === f.args[k]);
    const built = same ? f : f.op.build(args, f.params);
    done.set(f, built);
    return built;
  };
  return visit(formula);
}

/** Tells positions from signals on one axis; signals are times the weight. */
function split(
  kernel: Formula,
  names: ReadonlyMap<Formula, Formula>,
  axis: number,
  weight: Formula | undefined,
  most: number,
): { kernel: Formula; side: Side } | string {
  const own = topological(kernel).filter((f) =>
    f.axes === axis && names.has(f)
  );
  const unit = freshVariable(1, axis === AXIS_I ? Category.I : Category.J);
  const linear = own.filter((v) =>
    homogeneous(kernel, new Set([v]), unit)?.degree === 1
  );
  let least: number | undefined;
  for (const signals of choices(linear)) {
    const graded = homogeneous(kernel, new Set(signals), unit);
    if (graded === undefined) continue;
    const positions = own.filter((v) => !signals.includes(v));
    const dim = positions.reduce((total, v) => total + v.dim, 0);
    least = Math.min(dim, least ?? Infinity);
    if (dim === 0 || dim > most) continue;
    // Sums over j are linear in the columns, so these need a signal.
    const lacks = graded.degree === 0 && axis === AXIS_J;
    const formula = lacks ? mul(unit, graded.formula) : graded.formula;
    const units = topological(formula).includes(unit) ? [unit] : [];
    const values = new Map([...names].filter(([v]) => positions.includes(v)));
    for (const v of signals) {
      const value = names.get(v) as Formula;
      values.set(v, weight ? mul(weight, value) : value);
    }
    values.set(unit, weight ?? constant(1));
    const side = { positions, signals: [...signals, ...units], values, dim };
    return { kernel: formula, side };
  }
  const name = axis === AXIS_I ? "i" : "j";
  return least === 0
    ? `the formula is linear in everything of the points ${name}`
    : `positions ${name} have ${least} components, more than ${most}`;
}

/** Subsets, the large ones first; of the equally large, in order. */
function choices(linear: readonly Formula[]): Formula[][] {
  const few = linear.slice(0, 5);
  const subsets = Array.from(
    { length: 2 ** few.length },
    (_, bits) => few.filter((_, k) => (bits >> k & 1) === 0),
  );
  return subsets.sort((a, b) => b.length - a.length);
}

/** A formula of points j as the same one of points i. */
export function asRows(formula: Formula): Formula {
  return withCategories(formula, { [Category.J]: Category.I });
}

/** A formula with i and j exchanged. */
export function transposed(formula: Formula): Formula {
  return withCategories(formula, {
    [Category.I]: Category.J,
    [Category.J]: Category.I,
  });
}

function withCategories(
  formula: Formula,
  categories: Partial<Record<number, Category>>,
): Formula {
  return rewrite(formula, (node) => {
    if (node.op !== variable) return undefined;
    const [index, dim, category] = node.params as [number, number, Category];
    const other = categories[category];
    return other === undefined ? undefined : variable(index, dim, other);
  });
}
