/**
 * Values, first and second derivatives of dense programs as PyTorch's
 * autograd gives them: bench/peers/torch_reference.py made the data.
 */

import { grad } from "../../src/autodiff/grad.ts";
import { LazyTensor } from "../../src/lazy/lazy_tensor.ts";
import { Pm, Vi, Vj } from "../../src/lazy/variables.ts";
import { tensor } from "../../src/tensor/create.ts";
import type { Tensor } from "../../src/tensor/tensor.ts";
import { assert, assertAllClose, assertEquals } from "../assert.ts";

interface Entries {
  readonly shape: number[];
  readonly data: number[];
}

interface Case {
  readonly name: string;
  readonly inputs: Entries[];
  readonly e: Entries;
  readonly value: Entries;
  readonly gradients: Entries[];
  readonly second: Entries[];
}

type Program = (...inputs: Tensor[]) => Tensor;

const squares = (x: Tensor, y: Tensor) => Vi(x).sqdist(Vj(y));
const scores = (x: Tensor, y: Tensor) => Vi(x).dot(Vj(y));

/** Attention with any leading dimensions. */
function attention(x: Tensor, y: Tensor, v: Tensor): Tensor {
  const [q, k, w] = [x.expandDims(-2), y.expandDims(-3), v.expandDims(-3)]
    .map((t) => new LazyTensor(t));
  return q.dot(k).div(Math.sqrt(2)).sumsoftmaxweight(w, "j");
}

/** The same squares of distances from dense arrays alone. */
function denseSquares(x: Tensor, y: Tensor): Tensor {
  return x.expandDims(1).sub(y.expandDims(0)).square().sum(-1);
}

/** Each program through reductions, and some through dense arrays as well. */
const PROGRAMS: Readonly<Record<string, readonly Program[]>> = {
  gaussian: [
    (x, y, b, s) => squares(x, y).mul(Pm(s).square()).neg().exp().matmul(b),
    (x, y, b, s) => denseSquares(x, y).mul(s.square()).neg().exp().matmul(b),
    (x, y, b, s) =>
      squares(x, y).mul(Pm(s).square()).neg().exp().dense().squeeze(-1)
        .matmul(b),
  ],
  laplacian: [
    (x, y, b) => squares(x, y).sqrt().neg().exp().matmul(b),
    (x, y, b) => Vi(x).sub(Vj(y)).norm2().neg().exp().matmul(b),
    (x, y, b) => denseSquares(x, y).sqrt().neg().exp().matmul(b),
  ],
  "energy distance": [(x, y, b) => squares(x, y).sqrt().neg().matmul(b)],
  "inverse multiquadric": [(x, y, b) => squares(x, y).add(1).rsqrt().matmul(b)],
  "rational quadratic": [
    (x, y, b) => squares(x, y).div(3).add(1).pow(-1.5).matmul(b),
    (x, y, b) => denseSquares(x, y).div(3).add(1).pow(-1.5).matmul(b),
  ],
  matern: [(x, y, b) => {
    const r = squares(x, y).sqrt().mul(Math.sqrt(3));
    return r.add(1).mul(r.neg().exp()).matmul(b);
  }],
  polynomial: [
    (x, y, b) => scores(x, y).add(1).pow(3).matmul(b),
    (x, y, b) => x.matmul(y.transpose()).add(1).pow(3).matmul(b),
  ],
  sigmoid: [
    (x, y, b, s) => scores(x, y).mul(Pm(s)).add(0.2).tanh().matmul(b),
  ],
  l1: [
    (x, y, b) => Vi(x).sub(Vj(y)).abs().sum().neg().exp().matmul(b),
  ],
  anisotropic: [
    (x, y, b, s) =>
      Vi(x).weightedSqdist(Vj(y), Pm(s).square()).neg().exp().matmul(b),
    (x, y, b, s) => squares(x.mul(s), y.mul(s)).neg().exp().matmul(b),
  ],
  "sum over i": [
    (x, y) => Vi(x).mul(Vj(y).sin()).exp().sum("i"),
    (x, y) => Vi(x).mul(Vj(y).sin()).exp().t().sum("j"),
    (x, y) => x.expandDims(1).mul(y.sin()).exp().sum(0),
  ],
  product: [(x, y) => squares(x, y).add(1).prod("j")],
  "log-sum-exp": [
    (x, y) => scores(x, y).logsumexp("j"),
    (x, y) => x.matmul(y.transpose()).logsumexp(1, { keepDims: true }),
  ],
  "weighted log-sum-exp": [
    (x, y, w) =>
      scores(x, y).logsumexp("j", { weight: Vj(w).square().add(0.5) }),
  ],
  "soft minimum": [(x, y) => squares(x, y).softmin("j")],
  "sinkhorn step": [
    (x, y, f) => Vj(f).sub(squares(x, y)).div(0.5).logsumexp("j").mul(-0.5),
  ],
  attention: [
    attention,
    (x, y, v) => {
      const weights = x.matmul(y.transpose()).div(Math.sqrt(2));
      const total = weights.logsumexp(1, { keepDims: true });
      return weights.sub(total).exp().matmul(v);
    },
  ],
  "attention in batches": [attention],
  "mean shift": [
    (x, y) => {
      const k = squares(x, y).neg().exp();
      return k.matmul(y).div(k.sum("j"));
    },
    (x, y) => squares(x, y).neg().sumsoftmaxweight(Vj(y), "j"),
  ],
  minimum: [
    (x, y) => squares(x, y).min("j"),
    (x, y) => denseSquares(x, y).min(1, { keepDims: true }),
  ],
  "maximum of vectors": [
    (x, y) => Vi(x).mul(Vj(y)).max("j"),
    (x, y) => x.expandDims(1).mul(y).max(1),
  ],
  "3 least": [(x, y) => squares(x, y).kmin(3, "j")],
  "square norm": [
    (x, b) => squares(x, x).neg().exp().matmul(b).mul(b).sum(),
    (x, b) => squares(x, x).neg().exp().mul(Vi(b).dot(Vj(b))).sum("j").sum(),
  ],
  "gradient of a gaussian": [
    (x, y, b) => {
      const v = Vi(x);
      return v.sqdist(Vj(y)).neg().exp().grad(v, Vj(b)).sum("j");
    },
    (x, y, b) => {
      const sum = squares(x, y).neg().exp().matmul(b).sum();
      return grad(sum, [x], { createGraph: true })[0];
    },
  ],
  "linear system": [
    (x, b) => squares(x, x).neg().exp().solve(b, { alpha: 0.5, eps: 1e-14 }),
  ],
  network: [(x, a, b, c) => x.matmul(a).add(b).tanh().matmul(c)],
  "cross entropy": [
    (x, y) => {
      const all = x.matmul(y.transpose());
      return all.logsumexp(1).sub(all.select(0, 1)).mean();
    },
    (x, y) =>
      scores(x, y).logsumexp("j").sub(x.matmul(y.slice(0, 1).transpose()))
        .mean(),
  ],
};

