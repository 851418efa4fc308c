/**
 * The function of a module that fills the temporaries.
 *
 * @module
 */

import type { Program } from "../program/ir.ts";
import type { Code } from "./code.ts";
import { Lanes } from "./lanes.ts";
import { baseAt, columnArrays, TABLE, vectorBytes } from "./layout.ts";
import type { ModuleWriter } from "./module.ts";
import { fromTable, less, Pointer } from "./pointer.ts";
import type { RenderOptions } from "./render_options.ts";
import { Statements } from "./statements.ts";

/** Fills the temporaries: lanes are columns. */
export function writeColumns(
  program: Program,
  shape: RenderOptions,
  module: ModuleWriter,
  code: Code,
): void {
  const lanes = new Lanes(code, shape);
  const pointers = program.operands.map((_, k) => {
    const pointer = new Pointer(code);
    pointer.set(fromTable(code, baseAt(k)));
    return pointer;
  });
  const statements = new Statements(lanes, {
    program,
    module,
    groups: 1,
    arrays: columnArrays(program),
    arraysBase: code.keep("i32", fromTable(code, TABLE.arrays)),
    operand: (k) => ({
      address: pointers[k].get,
      offset: 0,
      step: lanes.bytes,
      lanes: program.operands[k].column
        ? vectorBytes(program.operands[k], shape)
        : "same",
      grouped: false,
    }),
    output: () => {
      throw new RangeError("Columns have no results");
    },
  });
  statements.uniform(program.uniform);
  const j = new Pointer(code);
  j.set(() => code.i32(0));
  const end = code.keep("i32", fromTable(code, TABLE.columns));
  code.while(less(code, j.get, end), () => {
    statements.grouped(program.column);
    program.operands.forEach((spec, k) => {
      if (!spec.column || spec.row) return;
      const bytes = lanes.count * vectorBytes(spec, shape);
      pointers[k].move(() => code.i32(bytes));
    });
    j.move(() => code.i32(lanes.count));
  });
}
