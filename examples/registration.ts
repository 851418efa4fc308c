/**
 * Registration of two surfaces by a flow of diffeomorphisms (LDDMM): momenta
 * at the points of the bunny are sought whose geodesic carries it to the
 * dragon. Surfaces need no matching points: they are compared as currents
 * (Vaillant and Glaunes, IPMI 2005) or as varifolds (Charon and Trouve, SIAM J.
 * Imaging Sci. 2013), which do not mind the orientation:
 *
 *     <X, Y> = sum_ij k(x_i, y_j) n_i . m_j                       currents
 *     <X, Y> = sum_ij k(x_i, y_j) (n_i . m_j)^2 / (|n_i| |m_j|)   varifolds
 *
 * of centres x, y and normals n, m of triangles. L-BFGS goes down through the
 * whole flow, whose steps are gradients themselves.
 *
 * Run it with `deno run --allow-write=out examples/registration.ts [cell] [iterations]`.
 *
 * @module
 */

import {
  grad,
  lbfgs,
  type LbfgsOptions,
  type Tensor,
  tensor,
  type TrainingResult,
  Vi,
  Vj,
  zeros,
} from "../mod.ts";
import { hamiltonian } from "./hamiltonian.ts";
import { bunny, centred, decimated, dragon } from "./helpers/data.ts";
import { COLOURS, page, type Panel, panel } from "./helpers/plots.ts";
import { solid } from "./helpers/solid.ts";
import { progress, save, sizeOr, timed } from "./helpers/report.ts";

/** A surface of triangles, as tensors. */
export interface Surface {
  /** Corners `[N, 3]`. */
  readonly points: Tensor;
  /** The corners of each triangle by number, `[F, 3]`, int32. */
  readonly triangles: Tensor;
}

/** How surfaces are compared. */
export type Attachment = "currents" | "varifold";

/** Where points with momenta are at time 1, by steps of Ralston's scheme. */
export function shoot(
  q: Tensor,
  p: Tensor,
  sigma: number,
  steps: number,
): Tensor[] {
  const field = (q: Tensor, p: Tensor) => {
    const [at, with_] = [q.requiresGrad(), p.tracked ? p : p.requiresGrad()];
    const energy = hamiltonian(at, with_, sigma);
    const [inQ, inP] = grad(energy, [at, with_], { createGraph: true });
    return [inP, inQ.neg()] as const;
  };
  const dt = 1 / steps;
  const places = [q = q.tracked ? q : q.detach().requiresGrad()];
  for (let step = 0; step < steps; step++) {
    const [v, f] = field(q, p);
    const [w, g] = field(q.add(v.mul(2 / 3 * dt)), p.add(f.mul(2 / 3 * dt)));
    q = q.add(v.add(w.mul(3)).mul(dt / 4));
    p = p.add(f.add(g.mul(3)).mul(dt / 4));
    places.push(q);
  }
  return places;
}

/** Centres and normals of triangles; a normal is as long as the area. */
function triangles({ points, triangles }: Surface): [Tensor, Tensor] {
  const [a, b, c] = [0, 1, 2].map((k) => points.gather(triangles.select(k, 1)));
  const [u, v] = [b.sub(a), c.sub(a)];
  const turn = (t: Tensor, by: number) =>
    t.gather([by, (by + 1) % 3, (by + 2) % 3], 1);
  const cross = turn(u, 1).mul(turn(v, 2)).sub(turn(u, 2).mul(turn(v, 1)));
  return [a.add(b).add(c).div(3), cross.mul(0.5)];
}

/** The scalar product of two surfaces, a tensor of one entry. */
function product(
  x: Surface,
  y: Surface,
  attachment: Attachment,
  width: number,
): Tensor {
  const [[c, n], [d, m]] = [triangles(x), triangles(y)];
  const near = Vi(c).sqdist(Vj(d)).mul(-1 / width ** 2).exp();
  const angles = Vi(n).dot(Vj(m));
  const weights = attachment === "currents"
    ? angles
    : angles.square().mul(Vi(n).norm2().mul(Vj(m).norm2()).inv());
  return near.mul(weights).sum("j").sum();
}

