/**
 * Optimal transport between two clouds, blurred by an entropy, and its
 * debiased divergence (Feydy et al., AISTATS 2019):
 *
 *     S(x, y) = OT(x, y) - OT(x, x) / 2 - OT(y, y) / 2
 *
 * for the cost `|x - y|^2 / 2`. Sinkhorn's iterations start with a blur as
 * large as the clouds and shrink it step by step.
 *
 * Run it with `deno run --allow-write=out examples/sinkhorn.ts [points]`.
 *
 * @module
 */

import { rand, type Tensor, Vi, Vj } from "../mod.ts";
import {
  aroundSquare,
  COLOURS,
  curve,
  matching,
  page,
  panel,
  scatter,
} from "./helpers/plots.ts";
import { save, sizeOr, timed } from "./helpers/report.ts";

/** How transport is computed. */
export interface TransportOptions {
  /** How far mass is blurred at the end: the root of the temperature. */
  readonly blur: number;
  /** By how much the blur shrinks from step to step; 0.5 where not given. */
  readonly scaling?: number;
  /**
   * Steps with the last blur; 1 where not given. Prices lag behind a blur that
   * shrinks: with enough steps they are those of the plan itself.
   */
  readonly rounds?: number;
}

/** Dual variables: prices of mass at points x and y, `[M, 1]` and `[N, 1]`. */
export interface Potentials {
  /** At points x. */
  readonly f: Tensor;
  /** At points y. */
  readonly g: Tensor;
}

/** `-eps log sum_j exp(h_j - |x_i - y_j|^2 / (2 eps))`, `[M, 1]`. */
export function softmin(
  x: Tensor,
  y: Tensor,
  eps: number,
  h: Tensor,
): Tensor {
  return Vj(h).sub(Vi(x).sqdist(Vj(y)).mul(0.5 / eps)).logsumexp("j")
    .mul(-eps);
}

/** Temperatures from the size of both clouds down to the square of the blur. */
export function temperatures(
  x: Tensor,
  y: Tensor,
  { blur, scaling = 0.5, rounds = 1 }: TransportOptions,
): number[] {
  const both = x.detach().concat([y.detach()]);
  const diameter = both.max(0).sub(both.min(0)).norm().item();
  const list = [diameter ** 2];
  for (let scale = diameter; scale > blur; scale *= scaling) {
    list.push(scale ** 2);
  }
  return [...list, ...Array<number>(rounds).fill(blur ** 2)];
}

const logMass = (x: Tensor) => -Math.log(x.shape[0]);

/** The potentials of transport between uniform measures. */
export function potentials(
  x: Tensor,
  y: Tensor,
  options: TransportOptions,
): Potentials {
  const [a, b] = [logMass(x), logMass(y)];
  const list = temperatures(x, y, options);
  const start = (from: Tensor, to: Tensor) =>
    softmin(
      from,
      to,
      list[0],
      to.select(0, 1).mul(0).add(logMass(to)).expandDims(1),
    );
  let [f, g] = [start(x, y), start(y, x)];
  for (const eps of list) {
    // Both are updated at once, and averaged: nobody is first.
    const nextF = softmin(x, y, eps, g.div(eps).add(b));
    const nextG = softmin(y, x, eps, f.div(eps).add(a));
    [f, g] = [f.add(nextF).mul(0.5), g.add(nextG).mul(0.5)];
  }
  return { f, g };
}

/** The potential of transport of a cloud to itself. */
export function selfPotential(x: Tensor, list: readonly number[]): Tensor {
  const a = logMass(x);
  let f = softmin(x, x, list[0], x.select(0, 1).mul(0).add(a).expandDims(1));
  for (const eps of list) {
    f = f.add(softmin(x, x, eps, f.div(eps).add(a))).mul(0.5);
  }
  return f;
}

/**
 * The divergence of two clouds of equal weights, a tensor of one entry. Its
 * derivatives are those of the last step alone: at the optimum, the prices do
 * not change to first order.
 */
