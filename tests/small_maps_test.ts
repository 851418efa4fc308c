/**
 * Maps of few entries: one kernel computes all of them on a GPU, and gives
 * what kernels of their own would.
 *
 * @module
 */

import * as fc from "fast-check";
import { grad, type Tensor, tensor } from "../mod.ts";
import { cudaBackend, makeCudaBackend } from "../src/cuda/backend.ts";
import { cudaDevice } from "../src/cuda/context.ts";
import { smallMapOf, smallMapsSource } from "../src/cuda/small_maps.ts";
import type { DType } from "../src/dtypes.ts";
import { asBuffer } from "../src/launch/buffer.ts";
import type { Backend } from "../src/launch/launch.ts";
import { planOfMap } from "../src/engine/plan.ts";
import type { Formula } from "../src/formula/formula.ts";
import * as arithmetic from "../src/ops/arithmetic.ts";
import { constant, type Op } from "../src/ops/op.ts";
import { METHODS } from "../src/ops/registry.ts";
import { PRIMITIVES } from "../src/program/ir.ts";
import { referenceBackend } from "../src/reference/interpret.ts";
import { evaluateFormulas, slot } from "../src/tensor/map.ts";
import { broadcastShapes, sizeOf } from "../src/tensor/shape.ts";
import { assert, assertAllClose, assertEquals } from "./assert.ts";
import { ON_CUDA } from "./backends.ts";
import { calls, ON_EMULATOR } from "./emulator_hooks.ts";

const test = (name: string, fn: () => void) =>
  Deno.test({ name, ignore: !ON_CUDA, fn });

const ownMaps = makeCudaBackend("cuda with own maps", { ownMaps: true });

/** A scalar formula with the ranges of its operands. */
interface Scalar {
  readonly name: string;
  readonly formula: Formula;
  readonly ranges: readonly (readonly [number, number])[];
}

/** An op of scalars, if it takes them. */
function ofScalars(op: Op): Formula | undefined {
  const [found] = op.domain?.cases ?? [];
  const operands = Array.from({ length: op.inputs }, (_, k) => slot(k));
  try {
    const formula = op.build(operands, found?.params ?? []);
    return formula.dim === 1 && op.inputs > 0 ? formula : undefined;
  } catch {
    return undefined;
  }
}

/** Every op of scalars that the kernel of small maps computes. */
const SCALARS: readonly Scalar[] = [...METHODS].flatMap(([name, op]) => {
  const formula = ofScalars(op);
  if (formula === undefined) return [];
  const { ranges } = op.domain;
  const small = smallMapOf(planOfMap([formula], false, cudaBackend).program);
  return small === undefined ? [] : [{
    name,
    formula,
    ranges: Array.from(
      { length: op.inputs },
      (_, k) => ranges[k] ?? ranges.at(-1) ?? [-1, 1],
    ),
  }];
});

Deno.test("one kernel has all functions of floats, another the usual ones", () => {
  const [long, short] = [smallMapsSource("long"), smallMapsSource("short")];
  let numbers = 0;
  for (const [name, types] of Object.entries(PRIMITIVES)) {
    const known = long.includes(`  // ${name}\n`);
    assertEquals(known, !types.includes("int"), name);
    if (known) numbers++;
  }
  assertEquals(long.match(/case \d+:/g)?.length, numbers);
  assert(short.length < long.length && short.includes("expf(a)"));
  assert(!short.includes("sinf"));
});

Deno.test("arithmetic and its derivatives are small maps", () => {
  const known = new Set(SCALARS.map(({ name }) => name));
  for (const name of Object.keys(arithmetic)) assert(known.has(name), name);
  for (const name of ["tanh", "sin", "where", "lt"]) {
    assert(known.has(name), name);
  }
  const cubed = arithmetic.mul(arithmetic.exp(slot(0)), slot(1));
  assert(smallMapOf(planOfMap([cubed], true, cudaBackend).program));
  // What takes many steps has a kernel of its own.
  const { erf } = Object.fromEntries(METHODS) as Record<string, Op>;
  const long = planOfMap([erf.build([slot(0)], [])], false, cudaBackend);
  assertEquals(smallMapOf(long.program), undefined);
});

