/**
 * Reductions on domains of every kind, against dense ones with a mask.
 *
 * @module
 */

import * as fc from "fast-check";
import {
  band,
  type BlockRanges,
  blocks,
  causal,
  clusterRanges,
  csr,
  fromMatrix,
  genred,
  grad,
  LazyTensor,
  perBatch,
  type Ranges,
  sortClusters,
  swapAxes,
  type Tensor,
  tensor,
  Vi,
  Vj,
  withinRadius,
} from "../../mod.ts";
import { assertAllClose } from "../assert.ts";
import { DENSE } from "../dense.ts";
import { denseGenred, type DenseRanges } from "../oracle_genred.ts";
import { generator, randomTensor } from "../tensors.ts";

/** Which pairs count: `mask[i][j]`. */
type Mask = readonly (readonly boolean[])[];

/** A domain with the pairs that it should have. */
interface Case {
  readonly kind: string;
  readonly m: number;
  readonly n: number;
  readonly mask: Mask;
  readonly domain: Ranges;
  /** The points, where the domain depends on them. */
  readonly x: Tensor;
  readonly y: Tensor;
}

const transposed = (mask: Mask, n: number): boolean[][] =>
  Array.from({ length: n }, (_, j) => mask.map((row) => row[j]));

/** One interval for each pair, ascending. */
function rangesOf(mask: Mask, n: number): DenseRanges {
  const half = (rows: Mask) => {
    const lists = rows.map((row) =>
      row.flatMap((keep, j) => keep ? [[j, j + 1]] : [])
    );
    let count = 0;
    return {
      ranges: rows.map((_, i) => [i, i + 1]),
      slices: lists.map((l) => count += l.length),
      reduced: lists.flat(),
    };
  };
  const [i, j] = [half(mask), half(transposed(mask, n))];
  return {
    ranges_i: i.ranges,
    slices_i: i.slices,
    redranges_j: i.reduced,
    ranges_j: j.ranges,
    slices_j: j.slices,
    redranges_i: j.reduced,
  };
}

const tuple = (r: BlockRanges): Ranges => [
  r.ranges_i,
  r.slices_i,
  r.redranges_j,
  r.ranges_j,
  r.slices_j,
  r.redranges_i,
];

const KINDS = [
  "causal",
  "band",
  "blocks",
  "sorted blocks",
  "matrix",
  "csr",
  "radius",
  "ranges",
  "tuple",
  "one of a batch",
] as const;

function made(kind: typeof KINDS[number], seed: number, m: number, n: number) {
  const random = generator(seed);
  const integer = (below: number) => Math.floor(random() * below);
  const [x, y] = [randomTensor(random, [m, 2]), randomTensor(random, [n, 2])];
  const labels = (size: number) =>
    Array.from({ length: size }, () => integer(4));
  const keep = Array.from(
    { length: 4 },
    () => Array.from({ length: 4 }, () => random() < 0.5),
  );
  const pick = (f: (i: number, j: number) => boolean): Mask =>
    Array.from(
      { length: m },
      (_, i) => Array.from({ length: n }, (_, j) => f(i, j)),
    );
  const base = { x, y };
  switch (kind) {
    case "causal":
      return { ...base, domain: causal(), mask: pick((i, j) => j <= i) };
    case "band": {
      const w = integer(6);
      return {
        ...base,
        domain: band(w),
        mask: pick((i, j) => Math.abs(i - j) <= w),
      };
    }
    case "blocks":
    case "sorted blocks": {
      let [a, b] = [labels(m), labels(n)];
      if (kind === "sorted blocks") [a, b] = [a.toSorted(), b.toSorted()];
      const mask = pick((i, j) => keep[a[i]][b[j]]);
      return { ...base, domain: blocks(a, b, keep), mask };
    }
    case "matrix": {
      const [sx, a] = sortClusters(x, labels(m));
      const [sy, b] = sortClusters(y, labels(n));
      const [p, q] = [a.dataSync(), b.dataSync()];
      return {
        x: sx,
        y: sy,
        domain: fromMatrix(clusterRanges(a, 4), clusterRanges(b, 4), keep),
        mask: pick((i, j) => keep[p[i]][q[j]]),
      };
    }
    case "radius": {
      const r = 2 * random();
      const [p, q] = [x.dataSync(), y.dataSync()];
      const near = (i: number, j: number) =>
        Math.hypot(p[2 * i] - q[2 * j], p[2 * i + 1] - q[2 * j + 1]) <= r;
      return { ...base, domain: withinRadius(x, y, r), mask: pick(near) };
    }
    case "csr":
    case "ranges":
    case "tuple":
    case "one of a batch": {
      const density = random();
      const mask = pick(() => random() < density);
      const lists = mask.map((row) => row.flatMap((k, j) => k ? [j] : []));
      const offsets = lists.reduce(
        (o, l) => [...o, o[o.length - 1] + l.length],
        [0],
      );
      const ranges = rangesOf(mask, n);
      const domain: Ranges = kind === "csr"
        ? csr(offsets, lists.map((l) => l.toReversed()).flat())
        : kind === "ranges"
        ? ranges
        : kind === "tuple"
        ? tuple(ranges)
        : perBatch([ranges]);
      return { ...base, domain, mask };
    }
  }
}

