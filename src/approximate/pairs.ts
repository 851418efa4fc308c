/**
 * Sums and values of a kernel on points and on proxy points alike.
 *
 * @module
 */

import type { DType } from "../dtypes.ts";
import { evaluateMap, evaluateReductions } from "../engine/evaluate.ts";
import type { Backend, OperandData, RowBlock } from "../engine/launch.ts";
import type { Formula } from "../formula/formula.ts";
import { sumReduction } from "../reductions/sum.ts";
import type { ReductionSetup } from "../reductions/reduction.ts";
import { asRows, type KernelForm, type Side } from "./form.ts";

/** Points of one side, real ones or proxies. */
export interface Points {
  /** Their number. */
  readonly count: number;
  /** `[count, dim]`. */
  readonly positions: Float64Array;
  /** `[count, width]`, or `[width]` for the same signals everywhere. */
  readonly signals: Float64Array;
}

/** Where a variable of the kernel lies in the points of its side. */
interface Place {
  readonly row: boolean;
  readonly signal: boolean;
  readonly offset: number;
}

/** Components of the signals of a side. */
export function widthOf(side: Side): number {
  return side.signals.reduce((total, v) => total + v.dim, 0);
}

/** How a kernel is computed. */
export interface Computation {
  /** What runs it. */
  readonly backend: Backend;
  /** The type of sums. */
  readonly dtype: DType;
  /** How terms are added up. */
  readonly sumScheme: ReductionSetup["sumScheme"];
  /** Data of the parameters. */
  readonly parameter: (variable: Formula) => OperandData;
}

/** The kernel of a form, on any points. */
export class Pairs {
  /** Components of the kernel. */
  readonly dim: number;
  readonly #form: KernelForm;
  readonly #how: Computation;
  readonly #places = new Map<number, Place>();
  readonly #setup: ReductionSetup;

  constructor(form: KernelForm, how: Computation) {
    this.#form = form;
    this.#how = how;
    this.dim = form.kernel.dim;
    this.#setup = { dims: [this.dim], k: 0, sumScheme: how.sumScheme };
    for (const row of [true, false]) {
      const side = row ? form.rows : form.columns;
      for (const signal of [true, false]) {
        let offset = 0;
        for (const v of signal ? side.signals : side.positions) {
          this.#places.set(v.params[0] as number, { row, signal, offset });
          offset += v.dim;
        }
      }
    }
  }

  /**
   * Sums over the columns of each block of rows, `[rows, dim]`.
   *
   * @param dtype the type of the sums, where it is another than usual
   */
  sums(
    rows: Points,
    columns: Points,
    blocks: readonly RowBlock[],
    dtype: DType = this.#how.dtype,
  ): Float64Array {
    const request = {
      reduction: sumReduction,
      formulas: [this.#form.kernel],
      setup: this.#setup,
    };
    const [result] = evaluateReductions(
      [request],
      "j",
      this.#locate(rows, columns),
      { batch: [], m: rows.count, n: columns.count },
      dtype,
      this.#how.backend,
      [blocks],
    );
    return result.data instanceof Float64Array
      ? result.data
      : Float64Array.from(result.data);
  }

  /** The values of some pairs: point k of the one with point k of the other. */
  values(x: Points, y: Points): Float64Array {
    const [result] = evaluateMap(
      [asRows(this.#form.kernel)],
      false,
      this.#locate(x, y, true),
      { batch: [], m: x.count, n: 1 },
      "float64",
      this.#how.backend,
    );
    return Float64Array.from(result.data);
  }

  /** Where points lie; `together` where both sides run along the rows. */
  #locate(
    rows: Points,
    columns: Points,
    together = false,
  ): (variable: Formula) => OperandData {
    return (variable) => {
      const place = this.#places.get(variable.params[0] as number);
      if (place === undefined) return this.#how.parameter(variable);
      const { row, signal, offset } = place;
      const points = row ? rows : columns;
      const data = signal ? points.signals : points.positions;
      const side = row ? this.#form.rows : this.#form.columns;
      const width = signal ? widthOf(side) : side.dim;
      // One vector for all points is repeated by a stride of 0.
      const once = signal && points.count > 1 && data.length === width;
      const stride = once ? 0 : width;
      return {
        data,
        offset,
        batch: [],
        row: row || together ? stride : 0,
        column: row || together ? 0 : stride,
        component: 1,
      };
    };
  }
}
