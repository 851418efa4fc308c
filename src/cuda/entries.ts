/**
 * Launches as the GPU runs them: on entries in its memory.
 *
 * @module
 */

import { bytesOfEntry, type DType } from "../dtypes.ts";
import { batches, type Launch, type RowBlock } from "../launch/launch.ts";

/** Entries in device memory. */
export interface DeviceEntries {
  /** The type of the entries. */
  readonly dtype: DType;
  /** The number of entries. */
  readonly length: number;
  /** Where they begin. */
  readonly address: bigint;
}

/** A launch whose batch has one domain. */
export interface CudaLaunch extends Launch<DeviceEntries, DeviceEntries> {
  /** The columns of each row. */
  readonly blocks: readonly RowBlock[];
}

/** A launch as it is, or its entries where each has a domain of its own. */
export function entriesOf(
  launch: Launch<DeviceEntries, DeviceEntries>,
): CudaLaunch[] {
  const { domains, operands, outputs } = launch;
  if (domains.length === 1) return [{ ...launch, blocks: domains[0] }];
  return [...batches(launch)].map(({ index, offsets, blocks }) => ({
    ...launch,
    operands: operands.map((o, k) => ({ ...o, offset: offsets[k], batch: [] })),
    outputs: outputs.map((out) => partOf(out, index, domains.length)),
    batch: [],
    domains: [blocks],
    blocks,
  }));
}

/** One of several parts of equal length. */
function partOf(
  { dtype, length, address }: DeviceEntries,
  index: number,
  parts: number,
): DeviceEntries {
  const own = length / parts;
  const begin = BigInt(index * own * bytesOfEntry(dtype));
  return { dtype, length: own, address: address + begin };
}
