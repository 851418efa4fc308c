/**
 * Arithmetic on lanes: four numbers of 32 bits, or two of 64.
 *
 * Operations take and give expressions, which write their instructions when
 * they are called; what is used more than once must be kept.
 *
 * @module
 */

import { LARGEST } from "../program/ir.ts";
import type { Code, Expr } from "./code.ts";
import { SIMD } from "./opcodes.ts";

/** The number of bits of a lane. */
export type Bits = 32 | 64;

/** How instructions that the platform may round as it likes are used. */
export interface Dialect {
  /** Bits of a lane. */
  readonly bits: Bits;
  /** Relaxed instructions are there and may be used. */
  readonly relaxed: boolean;
}

const F32 = {
  add: SIMD.f32Add,
  sub: SIMD.f32Sub,
  mul: SIMD.f32Mul,
  div: SIMD.f32Div,
  min: SIMD.f32Min,
  max: SIMD.f32Max,
  pmin: SIMD.f32PMin,
  pmax: SIMD.f32PMax,
  neg: SIMD.f32Neg,
  abs: SIMD.f32Abs,
  sqrt: SIMD.f32Sqrt,
  floor: SIMD.f32Floor,
  trunc: SIMD.f32Trunc,
  nearest: SIMD.f32Nearest,
  eq: SIMD.f32Eq,
  lt: SIMD.f32Lt,
  le: SIMD.f32Le,
  madd: SIMD.f32RelaxedMadd,
  nmadd: SIMD.f32RelaxedNmadd,
  select: SIMD.i32RelaxedSelect,
  shl: SIMD.i32Shl,
  splat: SIMD.load32Splat,
  loadLane: SIMD.load32Lane,
  storeLane: SIMD.store32Lane,
} as const;

const F64: { readonly [K in keyof typeof F32]: number } = {
  add: SIMD.f64Add,
  sub: SIMD.f64Sub,
  mul: SIMD.f64Mul,
  div: SIMD.f64Div,
  min: SIMD.f64Min,
  max: SIMD.f64Max,
  pmin: SIMD.f64PMin,
  pmax: SIMD.f64PMax,
  neg: SIMD.f64Neg,
  abs: SIMD.f64Abs,
  sqrt: SIMD.f64Sqrt,
  floor: SIMD.f64Floor,
  trunc: SIMD.f64Trunc,
  nearest: SIMD.f64Nearest,
  eq: SIMD.f64Eq,
  lt: SIMD.f64Lt,
  le: SIMD.f64Le,
  madd: SIMD.f64RelaxedMadd,
  nmadd: SIMD.f64RelaxedNmadd,
  select: SIMD.i64RelaxedSelect,
  shl: SIMD.i64Shl,
  splat: SIMD.load64Splat,
  loadLane: SIMD.load64Lane,
  storeLane: SIMD.store64Lane,
};

/** A literal for lanes of 32 bits. */
function narrowed(value: number): number {
  return Math.abs(value) === LARGEST
    ? Math.sign(value) * LARGEST_32
    : Math.fround(value);
}

/** The largest finite number of 32 bits. */
const LARGEST_32 = (2 - 2 ** -23) * 2 ** 127;

/** Writes arithmetic on lanes of one width. */
export class Lanes {
  /** Where instructions go. */
  readonly code: Code;
  /** Bits of a lane, and which instructions may be used. */
  readonly dialect: Dialect;
  /** The number of lanes. */
  readonly count: number;
  /** Bytes of a lane. */
  readonly bytes: number;
  readonly #op: { readonly [K in keyof typeof F32]: number };

  /**
   * @param code where instructions go
   * @param dialect bits of a lane, and which instructions may be used
   */
  constructor(code: Code, dialect: Dialect) {
    this.code = code;
    this.dialect = dialect;
    this.bytes = dialect.bits / 8;
    this.count = 128 / dialect.bits;
    this.#op = dialect.bits === 32 ? F32 : F64;
  }

  /** The result of a vector instruction. */
  simd(opcode: number, ...args: readonly Expr[]): Expr {
    return () => {
      for (const a of args) a();
      this.code.simd(opcode);
    };
  }

  /** Computes a value now, for use more than once. */
  keep(value: Expr): Expr {
    return this.code.keep("v128", value);
  }

  /** The result of what takes steps: `write` keeps what it needs. */
  steps(write: () => Expr): Expr {
    return () => this.code.scope(() => write()());
  }

  /** The same number in all lanes. */
  float(value: number): Expr {
    const { bits } = this.dialect;
    const array = bits === 32
      ? new Float32Array(4).fill(narrowed(value))
      : new Float64Array(2).fill(value);
    return this.code.constant(new Uint8Array(array.buffer));
  }

  /** The same integer of 32 bits in all four places. */
  int32(value: number): Expr {
    const array = new Int32Array(4).fill(value);
    return this.code.constant(new Uint8Array(array.buffer));
  }

  /** The same integer of 64 bits in both places. */
  int64(value: bigint): Expr {
    const array = new BigInt64Array(2).fill(value);
    return this.code.constant(new Uint8Array(array.buffer));
  }

