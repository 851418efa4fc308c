import { assertAllClose, assertEquals, assertThrows } from "../assert.ts";
import { ArgumentError, ShapeError } from "../../src/errors.ts";
import { grad } from "../../src/autodiff/grad.ts";
import { tensor, zeros } from "../../src/tensor/create.ts";
import type { Tensor } from "../../src/tensor/tensor.ts";
import {
  checkDerivatives,
  entryAt,
  generator,
  indices,
  randomTensor,
} from "../tensors.ts";

const logSum = (x: readonly number[]) =>
  Math.log(x.reduce((sum, v) => sum + Math.exp(v), 0));

/** What each reduction gives for a list of numbers. */
const DEFINITIONS = {
  sum: (x: readonly number[]) => x.reduce((a, b) => a + b, 0),
  mean: (x: readonly number[]) => x.reduce((a, b) => a + b, 0) / x.length,
  prod: (x: readonly number[]) => x.reduce((a, b) => a * b, 1),
  min: (x: readonly number[]) => Math.min(...x),
  max: (x: readonly number[]) => Math.max(...x),
  logsumexp: logSum,
  norm: (x: readonly number[]) => Math.hypot(...x),
};
type Name = keyof typeof DEFINITIONS;
const NAMES = Object.keys(DEFINITIONS) as Name[];

/** The entries that go into each result, in order. */
function groups(x: Tensor, axes: readonly number[]): number[][] {
  const data = x.dataSync();
  const over = x.shape.map((d, k) => axes.includes(k) ? d : 1);
  const kept = x.shape.map((d, k) => axes.includes(k) ? 1 : d);
  return [...indices(kept)].map((at) =>
    [...indices(over)].map((o) =>
      entryAt(data, x.shape, at.map((a, k) => a + o[k]))
    )
  );
}

function* cases(random: () => number): Generator<[Tensor, number[]]> {
  for (let run = 0; run < 25; run++) {
    const ndim = Math.floor(random() * 5);
    const shape = Array.from(
      { length: ndim },
      () => 1 + Math.floor(random() * (run % 5 === 0 ? 20 : 4)),
    ).map((d, k) => k === 3 ? Math.min(d, 3) : d);
    const axes = shape.map((_, k) => k).filter(() => random() < 0.5);
    yield [randomTensor(random, shape), axes];
  }
}

Deno.test("reductions over random axes are their definitions", () => {
  for (const [x, axes] of cases(generator(1))) {
    const parts = groups(x, axes);
    const kept = x.shape.map((d, k) => axes.includes(k) ? 1 : d);
    const dropped = x.shape.filter((_, k) => !axes.includes(k));
    const negative = axes.map((a) => a - x.ndim);
    for (const name of NAMES) {
      const wanted = parts.map(DEFINITIONS[name]);
      const result = x[name](negative);
      assertEquals([...result.shape], dropped, name);
      assertAllClose(result.dataSync(), wanted, 1e-12, name);
      const wide = x[name](axes, { keepDims: true });
      assertEquals([...wide.shape], kept, name);
      assertAllClose(wide.dataSync(), wanted, 1e-12, name);
    }
  }
});

Deno.test("reductions over random axes have their derivatives", () => {
  const random = generator(2);
  for (const [x, axes] of cases(random)) {
    for (const name of NAMES) {
      checkDerivatives((x) => x[name](axes), [x], random, name, 1e-5);
    }
  }
});

Deno.test("positions of extrema, along one axis or in all", () => {
  const random = generator(3);
  for (const [x] of cases(random)) {
    const all = [...x.dataSync()];
    assertEquals(x.argmin().item(), all.indexOf(Math.min(...all)));
    assertEquals(x.argmax().item(), all.indexOf(Math.max(...all)));
    x.shape.forEach((_, axis) => {
      const parts = groups(x, [axis]);
      const found = x.argmin(axis);
      assertEquals(found.dtype, "int32");
      assertEquals([...found.shape], x.shape.toSpliced(axis, 1));
      assertEquals(
        [...found.dataSync()],
        parts.map((p) => p.indexOf(Math.min(...p))),
      );
    });
  }
  assertEquals(tensor([1, 3, 3]).argmax().item(), 1);
  assertEquals(tensor([[2, 1]]).argmin(1, { keepDims: true }).shape, [1, 1]);
  assertThrows(
    () => tensor([[1]]).argmin([0, 1] as unknown as number),
    ArgumentError,
    "Cannot take the argmin over the axes (0, 1): one axis is wanted, or none for all entries",
  );
});

