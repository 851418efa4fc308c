/**
 * LazyTensors at the edges: one point, no points, one component, thousands of
 * components, complex numbers.
 *
 * @module
 */

import {
  ArgumentError,
  grad,
  LazyTensor,
  Pm,
  type Tensor,
  tensor,
  Vi,
  Vj,
} from "../../mod.ts";
import {
  assert,
  assertAllClose,
  assertEquals,
  assertThrows,
} from "../assert.ts";
import { densePairs, dot, reducePairs, sqdist } from "../dense_pairs.ts";
import { checkDerivatives, generator, randomTensor } from "../tensors.ts";

const random = generator(5);
const cloud = (...shape: number[]) => randomTensor(random, shape);
const seen = (t: Tensor, axis: "i" | "j") => ({
  shape: axis === "i" ? [t.shape[0], 1, t.shape[1]] : [1, ...t.shape],
  data: t.dataSync(),
});

for (const [m, n] of [[1, 1], [1, 6], [6, 1], [2, 3]]) {
  for (const d of [1, 3]) {
    Deno.test(`${m} x ${n} points of dimension ${d}`, () => {
      const [x, y, b] = [cloud(m, d), cloud(n, d), cloud(n, 2)];
      const gaussian = (p: Tensor, q: Tensor) =>
        Vi(p).sqdist(Vj(q)).neg().exp();
      const all = densePairs(
        (p, q, v) => v.map((w) => w * Math.exp(-sqdist(p, q))),
        [seen(x, "i"), seen(y, "j"), seen(b, "j")],
      );
      const [expected] = reducePairs(all, "Sum", "j");
      const a = gaussian(x, y).matmul(b);
      assertEquals(a.shape, [m, 2]);
      assertAllClose(a.dataSync(), expected);
      checkDerivatives(
        (p, q, v) => gaussian(p, q).matmul(v),
        [x, y, b],
        random,
        "a convolution",
      );
    });
  }
}

Deno.test("clouds of one point by shape are parameters", () => {
  const one = cloud(1, 1, 3);
  const y = cloud(4, 3);
  const k = new LazyTensor(one).sqdist(Vj(y));
  assertEquals(k.shape, [1, 4, 1]);
  const [p] = [Array.from(one.dataSync())];
  const expected = (y.arraySync() as number[][]).map((q) => sqdist(p, q));
  assertAllClose(k.dense().dataSync(), expected);
  assertEquals(k.sum("j").shape, [1, 1]);
  assertEquals(k.sum("i").shape, [4, 1]);
  assertAllClose(k.sum("i").dataSync(), expected);
});

Deno.test("nothing to reduce", () => {
  const [x, none] = [cloud(4, 3), cloud(0, 3)];
  const k = Vi(x).sqdist(Vj(none));
  const rows = (t: Tensor, shape: number[], value: number) => {
    assertEquals(t.shape, shape);
    assertEquals([...t.dataSync()], Array(t.size).fill(value));
  };
  rows(k.sum("j"), [4, 1], 0);
  rows(k.prod("j"), [4, 1], 1);
  rows(k.mean("j"), [4, 1], NaN);
  rows(k.min("j"), [4, 1], Infinity);
  rows(k.max("j"), [4, 1], -Infinity);
  rows(k.argmin("j"), [4, 1], -1);
  rows(k.argmax("j"), [4, 1], -1);
  rows(k.kmin(2, "j"), [4, 2], Infinity);
  rows(k.argKmin(2, "j"), [4, 2], -1);
  rows(k.kmax(2, "j"), [4, 2], -Infinity);
  rows(k.logsumexp("j"), [4, 1], -Infinity);
  rows(k.softmin("j"), [4, 1], Infinity);
  rows(k.sumsoftmaxweight(Vj(cloud(0, 2)), "j"), [4, 2], NaN);
  rows(k.any("j"), [4, 1], 0);
  rows(k.all("j"), [4, 1], 1);
  rows(k.count("j"), [4, 1], 0);
  assertEquals(k.dense().shape, [4, 0, 1]);
  assertEquals(k.matmul(cloud(0, 2)).shape, [4, 2]);
});

