/**
 * Optimal transport of 10^5 points: first between the cells of a grid, then
 * between points, and only for pairs of cells that may exchange mass
 * (Schmitzer, SIAM J. Sci. Comput. 2019; Feydy, PhD thesis, 2020, section 3.3).
 *
 * The plan is `exp((f_i + g_j - C_ij) / eps)`. For two cells, the largest
 * prices and the least cost bound it; where this is below `exp(-15)` their
 * pairs are left out.
 *
 * Run it with `deno run --allow-write=out examples/multiscale_transport.ts [points]`.
 *
 * @module
 */

import {
  blocks,
  type Domain,
  gridCluster,
  ones,
  sortClusters,
  type Tensor,
  tensor,
  Vi,
  Vj,
} from "../mod.ts";
import {
  aroundSquare,
  COLOURS,
  matching,
  page,
  panel,
  scatter,
} from "./helpers/plots.ts";
import { save, sizeOr, timed } from "./helpers/report.ts";
import {
  type Potentials,
  potentials,
  shapes,
  temperatures,
  transported,
  type TransportOptions,
} from "./sinkhorn.ts";

/** Terms of the plan below `exp(-15)` are left out. */
const NEGLIGIBLE = 15;

/** Points in the order of their cells, and the cells. */
export interface Cloud {
  /** `[N, D]`. */
  readonly points: Tensor;
  /** The cell of each point, `[N]`, ascending. */
  readonly labels: Tensor;
  /** The means of the cells, `[C, D]`. */
  readonly centres: Tensor;
  /** The logarithms of their masses, `[C, 1]`. */
  readonly logMasses: Tensor;
  /** How far points of a cell are from its mean, `[C]`. */
  readonly radii: Float64Array;
}

/** Points sorted into the cells of a grid. */
export function cells(x: Tensor, size: number): Cloud {
  const [points, labels] = sortClusters(x, gridCluster(x, size));
  const count = labels.max().item() + 1;
  const sizes = ones([x.shape[0], 1], { dtype: x.dtype })
    .scatterAdd(labels, count);
  const centres = points.scatterAdd(labels, count).div(sizes);
  const away = points.sub(centres.gather(labels)).norm(1).dataSync();
  return {
    points,
    labels,
    centres,
    logMasses: sizes.div(x.shape[0]).log(),
    radii: largest(away, labels),
  };
}

/** The largest value in each cell. */
function largest(values: ArrayLike<number>, labels: Tensor): Float64Array {
  const result = new Float64Array(labels.max().item() + 1).fill(-Infinity);
  labels.dataSync().forEach((c, k) => {
    result[c] = Math.max(result[c], values[k]);
  });
  return result;
}

/** The pairs of cells that may exchange mass at this temperature. */
function exchanging(
  x: Cloud,
  y: Cloud,
  { f, g }: Potentials,
  eps: number,
): Domain {
  const column = (data: Float64Array) =>
    tensor(data, [data.length, 1]).to(x.points.dtype);
  const gap = Vi(x.centres).sqdist(Vj(y.centres)).sqrt()
    .sub(Vi(column(x.radii))).sub(Vj(column(y.radii))).relu();
  const best = Vi(column(largest(f.dataSync(), x.labels)))
    .add(Vj(column(largest(g.dataSync(), y.labels))));
  const kept = best.sub(gap.square().mul(0.5)).gt(-NEGLIGIBLE * eps);
  return blocks(x.labels, y.labels, kept.dense());
}

function softmin(
  x: Tensor,
  y: Tensor,
  eps: number,
  h: Tensor,
  ranges?: Domain,
): Tensor {
  return Vj(h).sub(Vi(x).sqdist(Vj(y)).mul(0.5 / eps))
    .logsumexp("j", { ranges }).mul(-eps);
}

/** What the multiscale iterations found. */
export interface Multiscale extends Potentials {
  /** The part of all pairs of points that the last step looked at. */
  readonly density: number;
}