Deno.test("nothing to reduce, and not a number", () => {
  const none = zeros([2, 0]);
  const values = (t: Tensor) => [...t.dataSync()];
  assertEquals(values(none.sum(1)), [0, 0]);
  assertEquals(values(none.prod(1)), [1, 1]);
  assertEquals(values(none.mean(1)), [NaN, NaN]);
  assertEquals(values(none.min(1)), [Infinity, Infinity]);
  assertEquals(values(none.max(1)), [-Infinity, -Infinity]);
  assertEquals(values(none.argmin(1)), [-1, -1]);
  assertEquals(values(none.logsumexp(1)), [-Infinity, -Infinity]);
  assertEquals(none.sum(0).shape, [0]);
  assertEquals(none.argmax(0).shape, [0]);
  const gaps = tensor([NaN, 2, NaN, 1]);
  assertEquals([gaps.min().item(), gaps.max().item()], [1, 2]);
  assertEquals([gaps.argmin().item(), gaps.argmax().item()], [3, 1]);
  assertEquals(gaps.sum().item(), NaN);
});

Deno.test("extrema of nothing have no derivative", () => {
  const x = tensor([[NaN, NaN], [1, 2]]).requiresGrad();
  const [g] = grad(x.max(1).sum(), [x]);
  assertEquals(g.arraySync(), [[0, 0], [0, 1]]);
  const none = zeros([2, 0]).requiresGrad();
  assertEquals(grad(none.min(1).sum(), [none])[0].shape, [2, 0]);
});

Deno.test("products have derivatives where entries are 0", () => {
  const x = tensor([2, 0, 3]).requiresGrad();
  const [g] = grad(x.prod(), [x], { createGraph: true });
  assertEquals(g.arraySync(), [0, 6, 0]);
  assertEquals(grad(g.select(0), [x])[0].arraySync(), [0, 3, 0]);
  const two = tensor([0, 0, 3]).requiresGrad();
  assertEquals(grad(two.prod(), [two])[0].arraySync(), [0, 0, 0]);
});

Deno.test("log-sum-exp of minus infinity depends on nothing", () => {
  const x = tensor([[-Infinity, -Infinity], [-Infinity, 0]]).requiresGrad();
  const result = x.logsumexp(1);
  assertEquals(result.arraySync(), [-Infinity, 0]);
  assertEquals(grad(result.sum(), [x])[0].arraySync(), [[0, 0], [0, 1]]);
  assertEquals(tensor([1e4, 1e4]).logsumexp().item(), Math.fround(10000.6931));
});

Deno.test("axes must be there, each once", () => {
  const x = zeros([2, 3]);
  assertThrows(
    () => x.sum(2),
    ArgumentError,
    "Cannot use the axis 2 of an array of 2 dimensions: -2 to 1 is wanted",
  );
  assertThrows(
    () => x.sum([0, -2]),
    ArgumentError,
    "Cannot use the axes (0, -2): each may be named once",
  );
  assertThrows(
    () => tensor(1).sum(0),
    ArgumentError,
    "Cannot use the axis 0 of an array of 0 dimensions: it has none",
  );
});

Deno.test("long sums in float32 keep their digits", () => {
  const x = tensor(new Float32Array(1e6).fill(0.1));
  assertAllClose([x.sum().item() / 1e6], [Math.fround(0.1)], 1e-7);
});

Deno.test("integers are reduced as floats", () => {
  const n = tensor(new Int32Array([3, 4]));
  assertEquals(n.sum().dtype, "float32");
  assertEquals(n.norm().item(), 5);
  assertEquals(n.argmax().item(), 1);
});

