/**
 * Both halves of ranges have to have the same pairs, where both are used.
 *
 * @module
 */

import * as fc from "fast-check";
import {
  ArgumentError,
  type BlockRanges,
  clusterRanges,
  fromMatrix,
  grad,
  LazyTensor,
  perBatch,
  swapAxes,
  Vi,
  Vj,
} from "../../mod.ts";
import { firstOddPair } from "../../src/engine/same_pairs.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { generator, randomTensor } from "../tensors.ts";

const DISAGREE = "both halves must have the same pairs";

/** All parts as flat lists, so that single numbers can be changed. */
type Flat = { readonly [part in keyof BlockRanges]: readonly number[] };

const flat = (r: BlockRanges): Flat => ({
  ranges_i: [...r.ranges_i as Int32Array],
  slices_i: [...r.slices_i as Int32Array],
  redranges_j: [...r.redranges_j as Int32Array],
  ranges_j: [...r.ranges_j as Int32Array],
  slices_j: [...r.slices_j as Int32Array],
  redranges_i: [...r.redranges_i as Int32Array],
});

/** The pairs of one half, one by one. */
function pairsOf(
  ranges: readonly number[],
  slices: readonly number[],
  reduced: readonly number[],
): Set<string> {
  const pairs = new Set<string>();
  slices.forEach((end, k) => {
    for (let q = slices[k - 1] ?? 0; q < end; q++) {
      for (let a = ranges[2 * k]; a < ranges[2 * k + 1]; a++) {
        for (let b = reduced[2 * q]; b < reduced[2 * q + 1]; b++) {
          pairs.add(`${a},${b}`);
        }
      }
    }
  });
  return pairs;
}

const exchanged = (pairs: Set<string>) =>
  new Set([...pairs].map((p) => p.split(",").reverse().join()));

function halves(r: Flat): [Set<string>, Set<string>] {
  return [
    pairsOf(r.ranges_i, r.slices_i, r.redranges_j),
    exchanged(pairsOf(r.ranges_j, r.slices_j, r.redranges_i)),
  ];
}

/** The gradient of sums over j in the points j: a sum over i. */
function gradient(ranges: BlockRanges, m: number, n: number) {
  const y = randomTensor(generator(2), [n, 1]).requiresGrad();
  const x = randomTensor(generator(1), [m, 1]);
  return grad(Vi(x).mul(Vj(y)).withRanges(ranges).sum("j").sum(), [y]);
}

const patterns = fc.record({
  i: fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 9 }),
  j: fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 9 }),
  keep: fc.array(
    fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
    { minLength: 4, maxLength: 4 },
  ),
}).map(({ i, j, keep }) => {
  const clusters = (labels: readonly number[]) =>
    clusterRanges(labels.toSorted((a, b) => a - b), 4);
  const ranges = fromMatrix(clusters(i), clusters(j), keep);
  return { m: i.length, n: j.length, ranges };
});

Deno.test("ranges of clusters agree, from either side", () => {
  fc.assert(
    fc.property(patterns, fc.boolean(), ({ m, n, ranges }, swap) => {
      if (swap) gradient(swapAxes(ranges), n, m);
      else gradient(ranges, m, n);
    }),
    { seed: 31, numRuns: 150 },
  );
});

const LISTS = ["ranges_i", "redranges_j", "ranges_j", "redranges_i"] as const;

Deno.test("one changed number is refused just where it changes the pairs", () => {
  const seen = { same: 0, other: 0 };
  fc.assert(
    fc.property(
      patterns,
      fc.constantFrom(...LISTS),
      fc.nat(),
      fc.constantFrom(-2, -1, 1, 2),
      ({ m, n, ranges }, part, where, by) => {
        const changed = flat(ranges);
        const at = where % (changed[part].length || 1);
        const list = changed[part].with(at, (changed[part][at] ?? 0) + by);
        const limit = part.endsWith("_i") ? m : n;
        const [begin, end] = [list[at & ~1], list[at | 1]];
        // Bounds and overlaps are refused elsewhere.
        fc.pre(changed[part].length > 0 && 0 <= begin && end <= limit);
        fc.pre(begin <= end);
        const given: Flat = { ...changed, [part]: list };
        const used = part.startsWith("ranges")
          ? list.filter((_, k) => list[k | 1] > list[k & ~1])
          : [];
        fc.pre(used.every((v, k) => k === 0 || used[k - 1] <= v));
        const [own, other] = halves(given);
        const odd = own.symmetricDifference(other);
        seen[odd.size === 0 ? "same" : "other"]++;
        if (odd.size === 0) return void gradient(given, m, n);
        const error = assertThrows(
          () => gradient(given, m, n),
          ArgumentError,
          DISAGREE,
        );
        const [, i, j, has] = /i = (\d+), j = (\d+) is in "redranges_(.)"/
          .exec(error.message) ?? [];
        assert((has === "j" ? own : other).has(`${i},${j}`), error.message);
        assert(!(has === "j" ? other : own).has(`${i},${j}`), error.message);
      },
    ),
    { seed: 32, numRuns: 400 },
  );
  assert(seen.same > 0 && seen.other > 100, JSON.stringify(seen));
});

