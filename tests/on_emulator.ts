/**
 * Runs tests on the emulator: in ordinary order all conformance data and random
 * programs; in the other modes a share of them, and what tells modes apart.
 * `--whole` runs all of them in each mode. Where `ALLPAIRS_TEST_BACKEND=cuda` is
 * set with the libraries that `deno task emulator` prints, any other test runs
 * on it, too.
 *
 *     deno task test:emulator [--whole] [forward] [reverse] [random] [late] [checked]
 *
 * @module
 */

/** What the order of threads matters to. */
const ORDERED = [
  "tests/emulator_test.ts",
  "tests/emulator_tiles_test.ts",
  "tests/emulator_digits_test.ts",
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
      "tests/emulator_test.ts",
      "tests/emulator_tiles_test.ts",
      "tests/device_test.ts",
      "tests/device_systems_test.ts",
      "tests/unit/device_solve_test.ts",
      "tests/failures_test.ts",
      "tests/flat_test.ts",
      "tests/several_devices_test.ts",
      "tests/bench_gpu_test.ts",
      "tests/unit/cuda_cache_test.ts",
      "tests/emulator_digits_test.ts",
      "tests/conformance/genred_test.ts",
      "tests/conformance/lazy_test.ts",
    ],
    env: {},
  },
  programs: {
    files: ["tests/property/programs_test.ts"],
    env: { ALLPAIRS_TEST_SHARE: "0/20" },
  },
  reverse: {
    files: [...ORDERED, ...CASES],
    env: {
      ALLPAIRS_EMULATOR_ORDER: "reverse",
      ALLPAIRS_TEST_SHARE: "1/20",
    },
  },
  random: {
    files: [...ORDERED, ...CASES],
    env: {
      ALLPAIRS_EMULATOR_ORDER: "random:1",
      ALLPAIRS_TEST_SHARE: "6/20",
    },
  },
  // All work is done as late as is allowed.
  late: {
    files: ["tests/emulator_test.ts", "tests/device_test.ts"],
    env: { ALLPAIRS_EMULATOR_STREAMS: "lazy" },
  },
  checked: {
    files: [...ORDERED, "tests/device_test.ts", ...CASES],
    env: { ALLPAIRS_EMULATOR_CHECK: "1", ALLPAIRS_TEST_SHARE: "11/20" },
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
      ...(whole ? { ALLPAIRS_TEST_SHARE: "0/1" } : {}),
      ALLPAIRS_TEST_BACKEND: "cuda",
    },
  }).output();
  console.log(`--- ${mode} ---\n${text.decode(stdout)}${text.decode(stderr)}`);
  failed ||= !success;
}

// Two at a time, the longest ones first: most of each uses one core.
const waiting = wanted.toSorted((a, b) =>
  MODES[b].files.length - MODES[a].files.length
);
await Promise.all([1, 2].map(async () => {
  for (let mode = waiting.shift(); mode; mode = waiting.shift()) {
    await run(mode);
  }
}));
Deno.exit(failed ? 1 : 0);
