/**
 * WebAssembly modules as bytes.
 *
 * @module
 */

import { TYPE, type Type } from "./opcodes.ts";

/** An unsigned integer in as few bytes as it needs (LEB128). */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  do {
    const low = value % 128;
    value = Math.floor(value / 128);
    bytes.push(value > 0 ? low | 0x80 : low);
  } while (value > 0);
  return bytes;
}

/** A signed integer of 32 bits in as few bytes as it needs (LEB128). */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  for (;;) {
    const low = value & 0x7f;
    value >>= 7;
    const done = value === 0 && (low & 0x40) === 0 ||
      value === -1 && (low & 0x40) !== 0;
    bytes.push(done ? low : low | 0x80);
    if (done) return bytes;
  }
}

/** What a function takes and gives. */
export interface Signature {
  /** Types of the arguments. */
  readonly takes: readonly Type[];
  /** Types of the results. */
  readonly gives: readonly Type[];
}

/** A function that the module is given. */
export interface Import extends Signature {
  /** The name, in the module `"math"`. */
  readonly name: string;
}

/** A function of the module. */
export interface Definition extends Signature {
  /** The name for others to call it; left out for helpers. */
  readonly exported?: string;
  /** Locals and instructions. */
  readonly body: readonly number[];
}

/** The parts of a module. */
export interface ModuleParts {
  /** The memory is one that several threads can work on. */
  readonly shared: boolean;
  /** Functions that it is given; they have the first indices. */
  readonly imports: readonly Import[];
  /** Its functions. */
  readonly functions: readonly Definition[];
}

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const SECTION = { type: 1, import: 2, function: 3, export: 7, code: 10 };
const EXTERN = { function: 0, memory: 2 };
/** A least and a largest size, of a memory for one thread or for several. */
const [LIMITS, SHARED_LIMITS] = [0x01, 0x03];
/** The most pages of 64 KiB that 32-bit addresses can reach. */
export const MAX_PAGES = 65536;
/**
 * The least pages that a memory has. V8 asks twice at each access, where the
 * place and its offset might lie beyond a memory of the size that is declared.
 */
export const LEAST_PAGES = 16;

/** A module with one memory, which it is given as `"env"."memory"`. */
export function encodeModule(
  { shared, imports, functions }: ModuleParts,
): Uint8Array<ArrayBuffer> {
  const types: number[][] = [];
  const typeIndex = ({ takes, gives }: Signature): number[] => {
    const list = (all: readonly Type[]) => vector(all.map((t) => [TYPE[t]]));
    const bytes = [0x60, ...list(takes), ...list(gives)];
    const known = types.findIndex((t) => t.join() === bytes.join());
    return unsigned(known >= 0 ? known : types.push(bytes) - 1);
  };
  const given = [
    [
      ...name("env"),
      ...name("memory"),
      EXTERN.memory,
      shared ? SHARED_LIMITS : LIMITS,
      ...unsigned(LEAST_PAGES),
      ...unsigned(MAX_PAGES),
    ],
    ...imports.map((f) => [
      ...name("math"),
      ...name(f.name),
      EXTERN.function,
      ...typeIndex(f),
    ]),
  ];
  const declared = functions.map(typeIndex);
  const exported = functions.flatMap((f, k) =>
    f.exported === undefined ? [] : [
      [
        ...name(f.exported),
        EXTERN.function,
        ...unsigned(imports.length + k),
      ],
    ]
  );
  const bodies = functions.map(({ body }) => [
    ...unsigned(body.length),
    ...body,
  ]);
  return Uint8Array.from([
    ...HEADER,
    ...section(SECTION.type, types),
    ...section(SECTION.import, given),
    ...section(SECTION.function, declared),
    ...section(SECTION.export, exported),
    ...section(SECTION.code, bodies),
  ]);
}

function section(id: number, entries: readonly (readonly number[])[]) {
  const content = vector(entries);
  return [id, ...unsigned(content.length), ...content];
}

function vector(entries: readonly (readonly number[])[]): number[] {
  return [...unsigned(entries.length), ...entries.flat()];
}

function name(text: string): number[] {
  const bytes = new TextEncoder().encode(text);
  return [...unsigned(bytes.length), ...bytes];
}
