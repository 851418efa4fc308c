/**
 * Which preconditioner a system gets.
 *
 * @module
 */

import { ArgumentError } from "../errors.ts";
import { memoryOf } from "../tensor/base.ts";
import type { IterationOptions, Method } from "./options.ts";
import {
  inverseOf,
  jacobi,
  type LowRank,
  nystrom,
  partialCholesky,
  type Preconditioner,
  testVectors,
} from "./preconditioner.ts";
import type { LinearMap } from "../operator/map.ts";
import type { Products } from "./products.ts";
import { type ColumnMap, tensorPowers } from "./tensor_power.ts";

/** Smaller systems are solved before a preconditioner is made. */
const SMALL = 100;
/** More columns rarely pay. */
const RANK = 100;

/** Whether a method takes the preconditioner of its options. */
export function isPreconditioned(
  method: Method,
  options: IterationOptions,
): boolean {
  return method === "cg" ||
    method === "minres" && options.preconditioner === "jacobi";
}

/** A preconditioner for each entry of the batch; `undefined` for none. */
export function chosenPreconditioners(
  map: LinearMap,
  products: Products,
  alpha: number,
  options: IterationOptions,
): (Preconditioner | undefined)[] {
  const { preconditioner = "auto" } = options;
  const { rows: size, count } = products;
  const forAll = (one: Preconditioner | undefined) =>
    Array.from({ length: count }, () => one);
  const { entries } = map;
  switch (preconditioner) {
    case "none":
      return forAll(undefined);
    case "jacobi": {
      if (entries === undefined) throw unavailable("jacobi", "diagonal");
      const diagonals = diagonalsOf(entries.diagonal(), size)
        .map((d) => jacobi(d, alpha));
      // Without batch dimensions of its own, the matrix is one for all.
      return Array.from(
        { length: count },
        (_, k) => diagonals[diagonals.length === 1 ? 0 : k],
      );
    }
    case "nystrom":
    case "auto":
    case "cholesky":
      return lowRankParts(map, products, alpha, options)
        .map((part) => inverseOf(part, alpha));
  }
}

/**
 * The same as a function of columns `[...batch, n, E]` of tensors, which stay
 * where they are; `undefined` for none.
 */
export function tensorPreconditioner(
  map: LinearMap,
  products: Products,
  alpha: number,
  options: IterationOptions,
  batch: readonly number[],
): ColumnMap | undefined {
  const { preconditioner = "auto" } = options;
  if (preconditioner === "none") return undefined;
  const { entries } = map;
  if (preconditioner === "jacobi") {
    if (entries === undefined) throw unavailable("jacobi", "diagonal");
    const diagonal = entries.diagonal();
    // Their signs are looked at once, on the host.
    diagonalsOf(diagonal, products.rows).forEach((d) => jacobi(d, alpha));
    const divisors = diagonal.add(alpha);
    return (r) => r.div(divisors);
  }
  const parts = lowRankParts(map, products, alpha, options);
  // Without batch dimensions of its own, the matrix is one for all.
  const one = parts.every((part) => part === parts[0]);
  return one
    ? tensorPowers(parts.slice(0, 1), products, alpha)?.(-1)
    : tensorPowers(parts, products, alpha, batch)?.(-1);
}

/** What is known of the large part of a matrix, for each entry of the batch. */
export function lowRankParts(
  map: LinearMap,
  products: Products,
  alpha: number,
  options: IterationOptions,
): (LowRank | undefined)[] {
  const { preconditioner = "auto" } = options;
  const { rows: size, count } = products;
  const rank = Math.min(
    size,
    options.rank ?? Math.min(RANK, Math.ceil(size / 4)),
  );
  const { entries, batch } = map;
  if (preconditioner === "nystrom") {
    const test = testVectors(size, rank);
    const images = products.multiply(Array.from({ length: count }, () => test));
    return images.map((y) => nystrom(test, y));
  }
  const none = Array.from({ length: count }, () => undefined);
  if (entries === undefined || batch.length > 0) {
    if (preconditioner === "auto") return none;
    throw unavailable("cholesky", "columns");
  }
  if (preconditioner === "auto" && size < SMALL) return none;
  const [diagonal] = diagonalsOf(entries.diagonal(), size);
  const part = partialCholesky(
    diagonal,
    (k) => Float64Array.from(memoryOf(entries.column(k)).data),
    alpha,
    rank,
  );
  return none.map(() => part);
}

function unavailable(name: string, part: string): ArgumentError {
  return new ArgumentError(
    `Cannot use the preconditioner "${name}" here: it reads the ${part} of one matrix of scalars, without ${
      name === "cholesky" ? "ranges and batch dimensions" : "ranges"
    }; use "nystrom" or "none"`,
  );
}

function diagonalsOf(
  diagonal: Parameters<typeof memoryOf>[0],
  size: number,
): Float64Array[] {
  const all = Float64Array.from(memoryOf(diagonal).data);
  const entries = Math.max(
    1,
    diagonal.shape.slice(0, -2)
      .reduce((p, d) => p * d, 1),
  );
  return Array.from(
    { length: entries },
    (_, k) => all.subarray(k * size, (k + 1) * size),
  );
}
