/**
 * What statements are known by: equal ones are written once.
 *
 * @module
 */

import type { Value, VectorSource } from "./ir.ts";

/** The word for a value. */
export function keyOf(value: Value): string {
  if (value.literal === undefined) return `%${value.id}`;
  const sign = Object.is(value.literal, -0) ? "-" : "";
  return `${value.type}${sign}${value.literal}`;
}

/** The words for a vector. */
export function sourceKey(source: VectorSource): string {
  switch (source.kind) {
    case "operand":
      return `operand${source.operand}`;
    case "array":
      return `array${source.array.id}`;
    case "values":
      return `[${source.values.map(keyOf).join()}]`;
  }
}
