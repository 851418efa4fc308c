/**
 * Sums over some of the pairs: what came before, what is near in time, what is
 * near in space, what is of the same kind, what a graph says.
 *
 * Run it with `deno run examples/domains.ts`.
 *
 * @module
 */

import {
  band,
  blocks,
  causal,
  csr,
  eye,
  type Integers,
  rand,
  type Tensor,
  tensor,
  Vi,
  Vj,
  withinRadius,
} from "../mod.ts";

/** The numbers 0 ... n - 1 as times, in the dtype of a series. */
function times({ shape: [n], dtype }: Tensor): Tensor {
  const numbers = Float32Array.from({ length: n }, (_, k) => k);
  return tensor(numbers, [n, 1], { dtype });
}

/**
 * Causal attention: each query sees the keys of its own time and before, and
 * gets the mean of their values under the soft-max.
 */
export function attention(query: Tensor, key: Tensor, value: Tensor): Tensor {
  const scores = Vi(query).dot(Vj(key)).mul(query.shape[1] ** -0.5);
  return scores.withRanges(causal()).sumsoftmaxweight(Vj(value), "j");
}

/** Means over the times that are at most `width` away, with triangle weights. */
export function smoothed(series: Tensor, width: number): Tensor {
  const t = times(series);
  const weight = Vi(t).sub(Vj(t)).abs().mul(-1).add(width + 1)
    .withRanges(band(width));
  return weight.mul(Vj(series)).sum("j").div(weight.sum("j"));
}

/** The density of particles, with a kernel that ends at a radius. */
export function density(x: Tensor, radius: number): Tensor {
  const part = Vi(x).sqdist(Vj(x)).mul(-1 / radius ** 2).add(1);
  return part.square().mul(part)
    .withRanges(withinRadius(x, x, radius)).sum("j");
}

/** How far each point is from the mean of those of its own kind. */
export function spread(x: Tensor, kinds: Tensor): Tensor {
  const count = kinds.max().item() + 1;
  const own = blocks(kinds, kinds, eye(count));
  const mean = Vj(x).mul(Vi(x).sqnorm2().ge(0)).withRanges(own).mean("j");
  return Vi(x).sqdist(Vi(mean)).sqrt().dense();
}

/** Values on a graph move to the mean of their neighbours, so many times. */
export function diffused(
  values: Tensor,
  offsets: Integers,
  indices: Integers,
  steps: number,
): Tensor {
  const edges = csr(offsets, indices);
  let present = values;
  for (let k = 0; k < steps; k++) {
    const pairs = Vi(present).mul(0).add(Vj(present)).withRanges(edges);
    present = present.add(pairs.mean("j")).mul(0.5);
  }
  return present;
}

if (import.meta.main) {
  const [query, key, value] = [1, 2, 3].map((seed) =>
    rand([2000, 8], { seed })
  );
  console.log("attention      ", attention(query, key, value).shape);
  const noise = rand([2000, 1], { seed: 4 });
  const size = (t: Tensor) => t.sub(t.mean()).abs().max().item().toFixed(3);
  console.log("noise          ", size(noise), "->", size(smoothed(noise, 50)));
  const x = rand([20000, 2], { seed: 5 });
  const found = density(x, 0.03);
  console.log(
    "density        ",
    found.min().item().toFixed(1),
    "to",
    found.max().item().toFixed(1),
  );
  const kinds = tensor(Int32Array.from({ length: 20000 }, (_, k) => k % 5));
  console.log("spread         ", spread(x, kinds).mean().item().toFixed(3));
  // A ring of 1000 points.
  const ring = Int32Array.from(
    { length: 2000 },
    (_, k) => ((k >> 1) + (k % 2 === 0 ? 999 : 1)) % 1000,
  );
  const ends = Int32Array.from({ length: 1001 }, (_, k) => 2 * k);
  const bump = tensor(
    Float32Array.from({ length: 1000 }, (_, k) => k === 500 ? 1 : 0),
    [1000, 1],
  );
  console.log(
    "largest on ring",
    diffused(bump, ends, ring, 100).max().item().toFixed(3),
  );
}