function entries(
  { ranges }: Scalar,
  shapes: readonly (readonly number[])[],
  dtypes: readonly DType[],
  seed: number,
) {
  let state = seed + 1;
  const random = () => (state = state * 48271 % 2147483647) / 2147483647;
  return shapes.map((shape, k) => {
    const [low, high] = ranges[k];
    const numbers = Array.from(
      { length: sizeOf(shape) },
      () => low + (high - low) * random(),
    );
    const data = dtypes[k] === "float64"
      ? Float64Array.from(numbers, Math.fround)
      : Float32Array.from(numbers);
    return { buffer: asBuffer(data), shape };
  });
}

const SHAPES = [[2, 3, 5], [3, 5], [5], [3, 1], [2, 1, 1], [1], []];

test("small maps give what their definition gives, however they broadcast", () => {
  const drawn = fc.record({
    scalar: fc.constantFrom(...SCALARS),
    shapes: fc.array(fc.constantFrom(...SHAPES), {
      minLength: 3,
      maxLength: 3,
    }),
    wide: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
    seed: fc.nat(1000),
  });
  fc.assert(
    fc.property(drawn, ({ scalar, shapes, wide, seed }) => {
      const own = shapes.slice(0, scalar.ranges.length);
      const dtypes = wide.map((w) => w ? "float64" : "float32");
      const operands = entries(scalar, own, dtypes, seed);
      const shape = broadcastShapes("test", own);
      const of = (backend: Backend) =>
        evaluateFormulas([scalar.formula], operands, shape, "float32", {
          backend,
          device: "cpu",
        })[0].host();
      assertAllClose(of(cudaBackend), of(referenceBackend), 4e-6, scalar.name);
    }),
    { numRuns: 300, seed: 5 },
  );
});

test("a hundred maps take two compilations, and give what others give", () => {
  const { multiprocessors } = cudaDevice(0);
  assert(multiprocessors > 0);
  const x = tensor([[1, -2, 0.5], [-0, 4, 3]], undefined, { device: "cuda" });
  const row = tensor([0.5, 2, -1], undefined, { device: "cuda" });
  const column = tensor([[3], [0.25]], undefined, { device: "cuda" });
  const compute = (x: Tensor, row: Tensor, column: Tensor): Tensor[] => [
    x.add(row).mul(column),
    x.sub(0.3).relu().add(x.sign()),
    x.div(column).square().neg(),
    x.abs().add(1e-3).log().exp().sqrt(),
    x.lt(row).where(x, column),
    x.pow(3).add(x.pow(-2)).mul(2),
    x.abs().powf(row),
    x.transpose().sin().add(x.transpose().tanh()),
    x.mul(Infinity).add(x.mul(NaN)),
    x.mul(1e30).mul(1e30).sub(row),
  ];
  const before = calls("cuModuleLoadData");
  const results = compute(x, row, column).map((t) => Array.from(t.dataSync()));
  const modules = calls("cuModuleLoadData") - before;
  if (ON_EMULATOR) assert(modules <= 2, `${modules} modules`);
  const expected = compute(x.to("cpu"), row.to("cpu"), column.to("cpu"));
  results.forEach((r, k) =>
    assertAllClose(r, expected[k].dataSync(), 2e-6, `number ${k}`)
  );
  const gradient = (...given: Tensor[]) => {
    const inputs = given.map((t) => t.detach().requiresGrad());
    const [a, b] = inputs;
    return grad(a.mul(b).exp().add(a.square().sqrt()).tanh().sum(), inputs);
  };
  const far = gradient(x, row);
  const near = gradient(x.to("cpu"), row.to("cpu"));
  far.forEach((g, k) =>
    assertAllClose(g.dataSync(), near[k].dataSync(), 4e-6, `gradient ${k}`)
  );
});

test("maps of many entries, or of other types, have kernels of their own", () => {
  const formula = arithmetic.add(slot(0), constant(1));
  const run = (length: number, dtype: "float32" | "float64", b: Backend) => {
    const Type = dtype === "float32" ? Float32Array : Float64Array;
    const data = new Type(length).fill(0.5);
    const operands = [{ buffer: asBuffer(data), shape: [length] }];
    const [result] = evaluateFormulas([formula], operands, [length], dtype, {
      backend: b,
      device: "cpu",
    });
    assertEquals(result.host().every((v) => v === 1.5), true);
  };
  const few = 1024 * cudaDevice(0).multiprocessors;
  run(few, "float32", cudaBackend);
  run(few + 1, "float32", cudaBackend);
  run(10, "float64", cudaBackend);
  run(10, "float32", ownMaps);
});
