/**
 * Runs tests on the emulator: the conformance data and a twentieth of the
 * random programs in every mode, with what tells modes apart; with `--whole`
 * all random programs. Where `ALLPAIRS_TEST_BACKEND=cuda` is set with the
 * libraries that `deno task emulator` prints, any other test runs on it, too.
 *
 *     deno task test:emulator [--whole] [forward] [reverse] [random] [late] [checked]
 *
 * @module
 */

/** What the order of threads matters to. */
const ORDERED = [
  "tests/emulator_test.ts",
  "tests/emulator_guard_test.ts",
  "tests/emulator_tiles_test.ts",
  "tests/emulator_digits_test.ts",
  "tests/small_maps_test.ts",
  "tests/emulator_sizes_test.ts",
];

/** The data and the programs that every mode has to compute. */
const CASES = [
  "tests/conformance/genred_test.ts",
  "tests/conformance/lazy_test.ts",
  "tests/property/programs_test.ts",
];

/** The modes, with the files that are run in each, and their environment. */
const MODES: Readonly<
  Record<string, { files: string[]; env: Record<string, string> }>
> = {
  itself: { files: ["tests/emulator_unit_test.ts"], env: {} },
  forward: {
    files: [
      ...ORDERED,
      "tests/device_test.ts",
      "tests/device_systems_test.ts",
      "tests/unit/device_solve_test.ts",
      "tests/unit/device_tolerance_test.ts",
      "tests/failures_test.ts",
      "tests/flat_test.ts",
      "tests/warm_calls_test.ts",
      "tests/several_devices_test.ts",
      "tests/bench_gpu_test.ts",
      "tests/unit/cuda_cache_test.ts",
      "tests/unit/bfloat16_test.ts",
      ...CASES,
    ],
    env: {},
  },
  reverse: {
    files: [...ORDERED, ...CASES],
    env: {
      ALLPAIRS_EMULATOR_ORDER: "reverse",
    },
  },
  random: {
    files: [...ORDERED, ...CASES],
    env: {
      ALLPAIRS_EMULATOR_ORDER: "random:1",
    },
  },
  // All work is done as late as is allowed.
  late: {
    files: ["tests/emulator_test.ts", "tests/device_test.ts"],
    env: { ALLPAIRS_EMULATOR_STREAMS: "lazy" },
  },
  checked: {
    files: [...ORDERED, "tests/device_test.ts", ...CASES],
    env: { ALLPAIRS_EMULATOR_CHECK: "1" },
  },
};

const text = new TextDecoder();

async function emulator(): Promise<Record<string, string>> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "emulator"],
  }).output();
  if (!success) throw new Error(text.decode(stderr));
  const lines = text.decode(stdout).matchAll(/export (\w+)=(\S+)/g);
  return Object.fromEntries([...lines].map(([, name, path]) => [name, path]));
}

const libraries = await emulator();
const whole = Deno.args.includes("--whole");
const named = Deno.args.filter((a) => !a.startsWith("--"));
const wanted = named.length > 0 ? named : Object.keys(MODES);
let failed = false;

/** Runs the tests of a mode; what they say is shown when they are done. */
async function run(mode: string): Promise<void> {
  const { files, env } = MODES[mode];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "test",
      "--no-check",
      "--allow-all",
      "--v8-flags=--expose-gc",
      ...files,
    ],
    env: {
      ...libraries,
      // The emulator keeps kernels itself, apart for each mode.
      ALLPAIRS_CACHE_DIR: "off",
      ...env,
      ...(whole ? {} : { ALLPAIRS_TEST_SHARE: "20" }),
      ALLPAIRS_TEST_BACKEND: "cuda",
    },
  }).output();
  console.log(`--- ${mode} ---\n${text.decode(stdout)}${text.decode(stderr)}`);
  failed ||= !success;
}

/** Runs modes, two at a time: most of each uses one core. */
async function runAll(modes: string[]): Promise<void> {
  await Promise.all([1, 2].map(async () => {
    for (let mode = modes.shift(); mode; mode = modes.shift()) await run(mode);
  }));
}

// These two compile, for themselves and for the others.
const compiling = ["forward", "checked"];
await runAll(wanted.filter((mode) => compiling.includes(mode)));
await runAll(wanted.filter((mode) => !compiling.includes(mode)));
Deno.exit(failed ? 1 : 0);