for (const dtype of ["float32", "float64"] as const) {
  Deno.test(`exponents of any size keep their logarithm, ${dtype}`, async () => {
    // From 1e2 to 1e36: large ones have no room for powers of 2.
    const sizes = Array.from({ length: 900 }, (_, k) => 10 ** (2 + k / 26.5));
    const x = tensor(sizes, [900, 1], { dtype });
    const last = { float32: 2 ** -23, float64: 2 ** -52 }[dtype];
    for (
      const given of [[0.7, 0.2, -1.3], [-0.7, -3, -7], [1.1, 1.1, -Infinity]]
    ) {
      const y = tensor(given, [3, 1], { dtype });
      const ratios = [...y.dataSync()];
      const results = await Vi(x).mul(Vj(y)).logsumexp("j").data();
      const most = Math.max(...ratios);
      const ties = ratios.filter((r) => r === most).length;
      x.dataSync().forEach((size, i) => {
        const expected = most * size + Math.log(ties);
        const error = Math.abs(results[i] - expected) / Math.abs(expected);
        assert(error <= 2 * last, `${size} x ${ratios}: ${results[i]}`);
      });
    }
  });
}

Deno.test("no rows", () => {
  const [none, y] = [cloud(0, 3), cloud(4, 3)];
  const k = Vi(none).sqdist(Vj(y));
  assertEquals(k.sum("j").shape, [0, 1]);
  assertEquals(k.argKmin(3, "j").shape, [0, 3]);
  assertEquals(k.matmul(cloud(4, 2)).shape, [0, 2]);
  assertEquals(k.sum("i").arraySync(), [[0], [0], [0], [0]]);
  assertEquals(k.dense().shape, [0, 4, 1]);
  assertEquals(k.rows([]).shape, [0, 4, 1]);
  assertEquals(Vi(cloud(3, 2)).dot(Vj(cloud(2, 2))).rows([]).sum("i").shape, [
    2,
    1,
  ]);
});

Deno.test("gradients in points that nothing meets are 0", () => {
  const [x, none] = [cloud(4, 3), cloud(0, 3)].map((t) => t.requiresGrad());
  const sum = Vi(x).sqdist(Vj(none)).sum("j").sum();
  const [gx, gy] = grad(sum, [x, none]);
  assertEquals([...gx.dataSync()], Array(12).fill(0));
  assertEquals(gy.shape, [0, 3]);
});

Deno.test("points of dimension 3000", () => {
  const [x, y, b] = [cloud(3, 3000), cloud(4, 3000), cloud(4, 2)];
  const k = Vi(x).sqdist(Vj(y)).mul(-1e-3).exp();
  const all = densePairs(
    (p, q, v) => v.map((w) => w * Math.exp(-1e-3 * sqdist(p, q))),
    [seen(x, "i"), seen(y, "j"), seen(b, "j")],
  );
  assertAllClose(k.matmul(b).dataSync(), reducePairs(all, "Sum", "j")[0]);
  const g = x.requiresGrad();
  const [gradient] = grad(
    Vi(g).sqdist(Vj(y)).mul(-1e-3).exp().sum("j").sum(),
    [g],
  );
  assertEquals(gradient.shape, [3, 3000]);
});

Deno.test("signals of dimension 1000", () => {
  const [x, y, b] = [cloud(3, 2), cloud(4, 2), cloud(4, 1000)];
  const all = densePairs(
    (p, q, v) => v.map((w) => w * Math.exp(-sqdist(p, q))),
    [seen(x, "i"), seen(y, "j"), seen(b, "j")],
  );
  const a = Vi(x).sqdist(Vj(y)).neg().exp().matmul(b);
  assertEquals(a.shape, [3, 1000]);
  assertAllClose(a.dataSync(), reducePairs(all, "Sum", "j")[0]);
});

