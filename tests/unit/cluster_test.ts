/**
 * Clusters, neighbours, and the domains made of them.
 *
 * @module
 */

import {
  ArgumentError,
  band,
  type BlockRanges,
  blocks,
  causal,
  clusterCentroids,
  clusterRanges,
  clusterRangesCentroids,
  csr,
  fromMatrix,
  grad,
  gridCluster,
  kmeansCluster,
  perBatch,
  radiusSearch,
  rand,
  type RangesTuple,
  scope,
  ShapeError,
  sortClusters,
  swapAxes,
  tensor,
  treeCluster,
  Vi,
  Vj,
  withinRadius,
} from "../../mod.ts";
import {
  gaussianSum,
  nearCells,
  relativeError,
  sortedPoints,
} from "../../examples/block_sparse.ts";
import {
  assert,
  assertAllClose,
  assertEquals,
  assertThrows,
} from "../assert.ts";
import { generator, randomTensor } from "../tensors.ts";

const random = generator(8);
const list = (data: ArrayLike<number>) => Array.from(data);

Deno.test("grid clusters are cells, numbered in lexicographic order", () => {
  for (const dim of [1, 2, 3, 5]) {
    const x = randomTensor(random, [60, dim], [-2, 2]);
    const size = Array.from({ length: dim }, (_, d) => 0.7 + d / 4);
    const cells = (x.arraySync() as number[][])
      .map((p) => p.map((v, d) => Math.floor(v / size[d])));
    const sorted = [...new Set(cells.map(String))].map((c) =>
      c.split(",").map(Number)
    ).sort((a, b) => {
      const d = a.findIndex((v, k) => v !== b[k]);
      return a[d] - b[d];
    }).map(String);
    const labels = gridCluster(x, size);
    assertEquals(labels.dtype, "int32");
    assertEquals(
      list(labels.dataSync()),
      cells.map((c) => sorted.indexOf(String(c))),
    );
  }
});

Deno.test("grid clusters at the edges", () => {
  assertEquals(gridCluster([-0, 0, 0.5, -0.5], 1).arraySync(), [1, 1, 1, 0]);
  assertEquals(
    gridCluster(new Float64Array([1e12, -1e12, 1]), 0.25).arraySync(),
    [2, 0, 1],
  );
  assertEquals(gridCluster(tensor(new Float64Array(), [0, 2]), 1).shape, [0]);
  assertThrows(() => gridCluster([[0, 1]], 0), ArgumentError, "size 0");
  assertThrows(() => gridCluster([[0, 1]], [1]), ArgumentError, "2 of them");
  assertThrows(() => gridCluster([[0, NaN]], 1), ArgumentError, "point 0");
  assertThrows(() => gridCluster([[[0]]], 1), ShapeError, "[N, D]");
  assertThrows(() => gridCluster(3, 1), ShapeError, "[N, D]");
});

Deno.test("ranges of clusters", () => {
  const labels = [0, 0, 2, 2, 2, 3];
  assertEquals(clusterRanges(labels).arraySync(), [
    [0, 2],
    [2, 2],
    [2, 5],
    [5, 6],
  ]);
  assertEquals(clusterRanges(tensor(new Int32Array([1])), 3).arraySync(), [
    [0, 0],
    [0, 1],
    [1, 1],
  ]);
  assertThrows(() => clusterRanges([1, 0]), ArgumentError, "sortClusters");
  assertThrows(() => clusterRanges([0, 4], 3), ArgumentError, "3 clusters");
  assertThrows(() => clusterRanges([0, 0.5]), ArgumentError, "label 0.5");
  assertThrows(() => clusterRanges([-1]), ArgumentError, "label -1");
  assertThrows(() => clusterRanges([[0, 1]]), ShapeError, "[N]");
});