const cases = fc.record({
  kind: fc.constantFrom(...KINDS),
  seed: fc.nat(),
  m: fc.integer({ min: 1, max: 11 }),
  n: fc.integer({ min: 1, max: 11 }),
  swap: fc.boolean(),
}).map(({ kind, seed, m, n, swap }): Case => {
  if (!swap) return { kind, m, n, ...made(kind, seed, m, n) };
  const { x, y, domain, mask } = made(kind, seed, n, m);
  return {
    kind: `${kind}, exchanged`,
    m,
    n,
    x: y,
    y: x,
    domain: exchanged(domain),
    mask: transposed(mask, m),
  };
});

/** One signature for ranges and domains. */
function exchanged(domain: Ranges): Ranges {
  return swapAxes(domain as BlockRanges);
}

const ALIASES = ["x=Vi(2)", "y=Vj(2)"];
const FORMULA = "Exp(-SqDist(x,y)) * (x - y) - 0.2";
const SCALAR = "Exp(-SqDist(x,y)) - 0.2";
const WEIGHT = "x * y + 1.5";

const NAMES = Object.keys(DENSE);
const WEIGHTED = [
  "LogSumExpWeight",
  "Max_SumShiftExpWeight",
  "SumSoftMaxWeight",
];

const dense = (t: Tensor) => ({ shape: t.shape, data: [...t.dataSync()] });

Deno.test("every reduction, on domains of every kind", () => {
  fc.assert(
    fc.property(
      cases,
      fc.constantFrom(...NAMES),
      fc.constantFrom(0 as const, 1 as const),
      fc.constantFrom("auto" as const, "js" as const, "reference" as const),
      ({ kind, n, mask, domain, x, y }, reduction, axis, backend) => {
        const shifted = /Shift|Soft|LogSum/.test(reduction);
        const asked = {
          reduction,
          axis,
          optArg: reduction.startsWith("K") || reduction.startsWith("ArgK")
            ? 2
            : null,
          formula2: WEIGHTED.includes(reduction) ? WEIGHT : null,
        };
        const formula = shifted ? SCALAR : FORMULA;
        const result = genred(formula, ALIASES, {
          ...asked,
          ranges: domain,
          backend,
        })(x, y);
        const ranges = rangesOf(mask, n);
        const expected = denseGenred({
          ...asked,
          formula,
          aliases: ALIASES,
          ranges,
          args: [dense(x), dense(y)],
        });
        [result].flat().forEach((r, k) =>
          assertAllClose(
            r.dataSync(),
            expected[k],
            1e-12,
            `${reduction} ${kind}`,
          )
        );
      },
    ),
    { seed: 11, numRuns: 600 },
  );
});

/** Reductions with derivatives, lazily and of dense values with a mask. */
const DERIVED: Record<
  string,
  {
    lazy: (k: LazyTensor) => Tensor;
    dense: (k: Tensor, mask: Tensor) => Tensor;
  }
> = {
  sum: {
    lazy: (k) => k.sum("j"),
    dense: (k, mask) => k.mul(mask).sum(1),
  },
  "log-sum-exp": {
    lazy: (k) => k.logsumexp("j"),
    dense: (k, mask) => k.add(mask.sub(1).mul(1e9)).logsumexp(1),
  },
  minimum: {
    lazy: (k) => k.min("j"),
    dense: (k, mask) => k.add(mask.sub(1).mul(-1e9)).min(1),
  },
};

Deno.test("gradients in every operand, first and second", () => {
  fc.assert(
    fc.property(
      cases,
      fc.constantFrom(...Object.keys(DERIVED)),
      fc.boolean(),
      ({ kind, m, n, mask, domain, x, y }, name, transpose) => {
        const [a, b] = [x, y].map((t) => t.detach().requiresGrad());
        const w = randomTensor(generator(m), [n, 1]).requiresGrad();
        const g = tensor([1.3], [1], { dtype: "float64" }).requiresGrad();
        const inputs = [a, b, w, g];
        const { lazy, dense } = DERIVED[name];
        const kernel = Vi(a).sqdist(Vj(b)).mul(new LazyTensor(g)).neg().exp()
          .add(Vj(w));
        const flags = tensor(
          Float64Array.from(mask.flat(), Number),
          [m, n, 1],
        );
        const results = [
          lazy(
            transpose
              ? kernel.t().withRanges(exchanged(domain)).t()
              : kernel.withRanges(domain),
          ),
          dense(kernel.dense(), flags),
        ];
        // Rows without a pair have no result: they get no gradient.
        const gradOutput = tensor(
          Float64Array.from(mask, (row, i) => row.some((k) => k) ? i + 1 : 0),
          [m, 1],
        );
        const [found, expected] = results.map((r) => {
          const first = grad(r, inputs, { gradOutput, createGraph: true });
          const total = first.map((d, k) => d.mul(d).mul(k + 1).sum())
            .reduce((s, d) => s.add(d));
          return [...first, ...grad(total, inputs)];
        });
        found.forEach((d, k) =>
          assertAllClose(
            d.dataSync(),
            expected[k].dataSync(),
            1e-9,
            `${name} ${kind}, gradient ${k}`,
          )
        );
      },
    ),
    { seed: 12, numRuns: 150 },
  );
});

