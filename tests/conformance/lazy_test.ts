/**
 * Every program of `lazy.json`, written with LazyTensors, on every backend.
 *
 * @module
 */

import { grad } from "../../src/autodiff/grad.ts";
import type { BackendName } from "../../src/engine/backends.ts";
import { genred } from "../../src/genred/genred.ts";
import { LazyTensor } from "../../src/lazy/lazy_tensor.ts";
import { Vi, Vj } from "../../src/lazy/variables.ts";
import { tensor } from "../../src/tensor/create.ts";
import type { Tensor } from "../../src/tensor/tensor.ts";
import { assert, assertAllClose } from "../assert.ts";
import {
  assertShapes,
  asTensor,
  lazyCases,
  type LazyData,
  listed,
} from "./cases.ts";
import { BACKENDS } from "./compare.ts";

type Inputs = Readonly<Record<string, Tensor>>;
type Options = { readonly backend: BackendName };
type Program = (inputs: Inputs, options: Options) => Tensor[];

const lazy = (t: Tensor) => new LazyTensor(t);

/** The squared distances of two clouds. */
const distances = ({ x, y }: Inputs) => lazy(x).sub(lazy(y)).sqnorm2();

function tensorProgram(inputs: Inputs): LazyTensor {
  const [x, l, y, s] = ["x", "l", "y", "s"].map((name) => lazy(inputs[name]));
  return x.pow(1.5).add(y.div(l)).cos()
    .sub(x.dot(y))
    .add(x.elem(2).mul(s.relu()).mul(y));
}

/** The number in a program, as in `kminArgkmin(3, over j)`. */
const countIn = (program: string) => Number(/(\d+)[ ,]/.exec(program)?.[1]);

/** The programs by the beginning of the names of their cases. */
const PROGRAMS: Readonly<Record<string, (c: LazyData) => Program>> = {
  seed_program_sum_i: () => (inputs, options) => [
    tensorProgram(inputs).sum("i", options),
  ],
  seed_program_sum_j: () => (inputs, options) => [
    tensorProgram(inputs).sum("j", options),
  ],
  batch_gauss: () => (inputs, options) => [
    lazy(inputs.g).mul(distances(inputs)).neg().exp()
      .mul(lazy(inputs.b)).sum("j", options),
  ],
  batch_argmin: () => (inputs, options) => [
    distances(inputs).argmin("j", options),
  ],
  kmin_argkmin: ({ program }) => (inputs, options) =>
    distances(inputs)
      .kminArgkmin(countIn(program.split("kminArgkmin")[1]), "j", options),
  kmin_more_than_n: () => (inputs, options) => [
    distances(inputs).argKmin(5, "j", options),
  ],
  sumsoftmaxweight: () => (inputs, options) => [
    distances(inputs).neg()
      .sumsoftmaxweight(lazy(inputs.b), "j", options),
  ],
  loss_grad: () => ({ x, y, b }, options) => {
    const g = tensor([0.7], [1], { dtype: "float64" });
    const inputs = [x, y, b, g].map((t) => t.requiresGrad());
    const kernel = Vi(x).sqdist(Vj(y)).mul(g).neg().exp();
    const a = kernel.matmul(b, options);
    const loss = a.square().sum().mul(0.5);
    return [loss, ...grad(loss, inputs)];
  },
  hamiltonian: () => ({ q, p }, options) => {
    const inputs = [q, p].map((t) => t.requiresGrad());
    const kernel = Vi(q).sqdist(Vj(q)).neg().exp();
    const energy = kernel.matmul(p, options).mul(p).sum().mul(0.5);
    return [energy, ...grad(energy, inputs)];
  },
  solve: () => ({ x, b }, options) => {
    const kernel = Vi(x).sqdist(Vj(x)).mul(-0.5).exp();
    return [kernel.solve(b, { alpha: 0.1, ...options })];
  },
  bspline: ({ program }) => ({ k, x }, options) => {
    const degree = Number(/BSpline\(k,x,(\d)\)/.exec(program)?.[1]);
    const aliases = ["k = Pm(8)", "x = Vi(1)"];
    const formula = `BSpline(k, x, ${degree})`;
    return listed(genred(formula, aliases, { axis: "j", ...options })(k, x));
  },
};

function programOf(c: LazyData): Program {
  const found = Object.entries(PROGRAMS).find(([name]) =>
    c.id.startsWith(name)
  );
  assert(found, `No program for ${c.id}: ${c.program}`);
  return found[1](c);
}

for (const c of lazyCases()) {
  Deno.test(`${c.id}: ${c.program}`, () => {
    for (const backend of BACKENDS) {
      const inputs = Object.fromEntries(
        Object.entries(c.inputs).map(([name, x]) => [name, asTensor(x)]),
      );
      const results = programOf(c)(inputs, { backend });
      assertShapes(results, c.expected);
      const tolerance = c.id === "solve" ? 1e-6 : 1e-9;
      results.forEach((result, o) => {
        const where = `${backend} output ${o}`;
        const { data } = c.expected[o];
        assertAllClose(result.dataSync(), data, tolerance, where);
      });
    }
  });
}