  /** `a + b` */
  add = (a: Expr, b: Expr): Expr => this.simd(this.#op.add, a, b);
  /** `a - b` */
  sub = (a: Expr, b: Expr): Expr => this.simd(this.#op.sub, a, b);
  /** `a * b` */
  mul = (a: Expr, b: Expr): Expr => this.simd(this.#op.mul, a, b);
  /** `a / b` */
  div = (a: Expr, b: Expr): Expr => this.simd(this.#op.div, a, b);
  /** The smaller one; NaN if any is NaN. */
  min = (a: Expr, b: Expr): Expr => this.simd(this.#op.min, a, b);
  /** The larger one; NaN if any is NaN. */
  max = (a: Expr, b: Expr): Expr => this.simd(this.#op.max, a, b);
  /** `b < a ? b : a` */
  pmin = (a: Expr, b: Expr): Expr => this.simd(this.#op.pmin, a, b);
  /** `a < b ? b : a` */
  pmax = (a: Expr, b: Expr): Expr => this.simd(this.#op.pmax, a, b);
  /** `-a` */
  neg = (a: Expr): Expr => this.simd(this.#op.neg, a);
  /** `|a|` */
  abs = (a: Expr): Expr => this.simd(this.#op.abs, a);
  /** The square root. */
  sqrt = (a: Expr): Expr => this.simd(this.#op.sqrt, a);
  /** The largest integer that is not above. */
  floor = (a: Expr): Expr => this.simd(this.#op.floor, a);
  /** The nearest integer towards 0. */
  trunc = (a: Expr): Expr => this.simd(this.#op.trunc, a);
  /** The nearest integer. */
  nearest = (a: Expr): Expr => this.simd(this.#op.nearest, a);
  /** Ones where `a = b`. */
  eq = (a: Expr, b: Expr): Expr => this.simd(this.#op.eq, a, b);
  /** Ones where `a < b`. */
  lt = (a: Expr, b: Expr): Expr => this.simd(this.#op.lt, a, b);
  /** Ones where `a <= b`. */
  le = (a: Expr, b: Expr): Expr => this.simd(this.#op.le, a, b);
  /** Ones where both are. */
  and = (a: Expr, b: Expr): Expr => this.simd(SIMD.and, a, b);
  /** Ones where one of both is. */
  or = (a: Expr, b: Expr): Expr => this.simd(SIMD.or, a, b);
  /** Ones where they differ. */
  xor = (a: Expr, b: Expr): Expr => this.simd(SIMD.xor, a, b);
  /** Ones where there are none. */
  not = (a: Expr): Expr => this.simd(SIMD.not, a);

  /** `a` where the mask has ones, `b` elsewhere. */
  select(mask: Expr, a: Expr, b: Expr): Expr {
    const { relaxed } = this.dialect;
    return this.simd(relaxed ? this.#op.select : SIMD.bitSelect, a, b, mask);
  }

  /** `a b + c`, rounded once or twice. */
  madd(a: Expr, b: Expr, c: Expr): Expr {
    return this.dialect.relaxed
      ? this.simd(this.#op.madd, a, b, c)
      : this.add(this.mul(a, b), c);
  }

  /** `c - a b`, rounded once or twice. */
  nmadd(a: Expr, b: Expr, c: Expr): Expr {
    return this.dialect.relaxed
      ? this.simd(this.#op.nmadd, a, b, c)
      : this.sub(c, this.mul(a, b));
  }

  /** Lanes as integers, moved by some bits to the left. */
  shl(a: Expr, places: number): Expr {
    return () => {
      a();
      this.code.i32(places);
      this.code.simd(this.#op.shl);
    };
  }

  /** Lanes as integers of some width, moved to the right. */
  shift(opcode: number, a: Expr, places: number): Expr {
    return () => {
      a();
      this.code.i32(places);
      this.code.simd(opcode);
    };
  }

  /** `c0 + x (c1 + x (c2 + ...))`; `x` must be kept. */
  polynomial(x: Expr, coefficients: readonly number[]): Expr {
    return coefficients.slice(0, -1).reduceRight(
      (sum, c) => this.madd(sum, x, this.float(c)),
      this.float(coefficients[coefficients.length - 1]),
    );
  }

  /** One lane of `a`, in all lanes; `a` must be kept. */
  spread(a: Expr, lane: number): Expr {
    const places = Array.from(
      { length: 16 },
      (_, b) => lane * this.bytes + b % this.bytes,
    );
    return () => {
      a();
      a();
      this.code.simd(SIMD.shuffle, ...places);
    };
  }

  /** All lanes from memory. */
  load(address: Expr, offset: number): Expr {
    return () => {
      address();
      this.code.simd(SIMD.load, ...this.code.memory(4, offset));
    };
  }

  /** One number from memory, in all lanes. */
  loadSplat(address: Expr, offset: number): Expr {
    const align = this.dialect.bits === 32 ? 2 : 3;
    return () => {
      address();
      this.code.simd(this.#op.splat, ...this.code.memory(align, offset));
    };
  }

  /** All lanes to memory. */
  store(address: Expr, offset: number, value: Expr): void {
    address();
    value();
    this.code.simd(SIMD.store, ...this.code.memory(4, offset));
  }

  /** Lanes from separate places of memory. */
  gather(place: (lane: number) => { address: Expr; offset: number }): Expr {
    const align = this.dialect.bits === 32 ? 2 : 3;
    return this.steps(() => {
      const all = this.code.local("v128");
      const get: Expr = () => this.code.get(all);
      this.float(0)();
      this.code.set(all);
      for (let lane = 0; lane < this.count; lane++) {
        const { address, offset } = place(lane);
        address();
        get();
        this.code.simd(
          this.#op.loadLane,
          ...this.code.memory(align, offset),
          lane,
        );
        this.code.set(all);
      }
      return get;
    });
  }

  /** One lane to memory. */
  storeLane(address: Expr, offset: number, value: Expr, lane: number): void {
    const align = this.dialect.bits === 32 ? 2 : 3;
    address();
    value();
    this.code.simd(
      this.#op.storeLane,
      ...this.code.memory(align, offset),
      lane,
    );
  }
}