Deno.test("sorting keeps the order within clusters", () => {
  const x = randomTensor(random, [40, 3]);
  const labels = Array.from({ length: 40 }, () => Math.floor(5 * random()));
  const [sorted, own, order] = sortClusters(x, labels);
  const expected = [...labels.keys()].sort((a, b) => labels[a] - labels[b]);
  assertEquals(list(order.dataSync()), expected);
  assertEquals(list(own.dataSync()), labels.toSorted((a, b) => a - b));
  const rows = x.arraySync() as number[][];
  assertEquals(sorted.arraySync() as number[][], expected.map((k) => rows[k]));
  const [many] = sortClusters([x, new Float64Array(labels)], labels);
  assertEquals(many.map((t) => t.shape), [[40, 3], [40]]);
  assertEquals(sortClusters([[1, 2], [3, 4]], [1, 0])[0].arraySync(), [
    [3, 4],
    [1, 2],
  ]);
  assertThrows(() => sortClusters(x, [0]), ShapeError, "[40]");
  assertThrows(
    () => sortClusters([x, new Float64Array(3)], labels),
    ShapeError,
    "[3]",
  );
});

Deno.test("centroids with weights, and their gradients", () => {
  const x = randomTensor(random, [30, 2]).requiresGrad();
  const weights = randomTensor(random, [30], [0.1, 1]).requiresGrad();
  const labels = Array.from({ length: 30 }, (_, k) => k % 4);
  const means = clusterCentroids(x, labels, 5, weights);
  assertEquals(means.shape, [5, 2]);
  const [p, w] = [x.dataSync(), weights.dataSync()];
  for (let c = 0; c < 5; c++) {
    const own = labels.flatMap((l, k) => l === c ? [k] : []);
    const total = own.reduce((s, k) => s + w[k], 0);
    for (let d = 0; d < 2; d++) {
      const mean = own.reduce((s, k) => s + w[k] * p[2 * k + d], 0) / total;
      assertAllClose([means.dataSync()[2 * c + d]], [mean], 1e-14);
    }
  }
  const first = clusterCentroids(x, labels, 4, weights);
  const [g] = grad(first.slice(0, 1).sum(), [x]);
  const total = labels.reduce((s, l, k) => l === 0 ? s + w[k] : s, 0);
  assertAllClose(
    g.dataSync(),
    labels.flatMap((l, k) => {
      const share = l === 0 ? w[k] / total : 0;
      return [share, share];
    }),
    1e-14,
  );
  assertThrows(
    () => clusterCentroids(x, labels, 4, [1, 2]),
    ShapeError,
    "30 points",
  );
});

Deno.test("ranges, centroids and weights of sorted points", () => {
  const [ranges, means, weights] = clusterRangesCentroids(
    [[0, 2], [2, 4], [5, 5]],
    [0, 0, 1],
  );
  assertEquals(ranges.arraySync(), [[0, 2], [2, 3]]);
  assertEquals(means.arraySync(), [[1, 3], [5, 5]]);
  assertEquals(weights.arraySync(), [2, 1]);
  assertThrows(
    () => clusterRangesCentroids([[0], [1]], [1, 0]),
    ArgumentError,
    "unsorted",
  );
});

Deno.test("ranges from a matrix, in every form of it", () => {
  const i = [[0, 3], [3, 4], [4, 4]];
  const j = new Int32Array([0, 2, 2, 6]);
  const keep = [[true, true], [false, true], [true, false]];
  const expected = {
    ranges_i: [0, 3, 3, 4, 4, 4],
    slices_i: [2, 3, 4],
    redranges_j: [0, 2, 2, 6, 2, 6, 0, 2],
    ranges_j: [0, 2, 2, 6],
    slices_j: [2, 4],
    redranges_i: [0, 3, 4, 4, 0, 3, 3, 4],
  };
  const flat = keep.flat().map(Number);
  const forms = [
    keep,
    flat,
    new Uint8Array(flat),
    tensor(flat, [3, 2]),
    tensor(flat, [3, 2, 1]),
  ];
  for (const form of forms) {
    const ranges = fromMatrix(tensor(i, [3, 2], { dtype: "int32" }), j, form);
    for (const [name, values] of Object.entries(expected)) {
      const found = ranges[name as keyof BlockRanges] as Int32Array;
      assertEquals(list(found), values, name);
    }
  }
  assertThrows(
    () => fromMatrix(i, j, [[true, true]]),
    ShapeError,
    "[3, 2] is wanted",
  );
  assertThrows(() => fromMatrix(i, [1, 2, 3], keep), ShapeError, "pairs");
  assertThrows(() => fromMatrix(i, j, tensor(NaN, [3, 2].fill(1))), ShapeError);
  assertThrows(
    () => fromMatrix([[0, 1]], [[0, 1]], [[NaN]]),
    ArgumentError,
    "NaN",
  );
});

