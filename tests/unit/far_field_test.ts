/** What far fields leave out, and where errors of kernels are measured. */

import { ErrorTable } from "../../src/approximate/errors_of_pairs.ts";
import { locator } from "../../src/approximate/data.ts";
import { kernelForm } from "../../src/approximate/form.ts";
import { interactionsOf } from "../../src/approximate/interactions.ts";
import type { PairList } from "../../src/approximate/pair_list.ts";
import { Pairs } from "../../src/approximate/pairs.ts";
import { Proxies } from "../../src/approximate/proxies.ts";
import { Tree } from "../../src/approximate/tree.ts";
import { stateOfLazy } from "../../src/lazy/base.ts";
import type { LazyTensor } from "../../src/lazy/lazy_tensor.ts";
import { Vi, Vj } from "../../src/lazy/variables.ts";
import { tensor } from "../../src/tensor/create.ts";
import { assert, assertEquals } from "../assert.ts";
import { REDUCTION_BACKENDS } from "../backends.ts";

const DIM = 2;
const ORDER = 5;

/** A kernel of points of the plane. */
function pairsOf(kernel: (square: LazyTensor) => LazyTensor): Pairs {
  const none = tensor(new Float64Array(DIM), [1, DIM]);
  const { formula, operands } = stateOfLazy(kernel(Vi(none).sqdist(Vj(none))));
  const form = kernelForm(formula);
  assert(typeof form !== "string", String(form));
  return new Pairs(form, {
    backend: REDUCTION_BACKENDS[0],
    dtype: "float64",
    sumScheme: "direct",
    parameter: locator({ operands, batch: [], entry: 0 }, 1),
  });
}

/** A grid of points, `side` in each direction of a square. */
function grid(side: number, from: number, width: number): Tree {
  const points = Float64Array.from({ length: side * side * 2 }, (_, k) => {
    const place = k % 2 === 0 ? (k >> 1) % side : Math.floor((k >> 1) / side);
    return from + width * (place + 0.5) / side;
  });
  return new Tree(points, DIM, 16);
}

function walkOf(pairs: Pairs, rows: Tree, columns: Tree) {
  const proxies = [
    new Proxies(rows, ORDER),
    new Proxies(columns, ORDER),
  ] as const;
  const signals = [new Float64Array(0), Float64Array.of(1)] as const;
  const errors = new ErrorTable(pairs, rows, columns, proxies, signals);
  return { rows, columns, proxies, errors };
}

Deno.test("a kink in a corner of a large box is seen from a small one", () => {
  const pairs = pairsOf((square) => square.sqrt().mul(-1).exp());
  const [small, large] = [grid(8, 0, 0.1), grid(8, -0.5, 3)];
  const { errors } = walkOf(pairs, small, large);
  const root = Int32Array.of(0);
  const [kind] = errors.kinds(root, root, 1);
  // Near its kink the kernel is 1 - r, which five nodes tell to a tenth of the
  // width of their box.
  assert(errors.rowError(kind) > 0.002, `${errors.rowError(kind)}`);
  assert(errors.columnError(kind) > 0.05, `${errors.columnError(kind)}`);
});

Deno.test("boxes that nearly touch are measured as if they touched", () => {
  const pairs = pairsOf((square) => square.add(1e-6).rsqrt());
  const columns = grid(8, 0, 1);
  const sizes = [0.001, 0.02].map((gap) => {
    const { errors } = walkOf(pairs, grid(8, 0.875 + gap, 1), columns);
    const root = Int32Array.of(0);
    const [kind] = errors.kinds(root, root, 1);
    return errors.rowError(kind);
  });
  assert(sizes[1] > 0.5 * sizes[0], sizes.join());
});

Deno.test("what is left out is no more than a pair may be wrong", () => {
  const points = grid(32, 0, 1);
  const left = (rate: number, most: number): number => {
    const pairs = pairsOf((square) => square.mul(-rate).exp());
    const met = interactionsOf({
      ...walkOf(pairs, points, points),
      bound: 1e6,
      most,
    });
    const covered = ({ first, second, length }: PairList): number => {
      let total = 0;
      for (let k = 0; k < length; k++) {
        total += points.size(first[k]) * points.size(second[k]);
      }
      return total;
    };
    const { far, fromPoints, toPoints, near } = met;
    return points.size(0) ** 2 -
      [far, fromPoints, toPoints, near].reduce((n, l) => n + covered(l), 0);
  };
  assertEquals(left(30, 1e-40), 0);
  const some = left(3000, 1e-3);
  assert(some > 0 && some < points.size(0) ** 2 - 32 * 32, `${some}`);
});

/** Points that fill a box, and others: far ones, one place, a NaN. */
const CLOUDS: Readonly<Record<string, (k: number, d: number) => number>> = {
  uniform: (k, d) => Math.abs(Math.sin(12.9898 * (k + 1) + 78.233 * d)) % 1,
  thin: (k, d) => Math.sin(k * (d + 1)) * (d === 0 ? 1 : 1e-3),
  outlier: (k, d) => k === 7 ? 1e6 : Math.cos(k * (d + 0.7)),
  "one place": () => 3,
  "few places": (k, d) => (k * (d + 1)) % 3,
  "with a NaN": (k, d) => k === 5 && d === 0 ? NaN : Math.sin(k * (d + 2.1)),
};

for (const [name, entry] of Object.entries(CLOUDS)) {
  Deno.test(`trees hold each point once, in tight boxes: ${name}`, () => {
    for (const dim of [1, 2, 3, 4]) {
      for (const shifted of [false, true]) holdsAll(3000, dim, entry, shifted);
    }
  });
}

function holdsAll(
  count: number,
  dim: number,
  entry: (k: number, d: number) => number,
  shifted: boolean,
): void {
  const given = Float64Array.from(
    { length: count * dim },
    (_, at) => entry(Math.floor(at / dim), at % dim),
  );
  const leaf = 32;
  const tree = new Tree(given, dim, leaf, shifted);
  for (let c = 0; c < tree.count; c++) tree.child(c);
  assertEquals(
    [...tree.order].sort((a, b) => a - b),
    Array.from({ length: count }, (_, k) => k),
  );
  for (let at = 0; at < given.length; at++) {
    const from = tree.order[Math.floor(at / dim)] * dim + at % dim;
    assert(Object.is(tree.points[at], given[from]));
  }
  // Boxes are never thinner.
  const least = 1.001e-6 * Math.max(1, tree.radius[0]);
  for (let c = 0; c < tree.count; c++) {
    const child = tree.child(c);
    if (child >= 0) {
      assert(tree.size(c) > leaf && tree.parent[child + 1] === c);
      const [first, middle] = [tree.begin[child], tree.end[child]];
      assert(first === tree.begin[c] && middle > first);
      assert(tree.begin[child + 1] === middle && tree.end[c] > middle);
      assert(tree.end[child + 1] === tree.end[c]);
    }
    for (let d = 0; d < dim; d++) {
      const own = tree.points.subarray(tree.begin[c] * dim, tree.end[c] * dim)
        .filter((x, at) => at % dim === d && !Number.isNaN(x));
      if (own.length === 0) continue;
      const [low, high] = [
        own.reduce((a, b) => Math.min(a, b)),
        own.reduce((a, b) => Math.max(a, b)),
      ];
      const [centre, half] = [tree.centre[c * dim + d], tree.half[c * dim + d]];
      assert(Math.abs(centre - (low + high) / 2) <= least, `${c} ${d}`);
      const wide = (high - low) / 2;
      assert(half > 0 && Math.abs(half - wide) <= least, `${c} ${d}: ${half}`);
    }
  }
}
