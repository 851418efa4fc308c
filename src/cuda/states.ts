/**
 * How the states of parts are stored, given the program that merges them:
 * entry by entry, part by part, row by
 * row, so that neighbouring threads write side by side.
 *
 * @module
 */

import { countUses } from "../program/inline.ts";
import type { Program, Storage } from "../program/ir.ts";
import type { Variant } from "./variant.ts";

/** Whether the results depend on the number of columns. */
export function needsCount({ finish, columnCount }: Program): boolean {
  return countUses([finish]).has(columnCount.id);
}

/** How many floats and ints the state of one part of a row takes. */
export function stateSizes(
  program: Program,
): { readonly floats: number; readonly ints: number } {
  let [floats, ints] = [0, needsCount(program) ? 1 : 0];
  for (const { own } of program.state) {
    if (own.type === "float") floats += lengthOf(own);
    else ints += lengthOf(own);
  }
  return { floats, ints };
}

/** Stores the state of a row. */
export function storeStates(
  program: Program,
  text: (storage: Storage) => string,
): string[] {
  const lines = [
    "const long long points = args.batches * args.rows;",
    "const long long at = part * points + point;",
  ];
  const put = (target: string, value: string) => `${target} = ${value};`;
  eachEntry(program, "at", ({ own }, target, index) => {
    lines.push(...looped(own, (k) => put(target(k), text(own) + index(k))));
  });
  if (needsCount(program)) lines.push("args.ints[at] = count;");
  return lines;
}

/** Reads the state of a part, as far as the merge needs it. */
export function readStates(
  program: Program,
  { compute }: Variant,
): string[] {
  const lines = ["const long long at = part * points + point;"];
  eachEntry(program, "at", ({ other }, source, index) => {
    const type = other.type === "float" ? compute : "int";
    const name = `${other.name}_${other.id}`;
    if (!("length" in other)) {
      lines.push(`const ${type} ${name} = ${source("0")};`);
      return;
    }
    lines.push(
      `${type} ${name}[${other.length}];`,
      ...looped(other, (k) => `${name}${index(k)} = ${source(k)};`),
    );
  });
  if (needsCount(program)) lines.push("count += args.ints[at];");
  return lines;
}

/** Tells where each piece of the state is. */
function eachEntry(
  program: Program,
  at: string,
  visit: (
    piece: Program["state"][number],
    stored: (k: string) => string,
    index: (k: string) => string,
  ) => void,
): void {
  const next = { floats: 0, ints: needsCount(program) ? 1 : 0 };
  for (const piece of program.state) {
    const { own } = piece;
    const array = own.type === "float" ? "floats" : "ints";
    const first = next[array];
    next[array] += lengthOf(own);
    const isArray = "length" in own;
    visit(
      piece,
      (k) => {
        const entry = isArray
          ? first === 0 ? k : `(${first} + ${k})`
          : `${first}`;
        return entry === "0"
          ? `args.${array}[${at}]`
          : `args.${array}[${entry} * args.parts * points + ${at}]`;
      },
      (k) => isArray ? `[${k}]` : "",
    );
  }
}

function lengthOf(storage: Storage): number {
  return "length" in storage ? storage.length : 1;
}

function looped(storage: Storage, line: (k: string) => string): string[] {
  if (!("length" in storage)) return [line("0")];
  return [
    `for (int k = 0; k < ${storage.length}; k++) {`,
    `  ${line("k")}`,
    "}",
  ];
}
