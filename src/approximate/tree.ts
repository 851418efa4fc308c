/**
 * A k-d tree of points, with tight boxes; clusters are split when somebody
 * wants to know their children, so that smooth kernels need few of them.
 *
 * @module
 */

/** Boxes are at least as wide as this part of the root. */
const THINNEST = 1e-6;
/** Rows are computed so many at a time: clusters hold whole numbers of them. */
const UNIT = 16;
/** More points are split near the median, as it takes longer to find it. */
const MANY = 4096;
/** Points that the median is guessed from. */
const GUESSES = 129;
/** The child of a cluster that was not split yet. */
const UNKNOWN = -2;

/** Clusters of points: each holds a contiguous run of the sorted points. */
export class Tree {
  /** The number of coordinates. */
  readonly dim: number;
  /** The points in the order of the tree: numbers of the given points. */
  readonly order: Int32Array;
  /** Positions in the order of the tree, `[points, dim]`. */
  readonly points: Float64Array;
  /** The first point of each cluster. */
  readonly begin: Int32Array;
  /** One past the last point of each cluster. */
  readonly end: Int32Array;
  /** The depth of each cluster. */
  readonly depth: Int32Array;
  /** The cluster that each one is a part of, -1 of the root. */
  readonly parent: Int32Array;
  /** Centres of the boxes. */
  readonly centre: Float64Array;
  /** Half of the lengths of the boxes; never 0. */
  readonly half: Float64Array;
  /** Half of the diagonals of the boxes. */
  readonly radius: Float64Array;
  readonly #leaf: number;
  readonly #child: Int32Array;
  #thinnest = 0;
  #count = 1;

  /**
   * @param points `[count, dim]`; they are taken over, and sorted
   * @param leaf the largest number of points in a leaf
   */
  constructor(points: Float64Array, dim: number, leaf: number) {
    const total = points.length / dim;
    this.dim = dim;
    this.points = points;
    this.order = new Int32Array(total);
    for (let k = 0; k < total; k++) this.order[k] = k;
    this.#leaf = leaf;
    const most = 4 * Math.ceil(total / leaf) + 2;
    const integers = () => new Int32Array(most);
    [this.begin, this.end, this.depth] = [integers(), integers(), integers()];
    this.parent = integers().fill(-1);
    this.#child = integers().fill(UNKNOWN);
    this.centre = new Float64Array(most * dim);
    this.half = new Float64Array(most * dim);
    this.radius = new Float64Array(most);
    this.end[0] = total;
    this.#measure(0);
  }

  /**
   * The number of clusters that are known; the first is the root, parents come
   * before children.
   */
  get count(): number {
    return this.#count;
  }

  /** The first child of a cluster, the other is next; -1 of a leaf. */
  child(c: number): number {
    const known = this.#child[c];
    return known === UNKNOWN ? this.#child[c] = this.#split(c) : known;
  }

  /** As {@linkcode Tree.child}, but -1 where a cluster was not split. */
  knownChild(c: number): number {
    return Math.max(-1, this.#child[c]);
  }

  /** The number of points of a cluster. */
  size(c: number): number {
    return this.end[c] - this.begin[c];
  }

  #split(c: number): number {
    const { begin, end, dim, half } = this;
    const size = this.size(c);
    let longest = 0;
    for (let d = 1; d < dim; d++) {
      if (half[c * dim + d] > half[c * dim + longest]) longest = d;
    }
    if (size <= this.#leaf || half[c * dim + longest] <= this.#thinnest) {
      return -1;
    }
    const middle = size > MANY
      ? this.#partition(longest, begin[c], end[c])
      : begin[c] + UNIT * Math.round(size / (2 * UNIT));
    if (size <= MANY) this.#select(longest, begin[c], end[c] - 1, middle);
    const first = this.#count;
    this.#count += 2;
    [begin[first], end[first]] = [begin[c], middle];
    [begin[first + 1], end[first + 1]] = [middle, end[c]];
    for (const k of [first, first + 1]) {
      this.depth[k] = this.depth[c] + 1;
      this.parent[k] = c;
      this.#measure(k);
    }
    return first;
  }

  /** Writes the box of a cluster. */
  #measure(c: number): void {
    const { dim, points, centre, half } = this;
    let [widest, square] = [0, 0];
    for (let d = 0; d < dim; d++) {
      let [low, high] = [Infinity, -Infinity];
      const last = this.end[c] * dim;
      for (let k = this.begin[c] * dim + d; k < last; k += dim) {
        const x = points[k];
        if (x < low) low = x;
        if (x > high) high = x;
      }
      centre[c * dim + d] = (low + high) / 2;
      half[c * dim + d] = (high - low) / 2;
      widest = Math.max(widest, half[c * dim + d]);
    }
    if (c === 0) this.#thinnest = THINNEST * (widest || 1);
    for (let d = 0; d < dim; d++) {
      const h = Math.max(half[c * dim + d], this.#thinnest);
      half[c * dim + d] = h;
      square += h * h;
    }
    this.radius[c] = Math.sqrt(square);
  }

  /** Divides some points at about their median; the first of the upper ones. */
  #partition(d: number, begin: number, end: number): number {
    const { dim, points } = this;
    const step = (end - begin) / GUESSES;
    const guesses = Float64Array.from(
      { length: GUESSES },
      (_, k) => points[Math.floor(begin + (k + 0.5) * step) * dim + d],
    ).sort();
    const cut = this.#cut(d, begin, end - 1, guesses[GUESSES >> 1]);
    // Many equal coordinates may leave nothing on one side.
    const share = (cut.right - begin) / (end - begin);
    if (share > 0.25 && share < 0.75) return cut.right + 1;
    const middle = (begin + end) >> 1;
    this.#select(d, begin, end - 1, middle);
    return middle;
  }

  /**
   * Moves points below the pivot before those above; between `right` and
   * `left` are those equal to it.
   */
  #cut(d: number, begin: number, end: number, pivot: number) {
    const { dim, points, order } = this;
    let [left, right] = [begin, end];
    let [low, high] = [left * dim + d, right * dim + d];
    while (left <= right) {
      while (points[low] < pivot) {
        left++;
        low += dim;
      }
      while (points[high] > pivot) {
        right--;
        high -= dim;
      }
      if (left > right) break;
      const point = order[left];
      order[left] = order[right];
      order[right] = point;
      for (let a = low - d, b = high - d; a < low - d + dim; a++, b++) {
        const x = points[a];
        points[a] = points[b];
        points[b] = x;
      }
      left++;
      low += dim;
      right--;
      high -= dim;
    }
    return { left, right };
  }

  /**
   * Puts the point that belongs at `k` there, and no larger ones before it
   * (Hoare's selection).
   */
  #select(d: number, begin: number, end: number, k: number): void {
    const { dim, points } = this;
    let [left, right] = [begin, end];
    const at = (place: number) => points[place * dim + d];
    while (left < right) {
      const pivot = middleOf(at(left), at((left + right) >> 1), at(right));
      const cut = this.#cut(d, left, right, pivot);
      if (k <= cut.right) right = cut.right;
      else if (k >= cut.left) left = cut.left;
      else return;
    }
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
  if (width === 1) {
    for (let k = 0; k < order.length; k++) result[k] = data[order[k]];
    return result;
  }
  for (let k = 0, at = 0; k < order.length; k++) {
    const from = order[k] * width;
    for (let c = 0; c < width; c++) result[at++] = data[from + c];
  }
  return result;
}
