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
    for (let k = 0; k < words.length; k++) result[k] = rounded(words[k]) >>> 16;
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
    const floats = new Float32Array(this.buffer, this.byteOffset, this.length);
    const words = wordsOf(this);
    for (let k = 0; k < numbers.length; k++, at++) {
      const x = numbers[k];
      const float = floats[at];
      let word = words[at];
      // What float32 cannot hold is cut, and ends in a 1: then it is rounded
      // as if it had never been cut.
      if (float !== x && x === x) {
        word = (Math.abs(float) > Math.abs(x) ? word - 1 : word) | 1;
      }
      words[at] = rounded(word);
    }
  }
}

/** Rounds entries that were written by index. */
export function roundEntries(data: BFloat16Array): void {
  const words = wordsOf(data);
  for (let k = 0; k < words.length; k++) {
    if (words[k] & 0xffff) words[k] = rounded(words[k]);
  }
}

function wordsOf({ buffer, byteOffset, length }: BFloat16Array): Int32Array {
  return new Int32Array(buffer, byteOffset, length);
}

/** A float32 without its lower half: to nearest, ties to even. */
function rounded(word: number): number {
  // A NaN must not become an infinity.
  const up = (word & 0x7fffffff) > 0x7f800000
    ? word | 0x400000
    : word + 0x7fff + (word >>> 16 & 1);
  return up & 0xffff0000;
}
