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

/** Vector operations of LazyTensors: products, norms, distances, parts. */
export abstract class LazyVector extends LazyComparison {
  /** The dot product, of complex vectors without conjugation. */
  dot(other: LazyLike): LazyTensor {
    return apply(this, vector.dot, [other], [], { op: complex.complexDot });
  }

  /** The squared Euclidean distance. */
  sqdist(other: LazyLike): LazyTensor {
    return apply(this, vector.sqdist, [other]);
  }

  /** The squared Euclidean norm. */
  sqnorm2(): LazyTensor {
    return apply(this, vector.sqnorm2);
  }

  /** The Euclidean norm. */
  norm2(): LazyTensor {
    return apply(this, vector.norm2);
  }

  /** The vector divided by its norm; 0 stays 0. */
  normalize(): LazyTensor {
    return apply(this, vector.normalize);
  }

  /** `sum_k s_k x_k^2`, or `x^T S x`; s has dimension 1, D or D * D. */
  weightedSqnorm(s: LazyLike): LazyTensor {
    return made(this, joinedMap(vector.weightedSqnorm, [s, this]));
  }

  /** The weighted squared norm of the difference. */
  weightedSqdist(other: LazyLike, s: LazyLike): LazyTensor {
    return made(this, joinedMap(vector.weightedSqdist, [s, this, other]));
  }

  /** One component, from 0. */
  elem(index: number): LazyTensor {
    return this.isComplex
      ? this.extract(index, 1)
      : apply(this, vector.elem, [], [index]);
  }

  /** `dim` components from `start` on. */
  extract(start: number, dim: number): LazyTensor {
    const s = this.isComplex ? 2 : 1;
    return apply(this, vector.extract, [], [s * start, s * dim], {
      op: vector.extract,
    });
  }

  /** The components of both, one after the other. */
  concat(other: LazyLike): LazyTensor {
    return apply(this, vector.concat, [other], [], { op: vector.concat });
  }

  /** The vector of zeros with a 1 where this scalar, an index, points. */
  oneHot(dim: number): LazyTensor {
    return apply(this, vector.oneHot, [], [dim]);
  }

  /** The B-splines of degree k at x: this vector holds the knots. */
  bspline(x: LazyLike, k = 0): LazyTensor {
    return apply(this, splines.bspline, [x], [k]);
  }

  /** Soft dynamic time warping of two series, squared differences as cost. */
  softdtwSqdist(other: LazyLike, gamma: LazyLike): LazyTensor {
    return apply(this, softDtw.softdtwSqdist, [other, gamma]);
  }
}
