/**
 * Plain numbers of points: their sizes, and whether they are the same.
 *
 * @module
 */

/** Whether two arrays hold the same numbers. */
export function sameNumbers(a: Float64Array, b: Float64Array): boolean {
  if (a.length !== b.length) return false;
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return false;
  return true;
}

/** The largest absolute value of each component. */
export function largest(data: Float64Array, width: number): Float64Array {
  const result = new Float64Array(width);
  data.forEach((x, k) => {
    result[k % width] = Math.max(result[k % width], Math.abs(x));
  });
  return result;
}

/** The mean absolute value of each component. */
export function meanSize(data: Float64Array, width: number): Float64Array {
  const result = new Float64Array(width);
  for (let k = 0; k < data.length; k++) result[k % width] += Math.abs(data[k]);
  return result.map((total) => total * width / data.length);
}
