/**
 * How lanes spell the scalar primitives of floats.
 *
 * @module
 */

import type { Primitive } from "../program/ir.ts";
import type { Expr } from "./code.ts";
import { exp } from "./exponential.ts";
import type { Lanes } from "./lanes.ts";
import type { ModuleWriter } from "./module.ts";

/** The elementary functions: primitives that are no instructions. */
export type Elementary =
  | "pow"
  | "atan2"
  | "exp"
  | "expm1"
  | "log"
  | "log1p"
  | "sin"
  | "cos"
  | "tan"
  | "asin"
  | "acos"
  | "atan"
  | "sinh"
  | "cosh"
  | "tanh";

/** An elementary function of lanes. */
export function elementary(
  module: ModuleWriter,
  lanes: Lanes,
  name: Elementary & Primitive,
  args: readonly Expr[],
): Expr {
  switch (name) {
    case "exp":
      return exp(lanes, args[0]);
    default:
      throw new Error(`${name} ${module}`);
  }
}
