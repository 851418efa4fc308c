/**
 * Copies of entries to a GPU, from the host or from another GPU.
 *
 * @module
 */

import { bytesOfEntry } from "../dtypes.ts";
import type { Buffer } from "../launch/buffer.ts";
import type { CudaDevice } from "./context.ts";
import { DeviceBuffer } from "./device_buffer.ts";
import type { Purpose } from "./memory.ts";
import type { LoadableKernel } from "./queue.ts";

/** Some entries of a buffer that lie side by side. */
export interface Span {
  /** The first one. */
  readonly begin: number;
  /** One past the last one. */
  readonly end: number;
}

/** The entries on a device: copied there, unless that is where they are. */
export function onDevice(
  device: CudaDevice,
  given: Buffer,
  purpose?: Purpose,
  span: Span = { begin: 0, end: given.length },
): DeviceBuffer {
  const buffer = given.value();
  if (!(buffer instanceof DeviceBuffer) || buffer.on.lost !== undefined) {
    const data = buffer.host().subarray(span.begin, span.end);
    return DeviceBuffer.from(device, data, purpose);
  }
  if (buffer.on === device) return buffer;
  const length = span.end - span.begin;
  const copy = new DeviceBuffer(device, buffer.dtype, length, purpose);
  copyEntries(buffer, copy, [{ source: span.begin, target: 0, length }]);
  device.use();
  return copy;
}

/** Entries to copy, and where to. */
export interface Passage {
  /** The first one that is read. */
  readonly source: number;
  /** The first one that is written. */
  readonly target: number;
  /** How many there are. */
  readonly length: number;
}

/**
 * Copies entries from one GPU to another one, or within one, after the
 * launches that were asked for before: where their kernels are not compiled
 * yet, nobody waits for that here. What goes wrong is told by who reads the
 * target.
 */
export function copyEntries(
  source: DeviceBuffer,
  target: DeviceBuffer,
  passages: readonly Passage[],
): void {
  source.hold();
  target.beginWriting();
  target.on.queue.submit({
    kernel: written(source, target.on),
    start: () => {
      source.check();
      if (source.length > 0) copyNow(source, target, passages);
    },
    done: (error) => {
      if (error !== undefined) target.fail(error);
      source.release();
      target.endWriting();
    },
  });
}

/** What a copy waits for: the launches that fill its source. */
function written(source: DeviceBuffer, reader: CudaDevice): LoadableKernel {
  const none = 0n;
  // Launches of the same device come first by themselves.
  const there = () => source.on === reader || source.isWritten;
  return {
    ready: () => there() ? none : undefined,
    load() {
      source.on.queue.flush(there);
      return none;
    },
    async loadLater() {
      if (!there()) await source.whenWritten();
      return none;
    },
  };
}

function copyNow(
  source: DeviceBuffer,
  target: DeviceBuffer,
  passages: readonly Passage[],
): void {
  const [from, to] = [source.on, target.on];
  const bytes = bytesOfEntry(source.dtype);
  // Each stream waits for the other: until the entries are there, and until
  // the copy was made.
  const there = from.guarded(() => from.mark());
  const copied = to.guarded(() => {
    if (from !== to) to.cuda.waitFor(to.stream, there);
    for (const p of passages) {
      const [a, b] = [
        source.address + BigInt(p.source * bytes),
        target.address + BigInt(p.target * bytes),
      ];
      if (from === to) to.cuda.copy(b, a, p.length * bytes, to.stream);
      else {
        to.cuda.copyAcross(
          { address: b, context: to.context },
          { address: a, context: from.context },
          p.length * bytes,
          to.stream,
        );
      }
    }
    return to.mark();
  });
  if (from !== to) from.guarded(() => from.cuda.waitFor(from.stream, copied));
  to.use();
}
