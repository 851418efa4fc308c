/**
 * What is known of the signs of values; NaN may be among them.
 *
 * @module
 */

import type { Block, Slot, Statement, Value } from "../program/ir.ts";

/** Signs of the results of statements, as far as they are known. */
export class Signs {
  readonly #origins = new Map<number, Statement>();
  readonly #known = new Map<string, boolean>();
  /** Slots that a branch has just made sure are not above 0. */
  readonly #low = new Set<number>();
  /** Values that are still in the slots that they were read from. */
  readonly #fresh = new Map<number, number>();

  /** Notes what a value comes from. */
  note(s: Statement): void {
    switch (s.kind) {
      case "apply":
      case "contract":
        this.#origins.set(s.to.id, s);
        break;
      case "slot":
      case "write":
        this.#changed(s.slot);
        break;
      case "read":
        this.#fresh.set(s.to.id, s.slot.id);
        if (this.#low.has(s.slot.id)) this.#known.set(`${s.to.id} -1`, true);
        break;
      case "if":
        this.#branch(s.condition, s.body);
        break;
      case "for":
        // What is written late in one turn is read early in the next.
        slotsWritten(s.body).forEach((slot) => this.#changed(slot));
    }
  }

  #changed(slot: Slot): void {
    this.#low.delete(slot.id);
    for (const [value, id] of this.#fresh) {
      if (id === slot.id) this.#fresh.delete(value);
    }
  }

  /** A branch may be what takes a slot that is above 0 down again. */
  #branch(condition: Value, body: Block): void {
    const tested = this.#testedSlot(condition);
    body.forEach((s) => this.note(s));
    const written = slotsWritten(body);
    written.forEach((slot) => this.#changed(slot));
    const last = body.findLast((s) => s.kind === "write");
    const low = last?.kind === "write" && last.slot.id === tested &&
      written.filter(({ id }) => id === tested).length === 1 &&
      this.isNegative(last.value);
    if (low) this.#low.add(last.slot.id);
  }

  /** The slot of which a condition says that it is not 0 or less. */
  #testedSlot(condition: Value): number | undefined {
    const not = this.originOf(condition);
    if (not?.kind !== "apply" || not.primitive !== "not") return undefined;
    const le = this.originOf(not.args[0]);
    if (le?.kind !== "apply" || le.primitive !== "le") return undefined;
    const [value, zero] = le.args;
    return zero.literal === 0 ? this.#fresh.get(value.id) : undefined;
  }

  /** The statement that a value comes from. */
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
  #isLeastOf([condition, x, y]: readonly Value[], sign: 1 | -1): boolean {
    const s = this.originOf(condition);
    if (s?.kind !== "apply") return false;
    const [a, b] = s.args;
    // What is 0 or less, or else something that is.
    if (s.primitive === "le" && b.literal === 0 && a === x) {
      return sign === -1 && this.#has(y, -1);
    }
    return s.primitive === "lt" && sign === -1 && a.literal !== undefined &&
      a.literal <= 0 &&
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

function slotsWritten(block: Block): Slot[] {
  return block.flatMap((s) => {
    if (s.kind === "write") return [s.slot];
    return s.kind === "for" || s.kind === "if" ? slotsWritten(s.body) : [];
  });
}
