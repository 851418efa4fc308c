/**
 * The one argument of a kernel: a struct of 8-byte fields.
 *
 * @module
 */

import { InternalError } from "../errors.ts";
import type { OperandSpec, Program } from "../program/ir.ts";
import { STORED } from "./spelling.ts";
import type { Variant } from "./variant.ts";

/** One field of the struct. */
export interface Field {
  /** Its C++ type: a pointer or a 64-bit integer. */
  readonly type: string;
  /** Its name. */
  readonly name: string;
  /** What it is, for readers. */
  readonly comment?: string;
}

/** Points as integers in digits. */
const DIGITS: readonly Field[] = [
  {
    type: "int*",
    name: "verdicts",
    comment: "whether digits do, for each entry of the batch",
  },
  { type: "float*", name: "facts", comment: "what is known of the digits" },
  { type: "const signed char*", name: "rowDigits" },
  { type: "const signed char*", name: "columnDigits" },
  { type: "const int4*", name: "rowNorms" },
  { type: "const int4*", name: "columnNorms" },
];

/** The fields of the struct, for all kernels of a program. */
export function fieldsOf(
  { operands, outputs }: Program,
  variant: Variant,
): Field[] {
  const integer = (name: string, comment?: string): Field => ({
    type: "long long",
    name,
    ...(comment === undefined ? {} : { comment }),
  });
  const { compute, batch } = variant;
  const fields: Field[] = [
    integer("rows"),
    integer("columns"),
    integer("batches"),
    integer("items", "pieces of the rows, one a block of threads"),
    integer("parts", "parts of the columns"),
    {
      type: "const index_t*",
      name: "work",
      comment: "begin, end, first and last interval of each piece; or none",
    },
    { type: "const index_t*", name: "intervals", comment: "begin and end" },
    { type: `${compute}*`, name: "floats", comment: "states of parts" },
    { type: "int*", name: "ints" },
    ...range(batch).map((d) => integer(`size${d}`)),
    ...(variant.digits || variant.instead ? DIGITS : []),
  ];
  operands.forEach((o, k) => {
    const { name, temporary } = o;
    const stored = temporary ? compute : STORED[variant.storage[k]];
    fields.push({
      type: `${temporary ? "" : "const "}${stored}*`,
      name,
      comment: describe(o),
    });
    if (temporary) return;
    if (o.row) fields.push(integer(`${name}_i`));
    if (o.column) fields.push(integer(`${name}_j`));
    if (!variant.unit[k]) fields.push(integer(`${name}_k`));
    for (const d of range(batch)) fields.push(integer(`${name}_b${d}`));
  });
  outputs.forEach((_, k) =>
    fields.push({ type: `${STORED[variant.outputs[k]]}*`, name: `out${k}` })
  );
  return fields;
}

/** The definition of the struct. */
export function structText(fields: readonly Field[]): string {
  const lines = fields.map(({ type, name, comment }) =>
    `  ${type} ${name};${comment === undefined ? "" : `  // ${comment}`}`
  );
  return ["struct Arguments {", ...lines, "};"].join("\n");
}

/** The bytes of the struct. */
export function packed(
  fields: readonly Field[],
  values: Readonly<Record<string, number | bigint>>,
): BigUint64Array<ArrayBuffer> {
  return wordsOf(fields.map(({ name }) => {
    const value = values[name];
    if (value === undefined) {
      throw new InternalError(`No value for the argument "${name}"`);
    }
    return value;
  }));
}

/** Fields one after another: addresses and integers, negative ones too. */
export function wordsOf(
  values: readonly (number | bigint)[],
): BigUint64Array<ArrayBuffer> {
  const words = new BigUint64Array(new ArrayBuffer(8 * values.length));
  const halves = new Int32Array(words.buffer);
  values.forEach((x, k) => {
    if (typeof x === "bigint") {
      words[k] = x;
      return;
    }
    // Numbers go in without big integers, the low half first.
    halves[2 * k] = x;
    halves[2 * k + 1] = Math.floor(x / 2 ** 32);
  });
  return words;
}

/** The integers from 0 to `count`, exclusive. */
export function range(count: number): number[] {
  return Array.from({ length: count }, (_, k) => k);
}

function describe({ row, column, dim, temporary }: OperandSpec): string {
  if (temporary) return `one vector a column, of ${dim}`;
  const point = row && column
    ? "one vector a pair, of"
    : row
    ? "one vector a row, of"
    : column
    ? "one vector a column, of"
    : "a parameter of";
  return `${point} ${dim}`;
}
