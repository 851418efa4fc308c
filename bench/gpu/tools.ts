/**
 * Programs that `bench/gpu.ts` runs beside itself: the tests, NVIDIA's
 * checking tool, first calls.
 *
 * @module
 */

/** What came of a program. */
export interface Outcome {
  /** What was run. */
  readonly name: string;
  /** `"passed"`, `"failed"`, or why it could not be run. */
  readonly verdict: string;
  /** The end of what it printed. */
  readonly tail: string;
}

const text = new TextDecoder();
const ROOT = new URL("../../", import.meta.url).pathname;

interface Ended {
  readonly success: boolean;
  readonly output: string;
}

/** Runs a program; undefined where there is no such program. */
async function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  seconds: number,
): Promise<Ended | undefined> {
  try {
    const { success, stdout, stderr } = await new Deno.Command(program, {
      args: [...args],
      env: { NO_COLOR: "1", ...env },
      cwd: ROOT,
      signal: AbortSignal.timeout(1e3 * Math.max(1, seconds)),
    }).output();
    return { success, output: text.decode(stdout) + text.decode(stderr) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    // It may not be started: the tool is only a line of the report.
    return { success: false, output: `${error}` };
  }
}

function tailOf({ output }: Ended): string {
  return output.trim().split("\n").slice(-12).join("\n");
}

/** The tests on a GPU: counts of those that passed and failed. */
export async function suites(seconds: number): Promise<Outcome> {
  const name = "tests on the GPU";
  const args = ["run", "--allow-all", "tests/on_gpu.ts"];
  const ended = await run(Deno.execPath(), args, {}, seconds);
  if (ended === undefined) return { name, verdict: "no deno", tail: "" };
  const [counts, verdict] = suitesSay(ended);
  return {
    name,
    verdict: verdict ?? `not finished within ${seconds.toFixed(0)} s`,
    tail: `${counts}\n${tailOf(ended)}`,
  };
}

/** How many tests passed and failed, and the verdict if there is one yet. */
export function suitesSay(
  { success, output }: Ended,
): [counts: string, verdict: string | undefined] {
  const files = [...output.matchAll(/(\d+) passed[^\n]*?(\d+) failed/g)];
  const sum = (n: number) => files.reduce((s, m) => s + Number(m[n]), 0);
  const failed = sum(2) > 0 || /files failed:/.test(output);
  return [
    `${sum(1)} passed, ${sum(2)} failed`,
    failed ? "failed" : success && files.length > 0 ? "passed" : undefined,
  ];
}

/** Each tool, and whether there is a mistake that it must find. */
const TOOLS: readonly (readonly [tool: string, planted: boolean])[] = [
  ["memcheck", true],
  ["racecheck", true],
  ["synccheck", false],
  ["initcheck", false],
];

/** What NVIDIA's checking tool says of each scheme, and of planted mistakes. */
export async function* sanitizer(left: () => number): AsyncGenerator<Outcome> {
  const program = Deno.env.get("COMPUTE_SANITIZER") ?? "compute-sanitizer";
  for (const [tool, planted] of TOOLS) {
    for (const mistake of planted ? [true, false] : [false]) {
      const name = `${tool}${mistake ? ", planted" : ""}`;
      const args = [
        ...["--tool", tool, "--error-exitcode", "9"],
        ...[Deno.execPath(), "run", "--allow-all", "bench/gpu/schemes.ts"],
        ...(mistake ? [tool] : []),
      ];
      const ended = await run(program, args, {}, left());
      if (ended === undefined) {
        return yield { name, verdict: `there is no ${program}`, tail: "" };
      }
      yield { name, verdict: verdictOf(ended, mistake), tail: tailOf(ended) };
    }
  }
}

/** What a run of the tool means; some devices it refuses to work on. */
export function verdictOf(
  { success, output }: Ended,
  planted: boolean,
): string {
  const found = /ERROR SUMMARY: (\d+)|RACECHECK SUMMARY: (\d+)/.exec(output);
  if (/not supported|Unable to/i.test(output) || found === null) {
    return "refused: it does not work on this device";
  }
  const count = Number(found[1] ?? found[2]);
  const clean = count === 0 && success && !planted;
  return clean || planted && count > 0 ? "passed" : "failed";
}

/** Milliseconds of first calls. */
export interface FirstCalls {
  /** The very first formula of a process, and the ones after it: compiled. */
  readonly cold: readonly number[];
  /** The same ones in a later process, out of files. */
  readonly disk: readonly number[];
}

/** First calls of formulas that were never compiled before. */
export async function firstCalls(seconds: number): Promise<FirstCalls> {
  const folder = await Deno.makeTempDir();
  try {
    const env = { ALLPAIRS_CACHE_DIR: folder };
    const script = ["run", "--allow-all", "bench/gpu/first_call.ts"];
    const times = async () => {
      const args = [...script, "17"];
      const ended = await run(Deno.execPath(), args, env, seconds);
      const line = /^\[.*\]$/m.exec(ended?.output ?? "");
      if (line === null) throw new Error(`No times: ${ended?.output}`);
      return JSON.parse(line[0]) as number[];
    };
    return { cold: await times(), disk: await times() };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
