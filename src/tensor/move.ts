/**
 * Moving entries about: views, transposes, parts, joins. Nothing is computed,
 * so every dtype keeps its bits.
 *
 * @module
 */

import type { Vjp } from "../autodiff/graph.ts";
import type { Buffer } from "../launch/buffer.ts";
import { assembled } from "../engine/moves.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import {
  makeTensor,
  memoryOf,
  record,
  reshaped,
  type TensorBase,
} from "./base.ts";
import { asTensor, derived, mixed, type Operand } from "./operands.ts";
import {
  broadcastStrides,
  checkAxis,
  sameShape,
  type Shape,
  shapeText,
  sizeOf,
  stridesOf,
} from "./shape.ts";
import type { Tensor } from "./tensor.ts";

/** The entries of `shape`, read through strides. */
function collected(
  x: TensorBase,
  shape: Shape,
  strides: readonly number[],
  offset = 0,
): Buffer {
  const target = { strides: stridesOf(shape), offset: 0 };
  const from = memoryOf(x).buffer;
  const part = { shape, from, source: { strides, offset }, target };
  return assembled([part], x.dtype, sizeOf(shape));
}

/** The same entries in another shape; one size may be -1. */
export function reshape(x: TensorBase, shape: readonly number[]): Tensor {
  const wanted = inferred(x, shape);
  const before = x.shape;
  const result = reshaped(x, wanted);
  record([result], [x], "reshape", ([g]) => [g && reshape(g, before)]);
  return result;
}

/** A shape with -1 replaced by what is left. */
function inferred(x: TensorBase, shape: readonly number[]): number[] {
  const unknown = shape.indexOf(-1);
  const known = sizeOf(shape.filter((_, k) => k !== unknown));
  const size = unknown < 0 || known === 0 ? -1 : x.size / known;
  const wanted = shape.map((d, k) => k === unknown ? size : d);
  const valid = wanted.every((d) => Number.isInteger(d) && d >= 0);
  if (valid && sizeOf(wanted) === x.size) return wanted;
  throw new ShapeError(
    `Cannot reshape a tensor of shape ${shapeText(x.shape)} to ${
      shapeText(shape)
    }: ${x.size} entries are wanted`,
  );
}

/** The axes in another order. */
export function transpose(
  x: TensorBase,
  axes: readonly number[] = x.shape.map((_, k) => k).reverse(),
): Tensor {
  const { shape: before, ndim } = x;
  const order = axes.map((a) => checkAxis(a, ndim));
  if (order.length !== ndim || new Set(order).size !== ndim) {
    throw new ArgumentError(
      `Cannot transpose a tensor of shape ${shapeText(before)} by the axes ${
        shapeText(axes)
      }: each of its axes is wanted once`,
    );
  }
  const back = order.map((_, k) => order.indexOf(k));
  const shape = order.map((a) => before[a]);
  const strides = stridesOf(before);
  const data = collected(x, shape, order.map((a) => strides[a]));
  return derived("transpose", x, data, shape, (g) => transpose(g, back));
}

/** The entries repeated along new axes and axes of size 1. */
export function broadcastTo(x: TensorBase, shape: readonly number[]): Tensor {
  const lead = shape.length - x.ndim;
  if (lead < 0 || !x.shape.every((d, k) => d === 1 || d === shape[lead + k])) {
    throw new ShapeError(
      `Cannot broadcast a tensor of shape ${shapeText(x.shape)} to ${
        shapeText(shape)
      }: sizes must be equal, or 1`,
    );
  }
  const before = x.shape;
  if (sameShape(before, shape)) return x as Tensor;
  const data = collected(x, shape, broadcastStrides(before, shape));
  return derived("broadcastTo", x, data, [...shape], (g) => {
    const axes = shape.map((_, k) => k)
      .filter((k) => k < lead || before[k - lead] === 1 && shape[k] !== 1);
    return reshape(g.sum(axes), before);
  });
}

/** A box of entries, from `starts` to before `ends`. */
export function slice(
  x: TensorBase,
  starts: readonly number[],
  ends: readonly (number | undefined)[] = [],
): Tensor {
  if (Math.max(starts.length, ends.length) > x.ndim) {
    throw new ArgumentError(
      `Cannot slice a tensor of shape ${shapeText(x.shape)} from ${
        shapeText(starts)
      }: it has ${x.ndim} axes`,
    );
  }
  const from = x.shape.map((d, k) => bound(x, k, starts[k] ?? 0, d));
  const to = x.shape.map((d, k) => bound(x, k, ends[k] ?? d, d));
  const shape = from.map((f, k) => Math.max(0, to[k] - f));
  return box(x, from, shape);
}

function bound(x: TensorBase, axis: number, at: number, size: number): number {
  const position = at < 0 ? at + size : at;
  if (Number.isInteger(at) && position >= 0 && position <= size) {
    return position;
  }
  throw new ArgumentError(
    `Cannot slice a tensor of shape ${
      shapeText(x.shape)
    } at ${at} of axis ${axis}: ${-size} to ${size} is wanted`,
  );
}

