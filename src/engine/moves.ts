/**
 * Moves of entries, on the device where they are. Nothing is computed, so
 * every dtype keeps its bits.
 *
 * @module
 */

import {
  type Around,
  convertOn,
  type CopyAxis,
  copyInto,
  gatherOn,
  pickOn,
  scatterOn,
  unpickOn,
  zerosOn,
} from "../cuda/moves.ts";
import { cudaDevice } from "../cuda/context.ts";
import { onDevice } from "../cuda/copies.ts";
import { DeviceBuffer, making, ordinalOf } from "../cuda/device_buffer.ts";
import {
  allocateArray,
  arrayOf,
  bytesOfEntry,
  type DType,
  dtypeOfArray,
  type TypedArray,
} from "../dtypes.ts";
import { type Buffer, HostBuffer } from "../launch/buffer.ts";
import type { Device } from "../launch/device.ts";
import { deviceOf } from "./place.ts";

export type { Around } from "../cuda/moves.ts";

/** Where the entries of an array lie. */
export interface Layout {
  /** From one entry to the next, along each axis. */
  readonly strides: readonly number[];
  /** The first entry. */
  readonly offset: number;
}

/** A part of an array that is put together. */
export interface Part {
  /** Sizes along each axis. */
  readonly shape: readonly number[];
  /** The entries. */
  readonly from: Buffer;
  /** Where they are. */
  readonly source: Layout;
  /** Where they go. */
  readonly target: Layout;
}

/** An array of zeros with parts copied into it. */
export function assembled(
  parts: readonly Part[],
  dtype: DType,
  length: number,
): Buffer {
  const device = gpuOf(parts.map((p) => p.from));
  if (device === undefined) {
    const data = allocateArray(dtype, length);
    for (const part of parts) copy(part, part.from.host(), data);
    return ownedAs(data, parts.map((p) => p.from));
  }
  const copied = parts.reduce((n, p) => n + sizeOf(p.shape), 0);
  return making(device, () => {
    const result = copied === length
      ? new DeviceBuffer(device, dtype, length)
      : zerosOn(device, dtype, length);
    for (const { shape, from, source, target } of parts) {
      const own = onDevice(device, from, "temporary").hold();
      const axes = axesOf(shape, source, target).reverse();
      const begin = { source: source.offset, target: target.offset };
      if (sizeOf(shape) > 0) copyInto(own, result, axes, begin);
      own.release();
    }
    return result;
  });
}

/**
 * One entry, so many times, on a device: it goes there alone.
 *
 * @param entry an array of one entry
 */
export function repeated(
  entry: TypedArray,
  length: number,
  place: Device,
): Buffer {
  const ordinal = ordinalOf(place);
  if (ordinal === undefined) {
    const data = allocateArray(dtypeOfArray(entry), length);
    if (!Object.is(entry[0], 0)) data.fill(entry[0]);
    return new HostBuffer(data);
  }
  const device = cudaDevice(ordinal);
  const dtype = dtypeOfArray(entry);
  return making(device, () => {
    if (Object.is(entry[0], 0)) return zerosOn(device, dtype, length);
    const all = new DeviceBuffer(device, dtype, length);
    const one = DeviceBuffer.from(device, entry, "temporary").hold();
    const begin = { source: 0, target: 0 };
    if (length > 0) copyInto(one, all, [[length, 0, 1]], begin);
    one.release();
    return all;
  });
}

/** What the host computed of some entries: it belongs where they do. */
function ownedAs(data: TypedArray, inputs: readonly Buffer[]): Buffer {
  return new HostBuffer(data, inputs.every((b) => b.loose));
}

/** The GPU that entries are on. */
function gpuOf(buffers: readonly Buffer[]) {
  if (deviceOf(buffers) === undefined) return undefined;
  for (const buffer of buffers) {
    const value = buffer.device === "cpu" ? buffer : buffer.value();
    if (value instanceof DeviceBuffer) return value.on;
  }
  return undefined;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((n, d) => n * d, 1);
}

/** Axes from the last to the first, as few as there can be. */
function axesOf(
  shape: readonly number[],
  source: Layout,
  target: Layout,
): CopyAxis[] {
  const axes: [number, number, number][] = [];
  for (let d = shape.length - 1; d >= 0; d--) {
    if (shape[d] === 1) continue;
    const [s, t] = [source.strides[d], target.strides[d]];
    const inner = axes.at(-1);
    if (inner && s === inner[1] * inner[0] && t === inner[2] * inner[0]) {
      inner[0] *= shape[d];
    } else {
      axes.push([shape[d], s, t]);
    }
  }
  return axes;
}

