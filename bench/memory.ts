/**
 * The memory that reductions take: for more and more points of each side, and
 * for data of more than 4 GiB, more than WebAssembly can address. Writes
 * `bench/results/memory.json`.
 *
 *     deno run --allow-all bench/memory.ts [GIGABYTES]
 *
 * @module
 */

import { Vi, Vj } from "../mod.ts";
import { makeTensor, memoryOf } from "../src/tensor/base.ts";
import type { Tensor } from "../src/tensor/tensor.ts";
import { keepPart } from "./results_file.ts";

/** The sizes of one computation. */
interface Sizes {
  readonly m: number;
  readonly n: number;
  readonly dim: number;
}

/** What one computation took, in a process of its own. */
interface Taken extends Sizes {
  /** Seconds of the reduction. */
  readonly seconds: number;
  /** Bytes of the points and signals. */
  readonly input: number;
  /** Bytes of the sums. */
  readonly output: number;
  /** The most bytes that the process held at once, without its start. */
  readonly peak: number;
  /** The largest error of some sums, relative to them. */
  readonly error: number;
}

const SIZES: readonly Sizes[] = [
  ...[1, 2, 4, 8].map((k) => ({ m: 500_000 * k, n: 500, dim: 3 })),
  ...[1, 2, 4, 8].map((k) => ({ m: 500, n: 500_000 * k, dim: 3 })),
  ...[20_000, 40_000, 80_000].map((n) => ({ m: n, n, dim: 3 })),
];

const GIB = 2 ** 30;
/** Numbers that are repeated: random ones for all would take longer. */
const PERIOD = 10_007;

/** Points in a cube, without a copy of them. */
function cloud(points: number, dim: number): Tensor {
  const data = new Float32Array(points * dim);
  for (let k = 0; k < data.length; k++) {
    data[k] = ((k % PERIOD) * 7919 % PERIOD) / PERIOD;
  }
  return makeTensor(data, [points, dim]);
}

/** Bytes of memory that the process held at most, or holds, as Linux says. */
function statusOf(word: "VmHWM" | "VmRSS"): number {
  const status = Deno.readTextFileSync("/proc/self/status");
  const found = status.match(new RegExp(`${word}:\\s*(\\d+) kB`));
  return Number(found?.[1]) * 1024;
}

/** The sum for one row as its definition reads. */
function oneSum(x: Float32Array, y: Float32Array, b: Float32Array, i: number) {
  const dim = y.length / b.length;
  let sum = 0;
  for (let j = 0; j < b.length; j++) {
    let square = 0;
    for (let d = 0; d < dim; d++) {
      square += (x[i * dim + d] - y[j * dim + d]) ** 2;
    }
    sum += Math.exp(-square) * b[j];
  }
  return sum;
}

/** Computes once, and says what it took. */
function compute({ m, n, dim }: Sizes): Taken {
  const sum = (x: Tensor, y: Tensor, b: Tensor) =>
    Vi(x).sqdist(Vj(y)).neg().exp().matmul(b);
  // Programs and threads are there before.
  sum(cloud(2000, dim), cloud(2000, dim), cloud(2000, 1)).dataSync();
  const start = statusOf("VmRSS");
  const [x, y, b] = [cloud(m, dim), cloud(n, dim), cloud(n, 1)];
  const began = performance.now();
  const sums = sum(x, y, b).dataSync();
  const seconds = (performance.now() - began) / 1000;
  const peak = statusOf("VmHWM") - start;
  const arrays = [x, y, b].map((t) => memoryOf(t).data as Float32Array);
  const rows = [0, Math.floor(m / 3), m - 1];
  const errors = rows.map((i) => {
    const exact = oneSum(arrays[0], arrays[1], arrays[2], i);
    return Math.abs(sums[i] - exact) / exact;
  });
  return {
    m,
    n,
    dim,
    seconds,
    input: 4 * (m * dim + n * dim + n),
    output: 4 * m,
    peak,
    error: Math.max(...errors),
  };
}

/** The same in a new process. */
function apart(sizes: Sizes): Taken {
  const { success, stdout } = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", import.meta.filename ?? "", "one"]
      .concat([sizes.m, sizes.n, sizes.dim].map(String)),
    stderr: "inherit",
  }).outputSync();
  if (!success) throw new Error(`${JSON.stringify(sizes)} did not work`);
  const taken: Taken = JSON.parse(new TextDecoder().decode(stdout));
  console.log(
    `${taken.m} x ${taken.n}, D = ${taken.dim}: ` +
      `${taken.seconds.toFixed(2)} s, input ${mebibytes(taken.input)}, ` +
      `peak ${mebibytes(taken.peak)}, error ${taken.error.toExponential(1)}`,
  );
  return taken;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

if (import.meta.main) {
  if (Deno.args[0] === "one") {
    const [m, n, dim] = Deno.args.slice(1).map(Number);
    console.log(JSON.stringify(compute({ m, n, dim })));
  } else if (Deno.args.length > 0) {
    // Rows, then columns: both sides are read in pieces.
    const points = Math.ceil(Number(Deno.args[0]) * GIB / (4 * 16));
    const runs = [[points, 8], [8, points]]
      .map(([m, n]) => apart({ m, n, dim: 16 }));
    keepPart("memory", "large", { runs });
  } else {
    keepPart("memory", "linear", { runs: SIZES.map(apart) });
  }
}
