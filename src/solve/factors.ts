/**
 * What an iteration computes of one column with the numbers that its vectors
 * give, wherever the vectors are.
 *
 * @module
 */

/** The factors of a small matrix as it grows, and where they lead. */
export interface Factors {
  /**
   * The solution, and two directions to go on with: as vectors, or as shares
   * of other vectors.
   */
  vectors: [x: Float64Array, Float64Array, Float64Array];
  /** The residual now, relative. */
  readonly residual: number;
  /** Whether the solution stays as it is. */
  readonly done: boolean;
  /**
   * Takes a step.
   *
   * @param vector the vector that it found
   * @param numbers what it found out
   */
  take(vector: Float64Array, numbers: readonly [number, number]): void;
}
