/**
 * Generated source through the real compiler: one kernel a scheme and type,
 * for four architectures. It needs NVRTC, but no GPU.
 *
 * @module
 */

import { Nvrtc } from "../../ffi/nvrtc.ts";
import { prepareSource } from "../../kernels/digits_prepare.ts";
import { movesSource } from "../../kernels/moves.ts";
import { renderCuda } from "../../src/cuda/render.ts";
import { smallMapsSource } from "../../src/cuda/small_maps.ts";
import { CompileError, DeviceUnavailableError } from "../../src/errors.ts";
import { assert, assertRejects, assertStringIncludes } from "../assert.ts";
import {
  DIGITS,
  digitsKernels,
  HALVES,
  halvesSource,
  programOf,
  schemesOf,
  titleOf,
  variantFor,
  WIDE,
  WRITTEN,
} from "../programs.ts";

const ARCHITECTURES = [80, 90, 100, 120];

/** Registers that one thread may take, where it matters how many run. */
const REGISTERS: Readonly<Record<string, number>> = {
  gauss: 64,
  gauss_tiles: 144,
  gauss_digits: 168,
  dot_digits: 255,
  fast_digits: 184,
  log_sum_exp: 80,
  nearest: 64,
  rows: 64,
  pairs: 64,
  small_maps: 40,
  moves: 64,
};

/** Registers that wider indices may take. */
const WIDER = 16;

function registersOf(name: string): number {
  const most = REGISTERS[name.split(",")[0]] ?? 255;
  return name.endsWith("double") ? Math.min(255, 2 * most) : most;
}

/**
 * Bytes of registers that may be spilled by one thread. Where many pairs are
 * tested together, that is what the ends of rows need, outside of the loops.
 */
function spillsOf(name: string): number {
  if (name.startsWith("gauss_long")) return 512;
  // The assembler prefers a third block on a multiprocessor to two registers.
  if (name.startsWith("wide_digits")) return 16;
  if (/^(log_sum_exp|nearest|many_nearest),/.test(name)) return 48;
  return name.endsWith("double") ? 64 : 0;
}

function realCompiler(): Nvrtc | string {
  try {
    return new Nvrtc();
  } catch (error) {
    if (!(error instanceof DeviceUnavailableError)) throw error;
    return error.message.split("\n")[0];
  }
}

const nvrtc = realCompiler();
const ignore = typeof nvrtc === "string";
if (typeof nvrtc === "string") {
  console.log(`SKIPPED: tests of generated source with NVRTC: ${nvrtc}`);
}

/** What the assembler says of one kernel. */
interface Usage {
  readonly registers: number;
  readonly spilled: number;
}

function usageIn(log: string): Usage {
  const number = (pattern: RegExp) => Number(pattern.exec(log)?.[1] ?? NaN);
  return {
    registers: number(/Used (\d+) registers/),
    spilled: number(/(\d+) bytes spill stores/),
  };
}

async function compiled(source: string, architecture: number): Promise<Usage> {
  if (typeof nvrtc === "string") throw new Error(nvrtc);
  const { image, log } = await nvrtc.compileLater(source, "kernel.cu", [
    `--gpu-architecture=sm_${architecture}`,
    "--ptxas-options=-v",
  ]);
  assert(image.length > 1000);
  assert(!/warning/.test(log), log);
  return usageIn(log);
}

/** Compiles for all architectures; tells how many registers one of them takes. */
async function compiledForAll(
  source: string,
  name: string,
  scheme: string,
): Promise<string> {
  // The compiler runs on several threads at once.
  const all = await Promise.all(ARCHITECTURES.map((a) => compiled(source, a)));
  const most = registersOf(name);
  all.forEach(({ registers, spilled }, n) => {
    const where = `${name}, ${scheme}, sm_${ARCHITECTURES[n]}`;
    assert(registers <= most, `${where}: ${registers} registers`);
    assert(spilled <= spillsOf(name), `${where}: ${spilled} bytes spilled`);
  });
  return `${scheme} ${all[ARCHITECTURES.indexOf(90)].registers}`;
}

