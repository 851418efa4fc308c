/**
 * Powers of matrices near others, as products of tensors.
 *
 * @module
 */

import type { Tensor } from "../tensor/tensor.ts";
import { type LowRank, spectrumOf } from "./preconditioner.ts";
import type { Products } from "./products.ts";

/** A map of columns `[...batch, n, E]`, which stay on their device. */
export type ColumnMap = (columns: Tensor) => Tensor;

/**
 * The powers of `alpha Id` plus what is known of other matrices, one for each
 * entry of the batch or one for all of them.
 *
 * @param parts what is known
 * @param products of the matrices: where the data are, and their dtype
 * @param alpha what is added
 * @param batch leading sizes, as many entries as parts
 * @returns the power of an exponent; undefined where nothing is known
 */
export function tensorPowers(
  parts: readonly (LowRank | undefined)[],
  products: Products,
  alpha: number,
  batch: readonly number[] = [],
): ((exponent: number) => ColumnMap) | undefined {
  const known = parts.map((part): LowRank =>
    part && spectrumOf(part, alpha) ? part : { values: [], vectors: [] }
  );
  const rank = Math.max(...known.map(({ values }) => values.length));
  const width = Math.max(...known.map(({ vectors }) => vectors.length));
  if (rank === 0) return undefined;
  // What is not known counts as the least of what is known; nothing as Id.
  const rests = known.map(({ values }) => {
    const least = values.at(-1);
    return least === undefined ? 1 : least + alpha;
  });
  const zero = new Float64Array(products.rows);
  const given = products.beside(
    known.map(({ vectors }) =>
      Array.from({ length: width }, (_, k) => vectors[k] ?? zero)
    ),
    batch,
  );
  const mixed = known.some(({ mixing }) => mixing);
  const vectors = mixed
    ? given.matmul(products.beside(
      known.map((part) => mixingOf(part, width, rank)),
      batch,
    ))
    : given;
  const axes = Array.from({ length: batch.length + 2 }, (_, k) => k);
  const back = vectors.transpose([
    ...axes.slice(0, -2),
    ...axes.slice(-2).reverse(),
  ]);
  return (exponent) => {
    const bases = rests.map((rest) => rest ** exponent);
    const shares = known.map(({ values }, k) =>
      Float64Array.from(
        { length: rank },
        (_, c) =>
          c < values.length ? (values[c] + alpha) ** exponent - bases[k] : 0,
      )
    );
    const share = products.beside(shares.map((s) => [s]), batch);
    const base = products.beside(
      bases.map((b) => [Float64Array.of(b)]),
      batch,
    );
    return (r) => r.mul(base).add(vectors.matmul(share.mul(back.matmul(r))));
  };
}

/** How vectors are mixed, as so many columns of so many numbers. */
function mixingOf(
  { values, mixing }: LowRank,
  width: number,
  rank: number,
): Float64Array[] {
  return Array.from({ length: rank }, (_, k) => {
    const column = new Float64Array(width);
    if (mixing === undefined && k < values.length) column[k] = 1;
    column.set(mixing?.[k] ?? []);
    return column;
  });
}
