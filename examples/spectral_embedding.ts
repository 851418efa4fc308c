/**
 * Spectral embedding: eigenvectors of the graph Laplacian unfold a surface
 * (Belkin and Niyogi, Neural Computation 15, 2003). The graph joins all pairs
 * of points,
 *
 *     k_ij = exp(-|x_i - x_j|^2 / (2 s^2)),   L = Id - D^(-1/2) K D^(-1/2)
 *
 * and its matrix is never stored: the eigenvalues of the normalised kernel come
 * from its products with vectors.
 *
 * Run it with `deno run --allow-write=out examples/spectral_embedding.ts [points]`.
 *
 * @module
 */

import { eigsh, rand, type Tensor, tensor, Vi, Vj } from "../mod.ts";
import { bunny, centred } from "./helpers/data.ts";
import {
  aroundSquare,
  page,
  type Panel,
  panel,
  scatter,
} from "./helpers/plots.ts";
import { save, sizeOr, timed } from "./helpers/report.ts";
import { colour } from "./svg.ts";

/** Eigenvalues of the Laplacian and coordinates of the points. */
export interface Embedding {
  /** The smallest ones, ascending; the first one is 0: `[k]`. */
  readonly values: Tensor;
  /** Their eigenvectors over the roots of the degrees, `[N, k]`. */
  readonly coordinates: Tensor;
}

/** The k smoothest functions on a cloud. */
export function embedding(x: Tensor, width: number, k: number): Embedding {
  const kernel = Vi(x).sqdist(Vj(x)).mul(-1 / (2 * width ** 2)).exp();
  const scale = kernel.sum("j").rsqrt();
  const normalised = kernel.mul(Vi(scale)).mul(Vj(scale));
  const { values, vectors } = eigsh(normalised, { k });
  return {
    values: values.neg().add(1),
    coordinates: vectors.mul(scale),
  };
}

/** A rolled sheet: points, and how far along the roll each of them is. */
export function roll(
  count: number,
  dtype: "float32" | "float64",
): { x: Tensor; along: Tensor } {
  const draws = rand([count, 2], { seed: 1, dtype });
  const [t, height] = [0, 1].map((c) =>
    draws.slice([0, c], [undefined, c + 1])
  );
  // The length of the spiral r = angle grows with the square of the angle.
  const angle = t.mul(3.5 ** 2 - 1.5 ** 2).add(1.5 ** 2).sqrt().mul(Math.PI);
  const x = angle.cos().mul(angle)
    .concat([height.mul(30), angle.sin().mul(angle)], 1);
  return { x, along: t };
}

function coloured(
  title: string,
  points: number[][],
  values: ArrayLike<number>,
): Panel {
  const order = Array.from(values, (_, k) => k).sort((a, b) =>
    values[a] - values[b]
  );
  const rank = new Float64Array(order.length);
  order.forEach((k, at) => rank[k] = Math.round(32 * at / order.length) / 32);
  return panel(
    { ...aroundSquare(points), width: 300, height: 322, title },
    scatter(points, { fill: Array.from(rank, (t) => colour(t)), size: 1.3 }),
  );
}

if (import.meta.main) {
  const count = sizeOr(4000);
  const { x, along } = roll(count, "float32");
  const sheet = timed(
    `rolled sheet, ${count} points, 4 eigenvectors`,
    () => embedding(x, 1, 4),
  );
  const show = (t: Tensor) =>
    [...t.dataSync()].map((v) => v.toExponential(2)).join(" ");
  console.log(`  eigenvalues ${show(sheet.values)}`);
  const mesh = tensor(centred(bunny()).points as number[][]);
  const hare = timed(
    `bunny, ${mesh.shape[0]} points, 4 eigenvectors`,
    () => embedding(mesh, 0.12, 4),
  );
  console.log(`  eigenvalues ${show(hare.values)}`);
  const rows = (t: Tensor) => t.arraySync() as number[][];
  const flat = (points: number[][], a: number, b: number) =>
    points.map((p) => [p[a], p[b]]);
  const column = (t: Tensor, k: number) => t.select(k, 1).dataSync();
  // Nearly repeated eigenvalues may mix; each coordinate has unit variance.
  const unit = (t: Tensor) => {
    const c = t.slice([0, 1]);
    return rows(c.div(c.square().mean(0, { keepDims: true }).sqrt()));
  };
  save(
    "spectral_embedding",
    page(
      "Spectral embedding",
      "the smoothest functions on a cloud are coordinates",
      [
        [
          coloured(
            "A rolled sheet, from the side",
            flat(rows(x), 0, 2),
            along.dataSync(),
          ),
          coloured(
            "unrolled",
            flat(unit(sheet.coordinates), 0, 1),
            along.dataSync(),
          ),
        ],
        [1, 2, 3].map((k) =>
          coloured(
            `bunny, function ${k}`,
            flat(rows(mesh), 0, 1),
            column(hare.coordinates, k),
          )
        ),
      ],
    ),
  );
}
