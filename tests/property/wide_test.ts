/**
 * Long vectors and wide results: register tiles and expanded distances,
 * against what a double loop gives.
 */

import * as fc from "fast-check";
import {
  grad,
  LazyTensor,
  Pm,
  setThreads,
  type Tensor,
  tensor,
  Vi,
  Vj,
} from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";

type Width = "float32" | "float64";

/** Points that a number determines. */
function cloud(
  seed: number,
  shape: number[],
  dtype: Width,
  scale = 1,
  shift = 0,
): Tensor {
  let state = seed * 7919 + 17;
  const size = shape.reduce((p, d) => p * d, 1);
  const data = dtype === "float32"
    ? new Float32Array(size)
    : new Float64Array(size);
  for (let k = 0; k < size; k++) {
    state = (state * 69069 + 12345) % 2 ** 31;
    data[k] = shift + scale * (state / 2 ** 31 - 0.5);
  }
  return tensor(data, shape);
}

/** `value(i, j)` of all pairs that `meets`, times the vector of each j. */
function product(
  [m, n, e]: readonly number[],
  value: (i: number, j: number) => number,
  b: ArrayLike<number>,
  meets: (i: number, j: number) => boolean = () => true,
): { sums: Float64Array; sizes: Float64Array } {
  const [sums, sizes] = [new Float64Array(m * e), new Float64Array(m * e)];
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      if (!meets(i, j)) continue;
      const k = value(i, j);
      for (let c = 0; c < e; c++) {
        sums[i * e + c] += k * b[j * e + c];
        sizes[i * e + c] += Math.abs(k * b[j * e + c]);
      }
    }
  }
  return { sums, sizes };
}

function squares(x: ArrayLike<number>, y: ArrayLike<number>, d: number) {
  return (i: number, j: number): number => {
    let sum = 0;
    for (let c = 0; c < d; c++) sum += (x[i * d + c] - y[j * d + c]) ** 2;
    return sum;
  };
}

/** Fails where an entry is off by more than a part of what was added up. */
function assertSums(
  actual: Tensor,
  { sums, sizes }: ReturnType<typeof product>,
  part: number,
): void {
  const data = actual.dataSync();
  assertEquals(data.length, sums.length);
  for (let k = 0; k < sums.length; k++) {
    const off = Math.abs(data[k] - sums[k]);
    assert(
      off <= part * sizes[k] + 1e-30,
      `entry ${k}: ${data[k]}, ${sums[k]}`,
    );
  }
}

const TOLERANCE = { float32: 3e-6, float64: 3e-14 };

Deno.test("products of kernels with wide arrays, and their derivatives", () => {
  const sizes = fc.record({
    m: fc.integer({ min: 1, max: 70 }),
    n: fc.integer({ min: 1, max: 150 }),
    d: fc.constantFrom(1, 3, 16, 17, 33, 50, 64, 100, 131),
    e: fc.constantFrom(1, 4, 16, 17, 18, 19, 21, 40, 66),
    seed: fc.nat(1000),
    dtype: fc.constantFrom<Width>("float32", "float64"),
    skip: fc.boolean(),
  });
  fc.assert(
    fc.property(sizes, ({ m, n, d, e, seed, dtype, skip }) => {
      const x = cloud(seed, [m, d], dtype).requiresGrad();
      const y = cloud(seed + 1, [n, d], dtype);
      const b = cloud(seed + 2, [n, e], dtype).requiresGrad();
      const g = cloud(seed + 3, [m, e], dtype);
      const cut = skip ? Math.floor(n / 3) : 0;
      const meets = (_: number, j: number) => j >= cut;
      const domain = {
        ranges_i: [[0, m]],
        slices_i: [1],
        redranges_j: [[cut, n]],
        ranges_j: [[0, cut], [cut, n]].slice(cut === 0 ? 1 : 0),
        slices_j: cut === 0 ? [1] : [0, 1],
        redranges_i: [[0, m]],
      };
      const distances = Vi(x).sqdist(Vj(y)).div(-d).exp();
      const kernel = skip ? distances.withRanges(domain) : distances;
      const product1 = kernel.matmul(b);
      const [xs, ys, bs, gs] = [x, y, b, g].map((t) => t.dataSync());
      const far = squares(xs, ys, d);
      const value = (i: number, j: number) => Math.exp(-far(i, j) / d);
      const tolerance = TOLERANCE[dtype];
      assertSums(product1, product([m, n, e], value, bs, meets), tolerance);
      const [dx, db] = grad(product1, [x, b], { gradOutput: g });
      const back = product(
        [n, m, e],
        (j, i) => value(i, j),
        gs,
        (j) => j >= cut,
      );
      assertSums(db, back, tolerance);
      // Sum_j 2 k <g_i, b_j> (y_j - x_i) / d, with the sizes of its terms.
      const slopes = new Float64Array(m * d);
      const terms = new Float64Array(m * d);
      for (let i = 0; i < m; i++) {
        for (let j = cut; j < n; j++) {
          let [weight, size] = [0, 0];
          for (let c = 0; c < e; c++) {
            weight += gs[i * e + c] * bs[j * e + c];
            size += Math.abs(gs[i * e + c] * bs[j * e + c]);
          }
          for (let c = 0; c < d; c++) {
            const step = 2 * value(i, j) * (ys[j * d + c] - xs[i * d + c]) / d;
            slopes[i * d + c] += weight * step;
            terms[i * d + c] += size * Math.abs(step);
          }
        }
      }
      assertSums(dx, { sums: slopes, sizes: terms }, 2 * tolerance);
    }),
    { seed: 4, numRuns: 30 },
  );
});

