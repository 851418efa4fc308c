/**
 * Launches on arrays of the host, as the GPU runs them.
 *
 * @module
 */

import { batches, type HostLaunch, type RowBlock } from "../engine/launch.ts";

/** A launch whose batch has one domain. */
export interface CudaLaunch extends HostLaunch {
  /** The columns of each row. */
  readonly blocks: readonly RowBlock[];
}

/** A launch as it is, or its entries where each has a domain of its own. */
export function entriesOf(launch: HostLaunch): CudaLaunch[] {
  const { domains, operands, outputs } = launch;
  if (domains.length === 1) return [{ ...launch, blocks: domains[0] }];
  return [...batches(launch)].map(({ index, offsets, blocks }) => ({
    ...launch,
    operands: operands.map((o, k) => ({ ...o, offset: offsets[k], batch: [] })),
    outputs: outputs.map((out) => {
      const length = out.length / domains.length;
      return out.subarray(index * length, (index + 1) * length);
    }),
    batch: [],
    domains: [blocks],
    blocks,
  }));
}
