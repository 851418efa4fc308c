/**
 * What was found on a GPU, in a few lines.
 *
 * @module
 */

import { median } from "../works.ts";
import type { Row } from "./time.ts";
import type { FirstCalls, Outcome } from "./tools.ts";

/** All that was found. */
export interface Findings {
  /** What the device is called. */
  readonly device: string;
  /** Times. */
  readonly rows: readonly Row[];
  /** First calls. */
  readonly first: FirstCalls | undefined;
  /** Checks. */
  readonly outcomes: readonly Outcome[];
  /** What could not be done. */
  readonly notes: readonly string[];
}

/** Milliseconds that first calls may take: compiled, and out of a file. */
const FIRST = [300, 10] as const;

/** A text with one line for each thing that was found. */
export function table(
  { device, rows, first, outcomes, notes }: Findings,
): string {
  return [
    device,
    line("", ["call ms", "device", "limit", "bound", "KeOps ms", "ratio"]),
    ...rows.map(rowLine),
    ...(first === undefined ? [] : [
      `first call ${first.cold[0].toFixed(1)} ms, the next ones ${
        median(first.cold.slice(1)).toFixed(1)
      } ms (${FIRST[0]} wanted): ${mark(median(first.cold) <= FIRST[0])}`,
      `from the disk cache ${first.disk[0].toFixed(1)} ms, the next ones ${
        median(first.disk.slice(1)).toFixed(1)
      } ms (${FIRST[1]} wanted): ${mark(median(first.disk) <= FIRST[1])}`,
    ]),
    ...outcomes.map(({ name, verdict, tail }) =>
      `${name}: ${verdict}${
        name.startsWith("tests") ? ` (${tail.split("\n")[0]})` : ""
      }`
    ),
    ...notes,
  ].join("\n");
}

function rowLine({ work, warm, device, peer }: Row): string {
  const limit = 1e3 * work.limit;
  const share = 1e5 * work.bound / warm;
  const wanted = `${mark(warm <= limit)}`;
  const faster = peer &&
    `${peer.ratio.toFixed(1)}x ${mark(peer.ratio >= work.ratio)}`;
  return line(work.name, [
    number(warm),
    number(device),
    Number.isFinite(limit) ? `${number(limit)} ${wanted}` : "-",
    `${share.toFixed(0)} %`,
    peer === undefined ? "-" : number(peer.warm),
    faster ?? "-",
  ]);
}

function line(name: string, cells: readonly string[]): string {
  return name.padEnd(46) + cells.map((c) => c.padStart(12)).join("");
}

function number(milliseconds: number): string {
  return milliseconds.toFixed(milliseconds < 1 ? 3 : 1);
}

function mark(reached: boolean): string {
  return reached ? "ok" : "NO";
}
