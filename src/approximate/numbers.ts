/**
 * Plain numbers of points: their sizes, their order, whether they are the same.
 *
 * @module
 */

/** Whether two arrays hold the same numbers. */
export function sameNumbers(a: Float64Array, b: Float64Array): boolean {
  if (a.length !== b.length) return false;
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return false;
  return true;
}

/** Whether there are neither infinities nor NaNs among some numbers. */
export function allFinite(data: Float64Array): boolean {
  // 0 times any of them is NaN, and stays so.
  let none = 0;
  for (let k = 0; k < data.length; k++) none += 0 * data[k];
  return none === 0;
}

/** The largest absolute value of each component. */
export function largest(data: Float64Array, width: number): Float64Array {
  return perComponent(data, width, (x, most) => Math.max(most, Math.abs(x)));
}

/** The mean absolute value of each component. */
export function meanSize(data: Float64Array, width: number): Float64Array {
  const all = perComponent(data, width, (x, total) => total + Math.abs(x));
  return all.map((total) => total * width / data.length);
}

function perComponent(
  data: Float64Array,
  width: number,
  next: (x: number, before: number) => number,
): Float64Array {
  const result = new Float64Array(width);
  for (let c = 0; c < width; c++) {
    let value = 0;
    for (let k = c; k < data.length; k += width) value = next(data[k], value);
    result[c] = value;
  }
  return result;
}

/** Rows of an array `[count, width]`, in another order. */
export function sorted(
  data: Float64Array,
  width: number,
  order: Int32Array,
): Float64Array {
  const result = new Float64Array(order.length * width);
  for (let c = 0; c < width; c++) {
    for (let k = 0, at = c; k < order.length; k++, at += width) {
      result[at] = data[order[k] * width + c];
    }
  }
  return result;
}

/** The least and the largest coordinate d of a run of points; NaNs are none. */
export function rangeOf(
  points: Float64Array,
  dim: number,
  d: number,
  begin: number,
  end: number,
): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let k = begin * dim + d; k < end * dim; k += dim) {
    const x = points[k];
    if (x < low) low = x;
    if (x > high) high = x;
  }
  return [low, high];
}
