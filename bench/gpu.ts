/**
 * Everything that is to be known of a GPU, in one run: times of reductions
 * beside PyKeOps on the same device, first calls, NVIDIA's checking tool, the
 * tests. It prints a table at the end, and writes all of it as JSON into
 * `$OUT`, or into `bench/results`, again after each step.
 *
 *     deno task bench:gpu [--only=text] [--minutes=9] [--tiny] [--no-peer]
 *       [--no-first] [--no-sanitizer] [--no-tests]
 *
 * `PYTHON` names a Python with pykeops and torch. What does not fit into the
 * minutes is left out, and the table says so.
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
import { tiny, WORKS } from "./gpu/works.ts";

const { values: options } = parseArgs({
  args: Deno.args,
  allowNegative: true,
  options: {
    only: { type: "string", default: "" },
    minutes: { type: "string", default: "9" },
    tiny: { type: "boolean", default: false },
    peer: { type: "boolean", default: true },
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
    device: cudaDevice(0).name,
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
for (const full of WORKS) {
  if (!full.name.includes(options.only)) continue;
  const work = options.tiny ? tiny(full) : full;
  await step(work.name, async () => {
    try {
      if (options.peer) {
        peer ??= new Peer(Deno.env.get("PYTHON") ?? "python3");
      }
      rows.push(await timed(work, peer));
    } catch (error) {
      if (!options.peer) throw error;
      // It may be PyKeOps that is missing.
      notes.push(`${work.name} with PyKeOps: ${error}`);
      await peer?.end();
      peer = undefined;
      rows.push(await timed(work));
    }
  });
}
await peer?.end();
if (options.first) {
  await step(
    "first calls",
    async () => void (first = await firstCalls(left())),
  );
}
if (options.sanitizer) {
  await step("compute-sanitizer", async () => {
    for await (const found of sanitizer(left)) outcomes.push(found);
  });
}
if (options.tests) {
  await step("tests", async () => void outcomes.push(await suites(left())));
}
write();
console.log(
  table({ device: cudaDevice(0).name, rows, first, outcomes, notes }),
);
const failed = outcomes.some(({ verdict }) => verdict === "failed");
// What others left running must not keep this one.
Deno.exit(failed ? 1 : 0);