/** The entries at one position of an axis, which goes away. */
export function select(x: TensorBase, index: number, axis: number): Tensor {
  const along = checkAxis(axis, x.ndim);
  const size = x.shape[along];
  if (!(Number.isInteger(index) && index >= -size && index < size)) {
    throw new ArgumentError(
      `Cannot select entry ${index} along axis ${along} of a tensor of shape ${
        shapeText(x.shape)
      }: ${size === 0 ? "it has none" : `${-size} to ${size - 1} is wanted`}`,
    );
  }
  const from = x.shape.map((_, k) => k === along ? (index + size) % size : 0);
  const part = box(x, from, x.shape.with(along, 1));
  return reshape(part, x.shape.toSpliced(along, 1));
}

/** The entries of `shape` that begin at `from`. */
function box(x: TensorBase, from: readonly number[], shape: Shape): Tensor {
  const before = x.shape;
  if (sameShape(before, shape)) return reshape(x, shape);
  const strides = stridesOf(before);
  const data = collected(x, shape, strides, dot(from, strides));
  return derived("slice", x, data, shape, (g) => pad(g, from, before));
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, x, k) => sum + x * b[k], 0);
}

/** Zeros of `shape` with the entries of `x` from `at` on. */
function pad(x: TensorBase, at: readonly number[], shape: Shape): Tensor {
  const before = x.shape;
  const strides = stridesOf(shape);
  const source = { strides: stridesOf(before), offset: 0 };
  const target = { strides, offset: dot(at, strides) };
  const part = { shape: before, from: memoryOf(x).buffer, source, target };
  const data = assembled([part], x.dtype, sizeOf(shape));
  return derived("pad", x, data, shape, (g) => box(g, at, before));
}

/** Tensors one after the other along an axis. */
export function concat(
  tensors: readonly Operand[],
  axis = 0,
): Tensor {
  if (tensors.length === 0) {
    throw new ArgumentError(
      "Cannot concatenate no tensors: at least one is wanted",
    );
  }
  const parts = inOneDType("concat", tensors);
  const along = checkAxis(axis, parts[0].ndim);
  const rest = (s: Shape) => s.with(along, 0);
  for (const { shape } of parts) {
    const fits = shape.length === parts[0].ndim &&
      sameShape(rest(shape), rest(parts[0].shape));
    if (fits) continue;
    throw new ShapeError(
      `Cannot concatenate shapes ${
        parts.map((p) => shapeText(p.shape)).join(" and ")
      } along axis ${along}: all other sizes must be equal`,
    );
  }
  return joined(parts, along);
}

function inOneDType(
  name: string,
  tensors: readonly Operand[],
): readonly TensorBase[] {
  const own = tensors.map((t) => asTensor(t));
  for (const t of own) {
    if (t.dtype !== own[0].dtype) throw mixed(name, own[0].dtype, t.dtype);
  }
  return own;
}

function joined(parts: readonly TensorBase[], axis: number): Tensor {
  const sizes = parts.map((p) => p.shape[axis]);
  const begins = sizes.map((_, k) =>
    sizes.slice(0, k).reduce((sum, d) => sum + d, 0)
  );
  const [{ dtype, shape: first }] = parts;
  const shape = first.with(axis, sizes.reduce((sum, d) => sum + d, 0));
  const strides = stridesOf(shape);
  const placed = parts.map((p, k) => ({
    shape: p.shape,
    from: memoryOf(p).buffer,
    source: { strides: stridesOf(p.shape), offset: 0 },
    target: { strides, offset: begins[k] * strides[axis] },
  }));
  const data = assembled(placed, dtype, sizeOf(shape));
  const result = makeTensor(data, shape);
  const shapes = parts.map((p) => p.shape);
  record([result], parts, "concat", taker(shapes, begins, axis));
  return result;
}

/** The rule of a join: each part takes its own. */
function taker(
  shapes: readonly Shape[],
  begins: readonly number[],
  axis: number,
): Vjp {
  return ([g], needed) =>
    shapes.map((s, k) => {
      if (!needed[k] || g === undefined) return undefined;
      return box(g, s.map((_, d) => d === axis ? begins[k] : 0), s);
    });
}

/** Tensors of one shape, one after the other along a new axis. */
export function stack(tensors: readonly Operand[], axis = 0): Tensor {
  const parts = tensors.map((t) => asTensor(t));
  const at = checkAxis(axis, (parts[0]?.ndim ?? 0) + 1);
  return concat(parts.map((p) => expandDims(p, at)), at);
}

/** A new axis of size 1. */
export function expandDims(x: TensorBase, axis: number): Tensor {
  const at = checkAxis(axis, x.ndim + 1);
  return reshape(x, x.shape.toSpliced(at, 0, 1));
}
