/**
 * What is known of the signs of values; NaN may be among them.
 *
 * @module
 */

import type { Statement, Value } from "../program/ir.ts";

/** Signs of the results of statements, as far as they are known. */
export class Signs {
  readonly #origins = new Map<number, Statement>();
  readonly #known = new Map<string, boolean>();

  /** Notes what a value comes from. */
  note(s: Statement): void {
    if (s.kind === "apply" || s.kind === "contract") {
      this.#origins.set(s.to.id, s);
    }
  }

  /** The primitive or the contraction that a value comes from. */
  originOf(value: Value): Statement | undefined {
    return value.literal === undefined
      ? this.#origins.get(value.id)
      : undefined;
  }

  /** Whether a value is never above 0. */
  isNegative(value: Value): boolean {
    return this.#has(value, -1);
  }

  /** Whether a value, times a sign, is never below 0. */
  #has(value: Value, sign: 1 | -1): boolean {
    if (value.literal !== undefined) return value.literal * sign >= 0;
    const key = `${value.id} ${sign}`;
    const known = this.#known.get(key) ?? this.#derive(value, sign);
    this.#known.set(key, known);
    return known;
  }

  /** Whether `a < b ? a : b` has a sign because a has it. */
  #isLeastOf([condition, x]: readonly Value[], sign: 1 | -1): boolean {
    const s = this.originOf(condition);
    if (s?.kind !== "apply" || s.primitive !== "lt") return false;
    const [a] = s.args;
    return sign === -1 && a.literal !== undefined && a.literal <= 0 &&
      a.literal === x.literal;
  }

  #derive(value: Value, sign: 1 | -1): boolean {
    const s = this.#origins.get(value.id);
    if (s?.kind === "contract") {
      return sign === 1 && s.form === "squaredDistance" && !s.weights;
    }
    if (s?.kind !== "apply") return false;
    const [a, b] = s.args;
    const other = sign === 1 ? -1 : 1;
    switch (s.primitive) {
      case "neg":
        return this.#has(a, other);
      case "add":
        return this.#has(a, sign) && this.#has(b, sign);
      case "sub":
        return this.#has(a, sign) && this.#has(b, other);
      case "mul":
      case "div":
        return sign === 1 && a === b ||
          this.#has(a, 1) && this.#has(b, sign) ||
          this.#has(a, -1) && this.#has(b, other);
      case "select":
        return this.#isLeastOf(s.args, sign);
      case "abs":
      case "sqrt":
      case "exp":
      case "exp2":
        return sign === 1;
      default:
        return false;
    }
  }
}
