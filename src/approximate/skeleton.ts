/**
 * Sums of a kernel by few of its rows and columns.
 *
 * `sum_j k(x, y_j) b_j` is `sum_m k(x, z_m) beta_m` for few z among the y, with
 * beta by least squares from the sums of few rows (a skeleton, or CUR,
 * decomposition: Goreinov, Tyrtyshnikov and Zamarashkin 1997, Mahoney and
 * Drineas 2009; of one set of points and a positive kernel, Nystrom's method).
 * Both are sums of the same formula.
 *
 * @module
 */

import { ColumnBasis } from "./column_basis.ts";
import { dataOf, locator } from "./data.ts";
import { computedIn, type Inputs, type Problem } from "./inputs.ts";
import { type Floats, Pairs, type Points, widthOf } from "./pairs.ts";
import { probeSignals, probesOf } from "./probes.ts";
import { largestRows, randomNumbers } from "./sample.ts";

/** Rows and columns that are drawn, for each of the rank. */
export const ROWS = 2;
export const COLUMNS = 1.5;
/** The part of these columns that have the largest signals. */
const HEAVY = 0.2;

/** Rows and columns that stand for all. */
export interface Skeleton {
  /** The rows, with what tells columns apart by them. */
  readonly rows: Points;
  /** The columns, without signals. */
  readonly columns: Points;
  /** Writes what rows sum up to with the columns. */
  readonly basis: ColumnBasis;
}

/** The points of a problem, and sums over them. */
export class SkeletonSums {
  /** Rows in an order by chance: those of a skeleton are the first. */
  readonly rowsDrawn: Int32Array;
  /** The kernel. */
  readonly pairs: Pairs;
  readonly #problem: Problem;
  /** Scalar rows of the kernel, without and with signals of columns. */
  readonly #plain: Pairs;
  readonly #weighted: Pairs;
  readonly #rows: Floats;
  readonly #columns: Floats;
  readonly #columnsDrawn: Int32Array;

