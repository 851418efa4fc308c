/**
 * Sums and values of a kernel on points and on proxy points alike.
 *
 * @module
 */

import type { DType } from "../dtypes.ts";
import { evaluateMap, evaluateReductions } from "../engine/evaluate.ts";
import { planOf } from "../engine/plan.ts";
import { costOfPair } from "../program/cost.ts";
import type { Backend, OperandData, RowBlock } from "../launch/launch.ts";
import type { Formula } from "../formula/formula.ts";
import { sumReduction } from "../reductions/sum.ts";
import type { ReductionSetup } from "../reductions/reduction.ts";
import { asRows, type KernelForm, type Side } from "./form.ts";

/** Numbers of the type that is computed with, so that they are copied fast. */
export type Floats = Float32Array | Float64Array;

/** Points of one side, real ones or proxies. */
export interface Points {
  /** Their number. */
  readonly count: number;
  /** `[count, dim]`. */
  readonly positions: Floats;
  /** `[count, width]`, or `[width]` for the same signals everywhere. */
  readonly signals: Floats;
}

/** Operations of a core in a nanosecond, for each byte of a number. */
const SPEED = 96;
/** What a function costs, in operations; what each pair costs beside its own. */
const FUNCTION = 6;
const PAIR = 4;

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

/** Zeros of a type. */
export function zerosOf(dtype: DType, length: number): Floats {
  return dtype === "float64"
    ? new Float64Array(length)
    : new Float32Array(length);
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

  /** Sums over the columns of each block of rows, `[rows, dim]`. */
  sums(rows: Points, columns: Points, blocks: readonly RowBlock[]): Floats {
    const [result] = evaluateReductions(
      [this.#request()],
      "j",
      this.#locate(rows, columns),
      { batch: [], m: rows.count, n: columns.count },
      this.#how.dtype,
      this.#how.backend,
      [blocks],
    );
    return result.data as Floats;
  }

  /** About how many nanoseconds a core takes for a pair. */
  get nanoseconds(): number {
    const { dtype, backend } = this.#how;
    const { program } = planOf([this.#request()], "j", backend);
    const { flops, calls } = costOfPair(program);
    const bytes = dtype === "float64" ? 8 : 4;
    return (flops + FUNCTION * calls + PAIR) * bytes / SPEED;
  }

  #request() {
    return {
      reduction: sumReduction,
      formulas: [this.#form.kernel],
      setup: this.#setup,
    };
  }

  /** Zeros of the type that is computed with. */
  zeros(length: number): Floats {
    return zerosOf(this.#how.dtype, length);
  }

  /** How it is computed. */
  get how(): Computation {
    return this.#how;
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
    return new Float64Array(result.data);
  }

  /** All values of a scalar kernel, `[rows, columns]`. */
  matrix(rows: Points, columns: Points): Float64Array {
    const [result] = evaluateMap(
      [this.#form.kernel],
      true,
      this.#locate(rows, columns),
      { batch: [], m: rows.count, n: columns.count },
      "float64",
      this.#how.backend,
    );
    return result.data as Float64Array;
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
