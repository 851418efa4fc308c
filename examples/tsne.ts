/**
 * Handwritten digits in the plane by t-SNE (van der Maaten and Hinton, JMLR 9,
 * 2008): points with the same neighbours as the digits. What is made small is
 *
 *     sum_ij p_ij log(1 + |y_i - y_j|^2) + log sum_(i != j) 1 / (1 + |y_i - y_j|^2)
 *
 * up to a constant. The first sum runs over near neighbours, the second one
 * over all pairs; their gradients need no further line. Of many points, those
 * far away are summed up together, within a tolerance.
 *
 * Run it with `deno run --allow-write=out examples/tsne.ts [digits] [steps]`.
 *
 * @module
 */

import { randn, scope, type Tensor, valueAndGrad, Vi, Vj } from "../mod.ts";
import { digits } from "./helpers/digits.ts";
import {
  aroundSquare,
  colouredBy,
  COLOURS,
  page,
  panel,
  scatter,
  words,
} from "./helpers/plots.ts";
import { progress, save, sizeOr, timed } from "./helpers/report.ts";
import { nearest, vote } from "./knn.ts";

/** How likely each point picks each of its neighbours: rows add up to 1. */
export interface Affinities {
  /** The neighbours of each point, `[N, K]`, int32. */
  readonly neighbours: Tensor;
  /** Their probabilities, `[N, K]`. */
  readonly p: Tensor;
}

/** Gaussians whose widths give each point the same number of neighbours. */
export function affinities(x: Tensor, perplexity: number): Affinities {
  const count = x.shape[0];
  const k = Math.min(count, Math.floor(3 * perplexity) + 2);
  const [squares, at] = Vi(x).sqdist(Vj(x)).kminArgkmin(k, "j");
  // The nearest of all is the point itself.
  const neighbours = at.slice([0, 1]);
  const d = squares.slice([0, 1]).to("float64");
  const away = d.sub(d.min(1, { keepDims: true }));
  const goal = Math.log(perplexity);
  // Bisection of log beta for all points at once.
  let low = away.select(0, 1).mul(0).sub(30).expandDims(1);
  let high = low.add(60);
  let p = away;
  for (let round = 0; round < 60; round++) {
    const middle = low.add(high).mul(0.5);
    const w = away.mul(middle.exp()).neg().exp();
    p = w.div(w.sum(1, { keepDims: true }));
    const entropy = p.xlogx().sum(1, { keepDims: true }).neg();
    const narrow = entropy.lt(goal);
    [low, high] = [narrow.where(low, middle), narrow.where(middle, high)];
  }
  return { neighbours, p: p.to(x.dtype) };
}

/**
 * The Kullback-Leibler divergence of places y `[N, 2]`, a tensor of one entry.
 *
 * @param exaggeration how much more neighbours attract
 * @param tolerance how exact the sum over all pairs is; exact where not given
 */
export function divergence(
  y: Tensor,
  { neighbours, p }: Affinities,
  exaggeration = 1,
  tolerance?: number,
): Tensor {
  const count = y.shape[0];
  const apart = y.expandDims(1).sub(y.gather(neighbours)).square().sum(2);
  const attraction = apart.add(1).log().mul(p).sum().div(count);
  const near = Vi(y).sqdist(Vj(y)).add(1).inv();
  const within = tolerance === undefined ? near : near.withTolerance(tolerance);
  const all = within.sum("j").sum();
  return attraction.mul(exaggeration).add(all.sub(count).log());
}

/**
 * The divergence of the joint probabilities, as others count it: those of both
 * directions meet in one entry.
 */
export function jointEntropy({ neighbours, p }: Affinities): number {
  const [count, k] = p.shape;
  const joint = new Map<number, number>();
  const [at, weights] = [neighbours.dataSync(), p.dataSync()];
  for (let e = 0; e < at.length; e++) {
    const i = Math.floor(e / k);
    const [a, b] = [Math.min(i, at[e]), Math.max(i, at[e])];
    const key = a * count + b;
    joint.set(key, (joint.get(key) ?? 0) + weights[e] / (2 * count));
  }
  let sum = 0;
  for (const q of joint.values()) if (q > 0) sum += 2 * q * Math.log(q);
  return sum;
}

