/**
 * About how long a launch takes on one thread.
 *
 * @module
 */

import type { Launch } from "../launch/launch.ts";
import { costOf } from "../program/cost.ts";
import type { Block, Program } from "../program/ir.ts";
import type { Bits } from "./lanes.ts";

/** Operations of a lane in a nanosecond, and what a function costs. */
const SPEED = 6;
const FUNCTION = 20;

/** Nanoseconds that it takes to bring in or out one entry. */
const MOVE = 1;

/** Nanoseconds of a pair, and of a row beside its pairs. */
export interface Times {
  /** Of one pair. */
  readonly pair: number;
  /** Of one row. */
  readonly row: number;
}

const known = new WeakMap<Program, Times>();

/** What a pair and a row of a program take, in lanes of 32 bits. */
export function timesOf(program: Program, bits: Bits): Times {
  let times = known.get(program);
  if (times === undefined) known.set(program, times = timed(program));
  const factor = bits / 32;
  return { pair: factor * times.pair, row: factor * times.row };
}

function timed(program: Program): Times {
  const of = (block: Block) => {
    const { flops, calls } = costOf(block, program);
    return (flops + FUNCTION * calls + 4) / (4 * SPEED);
  };
  return { pair: of(program.pair), row: of(program.row) + of(program.finish) };
}

/** About how long it takes to bring in and out the data of a launch. */
export function movingTime({ operands, outputs }: Launch): number {
  let moved = 0;
  for (const { data } of operands) moved += data.length;
  for (const { length } of outputs) moved += length;
  return MOVE * moved;
}
