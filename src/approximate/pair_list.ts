/**
 * A list of pairs of clusters that grows.
 *
 * @module
 */

/** Pairs of integers, in two arrays. */
export class PairList {
  #first = new Int32Array(64);
  #second = new Int32Array(64);
  #length = 0;

  /** The number of pairs. */
  get length(): number {
    return this.#length;
  }

  /** The first of each pair; entries from `length` on mean nothing. */
  get first(): Int32Array {
    return this.#first;
  }

  /** The second of each pair; entries from `length` on mean nothing. */
  get second(): Int32Array {
    return this.#second;
  }

  /** Adds a pair. */
  add(first: number, second: number): void {
    const at = this.#length++;
    if (at === this.#first.length) {
      this.#first = grown(this.#first);
      this.#second = grown(this.#second);
    }
    this.#first[at] = first;
    this.#second[at] = second;
  }
}

function grown(from: Int32Array): Int32Array<ArrayBuffer> {
  const to = new Int32Array(2 * from.length);
  to.set(from);
  return to;
}

/**
 * The order of some numbers, by counting: equal ones keep theirs.
 *
 * @param keys numbers from 0 to `range - 1`
 * @param from the order so far
 */
export function countingOrder(
  keys: (k: number) => number,
  range: number,
  from: Int32Array,
): Int32Array {
  const starts = new Int32Array(range + 1);
  for (let k = 0; k < from.length; k++) starts[keys(from[k]) + 1]++;
  for (let k = 0; k < range; k++) starts[k + 1] += starts[k];
  const to = new Int32Array(from.length);
  for (let k = 0; k < from.length; k++) {
    to[starts[keys(from[k])]++] = from[k];
  }
  return to;
}
