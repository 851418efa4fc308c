/**
 * How the states of parts are stored, given the program that merges them:
 * entry by entry, part by part, row by
 * row, so that neighbouring threads write side by side.
 *
 * @module
 */

import { countUses } from "../program/inline.ts";
import type { Program, Storage } from "../program/ir.ts";
import { LONGEST_UNROLLED, type Shared } from "./statements.ts";
import { SIDE } from "./tiling.ts";
import type { Variant } from "./variant.ts";

/** Whether the results depend on the number of columns. */
function needsCount({ finish, columnCount }: Program): boolean {
  return countUses([finish]).has(columnCount.id);
}

/** How many ints tell the number of columns. */
function countSize(program: Program, { wide }: Variant): number {
  return needsCount(program) ? wide ? 2 : 1 : 0;
}

/** How many floats and ints the state of one part of a row takes. */
export function stateSizes(
  program: Program,
  variant: Variant,
): { readonly floats: number; readonly ints: number } {
  let [floats, ints] = [0, countSize(program, variant)];
  for (const { own } of program.state) {
    if (own.type === "float") floats += lengthOf(own);
    else ints += lengthOf(own);
  }
  return { floats, ints };
}

/**
 * Stores the state of a row.
 *
 * @param program what merges
 * @param text the text of a slot or an array
 * @param shared what the threads across a block share out
 */
export function storeStates(
  program: Program,
  variant: Variant,
  text: (storage: Storage) => string,
  shared?: Shared,
): string[] {
  const lines = [
    "const long long points = args.batches * args.rows;",
    "const long long at = part * points + point;",
  ];
  const only = shared ? `if (${shared.first}) ` : "";
  const put = (target: string, value: string) => `${target} = ${value};`;
  eachEntry(program, variant, "at", ({ own }, target, index) => {
    if (shared?.arrays.has(own.id)) {
      lines.push(
        "#pragma unroll",
        `for (int e = 0; e < ${shared.components}; e++) {`,
        `  const int k = ${shared.component};`,
        `  if (k < ${shared.count}) ${put(target("k"), `${text(own)}[e]`)}`,
        "}",
      );
      return;
    }
    const entry = (k: string) => only + put(target(k), text(own) + index(k));
    lines.push(...looped(own, entry));
  });
  const { wide } = variant;
  if (needsCount(program)) {
    lines.push(`${only}args.ints[at] = ${wide ? "(int) " : ""}count;`);
  }
  if (needsCount(program) && wide) {
    lines.push(
      `${only}args.ints[args.parts * points + at] = (int) (count >> 32);`,
    );
  }
  return lines;
}

/** Reads the state that the thread so far `apart` has of the same row. */
export function exchangeStates(
  program: Program,
  { compute }: Variant,
  text: (storage: Storage) => string,
  shared?: Shared,
): string[] {
  const from = (own: string) =>
    `__shfl_xor_sync(0xffffffffu, ${own}, apart, ${SIDE})`;
  return program.state.flatMap(({ own, other }) => {
    if (shared?.arrays.has(own.id)) return [];
    const type = other.type === "float" ? compute : "int";
    const name = `${other.name}_${other.id}`;
    if (!("length" in other)) {
      return [`const ${type} ${name} = ${from(text(own))};`];
    }
    return [
      `${type} ${name}[${other.length}];`,
      ...looped(other, (k) => `${name}[${k}] = ${from(`${text(own)}[${k}]`)};`),
    ];
  });
}

/** Reads the state of a part, as far as the merge needs it. */
export function readStates(
  program: Program,
  variant: Variant,
): string[] {
  const { compute, wide } = variant;
  const lines = ["const long long at = part * points + point;"];
  eachEntry(program, variant, "at", ({ other }, source, index) => {
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
  if (needsCount(program)) {
    lines.push(`count += ${wide ? "(unsigned) " : ""}args.ints[at];`);
  }
  if (needsCount(program) && wide) {
    lines.push("count += (index_t) args.ints[args.parts * points + at] << 32;");
  }
  return lines;
}

/** Tells where each piece of the state is. */
function eachEntry(
  program: Program,
  variant: Variant,
  at: string,
  visit: (
    piece: Program["state"][number],
    stored: (k: string) => string,
    index: (k: string) => string,
  ) => void,
): void {
  const next = { floats: 0, ints: countSize(program, variant) };
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
    // Unrolled as a whole, long ones take seconds to compile.
    ...(storage.length > LONGEST_UNROLLED ? ["#pragma unroll 4"] : []),
    `for (int k = 0; k < ${storage.length}; k++) {`,
    `  ${line("k")}`,
    "}",
  ];
}