Deno.test("clusters in lists are those of a matrix", () => {
  const next = generator(9);
  const cluster = () => Math.floor(next() * 6);
  const [x, y] = [randomTensor(next, [40, 2]), randomTensor(next, [30, 2])];
  const labels = [40, 30].map((n) => Int32Array.from({ length: n }, cluster));
  const [near, ends] = [[[5, 0, 2], [], [1], [3, 4], [], [0]], [0]];
  for (const row of near) ends.push(ends[ends.length - 1] + row.length);
  const keep = near.map((row) =>
    [0, 1, 2, 3, 4, 5].map((c) => row.includes(c))
  );
  const lists = { offsets: ends, indices: near.flat() };
  const k = Vi(x).sqdist(Vj(y));
  for (const axis of ["i", "j"] as const) {
    const [a, b] = [keep, lists].map((kept) =>
      k.sum(axis, { ranges: blocks(labels[0], labels[1], kept) })
    );
    assertEquals(a.dataSync(), b.dataSync());
  }
  const own = labels.map((l) => clusterRanges(l.toSorted(), 6));
  assertEquals(
    fromMatrix(own[0], own[1], lists),
    fromMatrix(own[0], own[1], keep),
  );
  const few = { offsets: [0, 1], indices: [0] };
  assertThrows(
    () => blocks(labels[0], labels[1], few),
    ShapeError,
    "lists of 1 clusters i with clusters j up to 0 for 6",
  );
  assertThrows(() => fromMatrix(own[0], own[1], few), ShapeError, "lists of 1");
  assertThrows(
    () => blocks([0], [0], { offsets: [0, 2], indices: [1, 1] }),
    ArgumentError,
    "there twice",
  );
});

Deno.test("exchanging axes twice gives the same domain back", () => {
  const ranges = fromMatrix([[0, 2]], [[0, 3]], [[true]]);
  const other = swapAxes(ranges);
  assertEquals(other.ranges_i, ranges.ranges_j);
  assertEquals(other.redranges_i, ranges.redranges_j);
  assert(swapAxes(other) === ranges);
  const k = Vi([1, 2]).mul(Vj([1, 2, 3]));
  for (const domain of [ranges, causal(), csr([0, 1, 1], [2])]) {
    assert(swapAxes(swapAxes(domain as BlockRanges)) === domain);
    const one = k.withRanges(domain);
    const sum = one.add(one.t().t()).sum("j").dataSync();
    assertAllClose(sum, one.sum("j").mul(2).dataSync(), 1e-7);
  }
});

Deno.test("k-means finds groups that are apart, the same at every run", () => {
  const centres = [[0, 0], [9, 0], [0, 9], [9, 9], [4, 4]];
  const x = tensor(
    Array.from(
      { length: 200 },
      (_, k) => centres[k % 5].map((c) => c + random()),
    ),
    undefined,
    { dtype: "float64" },
  );
  for (const seed of [0, 1, 2]) {
    const labels = kmeansCluster(x, 5, { seed });
    assertEquals(labels.shape, [200]);
    const own = list(labels.dataSync());
    own.forEach((l, k) => assertEquals(l, own[k % 5]));
    assertEquals(new Set(own).size, 5);
    assertEquals(list(kmeansCluster(x, 5, { seed }).dataSync()), own);
  }
});