Deno.test("weights, norms and dot products of long vectors; batches", () => {
  for (const dtype of ["float32", "float64"] as const) {
    for (const d of [17, 100, 333]) {
      const [m, n] = [37, 75];
      const x = cloud(d, [2, m, d], dtype);
      const y = cloud(d + 1, [1, n, d], dtype);
      const s = cloud(d + 2, [d], dtype, 1, 1);
      const p = new LazyTensor(x.reshape([2, m, 1, d]));
      const q = new LazyTensor(y.reshape([1, 1, n, d]));
      const actual = [
        p.weightedSqdist(q, Pm(s)).sum("j"),
        p.dot(q).sum("j"),
        p.sqdist(q).sqrt().sum("j"),
      ];
      const [xs, ys, ss] = [x, y, s].map((t) => t.dataSync());
      const ones = new Float64Array(n).fill(1);
      const of = (f: (a: number, b: number, c: number) => number) =>
        product([2 * m, n, 1], (i, j) => {
          let sum = 0;
          for (let c = 0; c < d; c++) sum += f(xs[i * d + c], ys[j * d + c], c);
          return sum;
        }, ones);
      const part = dtype === "float32" ? 1e-5 : 1e-13;
      assertSums(actual[0], of((a, b, c) => ss[c] * (a - b) ** 2), part);
      assertSums(actual[1], of((a, b) => a * b), part);
      const far = squares(xs, ys, d);
      const roots = product(
        [2 * m, n, 1],
        (i, j) => Math.sqrt(far(i, j)),
        ones,
      );
      assertSums(actual[2], roots, part);
    }
  }
});

Deno.test("one thread and two give the same bits of wide sums", () => {
  const x = cloud(1, [700, 40], "float32");
  const b = cloud(2, [700, 50], "float32");
  const run = () => Vi(x).sqdist(Vj(x)).div(-9).exp().matmul(b).dataSync();
  try {
    setThreads(1);
    const one = run();
    setThreads(2);
    assertEquals(run(), one);
  } finally {
    setThreads(2);
  }
});

Deno.test("vectors of dimension 10,000 make no longer programs", () => {
  const [x, y] = [1, 2].map((k) => cloud(k, [5, 10_000], "float32"));
  const distances = Vi(x).sqdist(Vj(y));
  const short = Vi(cloud(3, [5, 100], "float32"));
  const wanted = short.sqdist(short).explain("Sum", "j").length;
  assert(distances.explain("Sum", "j").length < wanted + 200);
  const far = squares(x.dataSync(), y.dataSync(), 10_000);
  const ones = new Float64Array(5).fill(1);
  assertSums(distances.sum("j"), product([5, 5, 1], far, ones), 1e-6);
});

