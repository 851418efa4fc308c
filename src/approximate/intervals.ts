/**
 * Intervals of columns, as row blocks have them.
 *
 * @module
 */

/** Intervals of columns in ascending order; those that touch become one. */
export function intervals(
  clusters: readonly number[],
  begin: (c: number) => number,
  end: (c: number) => number,
): Int32Array {
  const ordered = [...clusters].sort((a, b) => begin(a) - begin(b));
  const merged: number[] = [];
  for (const c of ordered) {
    const last = merged.length - 1;
    if (last > 0 && merged[last] === begin(c)) merged[last] = end(c);
    else merged.push(begin(c), end(c));
  }
  return Int32Array.from(merged);
}

/** One interval; none where it is empty. */
export function span(begin: number, end: number): Int32Array {
  return begin < end ? Int32Array.of(begin, end) : new Int32Array();
}
