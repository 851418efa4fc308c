/**
 * Scalar factors of one axis, taken out of a formula wherever they are:
 * out of sums, dot products and terms that have them in common.
 *
 * Derivatives hold the same weights in many places; outside they are one
 * factor of each point.
 *
 * @module
 */

import type { Formula } from "../formula/formula.ts";
import { mul } from "../ops/core.ts";
import { constant } from "../ops/op.ts";
import { ADDITIVE, BILINEAR, LINEAR, LINEAR_IN_FIRST } from "./linearity.ts";

/** A formula as a product: `factors` are scalars that depend on one axis. */
export interface Pulled {
  /** Scalars of the axis. */
  readonly factors: readonly Formula[];
  /** The rest. */
  readonly rest: Formula;
}

/**
 * Takes the scalars that depend on one axis alone out of a formula.
 *
 * @param axis the bit of that axis
 */
export function pullScalars(formula: Formula, axis: number): Pulled {
  const known = new Map<Formula, Pulled>();
  return pulled(formula);

  function pulled(f: Formula): Pulled {
    const before = known.get(f);
    if (before !== undefined) return before;
    const result = pull(f);
    known.set(f, result);
    return result;
  }

  function pull(f: Formula): Pulled {
    const whole = { factors: [], rest: f };
    if ((f.axes & axis) === 0 || f.loops.length > 0) return whole;
    const { op, args, params } = f;
    if (ADDITIVE.has(op)) {
      const [a, b] = args.map(pulled);
      const common = inCommon(a.factors, b.factors);
      if (common.length === 0) return whole;
      const rest = [a, b].map((p) => times(without(p.factors, common), p.rest));
      return { factors: common, rest: op.build(rest, params) };
    }
    const linear = BILINEAR.has(op) || LINEAR.has(op)
      ? args.length
      : LINEAR_IN_FIRST.has(op)
      ? 1
      : 0;
    const parts = args.slice(0, linear).map(pulled);
    const factors = parts.flatMap((p) => p.factors);
    if (factors.length > 0) {
      const rest = [...parts.map((p) => p.rest), ...args.slice(linear)];
      return { factors, rest: op.build(rest, params) };
    }
    return f.dim === 1 && f.axes === axis
      ? { factors: [f], rest: constant(1) }
      : whole;
  }
}

/** Factors times a formula. */
export function times(factors: readonly Formula[], f: Formula): Formula {
  return factors.reduce((product, factor) => mul(factor, product), f);
}

function inCommon(a: readonly Formula[], b: readonly Formula[]): Formula[] {
  const left = [...b];
  return a.filter((f) => {
    const at = left.indexOf(f);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

function without(all: readonly Formula[], some: readonly Formula[]): Formula[] {
  const left = [...all];
  for (const f of some) left.splice(left.indexOf(f), 1);
  return left;
}
