/**
 * Kernels by name: `gaussian(x, y) * (1 + linear(u, v) ** 2)`.
 *
 * @module
 */

import { ArgumentError } from "../errors.ts";
import type { Formula } from "../formula/formula.ts";
import { type Functions, type Names, parseFormula } from "../language/parse.ts";
import { add, exp, inv, mul, neg, rsqrt, sqrt } from "../ops/arithmetic.ts";
import { dot, normalize, sqdist } from "../ops/norms.ts";
import { weightedSqdist } from "../ops/weighted.ts";

/** A kernel that has a name. */
export interface NamedKernel {
  /** What it computes, of x, y and the scale g. */
  readonly meaning: string;
  /**
   * The kernel from a scalar: g |x - y|^2 for kernels of the distance, the
   * (scaled) product otherwise.
   */
  readonly profile: (s: Formula) => Formula;
  /** What the profile is taken of. */
  readonly of: "distance" | "product" | "cosine";
}

/**
 * The kernels by name. Each takes `(x, y)` or `(x, y, g)`; the scale g is 1
 * where it is left out, and 1 / sigma^2 in terms of a length sigma.
 *
 * In kernels of the distance, g may be a scalar, a vector of one weight a
 * component, or a symmetric matrix: g |x - y|^2 stands for
 * `WeightedSqDist(g, x, y)`.
 */
export const KERNELS: ReadonlyMap<string, NamedKernel> = new Map<
  string,
  NamedKernel
>([
  ["gaussian", {
    meaning: "exp(-g |x - y|^2)",
    of: "distance",
    profile: (s) => exp(neg(s)),
  }],
  ["laplacian", {
    meaning: "exp(-(g |x - y|^2)^(1/2))",
    of: "distance",
    profile: (s) => exp(neg(sqrt(s))),
  }],
  ["cauchy", {
    meaning: "1 / (1 + g |x - y|^2)",
    of: "distance",
    profile: (s) => inv(add(1, s)),
  }],
  ["inverse_multiquadric", {
    meaning: "1 / (1 + g |x - y|^2)^(1/2)",
    of: "distance",
    profile: (s) => rsqrt(add(1, s)),
  }],
  ["distance", {
    meaning: "(g |x - y|^2)^(1/2)",
    of: "distance",
    profile: (s) => sqrt(s),
  }],
  ["energy", {
    meaning: "-(g |x - y|^2)^(1/2)",
    of: "distance",
    profile: (s) => neg(sqrt(s)),
  }],
  ["linear", {
    meaning: "g (x | y)",
    of: "product",
    profile: (s) => s,
  }],
  ["exponential", {
    meaning: "exp(g (x | y))",
    of: "product",
    profile: (s) => exp(s),
  }],
  ["cosine", {
    meaning: "g (x | y) / (|x| |y|), 0 where x or y is 0",
    of: "cosine",
    profile: (s) => s,
  }],
]);

const FUNCTIONS: Functions = new Map(
  [...KERNELS].map(([name, kernel]) => [
    name,
    (...args: Formula[]) => {
      if (args.length === 2 || args.length === 3) {
        const [x, y, g] = args;
        return kernel.profile(scaled(kernel.of, x, y, g));
      }
      throw new ArgumentError(
        `Cannot call "${name}" with ${args.length} arguments: (x, y) or (x, y, scale) is wanted`,
      );
    },
  ]),
);

function scaled(
  of: NamedKernel["of"],
  x: Formula,
  y: Formula,
  g: Formula | undefined,
): Formula {
  if (of === "distance") {
    return g === undefined ? sqdist(x, y) : weightedSqdist(g, x, y);
  }
  const product = of === "product"
    ? dot(x, y)
    : dot(normalize(x), normalize(y));
  return g === undefined ? product : mul(g, product);
}

/**
 * The formula of a kernel that is written with names: kernels of
 * {@linkcode KERNELS}, numbers, operators and all that formulas may hold.
 *
 * @param text e.g. `"gaussian(x,y) * (1 + linear(u,v)**2)"`
 * @param variables declarations as `"x = Vi(3)"`, or formulas by name
 */
export function expandKernel(
  text: string,
  variables: readonly string[] | Names,
): Formula {
  return parseFormula(text, variables, FUNCTIONS);
}
