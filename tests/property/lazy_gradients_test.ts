/**
 * First and second derivatives of every op and every reduction of LazyTensors,
 * through Tensors, on every backend: random sizes, batches that broadcast,
 * operands of i, of j, of neither.
 *
 * @module
 */

import * as fc from "fast-check";
import {
  availableBackends,
  type BackendName,
} from "../../src/engine/backends.ts";
import { remade, stateOfLazy } from "../../src/lazy/base.ts";
import { LazyTensor } from "../../src/lazy/lazy_tensor.ts";
import { applyOp } from "../../src/lazy/state.ts";
import { Pm, Vi, Vj } from "../../src/lazy/variables.ts";
import type { Reduction } from "../../src/reductions/reduction.ts";
import { REDUCTIONS } from "../../src/reductions/registry.ts";
import { tensor } from "../../src/tensor/create.ts";
import type { Tensor } from "../../src/tensor/tensor.ts";
import { assert } from "../assert.ts";
import { type OpCase, opCases, randomOperand } from "../op_data.ts";
import { checkDerivatives, generator, randomTensor } from "../tensors.ts";

/** Where the points of an operand are. */
type Place = "i" | "j" | "parameter";

/** Random sizes of everything. */
interface Draw {
  readonly seed: number;
  readonly m: number;
  readonly n: number;
  readonly axis: "i" | "j";
  readonly places: readonly Place[];
  readonly batches: readonly (readonly number[])[];
}

const OPERANDS = 4;

/** Leading dimensions that broadcast with each other. */
const BATCHES = [[], [], [1], [2], [2, 1], [1, 2], [2, 2]];

const draws: fc.Arbitrary<Draw> = fc.record({
  seed: fc.nat(1e6),
  m: fc.integer({ min: 1, max: 3 }),
  n: fc.integer({ min: 1, max: 4 }),
  axis: fc.constantFrom("i" as const, "j" as const),
  places: fc.array(
    fc.constantFrom<Place>("i", "j", "i", "j", "parameter"),
    { minLength: OPERANDS, maxLength: OPERANDS },
  ),
  batches: fc.array(fc.constantFrom(...BATCHES), {
    minLength: OPERANDS,
    maxLength: OPERANDS,
  }),
});

/** The shape of operand k as a LazyTensor takes it. */
function shapeOf({ m, n, places, batches }: Draw, k: number, dim: number) {
  const points = { i: [m, 1], j: [1, n], parameter: [1, 1] }[places[k]];
  return [...batches[k], ...points, dim];
}

const BACKENDS: readonly BackendName[] = availableBackends();
/** Derivatives are formulas as others are: any backend may compute them. */
const BACKEND: fc.Arbitrary<BackendName> = fc.constantFrom(...BACKENDS);

/** An op under a sum, with weights of pairs: no symmetry hides an error. */
function checkOp(c: OpCase, draw: Draw, backend: BackendName): void {
  const random = generator(draw.seed);
  const operands = c.dims.map((dim, k) => {
    const shape = shapeOf(draw, k, dim);
    const count = shape.slice(0, -1).reduce((p, d) => p * d, 1);
    const rows = randomOperand(c, k, count, draw.seed);
    return tensor(new Float64Array(rows.flat()), shape);
  });
  const left = randomTensor(random, [draw.m, 1, 1]);
  const right = randomTensor(random, [1, draw.n, 1]);
  const f = (...inputs: Tensor[]): Tensor => {
    const states = inputs.map((t) => stateOfLazy(new LazyTensor(t)));
    const state = applyOp(c.op, states, c.params);
    return remade(new LazyTensor(0), state)
      .mul(new LazyTensor(left).add(new LazyTensor(right)))
      .sum(draw.axis, { backend });
  };
  const title = `${c.title} on ${backend}, ${JSON.stringify(draw)}`;
  checkDerivatives(f, operands, random, title, 1e-5);
}

/** The cases of each op, by its name. */
const CASES = Map.groupBy(opCases((op) => op.inputs > 0), (c) => c.op.name);

Deno.test("ops of LazyTensors have their derivatives", () => {
  assert(CASES.size > 90, `${CASES.size}`);
  for (const cases of CASES.values()) {
    assert(cases[0].op.inputs <= OPERANDS);
    fc.assert(
      fc.property(fc.constantFrom(...cases), draws, BACKEND, checkOp),
      { seed: 5, numRuns: 5, endOnFailure: true },
    );
  }
});

