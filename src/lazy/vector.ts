/**
 * Vector operations of LazyTensors: products, norms, distances, parts.
 *
 * @module
 */
import { apply, joinedMap, type LazyLike, made } from "./base.ts";
import * as complex from "../ops/complex.ts";
import * as softDtw from "../ops/soft_dtw.ts";
import * as splines from "../ops/splines.ts";
import * as vector from "../ops/vector.ts";
import { LazyComparison } from "./comparison.ts";
import type { LazyTensor } from "./lazy_tensor.ts";

/**
 * Vector operations of LazyTensors: products, norms, distances, parts. They act
 * on the components of each pair, and stay lazy.
 *
 * @example The direction from one point to another
 * ```ts
 * import { Vi, Vj } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const direction = Vj([[3, 4]]).sub(Vi([[0, 0]])).normalize();
 * const lengths = direction.norm2().sum("j");
 * assert.ok(Math.abs(lengths.item() - 1) < 1e-6);
 * ```
 */
export abstract class LazyVector extends LazyComparison {
  /**
   * The dot product, of complex vectors without conjugation.
   *
   * @param other as long as this, or a scalar
   * @returns a scalar LazyTensor
   * @throws {ShapeError} where dimensions are neither equal nor 1
   *
   * @example Two dot products
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const x = Vi([[0, 0], [3, 4]]), y = Vj([[3, 4]]);
   * assert.deepEqual(x.dot(y).sum("j").arraySync(), [[0], [25]]);
   * ```
   */
  dot(other: LazyLike): LazyTensor {
    return apply(this, vector.dot, [other], [], { op: complex.complexDot });
  }

  /**
   * The squared Euclidean distance.
   *
   * @param other as long as this, or a scalar
   * @returns a scalar LazyTensor
   * @throws {ShapeError} where dimensions are neither equal nor 1
   *
   * @example Two squared distances
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const x = Vi([[0, 0], [3, 4]]), y = Vj([[3, 4]]);
   * assert.deepEqual(x.sqdist(y).sum("j").arraySync(), [[25], [0]]);
   * ```
   */
  sqdist(other: LazyLike): LazyTensor {
    return apply(this, vector.sqdist, [other]);
  }

  /** The squared Euclidean norm, a scalar. */
  sqnorm2(): LazyTensor {
    return apply(this, vector.sqnorm2);
  }

  /** The Euclidean norm, a scalar; its derivative at 0 is taken as 0. */
  norm2(): LazyTensor {
    return apply(this, vector.norm2);
  }

  /** The vector divided by its norm; 0 stays 0. */
  normalize(): LazyTensor {
    return apply(this, vector.normalize);
  }

  /**
   * The weighted squared norm, `sum_k s_k x_k^2` or `x^T S x`.
   *
   * @param s the weights: a scalar, one a component, or a symmetric matrix, row
   * by row
   * @returns a scalar LazyTensor
   * @throws {ShapeError} where s has another dimension
   *
   * @example Coordinates that count differently
   * ```ts
   * import { Vi } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const x = Vi([[3, 4]]);
   * assert.deepEqual(x.weightedSqnorm([1, 2]).sum("j").arraySync(), [[41]]);
   * const symmetric = [1, 2, 2, 1];
   * assert.deepEqual(x.weightedSqnorm(symmetric).sum("j").arraySync(), [[73]]);
   * ```
   */
  weightedSqnorm(s: LazyLike): LazyTensor {
    return made(this, joinedMap(vector.weightedSqnorm, [s, this]));
  }

  /**
   * The weighted squared norm of the difference.
   *
   * @param other as long as this, or a scalar
   * @param s the weights, as in {@linkcode weightedSqnorm}
   * @returns a scalar LazyTensor
   * @throws {ShapeError} where dimensions do not fit
   *
   * @example One weight a coordinate
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const distance = Vi([[3, 4]]).weightedSqdist(Vj([[0, 2]]), [1, 2]);
   * assert.deepEqual(distance.sum("j").arraySync(), [[17]]);
   * ```
   */
  weightedSqdist(other: LazyLike, s: LazyLike): LazyTensor {
    return made(this, joinedMap(vector.weightedSqdist, [s, this, other]));
  }

