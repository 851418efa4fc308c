/**
 * Block-sparse domains of reductions, against dense evaluation.
 *
 * @module
 */

import * as fc from "fast-check";
import {
  ArgumentError,
  type BlockRanges,
  genred,
  grad,
  ShapeError,
  type Tensor,
  Vi,
  Vj,
} from "../../mod.ts";
import { assertAllClose, assertEquals, assertThrows } from "../assert.ts";
import { denseGenred, type DenseRanges } from "../oracle_genred.ts";
import { generator, randomTensor } from "../tensors.ts";

const [M, N] = [9, 7];
const random = generator(21);
const x = randomTensor(random, [M, 2]);
const y = randomTensor(random, [N, 2]);
const b = randomTensor(random, [N, 1]);
const ALIASES = ["x=Vi(2)", "y=Vj(2)", "b=Vj(1)"];
const FORMULA = "Exp(-SqDist(x,y))*b";

const RANGES: DenseRanges = {
  ranges_i: [[0, 4], [5, 9]],
  slices_i: [1, 3],
  redranges_j: [[0, 3], [2, 5], [6, 7]],
  ranges_j: [[1, 4], [6, 7]],
  slices_j: [2, 3],
  redranges_i: [[0, 2], [4, 6], [0, 9]],
};

const args = (...tensors: Tensor[]) =>
  tensors.map((t) => ({ shape: t.shape, data: [...t.dataSync()] }));

function expected(ranges: DenseRanges, axis: 0 | 1, reduction: string) {
  return denseGenred({
    formula: FORMULA,
    aliases: ALIASES,
    reduction,
    axis,
    ranges,
    optArg: 2,
    args: args(x, y, b),
  });
}

const kernel = Vi(x).sqdist(Vj(y)).neg().exp().mul(Vj(b));

/** A random axis: blocks that do not overlap, with intervals of the other. */
const blocks = (own: number, other: number) =>
  fc.record({
    cuts: fc.uniqueArray(fc.nat({ max: own }), { maxLength: 6 }),
    intervals: fc.array(
      fc.array(fc.tuple(fc.nat({ max: other }), fc.nat({ max: other })), {
        maxLength: 3,
      }),
      { minLength: 3, maxLength: 3 },
    ),
  }).map(({ cuts, intervals }) => {
    const sorted = cuts.toSorted((a, b) => a - b);
    const ranges = Array.from(
      { length: sorted.length >> 1 },
      (_, k) => [sorted[2 * k], sorted[2 * k + 1]],
    );
    const lists = ranges.map((_, k) =>
      intervals[k].map(([p, q]) => [Math.min(p, q), Math.max(p, q)])
    );
    let count = 0;
    const slices = lists.map((l) => count += l.length);
    return { ranges, slices, reduced: lists.flat() };
  });

const domains = fc.tuple(blocks(M, N), blocks(N, M)).map(([i, j]) => ({
  ranges_i: i.ranges,
  slices_i: i.slices,
  redranges_j: i.reduced,
  ranges_j: j.ranges,
  slices_j: j.slices,
  redranges_i: j.reduced,
}));

const REDUCTIONS = ["Sum", "Min", "ArgMin", "LogSumExp", "ArgKMin", "Count"];

Deno.test("reductions on random domains", () => {
  fc.assert(
    fc.property(
      domains,
      fc.constantFrom(...REDUCTIONS),
      fc.constantFrom(0 as const, 1 as const),
      fc.constantFrom("wasm" as const, "js" as const, "reference" as const),
      (ranges, reduction, axis, backend) => {
        const k = reduction === "ArgKMin" ? 2 : undefined;
        const [result] = kernel.withRanges(ranges)
          .reduce(reduction, axis, { k, backend });
        const [values] = expected(ranges, axis, reduction);
        assertAllClose(result.dataSync(), values, 1e-12);
      },
    ),
    { seed: 4, numRuns: 200 },
  );
});

Deno.test("ranges as nested lists, flat lists and typed arrays", () => {
  const [values] = expected(RANGES, 1, "Sum");
  const flat = (data: readonly (readonly number[])[]) =>
    new Int32Array(data.flat());
  const forms: BlockRanges[] = [
    RANGES,
    {
      ranges_i: RANGES.ranges_i.flat(),
      slices_i: RANGES.slices_i,
      redranges_j: RANGES.redranges_j.flat(),
      ranges_j: RANGES.ranges_j.flat(),
      slices_j: RANGES.slices_j,
      redranges_i: RANGES.redranges_i.flat(),
    },
    {
      ranges_i: flat(RANGES.ranges_i),
      slices_i: new Int32Array(RANGES.slices_i),
      redranges_j: flat(RANGES.redranges_j),
      ranges_j: flat(RANGES.ranges_j),
      slices_j: new Int32Array(RANGES.slices_j),
      redranges_i: flat(RANGES.redranges_i),
    },
  ];
  for (const ranges of forms) {
    const result = kernel.sum("j", { ranges });
    assertAllClose(result.dataSync(), values, 1e-14);
  }
});

