/**
 * The rules of what a program takes and gives.
 *
 * @module
 */

import type { Program } from "./ir.ts";

/**
 * Checks operands, outputs and the values that a program is given.
 *
 * @param check is told where it is, the rule, and whether it holds
 */
export function checkSignature(
  program: Program,
  check: (at: string, rule: string, holds: boolean) => void,
): void {
  const { operands, outputs, columnIndex, columnCount } = program;
  const natural = (n: number) => Number.isInteger(n) && n >= 0;
  const firstTemporary = operands.findIndex((o) => o.temporary);
  const names = operands.map((o) => o.name);
  operands.forEach((o, k) => {
    const at = `operand ${k}: ${o.name}`;
    check(at, "operands have a dimension", natural(o.dim));
    const unique = names.indexOf(o.name) === k;
    check(at, "operands have names of their own", unique);
    const late = firstTemporary >= 0 && k >= firstTemporary;
    check(at, "temporaries come last", o.temporary === late);
    const ofColumn = o.column && !o.row;
    check(at, "temporaries are of columns", !o.temporary || ofColumn);
  });
  outputs.forEach(({ shape, type }, k) => {
    const at = `output ${k}`;
    check(at, "outputs have a shape", shape.every(natural));
    check(at, "outputs are numbers", ["float", "int"].includes(type));
  });
  for (const { id, type } of [columnIndex, columnCount]) {
    check(`%${id}`, "columns are counted by ints", type === "int");
  }
}