  /**
   * One component.
   *
   * @param index its position, from 0
   * @returns a scalar LazyTensor; a complex one stays complex
   * @throws {ArgumentError} where there is none
   */
  elem(index: number): LazyTensor {
    return this.isComplex
      ? this.extract(index, 1)
      : apply(this, vector.elem, [], [index]);
  }

  /**
   * Some components, one after the other.
   *
   * @param start the first, from 0
   * @param dim how many
   * @returns a LazyTensor of that dimension
   * @throws {ArgumentError} where they are not there
   *
   * @example The middle
   * ```ts
   * import { Vi } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const x = Vi([[10, 20, 30, 40]]);
   * assert.deepEqual(x.extract(1, 2).sum("j").arraySync(), [[20, 30]]);
   * ```
   */
  extract(start: number, dim: number): LazyTensor {
    const s = this.isComplex ? 2 : 1;
    return apply(this, vector.extract, [], [s * start, s * dim], {
      op: vector.extract,
    });
  }

  /**
   * The components of both, one after the other.
   *
   * @param other what follows
   * @returns a LazyTensor of the sum of both dimensions
   *
   * @example A point and another
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const both = Vi([[1, 2]]).concat(Vj([[3]]));
   * assert.deepEqual(both.sum("j").arraySync(), [[1, 2, 3]]);
   * ```
   */
  concat(other: LazyLike): LazyTensor {
    return apply(this, vector.concat, [other], [], { op: vector.concat });
  }

  /**
   * The vector of zeros with a 1 where this scalar, an index, points: the
   * nearest integer counts; all zeros where there is no such component.
   *
   * @param dim the dimension
   * @throws {ShapeError} where this is no scalar
   *
   * @example A class as a vector
   * ```ts
   * import { Vi } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const classes = Vi([2, 0]).oneHot(3);
   * assert.deepEqual(classes.sum("j").arraySync(), [[0, 0, 1], [1, 0, 0]]);
   * ```
   */
  oneHot(dim: number): LazyTensor {
    return apply(this, vector.oneHot, [], [dim]);
  }

  /**
   * The B-splines of degree k at x: this vector holds the n knots, ascending.
   *
   * @param x a scalar
   * @param k the degree
   * @returns a LazyTensor of dimension n - k - 1
   * @throws {ShapeError} where x is no scalar, or knots are too few
   * @throws {ArgumentError} where k is negative
   *
   * @example Hat functions
   * ```ts
   * import { Pm, Vi } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const hats = Pm([0, 1, 2, 3]).bspline(Vi([1.25]), 1);
   * assert.deepEqual(hats.sum("j").arraySync(), [[0.75, 0.25]]);
   * ```
   */
  bspline(x: LazyLike, k = 0): LazyTensor {
    return apply(this, splines.bspline, [x], [k]);
  }

  /**
   * Soft dynamic time warping of two series: the least sum of squared
   * differences over alignments, with a soft minimum.
   *
   * @param other the other series, of any length
   * @param gamma how soft, 0 for the minimum itself
   * @returns a scalar LazyTensor
   * @throws {ShapeError} where gamma is no scalar, or a series is empty
   *
   * @example Two short series
   * ```ts
   * import { Vi, Vj } from "@allpairs/allpairs";
   * import assert from "node:assert/strict";
   *
   * const cost = Vi([[0, 1]]).softdtwSqdist(Vj([[0, 3]]), 0);
   * assert.deepEqual(cost.sum("j").arraySync(), [[4]]);
   * ```
   */
  softdtwSqdist(other: LazyLike, gamma: LazyLike): LazyTensor {
    return apply(this, softDtw.softdtwSqdist, [other, gamma]);
  }
}
