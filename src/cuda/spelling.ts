/**
 * How CUDA C++ spells scalars.
 *
 * @module
 */

import type { DType } from "../dtypes.ts";
import {
  LARGEST,
  type Primitive,
  type ScalarType,
  type Value,
} from "../program/ir.ts";

/** The type that floats are computed in. */
export type Compute = "float" | "double";

type Spell = (a: string, b: string, c: string) => string;

const binary = (sign: string): Spell => (a, b) => `(${a} ${sign} ${b})`;

/** A function of the C library: those of float end with an f. */
const library = (name: string) => (t: Compute): Spell => (a) =>
  `${name}${t === "float" ? "f" : ""}(${a})`;

/** A function of the prelude. */
const prelude = (name: string) => (t: Compute): Spell => (a, b) =>
  `${name}_${t}(${a}, ${b})`;

const always = (spell: Spell) => (): Spell => spell;

/** How CUDA C++ spells each scalar primitive. */
const SPELLING: { readonly [P in Primitive]: (compute: Compute) => Spell } = {
  add: always(binary("+")),
  sub: always(binary("-")),
  mul: always(binary("*")),
  div: always(binary("/")),
  min: prelude("minimum"),
  max: prelude("maximum"),
  pow: prelude("power"),
  atan2: (t) => (a, b) => `atan2${t === "float" ? "f" : ""}(${a}, ${b})`,
  neg: always((a) => `(-${a})`),
  abs: library("fabs"),
  sqrt: library("sqrt"),
  floor: library("floor"),
  trunc: library("trunc"),
  exp: library("exp"),
  exp2: (t) => (a) => t === "float" ? `power_of_2(${a})` : `exp2(${a})`,
  expm1: library("expm1"),
  log: library("log"),
  log1p: library("log1p"),
  sin: library("sin"),
  cos: library("cos"),
  tan: library("tan"),
  asin: library("asin"),
  acos: library("acos"),
  atan: library("atan"),
  sinh: library("sinh"),
  cosh: library("cosh"),
  tanh: library("tanh"),
  lt: always(binary("<")),
  le: always(binary("<=")),
  eq: always(binary("==")),
  and: always(binary("&&")),
  or: always(binary("||")),
  not: always((a) => `(!${a})`),
  select: always((a, b, c) => `(${a} ? ${b} : ${c})`),
  iadd: always(binary("+")),
  isub: always(binary("-")),
  imul: always(binary("*")),
  idiv: always(binary("/")),
  imod: always(binary("%")),
  imin: always((a, b) => `min(${a}, ${b})`),
  imax: always((a, b) => `max(${a}, ${b})`),
  ilt: always(binary("<")),
  ieq: always(binary("==")),
  iselect: always((a, b, c) => `(${a} ? ${b} : ${c})`),
  toFloat: (t) => (a) => `(${t}) ${a}`,
  toInt: always((a) => `(int) ${a}`),
};

/** The text of a scalar primitive. */
export function applied(
  primitive: Primitive,
  args: readonly string[],
  compute: Compute,
): string {
  const [a, b, c] = args;
  return SPELLING[primitive](compute)(a, b, c);
}

/** The C++ type of scalars. */
export function typeName(type: ScalarType, compute: Compute): string {
  return type === "float" ? compute : type;
}

/** The text of a literal. */
export function literalText(value: Value, compute: Compute): string {
  const x = value.literal ?? NaN;
  if (value.type === "bool") return x !== 0 ? "true" : "false";
  if (value.type === "int") return intText(x);
  const largest = compute === "float" && Math.abs(x) === LARGEST;
  if (largest) return x > 0 ? "3.4028235e38f" : "(-3.4028235e38f)";
  const rounded = compute === "float" ? Math.fround(x) : x;
  if (Number.isNaN(rounded)) return `nan_${compute}()`;
  if (!Number.isFinite(rounded)) {
    return rounded > 0 ? `infinity_${compute}()` : `(-infinity_${compute}())`;
  }
  const digits = decimal(Math.abs(rounded), Math.abs(x));
  const text = compute === "float" ? `${digits}f` : digits;
  return rounded < 0 || Object.is(rounded, -0) ? `(-${text})` : text;
}

/** There is no literal for the smallest int: its minus is an operator. */
function intText(x: number): string {
  if (x === -(2 ** 31)) return "(-2147483647 - 1)";
  return x < 0 ? `(${x})` : `${x}`;
}

/** The shorter of two numbers that mean the same once rounded. */
function decimal(rounded: number, x: number): string {
  const text = rounded !== 0 && `${x}`.length < `${rounded}`.length
    ? `${x}`
    : `${rounded}`;
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** The C++ type of stored entries. */
export const STORED: Readonly<Record<DType, string>> = {
  float32: "float",
  float64: "double",
  float16: "unsigned short",
  bfloat16: "unsigned short",
  int32: "int",
};

/** Entries of 16 bits, and the names of the functions that convert them. */
const CONVERTED: Readonly<Partial<Record<DType, string>>> = {
  float16: "half",
  bfloat16: "bfloat",
};

/** A stored entry as a float of the type that is computed in. */
export function loaded(entry: string, dtype: DType, compute: Compute): string {
  const name = CONVERTED[dtype];
  if (name !== undefined) return `from_${name}(${entry})`;
  return STORED[dtype] === compute ? entry : `(${compute}) ${entry}`;
}

/** A computed float as an entry to be stored. */
export function stored(value: string, dtype: DType, compute: Compute): string {
  const name = CONVERTED[dtype];
  if (name !== undefined) {
    return `to_${name}(${compute === "float" ? value : `(float) ${value}`})`;
  }
  return dtype === "int32" || STORED[dtype] === compute
    ? value
    : `(${STORED[dtype]}) ${value}`;
}
