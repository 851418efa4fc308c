/**
 * Kernels that are wider in some directions, and that differ from point to
 * point:
 *
 *     a(x) = sum_j exp(-(x - y_j)^T S_j (x - y_j) / 2) b_j
 *
 * The metric S is a number, a vector (one number a coordinate) or a symmetric
 * matrix; it belongs to all points, or to each of them.
 *
 * Run it with `deno run --allow-write=out examples/anisotropic.ts [places]`.
 *
 * @module
 */

import {
  type LazyTensor,
  Pm,
  randn,
  type Tensor,
  tensor,
  Vi,
  Vj,
} from "../mod.ts";
import {
  aroundSquare,
  contours,
  field,
  gridPoints,
  page,
  panel,
  scatter,
} from "./helpers/plots.ts";
import { save, sizeOr, timed } from "./helpers/report.ts";

/**
 * The sum at points x, `[M, E]`.
 *
 * @param metric of all points: `Pm(s)`, of each of them: `Vj(s)`; of dimension
 * 1, D or D^2
 */
export function convolve(
  x: Tensor,
  y: Tensor,
  b: Tensor,
  metric: LazyTensor,
): Tensor {
  return Vi(x).weightedSqdist(Vj(y), metric).mul(-0.5).exp().matmul(b);
}

/** Points on a circle, and metrics that are narrow across it, `[N, 4]`. */
export function circle(count: number): { y: Tensor; across: Tensor } {
  const angles = Array.from(
    { length: count },
    (_, k) => 2 * Math.PI * k / count,
  );
  const dtype = "float64";
  const [along, narrow] = [4, 80];
  const metric = angles.map((t) => {
    const [c, s] = [Math.cos(t), Math.sin(t)];
    const mixed = (narrow - along) * c * s;
    return [
      narrow * c * c + along * s * s,
      mixed,
      mixed,
      narrow * s * s + along * c * c,
    ];
  });
  return {
    y: tensor(angles.map((t) => [Math.cos(t), Math.sin(t)]), undefined, {
      dtype,
    }),
    across: tensor(metric, undefined, { dtype }),
  };
}

if (import.meta.main) {
  const side = Math.round(Math.sqrt(sizeOr(25600)));
  const { y, across } = circle(12);
  const range = aroundSquare([[-1.6, -1.6], [1.6, 1.6]], 0);
  const grid = { ...range, columns: side, rows: side };
  const x = tensor(gridPoints(grid), undefined, { dtype: "float64" });
  const signs = tensor(
    Array.from({ length: 12 }, (_, k) => [k % 3 === 2 ? -1 : 1]),
    undefined,
    { dtype: "float64" },
  );
  const widths = tensor(
    Array.from({ length: 12 }, (_, k) => [10 + 12 * k]),
    undefined,
    { dtype: "float64" },
  );
  const metrics = [
    ["one number", Pm(20)],
    ["one number a coordinate", Pm([60, 6])],
    ["a matrix", Pm([40, 28, 28, 40])],
    ["a number for each point", Vj(widths)],
    [
      "a vector for each point",
      Vj(
        widths.concat([widths.neg().add(160)], 1),
      ),
    ],
    ["a matrix for each point", Vj(across)],
  ] as const;
  const panels = metrics.map(([title, metric]) => {
    const values = timed(
      `${title}: ${x.shape[0]} places`,
      () => convolve(x, y, signs, metric).dataSync(),
    );
    return panel(
      { ...range, width: 270, height: 292, title },
      field(grid, values, { range: [-1, 1] }),
      contours(grid, values, [-0.8, -0.5, -0.2, 0.2, 0.5, 0.8], {
        opacity: 0.5,
        size: 0.6,
      }),
      scatter(y.arraySync() as number[][], { fill: "#fff", size: 1.2 }),
    );
  });
  const many = 20000;
  const [p, q, b] = [1, 2, 3].map((seed) => randn([many, 2], { seed }));
  timed(`${many} points, a matrix for each`, () => {
    const metric = Vj(
      across.to("float32").gather(
        Array.from({ length: many }, (_, k) => k % 12),
      ),
    );
    return convolve(p, q, b, metric);
  });
  save(
    "anisotropic",
    page("Kernels with metrics", "12 points, weights 1, 1, -1", [
      panels.slice(0, 3),
      panels.slice(3),
    ]),
  );
}
