/**
 * Launches shared out over several GPUs: each has some of the rows.
 *
 * @module
 */

import type { Buffer } from "../launch/buffer.ts";
import {
  countColumns,
  type Launch,
  type OperandData,
  type RowBlock,
  width,
} from "../launch/launch.ts";
import type { Program } from "../program/ir.ts";
import type { CudaDevice } from "./context.ts";
import { copyEntries, onDevice } from "./copies.ts";
import { DeviceBuffer } from "./device_buffer.ts";

/** The rows of one device. */
export interface Share {
  /** Where they are reduced. */
  readonly device: CudaDevice;
  /** The first one. */
  readonly begin: number;
  /** One past the last one. */
  readonly end: number;
}

/**
 * Deals rows out to devices, so that all of them end at about the same time:
 * by their multiprocessors, and by the pairs of each row.
 */
export function sharesOf(
  { rows, columns, domains }: Launch,
  devices: readonly CudaDevice[],
): Share[] {
  const whole = { begin: 0, end: rows, intervals: Float64Array.of(0, columns) };
  // Where each entry of a batch has a domain, rows count alike.
  const blocks = domains.length === 1 ? domains[0] : [whole];
  const power = devices.reduce((n, d) => n + d.multiprocessors, 0);
  const all = blocks.reduce((n, block) => n + costOf(block), 0);
  const shares: Share[] = [];
  let [before, begin] = [0, 0];
  for (const [k, device] of devices.entries()) {
    before += device.multiprocessors;
    const last = k === devices.length - 1;
    const end = last ? rows : rowAt(blocks, all * before / power);
    if (end > begin) shares.push({ device, begin, end });
    begin = Math.max(begin, end);
  }
  return shares;
}

/** A row costs its pairs, and one more for what is read and stored. */
function costOf({ begin, end, intervals }: RowBlock): number {
  return (end - begin) * (1 + countColumns(intervals));
}

/** The first row after rows of about this cost. */
function rowAt(blocks: readonly RowBlock[], cost: number): number {
  let left = cost;
  for (const block of [...blocks].sort((a, b) => a.begin - b.begin)) {
    const own = costOf(block);
    const { begin, end } = block;
    if (left <= own) return begin + Math.round((end - begin) * left / own);
    left -= own;
  }
  return blocks.reduce((last, { end }) => Math.max(last, end), 0);
}

/** The part of a launch that one device runs. */
export function shareOf(
  launch: Launch,
  program: Program,
  share: Share,
): Launch {
  const { begin, end, device } = share;
  const rows = end - begin;
  return {
    ...launch,
    rows,
    operands: launch.operands.map((o, k) => {
      const own = { ...o, offset: o.offset + begin * o.row };
      return o.row === 0
        ? own
        : partOn(device, own, sizesOf(launch, rows), program.operands[k].dim);
    }),
    outputs: launch.outputs.map(({ dtype, length }) => ({
      dtype,
      length: length / launch.rows * rows,
    })),
    domains: launch.domains.map((blocks) =>
      blocks.flatMap((block) => {
        const from = Math.max(block.begin, begin) - begin;
        const to = Math.min(block.end, end) - begin;
        const { intervals } = block;
        return from < to ? [{ begin: from, end: to, intervals }] : [];
      })
    ),
  };
}

/** The sizes that the strides of an operand belong to. */
function sizesOf({ batch, columns }: Launch, rows: number): number[] {
  return [...batch, rows, columns];
}

/** An operand of rows; what the device does not have is copied, no more. */
function partOn(
  device: CudaDevice,
  operand: OperandData<Buffer>,
  sizes: readonly number[],
  dim: number,
): OperandData<Buffer> {
  const { data, offset, batch, row, column, component } = operand;
  const buffer = data.value();
  if (buffer instanceof DeviceBuffer && buffer.on === device) return operand;
  const strides = [...batch, row, column, component];
  const last = [...sizes, dim].reduce(
    (at, size, k) => at + Math.max(0, size - 1) * strides[k],
    offset,
  );
  const backwards = strides.some((s) => s < 0);
  const span = backwards
    ? { begin: 0, end: buffer.length }
    : { begin: offset, end: Math.min(last + 1, buffer.length) };
  const part = device.guarded(() =>
    onDevice(device, buffer, "temporary", span)
  );
  return { ...operand, data: part, offset: offset - span.begin };
}

/**
 * The results of all shares in one place. Where a share failed, so do the
 * results.
 *
 * @param home the device that they come to
 * @param launch what was shared out
 * @param shares the rows of each part
 * @param parts the results of each share; they are given back
 */
export function joined(
  home: CudaDevice,
  launch: Launch,
  shares: readonly Share[],
  parts: readonly (readonly DeviceBuffer[])[],
): DeviceBuffer[] {
  const batches = width(launch.batch);
  return launch.outputs.map(({ dtype, length }, k) => {
    const whole = home.guarded(() => new DeviceBuffer(home, dtype, length));
    const entries = length / (batches * launch.rows);
    shares.forEach(({ begin, end }, s) => {
      const part = parts[s][k].hold();
      const own = (end - begin) * entries;
      const pieces = Array.from({ length: batches }, (_, b) => ({
        source: b * own,
        target: (b * launch.rows + begin) * entries,
        length: own,
      }));
      copyEntries(part, whole, pieces);
      part.release();
    });
    return whole;
  });
}
