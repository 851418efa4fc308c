/**
 * Symbolic numbers, for reductions of your own.
 *
 * @module
 */

import type { Builder } from "../program/builder.ts";
import type { Primitive, Value } from "../program/ir.ts";

/** What arithmetic takes: symbolic numbers and ordinary ones. */
export type ScalarLike = Scalar | number;

let read: (scalar: Scalar) => Value;
let make: (b: Builder, value: Value) => Scalar;

/** What stands for a scalar in programs, a float. Package-internal. */
export function valueOfScalar(scalar: Scalar): Value {
  return read(scalar);
}

/** The scalar that stands for a value of a program. Package-internal. */
export function scalarOf(b: Builder, value: Value): Scalar {
  return make(b, value);
}

/**
 * A number inside a reduction of your own. It has no value yet: arithmetic
 * on it is written down, and runs wherever the reduction runs. Comparisons
 * give 1 or 0; where their operands are NaN, they give 0.
 */
export class Scalar {
  readonly #b: Builder;
  readonly #value: Value;

  static {
    read = (scalar) => asFloat(scalar.#b, scalar.#value);
    make = (b, value) => new Scalar(b, value);
  }

  private constructor(b: Builder, value: Value) {
    this.#b = b;
    this.#value = value;
  }

  #apply(primitive: Primitive, ...others: ScalarLike[]): Scalar {
    const args = others.map((x) => this.#operand(x));
    return new Scalar(this.#b, this.#b.apply(primitive, read(this), ...args));
  }

  #operand(x: ScalarLike): Value {
    return typeof x === "number" ? this.#b.float(x) : read(x);
  }

  /** `this + x` */
  add(x: ScalarLike): Scalar {
    return this.#apply("add", x);
  }

  /** `this - x` */
  sub(x: ScalarLike): Scalar {
    return this.#apply("sub", x);
  }

  /** `this * x` */
  mul(x: ScalarLike): Scalar {
    return this.#apply("mul", x);
  }

  /** `this / x` */
  div(x: ScalarLike): Scalar {
    return this.#apply("div", x);
  }

  /** `this` to the power of x. */
  pow(x: ScalarLike): Scalar {
    return this.#apply("pow", x);
  }

  /** `-this` */
  neg(): Scalar {
    return this.#apply("neg");
  }

  /** The absolute value. */
  abs(): Scalar {
    return this.#apply("abs");
  }

  /** The square root. */
  sqrt(): Scalar {
    return this.#apply("sqrt");
  }

  /** The exponential. */
  exp(): Scalar {
    return this.#apply("exp");
  }

  /** The natural logarithm. */
  log(): Scalar {
    return this.#apply("log");
  }

  /** The largest integer that is not larger. */
  floor(): Scalar {
    return this.#apply("floor");
  }

  /** The sine. */
  sin(): Scalar {
    return this.#apply("sin");
  }

  /** The cosine. */
  cos(): Scalar {
    return this.#apply("cos");
  }

  /** The smaller of two; x where this is NaN. */
  min(x: ScalarLike): Scalar {
    return this.lt(x).select(this, x);
  }

  /** The larger of two; x where this is NaN. */
  max(x: ScalarLike): Scalar {
    return this.gt(x).select(this, x);
  }

  /** 1 where `this < x`, otherwise 0. */
  lt(x: ScalarLike): Scalar {
    return this.#apply("lt", x);
  }

  /** 1 where `this <= x`, otherwise 0. */
  le(x: ScalarLike): Scalar {
    return this.#apply("le", x);
  }

  /** 1 where `this > x`, otherwise 0. */
  gt(x: ScalarLike): Scalar {
    return new Scalar(
      this.#b,
      this.#b.apply("lt", this.#operand(x), read(this)),
    );
  }

  /** 1 where `this >= x`, otherwise 0. */
  ge(x: ScalarLike): Scalar {
    return new Scalar(
      this.#b,
      this.#b.apply("le", this.#operand(x), read(this)),
    );
  }

  /** 1 where both are equal, otherwise 0. NaN is not equal to itself. */
  eq(x: ScalarLike): Scalar {
    return this.#apply("eq", x);
  }

  /** 1 where this is 0, otherwise 0. */
  not(): Scalar {
    return this.eq(0);
  }

  /** `yes` where this is not 0, otherwise `no`. */
  select(yes: ScalarLike, no: ScalarLike): Scalar {
    const b = this.#b;
    const [a, c] = [yes, no].map((x) => this.#operand(x));
    // What is a truth value already need not be compared with 0.
    const chosen = this.#value.type === "bool"
      ? b.apply("select", this.#value, a, c)
      : b.apply("select", b.apply("eq", read(this), b.float(0)), c, a);
    return new Scalar(b, chosen);
  }
}

/** Truth values and integers as floats. */
function asFloat(b: Builder, value: Value): Value {
  if (value.type === "float") return value;
  return value.type === "int"
    ? b.apply("toFloat", value)
    : b.apply("select", value, b.float(1), b.float(0));
}
