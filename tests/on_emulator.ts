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

/** Tests in one process: files, and the settings of the emulator. */
interface Run {
  readonly files: readonly string[];
  readonly settings: Readonly<Record<string, string>>;
}

const REVERSE = { ORDER: "reverse" };
const RANDOM = { ORDER: "random:1" };
const CHECKED = { CHECK: "1" };

/**
 * In the order in which they begin: those first that compile much. Nearly all
 * time goes into compiling, and the checked mode finds all that others do but
 * for the order of threads: so the data and the programs are compiled for it
 * only, and run with its checks in every order.
 */
const RUNS: Readonly<Record<string, Run>> = {
  "forward, checked cases": { files: CASES, settings: CHECKED },
  "forward": {
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
    ],
    settings: {},
  },
  "checked": {
    files: [...ORDERED, "tests/device_test.ts"],
    settings: CHECKED,
  },
  "itself": { files: ["tests/emulator_unit_test.ts"], settings: {} },
  "reverse": { files: ORDERED, settings: REVERSE },
  "random": { files: ORDERED, settings: RANDOM },
  "reverse, checked cases": {
    files: CASES,
    settings: { ...CHECKED, ...REVERSE },
  },
  "random, checked cases": {
    files: CASES,
    settings: { ...CHECKED, ...RANDOM },
  },
  // All work is done as late as is allowed.
  "late": {
    files: ["tests/emulator_test.ts", "tests/device_test.ts"],
    settings: { STREAMS: "lazy" },
  },
};

/** What is run for each mode. */
const MODES: Readonly<Record<string, readonly string[]>> = {
  itself: ["itself"],
  forward: ["forward", "forward, checked cases"],
  reverse: ["reverse", "reverse, checked cases"],
  random: ["random", "random, checked cases"],
  late: ["late"],
  checked: ["checked", "forward, checked cases"],
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
const modes = named.length > 0 ? named : Object.keys(MODES);
const unknown = modes.filter((mode) => !(mode in MODES));
if (unknown.length > 0) {
  const known = Object.keys(MODES).join(", ");
  throw new RangeError(`No mode ${unknown.join(", ")}: there are ${known}`);
}
const wanted = new Set(modes.flatMap((mode) => MODES[mode]));
const waiting = Object.keys(RUNS).filter((name) => wanted.has(name));
let failed = false;

/** Runs tests; what they say is shown when they are done. */
async function run(name: string): Promise<void> {
  const { files, settings } = RUNS[name];
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
      // The emulator keeps kernels itself, apart for the checked mode.
      ALLPAIRS_CACHE_DIR: "off",
      ...Object.fromEntries(
        Object.entries(settings).map((
          [setting, value],
        ) => [`ALLPAIRS_EMULATOR_${setting}`, value]),
      ),
      ...(whole ? {} : { ALLPAIRS_TEST_SHARE: "20" }),
      ALLPAIRS_TEST_BACKEND: "cuda",
    },
  }).output();
  console.log(`--- ${name} ---\n${text.decode(stdout)}${text.decode(stderr)}`);
  failed ||= !success;
}

// Two at a time: most of each uses one core.
await Promise.all([1, 2].map(async () => {
  for (let name = waiting.shift(); name; name = waiting.shift()) {
    await run(name);
  }
}));
Deno.exit(failed ? 1 : 0);