/** The potentials of transport between the points of two clouds. */
export function multiscalePotentials(
  x: Cloud,
  y: Cloud,
  size: number,
  options: TransportOptions,
): Multiscale {
  const [a, b] = [x, y].map((c) => -Math.log(c.points.shape[0]));
  const list = temperatures(x.points, y.points, options);
  // Cells are as good as points as long as the blur is wider than they are.
  const coarse = list.filter((eps) => eps > size ** 2);
  let [f, g] = [x.logMasses.mul(0), y.logMasses.mul(0)];
  for (const eps of coarse) {
    const nextF = softmin(
      x.centres,
      y.centres,
      eps,
      g.div(eps).add(y.logMasses),
    );
    const nextG = softmin(
      y.centres,
      x.centres,
      eps,
      f.div(eps).add(x.logMasses),
    );
    [f, g] = [f.add(nextF).mul(0.5), g.add(nextG).mul(0.5)];
  }
  const last = coarse[coarse.length - 1];
  [f, g] = [
    softmin(x.points, y.centres, last, g.div(last).add(y.logMasses)),
    softmin(y.points, x.centres, last, f.div(last).add(x.logMasses)),
  ];
  let density = 1;
  for (const eps of list.slice(coarse.length)) {
    const pairs = exchanging(x, y, { f, g }, eps);
    density = part(pairs, x, y);
    const nextF = softmin(x.points, y.points, eps, g.div(eps).add(b), pairs);
    const nextG = softmin(
      y.points,
      x.points,
      eps,
      f.div(eps).add(a),
      pairs.t(),
    );
    [f, g] = [f.add(nextF).mul(0.5), g.add(nextG).mul(0.5)];
  }
  return { f, g, density };
}

/** How many of all pairs a domain holds. */
function part(pairs: Domain, x: Cloud, y: Cloud): number {
  const [m, n] = [x.points.shape[0], y.points.shape[0]];
  const rows = pairs.blocks(m, n);
  return rows.reduce((sum, { begin, end, intervals }) => {
    let columns = 0;
    for (let k = 0; k < intervals.length; k += 2) {
      columns += intervals[k + 1] - intervals[k];
    }
    return sum + (end - begin) * columns / (m * n);
  }, 0);
}

/** The value of transport with an entropy: the sum of all prices. */
export function value({ f, g }: Potentials): number {
  return f.to("float64").mean().item() + g.to("float64").mean().item();
}

if (import.meta.main) {
  const count = sizeOr(1e5);
  const options = { blur: 0.01, scaling: 0.7 };
  const size = 0.02;
  const [x, y] = shapes(count, "float32");
  const [p, q] = timed("cells", () => [x, y].map((t) => cells(t, size)));
  console.log(`  ${p.radii.length} and ${q.radii.length} cells`);
  const found = timed(
    `multiscale, ${count} points each, blur ${options.blur}`,
    () => multiscalePotentials(p, q, size, options),
  );
  console.log(
    `  OT = ${value(found).toFixed(6)}, last step on ${
      (100 * found.density).toFixed(2)
    } % of the pairs`,
  );
  const few = Math.min(count, 5000);
  const [s, t] = [x, y].map((c) => c.slice([0], [few]));
  const all = timed(
    `all pairs of ${few} points each`,
    () => potentials(s, t, options),
  );
  console.log(
    `  OT = ${value(all).toFixed(6)}; ${count} points have ${
      ((count / few) ** 2).toFixed(1)
    } times the pairs`,
  );

  const every = Math.max(1, Math.floor(count / 900));
  const some = Array.from(
    { length: Math.floor(count / every) },
    (_, k) => k * every,
  );
  const from = p.points.gather(some);
  const to = transported(from, q.points, found.g, options.blur ** 2);
  const list = (c: Tensor) => c.arraySync() as number[][];
  const range = aroundSquare([...list(s), ...list(t)]);
  save(
    "multiscale_transport",
    page(
      "Transport of a disc to two moons",
      `${count.toLocaleString("en")} points; ${
        (100 * found.density).toFixed(1)
      } % of the pairs at the end`,
      [[
        panel(
          {
            ...range,
            width: 420,
            height: 442,
            title: "Where some of the points go",
          },
          scatter(list(t), {
            fill: COLOURS[1],
            size: 0.6,
            opacity: 0.5,
          }),
          matching(list(from), list(to), { fill: "#555" }),
          scatter(list(from), { fill: COLOURS[0], size: 1.4 }),
        ),
        panel(
          { ...range, width: 420, height: 442, title: "Cells" },
          scatter(list(q.centres), { fill: COLOURS[1], size: 2 }),
          scatter(list(p.centres), { fill: COLOURS[0], size: 2 }),
        ),
      ]],
    ),
  );
}
