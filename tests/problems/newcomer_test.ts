/**
 * Computations that the gallery does not have, written from the documentation
 * alone, as somebody would who meets the library for the first time: against
 * plain loops and closed forms.
 */

import {
  arange,
  grad,
  lbfgs,
  rand,
  randn,
  Random,
  type Tensor,
  tensor,
  valueAndGrad,
  Vi,
  Vj,
} from "../../mod.ts";
import { assert, assertAllClose, assertEquals } from "../assert.ts";

const dtype = "float64";
const rows = (t: Tensor) => t.arraySync() as number[][];
const between = (p: number[], q: number[]) =>
  Math.hypot(...p.map((c, d) => c - q[d]));
const sum = (list: number[]) => list.reduce((s, c) => s + c, 0);

/**
 * The energy distance 2 E|x - y| - E|x - x'| - E|y - y'| (Szekely and Rizzo)
 * of the two samples, and of random splits of the same points: one product of
 * the distances with a column for each split.
 */
function energyTest(x: Tensor, y: Tensor, splits: number) {
  const [m, n] = [x.shape[0], y.shape[0]];
  const both = x.concat([y]);
  const random = new Random(1);
  const columns = Array.from({ length: splits + 1 }, (_, k) => {
    const column = Array.from(
      { length: m + n },
      (_, at) => at < m ? 1 / m : -1 / n,
    );
    for (let at = m + n - 1; k > 0 && at > 0; at--) {
      const other = Math.floor(random.uniform() * (at + 1));
      [column[at], column[other]] = [column[other], column[at]];
    }
    return column;
  });
  const w = tensor(columns, undefined, { dtype }).transpose();
  const distances = Vi(both).sqdist(Vj(both)).sqrt();
  const energies = distances.matmul(w).mul(w).sum(0).neg().dataSync();
  // Ties count, whatever their last digits are.
  const bound = energies[0] * (1 - 1e-9);
  const rank = energies.filter((e) => e >= bound).length;
  return { energy: energies[0], pValue: rank / (splits + 1) };
}

Deno.test("energy distance, with a test of permutations", () => {
  const x = randn([60, 1], { seed: 1, dtype });
  const y = randn([45, 1], { seed: 2, dtype });
  const far = y.mul(1.5).add(1.5);
  const { energy, pValue } = energyTest(x, far, 99);
  // On a line it is 2 int (F - G)^2 of the distribution functions.
  const [a, b] = [x, far].map((t) => [...t.dataSync()]);
  const all = [...a, ...b].sort((p, q) => p - q);
  const below = (list: number[], at: number) =>
    list.filter((v) => v <= at).length / list.length;
  const closed = sum(
    all.slice(1).map((next, k) =>
      2 * (below(a, all[k]) - below(b, all[k])) ** 2 * (next - all[k])
    ),
  );
  assertAllClose([energy], [closed], 1e-12);
  assertEquals(pValue, 0.01);
  // Samples of one distribution are not told apart.
  assert(energyTest(x, y, 99).pValue > 0.1);
});

/**
 * What the others say about each point: the mean of their values with Gaussian
 * weights (Nadaraya and Watson). A point is kept out of its own sum by a score
 * of minus infinity.
 */
function fromOthers(x: Tensor, values: Tensor, logWidth: Tensor): Tensor {
  const at = arange(x.shape[0]).to(dtype).expandDims(1);
  const scores = Vi(x).sqdist(Vj(x)).mul(logWidth.mul(-2).exp()).mul(-0.5);
  const others = Vi(at).ne(Vj(at)).sub(0.5).ifelse(scores, -Infinity);
  return others.sumsoftmaxweight(Vj(values), "j");
}

Deno.test("kernel regression, its width chosen by leaving points out", () => {
  const x = rand([120, 1], { seed: 3, dtype }).mul(6);
  const noise = randn([120, 1], { seed: 4, dtype }).mul(0.2);
  const values = x.sin().add(noise);
  const error = (logWidth: Tensor) =>
    fromOthers(x, values, logWidth).sub(values).square().mean();

  const width = (h: number) => tensor([Math.log(h)], undefined, { dtype });
  const [p, v] = [x, values].map((t) => [...t.dataSync()]);
  const plain = p.map((at, i) => {
    const w = p.map((q, j) => i === j ? 0 : Math.exp(-((at - q) ** 2) / 0.18));
    return sum(w.map((c, j) => c * v[j])) / sum(w);
  });
  assertAllClose(fromOthers(x, values, width(0.3)).dataSync(), plain, 1e-12);

  const { value, grads: [slope] } = valueAndGrad(error)(width(0.3));
  const step = 1e-4;
  const [up, down] = [step, -step].map((t) =>
    error(width(0.3).add(t)).item() - value.item()
  );
  assertAllClose([slope.item()], [(up - down) / (2 * step)], 1e-6);

  const { parameters: [best], history } = lbfgs(error, [width(1)], {
    steps: 15,
  });
  const least = error(best.detach()).item();
  assert(least < history[0] / 2, `${history}`);
  for (const factor of [0.7, 0.9, 1.1, 1.4]) {
    assert(least < error(best.detach().add(Math.log(factor))).item());
  }
});

