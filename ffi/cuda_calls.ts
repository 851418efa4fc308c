/**
 * What calls of the driver return: a status, and values by way of arrays.
 *
 * @module
 */

import { CudaError } from "../src/errors.ts";
import { CUDA_HINTS, CUDA_STATUS } from "./status.ts";

/** The name of a status code of the driver. */
function cudaStatusName(status: number): string {
  return CUDA_STATUS[status] ?? `CUresult ${status}`;
}

/** @throws {CudaError} where a call failed */
export function check(status: number, call: string): void {
  if (status === 0) return;
  throw new CudaError(status, cudaStatusName(status), call, CUDA_HINTS[status]);
}

/** The handle, or the address, that a call gives. */
export function handle(
  call: (out: BigUint64Array<ArrayBuffer>) => number,
  name: string,
): bigint {
  const out = new BigUint64Array(1);
  check(call(out), name);
  return out[0];
}

/** The integer that a call gives. */
export function int(
  call: (out: Int32Array<ArrayBuffer>) => number,
  name: string,
): number {
  const out = new Int32Array(1);
  check(call(out), name);
  return out[0];
}
