/**
 * All ops by name.
 *
 * @module
 */

import * as arithmetic from "./arithmetic.ts";
import * as basis from "./basis.ts";
import * as basisLoops from "./basis_loops.ts";
import * as calculus from "./calculus.ts";
import * as comparison from "./comparison.ts";
import * as complex from "./complex.ts";
import * as constants from "./constants.ts";
import * as core from "./core.ts";
import * as elementary from "./elementary.ts";
import * as matrix from "./matrix.ts";
import { constant, type Op } from "./op.ts";
import * as softDtw from "./soft_dtw.ts";
import * as splines from "./splines.ts";
import * as vector from "./vector.ts";

const FAMILIES: readonly Readonly<Record<string, unknown>>[] = [
  { constant },
  core,
  constants,
  arithmetic,
  elementary,
  comparison,
  vector,
  matrix,
  complex,
  splines,
  softDtw,
  calculus,
  basis,
  basisLoops,
];

function isOp(x: unknown): x is Op {
  return typeof x === "function" && "uid" in x;
}

const ALL: readonly (readonly [string, Op])[] = FAMILIES
  .flatMap((family) => Object.entries(family))
  .filter((entry): entry is [string, Op] => isOp(entry[1]));

/** The ops by the names of their constants, which methods have, too. */
export const METHODS: ReadonlyMap<string, Op> = new Map(ALL);

/** The ops by their names in formula strings. */
export const OPS: ReadonlyMap<string, Op> = new Map(
  ALL.map(([, op]) => [op.name, op]),
);