  constructor(problem: Problem) {
    const { form, rows, columns, backend, sumScheme } = problem;
    this.#problem = problem;
    const dtype = computedIn(problem);
    const parameter = locator(problem, 1);
    const how = { backend, dtype, sumScheme, parameter };
    const { plain, weighted } = probesOf(form);
    this.pairs = new Pairs(form, how);
    this.#plain = new Pairs(plain, how);
    this.#weighted = new Pairs(weighted, how);
    this.#rows = this.#floats(dataOf(form.rows, problem, rows).positions);
    this.#columns = this.#floats(
      dataOf(form.columns, problem, columns).positions,
    );
    this.rowsDrawn = shuffled(rows, 1);
    this.#columnsDrawn = shuffled(columns, 2);
  }

  /** Whether all positions are finite. */
  get finite(): boolean {
    return this.#rows.every(Number.isFinite) &&
      this.#columns.every(Number.isFinite);
  }

  /** Rows and columns of a rank. */
  skeleton(inputs: Inputs, rank: number): Skeleton {
    const { form, columns } = this.#problem;
    const own = this.rowsDrawn.slice(0, ROWS * rank);
    const count = Math.ceil(COLUMNS * rank);
    const heavy = largestRows(
      sizesOf(inputs.columns, columns),
      Math.ceil(HEAVY * count),
    );
    const drawn = new Set([...heavy, ...this.#columnsDrawn.slice(0, count)]);
    const some = Int32Array.from([...drawn].slice(0, count));
    const signals = this.#floats(probeSignals(form, own.length));
    const rows = { ...this.#rowPoints(own), signals };
    const values = this.#plain.matrix(rows, this.#columnPoints(some));
    const entries = Array.from(
      some,
      (_, c) =>
        Float64Array.from(own, (_, row) => values[row * some.length + c]),
    );
    const basis = new ColumnBasis(entries, rank);
    const chosen = Int32Array.from(basis.chosen, (c) => some[c]);
    return { rows, columns: this.#columnPoints(chosen), basis };
  }

  /** What the rows of a skeleton sum up to, without those known before. */
  moments({ rows }: Skeleton, inputs: Inputs, known = 0): Floats {
    const { form, columns: count } = this.#problem;
    const first = known / widthOf(form.columns);
    const [width, own] = [form.rows.dim, rows.signals.length / rows.count];
    const rest = {
      count: rows.count - first,
      positions: rows.positions.subarray(first * width),
      signals: rows.signals.subarray(first * own),
    };
    return this.#weighted.sums(rest, this.#allColumns(inputs), [
      wholly(rest.count, count),
    ]);
  }

  /** The first columns of a skeleton, with signals that stand for all. */
  weighted(
    { rows, columns, basis }: Skeleton,
    moments: ArrayLike<number>,
    rank: number = columns.count,
  ): Points {
    const width = widthOf(this.#problem.form.columns);
    const signals = this.pairs.zeros(columns.count * width);
    for (let c = 0; c < width; c++) {
      const right = Float64Array.from(
        { length: rows.count },
        (_, row) => moments[row * width + c],
      );
      basis.solve(right, rank).forEach((x, k) => signals[k * width + c] = x);
    }
    return { ...columns, signals };
  }

  /** The sums of some rows, or of all, over a few columns. */
  over(columns: Points, inputs: Inputs, rows?: Int32Array): Float64Array {
    const { rows: all } = this.#problem;
    const own = rows === undefined
      ? { count: all, positions: this.#rows, signals: inputs.rows }
      : this.#rowPoints(rows, inputs);
    const sums = this.pairs.sums(
      { ...own, signals: this.#floats(own.signals) },
      columns,
      [wholly(own.count, columns.count)],
    );
    return new Float64Array(sums);
  }

  /** The exact sums of some rows. */
  exact(rows: Int32Array, inputs: Inputs): Float64Array {
    return this.over(this.#allColumns(inputs), inputs, rows);
  }

  #allColumns(inputs: Inputs): Points {
    return {
      count: this.#problem.columns,
      positions: this.#columns,
      signals: this.#floats(inputs.columns),
    };
  }

  #rowPoints(chosen: Int32Array, inputs?: Inputs) {
    const { form: { rows } } = this.#problem;
    return {
      count: chosen.length,
      positions: picked(this.#rows, rows.dim, chosen),
      signals: inputs === undefined
        ? this.pairs.zeros(0)
        : picked(this.#floats(inputs.rows), widthOf(rows), chosen),
    };
  }

  #columnPoints(chosen: Int32Array): Points {
    const { dim } = this.#problem.form.columns;
    return {
      count: chosen.length,
      positions: picked(this.#columns, dim, chosen),
      signals: this.pairs.zeros(0),
    };
  }

  #floats(data: ArrayLike<number>): Floats {
    const floats = this.pairs.zeros(data.length);
    floats.set(data);
    return floats;
  }
}

/** Rows of an array of vectors. */
function picked(data: Floats, width: number, chosen: Int32Array): Floats {
  const result = data.slice(0, chosen.length * width);
  chosen.forEach((from, to) =>
    result.set(data.subarray(from * width, (from + 1) * width), to * width)
  );
  return result;
}

/** All rows with all columns. */
function wholly(rows: number, columns: number) {
  return { begin: 0, end: rows, intervals: Int32Array.of(0, columns) };
}

/** The largest signal of each point. */
function sizesOf(signals: Float64Array, count: number): Float64Array {
  const width = signals.length / count;
  return Float64Array.from(
    { length: count },
    (_, k) =>
      signals.subarray(k * width, (k + 1) * width)
        .reduce((m, x) => Math.max(m, Math.abs(x)), 0),
  );
}

/** The numbers from 0 on, in an order by chance (Fisher and Yates 1938). */
function shuffled(count: number, seed: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, k) => k);
  const random = randomNumbers(count + seed);
  for (let k = count - 1; k > 0; k--) {
    const other = Math.floor(random() * (k + 1));
    [order[k], order[other]] = [order[other], order[k]];
  }
  return order;
}