Deno.test("rounds of k-means do not increase the distances", () => {
  const x = randomTensor(random, [300, 3]);
  let last = Infinity;
  for (const iterations of [1, 2, 3, 5, 30]) {
    const labels = kmeansCluster(x, 12, { iterations });
    assertEquals(new Set(labels.dataSync()).size, 12);
    const means = clusterCentroids(x, labels, 12);
    const total = x.sub(means.gather(labels)).pow(2).sum().item();
    assert(total <= last + 1e-12);
    last = total;
  }
});

Deno.test("k-means with as many clusters as points, and with fewer", () => {
  assertEquals(
    list(kmeansCluster([0, 1, 2], 3).dataSync()).sort(),
    [0, 1, 2],
  );
  const same = kmeansCluster(new Float64Array(4), 2);
  assertEquals(new Set(same.dataSync()).size, 1);
  assertThrows(() => kmeansCluster([0, 1], 3), ArgumentError, "1 to 2");
  assertThrows(() => kmeansCluster([0, 1], 0), ArgumentError, "0 clusters");
  assertThrows(
    () => kmeansCluster([0, 1], 1, { iterations: 0 }),
    ArgumentError,
    "0 rounds",
  );
});

Deno.test("leaves of a tree are small, balanced and apart", () => {
  for (const [n, leaf] of [[100, 8], [257, 16], [5, 1], [3, 10]]) {
    const x = randomTensor(random, [n, 2]);
    const labels = treeCluster(x, leaf).dataSync();
    const count = 1 + Math.max(...labels);
    const sizes = Array<number>(count).fill(0);
    for (const label of labels) sizes[label]++;
    assert(Math.max(...sizes) <= leaf);
    assertEquals(count, Math.ceil(n / leaf));
    assert(Math.max(...sizes) - Math.min(...sizes) <= 1);
  }
  // Points of the line: leaves are intervals, from left to right.
  const line = randomTensor(random, [64, 1]);
  const [, own, order] = sortClusters(line, treeCluster(line, 4));
  const sorted = line.gather(order).dataSync();
  for (let k = 4; k < 64; k++) {
    if (own.dataSync()[k] === own.dataSync()[k - 4]) continue;
    assert(
      Math.max(...sorted.slice(0, k - k % 4)) <=
        Math.min(...sorted.slice(k - k % 4)),
    );
  }
  const ties = treeCluster(new Float64Array(10), 3).dataSync();
  assertEquals(new Set(ties).size, 4);
  assertThrows(() => treeCluster(line, 0), ArgumentError, "0 points");
});

Deno.test("neighbours within a radius, with their distances", () => {
  const [x, y] = [randomTensor(random, [30, 3]), randomTensor(random, [40, 3])];
  const { offsets, indices, distances } = radiusSearch(x, y, 0.8);
  assertEquals([offsets.dtype, indices.dtype, distances.dtype], [
    "int32",
    "int32",
    "float64",
  ]);
  const all = Vi(x).sqdist(Vj(y)).sqrt().dense().reshape([30, 40])
    .arraySync() as number[][];
  const near = all.map((row) =>
    row.flatMap((d, j) => d <= 0.8 ? [[j, d]] : [])
  );
  assertEquals(list(indices.dataSync()), near.flat().map(([j]) => j));
  assertAllClose(distances.dataSync(), near.flat().map(([, d]) => d), 1e-14);
  const starts = offsets.dataSync();
  near.forEach((row, i) => assertEquals(starts[i + 1] - starts[i], row.length));
  assertEquals(radiusSearch([[0]], [[0]], 1).distances.dtype, "float32");
});