/** A reduction of random formulas, with a random weight where it takes one. */
function checkReduction(
  reduction: Reduction,
  draw: Draw,
  backend: BackendName,
): void {
  const random = generator(draw.seed);
  const scalar = /LogSumExp|Soft/.test(reduction.name);
  const weighted = reduction.inputs[1] > 1;
  const shape = (k: number, dim: number) => shapeOf(draw, k, dim);
  const operands = [
    randomTensor(random, [...draw.batches[0], draw.m, 1, 2]),
    randomTensor(random, [...draw.batches[1], 1, draw.n, 2]),
    randomTensor(random, shape(2, scalar ? 1 : 2), [0.5, 1.5]),
    ...(weighted ? [randomTensor(random, shape(3, 2), [0.5, 1.5])] : []),
  ];
  const f = (x: Tensor, y: Tensor, p: Tensor, w?: Tensor): Tensor => {
    const [a, b, c] = [x, y, p].map((t) => new LazyTensor(t));
    const formula = scalar ? a.sub(b).sqnorm2().mul(c) : a.mul(b).add(c).sin();
    const weight = w && new LazyTensor(w).mul(b.cos());
    // Beyond all points there are infinities, of which differences are none.
    const points = draw.axis === "i" ? draw.m : draw.n;
    const k = reduction.needsK ? Math.min(2, points) : undefined;
    const options = { backend, weight, k };
    const result = formula.reduce(reduction, draw.axis, options);
    return Array.isArray(result) ? result[0] : result;
  };
  const title = `${reduction.name} on ${backend}, ${JSON.stringify(draw)}`;
  checkDerivatives(
    f as (...inputs: Tensor[]) => Tensor,
    operands,
    random,
    title,
    1e-5,
  );
}

const DIFFERENTIABLE = [...new Set(REDUCTIONS.values())]
  .filter((r) => r.vjp !== undefined || r.selects !== undefined)
  .filter((r) => !r.name.startsWith("Arg"));

Deno.test("reductions have their derivatives", () => {
  assert(DIFFERENTIABLE.length >= 13);
  for (const reduction of DIFFERENTIABLE) {
    fc.assert(
      fc.property(
        draws,
        BACKEND,
        (draw, backend) => checkReduction(reduction, draw, backend),
      ),
      { seed: 6, numRuns: 24, endOnFailure: true },
    );
  }
});

type Computation = (backend: BackendName, ...inputs: Tensor[]) => Tensor;

const kernel = (x: Tensor, y: Tensor) => Vi(x).sqdist(Vj(y)).neg().exp();

/** What a LazyTensor becomes other than by a reduction. */
const OTHERS: Readonly<Record<string, Computation>> = {
  matmul: (backend, x, y, b) => kernel(x, y).matmul(b, { backend }),
  "matmul with a parameter": (backend, x, y, b, g) =>
    Vi(x).sqdist(Vj(y)).mul(Pm(g).square()).neg().exp().matmul(b, { backend }),
  transpose: (backend, x, y, b) =>
    kernel(y, x).mul(Vi(b).sum()).t().sum("j", { backend }),
  dense: (backend, x, y) => kernel(x, y).mul(Vi(x)).dense({ backend }),
  diagonal: (backend, x) =>
    Vi(x).sqdist(Vj(x.square())).mul(Vj(x)).diag({ backend }),
  "rows and columns": (backend, x, y) =>
    kernel(x, y).mul(Vj(y)).rows([x.shape[0] - 1, 0]).cols([0, 0])
      .sum("j", { backend }),
  "linear systems": (backend, x, _, _b, g) =>
    Vi(x).sqdist(Vj(x)).mul(Pm(g).square()).neg().exp()
      .solve(x.sin(), { alpha: 0.5, eps: 1e-13, backend }),
  blocks: (backend, x, y, b) =>
    LazyTensor.block([[kernel(x, x), kernel(x, y)]])
      .mul(Vj(x.concat([b]))).sum("j", { backend }),
  "symbolic gradients": (backend, x, y, b) => {
    const v = Vi(x);
    return v.sqdist(Vj(y)).neg().exp().grad(v, Vj(b).sum())
      .sum("i", { backend });
  },
  "the same points twice": (backend, x) =>
    Vi(x).dot(Vj(x)).add(Vi(x).sqdist(Vj(x))).sin().sum("i", { backend }),
};

Deno.test("products, dense values, systems have theirs", () => {
  for (const [name, compute] of Object.entries(OTHERS)) {
    fc.assert(
      fc.property(
        fc.nat(1e6),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 3 }),
        BACKEND,
        (seed, m, n, d, backend) => {
          const random = generator(seed);
          checkDerivatives(
            (...inputs) => compute(backend, ...inputs),
            [[m, d], [n, d], [n, d], [1]].map((s) => randomTensor(random, s)),
            random,
            `${name} on ${backend}, seed ${seed}, ${m}, ${n}, ${d}`,
            1e-5,
          );
        },
      ),
      { seed: 7, numRuns: 15, endOnFailure: true },
    );
  }
});

Deno.test("generated and interpreted programs are among the backends", () => {
  assert(BACKENDS.includes("js") && BACKENDS.includes("reference"));
});
