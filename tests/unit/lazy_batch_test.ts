/**
 * Batch dimensions of LazyTensors, against dense evaluation.
 *
 * @module
 */

import * as fc from "fast-check";
import { grad, LazyTensor, ShapeError, type Tensor, Vj } from "../../mod.ts";
import { assertAllClose, assertEquals, assertThrows } from "../assert.ts";
import { densePairs, reducePairs, sqdist } from "../dense_pairs.ts";
import { generator, randomTensor } from "../tensors.ts";

/** Leading dimensions of three operands that broadcast together. */
const batches = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 })
  .chain((full) => {
    const own = fc.tuple(
      fc.nat({ max: full.length }),
      fc.array(fc.boolean(), {
        minLength: full.length,
        maxLength: full.length,
      }),
    ).map(([from, ones]) => full.map((d, k) => ones[k] ? 1 : d).slice(from));
    return fc.tuple(own, own, own);
  });

const sizes = fc.record({
  m: fc.integer({ min: 1, max: 4 }),
  n: fc.integer({ min: 1, max: 4 }),
  d: fc.integer({ min: 1, max: 3 }),
  seed: fc.nat(),
});

const SEEDED = { seed: 20, numRuns: 60 };

/** Operands x (points i), y (points j), s (parameters). */
function operands(
  [bx, by, bs]: readonly number[][],
  { m, n, d, seed }: { m: number; n: number; d: number; seed: number },
): Tensor[] {
  const random = generator(seed);
  return [
    randomTensor(random, [...bx, m, 1, d]),
    randomTensor(random, [...by, 1, n, d]),
    randomTensor(random, [...bs, 1, 1, 1]),
  ];
}

const dense = (f: (...x: number[][]) => number[], tensors: Tensor[]) =>
  densePairs(
    f,
    tensors.map((t) => ({ shape: t.shape, data: t.dataSync() })),
  );

const REDUCTIONS = ["Sum", "Min", "ArgMax", "LogSumExp", "KMin"] as const;

for (const reduction of REDUCTIONS) {
  Deno.test(`${reduction} with broadcast batches`, () => {
    fc.assert(
      fc.property(
        batches,
        sizes,
        fc.constantFrom("i" as const, "j" as const),
        (shapes, size, axis) => {
          const data = operands(shapes, size);
          const [x, y, s] = data.map((t) => new LazyTensor(t));
          const k = reduction === "KMin" ? 2 : undefined;
          const [result] = x.sqdist(y).mul(s).reduce(reduction, axis, { k });
          const all = dense((p, q, [t]) => [t * sqdist(p, q)], data);
          const [expected] = reducePairs(all, reduction, axis, { k: 2 });
          assertAllClose(result.dataSync(), expected, 1e-12);
          // Points without a variable of their own are one point.
          const shape = all.shape;
          const points = shape[shape.length - (axis === "j" ? 2 : 1)];
          assertEquals(
            result.shape,
            [...shape.slice(0, -2), points, k ?? 1],
          );
        },
      ),
      SEEDED,
    );
  });
}

Deno.test("the values of all pairs with broadcast batches", () => {
  fc.assert(
    fc.property(batches, sizes, (shapes, size) => {
      const data = operands(shapes, size);
      const [x, y, s] = data.map((t) => new LazyTensor(t));
      const lazy = x.sub(y).mul(s).sin();
      const f = (p: number[], q: number[], [t]: number[]) =>
        p.map((v, c) => Math.sin((v - q[c]) * t));
      const all = dense(f, data);
      const result = lazy.dense();
      assertEquals(result.shape, [...all.shape, size.d]);
      assertAllClose(result.dataSync(), all.values.flat(), 1e-12);
    }),
    SEEDED,
  );
});

Deno.test("gradients with broadcast batches", () => {
  fc.assert(
    fc.property(batches, sizes, (shapes, size) => {
      const data = operands(shapes, size).map((t) => t.requiresGrad());
      const f = (given: readonly Tensor[]) => {
        const [x, y, s] = given.map((t) => new LazyTensor(t));
        return x.sqdist(y).mul(s).exp().sum("j").square().sum();
      };
      const gradients = grad(f(data), data);
      const step = 1e-6;
      gradients.forEach((g, k) => {
        assertEquals(g.shape, data[k].shape);
        const direction = randomTensor(generator(size.seed + 1), g.shape);
        const moved = (t: number) =>
          f(data.map((x, l) =>
            (l === k ? x.add(direction.mul(t)) : x).detach()
          )).item();
        const slope = (moved(step) - moved(-step)) / (2 * step);
        const value = g.mul(direction).sum().item();
        assertAllClose([value / (1 + Math.abs(slope))], [
          slope / (1 + Math.abs(slope)),
        ], 1e-6);
      });
    }),
    { ...SEEDED, numRuns: 40 },
  );
});

Deno.test("matmul with broadcast batches", () => {
  const random = generator(3);
  const x = randomTensor(random, [2, 1, 5, 1, 3]);
  const y = randomTensor(random, [3, 1, 4, 3]);
  const kernel = new LazyTensor(x).sqdist(new LazyTensor(y)).neg().exp();
  for (const batch of [[], [3], [2, 1], [2, 3], [1, 1]]) {
    const b = randomTensor(random, [...batch, 4, 2]);
    const product = kernel.matmul(b);
    assertEquals(product.shape, [2, 3, 5, 2]);
    const all = dense(
      (p, q, v) => v.map((w) => w * Math.exp(-sqdist(p, q))),
      [x, y, b.reshape([...batch, 1, 4, 2])],
    );
    assertAllClose(product.dataSync(), reducePairs(all, "Sum", "j")[0]);
  }
  const flat = kernel.matmul(randomTensor(random, [4]));
  assertEquals(flat.shape, [2, 3, 5]);
});

Deno.test("batches that do not broadcast are refused", () => {
  const random = generator(3);
  const x = new LazyTensor(randomTensor(random, [2, 5, 1, 3]));
  const y = new LazyTensor(randomTensor(random, [3, 1, 4, 3]));
  assertThrows(() => x.sub(y), ShapeError, "[2] and [3]");
  assertThrows(
    () => x.mul(Vj(randomTensor(random, [4, 3]))).add(y),
    ShapeError,
    "[2] and [3]",
  );
});
