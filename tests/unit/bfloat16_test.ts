/** Entries of dtype bfloat16: rounding, bits, and what is computed of them. */

import fc from "fast-check";
import {
  ArgumentError,
  BFloat16Array,
  type DType,
  full,
  genred,
  grad,
  randn,
  ShapeError,
  type Tensor,
  tensor,
  Vi,
  Vj,
  zeros,
} from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { NAMED_BACKENDS } from "../backends.ts";
import { LARGEST_BFLOAT16, roundedToBfloat16 } from "../rounding.ts";

const dtype = "bfloat16" as const;

/** All numbers, in the order of their bits. */
const ALL_BITS = Uint16Array.from({ length: 2 ** 16 }, (_, k) => k);
const ALL = BFloat16Array.fromBits(ALL_BITS);

function assertRounded(numbers: readonly number[]): void {
  const data = tensor(numbers, [numbers.length], { dtype }).dataSync();
  numbers.forEach((x, k) => {
    const expected = roundedToBfloat16(x);
    assert(Object.is(data[k], expected), `${x}: ${data[k]}, not ${expected}`);
  });
}

/** All entries are numbers of the dtype. */
function assertStored(t: Tensor): void {
  assertEquals(t.dtype, dtype);
  const data = t.dataSync();
  assert(data instanceof BFloat16Array);
  for (const x of data) assert(Object.is(x, roundedToBfloat16(x)), `${x}`);
}

Deno.test("bfloat16: numbers are rounded once, ties to even", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(fc.double(), fc.float(), fc.double({ min: -9, max: 9 })),
      ),
      assertRounded,
    ),
    { seed: 1, numRuns: 200 },
  );
  const special = [
    0,
    -0,
    NaN,
    Infinity,
    -Infinity,
    1e39,
    -1e308,
    5e-324,
    -1e-300,
  ];
  assertRounded(special);
  // The middle of two neighbours, and what is next to it in float64.
  const around: number[] = [];
  for (let k = 0; k < 0x7f7f; k += 37) {
    const middle = (ALL[k] + ALL[k + 1]) / 2;
    around.push(
      middle,
      -middle,
      middle * (1 + 2 ** -52),
      middle * (1 - 2 ** -52),
    );
  }
  const end = LARGEST_BFLOAT16 + 2 ** 119;
  around.push(end, -end, end * (1 - 2 ** -53), end * (1 + 2 ** -52));
  assertRounded(around);
});

Deno.test("bfloat16: every number survives, with its bits", () => {
  const t = tensor(ALL);
  assertEquals(t.dtype, dtype);
  const data = t.dataSync();
  assert(data instanceof BFloat16Array);
  const bits = data.bits();
  for (const to of ["float32", "float64"] as const) {
    const back = t.to(to).to(dtype).dataSync();
    ALL.forEach((x, k) => assert(Object.is(back[k], x), `${x} by ${to}`));
  }
  bits.forEach((b, k) => {
    if (ALL[k] === ALL[k]) assertEquals(b, k);
    // A NaN stays one, whatever else its bits say.
    else assert((b & 0x7f80) === 0x7f80 && (b & 0x7f) !== 0, `${b}`);
  });
  const halves = t.to("float16").dataSync();
  ALL.forEach((x, k) => assert(Object.is(halves[k], Math.f16round(x)), `${x}`));
  const [least, most] = [[0x0001, 0x8001], [0x7f7f, 0xff7f]]
    .map((b) => [...BFloat16Array.fromBits(b)]);
  assertEquals(least, [2 ** -133, -(2 ** -133)]);
  assertEquals(most, [LARGEST_BFLOAT16, -LARGEST_BFLOAT16]);
});

Deno.test("bfloat16: NaN of any bits is no infinity", () => {
  const words = new Uint32Array([0x7f800001, 0xff800001, 0x7fffffff]);
  const data = tensor(new Float32Array(words.buffer), [3], { dtype })
    .dataSync();
  assertEquals([...data], [NaN, NaN, NaN]);
  const written = new BFloat16Array(words.buffer);
  assertEquals(Array.from(written.bits(), (b) => b & 0x7f80), [
    0x7f80,
    0x7f80,
    0x7f80,
  ]);
  assertEquals([...tensor(written).dataSync()], [NaN, NaN, NaN]);
});

Deno.test("bfloat16: arrays keep the dtype, and what is written is rounded", () => {
  const own = new BFloat16Array(3);
  own[0] = 0.1;
  own.set([1 / 3, 2 / 3], 1);
  const rounded = [0.1, 1 / 3, 2 / 3].map(roundedToBfloat16);
  assertEquals([...own.subarray(1)], rounded.slice(1));
  assertEquals(tensor(own).arraySync(), rounded);
  assertEquals(own[0], Math.fround(0.1), "the data are copied");
  assertEquals(tensor({ data: own, shape: [3, 1] }).dtype, dtype);
  assertEquals(tensor(own.subarray(1)).arraySync(), rounded.slice(1));
  assertThrows(() => own.set([1, 2], 2), RangeError);
  const t = tensor(own);
  t.dataSync()[0] = 7;
  assertEquals(t.arraySync(), rounded);
});

