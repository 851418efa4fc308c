/**
 * What the examples are tested on: small problems whose answers independent
 * tools computed once.
 *
 *     deno run tests/gallery/inputs.ts > inputs.json
 *     python bench/peers/gallery_reference.py inputs.json tests/gallery/data
 *
 * @module
 */

import { circle } from "../../examples/anisotropic.ts";
import { groups } from "../../examples/density.ts";
import { iris, split } from "../../examples/helpers/data.ts";
import { digits } from "../../examples/helpers/digits.ts";
import { landscape, wave } from "../../examples/gaussian_process.ts";
import { franke } from "../../examples/interpolation.ts";
import { spiral } from "../../examples/kmeans.ts";
import { galaxies } from "../../examples/nbody.ts";
import { surfaces } from "../../examples/registration.ts";
import { roll } from "../../examples/spectral_embedding.ts";
import { mixtures } from "../../examples/two_sample.ts";
import { rand, randn, type Tensor } from "../../mod.ts";

const dtype = "float64";

/** Random points of the unit cube. */
const cloud = (seed: number, ...shape: number[]) =>
  rand(shape, { seed, dtype });
/** Random points around 0. */
const normal = (seed: number, ...shape: number[]) =>
  randn(shape, { seed, dtype });

/** Arrays by name. */
export type Inputs = Readonly<Record<string, Tensor>>;

/** The inputs of each example. */
export const INPUTS: Readonly<Record<string, () => Inputs>> = {
  iris: () => {
    const [known, asked] = split(iris(), 100, 1);
    return {
      known: known.x,
      labels: known.labels,
      asked: asked.x,
      truth: asked.labels,
    };
  },
  digits: () => {
    const [known, asked] = split(digits(1000, 1), 800, 2);
    return {
      known: known.x,
      labels: known.labels,
      asked: asked.x,
      truth: asked.labels,
    };
  },
  metrics: () => ({
    x: cloud(1, 40, 3).add(0.01),
    y: cloud(2, 60, 3).add(0.01),
  }),
  gaussian_mixture: () => {
    const x = spiral(300, dtype);
    return {
      x,
      means: x.slice([0], [6]),
      factors: normal(4, 6, 3).mul(0.3),
      logits: normal(5, 6, 1),
    };
  },
  interpolation: () => {
    const x = cloud(5, 120, 2);
    return { x, values: franke(x), at: cloud(6, 80, 2) };
  },
  gaussian_process: () => {
    const [{ x, y }, seen] = [wave(50), landscape(80)];
    const at = cloud(22, 30, 1).mul(8);
    return {
      x,
      y,
      at,
      points: seen.x,
      heights: seen.y,
      places: cloud(23, 20, 2),
    };
  },
  density: () => ({ x: groups(150, dtype), at: normal(7, 50, 2).mul(2) }),
  two_sample: () => ({
    x: normal(8, 30, 2),
    y: normal(9, 40, 2).mul(1.4),
    weights: mixtures(30, 40, 20, 5),
  }),
  transport: () => ({
    x: cloud(10, 30, 2),
    y: cloud(11, 40, 2).mul(0.7).add(0.5),
  }),
  colour_transfer: () => ({
    x: cloud(12, 50, 3),
    y: cloud(13, 60, 3).square(),
  }),
  attention: () => ({
    q: normal(14, 2, 12, 5),
    k: normal(15, 2, 12, 5),
    v: normal(16, 2, 12, 3),
  }),
  anisotropic: () => {
    const { y, across } = circle(9);
    return {
      x: normal(17, 20, 2),
      y,
      b: normal(18, 9, 1),
      across,
      widths: cloud(19, 9, 2).mul(5),
    };
  },
  nbody: () => {
    const { x, v, m } = galaxies(40, dtype);
    return { x, v, m };
  },
  tsne: () => ({ x: digits(120, 5).x.to(dtype), y: normal(20, 120, 2) }),
  registration: () => {
    const [source, target] = surfaces(0.6);
    return {
      points: source.points,
      triangles: source.triangles,
      target: target.points,
      faces: target.triangles,
      p: normal(21, ...source.points.shape).mul(0.05),
    };
  },
  spectral: () => ({ x: roll(250, dtype).x }),
  kmeans: () => ({ x: spiral(600, dtype), ball: normal(3, 500, 4) }),
};

/** Nested arrays, as JSON has them; numbers keep all their digits. */
function lists(inputs: Inputs): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, t]) => [name, t.arraySync()]),
  );
}

if (import.meta.main) {
  const all = Object.entries(INPUTS).map(([name, make]) =>
    [name, lists(make())] as const
  );
  console.log(JSON.stringify(Object.fromEntries(all)));
}
