/**
 * allpairs beside its peers on the CPU, in turns: writes
 * `bench/results/peers.json` and prints a table.
 *
 *     deno task bench:peers [--quick] [peer ...]
 *
 * Peers: PyKeOps, NumPy and PyTorch (`PYTHON` names a Python that has them),
 * jax-js and TensorFlow.js on WebAssembly, C loops by gcc on one thread. Those
 * that are not there are left out, and said to be.
 *
 * @module
 */

import { cpus } from "node:os";
import process from "node:process";
import { setThreads, type Tensor } from "../mod.ts";
import type { PeerReport, PeerRow } from "../docs/peer_report.ts";
import { Peer } from "./peer_process.ts";
import {
  computation,
  median,
  peakMemory,
  titleOf,
  TITLES,
  type Work,
  work,
} from "./works.ts";

const FILE = new URL("./results/peers.json", import.meta.url);
const THREADS = 2;

const KEOPS: readonly Work[] = [
  work("gauss", 10000, 3),
  work("gradient", 10000, 3),
  work("gauss", 10000, 10),
  work("gauss", 5000, 100),
  work("gauss", 2000, 784),
  work("gauss", 10000, 3, "float32", 3),
  work("gauss", 5000, 3, "float32", 100),
  work("logsumexp", 10000, 3),
  work("argmin", 10000, 3),
  work("knn", 10000, 3),
  work("gauss", 10000, 3, "float64"),
  work("logsumexp", 10000, 3, "float64"),
  work("argmin", 10000, 3, "float64"),
  work("knn", 10000, 3, "float64"),
  work("gauss", 5000, 100, "float64"),
  work("gauss", 100, 3),
  work("gauss", 1000, 3),
  { ...work("gauss", 100000, 3), repeats: 1 },
];
const DENSE = KEOPS.filter(({ points }) => points <= 10000);
const GAUSS = DENSE.filter(({ work, dtype }) =>
  work === "gauss" && dtype === "float32"
);
const LOOPS = DENSE.filter(({ columns, dim, points }) =>
  columns === 1 && dim <= 100 && points >= 1000
);

/** What is timed beside each peer, and in how many rounds. */
const PEERS: Readonly<Record<string, readonly [readonly Work[], number]>> = {
  keops: [KEOPS, 5],
  c: [LOOPS, 5],
  numpy: [DENSE, 3],
  torch: [DENSE, 3],
  jax: [GAUSS, 3],
  tfjs: [GAUSS, 3],
};

/** Seconds of one call, by the clock or, for one thread, of the processor. */
function timed(f: () => Tensor, repeats: number, processor: boolean): number {
  return median(Array.from({ length: repeats }, () => {
    const [start, cpu] = [performance.now(), process.cpuUsage()];
    f().dataSync();
    const { user, system } = process.cpuUsage(cpu);
    return processor
      ? (user + system) / 1e6
      : (performance.now() - start) / 1000;
  }));
}

/** Times one workload in turns with a peer. */
async function compare(
  peer: Peer,
  name: string,
  work: Work,
  rounds: number,
): Promise<{ row?: PeerRow; version?: string; ended?: boolean }> {
  const single = name === "c";
  setThreads(single ? 1 : THREADS);
  const f = computation(work);
  const first = timed(f, 1, single);
  const answer = await peer.ask({ ...work, repeats: 0 });
  if (answer === undefined) return { ended: true };
  const { version } = answer;
  if (answer.seconds === null) return { version };
  const memory = await peakMemory(() => void f().dataSync());
  const [ours, theirs]: [number[], number[]] = [[], []];
  const turns = work.points > 20000 ? 1 : rounds;
  for (let round = 0; round < turns; round++) {
    ours.push(timed(f, work.repeats, single));
    const { seconds } = await peer.ask(work) ?? {};
    if (typeof seconds !== "number") return { ended: true };
    theirs.push(seconds);
  }
  const row: PeerRow = {
    peer: name,
    work: work.work,
    title: TITLES[work.work],
    points: work.points,
    dim: work.dim,
    columns: work.columns,
    dtype: work.dtype,
    seconds: median(ours),
    firstSeconds: first,
    memory,
    peerSeconds: median(theirs),
    peerFirstSeconds: answer.first,
    peerMemory: answer.memory,
    ratio: median(theirs.map((t, k) => t / ours[k])),
  };
  return { row, version };
}

function printed(row: PeerRow): string {
  const { peer, seconds, peerSeconds, ratio } = row;
  const ms = (s: number) => `${(s * 1e3).toFixed(2)} ms`.padStart(13);
  return [
    peer.padEnd(6),
    titleOf(row).padEnd(46),
    ms(seconds),
    ms(peerSeconds),
    `${ratio.toFixed(2)}x`.padStart(9),
  ].join(" ");
}

const quick = Deno.args.includes("--quick");
const chosen = Deno.args.filter((a) => !a.startsWith("--"));
const rows: PeerRow[] = [];
const versions: Record<string, string> = {};
for (const [name, [works, rounds]] of Object.entries(PEERS)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  const peer = new Peer(name, THREADS);
  for (const work of works) {
    if (quick && work.points > 1000) continue;
    const { row, version, ended } = await compare(peer, name, work, rounds);
    if (version !== undefined) versions[name] = version;
    if (ended) {
      console.log(`${name}: left out, as it is not there or has ended`);
      break;
    }
    if (row === undefined) continue;
    rows.push(row);
    console.log(printed(row));
  }
  await peer.end();
}
if (!quick) {
  // A run of some peers keeps what is known of the others.
  const before = await Deno.readTextFile(FILE).then(JSON.parse, () => ({}));
  const kept = (before.rows ?? []).filter((r: PeerRow) =>
    !rows.some(({ peer }) => peer === r.peer)
  );
  const report: PeerReport = {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus()[0]?.model}, ${cpus().length} cores`,
    deno: Deno.version.deno,
    threads: THREADS,
    versions: { ...before.versions, ...versions },
    rows: [...kept, ...rows],
  };
  await Deno.writeTextFile(FILE, JSON.stringify(report, null, 2) + "\n");
}