Deno.test("bfloat16: all ways to make tensors round", () => {
  const t = randn([40, 3], { seed: 1, dtype });
  const n = tensor([3, -5], [2], { dtype: "int32" });
  for (
    const made of [
      ...[t, full([2], 0.1, { dtype }), zeros([2], { dtype }), t.add(1 / 3)],
      ...[t.exp().sum(0), t.mean(), t.max(1), t.transpose(), t.slice([1], [4])],
      ...[t.matmul(t.transpose()), t.gather([3, 1]), t.concat([t], 0)],
      ...[t.scatterAdd(Array.from({ length: 40 }, (_, k) => k % 3), 3)],
      ...[t.logsumexp(0), t.lt(0), n.to(dtype)],
    ]
  ) {
    assertStored(made);
  }
  assertEquals(t.argmin(0).dtype, "int32");
});

Deno.test("bfloat16: sums that are scattered are rounded once", () => {
  // One after the other, 256 + 1 would stay 256.
  const t = tensor([256, 1, 1, 1], [4], { dtype });
  assertEquals(t.scatterAdd([0, 0, 0, 0], 1).arraySync(), [260]);
  assertEquals(t.sum().item(), 260);
});

/** A sum, and an index, by a formula string. */
function reduced(
  backend: (typeof NAMED_BACKENDS)[number],
  of: DType,
  seed: number,
) {
  const [x, y, b] = [[17, 3], [300, 3], [300, 2]].map((shape, k) =>
    randn(shape, { seed: 10 * seed + k, dtype }).to(of)
  );
  const run = (formula: string, reduction: string) =>
    genred(formula, ["x = Vi(3)", "y = Vj(3)", "b = Vj(2)", "g = Pm(1)"], {
      reduction,
      axis: "j",
      backend,
    })(x, y, b, 0.3) as Tensor;
  return [
    run("Exp(-SqDist(x,y)*g)*b", "Sum"),
    run("SqDist(x,y)", "Min"),
    run("-SqDist(x,y)", "LogSumExp"),
    // Exact in all types.
    run("Abs(Elem(x,0)-Elem(y,0))", "ArgMin"),
  ];
}

for (const backend of NAMED_BACKENDS) {
  Deno.test(`bfloat16: reductions are computed in float32, ${backend}`, () => {
    for (const seed of [1, 2, 3]) {
      const exact = reduced(
        backend === "cuda" ? "cuda" : "reference",
        "float64",
        seed,
      );
      reduced(backend, dtype, seed).forEach((actual, o) => {
        if (actual.dtype === "int32") {
          return assertEquals(actual.dataSync(), exact[o].dataSync());
        }
        assertStored(actual);
        const [got, wanted] = [actual.dataSync(), exact[o].dataSync()];
        // The reference rounds float64 results once; the others are as far
        // from them as float32 is, which may turn a tie.
        const slack = backend === "reference" ? 0 : 1e-5;
        wanted.forEach((w, k) => {
          const nearest = roundedToBfloat16(w);
          if (got[k] === nearest) return;
          const error = Math.abs(got[k] - w);
          const least = Math.abs(nearest - w);
          assert(error <= least + slack, `output ${o}: ${got[k]} for ${w}`);
        });
      });
    }
  });
}

Deno.test("bfloat16: derivatives have the dtype", () => {
  const x = randn([5, 2], { seed: 1, dtype }).requiresGrad();
  const y = randn([7, 2], { seed: 2, dtype });
  const sum = Vi(x).sqdist(Vj(y)).neg().exp().sum("j");
  const [g] = grad(sum.sum(), [x]);
  assertStored(g);
  const wide = x.detach().to("float64").requiresGrad();
  const [exact] = grad(
    Vi(wide).sqdist(Vj(y.to("float64"))).neg().exp().sum("j").sum(),
    [wide],
  );
  const expected = exact.dataSync();
  g.dataSync().forEach((v, k) => {
    assert(Math.abs(v - expected[k]) <= 2 ** -7 * Math.abs(expected[k]) + 1e-5);
  });
  const [through] = grad(x.to("float32").mul(3).sum(), [x]);
  assertStored(through);
});

Deno.test("bfloat16: what does not fit is refused", () => {
  const [t, u] = [tensor([1], [1], { dtype }), tensor([1])];
  assertThrows(
    () => t.add(u),
    ShapeError,
    'Cannot apply "add" to bfloat16 and float32: dtypes must be equal; convert one of them with .to("float32") or .to("bfloat16")',
  );
  assertThrows(
    () => t.add(u.to("float16")),
    ShapeError,
    "bfloat16 and float16",
  );
  assertThrows(
    () => Vi(t.expandDims(1)).sub(Vj(u.expandDims(1))).sum("j"),
    ShapeError,
  );
  const n = tensor(new Int32Array([257]));
  assertThrows(
    () => n.to(dtype),
    ArgumentError,
    'Cannot convert the integer 257 to bfloat16 without rounding: at most 256 in magnitude is wanted; use .to("float64")',
  );
  assertThrows(
    () => Vi(t.expandDims(1)).mul(Vj(n.expandDims(1))).sum("j"),
    ShapeError,
    "Cannot use int32 values beyond 256 in a bfloat16 formula",
  );
  assertThrows(() => t.div(2).to("int32"), ArgumentError, "Cannot convert 0.5");
});
