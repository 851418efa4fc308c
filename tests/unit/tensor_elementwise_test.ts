import {
  assert,
  assertAllClose,
  assertEquals,
  assertThrows,
} from "../assert.ts";
import { ArgumentError, ShapeError } from "../../src/errors.ts";
import type * as arithmetic from "../../src/ops/arithmetic.ts";
import type * as comparison from "../../src/ops/comparison.ts";
import type * as elementary from "../../src/ops/elementary.ts";
import type { Op } from "../../src/ops/op.ts";
import { METHODS } from "../../src/ops/registry.ts";
import { tensor, zeros } from "../../src/tensor/create.ts";
import type { Tensor } from "../../src/tensor/tensor.ts";
import {
  checkDerivatives,
  denseMap,
  generator,
  randomShapes,
  randomTensor,
} from "../tensors.ts";

type Name = Exclude<
  keyof typeof arithmetic | keyof typeof comparison | keyof typeof elementary,
  "sinxdivxDerivative" | "diffClampInt"
>;

const truth = (x: boolean) => x ? 1 : 0;

/** What each method computes, in plain JavaScript. */
const DEFINITIONS: Record<Name, (...x: number[]) => number> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  pow: (a, m) => a ** m,
  powf: (a, b) => a ** b,
  neg: (a) => -a,
  inv: (a) => 1 / a,
  square: (a) => a * a,
  sqrt: Math.sqrt,
  rsqrt: (a) => 1 / Math.sqrt(a),
  exp: Math.exp,
  log: Math.log,
  abs: Math.abs,
  sign: Math.sign,
  step: (a) => truth(a >= 0),
  relu: (a) => Math.max(a, 0),
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  atan2: Math.atan2,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  expm1: Math.expm1,
  log1p: Math.log1p,
  xlogx: (a) => a * Math.log(a),
  sinxdivx: (a) => Math.sin(a) / a,
  sinc: (a) => Math.sin(Math.PI * a) / (Math.PI * a),
  erf: (a) => {
    let [sum, term] = [0, a];
    for (let n = 0; n < 60; n++) {
      sum += term / (2 * n + 1);
      term *= -a * a / (n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  },
  lgamma: (a) => {
    const z = a + 20;
    let value = (z - 0.5) * Math.log(z) - z + Math.log(2 * Math.PI) / 2 +
      1 / (12 * z) - 1 / (360 * z ** 3) + 1 / (1260 * z ** 5);
    for (let k = 0; k < 20; k++) value -= Math.log(a + k);
    return value;
  },
  polygamma: (a) => {
    const z = a + 20;
    let value = 1 / z + 1 / (2 * z * z) + 1 / (6 * z ** 3) -
      1 / (30 * z ** 5) + 1 / (42 * z ** 7);
    for (let k = 0; k < 20; k++) value += 1 / (a + k) ** 2;
    return value;
  },
  eq: (a, b) => truth(a === b),
  ne: (a, b) => truth(a !== b),
  lt: (a, b) => truth(a < b),
  le: (a, b) => truth(a <= b),
  gt: (a, b) => truth(a > b),
  ge: (a, b) => truth(a >= b),
  logicalAnd: (a, b) => truth(a !== 0 && b !== 0),
  logicalOr: (a, b) => truth(a !== 0 || b !== 0),
  logicalNot: (a) => truth(a === 0),
  floor: Math.floor,
  round: (a) => Math.sign(a) * Math.round(Math.abs(a)),
  mod: (a, n, d) => a - n * Math.floor((a - d) / n),
  clamp: (a, low, high) => Math.min(Math.max(a, low), high),
  clampInt: (a) => Math.min(Math.max(a, -1), 2),
  ifelse: (c, a, b) => c >= 0 ? a : b,
  where: (c, a, b) => c !== 0 ? a : b,
};

/** Static arguments to test with; definitions above know them. */
const STATIC: Partial<Record<Name, readonly number[]>> = {
  pow: [3],
  polygamma: [1],
  clampInt: [-1, 2],
};

function call(
  name: string,
  [first, ...rest]: readonly Tensor[],
): Tensor {
  const method = first[name as "add"] as (...x: unknown[]) => Tensor;
  const params = STATIC[name as Name] ?? [];
  return method.call(first, ...rest, ...params);
}

function operands(op: Op, random: () => number): Tensor[] {
  const { ranges } = op.domain;
  return randomShapes(random, op.inputs).map((shape, k) =>
    randomTensor(random, shape, ranges[k] ?? ranges[ranges.length - 1])
  );
}

Deno.test("every elementwise method is its definition, broadcast", () => {
  for (const [name, definition] of Object.entries(DEFINITIONS)) {
    const op = METHODS.get(name) as Op;
    const random = generator(op.uid);
    for (let run = 0; run < 8; run++) {
      const inputs = operands(op, random);
      const dense = denseMap(
        (...x) => definition(...x, ...(name === "pow" ? [3] : [])),
        inputs,
      );
      const result = call(name, inputs);
      assertEquals(result.shape, dense.shape, name);
      assertAllClose(result.dataSync(), dense.data, 1e-11, name);
    }
  }
});

Deno.test("every elementwise method has its derivatives, broadcast", () => {
  for (const name of Object.keys(DEFINITIONS)) {
    const op = METHODS.get(name) as Op;
    const random = generator(17 * op.uid);
    for (let run = 0; run < 3; run++) {
      checkDerivatives(
        (...x) => call(name, x),
        operands(op, random),
        random,
        name,
        1e-5,
      );
    }
  }
});

Deno.test("three and more broadcast dimensions become batches", () => {
  const random = generator(5);
  const a = randomTensor(random, [3, 1, 4, 1, 2]);
  const b = randomTensor(random, [5, 1, 6, 1]);
  const c = randomTensor(random, [3, 5, 4, 6, 2]);
  const dense = denseMap((x, y, z) => x * y + z, [a, b, c]);
  assertAllClose(a.mul(b).add(c).dataSync(), dense.data);
});

Deno.test("numbers and arrays take the dtype of the tensor beside them", () => {
  for (const dtype of ["float32", "float64", "float16", "bfloat16"] as const) {
    const x = tensor([1, 2], undefined, { dtype });
    assertEquals(x.add(0.25).dtype, dtype);
    assertEquals(x.add([[1], [2]]).dtype, dtype);
    assertEquals(x.add([[1], [2]]).arraySync(), [[2, 3], [3, 4]]);
    assertEquals(x.lt(1.5).dtype, dtype);
    assertEquals(x.lt(1.5).arraySync(), [1, 0]);
  }
  const third = tensor([1]).mul(1 / 3);
  assertEquals(third.item(), Math.fround(1 / 3));
  assertEquals(tensor([1]).mul(-0).item(), -0);
});

Deno.test("float dtypes do not mix", () => {
  const [x, y] = [tensor([1]), tensor(new Float64Array(1))];
  assertThrows(
    () => x.add(y),
    ShapeError,
    `Cannot apply "add" to float32 and float64: dtypes must be equal; convert one of them with .to("float64") or .to("float32")`,
  );
  assertThrows(() => x.add(new Float64Array([1])), ShapeError);
  assertEquals(x.add(y.to("float32")).item(), 1);
});

Deno.test("integers are converted where they are exact", () => {
  const n = tensor(new Int32Array([2 ** 24, -3]));
  assertEquals(n.mul(tensor([1, 2])).arraySync(), [2 ** 24, -6]);
  assertEquals(n.add(n).dtype, "float32");
  const large = tensor(new Int32Array([2 ** 24 + 1]));
  assertThrows(
    () => large.mul(tensor([1])),
    ArgumentError,
    `Cannot convert the integer 16777217 to float32 without rounding: at most 16777216 in magnitude is wanted; use .to("float64")`,
  );
  assertEquals(large.mul(tensor(new Float64Array([1]))).item(), 2 ** 24 + 1);
  const half = tensor([1], undefined, { dtype: "float16" });
  assertThrows(() => half.add(n), ArgumentError, "float16");
});

Deno.test("shapes that do not broadcast are refused", () => {
  assertThrows(
    () => tensor([1, 2]).add(tensor([1, 2, 3])),
    ShapeError,
    `Cannot apply "add" to shapes (2,) and (3,): sizes must be equal, or 1`,
  );
  assertThrows(() => tensor([[1, 2]]).where([1, 2, 3], 0), ShapeError);
});

Deno.test("empty tensors give empty tensors", () => {
  const result = zeros([0, 3]).add(tensor([[1, 2, 3]]));
  assertEquals(result.shape, [0, 3]);
  assertEquals(result.sum().item(), 0);
});

Deno.test("powers take integers, reals and tensors", () => {
  const x = tensor([-2, 3]);
  assertEquals(x.pow(3).arraySync(), [-8, 27]);
  assertEquals(x.pow(-1).arraySync(), [-0.5, Math.fround(1 / 3)]);
  assertEquals(x.pow(0).arraySync(), [1, 1]);
  assertEquals(tensor([4, 9]).pow(0.5).arraySync(), [2, 3]);
  assertEquals(tensor([2, 3]).pow(tensor([3, 2])).arraySync(), [8, 9]);
});

Deno.test("a loop over numbers is compiled once", () => {
  const original = globalThis.Function;
  let compiled = 0;
  globalThis.Function = new Proxy(original, {
    construct(target, given) {
      compiled++;
      return Reflect.construct(target, given);
    },
  });
  try {
    const x = tensor([1, 2, 3]);
    for (let k = 0; k < 50; k++) x.mul(0.123 + k).sub(k / 7).atan2(k + 3);
  } finally {
    globalThis.Function = original;
  }
  assert(compiled <= 3, `${compiled} kernels`);
});

Deno.test("an operation that changes nothing is a tensor of its own", () => {
  const x = tensor([1, 2]);
  const y = x.mul(1);
  x.dispose();
  assertEquals(y.arraySync(), [1, 2]);
});