export function sinkhornDivergence(
  x: Tensor,
  y: Tensor,
  options: TransportOptions,
): Tensor {
  const [p, q] = [x.detach(), y.detach()];
  const [a, b] = [logMass(x), logMass(y)];
  const list = temperatures(p, q, options);
  const eps = options.blur ** 2;
  const { f, g } = potentials(p, q, options);
  const [ofX, ofY] = [selfPotential(p, list), selfPotential(q, list)];
  const ofPairs = softmin(x, q, eps, g.div(eps).add(b)).mean()
    .add(softmin(y, p, eps, f.div(eps).add(a)).mean());
  return ofPairs
    .sub(softmin(x, p, eps, ofX.div(eps).add(a)).mean())
    .sub(softmin(y, q, eps, ofY.div(eps).add(b)).mean());
}

/** Where the plan sends mass from points x: the mean of its targets in y. */
export function transported(
  x: Tensor,
  y: Tensor,
  g: Tensor,
  eps: number,
): Tensor {
  return Vj(g.div(eps)).sub(Vi(x).sqdist(Vj(y)).mul(0.5 / eps))
    .sumsoftmaxweight(Vj(y), "j");
}

/** A disc, and two moons. */
export function shapes(
  count: number,
  dtype: "float32" | "float64",
): [Tensor, Tensor] {
  const draws = rand([count, 2], { seed: 1, dtype });
  const part = (k: number) => draws.slice([0, k], [undefined, k + 1]);
  const polar = (radius: Tensor, angle: Tensor) =>
    angle.cos().concat([angle.sin()], 1).mul(radius);
  const disc = polar(part(0).sqrt().mul(0.3), part(1).mul(2 * Math.PI)).add(
    0.5,
  );
  const side = part(0).gt(0.5);
  const arc = polar(
    part(0).mul(2).mod(1).mul(0.1).add(0.3),
    part(1).mul(Math.PI),
  );
  const flip = side.mul(2).sub(1);
  const moons = arc.mul(flip)
    .add(side.mul(0.14).add(0.43).concat([side.mul(-0.3).add(0.65)], 1));
  return [disc, moons];
}

if (import.meta.main) {
  const count = sizeOr(5000);
  const [x, y] = shapes(count, "float32");
  const blurs = [0.1, 0.03, 0.01];
  for (const blur of blurs) {
    const value = timed(
      `divergence, ${count} points each, blur ${blur}`,
      () => sinkhornDivergence(x, y, { blur, scaling: 0.7 }).item(),
    );
    console.log(
      `  S = ${value.toFixed(6)}, W = ${Math.sqrt(2 * value).toFixed(4)}`,
    );
  }
  const few = 500;
  const [p, q] = [x, y].map((t) => t.slice([0], [few]));
  const list = (t: Tensor) => t.arraySync() as number[][];
  const range = aroundSquare([...list(x), ...list(y)]);
  const panels = blurs.map((blur) => {
    const { g } = potentials(p, q, { blur, scaling: 0.9 });
    const targets = list(transported(p, q, g, blur ** 2));
    return panel(
      { ...range, width: 320, height: 342, title: `blur ${blur}` },
      matching(list(p), targets),
      scatter(list(q), { fill: COLOURS[1], size: 2, opacity: 0.35 }),
      scatter(list(p), { fill: COLOURS[0], size: 2 }),
      scatter(targets, { fill: COLOURS[3], size: 1.6 }),
      curve([[range.x[0] + 0.03, range.y[0] + 0.03], [
        range.x[0] + 0.03 + blur,
        range.y[0] + 0.03,
      ]], { fill: "#222", size: 3 }),
    );
  });
  save(
    "sinkhorn",
    page(
      "Optimal transport of a disc to two moons",
      "blue: the disc; red: the mean of where each point goes; the bar is the blur",
      [panels],
    ),
  );
}
