/**
 * Renders programs to WebAssembly.
 *
 * A module has two functions: `rows(table, begin, end)` reduces units of rows,
 * and `columns(table)` fills the temporaries. Sizes and addresses are read
 * from the table at the given address: each thread has one of its own.
 *
 * @module
 */

import type { Program } from "../program/ir.ts";
import { writeColumns } from "./columns.ts";
import { ModuleWriter } from "./module.ts";
import type { RenderOptions } from "./render_options.ts";
import { RowsWriter } from "./rows.ts";

/** The module of a program. */
export function renderModule(
  program: Program,
  options: RenderOptions,
): Uint8Array<ArrayBuffer> {
  const module = new ModuleWriter(options.relaxed, options.shared);
  module.export("rows", 3, (code) => {
    new RowsWriter(program, options, module, code).write();
  });
  module.export("columns", 1, (code) => {
    writeColumns(program, options, module, code);
  });
  return module.bytes();
}
