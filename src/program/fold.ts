/**
 * Constant folding of scalar primitives.
 *
 * @module
 */

import { type Primitive, PRIMITIVES, type Value } from "./ir.ts";
import { SCALARS } from "./scalars.ts";

/** The value of a primitive where it is known when the program is written. */
export function fold(
  primitive: Primitive,
  args: readonly Value[],
): Value | undefined {
  if (args.every((a) => a.literal !== undefined)) {
    const [a, b, c] = args.map((x) => x.literal as number);
    const type = PRIMITIVES[primitive].at(-1) as Value["type"];
    return { id: -1, type, literal: SCALARS[primitive](a, b, c) };
  }
  return identity(primitive, args);
}

/** Operations that give one of their operands, for every value of it. */
function identity(
  primitive: Primitive,
  args: readonly Value[],
): Value | undefined {
  const [a, b, c] = args;
  switch (primitive) {
    case "select":
    case "iselect":
      if (a.literal !== undefined) return a.literal !== 0 ? b : c;
      return b === c ? b : undefined;
    case "mul":
      return is(a, 1) ? b : is(b, 1) ? a : undefined;
    case "div":
      return is(b, 1) ? a : undefined;
    case "sub":
      return is(b, 0) ? a : undefined;
    case "add":
      return is(a, -0) ? b : is(b, -0) ? a : undefined;
    case "iadd":
      return is(a, 0) ? b : is(b, 0) ? a : undefined;
    case "isub":
      return is(b, 0) ? a : undefined;
    case "imul":
      if (is(a, 0) || is(b, 0)) return { id: -1, type: "int", literal: 0 };
      return is(a, 1) ? b : is(b, 1) ? a : undefined;
    case "idiv":
      return is(b, 1) ? a : undefined;
    case "imod":
      return is(b, 1) ? { id: -1, type: "int", literal: 0 } : undefined;
    default:
      return undefined;
  }
}

function is(value: Value, literal: number): boolean {
  return Object.is(value.literal, literal);
}