Deno.test("a million terms in seventeen sums stay within 1e-6", () => {
  const [n, e] = [1_000_000, 17];
  const b = cloud(5, [n, e], "float32", 1, 0.6);
  const w = cloud(6, [n, 1], "float32", 1, 0.6);
  const actual = Vi([[1]]).mul(Vj(w)).mul(Vj(b)).sum("j");
  const weights = w.dataSync();
  const wanted = product([1, n, e], (_, j) => weights[j], b.dataSync());
  assertSums(actual, wanted, 1e-6);
});

/** Which form of distances a Gaussian sum takes. */
function form(
  x: Tensor,
  y: Tensor,
  s: number,
  precision: "default" | "high" = "default",
): string {
  const text = Vi(x).sqdist(Vj(y)).mul(-s).exp()
    .explain("Sum", "j", { precision });
  return text.match(/distances {2}(.*)/)?.[1] ?? "";
}

Deno.test("distances are expanded only where no error shows", () => {
  const n = 300;
  // Far from the origin, and at any scale: what counts is s |x - y|^2.
  for (const dtype of ["float32", "float64"] as const) {
    for (const [scale, shift] of [[1e-3, 0], [1, 0], [1, 1000], [1e4, 1e5]]) {
      for (const [d, wide] of [[100, 0.1], [300, 0.4], [100, 4]]) {
        const s = wide / (d * scale ** 2);
        const x = cloud(1, [n, d], dtype, scale, shift);
        // Half of the points have a near duplicate.
        const near = x.dataSync().slice(0, n / 2 * d).map((v) =>
          v + 1e-3 * scale
        );
        const rest = cloud(2, [n / 2, d], dtype, scale, shift).dataSync();
        const y = tensor([...near, ...rest], [n, d], { dtype });
        const b = cloud(3, [n, 2], dtype);
        const actual = Vi(x).sqdist(Vj(y)).mul(-s).exp().matmul(b);
        const far = squares(x.dataSync(), y.dataSync(), d);
        const value = (i: number, j: number) => Math.exp(-s * far(i, j));
        const wanted = product([n, n, 2], value, b.dataSync());
        const u = dtype === "float32" ? 2 ** -24 : 2 ** -53;
        assertSums(actual, wanted, (d + 3) / Math.E * u + 8 * u);
        if (wide > 1) assert.match(form(x, y, s), /^direct, as the error/);
        else assert.match(form(x, y, s), /^expanded, as the error/);
        assert.match(form(x, y, s, "high"), /^direct, as precision is "high"/);
      }
    }
  }
});

Deno.test("nearest points of high dimension keep their distances", () => {
  const [n, d] = [300, 100];
  const x = cloud(1, [n, d], "float32", 1, 1000);
  const near = x.dataSync().map((v) => v + 1e-3);
  const y = tensor(near, [n, d]);
  const kernel = Vi(x).sqdist(Vj(y));
  assert.match(kernel.explain("Min", "j"), /direct, as small distances count/);
  const values = kernel.mul(-1e-3).exp();
  assert.match(values.explain("ArgMax", "j"), /direct, as values are compared/);
  assertEquals(values.argmax("j").dataSync(), kernel.argmin("j").dataSync());
  const nearest = kernel.argmin("j").dataSync();
  const least = kernel.min("j").dataSync();
  const far = squares(x.dataSync(), y.dataSync(), d);
  for (let i = 0; i < n; i++) {
    assertEquals(nearest[i], i);
    assert(Math.abs(least[i] / far(i, i) - 1) < 1e-5);
  }
});

Deno.test("infinities and NaN stay where they are", () => {
  const [n, d] = [300, 40];
  const x = cloud(1, [n, d], "float32").dataSync().slice();
  x[5 * d] = NaN;
  x[7 * d] = Infinity;
  const points = tensor(x, [n, d]);
  const y = cloud(2, [n, d], "float32");
  assert.match(form(points, y, 1e-3), /^direct/);
  const sums = Vi(points).sqdist(Vj(y)).mul(-1e-3).exp().sum("j").dataSync();
  assert(Number.isNaN(sums[5]));
  assertEquals(sums[7], 0);
  assertEquals(sums.filter((s) => Number.isNaN(s)).length, 1);
});
