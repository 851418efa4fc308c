/**
 * What kernels should take on one H200, reckoned from their machine code,
 * without a GPU: the slots that one thread needs of its scheduler for each
 * pair, with its share of the loops around, and how busy that keeps each unit.
 * The kernel is the one that runs for so many points: matrix units where they
 * are taken, else rows; tiles, whose loops say too little, are left out.
 *
 *     NVDISASM=path/to/nvdisasm deno run -A bench/gpu/predicted.ts [text]
 *
 * It needs NVRTC, and NVIDIA's disassembler (`pip install
 * nvidia-cuda-nvdisasm`). What is taken for granted:
 *
 * - 132 multiprocessors of 4 schedulers at 1.98 GHz, the highest clock; each
 *   scheduler issues one instruction a clock, of some warp that is ready.
 * - Units work side by side; the busiest one is the limit. Where matrix units
 *   are in it, what it would be if they and all the rest took turns is told,
 *   too: with two or three warps a scheduler, truth lies between.
 * - Matrix units: 1979 tera-operations of 8-bit integers a second (NVIDIA's
 *   data sheet of the H200, without sparsity) are one instruction of
 *   16 x 8 x 32 in 4 clocks of a scheduler. `mma.sync` reaches 62.9 % of the
 *   peak on this architecture (Luo et al., "Benchmarking and Dissecting the
 *   Nvidia Hopper GPU Architecture via Microbenchmarking", 2024, on average):
 *   6.4 clocks. Half the depth is taken to be half the time.
 * - Shared memory gives 128 bytes a clock to the 4 schedulers; that lanes which
 *   read the same bytes share them is not counted.
 * - The data are such that digits do: `tests/emulator_digits_test.ts`.
 *
 * Waiting for memory or for one another is not in it, nor what searches do
 * when they find something, nor what points take to become digits.
 *
 * @module
 */

import { Nvrtc } from "../../ffi/nvrtc.ts";
import { javascriptBackend } from "../../src/cpu/backend.ts";
import { DIGITS_ACROSS } from "../../kernels/digits_form.ts";
import { digitsOf } from "../../src/cuda/digits.ts";
import {
  digitsRoom,
  digitsShape,
  piecesFor,
} from "../../src/cuda/digits_shape.ts";
import { renderCuda } from "../../src/cuda/render.ts";
import { blockOf, walkOf } from "../../src/cuda/scheme.ts";
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
import { MORE_WORKS } from "./more_works.ts";
import { dimOf, pairsOf, type Work, WORKS } from "./works.ts";

/** Schedulers of an H200, the lanes of each, clocks a second. */
const [SCHEDULERS, LANES, CLOCK] = [132 * 4, 32, 1.98e9];

/** Clocks of an instruction of matrix units. */
const MATRIX = 4 / 0.629;

/** Clocks that one instruction of a warp keeps a unit of its scheduler busy. */
const CLOCKS: Counts = {
  fma: 1,
  alu: 2,
  special: 8,
  matrix: MATRIX,
  halfMatrix: MATRIX / 2,
  shared4: 4,
  shared8: 8,
  shared16: 16,
  other: 1,
};

/** Units that are parts of one. */
const GROUPS: Readonly<Record<string, readonly (keyof Counts)[]>> = {
  fma: ["fma"],
  alu: ["alu"],
  special: ["special"],
  matrix: ["matrix", "halfMatrix"],
  shared: ["shared4", "shared8", "shared16"],
  other: ["other"],
};

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
  /** The same if matrix units and all the rest took turns. */
  readonly inTurns: number;
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

/** How a program walks many points, and what is stored. */
function variantOf(program: Program, work: Work): Variant {
  const compute = work.dtype === "float64" ? "double" : "float";
  const stored = work.dtype ?? "float32";
  const variant: Variant = {
    compute,
    storage: program.operands.map(() => stored),
    outputs: program.outputs.map(({ type }) =>
      type === "int" ? "int32" : stored
    ),
    unit: program.operands.map(() => true),
    batch: work.batch === undefined ? 0 : 1,
    ...walkOf(program, compute, {}),
  };
  const digits = digitsOf(program, variant);
  const shape = digits && digitsShape(
    program,
    digits.wide,
    digits.statement.length,
    piecesFor(work.precision === "fast"),
  );
  return shape ? { ...variant, digits: shape } : variant;
}

