/** Tests of what is known of the signs of slots. */

import type { Block, Slot, Statement, Value } from "../../src/program/ir.ts";
import { Signs } from "../../src/wasm/signs.ts";
import { assertEquals } from "../assert.ts";

const slot: Slot = { id: 90, type: "float", name: "power" };
const zero: Value = { id: -1, type: "float", literal: 0 };
const number = (id: number): Value => ({ id, type: "float" });
const truth = (id: number): Value => ({ id, type: "bool" });
const [given, now, low, late, above] = [1, 2, 3, 4, 5].map(number);
const [under, over] = [6, 7].map(truth);

const read = (to: Value): Statement => ({ kind: "read", to, slot });
const write = (value: Value): Statement => ({ kind: "write", slot, value });
const least: Statement = {
  kind: "apply",
  to: low,
  primitive: "select",
  args: [under, now, zero],
};

/** Takes the slot down where it is above 0, unless told otherwise. */
function turn(body: Block, between: Block = []): Block {
  return [
    { kind: "slot", slot, initial: given },
    read(now),
    ...between,
    { kind: "apply", to: under, primitive: "le", args: [now, zero] },
    { kind: "apply", to: over, primitive: "not", args: [under] },
    { kind: "if", condition: over, body },
    read(late),
  ];
}

function isLow(block: Block): boolean {
  const signs = new Signs();
  block.forEach((s) => signs.note(s));
  return signs.isNegative(late);
}

Deno.test("a branch that takes a slot down leaves it at 0 or less", () => {
  assertEquals(isLow(turn([least, write(low)])), true);
});

Deno.test("nothing is known of slots that something else may have changed", () => {
  assertEquals(isLow(turn([write(above)])), false);
  assertEquals(isLow(turn([least, write(low), write(above)])), false);
  assertEquals(isLow(turn([least, write(low)], [write(above)])), false);
  const [last] = turn([]).slice(-1);
  const after = turn([least, write(low)]).slice(0, -1);
  assertEquals(isLow([...after, write(above), last]), false);
  const again: Statement = {
    kind: "for",
    index: { id: 8, type: "int" },
    count: 2,
    body: [write(above)],
  };
  assertEquals(isLow([...after, again, last]), false);
  assertEquals(isLow([...after, turn([])[0], last]), false);
});
