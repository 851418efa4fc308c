/**
 * How programs are built.
 *
 * @module
 */

/** How programs are built. */
export interface BuildOptions {
  /** Loops of at most this many turns are unrolled. */
  readonly unroll: number;
  /** Move what depends on one axis alone out of the pair loop. */
  readonly hoist: boolean;
}

/** The defaults of {@linkcode BuildOptions}. */
export const BUILD_OPTIONS: BuildOptions = { unroll: 16, hoist: true };
