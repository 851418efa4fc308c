/**
 * Numbers of 16 bits with the exponents of float32: its upper half.
 *
 * @module
 */

/**
 * Entries of dtype `bfloat16`. JavaScript has no arrays of such numbers, so
 * this is a `Float32Array` that holds nothing else: it is read as any other
 * one, and its class tells the dtype. `set` rounds to the nearest number, ties
 * to even. What is written by index is rounded when a tensor is made of it.
 *
 * An entry takes 4 bytes in the memory of the host, 2 on a GPU and in
 * {@linkcode BFloat16Array.bits}.
 *
 * @example Rounding, and the bits that files keep
 * ```ts
 * import { BFloat16Array, tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const x = tensor([1, 1.01, 3.14159], [3], { dtype: "bfloat16" });
 * const data = x.dataSync() as BFloat16Array;
 * assert.deepEqual([...data], [1, 1.0078125, 3.140625]);
 * assert.deepEqual([...data.bits()], [0x3f80, 0x3f81, 0x4049]);
 *
 * const back = tensor(BFloat16Array.fromBits(data.bits()));
 * assert.equal(back.dtype, "bfloat16");
 * assert.deepEqual(back.arraySync(), x.arraySync());
 * ```
 */
export class BFloat16Array extends Float32Array {
  /**
   * Numbers from their bits.
   *
   * @param bits 16 bits a number, as in a `Uint16Array`
   * @returns a new array
   */
  static fromBits(bits: ArrayLike<number>): BFloat16Array {
    const result = new BFloat16Array(bits.length);
    const words = wordsOf(result);
    for (let k = 0; k < words.length; k++) words[k] = bits[k] << 16;
    return result;
  }

  /**
   * The bits of the entries.
   *
   * @returns a new array
   */
  bits(): Uint16Array<ArrayBuffer> {
    const result = new Uint16Array(this.length);
    const words = wordsOf(this);
    for (let k = 0; k < words.length; k++) result[k] = upperHalf(words[k]);
    return result;
  }

  /**
   * Rounds numbers, and writes them.
   *
   * @param numbers what to write
   * @param at the first entry that is written
   */
  override set(numbers: ArrayLike<number>, at = 0): void {
    super.set(numbers, at);
    if (numbers instanceof BFloat16Array) return;
    const words = wordsOf(this);
    for (let k = 0; k < numbers.length; k++, at++) {
      const [x, float] = [numbers[k], this[at]];
      // What float32 cannot hold is cut, and ends in a 1: then it is rounded
      // as if it had never been cut.
      if (x === x && float !== x) {
        if (Math.abs(float) > Math.abs(x)) words[at]--;
        words[at] |= 1;
      }
      words[at] = upperHalf(words[at]) << 16;
    }
  }
}

/** Rounds entries that were written by index. */
export function roundEntries(data: BFloat16Array): void {
  const words = wordsOf(data);
  for (let k = 0; k < words.length; k++) {
    if (words[k] & 0xffff) words[k] = upperHalf(words[k]) << 16;
  }
}

function wordsOf({ buffer, byteOffset, length }: BFloat16Array): Uint32Array {
  return new Uint32Array(buffer, byteOffset, length);
}

/** The upper half of a float32, rounded to nearest, ties to even. */
function upperHalf(word: number): number {
  // A NaN must not become an infinity.
  return (word & 0x7fffffff) > 0x7f800000
    ? word >>> 16 | 0x40
    : (word + 0x7fff + (word >>> 16 & 1)) >>> 16;
}
