/**
 * Reductions over axes, by the reductions of the library.
 *
 * @module
 */

import { allocateArray } from "../dtypes.ts";
import { asBuffer, type Buffer } from "../launch/buffer.ts";
import { evaluateReductions } from "../engine/evaluate.ts";
import { placeFor } from "../engine/place.ts";
import { Category } from "../formula/formula.ts";
import { variable } from "../ops/core.ts";
import { logSumExpReduction } from "../reductions/exponential.ts";
import type { Reduction } from "../reductions/reduction.ts";
import { reductionSetup } from "../reductions/registry.ts";
import {
  meanReduction,
  productReduction,
  sumReduction,
} from "../reductions/sum.ts";
import {
  isTracked,
  makeTensor,
  memoryOf,
  record,
  type TensorBase,
} from "./base.ts";
import { broadcastTo, reshape, slice, transpose } from "./move.ts";
import { promote } from "./operands.ts";
import { checkAxes, sameShape, type Shape, sizeOf } from "./shape.ts";
import type { Tensor } from "./tensor.ts";

/** How a reduction over axes is done. */
export interface ReduceOptions {
  /** Whether reduced axes stay, with size 1. */
  readonly keepDims?: boolean | undefined;
}

/** One axis, several, or all of them where none is given. */
export type Axes = number | readonly number[] | undefined;

/** What a reduction goes over: `[outer, count, inner]`, row-major. */
export interface Extent {
  readonly x: TensorBase;
  readonly outer: number;
  readonly count: number;
  readonly inner: number;
  /** The result, with reduced axes of size 1. */
  readonly kept: Shape;
  /** The result without them. */
  readonly dropped: Shape;
}

/** The reduced axes side by side: moved to the end where they are not. */
export function extentOf(name: string, given: TensorBase, axis: Axes): Extent {
  const { tensors: [x] } = promote(name, [given]);
  const axes = checkAxes(axis, x.ndim);
  const reduced = new Set(axes);
  const others = x.shape.map((_, k) => k).filter((k) => !reduced.has(k));
  const kept = x.shape.map((d, k) => reduced.has(k) ? 1 : d);
  const dropped = others.map((k) => x.shape[k]);
  const count = sizeOf(axes.map((k) => x.shape[k]));
  const wide = axes.filter((k) => x.shape[k] !== 1);
  const [first, last] = [wide[0] ?? 0, wide.at(-1) ?? -1];
  const between = others.some((k) => first < k && k < last && x.shape[k] !== 1);
  if (between) {
    const moved = transpose(x, [...others, ...axes]);
    return { x: moved, outer: sizeOf(dropped), count, inner: 1, kept, dropped };
  }
  const outer = sizeOf(x.shape.slice(0, first));
  const inner = sizeOf(x.shape.slice(last + 1));
  return { x, outer, count, inner, kept, dropped };
}

/** Up to this many entries beside each other are reduced as one vector. */
const VECTOR = 16;

/** The results of `[outer, count, inner]`, reduced over the middle. */
export function reduced(
  reduction: Reduction,
  { x, outer, count, inner }: Extent,
): Buffer {
  const vector = inner <= VECTOR;
  const dim = vector ? Math.max(1, inner) : 1;
  const rows = vector ? outer : inner;
  const setup = reductionSetup(reduction, [dim]);
  if (outer * inner === 0) {
    const [{ type }] = reduction.outputs(setup);
    return asBuffer(
      allocateArray(type === "int" ? "int32" : x.dtype, 0),
    );
  }
  const { backend, device } = placeFor([memoryOf(x).buffer]);
  const [{ buffer }] = evaluateReductions(
    [{ reduction, formulas: [variable(0, dim, Category.PAIR)], setup }],
    "j",
    () => ({
      data: memoryOf(x).buffer,
      offset: 0,
      batch: vector ? [] : [count * inner],
      row: vector ? count * inner : 1,
      column: inner,
      component: 1,
    }),
    { batch: vector ? [] : [outer], m: rows, n: count, device },
    x.dtype,
    backend,
  );
  return buffer;
}