for (const written of WRITTEN) {
  for (const compute of ["float", "double"] as const) {
    const name = `${written.name}, ${compute}`;
    Deno.test({
      name: `${name}: compiles for ${ARCHITECTURES.join(", ")}`,
      ignore,
      async fn() {
        const program = programOf(written);
        const uses: string[] = [];
        for (const scheme of schemesOf(program)) {
          const rows = compute === "float" ? written.rows : written.rows && 1;
          const variant = variantFor(program, compute, rows, 1);
          const source = renderCuda(program, variant, scheme, titleOf(written));
          uses.push(await compiledForAll(source, name, scheme));
        }
        console.log(`  registers on sm_90: ${uses.join(", ")}`);
      },
    });
  }
}

for (const written of WIDE) {
  const { name, rows } = written;
  Deno.test({
    name: `${name}, indices of 64 bits: compiles, and takes few registers`,
    ignore,
    async fn() {
      const program = programOf(written);
      const variant = { ...variantFor(program, "float", rows, 1), wide: true };
      const uses = await Promise.all(
        schemesOf(program).map(async (scheme) => {
          const text = renderCuda(program, variant, scheme, titleOf(written));
          const { registers, spilled } = await compiled(text, 90);
          const most = registersOf(name) + WIDER;
          assert(registers <= most, `${scheme}: ${registers} registers`);
          const set = spillsOf(`${name},`);
          assert(spilled <= set, `${scheme}: ${spilled} bytes spilled`);
          return `${scheme} ${registers}`;
        }),
      );
      console.log(`  registers on sm_90: ${uses.join(", ")}`);
    },
  });
}

for (const written of DIGITS) {
  Deno.test({
    name: `${written.name}: compiles for ${ARCHITECTURES.join(", ")}`,
    ignore,
    async fn() {
      const program = programOf(written);
      for (const [scheme, variant] of digitsKernels(program, written)) {
        // What parts end with is the same for all.
        if (scheme === "parts" && written !== DIGITS[0]) continue;
        const source = renderCuda(program, variant, scheme, titleOf(written));
        await compiledForAll(source, written.name, scheme);
      }
    },
  });
}

Deno.test({
  name: `digits: compiles for ${ARCHITECTURES.join(", ")}`,
  ignore,
  async fn() {
    await compiledForAll(prepareSource(), "digits", "all");
  },
});

for (const dtype of HALVES) {
  Deno.test({
    name: `entries of ${dtype} are converted by the device`,
    ignore,
    async fn() {
      const source = halvesSource(dtype);
      await compiledForAll(source, WRITTEN[0].name, "rows");
    },
  });
}

for (const kind of ["short", "long"] as const) {
  Deno.test({
    name: `small maps, ${kind}: compile for ${ARCHITECTURES.join(", ")}`,
    ignore,
    async fn() {
      await compiledForAll(smallMapsSource(kind), "small_maps", kind);
    },
  });
}

for (const kind of ["moves", "sums"] as const) {
  Deno.test({
    name: `moves, ${kind}: compile for ${ARCHITECTURES.join(", ")}`,
    ignore,
    async fn() {
      await compiledForAll(movesSource(kind), "moves", kind);
    },
  });
}

Deno.test({
  name: "an error shows the source with its lines and the log",
  ignore,
  async fn() {
    const source = 'extern "C" __global__ void k() {\n  nonsense;\n}\n';
    const error = await assertRejects(
      () => compiled(source, 90),
      CompileError,
    );
    assertStringIncludes(error.message, "2 |   nonsense;");
    assertStringIncludes(error.message, "kernel.cu(2): error");
  },
});

Deno.test({
  name: "the compiler knows its version and its architectures",
  ignore,
  fn() {
    if (typeof nvrtc === "string") return;
    assert(nvrtc.version()[0] >= 11);
    assert(nvrtc.architectures().includes(90));
  },
});