/** The square distance of two surfaces, a tensor of one entry. */
export function distance(
  x: Surface,
  y: Surface,
  attachment: Attachment,
  width: number,
): Tensor {
  const of = (a: Surface, b: Surface) => product(a, b, attachment, width);
  return of(x, x).sub(of(x, y).mul(2)).add(of(y, y));
}

/** A problem of registration. */
export interface Registration {
  /** What moves. */
  readonly source: Surface;
  /** Where to. */
  readonly target: Surface;
  /** How surfaces are compared. */
  readonly attachment: Attachment;
  /** The width of the kernel of the flow. */
  readonly sigma: number;
  /** The width of the kernel that compares. */
  readonly width: number;
  /** How much the energy of the flow counts. */
  readonly gamma: number;
  /** Steps of the flow. */
  readonly steps: number;
}

/** Energy of the momenta plus what is left between the surfaces. */
export function loss(problem: Registration, p: Tensor): Tensor {
  const { source, target, attachment, sigma, width, gamma, steps } = problem;
  const places = shoot(source.points, p, sigma, steps);
  const moved = { ...source, points: places[steps] };
  return hamiltonian(source.points, p, sigma).mul(gamma)
    .add(distance(moved, target, attachment, width));
}

/** The momenta at the start, by L-BFGS from 0. */
export function register(
  problem: Registration,
  options: LbfgsOptions,
): TrainingResult {
  const { shape, dtype } = problem.source.points;
  const start = zeros([...shape], { dtype });
  return lbfgs((p) => loss(problem, p), [start], options);
}

/** Bunny and dragon of size 1; points of one cell of a grid become one. */
export function surfaces(cell: number): [Surface, Surface] {
  const [a, b] = [bunny(), dragon()].map((mesh) => {
    const { points, triangles } = decimated(centred(mesh), cell);
    return {
      points: tensor(points as number[][], undefined, { dtype: "float64" }),
      triangles: tensor(triangles as number[][], undefined, { dtype: "int32" }),
    };
  });
  return [a, b];
}

function view(
  { points, triangles }: Surface,
  title: string,
  ink: string,
): Panel {
  return panel(
    { x: [-1.9, 1.9], y: [-1.5, 1.5], width: 250, height: 222, title },
    solid(
      points.arraySync() as number[][],
      triangles.arraySync() as number[][],
      ink,
    ),
  );
}

if (import.meta.main) {
  const [source, target] = surfaces(sizeOr(0.16));
  console.log(
    `bunny: ${source.points.shape[0]} points, ${
      source.triangles.shape[0]
    } triangles; dragon: ${target.triangles.shape[0]} triangles`,
  );
  const iterations = sizeOr(40, 1);
  const rows = (["currents", "varifold"] as const).map((attachment) => {
    const problem = {
      source,
      target,
      attachment,
      sigma: 0.35,
      width: 0.3,
      gamma: 1e-2,
      steps: 6,
    };
    const report = progress(attachment, iterations);
    const { parameters: [p], history } = timed(
      `${attachment}, ${iterations} steps of L-BFGS`,
      () =>
        register(problem, {
          steps: iterations,
          onStep: ({ step, value }) => report(step, value.toFixed(4)),
        }),
    );
    console.log(
      `  ${history[0].toFixed(4)} -> ${history[history.length - 1].toFixed(4)}`,
    );
    const places = shoot(source.points, p, problem.sigma, problem.steps);
    return [
      ...[0, 3, 6].map((step, k) =>
        view(
          { ...source, points: places[step].detach() },
          k === 0 ? attachment : `t = ${step / 6}`,
          COLOURS[0],
        )
      ),
      view(target, "target", COLOURS[1]),
    ];
  });
  save(
    "registration",
    page(
      "The bunny becomes the dragon",
      "geodesics of diffeomorphisms, found by L-BFGS",
      rows,
    ),
  );
}