Deno.test("matrix products, with batches, vectors and empty factors", () => {
  const random = generator(7);
  const dense = (a: Tensor, b: Tensor): number[] => {
    const [x, y] = [a.dataSync(), b.dataSync()];
    const [m, k, n] = [a.shape.at(-2), a.shape.at(-1), b.shape.at(-1)] as [
      number,
      number,
      number,
    ];
    const lead = Math.max(a.ndim, b.ndim) - 2;
    const size = (s: readonly number[], d: number) =>
      s[s.length - 2 - lead + d] ?? 1;
    const batch = Array.from(
      { length: lead },
      (_, d) => Math.max(size(a.shape, d), size(b.shape, d)),
    );
    return [...indices([...batch, m, n])].map((index) => {
      const [i, j] = index.slice(-2);
      const at = index.slice(0, -2);
      let sum = 0;
      for (let c = 0; c < k; c++) {
        sum += entryAt(x, a.shape, [...at, i, c]) *
          entryAt(y, b.shape, [...at, c, j]);
      }
      return sum;
    });
  };
  const shapes: [number[], number[], number[]][] = [
    [[2, 3], [3, 4], [2, 4]],
    [[2, 1], [1, 4], [2, 4]],
    [[5, 2, 3], [3, 4], [5, 2, 4]],
    [[2, 3], [5, 3, 4], [5, 2, 4]],
    [[5, 1, 2, 3], [6, 3, 2], [5, 6, 2, 2]],
    [[2, 40], [40, 3], [2, 3]],
    [[1, 3], [3, 1], [1, 1]],
  ];
  for (const [p, q, wanted] of shapes) {
    const [a, b] = [randomTensor(random, p), randomTensor(random, q)];
    const product = a.matmul(b);
    assertEquals([...product.shape], wanted);
    assertAllClose(product.dataSync(), dense(a, b), 1e-12);
    checkDerivatives((a, b) => a.matmul(b), [a, b], random, `${p} by ${q}`);
  }
  const v = randomTensor(random, [3]);
  const m = randomTensor(random, [3, 4]);
  assertEquals([...v.matmul(m).shape], [4]);
  assertEquals([...m.T.matmul(v).shape], [4]);
  assertAllClose(v.matmul(m).dataSync(), m.T.matmul(v).dataSync());
  assertEquals([...v.matmul(v).shape], []);
  assertAllClose([v.dot(v).item()], [v.square().sum().item()]);
  assertEquals([...v.matmul(zeros([2, 3, 4]).to("float64")).shape], [2, 4]);
  assertEquals(zeros([2, 0]).matmul(zeros([0, 3])).arraySync(), [
    [0, 0, 0],
    [0, 0, 0],
  ]);
  checkDerivatives((a, b) => a.matmul(b), [v, m], random, "vector by matrix");
  checkDerivatives((a, b) => a.dot(b), [v, v], random, "dot");
  checkDerivatives((a, b) => a.outer(b), [v, m], random, "outer");
  assertEquals(tensor([1, 2]).outer([1, 2, 3]).arraySync(), [
    [1, 2, 3],
    [2, 4, 6],
  ]);
});

Deno.test("matrices must fit", () => {
  assertThrows(
    () => zeros([2, 3]).matmul(zeros([4, 2])),
    ShapeError,
    "Cannot multiply matrices of shapes (2, 3) and (4, 2): the inner sizes 3 and 4 must be equal",
  );
  assertThrows(
    () => zeros([2, 3]).matmul(2),
    ShapeError,
    "Cannot multiply matrices of shapes (2, 3) and (): each needs an axis",
  );
  assertThrows(
    () => zeros([2, 2, 3]).matmul(zeros([3, 3, 1])),
    ShapeError,
    `Cannot apply "matmul" to shapes (2,) and (3,)`,
  );
  assertThrows(
    () => zeros([2, 3]).dot([1]),
    ShapeError,
    "Cannot take the dot product of shapes (2, 3) and (1,): vectors are wanted; use matmul",
  );
});