/** Chamfer's distance: how far the nearest points of the other cloud are. */
function chamfer(x: Tensor, y: Tensor): Tensor {
  const squares = Vi(x).sqdist(Vj(y));
  return squares.min("j").mean().add(squares.min("i").mean());
}

/** Hausdorff's distance: how far the worst of them are. */
function hausdorff(x: Tensor, y: Tensor): number {
  const squares = Vi(x).sqdist(Vj(y));
  return Math.sqrt(Math.max(
    squares.min("j").max().item(),
    squares.min("i").max().item(),
  ));
}

Deno.test("the distances of Chamfer and Hausdorff, and a gradient", () => {
  const x = randn([50, 3], { seed: 5, dtype }).requiresGrad();
  const y = randn([70, 3], { seed: 6, dtype }).add(0.3);
  const [p, q] = [rows(x), rows(y)];
  const next = (from: number[], to: number[][]) => {
    const all = to.map((at) => between(from, at));
    const distance = Math.min(...all);
    return { distance, at: all.indexOf(distance) };
  };
  const [ofX, ofY] = [p.map((c) => next(c, q)), q.map((c) => next(c, p))];
  const far = Math.max(...[...ofX, ...ofY].map(({ distance }) => distance));
  assertAllClose([hausdorff(x.detach(), y)], [far], 1e-12);

  const value = chamfer(x, y);
  const means = [ofX, ofY].map((list) =>
    sum(list.map(({ distance }) => distance ** 2)) / list.length
  );
  assertAllClose([value.item()], [means[0] + means[1]], 1e-12);

  const expected = p.map((c, i) =>
    c.map((at, d) =>
      2 / 50 * (at - q[ofX[i].at][d]) +
      2 / 70 * sum(q.map((to, j) => ofY[j].at === i ? at - to[d] : 0))
    )
  );
  assertAllClose(grad(value, [x])[0].dataSync(), expected.flat(), 1e-12);
});

/** The points of `first + step * k` for integers k, in three dimensions. */
function lattice(from: number, to: number, step = 1): number[][] {
  const line = Array.from({ length: to - from + 1 }, (_, k) => from + k);
  return line.flatMap((a) =>
    line.flatMap((b) => line.map((c) => [a, b, c].map((t) => t * step)))
  );
}

Deno.test("Ewald's sum gives the constant of Madelung", () => {
  // Rock salt: charges of both signs on the corners of a cube, repeated.
  const cell = lattice(0, 1);
  const charge = (p: number[]) => 1 - 2 * (Math.abs(sum(p)) % 2);
  const side = 2;
  const screen = 1.3;
  const x = tensor(cell, undefined, { dtype });
  const q = tensor(cell.map((p) => [charge(p)]), undefined, { dtype });

  // Near pairs, in all copies of the cell around; a charge is not its own.
  const copies = lattice(-6, 7);
  const y = tensor(copies, undefined, { dtype });
  const other = tensor(copies.map((p) => [charge(p)]), undefined, { dtype });
  const r = Vi(x).sqdist(Vj(y)).sqrt();
  const screened = r.mul(screen).erf().neg().add(1).div(r);
  const near = r.sub(0.5).ifelse(screened, 0).matmul(other).mul(q).sum();

  // Far pairs, as waves: the sum of charges in each of them.
  const waves = lattice(-6, 6, 2 * Math.PI / side).filter((k) =>
    sum(k.map(Math.abs)) > 0
  );
  const k = tensor(waves, undefined, { dtype });
  const phase = Vi(k).dot(Vj(x));
  const strength = phase.cos().matmul(q).square()
    .add(phase.sin().matmul(q).square());
  const squares = k.square().sum(1, { keepDims: true });
  const far = squares.div(-4 * screen ** 2).exp().div(squares).mul(strength)
    .sum().mul(4 * Math.PI / side ** 3);

  const own = 2 * screen / Math.sqrt(Math.PI) * cell.length;
  const energy = (near.item() + far.item() - own) / cell.length;
  assertAllClose([energy], [-1.7475645946331822], 1e-12);
});
