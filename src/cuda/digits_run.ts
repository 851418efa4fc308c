/**
 * Makes digits of points, and decides whether they are used.
 *
 * @module
 */

import {
  CHUNK_BYTES,
  MOST_EXTENTS,
  PREPARE_THREADS,
  prepareSource,
} from "../../kernels/digits_prepare.ts";
import { chunksOf, factCount } from "../../kernels/digits.ts";
import { bytesOfEntry } from "../dtypes.ts";
import { countColumns } from "../engine/launch.ts";
import type { CudaDevice } from "./context.ts";
import type { Digits } from "./digits.ts";
import type { CudaLaunch } from "./entries.ts";
import type { Usage } from "./usage.ts";

/** Fewer terms than these are not worth the kernels that prepare points. */
const FEWEST_TERMS = 2 ** 30;

/** The oldest architecture whose matrix units take integers as wanted. */
const OLDEST = 80;

/** Architectures whose matrix units are slow with integers. */
const SLOW: ReadonlySet<number> = new Set([103]);

/** Whether matrix units are worth it. */
export function digitsPay(
  { statement: { length } }: Digits,
  { blocks }: CudaLaunch,
  architecture: number,
): boolean {
  const pairs = blocks.reduce(
    (n, b) => n + (b.end - b.begin) * countColumns(b.intervals),
    0,
  );
  return hasDigits(architecture) && !SLOW.has(architecture) &&
    pairs * length >= FEWEST_TERMS;
}

/** Whether matrix units can. */
export function hasDigits(architecture: number): boolean {
  return architecture >= OLDEST;
}

/** Where the digits and what is known of them lie. */
export type DigitsPlaces = Readonly<
  Record<
    "facts" | "rowDigits" | "columnDigits" | "rowNorms" | "columnNorms",
    bigint
  >
>;

/** Asks for the digits of the points of a launch. */
export function prepareDigits(
  device: CudaDevice,
  { statement: { form, length }, row, column }: Digits,
  launch: CudaLaunch,
  usage: Usage,
): DigitsPlaces {
  const take = (bytes: number) => usage.take(bytes).address;
  const start = (
    name: string,
    blocks: number,
    words: readonly (number | bigint)[],
  ) => {
    const argument = new BigUint64Array(
      words.map((w) => BigInt.asUintN(64, BigInt(w))),
    );
    usage.submit(
      device.kernel({ text: prepareSource(), name }),
      (handle) =>
        device.cuda.launch(
          handle,
          [blocks, 1, 1],
          [PREPARE_THREADS, 1, 1],
          argument,
          [0],
          device.stream,
        ),
    );
  };
  const facts = take(4 * factCount(length));
  const sides = [row, column].map((k, side) => {
    const { data, offset, row, column, component } = launch.operands[k];
    const { dtype, address } = data;
    const points = address + BigInt(offset * bytesOfEntry(dtype));
    const count = side === 0 ? launch.rows : launch.columns;
    const stride = side === 0 ? row : column;
    const lanes = Math.floor(PREPARE_THREADS / length);
    const blocks = Math.min(MOST_EXTENTS, Math.ceil(count / lanes));
    const [least, most] = [0, 1].map(() => take(4 * blocks * length));
    const place = [points, count, length, stride, component];
    start(`extent_${dtype}`, blocks, [...place, least, most]);
    return { dtype, count, place, blocks, least, most };
  });
  const [x, y] = sides;
  start("centre", 1, [
    ...[x.least, y.least, x.most, y.most],
    ...[x.blocks, y.blocks],
    length,
    form === "squaredDistance" ? 1 : 0,
    facts,
  ]);
  const made = sides.map(({ dtype, count, place }, side) => {
    const digits = take(count * chunksOf(length) * CHUNK_BYTES);
    const norms = take(4 * count);
    const own = PREPARE_THREADS / 4;
    const blocks = Math.min(
      4 * device.multiprocessors,
      Math.ceil(count / own),
    );
    start(`digits_${dtype}`, blocks, [...place, side, facts, digits, norms]);
    return { digits, norms };
  });
  return {
    facts,
    rowDigits: made[0].digits,
    columnDigits: made[1].digits,
    rowNorms: made[0].norms,
    columnNorms: made[1].norms,
  };
}
