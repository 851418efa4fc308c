/** Sums of kernels of low rank in many dimensions, against exact ones. */

import * as fc from "fast-check";
import { ColumnBasis } from "../../src/approximate/column_basis.ts";
import { kernelForm } from "../../src/approximate/form.ts";
import type { Problem } from "../../src/approximate/inputs.ts";
import { LowRankSum } from "../../src/approximate/low_rank.ts";
import { backendNamed } from "../../src/engine/backends.ts";
import { stateOfLazy } from "../../src/lazy/base.ts";
import {
  grad,
  type LazyTensor,
  rand,
  randn,
  type Tensor,
  tensor,
  Vi,
  Vj,
} from "../../mod.ts";
import { assert, assertEquals, assertStringIncludes } from "../assert.ts";

type Kernel = (x: LazyTensor, y: LazyTensor, width: number) => LazyTensor;

const KERNELS: Readonly<Record<string, Kernel>> = {
  Gaussian: (x, y, w) => x.sqdist(y).mul(-0.5 / w ** 2).exp(),
  Laplacian: (x, y, w) => x.sqdist(y).sqrt().mul(-1 / w).exp(),
  Cauchy: (x, y, w) => x.sqdist(y).mul(1 / w ** 2).add(1).inv(),
  // Neither positive nor symmetric.
  wave: (x, y, w) => x.sqdist(y).sum().mul(1 / w).add(x.sum()).cos(),
};

/** Uniform points of the unit cube, or 8 clusters in it. */
function cloud(n: number, dim: number, clusters: boolean, seed: number) {
  if (!clusters) return rand([n, dim], { seed });
  const places = Int32Array.from({ length: n }, (_, k) => k * k % 8);
  return rand([8, dim], { seed: 1 }).gather(tensor(places))
    .add(randn([n, dim], { seed }).mul(0.05));
}

/** How a sum is computed. */
function howOf(lazy: LazyTensor, name = "Sum"): string {
  return /tolerance +\S+ (.*)/.exec(lazy.explain(name))?.[1] ?? "";
}

/** The largest difference over the largest entry. */
function relativeError(found: Tensor, exact: Tensor): number {
  assertEquals(found.shape, exact.shape);
  const off = found.sub(exact).abs().max().item();
  return off / exact.abs().max().item();
}

/** Rows to compare. */
function someRows(n: number): Int32Array {
  return Int32Array.from({ length: 200 }, (_, k) => Math.floor(k * n / 200));
}

const N = 15000;

const MET = [
  ["Gaussian", 10, 2, 1e-2, false],
  ["Gaussian", 10, 3, 1e-4, false],
  ["Gaussian", 10, 8, 1e-6, false],
  ["Gaussian", 50, 5, 1e-3, false],
  ["Gaussian", 10, 0.5, 1e-2, true],
  ["Cauchy", 50, 4, 1e-2, true],
  ["Laplacian", 50, 5, 1e-2, false],
  ["wave", 10, 20, 1e-3, false],
] as const;

for (const [name, dim, width, tolerance, clusters] of MET) {
  const where = `${name}, D = ${dim}, ${clusters ? "clusters" : "uniform"}`;
  Deno.test(`low rank: ${where}, ${tolerance}`, () => {
    const [x, y] = [1, 2].map((seed) => cloud(N, dim, clusters, seed));
    const b = rand([N, 2], { seed: 3 });
    const kernel = KERNELS[name](Vi(x), Vj(y), width);
    const tolerant = kernel.withTolerance(tolerance);
    assert.match(howOf(tolerant.mul(Vj(b))), /^rank \d+ in \d0 dimensions/);
    const rows = someRows(N);
    const exact = kernel.rows(rows).matmul(b);
    const error = relativeError(
      tolerant.matmul(b).gather(tensor(rows)),
      exact,
    );
    assert.ok(0 < error && error <= tolerance, `error ${error}`);
  });
}

Deno.test("a narrow kernel has no low rank, and is evaluated exactly", () => {
  for (const [dim, width, tolerance] of [[10, 0.2, 1e-2], [50, 2, 1e-6]]) {
    const x = cloud(N, dim, false, 1);
    const narrow = KERNELS.Gaussian(Vi(x), Vj(x), width);
    const how = howOf(narrow.withTolerance(tolerance));
    assert.match(how, /evaluated exactly, as (the rank is not low|exact eval)/);
    assert.match(how, /: rank \d+ leaves an error of \d/);
  }
});

Deno.test("low rank: gradients are within the tolerance", () => {
  const tolerance = 1e-2;
  const derivatives = (tol: number | null, rows?: Tensor): Tensor[] => {
    const all = cloud(N, 10, false, 1);
    const x = (rows === undefined ? all : all.gather(rows)).requiresGrad();
    const y = cloud(N - 9, 10, true, 2);
    const kernel = KERNELS.Gaussian(Vi(x), Vj(y), 4);
    const b = rand([N - 9, 2], { seed: 3 });
    const sums = kernel.mul(Vj(b)).sum("j", { tol });
    const weights = rand([N, 2], { seed: 4 });
    const own = rows === undefined ? weights : weights.gather(rows);
    const [slope] = grad(sums.mul(own).sum(), [x]);
    return [sums.detach(), slope];
  };
  const rows = tensor(someRows(N));
  const exact = derivatives(null, rows);
  derivatives(tolerance).forEach((found, k) => {
    const error = relativeError(found.gather(rows), exact[k]);
    assert.ok(0 < error && error <= tolerance, `error ${error} of ${k}`);
  });
});

