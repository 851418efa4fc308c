/**
 * Tests of pairs that are made together.
 *
 * @module
 */

import { guardedOf, isSearch } from "../../src/cuda/guard.ts";
import type { Block, Slot, Value } from "../../src/program/ir.ts";
import { assert, assertEquals } from "../assert.ts";

const float = (id: number): Value => ({ id, type: "float" });
const slot: Slot = { id: 90, type: "float", name: "m" };
const other: Slot = { id: 91, type: "float", name: "s" };
const [x, m, e, f, good] = [1, 2, 3, 4, 5].map(float);

const apply = (to: Value, primitive: "exp" | "neg" | "lt", ...args: Value[]) =>
  ({ kind: "apply", to, primitive, args }) as const;

/** m = max(m, x) by a test, from what comes before. */
const block = (after: Block = []): Block => [
  { kind: "read", to: m, slot },
  apply(e, "neg", x),
  apply(f, "exp", e),
  apply(good, "lt", m, x),
  {
    kind: "if",
    condition: good,
    body: [{ kind: "write", slot, value: f }],
  },
  ...after,
];

Deno.test("pairs are tested together only where nothing else changes the test", () => {
  const rest: Block = [{ kind: "write", slot: other, value: e }];
  const found = guardedOf(block(rest));
  assert(found);
  assertEquals([found.before.length, found.kept], [4, [e]]);
  assertEquals(found.after, rest);
  const changes: Block = [{ kind: "write", slot, value: e }];
  assertEquals(guardedOf(block(changes)), undefined);
  assertEquals(guardedOf([...rest, ...block()]), undefined);
  assertEquals(guardedOf(rest), undefined);
  assertEquals(guardedOf(block(block())), undefined);
});

Deno.test("what a slot of the pair began with is known where the test does not hold", () => {
  const power: Slot = { id: 92, type: "float", name: "power" };
  const [sum, now] = [6, 7].map(float);
  const start: Block = [
    { kind: "read", to: m, slot },
    apply(e, "neg", x),
    { kind: "slot", slot: power, initial: e },
    apply(good, "lt", m, x),
    {
      kind: "if",
      condition: good,
      body: [{ kind: "write", slot: power, value: m }],
    },
  ];
  const read: Block = [
    { kind: "read", to: now, slot: power },
    apply(sum, "exp", now),
    { kind: "write", slot: other, value: sum },
  ];
  const found = guardedOf([...start, ...read]);
  assert(found);
  assertEquals(found.after, read.slice(1));
  assertEquals([found.known, found.kept], [[[now, e]], [e]]);
  assertEquals([isSearch(start), isSearch([...start, ...read])], [true, false]);
  const changed: Block = [{ kind: "write", slot: power, value: e }];
  assertEquals(guardedOf([...start, ...changed, ...read]), undefined);
});
