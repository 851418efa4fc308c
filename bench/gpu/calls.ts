/**
 * What warm calls take of the host, where the work of the device is nothing: on
 * an emulator that runs no kernels, or for a few points on a GPU. Prints
 * microseconds, the medians of many calls: until the last kernel was asked for,
 * until the stream was waited for, and until the result was awaited.
 *
 *     eval "$(deno task --quiet emulator)"
 *     ALLPAIRS_EMULATOR_IDLE=1 deno run -A bench/gpu/calls.ts [name ...]
 *
 * @module
 */

import { grad, rand, scope, type Tensor } from "../../mod.ts";
import { cudaDevice } from "../../src/cuda/context.ts";
import { type Work, WORKS } from "../calls.ts";
import { median } from "../works.ts";

const POINTS = 10_000;
const CALLS = 2000;

const device = cudaDevice(0);
const onDevice = (points: number, dim: number, seed: number) =>
  rand([points, dim], { seed }).to("cuda");

/** Tensor arithmetic beside the reductions. */
const MAPS: Readonly<Record<string, Work>> = {
  "map of two tensors": () => {
    const [a, b] = [0, 1].map((seed) => onDevice(100, 3, seed));
    return () => a.add(b);
  },
  "map and gradient, autodiff": () => {
    const a = onDevice(100, 3, 0).requiresGrad();
    return () => grad(a.mul(a).sum(), [a])[0];
  },
};

/** Microseconds of a part of many calls. */
function timed(call: () => Tensor, wait: () => void): number {
  return median(Array.from({ length: CALLS }, () => {
    const start = performance.now();
    const result = call();
    device.queue.flush();
    wait();
    const took = performance.now() - start;
    result.dispose();
    device.cuda.synchronize(device.stream);
    return 1000 * took;
  }));
}

async function awaited(call: () => Tensor): Promise<number> {
  const times: number[] = [];
  for (let k = 0; k < CALLS; k++) {
    const start = performance.now();
    const result = call();
    await result.data();
    times.push(1000 * (performance.now() - start));
    result.dispose();
  }
  return median(times);
}

const rows: Record<string, Record<string, number>> = {};
for (const [name, work] of Object.entries({ ...WORKS, ...MAPS })) {
  if (Deno.args.length > 0 && !Deno.args.some((a) => name.includes(a))) {
    continue;
  }
  const compute = work(POINTS, 0.75, onDevice);
  const call = () => scope(compute);
  for (let k = 0; k < CALLS; k++) call().dispose();
  const found = {
    asked: timed(call, () => {}),
    waited: timed(call, () => device.cuda.synchronize(device.stream)),
    awaited: await awaited(call),
  };
  rows[name] = Object.fromEntries(
    Object.entries(found).map(([k, v]) => [k, Number(v.toPrecision(3))]),
  );
}
console.table(rows);