/** The turns of the loops around the one over pairs, in columns of a thread. */
function turnsOf(program: Program, variant: Variant): number[] {
  const { digits } = variant;
  const found = digits && digitsOf(program, variant);
  if (digits && found) {
    const { wide, statement: { length } } = found;
    const room = digitsRoom(program, wide, length, digits);
    return [(room?.columns ?? 0) / DIGITS_ACROSS];
  }
  const { columns } = tileOf(program, variant.compute);
  const flushed = program.flush.length > 0 && columns > FLUSH_EVERY;
  return [...(flushed ? [FLUSH_EVERY] : []), columns];
}

/** What the kernel of a work should take. */
export async function predicted(
  work: Work,
  nvrtc: Nvrtc,
  disassembler: string,
): Promise<Prediction> {
  const program = programOf(work);
  const variant = variantOf(program, work);
  if (variant.tiles && !variant.digits) throw new Error("in tiles");
  const { rows, chunks = 1 } = blockOf(program, variant);
  const source = renderCuda(program, variant, "rows", work.name);
  const { image, log } = nvrtc.compile(source, "kernel.cu", [
    "--gpu-architecture=sm_90",
    "--std=c++17",
    "--ptxas-options=-v",
  ]);
  const text = await disassembled(image, disassembler);
  const sums = /MUFU\.EX2/.test(text);
  const loops = loopsOf(
    text,
    sums ? /^MUFU\.EX2/ : /^FADD/,
    variant.digits ? DIGITS_ACROSS : 0,
  );
  if (loops.length === 0) throw new Error(`No loop over pairs: ${work.name}`);
  const [pairs, ...around] = loops;
  const perTurn = pairs.marks / (sums ? 1 : work.dim);
  const none = plus(pairs.turn, pairs.turn, -1);
  const counts = turnsOf(program, variant).reduce(
    (n, t, k) => plus(n, around[k]?.turn ?? none, chunks / (t * rows)),
    plus(none, pairs.turn, chunks / perTurn),
  );
  const busy = Object.entries(GROUPS).map(([name, units]): [string, number] => [
    name,
    units.reduce((n, u) => n + counts[u] * CLOCKS[u], 0),
  ]);
  const issue = issued(counts);
  const [limit, clocks] = busy
    .reduce((a, b) => b[1] > a[1] ? b : a, ["issue", issue]);
  const warps = pairsOf(work) / LANES;
  const seconds = (clocks: number) => warps * clocks / (SCHEDULERS * CLOCK);
  const matrix = busy.find(([name]) => name === "matrix")?.[1] ?? 0;
  return {
    registers: Number(/Used (\d+) registers/.exec(log)?.[1]),
    counts,
    clocks,
    limit,
    seconds: seconds(clocks),
    inTurns: seconds(
      matrix === 0
        ? clocks
        : matrix + issue - counts.matrix - counts.halfMatrix,
    ),
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
  for (const work of [...WORKS, ...MORE_WORKS]) {
    if (!work.name.includes(only) || pairsOf(work) < 1e9) continue;
    try {
      const { registers, counts, limit, seconds, inTurns } = await predicted(
        work,
        nvrtc,
        disassembler,
      );
      const turns = inTurns > seconds
        ? `, ${inTurns.toFixed(3)} s if units take turns`
        : "";
      console.log(
        `${work.name}: ${
          issued(counts).toFixed(1)
        } a pair, ${registers} registers, ${
          seconds.toFixed(3)
        } s (${limit})${turns}, bound ${work.bound.toFixed(3)} s, ${
          (100 * work.bound / seconds).toFixed(0)
        } %`,
      );
    } catch (error) {
      console.log(`${work.name}: not predicted: ${error}`);
    }
  }
}
