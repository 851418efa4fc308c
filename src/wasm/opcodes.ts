/**
 * The WebAssembly instructions that are used, by their codes.
 *
 * @module
 */

/** Types of values. */
export const TYPE = { i32: 0x7f, f64: 0x7c, f32: 0x7d, v128: 0x7b } as const;

/** A type of values. */
export type Type = keyof typeof TYPE;

/** Control, variables and scalars: one byte each. */
export const OP = {
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  call: 0x10,
  select: 0x1c,
  get: 0x20,
  set: 0x21,
  tee: 0x22,
  i32Load: 0x28,
  i32Store: 0x36,
  i32Const: 0x41,
  i32Eqz: 0x45,
  i32Eq: 0x46,
  i32LtS: 0x48,
  i32LtU: 0x49,
  i32GtS: 0x4a,
  i32GeS: 0x4e,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32Mul: 0x6c,
  i32DivS: 0x6d,
  i32RemS: 0x6f,
  i32And: 0x71,
  i32Or: 0x72,
  f32ConvertI32: 0xb2,
  f64ConvertI32: 0xb7,
} as const;

/** The prefix of vector instructions. */
export const SIMD_PREFIX = 0xfd;

/** The prefix of some later scalar instructions. */
export const MISC_PREFIX = 0xfc;

/** Scalar instructions behind {@linkcode MISC_PREFIX}. */
export const MISC = {
  i32TruncSatF64: 2,
  memoryCopy: 10,
  memoryFill: 11,
} as const;

/** Vector instructions, behind {@linkcode SIMD_PREFIX}. */
export const SIMD = {
  load: 0x00,
  load32Splat: 0x09,
  load64Splat: 0x0a,
  store: 0x0b,
  const: 0x0c,
  shuffle: 0x0d,
  i32Splat: 0x11,
  f32Splat: 0x13,
  f64Splat: 0x14,
  i32Extract: 0x1b,
  f64Extract: 0x21,
  f64Replace: 0x22,
  i32Eq: 0x37,
  i32LtS: 0x39,
  i32LtU: 0x3a,
  i32GtS: 0x3b,
  f32Eq: 0x41,
  f32Lt: 0x43,
  f32Le: 0x45,
  f64Eq: 0x47,
  f64Lt: 0x49,
  f64Le: 0x4b,
  not: 0x4d,
  and: 0x4e,
  andNot: 0x4f,
  or: 0x50,
  xor: 0x51,
  bitSelect: 0x52,
  anyTrue: 0x53,
  load32Lane: 0x56,
  load64Lane: 0x57,
  store32Lane: 0x5a,
  store64Lane: 0x5b,
  demote: 0x5e,
  promote: 0x5f,
  f32Floor: 0x68,
  f32Trunc: 0x69,
  f32Nearest: 0x6a,
  f64Floor: 0x75,
  f64Trunc: 0x7a,
  f64Nearest: 0x94,
  i32Shl: 0xab,
  i32ShrS: 0xac,
  i32Add: 0xae,
  i32Sub: 0xb1,
  i32Mul: 0xb5,
  i32MinS: 0xb6,
  i32MaxS: 0xb8,
  i64Shl: 0xcb,
  i64ShrS: 0xcc,
  i64ShrU: 0xcd,
  i64Add: 0xce,
  i64Sub: 0xd1,
  f32Abs: 0xe0,
  f32Neg: 0xe1,
  f32Sqrt: 0xe3,
  f32Add: 0xe4,
  f32Sub: 0xe5,
  f32Mul: 0xe6,
  f32Div: 0xe7,
  f32Min: 0xe8,
  f32Max: 0xe9,
  f32PMin: 0xea,
  f32PMax: 0xeb,
  f64Abs: 0xec,
  f64Neg: 0xed,
  f64Sqrt: 0xef,
  f64Add: 0xf0,
  f64Sub: 0xf1,
  f64Mul: 0xf2,
  f64Div: 0xf3,
  f64Min: 0xf4,
  f64Max: 0xf5,
  f64PMin: 0xf6,
  f64PMax: 0xf7,
  i32TruncSatF32: 0xf8,
  f32ConvertI32: 0xfa,
  i32TruncSatF64Zero: 0xfc,
  f64ConvertLowI32: 0xfe,
  f32RelaxedMadd: 0x105,
  f32RelaxedNmadd: 0x106,
  f64RelaxedMadd: 0x107,
  f64RelaxedNmadd: 0x108,
  i32RelaxedSelect: 0x10b,
  i64RelaxedSelect: 0x10c,
} as const;
