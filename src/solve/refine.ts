/**
 * Solutions whose residual was computed anew.
 *
 * Solvers update the residual from step to step, and rounding lets it part
 * from that of the solution: in float32 long before it is small.
 *
 * @module
 */

import { DIGITS, type DType } from "../dtypes.ts";
import type { ConvergenceError } from "../errors.ts";
import { norm, type Vectors } from "./products.ts";
import { addScaled } from "./small.ts";
import type { Watch } from "./watch.ts";

/** A system, by its products. */
export interface Refined {
  /** The dtype of products. */
  readonly dtype: DType;
  /** Whether eps is what the user asked for, and not a default. */
  readonly asked: boolean;
  /** Least squares: the residual need not become small. */
  readonly leastSquares: boolean;
  /** Products with vectors. */
  multiply(vectors: Float64Array[][], transposed?: boolean): Float64Array[][];
  /** Rounds a vector as products do. */
  round(vector: Float64Array): void;
  /** A lower bound of the norm of the matrix. */
  norm(): number;
  /** Solves for a right-hand side, up to eps times the norms. */
  solve(
    right: Float64Array[][],
    norms: readonly (readonly number[])[],
  ): Float64Array[][];
}

/** How large rounding errors of a residual are, in unit roundoffs of its type. */
const ERRORS = 8;
/** How many powers of a matrix tell its norm. */
export const POWERS = 4;

/**
 * Solves until the residual of the rounded solution is small enough, each time
 * for the residual that the last one left.
 *
 * @throws {ConvergenceError} where rounding does not let it become so small
 */
export function refined(
  system: Refined,
  right: Vectors,
  size: number,
  watch: Watch,
): Float64Array[][] {
  const norms = right.map((list) => list.map(norm));
  const x = right.map((list) => list.map(() => new Float64Array(size)));
  let rest = right.map((list) => list.map((b) => b.slice()));
  for (let best = Infinity;;) {
    const steps = system.solve(rest, norms);
    steps.forEach((list, k) =>
      list.forEach((d, c) => {
        addScaled(x[k][c], 1, d);
        system.round(x[k][c]);
      })
    );
    const images = system.multiply(x);
    rest = right.map((list, k) =>
      list.map((b, c) => b.map((v, i) => v - images[k][c][i]))
    );
    let { worst, done } = measured(system, x, rest, norms, watch.eps);
    if (!done && (!system.asked || system.leastSquares)) {
      // Solvers may not have met the directions where the matrix is large.
      enlarge(system, images);
      ({ worst, done } = measured(system, x, rest, norms, watch.eps));
    }
    if (done) return x;
    if (Number.isNaN(worst)) throw watch.notFinite();
    if (!(worst < best / 2)) throw unreachable(system, worst, watch);
    best = worst;
    watch.restart();
  }
}

/** Powers of the matrix: products with them tell its norm. */
function enlarge(system: Refined, start: Float64Array[][]): void {
  let powers = start;
  for (let k = 0; k < POWERS; k++) {
    powers.flat().forEach((v) => {
      const length = norm(v);
      if (length > 0) v.forEach((y, i) => v[i] = y / length);
    });
    const transposed = system.leastSquares && k % 2 === 0;
    powers = system.multiply(powers, transposed);
  }
}

/** The largest residual of all columns, and whether all are small enough. */
function measured(
  system: Refined,
  x: Vectors,
  rest: Float64Array[][],
  norms: readonly (readonly number[])[],
  eps: number,
): Judgement {
  const slopes = system.leastSquares ? system.multiply(rest, true) : undefined;
  const lengths = rest.flatMap((list, k) =>
    list.map((r, c): Lengths => ({
      right: norms[k][c],
      rest: norm(r),
      solution: norm(x[k][c]),
      slope: slopes && norm(slopes[k][c]),
    }))
  );
  return judged(lengths, system, system.norm(), eps);
}

/** What is measured of a column. */
export interface Lengths {
  /** The length of the right-hand side. */
  readonly right: number;
  /** That of the residual. */
  readonly rest: number;
  /** That of the solution. */
  readonly solution: number;
  /** Of least squares, the length of `A^T r`. */
  readonly slope?: number | undefined;
}

/** How good solutions are. */
export interface Judgement {
  /** The largest residual, relative. */
  readonly worst: number;
  /** Whether all are small enough. */
  readonly done: boolean;
}

/**
 * Whether residuals are small enough, or as small as rounding lets them be.
 *
 * @param columns what was measured
 * @param how dtype, and whether eps was asked for
 * @param size a lower bound of the norm of the matrix
 * @param eps the wanted residual
 */
export function judged(
  columns: readonly Lengths[],
  { dtype, asked }: { readonly dtype: DType; readonly asked: boolean },
  size: number,
  eps: number,
): Judgement {
  let [worst, done] = [0, true];
  for (const { right, rest, solution, slope } of columns) {
    if (right === 0) continue;
    const rounding = asked
      ? 0
      : ERRORS * 2 ** -DIGITS[dtype] * (size * solution + right);
    const relative = [{ value: rest / right, floor: rounding / right }];
    if (slope !== undefined && rest > 0) {
      relative.push({
        value: slope === 0 ? 0 : slope / (size * rest),
        floor: rounding / rest,
      });
    }
    // NaN must come through: a comparison would lose it.
    if (!relative.some(({ value, floor }) => value <= Math.max(eps, floor))) {
      done = false;
    }
    const least = relative.reduce(
      (m, { value }) => Math.min(m, value),
      Infinity,
    );
    worst = Number.isNaN(least) ? NaN : Math.max(worst, least);
  }
  return { worst, done };
}

/** The error of residuals that rounding does not let become smaller. */
export function unreachable(
  { dtype }: { readonly dtype: DType },
  residual: number,
  watch: Watch,
): ConvergenceError {
  const possible = (2 * residual).toExponential(0);
  return watch.error(
    ` to eps = ${watch.eps} in ${dtype}: the relative residual of the solution, computed anew, is ${residual}, and rounding keeps it there; write eps: ${possible}${
      dtype === "float64"
        ? ", or add to the diagonal with alpha"
        : ', or convert the data with .to("float64")'
    }`,
  );
}