Deno.test("neighbours at the edges", () => {
  const count = (x: number[], y: number[], r: number) =>
    radiusSearch(new Float64Array(x), new Float64Array(y), r).indices.size;
  assertEquals(count([0, 1], [0, 1, 2], 0), 2);
  assertEquals(count([0, 1], [0, 1, 2], Infinity), 6);
  assertEquals(count([], [1], 1), 0);
  assertEquals(count([1], [], 1), 0);
  assertEquals(count([NaN, 1, Infinity], [1, NaN, Infinity], 5), 1);
  assertEquals(count([-100, 100], [0, 1], 99), 1);
  assertEquals(count([1e308, -1e308], [1e308, -1e308], 1), 2);
  assertThrows(() => count([0], [0], -1), ArgumentError, "radius -1");
  assertThrows(() => count([0], [0], NaN), ArgumentError, "radius NaN");
  assertThrows(
    () => radiusSearch([[0, 1]], [[0]], 1),
    ShapeError,
    "dimensions 2 and 1",
  );
  assertThrows(() => radiusSearch([[[0]]], [[0]], 1), ShapeError, "batch");
});

Deno.test("neighbours in clouds with outliers, in up to ten dimensions", () => {
  for (const dim of [1, 3, 10]) {
    const [n, radius] = [300, 0.2 * dim ** 0.5];
    const x = rand([n, dim], { seed: dim, dtype: "float64" });
    const far = x.mul(tensor([1e9, ...Array(n - 1).fill(1)], [n, 1], {
      dtype: "float64",
    }));
    const { offsets } = radiusSearch(far, x, radius);
    const within = Vi(far).sqdist(Vj(x)).sqrt().le(radius).sum("j");
    const counts = within.dataSync();
    const found = offsets.dataSync();
    counts.forEach((count, i) => assertEquals(found[i + 1] - found[i], count));
  }
  // All but one are in one place: cells of a regular grid would tell nothing.
  const points = rand([60000, 2], { seed: 4 }).dataSync().slice();
  points.fill(1e7, 0, 2);
  const x = tensor(points, [60000, 2]);
  assertEquals(radiusSearch(x, x, 1e-9).indices.size, 60000);
});

Deno.test("neighbours of sorted points, whole boxes of them", () => {
  const unsorted = rand([400, 2], { seed: 5, dtype: "float64" });
  const [x] = sortClusters(unsorted, gridCluster(unsorted, 0.1));
  for (const radius of [0.05, 0.3, 2]) {
    const { offsets, indices } = radiusSearch(x, x, radius);
    const [from, found] = [offsets.dataSync(), indices.dataSync()];
    const near = Vi(x).sqdist(Vj(x)).sqrt().le(radius).dense().dataSync();
    for (let i = 0; i < 400; i++) {
      const expected = [...near.subarray(400 * i, 400 * (i + 1)).entries()]
        .filter(([, is]) => is === 1).map(([j]) => j);
      assertEquals([...found.slice(from[i], from[i + 1])], expected);
    }
  }
});

Deno.test("lists of neighbours are domains", () => {
  const x = randomTensor(random, [25, 2]);
  const found = radiusSearch(x, x, 0.5);
  const kernel = Vi(x).sqdist(Vj(x)).neg().exp();
  const listed = kernel.withRanges(csr(found.offsets, found.indices));
  const near = kernel.withRanges(withinRadius(x, x, 0.5));
  assertEquals(listed.sum("j").arraySync(), near.sum("j").arraySync());
  assertEquals(
    listed.argKmin(3, "i").arraySync(),
    near.argKmin(3, "i").arraySync(),
  );
});

Deno.test("values of all pairs do not depend on ranges", () => {
  const x = randomTensor(random, [4, 2]).requiresGrad();
  const kernel = Vi(x).sqdist(Vj(x));
  const [a, b] = [kernel, kernel.withRanges(causal())].map((k) => k.dense());
  assertEquals(a.arraySync(), b.arraySync());
  const [g, h] = [a, b].map((d) => grad(d.pow(2).sum(), [x])[0]);
  assertAllClose(g.dataSync(), h.dataSync(), 1e-14);
});

Deno.test("domains outlive the scope that their data were made in", () => {
  const domain = scope(() => {
    const x = tensor([[0], [1], [5]]);
    return withinRadius(x, x.mul(1), 2);
  });
  const ones = Vi([1, 1, 1]).mul(Vj([1, 1, 1]));
  assertEquals(ones.withRanges(domain).sum("j").arraySync(), [[2], [2], [1]]);
});

