/**
 * LazyTensors: how they are made, what they take, how they show themselves.
 *
 * @module
 */

import {
  LazyTensor,
  Pm,
  ShapeError,
  type Tensor,
  tensor,
  Vi,
  Vj,
} from "../../mod.ts";
import {
  assert,
  assertAllClose,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "../assert.ts";
import { densePairs, dot, reducePairs, sqdist } from "../dense_pairs.ts";
import { generator, randomTensor } from "../tensors.ts";

const random = generator(7);
const cloud = (...shape: number[]) => randomTensor(random, shape);
const pairs = (f: (...x: number[][]) => number[], ...tensors: Tensor[]) =>
  densePairs(
    f,
    tensors.map((t) => ({ shape: t.shape, data: t.dataSync() })),
  );
const x = cloud(5, 3);
const y = cloud(4, 3);
const asI = x.reshape([5, 1, 3]);
const asJ = y.reshape([1, 4, 3]);

Deno.test("the shape of the data says which points they are", () => {
  assertEquals(new LazyTensor(asI).shape, [5, 1, 3]);
  assertEquals(new LazyTensor(asJ).shape, [1, 4, 3]);
  assertEquals(new LazyTensor(cloud(1, 1, 3)).shape, [1, 1, 3]);
  assertEquals(new LazyTensor(cloud(2, 7, 5, 1, 3)).shape, [2, 7, 5, 1, 3]);
  assertEquals(new LazyTensor(cloud(2, 7, 5, 1, 3)).batch, [2, 7]);
  const distance = new LazyTensor(asI).sqdist(new LazyTensor(asJ));
  assertEquals(distance.shape, [5, 4, 1]);
  assertEquals(distance.dim, 1);
  assertThrows(() => new LazyTensor(cloud(5, 4, 3)), ShapeError, "[5,4,3]");
});

Deno.test("a matrix of data needs an axis", () => {
  assertThrows(() => new LazyTensor(x), ShapeError, "Vi(x)");
  for (const axis of ["i", 0] as const) {
    assertEquals(new LazyTensor(x, axis).shape, [5, 1, 3]);
  }
  for (const axis of ["j", 1] as const) {
    assertEquals(new LazyTensor(x, axis).shape, [1, 5, 3]);
  }
});

Deno.test("numbers, lists and vectors are parameters", () => {
  assertEquals(new LazyTensor(2).shape, [1, 1, 1]);
  assertEquals(new LazyTensor([1, 2, 3]).shape, [1, 1, 3]);
  assertEquals(Pm(0.3).shape, [1, 1, 1]);
  assertEquals(Pm([1, 2]).shape, [1, 1, 2]);
  assertEquals(Pm(tensor([1, 2])).shape, [1, 1, 2]);
});

Deno.test("Vi, Vj and Pm take arrays of all kinds", () => {
  assertEquals(Vi([1, 2, 3]).shape, [3, 1, 1]);
  assertEquals(Vj(new Float32Array(4)).shape, [1, 4, 1]);
  assertEquals(Vi([[1, 2], [3, 4], [5, 6]]).shape, [3, 1, 2]);
  assertEquals(Vj({ data: new Float64Array(6), shape: [3, 2] }).shape, [
    1,
    3,
    2,
  ]);
  assertEquals(
    Vj({ data: new Float64Array(6), shape: [3, 2] }).dtype,
    "float64",
  );
  assertEquals(Vi(tensor([[1, 2]])).shape, [1, 1, 2]);
});

Deno.test("variables of shape (M, d1, d2) are matrices", () => {
  const a = cloud(5, 2, 3);
  const b = cloud(4, 3, 2);
  assertEquals(Vi(a).innerShape, [2, 3]);
  const product = Vi(a).tensordot(Vj(b), [1], [0]);
  assertEquals(product.innerShape, [2, 2]);
  const flat = (t: Tensor, n: number, i: boolean) =>
    t.reshape(i ? [n, 1, 6] : [1, n, 6]);
  const expected = pairs(
    (p, q) =>
      [0, 1].flatMap((r) =>
        [0, 1].map((c) =>
          [0, 1, 2].reduce((s, k) => s + p[r * 3 + k] * q[k * 2 + c], 0)
        )
      ),
    flat(a, 5, true),
    flat(b, 4, false),
  );
  assertAllClose(
    product.sum("j").dataSync(),
    reducePairs(expected, "Sum", "j")[0],
  );
  const m = cloud(5, 2, 3);
  assertEquals(Vi(m).matvecmult(Vj(y)).shape, [5, 4, 2]);
  assertEquals(Vi(a).kron(Vj(b)).innerShape, [6, 6]);
  assertEquals(Vi(x).tensorprod(Vj(y)).innerShape, [3, 3]);
  assertEquals(Vi(a).add(Vj(cloud(4, 2, 3))).innerShape, [2, 3]);
});

Deno.test("placeholders are filled by a call", () => {
  const [px, py, pb] = [Vi(0, 3), Vj(1, 3), Vj(2, 2)];
  const convolve = px.sqdist(py).neg().exp().mul(pb).sum("j");
  const b = cloud(4, 2);
  const expected = Vi(x).sqdist(Vj(y)).neg().exp().matmul(b);
  assertAllClose(convolve(x, y, b).dataSync(), expected.dataSync(), 1e-14);
  const other = cloud(9, 3);
  assertEquals(convolve(other, y, b).shape, [9, 2]);
  assertEquals(convolve(cloud(6, 9, 3), y, b).shape, [6, 9, 2]);
});

Deno.test("placeholders with parameters and batches", () => {
  const f = Vi(0, 3).sub(Vj(1, 3)).sqnorm2().mul(Pm(2, 1)).min("i");
  const [px, py, s] = [cloud(2, 1, 5, 3), cloud(3, 4, 3), cloud(2, 1, 1)];
  const result = f(px, py, s);
  assertEquals(result.shape, [2, 3, 4, 1]);
  const expected = pairs(
    (p, q, [t]) => [t * sqdist(p, q)],
    px.reshape([2, 1, 5, 1, 3]),
    py.reshape([3, 1, 4, 3]),
    s.reshape([2, 1, 1, 1, 1]),
  );
  assertAllClose(result.dataSync(), reducePairs(expected, "Min", "i")[0]);
});

Deno.test("bind gives data to placeholders before the reduction", () => {
  const kernel = Vi(0, 3).sqdist(Vj(1, 3)).neg().exp();
  const bound = kernel.bind(x, y);
  assertEquals(bound.shape, [5, 4, 1]);
  assertAllClose(
    bound.dense().dataSync(),
    pairs((p, q) => [Math.exp(-sqdist(p, q))], asI, asJ).values.flat(),
  );
});

Deno.test("other operands are promoted", () => {
  const expected = pairs(
    (p, q) => p.map((v, k) => (v * 1.7 - q[k]) * [1, 2, 3][k]),
    asI,
    asJ,
  ).values.flat();
  const lazy = Vi(x).mul(1.7).sub(asJ).mul([1, 2, 3]);
  assertAllClose(lazy.dense().dataSync(), expected);
  const other = Vi(x).mul(tensor([1.7], [1], { dtype: "float64" }))
    .sub(Vj(y)).mul(tensor(new Float64Array([1, 2, 3])));
  assertAllClose(other.dense().dataSync(), expected);
  assertEquals(lazy.dtype, "float64");
});

Deno.test("numbers and lists take the dtype of the other operand", () => {
  const single = Vi(new Float32Array([1, 2])).mul(0.1).add([0.2]);
  assertEquals(single.dtype, "float32");
  assertEquals(single.sum("j").dtype, "float32");
  const double = Vi(new Float64Array([1, 2])).mul(0.1);
  assertEquals(double.sum("j").dataSync()[0], 0.1);
});

Deno.test("integers take part in formulas of floats", () => {
  const labels = tensor(new Int32Array([0, 1, 1, 2]));
  const one = Vj(labels).eq(Vi(new Float32Array([0, 1, 2]))).sum("j");
  assertEquals(one.arraySync(), [[1], [2], [1]]);
  assertEquals(one.dtype, "float32");
});

Deno.test("axes by name and by position", () => {
  const k = Vi(x).sub(Vj(y));
  const over = (axis: "i" | "j" | number) => [...k.sum(axis).dataSync()];
  assertEquals(over(0), over("i"));
  assertEquals(over(1), over("j"));
  assertEquals(over(-3), over("i"));
  assertEquals(over(-2), over("j"));
  assertEquals(k.sum(0).shape, [4, 3]);
  assertEquals(k.sum(1).shape, [5, 3]);
  const batch = new LazyTensor(cloud(7, 2, 5, 1, 3)).mul(Vj(y));
  assertEquals(batch.sum(2).shape, [7, 2, 4, 3]);
  assertEquals(batch.sum(3).shape, [7, 2, 5, 3]);
  assertEquals([...batch.sum(3).dataSync()], [...batch.sum("j").dataSync()]);
});

Deno.test("reductions of components stay lazy", () => {
  const k = Vi(x).mul(Vj(y));
  const scalar = (t: LazyTensor) => {
    assertEquals(t.shape, [5, 4, 1]);
    return t.dense().dataSync();
  };
  const check = (t: LazyTensor, f: (v: number[]) => number) => {
    const products = (p: number[], q: number[]) => [
      f(p.map((v, c) => v * q[c])),
    ];
    assertAllClose(scalar(t), pairs(products, asI, asJ).values.flat());
  };
  for (const t of [k.sum(), k.sum("d"), k.sum(-1)]) {
    check(t, (v) => v.reduce((s, c) => s + c, 0));
  }
  check(k.min(), (v) => Math.min(...v));
  check(k.max("d"), (v) => Math.max(...v));
  check(k.argmin(-1), (v) => v.indexOf(Math.min(...v)));
  check(k.argmax(), (v) => v.indexOf(Math.max(...v)));
});

Deno.test("a formula of one axis alone", () => {
  assertAllClose(Vi(x).sum("j").dataSync(), x.dataSync());
  assertEquals(Vi(x).sum("i").shape, [1, 3]);
  assertEquals(Vj(y).sum("i").shape, [4, 3]);
  assertEquals(Pm([1, 2]).sum("j").shape, [1, 2]);
});

Deno.test("one tensor as points i and as points j", () => {
  const gram = Vi(x).dot(Vj(x)).dense();
  const expected = pairs((p, q) => [dot(p, q)], asI, x.reshape([1, 5, 3]));
  assertAllClose(gram.dataSync(), expected.values.flat());
});

Deno.test("LazyTensors show their formula and their shape", () => {
  const k = Vi(x).sqdist(Vj(y)).neg().exp();
  const text = k.toString();
  assertStringIncludes(text, "LazyTensor(Exp(-SqDist(x0, y0)))");
  assertStringIncludes(text, "[5, 4, 1]");
  assertStringIncludes(text, "float64");
  assertStringIncludes(`${k}`, "LazyTensor");
  assertStringIncludes(Deno.inspect(k), "Exp(-SqDist(");
  const display = (k as unknown as Record<symbol, () => unknown>)[
    Symbol.for("Jupyter.display")
  ];
  const shown = display.call(k) as Record<string, string>;
  assertStringIncludes(shown["text/plain"], "Exp(-SqDist(");
  assertStringIncludes(Vi(0, 3).toString(), "[1, 1, 3]");
});

Deno.test("explain shows formula, program and costs", () => {
  const text = Vi(x).sqdist(Vj(y)).neg().exp().explain();
  for (
    const part of ["formula", "reduction", "Sum", "5 x 4", "source", "per pair"]
  ) {
    assertStringIncludes(text, part);
  }
  const symbolic = Vi(0, 3).dot(Vj(1, 3)).explain("LogSumExp", "i");
  assertStringIncludes(symbolic, "LogSumExp");
  assertEquals(symbolic, Vi(0, 3).dot(Vj(1, 3)).explain("LogSumExp", "i"));
});

Deno.test("a program of dimension 3000 is no longer than one of 100", () => {
  const length = (d: number) =>
    Vi(0, d).sqdist(Vj(1, d)).neg().exp().explain().length;
  assert(length(3000) < length(100) + 200, `${length(3000)} characters`);
});
