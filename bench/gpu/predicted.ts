/**
 * What kernels should take on one H200, reckoned from their machine code,
 * without a GPU: the slots that one thread needs of its scheduler for each
 * pair, with its share of the loops around, and how busy that keeps each unit.
 *
 *     NVDISASM=path/to/nvdisasm deno run -A bench/gpu/predicted.ts [text]
 *
 * It needs NVRTC, and NVIDIA's disassembler (`pip install
 * nvidia-cuda-nvdisasm`). Waiting for memory or for one another is not in it,
 * nor what searches do when they find something.
 *
 * @module
 */

import { Nvrtc } from "../../ffi/nvrtc.ts";
import { javascriptBackend } from "../../src/cpu/backend.ts";
import { renderCuda } from "../../src/cuda/render.ts";
import { walkOf } from "../../src/cuda/scheme.ts";
import { tileOf, type Variant } from "../../src/cuda/variant.ts";
import { planOf } from "../../src/engine/plan.ts";
import { Category, type Formula } from "../../src/formula/formula.ts";
import { parseFormula } from "../../src/language/parse.ts";
import { variable } from "../../src/ops/core.ts";
import { FLUSH_EVERY, type Program } from "../../src/program/ir.ts";
import {
  reductionNamed,
  reductionSetup,
} from "../../src/reductions/registry.ts";
import { type Counts, issued, loopsOf, plus } from "./machine_code.ts";
import { dimOf, type Work, WORKS } from "./works.ts";

/** Schedulers of an H200, the lanes of each, clocks a second. */
const [SCHEDULERS, LANES, CLOCK] = [132 * 4, 32, 1.98e9];

/**
 * Clocks that one instruction of a warp keeps a unit of its scheduler busy;
 * shared memory, which four of them share, by 16 bytes a lane.
 */
const CLOCKS: Counts = { fma: 1, alu: 2, special: 8, shared: 16, other: 1 };

/** What is to be expected of one work. */
export interface Prediction {
  /** The registers of one thread. */
  readonly registers: number;
  /** What is issued for each pair. */
  readonly counts: Counts;
  /** Clocks of one scheduler for the pairs of one warp. */
  readonly clocks: number;
  /** What takes longest. */
  readonly limit: string;
  /** Seconds for all pairs. */
  readonly seconds: number;
}

/** The program of a work. */
export function programOf(work: Work): Program {
  const categories: Record<string, Category> = {
    g: Category.PARAMETER,
    x: Category.I,
    e: Category.I,
  };
  const names = new Map<string, Formula>(
    [...work.takes].map((v, n) => {
      const dim = v === "g" ? 1 : dimOf(v, work);
      return [v, variable(n, dim, categories[v] ?? Category.J)];
    }),
  );
  const formula = parseFormula(work.formula, names);
  const reduction = reductionNamed(work.reduction);
  const setup = reductionSetup(reduction, [formula.dim], { k: work.k });
  const request = { reduction, formulas: [formula], setup };
  return planOf([request], "j", javascriptBackend).program;
}

/** How many rows it has a thread, and what is stored, for many points. */
function variantOf(program: Program): Variant {
  return {
    compute: "float",
    storage: program.operands.map(() => "float32"),
    outputs: program.outputs.map(({ type }) =>
      type === "int" ? "int32" : "float32"
    ),
    unit: program.operands.map(() => true),
    batch: 0,
    ...walkOf(program, "float", {}),
  };
}

/** What the kernel of a work should take. */
export async function predicted(
  work: Work,
  nvrtc: Nvrtc,
  disassembler: string,
): Promise<Prediction> {
  const program = programOf(work);
  const variant = variantOf(program);
  const source = renderCuda(program, variant, "rows", work.name);
  const { image, log } = nvrtc.compile(source, "kernel.cu", [
    "--gpu-architecture=sm_90",
    "--std=c++17",
    "--ptxas-options=-v",
  ]);
  const text = await disassembled(image, disassembler);
  const sums = /MUFU\.EX2/.test(text);
  const loops = loopsOf(text, sums ? /^MUFU\.EX2/ : /^FADD/);
  if (loops.length === 0) throw new Error(`No loop over pairs: ${work.name}`);
  const [pairs, ...around] = loops;
  const { columns } = tileOf(program, variant.compute);
  const flushed = program.flush.length > 0 && columns > FLUSH_EVERY;
  const turns = [...(flushed ? [FLUSH_EVERY] : []), columns];
  const perTurn = pairs.marks / (sums ? 1 : work.dim);
  const none = plus(pairs.turn, pairs.turn, -1);
  const counts = turns.reduce(
    (n, t, k) => plus(n, around[k]?.turn ?? none, 1 / (t * variant.rows)),
    plus(none, pairs.turn, 1 / perTurn),
  );
  const busy = (Object.keys(CLOCKS) as (keyof Counts)[])
    .map((unit): [string, number] => [unit, counts[unit] * CLOCKS[unit]]);
  const [limit, clocks] = [["issue", issued(counts)] as const, ...busy]
    .reduce((a, b) => b[1] > a[1] ? b : a);
  const warps = work.points ** 2 / LANES;
  return {
    registers: Number(/Used (\d+) registers/.exec(log)?.[1]),
    counts,
    clocks,
    limit,
    seconds: warps * clocks / (SCHEDULERS * CLOCK),
  };
}

/** The text of machine code. */
async function disassembled(
  image: Uint8Array,
  disassembler: string,
): Promise<string> {
  const file = await Deno.makeTempFile({ suffix: ".cubin" });
  try {
    await Deno.writeFile(file, image);
    const { stdout, stderr, success } = await new Deno.Command(disassembler, {
      args: ["-c", file],
    }).output();
    const text = new TextDecoder();
    if (!success) throw new Error(text.decode(stderr));
    return text.decode(stdout);
  } finally {
    await Deno.remove(file);
  }
}

if (import.meta.main) {
  const [only = ""] = Deno.args;
  const nvrtc = new Nvrtc();
  const disassembler = Deno.env.get("NVDISASM") ?? "nvdisasm";
  for (const work of WORKS) {
    if (!work.name.includes(only) || work.points < 1e6) continue;
    const { registers, counts, limit, seconds } = await predicted(
      work,
      nvrtc,
      disassembler,
    );
    console.log(
      `${work.name}: ${
        issued(counts).toFixed(1)
      } a pair, ${registers} registers, ${
        seconds.toFixed(2)
      } s (${limit}), bound ${work.bound} s, ${
        (100 * work.bound / seconds).toFixed(0)
      } %`,
    );
  }
}
