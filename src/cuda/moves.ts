/**
 * Moves of entries within the memory of a GPU.
 *
 * @module
 */

import {
  conversionNumber,
  MOST_AXES,
  MOVE_THREADS,
  movesSource,
  summedNumber,
} from "../../kernels/moves.ts";
import { bytesOfEntry, type DType } from "../dtypes.ts";
import { InternalError } from "../errors.ts";
import { checkPlaces } from "../launch/limits.ts";
import { wordsOf } from "./arguments.ts";
import type { CudaDevice } from "./context.ts";
import { DeviceBuffer } from "./device_buffer.ts";
import { MOST_NARROW } from "./indices.ts";
import { Usage } from "./usage.ts";

/** One axis of a copy: its size, and strides to read and to write. */
export type CopyAxis = readonly [size: number, source: number, target: number];

/** Where a copy begins, in entries. */
export interface CopyBegin {
  /** The first entry that is read. */
  readonly source: number;
  /** The first entry that is written. */
  readonly target: number;
}

/** A part of some results, which are made by the caller. */
export function copyInto(
  from: DeviceBuffer,
  to: DeviceBuffer,
  axes: readonly CopyAxis[],
  begin: CopyBegin,
): void {
  const count = axes.reduce((n, [size]) => n * size, 1);
  if (count === 0) return;
  if (axes.length > MOST_AXES) {
    const [[size, source, target], ...inner] = axes;
    for (let k = 0; k < size; k++) {
      copyInto(from, to, inner, {
        source: begin.source + k * source,
        target: begin.target + k * target,
      });
    }
    return;
  }
  const bytes = bytesOfEntry(from.dtype);
  const filled = (of: 0 | 1 | 2) =>
    Array.from({ length: MOST_AXES }, (_, k) => axes[k]?.[of] ?? 1);
  run("copy", [from], to, count, [
    from.address + BigInt(begin.source * bytes),
    to.address + BigInt(begin.target * bytes),
    bytes,
    count,
    axes.length,
    ...filled(0),
    ...filled(1),
    ...filled(2),
  ]);
}

/** Zeros. */
export function zerosOn(
  device: CudaDevice,
  dtype: DType,
  length: number,
): DeviceBuffer {
  const result = new DeviceBuffer(device, dtype, length);
  const { byteLength, address } = result;
  if (length > 0) {
    device.guarded(() => device.cuda.clear(address, byteLength, device.stream));
  }
  return result;
}

/** What lies around an axis: `[outer, size, inner]`. */
export interface Around {
  /** The product of the sizes before. */
  readonly outer: number;
  /** The size of the axis. */
  readonly size: number;
  /** The product of the sizes after. */
  readonly inner: number;
}

/** The entries at some indices, all of them in range. */
export function gatherOn(
  from: DeviceBuffer,
  at: Int32Array,
  { outer, size, inner }: Around,
): DeviceBuffer {
  const count = outer * at.length * inner;
  const result = new DeviceBuffer(from.on, from.dtype, count);
  const indices = DeviceBuffer.from(from.on, at, "temporary");
  run("gather", [from, indices], result, count, [
    from.address,
    result.address,
    bytesOfEntry(from.dtype),
    indices.address,
    count,
    at.length,
    size,
    inner,
  ]);
  return result;
}

/** Sums of the entries that go to the same index; not of 16 bits. */
export function scatterOn(
  from: DeviceBuffer,
  at: Int32Array,
  { outer, size, inner }: Around,
): DeviceBuffer {
  const number = summedNumber(from.dtype);
  if (number === undefined) throw new InternalError(`Sums of ${from.dtype}`);
  const count = outer * size * inner;
  const result = new DeviceBuffer(from.on, from.dtype, count);
  checkPlaces("add up entries", at.length);
  const { order, begins } = sorted(at, size);
  const [a, b] = [order, begins].map((list) =>
    DeviceBuffer.from(from.on, list, "temporary")
  );
  run("scatter", [from, a, b], result, count, [
    from.address,
    result.address,
    a.address,
    b.address,
    count,
    at.length,
    size,
    inner,
    number,
  ]);
  return result;
}

/** Positions by the index that stands there, and where each index begins. */
function sorted(at: Int32Array, size: number) {
  const begins = new Int32Array(size + 1);
  for (const s of at) begins[s + 1]++;
  for (let s = 0; s < size; s++) begins[s + 1] += begins[s];
  const next = begins.slice();
  const order = new Int32Array(at.length);
  at.forEach((s, k) => order[next[s]++] = k);
  return { order, begins };
}

/** One entry of the axis for each place around it; 0 where the index is -1. */
export function pickOn(
  from: DeviceBuffer,
  at: DeviceBuffer,
  { outer, size, inner }: Around,
): DeviceBuffer {
  const count = outer * inner;
  const result = new DeviceBuffer(from.on, from.dtype, count);
  pickOrNot("pick", from, at, result, count, size, inner);
  return result;
}

/** Zeros with the entries at the indices that they were picked from. */
export function unpickOn(
  from: DeviceBuffer,
  at: DeviceBuffer,
  { outer, size, inner }: Around,
): DeviceBuffer {
  const result = zerosOn(from.on, from.dtype, outer * size * inner);
  pickOrNot("unpick", from, at, result, outer * inner, size, inner);
  return result;
}

function pickOrNot(
  name: "pick" | "unpick",
  from: DeviceBuffer,
  at: DeviceBuffer,
  to: DeviceBuffer,
  count: number,
  size: number,
  inner: number,
): void {
  run(name, [from, at], to, count, [
    from.address,
    to.address,
    bytesOfEntry(from.dtype),
    at.address,
    count,
    size,
    inner,
  ]);
}

/** Entries of another type; undefined where the host must check or round. */
export function convertOn(
  from: DeviceBuffer,
  dtype: DType,
): DeviceBuffer | undefined {
  const number = conversionNumber(`${from.dtype}_${dtype}`);
  if (number === undefined) return undefined;
  const { length } = from;
  const result = new DeviceBuffer(from.on, dtype, length);
  run("convert", [from], result, length, [
    from.address,
    result.address,
    length,
    number,
  ]);
  return result;
}

/** One thread for each of so many entries. */
function run(
  name: "copy" | "gather" | "scatter" | "pick" | "unpick" | "convert",
  inputs: readonly DeviceBuffer[],
  output: DeviceBuffer,
  count: number,
  words: readonly (number | bigint)[],
): void {
  if (count === 0) return;
  const device = output.on;
  const usage = new Usage(device, inputs, [output]);
  const kind = name === "scatter" ? "sums" : "moves";
  const text = movesSource(kind, count > MOST_NARROW);
  const kernel = device.kernel({ text, name });
  const blocks = Math.ceil(count / MOVE_THREADS);
  usage.launch(kernel, blocks, MOVE_THREADS, wordsOf(words));
  usage.end();
}