Deno.test("t() exchanges the ranges, too", () => {
  const [values] = expected(RANGES, 0, "Sum");
  const direct = kernel.withRanges(RANGES).sum("i");
  const transposed = kernel.withRanges(RANGES).t().sum("j");
  assertAllClose(direct.dataSync(), values, 1e-14);
  assertAllClose(transposed.dataSync(), values, 1e-14);
});

Deno.test("gradients stay within the ranges", () => {
  // Both halves of the tuple say the same here: gradients in y sum over i.
  const ranges = {
    ...RANGES,
    ranges_j: [[0, 2], [2, 3], [3, 5], [6, 7]],
    slices_j: [1, 3, 4, 5],
    redranges_i: [[0, 4], [0, 4], [5, 9], [5, 9], [5, 9]],
  };
  const weights = randomTensor(random, [M, 1]);
  const sum = (p: Tensor, q: Tensor) =>
    Vi(p).sqdist(Vj(q)).neg().exp().mul(Vj(b)).withRanges(ranges).sum("j")
      .mul(weights).sum();
  const inputs = [x, y].map((t) => t.requiresGrad());
  const gradients = grad(sum(inputs[0], inputs[1]), inputs);
  const step = 1e-6;
  gradients.forEach((g, k) => {
    const direction = randomTensor(random, g.shape);
    const moved = (t: number) => {
      const [p, q] = [x, y].map((v, l) =>
        l === k ? v.add(direction.mul(t)) : v
      );
      return sum(p, q).item();
    };
    assertAllClose(
      [g.mul(direction).sum().item()],
      [(moved(step) - moved(-step)) / (2 * step)],
      1e-8,
    );
  });
});

Deno.test("ranges with batches", () => {
  const xs = randomTensor(random, [2, M, 2]);
  const reduce = genred("SqDist(x,y)", ALIASES.slice(0, 2), {
    axis: 1,
    ranges: RANGES,
  });
  const result = reduce(xs, y) as Tensor;
  assertEquals(result.shape, [2, M, 1]);
  const [values] = denseGenred({
    formula: "SqDist(x,y)",
    aliases: ALIASES.slice(0, 2),
    reduction: "Sum",
    axis: 1,
    ranges: RANGES,
    args: args(xs, y),
  });
  assertAllClose(result.dataSync(), values, 1e-14);
});

Deno.test("wrong ranges are refused before anything is read", () => {
  const reduce = (more: Partial<BlockRanges>) => () =>
    kernel.sum("j", { ranges: { ...RANGES, ...more } });
  assertThrows(reduce({ ranges_i: [[0, 10], [5, 9]] }), ArgumentError, "9");
  assertThrows(reduce({ ranges_i: [[0, 6], [5, 9]] }), ArgumentError, "two");
  assertThrows(reduce({ slices_i: [1] }), ShapeError, "slices_i");
  assertThrows(reduce({ slices_i: [1, 4] }), ArgumentError, "slices_i");
  assertThrows(reduce({ slices_i: [2, 1] }), ArgumentError, "slices_i");
  assertThrows(
    reduce({ redranges_j: [[0, 3], [2, 8], [6, 7]] }),
    ArgumentError,
    "redranges_j",
  );
  assertThrows(
    reduce({ redranges_j: [[3, 0], [2, 5], [6, 7]] }),
    ArgumentError,
    "ascend",
  );
  assertThrows(reduce({ slices_i: [0.5, 3] }), ArgumentError, "integers");
  assertThrows(reduce({ redranges_j: [1, 2, 3] }), ShapeError, "pairs");
});

Deno.test("two domains do not combine", () => {
  const other = { ...RANGES };
  assertThrows(
    () => kernel.withRanges(RANGES).add(kernel.withRanges(other)),
    ArgumentError,
    "different ranges",
  );
  const same = kernel.withRanges(RANGES).add(kernel.withRanges(RANGES));
  assertAllClose(
    same.sum("j").dataSync(),
    expected(RANGES, 1, "Sum")[0].map((v) => 2 * v),
    1e-14,
  );
});