/** How t-SNE goes down. */
export interface TsneOptions {
  /** The number of steps; a quarter of them exaggerates. */
  readonly steps: number;
  /** How far a step goes; N / 12 where not given. */
  readonly rate?: number;
  /** How exact the sum over all pairs is; exact where not given. */
  readonly tolerance?: number;
  /** Called after each step. */
  readonly onStep?: (step: number, value: number) => void;
}

/**
 * Places of the points: gradient descent with momentum and gains, as in the
 * paper.
 */
export function tsne(
  found: Affinities,
  start: Tensor,
  { steps, rate = start.shape[0] / 12, tolerance, onStep }: TsneOptions,
): Tensor {
  let y = start;
  let [move, gains] = [y.mul(0), y.mul(0).add(1)];
  for (let step = 1; step <= steps; step++) {
    const early = step <= steps / 4;
    const slope = valueAndGrad((at: Tensor) =>
      divergence(at, found, early ? 12 : 1, tolerance)
    );
    let value = 0;
    [y, move, gains] = scope(() => {
      const { value: v, grads: [g] } = slope(y);
      value = v.item();
      const turned = g.mul(move).gt(0);
      gains = turned.where(gains.mul(0.8), gains.add(0.2)).clamp(
        0.01,
        Infinity,
      );
      move = move.mul(early ? 0.5 : 0.8).sub(gains.mul(g).mul(rate));
      const next = y.add(move);
      return [next.sub(next.mean(0, { keepDims: true })), move, gains] as const;
    });
    onStep?.(step, value);
  }
  return y;
}

/** The part of the points whose nearest other point has their class. */
export function purity(y: Tensor, labels: Tensor): number {
  const next = nearest(y, y, 2).slice([0, 1]);
  return vote(labels, next).eq(labels).mean().item();
}

if (import.meta.main) {
  const count = sizeOr(2000);
  const steps = sizeOr(400, 1);
  const { x, labels } = digits(count, 1);
  const found = timed(
    `neighbours of ${count} digits, perplexity 30`,
    () => affinities(x, 30),
  );
  const report = progress("t-SNE", steps);
  const entropy = jointEntropy(found);
  let last = 0;
  const y = timed(
    `${steps} steps`,
    () =>
      tsne(found, randn([count, 2], { seed: 2 }).mul(1e-2), {
        steps,
        tolerance: 1e-3,
        onStep: (step, value) => {
          last = value + entropy;
          report(step, step > steps / 4 ? `divergence ${last.toFixed(4)}` : "");
        },
      }),
  );
  const right = purity(y, labels);
  console.log(
    `  divergence ${last.toFixed(4)}; ${
      (100 * right).toFixed(1)
    } % have a neighbour of their class, of the digits ${
      (100 * purity(x, labels)).toFixed(1)
    } %`,
  );
  const points = y.arraySync() as number[][];
  const classes = labels.dataSync();
  const middles = COLOURS.map((_, c): [number, number] => {
    const own = points.filter((_, k) => classes[k] === c);
    const median = (d: number) =>
      own.map((p) => p[d]).sort((a, b) => a - b)[Math.floor(own.length / 2)];
    return [median(0), median(1)];
  });
  save(
    "tsne",
    page(
      "Handwritten digits by t-SNE",
      `${count} digits of 784 pixels; ${
        (100 * right).toFixed(1)
      } % have a neighbour of their class`,
      [[
        panel(
          { ...aroundSquare(points), width: 640, height: 640 },
          scatter(points, {
            fill: colouredBy(classes),
            size: 1.6,
            opacity: 0.8,
          }),
          ...middles.map((at, c) => words(at, String(c), "#000", 26)),
        ),
      ]],
    ),
  );
}