/** The shape that was asked for. */
export function shapeOf(extent: Extent, { keepDims }: ReduceOptions): Shape {
  return keepDims ? extent.kept : extent.dropped;
}

/** A reduction of a tensor, not recorded. */
export function computed(
  reduction: Reduction,
  extent: Extent,
  options: ReduceOptions,
): Tensor {
  return makeTensor(reduced(reduction, extent), shapeOf(extent, options));
}

/** A result, or its gradient, repeated over what was reduced. */
function spread(g: Tensor, kept: Shape, shape: Shape): Tensor {
  return broadcastTo(sameShape(g.shape, kept) ? g : reshape(g, kept), shape);
}

/** The sum over axes. */
export function sum(
  given: TensorBase,
  axis?: Axes,
  options: ReduceOptions = {},
): Tensor {
  const [x] = promote("sum", [given]).tensors;
  const extent = extentOf("sum", x, axis);
  const result = computed(sumReduction, extent, options);
  // Rules hold shapes, not tensors that they do not need.
  const [{ shape }, { kept }] = [x, extent];
  record([result], [x], "sum", ([g]) => [g && spread(g, kept, shape)]);
  return result;
}

/** The mean over axes; not a number of nothing. */
export function mean(
  given: TensorBase,
  axis?: Axes,
  options: ReduceOptions = {},
): Tensor {
  const [x] = promote("mean", [given]).tensors;
  const extent = extentOf("mean", x, axis);
  const result = computed(meanReduction, extent, options);
  const [{ shape }, { kept, count }] = [x, extent];
  record(
    [result],
    [x],
    "mean",
    ([g]) => [g && spread(g.div(count), kept, shape)],
  );
  return result;
}

/** The product over axes; 1 of nothing. */
export function prod(
  given: TensorBase,
  axis?: Axes,
  options: ReduceOptions = {},
): Tensor {
  const [x] = promote("prod", [given]).tensors;
  const extent = extentOf("prod", x, axis);
  if (!isTracked([x]) || extent.count === 0) {
    return computed(productReduction, extent, options);
  }
  // Products of halves have derivatives where entries are 0, too.
  const axes = checkAxes(axis, x.ndim);
  const others = x.shape.map((_, k) => k).filter((k) => !axes.includes(k));
  const moved = transpose(x, [...axes, ...others]);
  let rest = reshape(moved, [extent.count, ...extent.dropped]);
  while (rest.shape[0] > 1) {
    const [size] = rest.shape;
    const half = size >> 1;
    const odd = slice(rest, [2 * half]);
    const pairs = slice(rest, [0], [half]).mul(slice(rest, [half], [2 * half]));
    rest = odd.shape[0] === 0 ? pairs : pairs.concat([odd]);
  }
  return reshape(rest, shapeOf(extent, options));
}

/** The logarithm of the sum of exponentials over axes. */
export function logsumexp(
  given: TensorBase,
  axis?: Axes,
  options: ReduceOptions = {},
): Tensor {
  const [x] = promote("logsumexp", [given]).tensors;
  const extent = extentOf("logsumexp", x, axis);
  const result = computed(logSumExpReduction, extent, options);
  const { kept } = extent;
  record(
    [result],
    [x],
    "logsumexp",
    ([g], _, [input, output]) => {
      // Nothing depends on the entries of rows that are -inf throughout.
      const shift = output.eq(-Infinity).where(0, output);
      const part = input.sub(reshape(shift, kept)).exp();
      return [g && part.mul(reshape(g, kept))];
    },
    [x, result],
  );
  return result;
}

/** The sum over what was broadcast: the adjoint of broadcasting. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const lead = x.ndim - shape.length;
  const axes = x.shape.map((_, k) => k)
    .filter((k) => k < lead || shape[k - lead] === 1 && x.shape[k] !== 1);
  return reshape(sum(x, axes, { keepDims: true }), shape);
}
