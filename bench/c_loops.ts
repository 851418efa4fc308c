/**
 * The loops of `loops.c`, compiled for one type and one dimension.
 *
 * @module
 */

const SIGNATURE = {
  parameters: ["buffer", "buffer", "buffer", "buffer", "i32", "i32"],
  result: "void",
} as const;

const SYMBOLS = {
  gaussian: SIGNATURE,
  gradient: SIGNATURE,
  logsumexp: SIGNATURE,
  argmin: SIGNATURE,
  kmin: SIGNATURE,
} as const;

/** The names of loops. */
export type LoopName =
  | "gaussian"
  | "gradient"
  | "logsumexp"
  | "argmin"
  | "kmin";

/** The loops by workload. */
export const LOOPS: Readonly<Record<string, LoopName>> = {
  gauss: "gaussian",
  gradient: "gradient",
  logsumexp: "logsumexp",
  argmin: "argmin",
  knn: "kmin",
};

/** One loop: x, y, b, results, M, N. */
export type CLoop = (
  x: BufferSource,
  y: BufferSource,
  b: BufferSource,
  results: BufferSource,
  m: number,
  n: number,
) => void;

/** The C loops, compiled; none where there is no compiler. */
export function compiledLoops(
  dtype: "float32" | "float64",
  dim: number,
): Readonly<Record<LoopName, CLoop>> | undefined {
  const folder = Deno.makeTempDirSync();
  const library = `${folder}/loops.so`;
  try {
    const { success } = new Deno.Command("gcc", {
      args: [
        "-Ofast",
        "-march=native",
        "-shared",
        "-fPIC",
        `-DT=${dtype === "float32" ? "float" : "double"}`,
        `-DD=${dim}`,
        new URL("./loops.c", import.meta.url).pathname,
        "-o",
        library,
        "-lm",
      ],
    }).outputSync();
    return success ? Deno.dlopen(library, SYMBOLS).symbols : undefined;
  } catch {
    return undefined;
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}
