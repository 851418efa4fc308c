/**
 * The workloads that allpairs and its peers are timed on.
 *
 * @module
 */

import { rand, type Tensor, Vi, Vj } from "../mod.ts";

/** One workload: all pairs of two clouds in the unit cube. */
export interface Work {
  /** `"gauss"`, `"gradient"`, `"logsumexp"`, `"argmin"` or `"knn"`. */
  readonly work: string;
  /** The number of points, of both clouds. */
  readonly points: number;
  /** The dimension of points. */
  readonly dim: number;
  /** The number of columns of weights. */
  readonly columns: number;
  /** The dtype of all data. */
  readonly dtype: "float32" | "float64";
  /** How often one round repeats it. */
  readonly repeats: number;
}

/** What workloads compute, in words. */
export const TITLES: Readonly<Record<string, string>> = {
  gauss: "Gaussian sum",
  gradient: "its gradient in x",
  logsumexp: "log-sum-exp",
  argmin: "nearest point",
  knn: "10 nearest points",
};

/** A workload by its numbers. */
export function work(
  name: string,
  points: number,
  dim: number,
  dtype: Work["dtype"] = "float32",
  columns = 1,
): Work {
  const repeats = points <= 300 ? 100 : points <= 1000 ? 20 : 3;
  return { work: name, points, dim, columns, dtype, repeats };
}

/** A short name of a workload. */
export function titleOf(
  { work, points, dim, columns, dtype }: Omit<Work, "repeats" | "dtype"> & {
    readonly dtype: string;
  },
): string {
  const wide = columns > 1 ? ` E=${columns}` : "";
  return `${TITLES[work]} N=${points} D=${dim}${wide} ${dtype}`;
}

/** What allpairs computes for a workload. */
export function computation(
  { work, points, dim, columns, dtype }: Work,
): () => Tensor {
  const cloud = (width: number, seed: number): Tensor =>
    rand([points, width], { seed, dtype });
  const [x, y, b, e] = [dim, dim, columns, columns].map(cloud);
  const squares = () => Vi(x).sqdist(Vj(y));
  switch (work) {
    case "gauss":
      return () => squares().mul(-0.5).exp().matmul(b);
    case "gradient":
      return () => {
        const v = Vi(x);
        return v.sqdist(Vj(y)).mul(-0.5).exp().mul(Vj(b)).grad(v, Vi(e))
          .sum("j");
      };
    case "logsumexp":
      return () => squares().mul(-0.5).logsumexp("j");
    case "argmin":
      return () => squares().argmin("j");
    default:
      return () => squares().argKmin(10, "j");
  }
}

/** The middle of some numbers; 0 of none. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
}

/**
 * The most memory in use while something runs, above that before it, in bytes,
 * by the counters of Linux; none elsewhere.
 */
export async function peakMemory(
  run: () => void | Promise<void>,
): Promise<number | null> {
  const read = (name: string) => {
    const text = Deno.readTextFileSync("/proc/self/status");
    const [, kilobytes] = text.match(new RegExp(`${name}:\\s+(\\d+) kB`)) ?? [];
    return Number(kilobytes) * 1024;
  };
  if (Deno.build.os !== "linux") return null;
  Deno.writeTextFileSync("/proc/self/clear_refs", "5");
  const before = read("VmRSS");
  await run();
  return Math.max(0, read("VmHWM") - before);
}
