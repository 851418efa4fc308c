/**
 * Times a work on the GPU, in turns with PyKeOps.
 *
 * @module
 */

import { cudaDevice } from "../../src/cuda/context.ts";
import { genred } from "../../src/genred/genred.ts";
import { tensor } from "../../src/tensor/create.ts";
import type { Tensor } from "../../src/tensor/tensor.ts";
import { median } from "../works.ts";
import type { Peer } from "./peer.ts";
import { aliasesOf, dimOf, gammaOf, numbers, type Work } from "./works.ts";

/** What was found of one work; times are in milliseconds. */
export interface Row {
  /** What was timed. */
  readonly work: Work;
  /** The first call, with the compilation. */
  readonly first: number;
  /** From the call to the end of the work on the device: the median. */
  readonly warm: number;
  /** All of them. */
  readonly all: readonly number[];
  /** What the device itself was busy: the median. */
  readonly device: number;
  /** The same calls of PyKeOps. */
  readonly peer?: {
    readonly first: number;
    readonly warm: number;
    readonly all: readonly number[];
    /** The median of the ratios of calls that came one after the other. */
    readonly ratio: number;
    /** The largest difference of results, relative to the largest result. */
    readonly difference: number;
    readonly version: string;
    readonly device: string;
  };
}

/** Calls of one kind. */
const ROUNDS = [3, 15] as const;

/** Results that are compared, at most. */
const SHOWN = 1000;

/** What has an end, whatever it does. */
export interface Time {
  /** The seconds that calls go on for after the first ones. */
  readonly seconds: number;
  /** The seconds that PyKeOps has for one answer, with its compilation. */
  readonly patience: number;
}

/**
 * Times one work.
 *
 * @param work what is timed
 * @param time how long
 * @param peer what it takes turns with, if anything
 */
export async function timed(
  work: Work,
  { seconds, patience }: Time,
  peer?: Peer,
): Promise<Row> {
  const device = cudaDevice(0);
  const { cuda, stream } = device;
  const [begin, end] = [cuda.createTimer(), cuda.createTimer()];
  const reduce = genred(work.formula, aliasesOf(work), {
    reduction: work.reduction,
    axis: "j",
    backend: "cuda",
    optArg: work.k,
    precision: work.precision,
  });
  const inputs = [...work.takes].map((v) => inputOf(v, work));
  const call = () => {
    cuda.synchronize(stream);
    const start = performance.now();
    cuda.record(begin, stream);
    const result = reduce(...inputs) as Tensor;
    device.queue.flush();
    cuda.record(end, stream);
    cuda.synchronize(stream);
    const took = performance.now() - start;
    return { result, took, busy: cuda.elapsed(begin, end) };
  };
  const { took: first, result } = call();
  const shown = Array.from(result.dataSync().subarray(0, SHOWN), Number);
  result.dispose();
  const answer = await peer?.ask(work, patience);
  const [ours, theirs, busy]: number[][] = [[], [], []];
  const [fewest, most] = ROUNDS;
  const until = performance.now() + seconds * 1e3;
  for (let round = 0; round < most; round++) {
    if (round >= fewest && performance.now() > until) break;
    const { took, busy: own, result } = call();
    result.dispose();
    ours.push(took);
    busy.push(own);
    if (peer) theirs.push(1e3 * (await peer.ask(work, patience)).seconds);
  }
  inputs.forEach((t) => t.dispose());
  const row = { work, first, warm: median(ours), all: ours };
  const found = { ...row, device: median(busy) };
  return answer === undefined ? found : {
    ...found,
    peer: {
      first: 1e3 * answer.first,
      warm: median(theirs),
      all: theirs,
      ratio: median(theirs.map((t, k) => t / ours[k])),
      difference: work.k === undefined
        ? largestDifference(shown, answer.shown)
        : shareOfOthers(shown, answer.shown),
      version: answer.version,
      device: answer.device,
    },
  };
}

function inputOf(variable: string, work: Work): Tensor {
  const options = { device: "cuda", dtype: work.dtype ?? "float32" } as const;
  if (variable === "g") return tensor([gammaOf(work)], [1], options);
  const batch = work.batch === undefined ? [] : [work.batch];
  const shape = [...batch, work.points, dimOf(variable, work)];
  const data = numbers(variable, shape.reduce((n, d) => n * d, 1));
  return tensor(data, shape, options);
}

function largestDifference(
  a: readonly number[],
  b: readonly number[],
): number {
  const largest = b.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  return a.reduce((m, v, k) => Math.max(m, Math.abs(v - b[k])), 0) / largest;
}

/** Of indices: points that are as far away may change places. */
function shareOfOthers(a: readonly number[], b: readonly number[]): number {
  return a.filter((v, k) => v !== b[k]).length / a.length;
}