const HALF = {
  ranges_i: [[0, 2]],
  slices_i: [1],
  redranges_j: [[1, 3]],
  ranges_j: [],
  slices_j: [],
  redranges_i: [],
};
const OTHER = { ...HALF, ranges_j: [1, 2], slices_j: [1], redranges_i: [0, 2] };
const BOTH = { ...OTHER, ranges_j: [1, 3] };

Deno.test("one half is enough where the other is not used", () => {
  const x = randomTensor(generator(3), [4, 1]).requiresGrad();
  const y = randomTensor(generator(4), [3, 1]);
  for (const ranges of [HALF, OTHER]) {
    const k = Vi(x).mul(Vj(y)).withRanges(ranges);
    const [g] = grad(k.sum("j").sum(), [x]);
    const slope = y.dataSync()[1] + y.dataSync()[2];
    assertEquals([...g.dataSync()], [slope, slope, 0, 0]);
    assertEquals(k.sum("i").shape, [3, 1]);
    assertThrows(() => gradient(ranges, 4, 3), ArgumentError, DISAGREE);
  }
  gradient(BOTH, 4, 3);
});

Deno.test("ranges that were refused are looked at again", () => {
  const ranges = { ...OTHER, ranges_j: new Int32Array([1, 2]) };
  assertThrows(() => gradient(ranges, 4, 3), ArgumentError, DISAGREE);
  ranges.ranges_j[1] = 3;
  gradient(ranges, 4, 3);
});

Deno.test("operators go both ways, so both halves agree", () => {
  const [x, y] = [[1, 2, 3, 4], [1, 2, 3]];
  const k = Vi(x).mul(Vj(y));
  const A = k.withRanges(OTHER).operator();
  assertEquals(A.matvec([1, 1, 1]).arraySync(), [5, 10, 0, 0]);
  assertThrows(() => A.T.matvec([1, 1, 1, 1]), ArgumentError, DISAGREE);
  const B = k.withRanges(BOTH).operator();
  assertEquals(B.T.matvec([1, 1, 1, 1]).arraySync(), [0, 6, 9]);
});

Deno.test("each entry of a batch has halves that agree", () => {
  const x = new LazyTensor(randomTensor(generator(5), [2, 4, 1, 1]));
  const y = randomTensor(generator(6), [1, 3, 1]).requiresGrad();
  const slope = (...all: BlockRanges[]) => () =>
    grad(
      x.mul(new LazyTensor(y)).withRanges(perBatch(all)).sum("j").sum(),
      [y],
    );
  slope(BOTH, { ...BOTH })();
  assertThrows(slope(BOTH, OTHER), ArgumentError, DISAGREE);
  assertThrows(slope(HALF, BOTH), ArgumentError, DISAGREE);
});

Deno.test("sizes whose pairs have no number of their own", () => {
  const size = 2e9;
  const all = (...cuts: number[]) =>
    cuts.slice(1).map((end, k) => ({
      begin: cuts[k],
      end,
      intervals: new Int32Array([0, size]),
    }));
  const find = (a: number[], b: number[]) =>
    firstOddPair(all(...a), all(...b), size, size);
  assertEquals(find([0, 7, size], [0, 5, 9, size]), undefined);
  assertEquals(find([0, size], [0, size - 1]), {
    i: 0,
    j: size - 1,
    inRows: true,
  });
  const last = {
    begin: size - 1,
    end: size,
    intervals: new Int32Array([size - 1, size]),
  };
  assertEquals(firstOddPair([], [last], size, size), {
    i: size - 1,
    j: size - 1,
    inRows: false,
  });
});