const { torch, programs } = JSON.parse(
  Deno.readTextFileSync(new URL("data/torch.json", import.meta.url)),
) as { torch: string; programs: Case[] };

function read({ shape, data }: Entries): Tensor {
  return tensor(new Float64Array(data), shape);
}

function check(program: Program, given: Case): void {
  const inputs = given.inputs.map((x) => read(x).requiresGrad());
  const value = program(...inputs);
  assertEquals(value.shape, given.value.shape);
  assertAllClose(value.dataSync(), given.value.data, 1e-9, "value");
  const gradients = grad(value.mul(read(given.e)).sum(), inputs, {
    createGraph: true,
  });
  gradients.forEach((g, k) => {
    assertEquals(g.shape, given.gradients[k].shape);
    const expected = given.gradients[k].data;
    assertAllClose(g.dataSync(), expected, 1e-9, `gradient ${k}`);
  });
  const along = gradients.map((g, k) => g.mul(inputs[k]).sum())
    .reduce((a, b) => a.add(b));
  grad(along, inputs).forEach((h, k) => {
    const expected = given.second[k].data;
    assertAllClose(h.dataSync(), expected, 1e-9, `second gradient ${k}`);
  });
}

for (const given of programs) {
  const ways = PROGRAMS[given.name];
  ways.forEach((program, k) => {
    const name = ways.length > 1 ? `${given.name} ${k + 1}` : given.name;
    Deno.test(`PyTorch ${torch}: ${name}`, () => check(program, given));
  });
}

Deno.test("all programs of PyTorch were computed", () => {
  assert(programs.length >= 20);
  assertEquals(programs.map((p) => p.name), Object.keys(PROGRAMS));
});
