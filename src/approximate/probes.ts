/**
 * Scalar functions of the points j that a kernel is made of: what columns are
 * told apart by.
 *
 * @module
 */

import { Category } from "../formula/formula.ts";
import { freshVariable } from "../lazy/operand.ts";
import { mul } from "../ops/core.ts";
import { dot } from "../ops/norms.ts";
import { type KernelForm, substituted } from "./form.ts";
import { widthOf } from "./pairs.ts";
import { randomNumbers } from "./sample.ts";

/** A scalar kernel, alone and times the signals of columns. */
export interface Probes {
  /** The scalar, of positions and of what rows say. */
  readonly plain: KernelForm;
  /** The scalar times all signals of columns side by side. */
  readonly weighted: KernelForm;
}

/**
 * A scalar `phi_i(y)` for each row, in which the column signals that the kernel
 * is linear in are numbers of the row, and its components are added up with
 * weights of the row. What is linear in columns is interpolated as these are.
 */
export function probesOf({ kernel, rows, columns }: KernelForm): Probes {
  const given = new Map(
    columns.signals.map((s) => [s, freshVariable(s.dim, Category.I)]),
  );
  const direction = freshVariable(kernel.dim, Category.I);
  const scalar = dot(direction, substituted(kernel, given));
  const signals = [...rows.signals, ...given.values(), direction];
  const signal = freshVariable(widthOf(columns), Category.J);
  const form = {
    rows: { ...rows, signals },
    factor: undefined,
    exponents: [],
  };
  return {
    plain: { ...form, kernel: scalar, columns: { ...columns, signals: [] } },
    weighted: {
      ...form,
      kernel: mul(scalar, signal),
      columns: { ...columns, signals: [signal] },
    },
  };
}

/** What rows say, of all lengths and directions; vectors of one are 1. */
export function probeSignals(
  { kernel, rows, columns }: KernelForm,
  count: number,
): Float64Array {
  const random = randomNumbers(0);
  const widths = [widthOf(rows), widthOf(columns), kernel.dim];
  const numbers: number[] = [];
  for (let row = 0; row < count; row++) {
    widths.forEach((width, part) => {
      for (let c = 0; c < width; c++) {
        // Signals of one sign do not cancel in products with themselves.
        numbers.push(width === 1 ? 1 : random() + (part === 1 ? 0.5 : -0.5));
      }
    });
  }
  return Float64Array.from(numbers);
}
