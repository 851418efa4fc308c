/**
 * A cloud that flows downhill to another one, for three distances of measures:
 * the Sinkhorn divergence, the energy distance, a Gaussian discrepancy.
 *
 * Run it with `deno run --allow-write=out examples/gradient_flow.ts [points]`.
 *
 * @module
 */

import {
  type LazyTensor,
  scope,
  type Tensor,
  tensor,
  valueAndGrad,
  Vi,
  Vj,
} from "../mod.ts";
import { bunny, centred, dragon, shuffled } from "./helpers/data.ts";
import { COLOURS, page, type Panel, panel, scatter } from "./helpers/plots.ts";
import { progress, save, sizeOr, timed } from "./helpers/report.ts";
import { sinkhornDivergence } from "./sinkhorn.ts";

/** A distance of two clouds, a tensor of one entry. */
export type Loss = (x: Tensor, y: Tensor) => Tensor;

/** Half of `mean k(x, x') - 2 mean k(x, y) + mean k(y, y')`. */
function discrepancy(k: (a: LazyTensor, b: LazyTensor) => LazyTensor): Loss {
  const mean = (a: Tensor, b: Tensor) => k(Vi(a), Vj(b)).mean("j").mean();
  return (x, y) => mean(x, x).add(mean(y, y)).mul(0.5).sub(mean(x, y));
}

/** The three distances. */
export const LOSSES: Readonly<Record<string, Loss>> = {
  "Sinkhorn divergence": (x, y) =>
    sinkhornDivergence(x, y, { blur: 0.05, scaling: 0.5 }),
  "energy distance": discrepancy((x, y) => x.sub(y).norm2().neg()),
  "Gaussian discrepancy": discrepancy((x, y) =>
    x.sqdist(y).mul(-1 / (2 * 0.5 ** 2)).exp()
  ),
};

/** Where points are at some times, and the distance then. */
export interface Flow {
  /** One cloud for each step, the first one included. */
  readonly places: readonly Tensor[];
  /** The distance before each step. */
  readonly values: readonly number[];
}

/** Explicit steps of `dx_i/dt = -N dL/dx_i` up to time `steps * rate`. */
export function flow(
  loss: Loss,
  x: Tensor,
  y: Tensor,
  rate: number,
  steps: number,
  onStep?: (step: number, value: number) => void,
): Flow {
  const places = [x];
  const values: number[] = [];
  for (let step = 0; step < steps; step++) {
    const [value, next] = scope(() => {
      const { value, grads: [g] } = valueAndGrad((p: Tensor) => loss(p, y))(x);
      return [value.item(), x.sub(g.mul(rate * x.shape[0]))] as const;
    });
    values.push(value);
    onStep?.(step + 1, value);
    places.push(x = next);
  }
  return { places, values };
}

/** Points of two surfaces, seen from the side. */
export function silhouettes(count: number): [Tensor, Tensor] {
  const [x, y] = [bunny(), dragon()].map((mesh) => {
    const { points } = centred(mesh);
    const order = shuffled(points.length, 1);
    const rows = Array.from({ length: count }, (_, k) => points[order[k]]);
    return tensor(rows.map(([a, b]) => [a, b]));
  });
  return [x, y];
}

if (import.meta.main) {
  const count = sizeOr(1500);
  const [x, y] = silhouettes(count);
  const [rate, steps] = [0.2, 40];
  const shown = [0, 3, 8, 15, steps];
  const range = { x: [-1.75, 1.75], y: [-1.35, 1.35] } as const;
  const list = (t: Tensor) => t.arraySync() as number[][];
  // Points keep the colour of where they start.
  const fill = list(x).map(([a]) =>
    COLOURS[
      [0, 6, 2, 5, 1, 3][Math.max(0, Math.min(5, Math.floor(1.7 * (a + 1.7))))]
    ]
  );
  const rows = Object.entries(LOSSES).map(([name, loss]) => {
    const report = progress(name, steps);
    const { places, values } = timed(
      `${name}, ${count} points, ${steps} steps`,
      () =>
        flow(
          loss,
          x,
          y,
          rate,
          steps,
          (step, value) => report(step, value.toExponential(3)),
        ),
    );
    console.log(
      `  ${values[0].toExponential(3)} -> ${
        values[steps - 1].toExponential(3)
      }`,
    );
    return shown.map((step, k): Panel =>
      panel(
        {
          ...range,
          width: 220,
          height: 204,
          title: k === 0 ? name : `t = ${(step * rate).toFixed(1)}`,
        },
        scatter(list(y), { fill: "#ddd", size: 0.9 }),
        scatter(list(places[step]), { fill, size: 0.9 }),
      )
    );
  });
  save(
    "gradient_flow",
    page(
      "From the bunny to the dragon, downhill",
      `${count} points follow the gradient of a distance to the gray cloud`,
      rows,
    ),
  );
}
