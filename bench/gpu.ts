/**
 * Everything that is to be known of a GPU, in one run: times of reductions
 * beside PyKeOps on the same device, first calls, NVIDIA's checking tool, the
 * tests. It prints a table at the end, and writes all of it as JSON into
 * `$OUT`, or into `bench/results`, again after each step.
 *
 *     deno task bench:gpu [--only=text] [--minutes=9] [--tiny] [--no-peer]
 *       [--no-more] [--no-first] [--no-sanitizer] [--no-tests]
 *
 * `PYTHON` names a Python with pykeops and torch. What does not fit into the
 * minutes is left out, and the table says so. How 9 minutes are dealt out:
 *
 * 1. The seven reductions that something is promised of, the smallest first:
 *    each is called for 12 seconds beside PyKeOps after the first calls, but 3
 *    times at least. PyKeOps has a minute for one answer, which it compiles for
 *    first; D = 100 takes it 20 seconds a call, and all of this up to 5 minutes.
 * 2. First calls: 15 seconds.
 * 3. Other reductions, the quickest first, for 5 seconds each, as long as 150
 *    seconds are left after them.
 * 4. The checking tool, for 60 seconds at most, then the tests with the rest:
 *    `deno task test:gpu` runs all of them.
 *
 * Whatever fails is noted, and the next step is taken: no PyKeOps, no checking
 * tool, no memory, an answer that does not come.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { cudaDevice } from "../src/cuda/context.ts";
import { doctor } from "../src/devices.ts";
import { backendNamed } from "../src/engine/backends.ts";
import { DeviceUnavailableError } from "../src/errors.ts";
import { Peer } from "./gpu/peer.ts";
import { table } from "./gpu/table.ts";
import { type Row, timed } from "./gpu/time.ts";
import {
  type FirstCalls,
  firstCalls,
  type Outcome,
  sanitizer,
  suites,
} from "./gpu/tools.ts";
import { MORE_WORKS } from "./gpu/more_works.ts";
import { tiny, type Work, WORKS } from "./gpu/works.ts";

const { values: options } = parseArgs({
  args: Deno.args,
  allowNegative: true,
  options: {
    only: { type: "string", default: "" },
    minutes: { type: "string", default: "9" },
    tiny: { type: "boolean", default: false },
    peer: { type: "boolean", default: true },
    more: { type: "boolean", default: true },
    first: { type: "boolean", default: true },
    sanitizer: { type: "boolean", default: true },
    tests: { type: "boolean", default: true },
  },
});

try {
  backendNamed("cuda");
} catch (error) {
  if (!(error instanceof DeviceUnavailableError)) throw error;
  console.log(`SKIPPED: times on a GPU: ${error.message}`);
  Deno.exit(0);
}
/** Seconds of calls beside PyKeOps, and of its answers. */
const CALLS = { promised: 12, more: 5 };
const PATIENCE = 60;

/** Seconds that are kept for what comes after the other reductions. */
const KEPT = 150;

/** Seconds that the checking tool has. */
const CHECKING = 60;

const device = cudaDevice(0).name;
const until = performance.now() + 60e3 * Number(options.minutes);
/** The seconds that are left. */
const left = () => (until - performance.now()) / 1e3;

const rows: Row[] = [];
const outcomes: Outcome[] = [];
const notes: string[] = [];
let first: FirstCalls | undefined;

const folder = Deno.env.get("OUT") ??
  new URL("results", import.meta.url).pathname;

/** Writes all that is known so far. */
function write(): void {
  Deno.mkdirSync(folder, { recursive: true });
  const report = {
    date: new Date().toISOString().slice(0, 10),
    device,
    deno: Deno.version.deno,
    tiny: options.tiny,
    doctor: doctor().split("\n"),
    rows,
    first,
    outcomes,
    notes,
  };
  const json = JSON.stringify(report, null, 2);
  Deno.writeTextFileSync(`${folder}/gpu.json`, `${json}\n`);
}

/** One step, if there is time for it; what fails is noted. */
async function step(name: string, run: () => Promise<void>): Promise<void> {
  if (left() < 5) return void notes.push(`${name}: no time left`);
  console.log(`-- ${name}, ${left().toFixed(0)} s left`);
  try {
    await run();
  } catch (error) {
    notes.push(`${name}: ${error}`);
    console.log(notes.at(-1));
  }
  write();
}

console.log(doctor());
let peer: Peer | undefined;
/** PyKeOps has failed so often: it is not there. */
let failures = 0;

/** Times a work beside PyKeOps, and without it where that fails. */
async function time(work: Work, seconds: number): Promise<void> {
  const limits = { seconds, patience: Math.min(PATIENCE, left()) };
  if (options.peer && !work.alone && failures < 2) {
    try {
      peer ??= new Peer(Deno.env.get("PYTHON") ?? "python3");
      return void rows.push(await timed(work, limits, peer));
    } catch (error) {
      failures++;
      notes.push(`${work.name} beside PyKeOps: ${error}`);
      await peer?.end();
      peer = undefined;
    }
  }
  rows.push(await timed(work, limits));
}

/** Those that were asked for, at the size that was asked for. */
const wanted = (works: readonly Work[]) =>
  works.filter(({ name }) => name.includes(options.only))
    .map((work) => options.tiny ? tiny(work) : work);

const promised = wanted(WORKS.toSorted((a, b) => a.limit - b.limit));
for (const work of promised) {
  await step(work.name, () => time(work, CALLS.promised));
}
if (options.first) {
  await step(
    "first calls",
    async () => void (first = await firstCalls(Math.min(60, left()))),
  );
}
for (const work of options.more ? wanted(MORE_WORKS) : []) {
  if (left() < KEPT && !options.tiny) {
    notes.push(`${work.name}: no time left`);
    continue;
  }
  await step(work.name, () => time(work, CALLS.more));
}
await peer?.end();
if (options.sanitizer) {
  const end = performance.now() + 1e3 * CHECKING;
  const rest = () => Math.min(left(), (end - performance.now()) / 1e3);
  await step("compute-sanitizer", async () => {
    for await (const found of sanitizer(rest)) outcomes.push(found);
  });
}
if (options.tests) {
  await step("tests", async () => void outcomes.push(await suites(left())));
}
write();
console.log(
  table({ device, rows, first, outcomes, notes }),
);
const failed = outcomes.some(({ verdict }) => verdict === "failed");
// What others left running must not keep this one.
Deno.exit(failed ? 1 : 0);
