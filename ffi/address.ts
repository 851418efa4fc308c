/**
 * Where bytes lie, for the few functions that take pointers inside arrays.
 *
 * @module
 */

/** The C function, which returns its first argument. */
export type Memmove = (
  to: BufferSource | null,
  from: BufferSource | null,
  count: bigint,
) => bigint;

/**
 * The address of the first byte of a buffer. With permission for some
 * libraries only, Deno tells no addresses; moving nothing does.
 *
 * @param bytes must be kept until the address is used no more
 * @param memmove of any library
 */
export function addressOf(
  bytes: Uint8Array<ArrayBuffer> | BigUint64Array<ArrayBuffer>,
  memmove: Memmove | null,
): bigint {
  if (memmove !== null) return memmove(bytes, bytes, 0n);
  return Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes));
}

/** Text as C wants it. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}

/** Text as C gives it: up to the first zero. */
export function fromCString(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}
