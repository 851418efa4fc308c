/**
 * Bodies that attract one another, by Newton's law with a softened core:
 *
 *     x_i'' = sum_j m_j (x_j - x_i) / (|x_j - x_i|^2 + s^2)^(3/2)
 *
 * The accelerations are minus the gradient of the potential energy over the
 * masses, so no force is written down. Steps are those of the leapfrog. Of many
 * bodies, those far away are summed up together, within a tolerance.
 *
 * Run it with `deno run --allow-write=out examples/nbody.ts [bodies]`.
 *
 * @module
 */

import { grad, randn, scope, type Tensor, tensor, Vi, Vj } from "../mod.ts";
import { page, panel, scatter } from "./helpers/plots.ts";
import { progress, save, sizeOr, timed } from "./helpers/report.ts";

/** Places and velocities `[N, D]`, masses `[N, 1]`. */
export interface Bodies {
  /** Where they are. */
  readonly x: Tensor;
  /** How they move. */
  readonly v: Tensor;
  /** How heavy they are. */
  readonly m: Tensor;
}

/** The potential of all bodies at each of them, `[N, 1]`; that of itself too. */
function potential(
  x: Tensor,
  y: Tensor,
  m: Tensor,
  core: number,
  tolerance?: number,
): Tensor {
  const kernel = Vi(x).sqdist(Vj(y)).add(core ** 2).rsqrt().neg();
  const within = tolerance === undefined
    ? kernel
    : kernel.withTolerance(tolerance);
  return within.matmul(m);
}

/** The accelerations: the potential of fixed bodies, downhill. */
export function accelerations(
  { x, m }: Bodies,
  core: number,
  tolerance?: number,
): Tensor {
  const at = x.detach().requiresGrad();
  const energies = potential(at, x.detach(), m, core, tolerance);
  return grad(energies.sum(), [at])[0].neg();
}

/** How bodies move on. */
export interface LeapfrogOptions {
  /** How exact forces are, over the largest one; exact where not given. */
  readonly tolerance?: number;
  /** Called after each step. */
  readonly onStep?: (step: number, bodies: Bodies) => void;
}

/** Kinetic and potential energy together. */
export function energy({ x, v, m }: Bodies, core: number): number {
  return scope(() => {
    const own = m.square().sum().div(core);
    const pairs = potential(x, x, m, core).mul(m).sum().add(own).mul(0.5);
    return v.square().mul(m).sum().mul(0.5).add(pairs).item();
  });
}

/** Half a kick, a drift, half a kick: symplectic, of second order. */
export function leapfrog(
  bodies: Bodies,
  core: number,
  dt: number,
  steps: number,
  { tolerance, onStep }: LeapfrogOptions = {},
): Bodies {
  let { x, v } = bodies;
  const { m } = bodies;
  let a = accelerations(bodies, core, tolerance);
  for (let step = 1; step <= steps; step++) {
    [x, v, a] = scope(() => {
      const half = v.add(a.mul(dt / 2));
      const next = x.add(half.mul(dt));
      const pull = accelerations({ x: next, v: half, m }, core, tolerance);
      return [next, half.add(pull.mul(dt / 2)), pull] as const;
    });
    onStep?.(step, { x, v, m });
  }
  return { x, v, m };
}

/** Two flat galaxies that will meet; all masses together are 2. */
export function galaxies(count: number, dtype: "float32" | "float64"): Bodies {
  const half = Math.floor(count / 2);
  const draws = randn([2 * half, 4], { seed: 1, dtype })
    .arraySync() as number[][];
  const places: number[][] = [];
  const velocities: number[][] = [];
  draws.forEach(([a, b, c, d], k) => {
    const side = k < half ? -1 : 1;
    // An exponential disc, turned a little for the second one.
    const radius = Math.hypot(a, b) * Math.hypot(c, d) * 0.35 + 0.02;
    const angle = Math.atan2(b, a);
    const mass = 1 - Math.exp(-radius / 0.35) * (1 + radius / 0.35);
    const speed = Math.sqrt(mass / (radius + 0.1));
    const tilt = side < 0 ? 0.3 : 1.1;
    const turned = ([x, y]: readonly number[]) => [
      x,
      y * Math.cos(tilt),
      y * Math.sin(tilt),
    ];
    const at = turned([radius * Math.cos(angle), radius * Math.sin(angle)]);
    const to = turned([-speed * Math.sin(angle), speed * Math.cos(angle)]);
    places.push([at[0] + 1.6 * side, at[1] + 0.4 * side, at[2]]);
    velocities.push([to[0] - 0.45 * side, to[1] + 0.05 * side, to[2]]);
  });
  return {
    x: tensor(places, undefined, { dtype }),
    v: tensor(velocities, undefined, { dtype }),
    m: tensor(places.map(() => [1 / half]), undefined, { dtype }),
  };
}

if (import.meta.main) {
  const count = sizeOr(6000);
  const [core, dt, steps] = [0.05, 0.02, 300];
  const bodies = galaxies(count, "float32");
  const before = energy(bodies, core);
  const report = progress("leapfrog", steps);
  const shown = new Map([[0, bodies.x]]);
  const after = timed(
    `${steps} steps, ${count} bodies`,
    () =>
      leapfrog(bodies, core, dt, steps, {
        tolerance: 1e-4,
        onStep: (step, { x }) => {
          report(step);
          if (step % 60 === 0) shown.set(step, x);
        },
      }),
  );
  const drift = energy(after, core) / before - 1;
  console.log(
    `  energy ${before.toFixed(4)}, relative change ${drift.toExponential(1)}`,
  );
  const panels = [...shown].map(([step, x]) => {
    const points = x.arraySync() as number[][];
    // The nearer to the eye, the brighter.
    const fill = points.map((p, k) =>
      (k < points.length / 2 ? ["#5b8def", "#a9c4ff"] : ["#f0975a", "#ffd0ad"])[
        p[2] > 0 ? 1 : 0
      ]
    );
    return panel(
      {
        x: [-2.6, 2.6],
        y: [-2.2, 2.2],
        width: 320,
        height: 292,
        title: `t = ${(step * dt).toFixed(1)}`,
      },
      () => `<rect width="320" height="292" fill="#10101c"/>`,
      scatter(points.map((p) => p), { fill, size: 0.5, opacity: 0.8 }),
    );
  });
  save(
    "nbody",
    page(
      "Two galaxies meet",
      `${count} bodies, ${steps} steps; energy changes by ${
        (100 * Math.abs(drift)).toFixed(2)
      } %`,
      [panels.slice(0, 3), panels.slice(3)],
    ),
  );
}
