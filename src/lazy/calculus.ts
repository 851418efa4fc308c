/**
 * Symbolic derivatives of LazyTensors.
 *
 * @module
 */

import {
  apply,
  assertVariable,
  joinedMap,
  type LazyLike,
  made,
} from "./base.ts";
import * as calculus from "../ops/calculus.ts";
import { LazyComplex } from "./complex.ts";
import type { LazyTensor } from "./lazy_tensor.ts";

/** Symbolic derivatives in variables: what `Vi(x)`, `Vj(y)`, `Pm(p)` give. */
export abstract class LazyCalculus extends LazyComplex {
  /** The transposed Jacobian in the variable v times e, as long as this. */
  grad(v: LazyTensor, e: LazyLike): LazyTensor {
    return this.#in(v, calculus.gradient, [e]);
  }

  /** The Jacobian in the variable v times u, as long as v. */
  diff(v: LazyTensor, u: LazyLike): LazyTensor {
    return this.#in(v, calculus.differential, [u]);
  }

  /** The trace of the Jacobian in the variable v. */
  divergence(v: LazyTensor): LazyTensor {
    return this.#in(v, calculus.divergence);
  }

  /** The sum of second derivatives of a scalar in the variable v. */
  laplacian(v: LazyTensor): LazyTensor {
    return this.#in(v, calculus.laplacian);
  }

  /** The Jacobian in the variable v, row by row. */
  gradMatrix(v: LazyTensor): LazyTensor {
    return this.#in(v, calculus.gradMatrix)
      .withInnerShape([this.dim, v.dim]);
  }

  /** The trace of this map, linear in the variable v. */
  traceOperator(v: LazyTensor): LazyTensor {
    return this.#in(v, calculus.traceOperator);
  }

  /** The adjoint of this map, linear in the variable v, at u. */
  adjointOperator(v: LazyTensor, u: LazyLike): LazyTensor {
    return this.#in(v, calculus.adjointOperator, [u]);
  }

  /** This formula, with `part` computed once: shared parts always are. */
  factorize(part: LazyTensor): LazyTensor {
    return made(this, joinedMap(calculus.factorize, [this, part]));
  }

  /** This formula, with repeated parts computed once: they always are. */
  autoFactorize(): LazyTensor {
    return apply(this, calculus.autoFactorize);
  }

  #in(
    v: LazyTensor,
    op: typeof calculus.gradient,
    others: readonly LazyLike[] = [],
  ): LazyTensor {
    assertVariable(v);
    return made(this, joinedMap(op, [this, v, ...others]));
  }
}
