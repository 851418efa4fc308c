/** Elementary functions of the WebAssembly backend: errors and edges. */

import { dtypeOfArray } from "../../src/dtypes.ts";
import { type Buffer, HostBuffer } from "../../src/launch/buffer.ts";
import type { Kernel, OperandData } from "../../src/launch/launch.ts";
import { Builder } from "../../src/program/builder.ts";
import {
  type Primitive,
  PRIMITIVES,
  type Value,
} from "../../src/program/ir.ts";
import { SCALARS } from "../../src/program/scalars.ts";
import { wasmBackendWith } from "../../src/wasm/backend.ts";
import { assert, assertEquals } from "../assert.ts";
import { randomNumbers } from "../evaluate.ts";
import { EXACT, fixed, ulpsOff } from "../exact.ts";

/** The most that results may be off, in units in the last place. */
const ALLOWED = 2;

type Floats = Float32Array | Float64Array;

/** How the arguments of a function are made from what is stored. */
type Prepare = (b: Builder, x: Value) => Value;

const asIs: Prepare = (_, x) => x;
const negative: Prepare = (b, x) => b.apply("neg", b.apply("abs", x));

function kernelOf(
  primitive: Primitive,
  strict: boolean,
  prepare: Prepare,
): Kernel {
  const arity = PRIMITIVES[primitive].length - 1;
  const b = new Builder(
    Array.from({ length: arity }, (_, k) => ({
      name: `x${k}`,
      row: true,
      column: false,
      dim: 1,
      temporary: false,
    })),
  );
  b.within(b.finish, () => {
    const args = Array.from(
      { length: arity },
      (_, k) => prepare(b, b.load(k, b.int(0))),
    );
    b.store(b.output([1], "float"), b.int(0), b.apply(primitive, ...args));
  });
  return wasmBackendWith({ strict }).prepare(b.program(), primitive);
}

function values<T extends Floats>(
  primitive: Primitive,
  args: readonly T[],
  strict: boolean,
  prepare: Prepare = asIs,
): T {
  const operand = (data: T): OperandData<Buffer> => ({
    data: new HostBuffer(data),
    offset: 0,
    batch: [],
    row: 1,
    column: 0,
    component: 1,
  });
  const rows = args[0].length;
  const dtype = dtypeOfArray(args[0]);
  const [output] = kernelOf(primitive, strict, prepare).run({
    dtype,
    operands: args.map(operand),
    outputs: [{ dtype, length: rows }],
    batch: [],
    rows,
    columns: 0,
    domains: [[{ begin: 0, end: rows, intervals: new Int32Array() }]],
  });
  return output.host() as T;
}

/** Ranges of arguments, of which some are drawn evenly, some by magnitude. */
const RANGES: Partial<Record<Primitive, readonly [number, number]>> = {
  exp: [-87, 88],
  exp2: [-125, 127.9],
  expm1: [-60, 88],
  log: [1e-9, 1e9],
  log1p: [-1, 1e9],
  sin: [-1e5, 1e5],
  cos: [-1e5, 1e5],
  tan: [-1e5, 1e5],
  asin: [-1, 1],
  acos: [-1, 1],
  atan: [-1e6, 1e6],
  sinh: [-88, 88],
  cosh: [-88, 88],
  tanh: [-30, 30],
  atan2: [-1e6, 1e6],
};

function drawn(
  [low, high]: readonly [number, number],
  count: number,
  seed: number,
): number[] {
  const random = randomNumbers(seed);
  return Array.from({ length: count }, (_, k) => {
    const u = random();
    if (k % 3 === 0) return low + (high - low) * u;
    const size = 2 ** (-40 * random());
    return (k % 3 === 1 ? high : low) * u * size;
  });
}

const NAMES = Object.keys(RANGES) as (keyof typeof RANGES)[];

