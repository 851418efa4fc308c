/**
 * Values of all pairs of LazyTensor-shaped arrays, and their reductions, in
 * plain JavaScript.
 *
 * @module
 */

import { DENSE } from "./dense.ts";
import { entryAt } from "./tensors.ts";

/** An array of shape `[...batch, M or 1, N or 1, D]`. */
export interface PairArray {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** The values of all pairs. */
export interface Pairs {
  /** `[...batch, M, N]`. */
  readonly shape: readonly number[];
  /** One vector for each pair, row by row. */
  readonly values: readonly (readonly number[])[];
}

/** Sizes that all broadcast to, from the right. */
export function broadcastSizes(
  shapes: readonly (readonly number[])[],
): number[] {
  const length = Math.max(...shapes.map((s) => s.length));
  return Array.from({ length }, (_, k) => {
    const sizes = shapes.map((s) => s[s.length - length + k] ?? 1);
    return sizes.find((d) => d !== 1) ?? 1;
  });
}

/** A function of vectors, for every pair. */
export function densePairs(
  f: (...x: number[][]) => number[],
  operands: readonly PairArray[],
): Pairs {
  const shape = broadcastSizes(operands.map((o) => o.shape.slice(0, -1)));
  const size = shape.reduce((p, d) => p * d, 1);
  const values = Array.from({ length: size }, (_, flat) => {
    const index = shape.map((d, k) =>
      Math.floor(flat / shape.slice(k + 1).reduce((p, e) => p * e, 1)) % d
    );
    return f(...operands.map(({ data, shape: own }) =>
      Array.from(
        { length: own[own.length - 1] },
        (_, c) => entryAt(data, own, [...index, c]),
      )
    ));
  });
  return { shape, values };
}

/** A reduction of all pairs: each output flat. */
export function reducePairs(
  { shape, values }: Pairs,
  reduction: string,
  axis: "i" | "j",
  { k = 0, weights }: { k?: number; weights?: Pairs } = {},
): number[][] {
  const [m, n] = shape.slice(-2);
  const batch = shape.slice(0, -2).reduce((p, d) => p * d, 1);
  const [rows, columns] = axis === "j" ? [m, n] : [n, m];
  const count = reduction.includes("_Arg") ? 2 : 1;
  const results: number[][] = Array.from({ length: count }, () => []);
  for (let b = 0; b < batch; b++) {
    for (let r = 0; r < rows; r++) {
      const row = (of: Pairs) => {
        const own = Array.from(
          { length: columns },
          (_, c) =>
            of.values[
              (b * m + (axis === "j" ? r : c)) * n +
              (axis === "j" ? c : r)
            ],
        );
        return Array.from(
          { length: own[0]?.length ?? 0 },
          (_, d) => own.map((v) => v[d]),
        );
      };
      DENSE[reduction](row({ shape, values }), weights ? row(weights) : [], k)
        .forEach((x, o) => results[o].push(...x));
    }
  }
  return results;
}

/** Scalar product of two vectors. */
export function dot(x: readonly number[], y: readonly number[]): number {
  return x.reduce((s, v, k) => s + v * y[k], 0);
}

/** Squared distance of two vectors. */
export function sqdist(x: readonly number[], y: readonly number[]): number {
  return x.reduce((s, v, k) => s + (v - y[k]) ** 2, 0);
}
