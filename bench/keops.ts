/**
 * allpairs beside PyKeOps on the CPU, in turns: writes
 * `bench/results/keops.json` and prints a table.
 *
 * `PYTHON` names a Python that has pykeops 2.3 and numpy.
 *
 * @module
 */

import { cpus } from "node:os";
import { setThreads, type Tensor, tensor, Vi, Vj } from "../mod.ts";

type Width = "float32" | "float64";

/** One workload. */
interface Work {
  readonly work: string;
  readonly points: number;
  readonly dim: number;
  readonly dtype: Width;
  readonly repeats: number;
}

const ROUNDS = 5;
const FILE = new URL("./results/keops.json", import.meta.url);
const PEER = new URL("./peers/keops_peer.py", import.meta.url);

const WORK: readonly Work[] = [
  ["gauss", 10000, 3, "float32"],
  ["gradient", 10000, 3, "float32"],
  ["gauss", 10000, 10, "float32"],
  ["gauss", 5000, 100, "float32"],
  ["logsumexp", 10000, 3, "float32"],
  ["argmin", 10000, 3, "float32"],
  ["knn", 10000, 3, "float32"],
  ["gauss", 10000, 3, "float64"],
  ["logsumexp", 10000, 3, "float64"],
  ["argmin", 10000, 3, "float64"],
  ["knn", 10000, 3, "float64"],
  ["gauss", 5000, 100, "float64"],
  ["gauss", 1000, 3, "float32"],
].map(([work, points, dim, dtype]) => ({
  work,
  points,
  dim,
  dtype,
  repeats: points === 1000 ? 20 : 1,
} as Work));

function cloud(points: number, dim: number, dtype: Width): Tensor {
  const data = Array.from({ length: points * dim }, Math.random);
  return tensor(data, [points, dim], { dtype });
}

/** What allpairs computes for a workload. */
function computation({ work, points, dim, dtype }: Work): () => Tensor {
  const [x, y] = [cloud(points, dim, dtype), cloud(points, dim, dtype)];
  const [b, e] = [cloud(points, 1, dtype), cloud(points, 1, dtype)];
  const squares = () => Vi(x).sqdist(Vj(y));
  const kernel = (at: Tensor) => Vi(at).sqdist(Vj(y)).mul(-0.5).exp();
  switch (work) {
    case "gauss":
      return () => kernel(x).matmul(b);
    case "gradient":
      return () => {
        const v = Vi(x);
        return v.sqdist(Vj(y)).mul(-0.5).exp().mul(Vj(b)).grad(v, Vi(e))
          .sum("j");
      };
    case "logsumexp":
      return () => squares().mul(-0.5).logsumexp("j");
    case "argmin":
      return () => squares().argmin("j");
    default:
      return () => squares().argKmin(10, "j");
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** Lines of the peer's answers. */
class Peer {
  readonly #process: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #rest = "";

  constructor() {
    this.#process = new Deno.Command(Deno.env.get("PYTHON") ?? "python3", {
      args: [PEER.pathname],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#writer = this.#process.stdin.getWriter();
    this.#reader = this.#process.stdout
      .pipeThrough(new TextDecoderStream()).getReader();
  }

  async ask(
    work: Work,
  ): Promise<{ seconds: number; first: number; version: string }> {
    await this.#writer.write(
      new TextEncoder().encode(`${JSON.stringify(work)}\n`),
    );
    for (;;) {
      const end = this.#rest.indexOf("\n");
      if (end >= 0) {
        const line = this.#rest.slice(0, end);
        this.#rest = this.#rest.slice(end + 1);
        // The peer's library prints notices of its own.
        if (line.startsWith("{")) return JSON.parse(line);
        continue;
      }
      const { value, done } = await this.#reader.read();
      if (done) throw new Error("The peer has ended: is pykeops installed?");
      this.#rest += value;
    }
  }

  async end(): Promise<void> {
    await this.#writer.close();
    await this.#process.status;
  }
}

function timed(f: () => Tensor, repeats: number): number {
  const times = Array.from({ length: repeats }, () => {
    const start = performance.now();
    f().dataSync();
    return (performance.now() - start) / 1000;
  });
  return median(times);
}

const threads = Number(Deno.args[0] ?? 2);
setThreads(threads);
const peer = new Peer();
const rows = [];
let version = "";
for (const work of WORK) {
  const f = computation(work);
  const first = timed(f, 1);
  await peer.ask({ ...work, repeats: 1 });
  const [ours, theirs]: [number[], number[]] = [[], []];
  let theirFirst = 0;
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(timed(f, work.repeats));
    const answer = await peer.ask(work);
    theirs.push(answer.seconds);
    [theirFirst, version] = [answer.first, answer.version];
  }
  const ratio = median(theirs.map((t, k) => t / ours[k]));
  rows.push({
    ...work,
    seconds: median(ours),
    firstSeconds: first,
    keopsSeconds: median(theirs),
    keopsFirstSeconds: theirFirst,
    ratio,
  });
  const label = `${work.work} ${work.points} D=${work.dim} ${work.dtype}`;
  console.log(
    label.padEnd(34),
    `${(median(ours) * 1e3).toFixed(2)} ms`.padStart(12),
    `${(median(theirs) * 1e3).toFixed(2)} ms`.padStart(12),
    `${ratio.toFixed(1)}x`.padStart(8),
  );
}
await peer.end();
const report = {
  date: new Date().toISOString().slice(0, 10),
  machine: `${cpus()[0]?.model}, ${cpus().length} cores`,
  deno: Deno.version.deno,
  pykeops: version,
  threads,
  rows,
};
await Deno.writeTextFile(FILE, JSON.stringify(report, null, 2) + "\n");
