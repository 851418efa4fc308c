/**
 * Short words for scalar primitives, and polynomials made of them.
 *
 * @module
 */

import type { Builder } from "./builder.ts";
import { type Primitive, PRIMITIVES, type Value } from "./ir.ts";

/** Each scalar primitive as a function of floats: values or numbers. */
export type Algebra = {
  readonly [P in Primitive]: (...x: (Value | number)[]) => Value;
};

/** The scalar primitives, for writing formulas with a builder. */
export function algebra(b: Builder): Algebra {
  const value = (x: Value | number) => typeof x === "number" ? b.float(x) : x;
  const words = Object.keys(PRIMITIVES) as Primitive[];
  return Object.fromEntries(
    words.map((w) => [
      w,
      (...x: (Value | number)[]) => b.apply(w, ...x.map(value)),
    ]),
  ) as Algebra;
}

/** The polynomial with these coefficients, the constant one first. */
export function horner(
  b: Builder,
  coefficients: readonly number[],
  x: Value,
): Value {
  const { add, mul } = algebra(b);
  return coefficients.slice(0, -1).reduceRight<Value>(
    (sum, c) => add(mul(sum, x), c),
    b.float(coefficients[coefficients.length - 1]),
  );
}

/** The Chebyshev series with these coefficients, x in [-1, 1] (Clenshaw). */
export function chebyshev(
  b: Builder,
  coefficients: readonly number[],
  x: Value,
): Value {
  const { add, mul, sub } = algebra(b);
  const twice = mul(2, x);
  let [next, last] = [b.float(0), b.float(0)];
  for (let k = coefficients.length - 1; k > 0; k--) {
    const term = add(sub(mul(twice, next), last), coefficients[k]);
    [next, last] = [term, next];
  }
  return add(sub(mul(x, next), last), coefficients[0]);
}

/** The n-th power, n a natural number. */
export function power(b: Builder, x: Value, n: number): Value {
  const { mul } = algebra(b);
  let result = b.float(1);
  if (n === 0) return result;
  for (const bit of n.toString(2)) {
    result = mul(result, result);
    if (bit === "1") result = mul(result, x);
  }
  return result;
}
