/**
 * A k-d tree of points, with tight boxes.
 *
 * @module
 */

/** Clusters of points: each holds a contiguous run of the sorted points. */
export interface Tree {
  /** The number of coordinates. */
  readonly dim: number;
  /** The number of clusters; the first is the root, parents before children. */
  readonly count: number;
  /** The points in the order of the tree: numbers of the given points. */
  readonly order: Int32Array;
  /** The first point of each cluster. */
  readonly begin: Int32Array;
  /** One past the last point of each cluster. */
  readonly end: Int32Array;
  /** The first child of each cluster, -1 of a leaf; the other one is next. */
  readonly child: Int32Array;
  /** The depth of each cluster. */
  readonly depth: Int32Array;
  /** Centres of the boxes. */
  readonly centre: Float64Array;
  /** Half of the lengths of the boxes; never 0. */
  readonly half: Float64Array;
  /** Half of the diagonals of the boxes. */
  readonly radius: Float64Array;
}

/** Boxes are at least as wide as this part of the root. */
const THINNEST = 1e-6;

/** The tree of some points, `[count, dim]`, with at most `leaf` in a leaf. */
export function treeOf(points: Float64Array, dim: number, leaf: number): Tree {
  const total = points.length / dim;
  const order = Int32Array.from({ length: total }, (_, k) => k);
  const most = Math.max(1, 4 * Math.ceil(total / Math.max(1, leaf)));
  const [begin, end, child, depth] = Array.from(
    { length: 4 },
    () => new Int32Array(most),
  );
  const centre = new Float64Array(most * dim);
  const half = new Float64Array(most * dim);
  const radius = new Float64Array(most);
  end[0] = total;
  let count = 1;
  let thinnest = 0;
  for (let c = 0; c < count; c++) {
    const longest = measure(c);
    child[c] = -1;
    const degenerate = half[c * dim + longest] <= thinnest;
    if (end[c] - begin[c] <= leaf || degenerate) continue;
    const middle = (begin[c] + end[c]) >> 1;
    select(points, dim, longest, order, begin[c], end[c] - 1, middle);
    child[c] = count;
    [begin[count], end[count]] = [begin[c], middle];
    [begin[count + 1], end[count + 1]] = [middle, end[c]];
    depth[count] = depth[count + 1] = depth[c] + 1;
    count += 2;
  }
  return {
    dim,
    count,
    order,
    begin,
    end,
    child,
    depth,
    centre,
    half,
    radius,
  };

  /** Writes the box of a cluster; the direction in which it is longest. */
  function measure(c: number): number {
    let [longest, square] = [0, 0];
    for (let d = 0; d < dim; d++) {
      let [low, high] = [Infinity, -Infinity];
      for (let k = begin[c]; k < end[c]; k++) {
        const x = points[order[k] * dim + d];
        if (x < low) low = x;
        if (x > high) high = x;
      }
      centre[c * dim + d] = (low + high) / 2;
      half[c * dim + d] = (high - low) / 2;
      if (half[c * dim + d] > half[c * dim + longest]) longest = d;
    }
    if (c === 0) thinnest = THINNEST * (half[longest] || 1);
    for (let d = 0; d < dim; d++) {
      const h = Math.max(half[c * dim + d], thinnest);
      half[c * dim + d] = h;
      square += h * h;
    }
    radius[c] = Math.sqrt(square);
    return longest;
  }
}

/**
 * Puts the point that belongs at `k` there, and no larger ones before it
 * (Hoare's selection).
 */
function select(
  points: Float64Array,
  dim: number,
  d: number,
  order: Int32Array,
  left: number,
  right: number,
  k: number,
): void {
  const key = (at: number) => points[order[at] * dim + d];
  while (left < right) {
    const pivot = middleOf(key(left), key((left + right) >> 1), key(right));
    let [a, b] = [left, right];
    while (a <= b) {
      while (key(a) < pivot) a++;
      while (key(b) > pivot) b--;
      if (a > b) break;
      const swap = order[a];
      order[a++] = order[b];
      order[b--] = swap;
    }
    if (k <= b) right = b;
    else if (k >= a) left = a;
    else return;
  }
}

function middleOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}

/** Rows of an array `[count, width]`, in the order of a tree. */
export function sorted(
  data: Float64Array,
  width: number,
  order: Int32Array,
): Float64Array {
  const result = new Float64Array(order.length * width);
  for (let k = 0; k < order.length; k++) {
    const from = order[k] * width;
    for (let c = 0; c < width; c++) result[k * width + c] = data[from + c];
  }
  return result;
}