for (const strict of [false, true]) {
  const how = strict ? ", strictly" : "";
  for (const name of NAMES) {
    const range = RANGES[name] as readonly [number, number];
    const arity = PRIMITIVES[name].length - 1;

    Deno.test(`wasm ${name} of float64 is right to 2 ulp${how}`, () => {
      const args = Array.from(
        { length: arity },
        (_, k) => new Float64Array(drawn(range, 2000, 7 + k)),
      );
      const results = values(name, args, strict);
      let worst = 0;
      results.forEach((actual, k) => {
        const [x, y] = args.map((a) => fixed(a[k]));
        const off = ulpsOff(actual, EXACT[name](x, y));
        if (off > worst) worst = off;
        const at = args.map((a) => a[k]).join();
        assert(off <= ALLOWED, `${name}(${at}) = ${actual} is ${off} ulp off`);
      });
      if (Deno.args.includes("--show")) console.log(name, 64, worst);
    });

    Deno.test(`wasm ${name} of float32 is right to 2 ulp${how}`, () => {
      const args = Array.from(
        { length: arity },
        (_, k) => new Float32Array(drawn(range, 200000, 7 + k)),
      );
      const results = values(name, args, strict);
      let worst = 0;
      results.forEach((actual, k) => {
        const exact = SCALARS[name](args[0][k], args[1]?.[k], 0);
        const exponent = Math.floor(Math.log2(Math.abs(exact)));
        const unit = 2 ** Math.max(exponent - 23, -149);
        const off = exact === 0 ? 0 : Math.abs(actual - exact) / unit;
        if (off > worst) worst = off;
        const at = args.map((a) => a[k]).join();
        assert(off <= ALLOWED, `${name}(${at}) = ${actual} is ${off} ulp off`);
      });
      if (Deno.args.includes("--show")) console.log(name, 32, worst);
    });
  }
}

Deno.test("wasm exp of negative numbers has a form of its own", () => {
  const edges = [0, -0, -1, -87.3, -87.4, -103.9, -104, -105, -1e9, NaN];
  const wide = [-708.3, -708.4, -745.1, -745.2, -746, -1e300, -Infinity];
  for (const strict of [false, true]) {
    for (const kind of [Float64Array, Float32Array]) {
      const range = kind === Float64Array ? [-746, 0] : [-104, 0];
      const random = drawn(range as [number, number], 100000, 3);
      const args = new kind([...random, ...edges, ...wide]);
      const results = values<Floats>("exp", [args], strict, negative);
      results.forEach((actual, k) => {
        const exact = Math.exp(-Math.abs(args[k]));
        const exponent = Math.floor(Math.log2(exact));
        const [digits, least] = kind === Float64Array
          ? [52, -1074]
          : [23, -149];
        const unit = 2 ** Math.max(exponent - digits, least);
        const off = Math.abs(actual - exact) / unit;
        const same = Object.is(actual, exact);
        assert(same || off <= ALLOWED, `exp(${args[k]}) = ${actual}`);
      });
    }
  }
});

/** Numbers where functions are often wrong. */
const SPECIAL: readonly number[] = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  2,
  -2,
  3,
  -3,
  Infinity,
  -Infinity,
  NaN,
  1e-40,
  -1e-40,
  5e-324,
  -5e-324,
  1e-310,
  1e-300,
  1e300,
  -1e300,
  1.7e308,
  88.72,
  88.73,
  89,
  -87.4,
  -103.9,
  -104,
  709.7,
  709.79,
  710.4,
  -708.5,
  -745.1,
  -746,
  1e22,
  3e5,
  123456789,
  Math.PI,
  -Math.PI / 2,
  0.6999,
  1 - 2 ** -53,
  -1 + 2 ** -53,
  1 + 2 ** -52,
];

for (const name of [...NAMES, "pow", "min", "max"] as const) {
  Deno.test(`wasm ${name} of special numbers is what JavaScript has`, () => {
    const arity = PRIMITIVES[name].length - 1;
    const pairs = SPECIAL.flatMap((x) =>
      arity === 1 ? [[x]] : SPECIAL.map((y) => [x, y])
    );
    for (const kind of [Float64Array, Float32Array]) {
      const args = Array.from(
        { length: arity },
        (_, k) => new kind(pairs.map((p) => p[k])),
      );
      const results = values<Floats>(name, args, false);
      const wanted = results.slice();
      results.forEach((_, k) => {
        wanted[k] = SCALARS[name](args[0][k], args[1]?.[k], 0);
      });
      results.forEach((actual, k) => {
        const expected = wanted[k];
        const where = `${kind.name} ${name}(${args.map((a) => a[k]).join()})`;
        // V8 drops signs of results that underflow.
        const least = kind === Float64Array ? -1074 : -149;
        const tiny = name === "exp2" &&
          Math.abs(expected) < 2 ** (kind === Float64Array ? -1021 : -125);
        const underflow = expected === 0 && args.every((a) => a[k] !== 0);
        if (tiny) return assert(actual >= 0 && actual <= 2 * expected, where);
        if (underflow) return assertEquals(actual + 0, 0, where);
        if (expected === 0 || !Number.isFinite(expected)) {
          assertEquals(actual, expected, where);
          return;
        }
        const digits = kind === Float64Array ? 52 : 23;
        const exponent = Math.floor(Math.log2(Math.abs(expected)));
        const unit = 2 ** Math.max(exponent - digits, least);
        const off = Math.abs(actual - expected) / unit;
        assert(off <= 2, `${where} is ${actual} instead of ${expected}`);
      });
    }
  });
}