Deno.test("batches: one domain for all, or one for each entry", () => {
  fc.assert(
    fc.property(
      cases.filter(({ kind }) => !kind.startsWith("one of a batch")),
      fc.nat(),
      fc.boolean(),
      fc.constantFrom("Sum", "ArgMin", "KMin_ArgKMin", "LogSumExp"),
      fc.constantFrom("i" as const, "j" as const),
      ({ m, n, mask, domain }, seed, own, reduction, axis) => {
        const random = generator(seed);
        const x = randomTensor(random, [2, 3, m, 1, 2]);
        // The points y are the same for the first batch dimension.
        const y = randomTensor(random, [3, 1, n, 2]);
        const masks = Array.from(
          { length: 6 },
          () => own ? mask.map((row) => row.map(() => random() < 0.5)) : mask,
        );
        const k = reduction.startsWith("K") ? 2 : undefined;
        const values = new LazyTensor(x).sqdist(new LazyTensor(y))
          .reduce(reduction, axis, {
            k,
            ranges: own
              ? perBatch(masks.map((one) => rangesOf(one, n)))
              : domain,
          }) as Tensor[];
        const [p, q] = [x, y].map((t) => [...t.dataSync()]);
        masks.forEach((one, entry) => {
          const at = entry % 3;
          const expected = denseGenred({
            formula: "SqDist(x,y)",
            aliases: ALIASES,
            reduction,
            axis: axis === "i" ? 0 : 1,
            optArg: k ?? null,
            ranges: rangesOf(one, n),
            args: [
              {
                shape: [m, 2],
                data: p.slice(2 * m * entry, 2 * m * (entry + 1)),
              },
              { shape: [n, 2], data: q.slice(2 * n * at, 2 * n * (at + 1)) },
            ],
          });
          values.forEach((v, o) => {
            const size = v.size / 6;
            assertAllClose(
              v.dataSync().slice(entry * size, (entry + 1) * size),
              expected[o],
              1e-12,
            );
          });
        });
      },
    ),
    { seed: 13, numRuns: 100 },
  );
});

Deno.test("gradients of batches with domains of their own", () => {
  const random = generator(5);
  const [m, n] = [6, 5];
  const x = randomTensor(random, [2, m, 2]).requiresGrad();
  const y = randomTensor(random, [n, 2]).requiresGrad();
  const radius = 0.9;
  const [p, q] = [x.reshape([2, m, 1, 2]), y.reshape([1, n, 2])];
  const kernel = new LazyTensor(p).sqdist(new LazyTensor(q)).neg().exp();
  const lazy = kernel.withRanges(withinRadius(x, y, radius)).sum("j");
  const near = new LazyTensor(p).sqdist(new LazyTensor(q)).le(radius ** 2)
    .dense();
  const masked = kernel.dense().mul(near.detach()).sum(2);
  assertAllClose(lazy.dataSync(), masked.dataSync(), 1e-14);
  const weights = randomTensor(random, [2, m, 1]);
  const [found, expected] = [lazy, masked].map((r) =>
    grad(r.mul(weights).sum(), [x, y], { createGraph: true })
  );
  found.forEach((g, k) =>
    assertAllClose(g.dataSync(), expected[k].dataSync(), 1e-13)
  );
});

Deno.test("neighbours in any dimension, at any scale", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.nat(),
      fc.integer({ min: -6, max: 6 }),
      fc.boolean(),
      (dim, seed, scale, grid) => {
        const random = generator(seed);
        const size = 10 ** scale;
        const cloud = (points: number) =>
          Float64Array.from({ length: points * dim }, () => {
            const v = random() * size;
            // Points of a grid have many distances equal to the radius.
            return grid ? Math.round(4 * v / size) * size : v + 3 * size;
          });
        const [x, y] = [cloud(40), cloud(50)];
        const r = grid ? size : random() * size * Math.sqrt(dim) / 2;
        const near = (i: number, j: number) => {
          let sum = 0;
          for (let d = 0; d < dim; d++) {
            sum += (x[i * dim + d] - y[j * dim + d]) ** 2;
          }
          return Math.sqrt(sum) <= r;
        };
        const counts = Vi(tensor(x, [40, dim])).sub(Vj(tensor(y, [50, dim])))
          .elem(0).mul(0).add(1)
          .withRanges(
            withinRadius(tensor(x, [40, dim]), tensor(y, [50, dim]), r),
          ).sum("j");
        const expected = Array.from(
          { length: 40 },
          (_, i) =>
            Array.from({ length: 50 }, (_, j) => near(i, j))
              .filter((k) => k).length,
        );
        assertAllClose(counts.dataSync(), expected, 0);
      },
    ),
    { seed: 14, numRuns: 100 },
  );
});
