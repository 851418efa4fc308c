/**
 * Makes digits of points, and decides whether they are used.
 *
 * @module
 */

import {
  digitsBytes,
  factCount,
  largestInteger,
} from "../../kernels/digits_form.ts";
import {
  BATCH_DIMENSIONS,
  MOST_EXTENTS,
  PREPARE_THREADS,
  prepareSource,
} from "../../kernels/digits_prepare.ts";
import { bytesOfEntry } from "../dtypes.ts";
import { countColumns } from "../launch/launch.ts";
import { wordsOf } from "./arguments.ts";
import type { CudaDevice } from "./context.ts";
import type { Digits } from "./digits.ts";
import type { DigitsShape } from "./digits_shape.ts";
import type { CudaLaunch } from "./entries.ts";
import { collapsed } from "./layout.ts";
import type { Usage } from "./usage.ts";

/** Fewer terms than these are not worth the kernels that prepare points. */
const FEWEST_TERMS = 2 ** 30;

/** Architectures that are fast with doubles, which points are prepared in. */
const FAST_DOUBLES: ReadonlySet<number> = new Set([80, 90, 100]);

/** Nor are fewer rows or columns, whatever the batch. */
const FEWEST_POINTS = { fast: 128, slow: 1024 } as const;

/** All digits take at most so many bytes. */
const MOST_BYTES = 2 ** 33;

/** The oldest architecture whose matrix units take integers as wanted. */
const OLDEST = 80;

/** Architectures whose matrix units are slow with integers. */
const SLOW: ReadonlySet<number> = new Set([103]);

/** Whether matrix units are worth it. */
export function digitsPay(
  { statement: { length } }: Digits,
  { blocks, batch, rows, columns }: CudaLaunch,
  architecture: number,
): boolean {
  const batches = batch.reduce((n, d) => n * d, 1);
  const pairs = blocks.reduce(
    (n, b) => n + (b.end - b.begin) * countColumns(b.intervals),
    0,
  );
  const doubles = FAST_DOUBLES.has(architecture) ? "fast" : "slow";
  const bytes = batches * (rows + columns) * digitsBytes({ length, pieces: 3 });
  return hasDigits(architecture) && !SLOW.has(architecture) &&
    Math.min(rows, columns) >= FEWEST_POINTS[doubles] && bytes <= MOST_BYTES &&
    batches * pairs * length >= FEWEST_TERMS;
}

/** Whether matrix units can. */
export function hasDigits(architecture: number): boolean {
  return architecture >= OLDEST;
}

/** What to say on a contraction that matrix units may compute. */
export function digitsNotes(
  { statement: { form, length } }: Digits,
  pieces: DigitsShape["pieces"],
): string[] {
  const what = form === "dot" ? "scalar products" : "distances";
  const bound = pieces === 2
    ? "their error stays below 2^-10"
    : "they are as exact as in float32";
  return [
    `matrix     units compute ${what} in ${pieces} digits, where the data show that ${bound},`,
    `           of ${
      Math.ceil(FEWEST_TERMS / length / 1e6)
    } million pairs or more`,
  ];
}

/** Where the digits and what is known of them lie. */
export type DigitsPlaces = Readonly<
  Record<
    | "verdicts"
    | "facts"
    | "rowDigits"
    | "columnDigits"
    | "rowNorms"
    | "columnNorms",
    bigint
  >
>;

/** Asks for the digits of the points of a launch, so many a coordinate. */
export function prepareDigits(
  device: CudaDevice,
  { statement: { form, length }, row, column }: Digits,
  launch: CudaLaunch,
  pieces: number,
  usage: Usage,
): DigitsPlaces {
  const take = (bytes: number) => usage.take(bytes).address;
  const start = (
    name: string,
    blocks: number,
    words: readonly (number | bigint)[],
  ) => {
    const kernel = device.kernel({ text: prepareSource(), name });
    usage.launch(kernel, blocks, PREPARE_THREADS, wordsOf(words));
  };
  const batches = launch.batch.reduce((n, d) => n * d, 1);
  const { sizes, strides } = collapsed(launch);
  const unused = BATCH_DIMENSIONS - sizes.length;
  const facts = take(4 * batches * factCount(length));
  const largest = largestInteger(pieces);
  const sides = [row, column].map((k, side) => {
    const { data, offset, row, column, component } = launch.operands[k];
    const { dtype, address } = data;
    const count = side === 0 ? launch.rows : launch.columns;
    const points = [
      address + BigInt(offset * bytesOfEntry(dtype)),
      ...[count, length, side === 0 ? row : column, component],
      ...[...Array(unused).fill(1), ...sizes],
      ...[...Array(unused).fill(0), ...strides[k]],
    ];
    const lanes = Math.floor(PREPARE_THREADS / length);
    const blocks = Math.min(MOST_EXTENTS, Math.ceil(count / lanes));
    const [least, most] = [0, 1].map(() => take(4 * batches * blocks * length));
    const words = [...points, blocks, least, most];
    start(`extent_${dtype}`, batches * blocks, words);
    return { dtype, count, points, blocks, least, most };
  });
  const [x, y] = sides;
  start("centre", batches, [
    ...[x.least, y.least, x.most, y.most],
    ...[x.blocks, y.blocks],
    length,
    form === "squaredDistance" ? 1 : 0,
    largest,
    facts,
  ]);
  const made = sides.map(({ dtype, count, points }, side) => {
    const digits = take(batches * count * digitsBytes({ length, pieces }));
    const norms = take(16 * batches * count);
    const blocks = Math.min(
      Math.max(1, Math.ceil(4 * device.multiprocessors / batches)),
      Math.ceil(count / (PREPARE_THREADS / 4)),
    );
    const words = [...points, blocks, side, pieces, largest];
    start(`digits_${dtype}`, batches * blocks, [
      ...words,
      ...[facts, digits, norms],
    ]);
    return { digits, norms };
  });
  return {
    verdicts: take(4 * batches),
    facts,
    rowDigits: made[0].digits,
    columnDigits: made[1].digits,
    rowNorms: made[0].norms,
    columnNorms: made[1].norms,
  };
}