/** Complex numbers, as pairs of real and imaginary parts. */
type Complex = [number, number];
const times = ([a, b]: Complex, [c, d]: Complex): Complex => [
  a * c - b * d,
  a * d + b * c,
];

Deno.test("complex LazyTensors", () => {
  const [re, im, w] = [cloud(3, 2), cloud(3, 2), cloud(4, 2)];
  const z = LazyTensor.complex(Vi(re), Vi(im));
  assertEquals(z.isComplex, true);
  assertEquals(z.shape, [3, 1, 2]);
  const product = z.mul(Vj(w).exp1j());
  assertEquals(product.shape, [3, 4, 2]);
  const each = (f: (z: Complex, t: number) => number[]) =>
    densePairs(
      (a, b, t) => a.flatMap((_, c) => f([a[c], b[c]], t[c])),
      [seen(re, "i"), seen(im, "i"), seen(w, "j")],
    ).values.flat();
  const turned = (z: Complex, t: number) =>
    times(z, [Math.cos(t), Math.sin(t)]);
  const check = (t: LazyTensor, f: (z: Complex, t: number) => number[]) =>
    assertAllClose(t.dense().dataSync(), each(f), 1e-12);
  check(product.real(), (z, t) => [turned(z, t)[0]]);
  check(product.imag(), (z, t) => [turned(z, t)[1]]);
  check(product.conj().imag(), (z, t) => [-turned(z, t)[1]]);
  check(product.abs(), (z) => [Math.hypot(...z)]);
  check(product.angle(), (z, t) => {
    const [a, b] = turned(z, t);
    return [Math.atan2(b, a)];
  });
  check(product.mul(2).real(), (z, t) => [2 * turned(z, t)[0]]);
  check(product.add(3).real(), (z, t) => [3 + turned(z, t)[0]]);
  check(product.square().imag(), (z, t) => {
    const p = turned(z, t);
    return [times(p, p)[1]];
  });
  check(product.exp().real(), (z, t) => {
    const [a, b] = turned(z, t);
    return [Math.exp(a) * Math.cos(b)];
  });
  check(product.div(Vj(w).exp1j()).real(), (z) => [z[0]]);
});

Deno.test("complex sums are real tensors with parts side by side", () => {
  const [x, y] = [cloud(3, 1), cloud(4, 1)];
  const wave = Vi(x).mul(Vj(y)).exp1j();
  const sum = wave.sum("j");
  assertEquals(sum.shape, [3, 2]);
  const all = densePairs(
    ([p], [q]) => [Math.cos(p * q), Math.sin(p * q)],
    [seen(x, "i"), seen(y, "j")],
  );
  assertAllClose(sum.dataSync(), reducePairs(all, "Sum", "j")[0]);
  checkDerivatives(
    (p, q) => Vi(p).mul(Vj(q)).exp1j().sum("j"),
    [x, y],
    random,
    "a complex sum",
  );
});

Deno.test("ops without a complex form are refused", () => {
  const z = Vi(cloud(3, 2)).real2complex();
  for (const f of [() => z.atan2(1), () => z.relu(), () => z.lt(1)]) {
    assertThrows(f, ArgumentError, "to a complex LazyTensor");
  }
});

Deno.test("parameters of a gradient are summed over all pairs", () => {
  const [x, y] = [cloud(3, 2), cloud(4, 2)];
  checkDerivatives(
    (s, v) => Vi(x).sub(Vj(y)).mul(Pm(v)).sqnorm2().mul(Pm(s)).exp().sum("i"),
    [cloud(1), cloud(2)],
    random,
    "parameters",
  );
  const s = tensor([0.5], [1], { dtype: "float64" }).requiresGrad();
  const [g] = grad(Vi(x).dot(Vj(y)).mul(s).sum("j").sum(), [s]);
  const total = densePairs((p, q) => [dot(p, q)], [seen(x, "i"), seen(y, "j")])
    .values.flat().reduce((a, b) => a + b, 0);
  assertAllClose(g.dataSync(), [total]);
});