Deno.test("low rank: log-sum-exps, sums over i, other signals", () => {
  const [x, y] = [cloud(N, 10, true, 1), cloud(N, 10, false, 2)];
  const rows = tensor(someRows(N));
  const [first, second, normal] = [
    rand([N, 1], { seed: 3 }),
    rand([N, 1], { seed: 4 }),
    randn([N, 1], { seed: 5 }),
  ];
  const exponent = (points: Tensor) =>
    Vi(points).sqdist(Vj(y)).div(-8).add(Vj(first.mul(20)));
  const tolerant = exponent(x).withTolerance(1e-3);
  assertStringIncludes(howOf(tolerant, "LogSumExp"), "in 10 dimensions");
  const logs = tolerant.logsumexp("j").gather(rows);
  const off = logs.sub(exponent(x.gather(rows)).logsumexp("j")).abs().max();
  assert.ok(0 < off.item() && off.item() <= 1e-3, `error ${off.item()}`);

  const kernel = KERNELS.Gaussian(Vi(x), Vj(y), 4);
  const some = kernel.t().rows(someRows(N));
  // The plan of the first signals is checked, and mended, for the others.
  for (const b of [first, normal, second.lt(1e-3)]) {
    const found = kernel.withTolerance(1e-2).mul(Vi(b)).sum("i");
    const error = relativeError(found.gather(rows), some.matmul(b));
    assert.ok(error <= 1e-2, `error ${error}`);
  }
});

Deno.test("low rank: positions i and j of other dimensions", () => {
  const [x, y] = [cloud(N, 7, false, 1), cloud(N, 3, false, 2)];
  const kernel = (points: Tensor) =>
    Vi(points).sqnorm2().add(Vj(y).mul(Vj(y)).mul(2)).neg().exp().sum();
  const bound = (points: Tensor) =>
    kernel(points).mul(Vi(points).elem(0).mul(Vj(y).elem(1)).cos());
  const tolerant = bound(x).withTolerance(1e-4);
  assert.match(howOf(tolerant), /^rank \d+ in \d dimensions/);
  const rows = tensor(someRows(N));
  const error = relativeError(
    tolerant.sum("j").gather(rows),
    bound(x.gather(rows)).sum("j"),
  );
  assert.ok(0 < error && error <= 1e-4, `error ${error}`);
});

/** The problem behind the sum of a LazyTensor over j. */
function problemOf(lazy: LazyTensor, tolerance: number): Problem {
  const { formula, operands, m = 1, n = 1 } = stateOfLazy(lazy);
  const form = kernelForm(formula, Infinity);
  if (typeof form === "string") throw new Error(form);
  const backend = backendNamed("auto");
  const [batch, entry]: [number[], number] = [[], 0];
  const sizes = { rows: m, columns: n, batch, entry };
  const how = { backend, sumScheme: "block", dtype: "float32" } as const;
  return { form, operands, ...sizes, ...how, tolerance };
}

Deno.test("any kernel of few points is met on all rows, or given up", () => {
  let met = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.keys(KERNELS)),
      fc.integer({ min: 5, max: 60 }),
      fc.double({ min: 0.5, max: 20, noNaN: true }),
      fc.constantFrom(1e-2, 1e-3, 1e-4, 1e-6),
      fc.boolean(),
      fc.boolean(),
      (name, dim, width, tolerance, clusters, signs) => {
        const x = cloud(4000, dim, clusters, 1);
        const y = cloud(3500, dim, false, 2);
        const b = signs ? randn([3500, 1]) : rand([3500, 1]);
        const lazy = KERNELS[name](Vi(x), Vj(y), width).mul(Vj(b));
        const problem = problemOf(lazy, tolerance);
        const far = new LowRankSum(problem);
        const why = far.plan(problem);
        if (why !== undefined) return;
        const found = far.run(problem);
        if (typeof found === "string") return;
        met++;
        const exact = lazy.sum("j");
        const sums = tensor(Float32Array.from(found.sums), [4000, 1]);
        const error = relativeError(sums, exact);
        assert.ok(error <= tolerance, `${name}: error ${error}`);
      },
    ),
    { numRuns: 12, seed: 11 },
  );
  assert.ok(met >= 2, `${met} were met`);
});

Deno.test("chosen columns write all others of a matrix of low rank", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 0, max: 999 }),
      (rank, seed) => {
        const [m, n] = [20, 15];
        const dtype = "float64";
        const low = randn([m, rank], { seed, dtype })
          .matmul(randn([rank, n], { seed: seed + 1, dtype }));
        const columns = Array.from(
          { length: n },
          (_, c) => Float64Array.from(low.slice([0, c], [m, c + 1]).dataSync()),
        );
        const given = columns.map((c) => c.slice());
        const basis = new ColumnBasis(columns, 10);
        assertEquals(basis.chosen.length, rank);
        for (const column of given) {
          const x = basis.solve(column, rank);
          column.forEach((value, k) => {
            const sum = basis.chosen
              .reduce((s, c, l) => s + x[l] * given[c][k], 0);
            assert.ok(Math.abs(sum - value) < 1e-9);
          });
        }
      },
    ),
    { numRuns: 20 },
  );
});