/** Copies an array of some shape from one layout to another. */
function copy(
  { shape, source, target }: Part,
  from: TypedArray,
  to: TypedArray,
): void {
  if (sizeOf(shape) === 0) return;
  const axes = axesOf(shape, source, target);
  const walk = (axis: number, s: number, t: number): void => {
    const [size, ds, dt] = axes[axis] ?? [1, 1, 1];
    if (axis > 0) {
      for (let k = 0; k < size; k++) walk(axis - 1, s + k * ds, t + k * dt);
    } else if (ds === 1 && dt === 1) {
      to.set(from.subarray(s, s + size), t);
    } else {
      for (let k = 0; k < size; k++) to[t + k * dt] = from[s + k * ds];
    }
  };
  walk(Math.max(0, axes.length - 1), source.offset, target.offset);
}

/** The entries at some indices of an axis; the indices are in range. */
export function gathered(
  from: Buffer,
  at: Int32Array,
  around: Around,
): Buffer {
  const device = gpuOf([from]);
  if (device !== undefined) {
    return making(device, () => gatherOn(onDevice(device, from), at, around));
  }
  const { outer, size, inner } = around;
  const source = from.host();
  const data = allocateArray(from.dtype, outer * at.length * inner);
  for (let o = 0, to = 0; o < outer; o++) {
    for (let k = 0; k < at.length; k++, to += inner) {
      const first = (o * size + at[k]) * inner;
      if (inner === 1) data[to] = source[first];
      else data.set(source.subarray(first, first + inner), to);
    }
  }
  return ownedAs(data, [from]);
}

/** Zeros with entries added at some indices of an axis. */
export function scattered(
  from: Buffer,
  at: Int32Array,
  around: Around,
): Buffer {
  const device = gpuOf([from]);
  // What has 16 bits would be rounded twice there.
  if (device !== undefined && bytesOfEntry(from.dtype) > 2) {
    return making(device, () => scatterOn(onDevice(device, from), at, around));
  }
  const { outer, size, inner } = around;
  const source = from.host();
  // Sums are rounded once.
  const sums = new Float64Array(outer * size * inner);
  for (let o = 0, first = 0; o < outer; o++) {
    for (let k = 0; k < at.length; k++) {
      const to = (o * size + at[k]) * inner;
      for (let c = 0; c < inner; c++) sums[to + c] += source[first++];
    }
  }
  return backTo(from, arrayOf(from.dtype, sums));
}

/** What the host computed, where its input was. */
function backTo(input: Buffer, data: TypedArray): Buffer {
  const device = gpuOf([input]);
  if (device === undefined) return ownedAs(data, [input]);
  return making(device, () => DeviceBuffer.from(device, data));
}

/** The entries `[outer, inner]` at some indices of `[outer, size, inner]`. */
export function picked(from: Buffer, at: Buffer, around: Around): Buffer {
  const device = gpuOf([from, at]);
  if (device !== undefined) {
    return making(
      device,
      () => pickOn(onDevice(device, from), onDevice(device, at), around),
    );
  }
  const [entries, index] = [from.host(), at.host()];
  const taken = allocateArray(from.dtype, index.length);
  index.forEach((i, k) => {
    if (i >= 0) taken[k] = entries[placeOf(k, i, around)];
  });
  return ownedAs(taken, [from]);
}

/** Zeros with entries at the indices that they were picked from. */
export function unpicked(from: Buffer, at: Buffer, around: Around): Buffer {
  const device = gpuOf([from, at]);
  if (device !== undefined) {
    return making(
      device,
      () => unpickOn(onDevice(device, from), onDevice(device, at), around),
    );
  }
  const { outer, size, inner } = around;
  const [source, index] = [from.host(), at.host()];
  const data = allocateArray(from.dtype, outer * size * inner);
  index.forEach((i, k) => {
    // There is no entry where all are NaN, or none are there.
    if (i >= 0) data[placeOf(k, i, around)] = source[k];
  });
  return ownedAs(data, [from]);
}

/** The position of entry `at` of row `k` in `[outer, size, inner]`. */
function placeOf(k: number, at: number, { size, inner }: Around): number {
  const c = k % inner;
  return ((k - c) * size) + at * inner + c;
}

/** Entries of another type, converted by the host where it has to. */
export function converted(
  from: Buffer,
  dtype: DType,
  onHost: (data: TypedArray) => TypedArray,
): Buffer {
  const device = gpuOf([from]);
  if (device === undefined) {
    return ownedAs(onHost(from.host()), [from]);
  }
  return making(device, () =>
    convertOn(onDevice(device, from), dtype) ??
      DeviceBuffer.from(device, onHost(from.host())));
}