Deno.test("domains that do not fit are refused", () => {
  const values = Vi([0, 0, 0]).add(Vj([1, 2]));
  const on = (ranges: Parameters<typeof values.withRanges>[0]) => () =>
    values.withRanges(ranges).sum("j");
  const error = assertThrows(on(csr([0, 1], [0])), ShapeError);
  assertEquals(
    error.message,
    "Cannot use csr(offsets, indices) of 1 points i with 3 points i and 2 points j",
  );
  assertThrows(on(csr([0, 1, 1, 1], [2])), ArgumentError, "the index 2");
  assertThrows(on(withinRadius([0, 1, 2], [0], 1)), ShapeError, "1 points j");
  assertThrows(
    on(blocks([0, 0], [0, 0], [[true]])),
    ShapeError,
    "2 labels and 2 labels with 3 points i",
  );
  assertThrows(on(perBatch([causal(), causal()])), ShapeError, "a batch of 1");
  assertThrows(on(perBatch([perBatch([])])), ShapeError, "a batch of 1");
  const few = [[[0, 3]], [1], [[0, 2]]] as unknown as RangesTuple;
  assertThrows(on(few), ShapeError, "a list of 3 arrays");
  const { ranges_i, ...rest } = fromMatrix([[0, 3]], [[0, 2]], [[true]]);
  assert(ranges_i);
  assertThrows(on(rest as BlockRanges), ArgumentError, 'without "ranges_i"');
});

Deno.test("what makes no domain is refused", () => {
  assertThrows(() => band(-1), ArgumentError, "width -1");
  assertThrows(() => band(0.5), ArgumentError, "width 0.5");
  assertThrows(() => csr([1, 2], [0, 1]), ArgumentError, "offsets from 1 to 2");
  assertThrows(() => csr([], []), ArgumentError, "no offsets");
  assertThrows(() => csr([0, 2, 1], [0]), ArgumentError, "descending");
  const given = gridCluster as (x: number[], size?: number) => unknown;
  assertThrows(() => given([0, 1]), ArgumentError, "cells of size undefined");
  assertThrows(() => csr([0, 3], [0, 1]), ArgumentError, "0 to 2 is wanted");
  assertThrows(
    () => csr([0, 2, 1, 3], [0, 1, 2]),
    ArgumentError,
    "2 at 1, then 1",
  );
  assertThrows(() => csr([0, 2], [1, 1]), ArgumentError, "there twice");
  assertThrows(() => csr([0, 1], [-1]), ArgumentError, "index -1");
  assertThrows(() => csr([0, 1], [0.5]), ArgumentError, "integers");
  assertThrows(
    () => blocks([0, 1], [0], [[true]]),
    ShapeError,
    "2 clusters i and 1 clusters j",
  );
});

Deno.test("domains say what they are", () => {
  assertEquals(`${causal()} ${band(2)}`, "causal() band(2)");
  assertEquals(`${swapAxes(causal())}`, "causal().t()");
  assertEquals(`${withinRadius([0], [1], 2)}`, "withinRadius(x, y, 2)");
});

Deno.test("the sum of the example over near cells is that of all pairs", () => {
  const [x, b, labels] = sortedPoints(1e4);
  const near = gaussianSum(x, b, nearCells(x, labels));
  const rows = Int32Array.from({ length: 500 }, (_, k) => 20 * k);
  const all = Vi(x.gather(rows)).sqdist(Vj(x)).mul(-1250).exp().matmul(b);
  const error = relativeError(near.gather(rows), all);
  assert(error <= 1e-3, `${error}`);
  const pairs = Vi(x).sqdist(Vj(x)).ge(0)
    .count("j", { ranges: nearCells(x, labels) }).sum().item();
  assert(pairs < 1e8 / 10, `${pairs} pairs`);
});
