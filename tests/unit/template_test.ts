import { assertAllClose, assertEquals, assertThrows } from "../assert.ts";
import {
  argKmin,
  argmin,
  ArgumentError,
  formula,
  FormulaSyntaxError,
  grad,
  kmin,
  LazyTensor,
  logsumexp,
  max,
  type NestedArray,
  Pm,
  ShapeError,
  sum,
  type Tensor,
  tensor,
  Vi,
  Vj,
} from "../../mod.ts";

const x = tensor(new Float64Array([0, 1, 2, -1, 0.5, 3]), [3, 2]);
const y = tensor(new Float64Array([1, 1, 0, 2]), [2, 2]);
const b = tensor(new Float64Array([2, -3]), [2, 1]);

function close(
  actual: Tensor,
  expected: NestedArray,
  tolerance = 1e-6,
): void {
  const entries = tensor(expected, undefined, { dtype: "float64" }).dataSync();
  assertAllClose(actual.dataSync(), entries, tolerance);
}

Deno.test("a template is the chain of methods", () => {
  const g = 0.7;
  const chain = Vi(x).sqdist(Vj(y)).mul(g).neg().exp().mul(Vj(b)).sum("j");
  const read = sum.j`exp(-${g} * |${x}_i - ${y}_j|^2) * ${b}_j`;
  close(read, chain.arraySync(), 1e-14);
  assertEquals(sum.i`${x}_i · ${y}_j`.shape, [2, 1]);
});

Deno.test("bars are norms, of scalars absolute values", () => {
  const norms = formula`|${x}_i|`.sum("j");
  close(norms, [[1], [Math.sqrt(5)], [Math.sqrt(9.25)]]);
  close(
    formula`| |${[-3, 2]}_i| - |${[5]}_j| |`.sum("j"),
    [[2], [3]],
  );
  close(formula`2 * |${[-3]}_i|^3`.sum("j"), [[54]]);
  close(formula`|${[-3]}_i|^2^2`.sum("j"), [[81]]);
});

Deno.test("a squared norm has its derivative at 0", () => {
  const zero = tensor([[0, 0]], undefined, { dtype: "float64" })
    .requiresGrad();
  const value = sum.j`|${zero}_i - ${[[0, 0]]}_j|^2 + |${zero}_i|^2`;
  const [gradient] = grad(value.sum(), [zero]);
  assertEquals(gradient.arraySync(), [[0, 0]]);
});

Deno.test("given numbers are parameters, given exponents are exponents", () => {
  const cubes = formula`${[-2, 3]}_i ^ ${3}`.sum("j");
  close(cubes, [[-8], [27]]);
  close(formula`${[-2, 3]}_i ^ -${1}`.sum("j"), [[-0.5], [1 / 3]]);
  close(formula`${[4, 9]}_i ^ ${0.5}`.sum("j"), [[2], [3]]);
  close(formula`elem(${x}_i, ${1})`.sum("j"), [[1], [-1], [3]]);
});

Deno.test("LazyTensors, parameters and batches stand as they are", () => {
  const u = Vi(x).exp();
  close(
    formula`${u} * ${Pm([1, 2])}`.sum("j"),
    u.mul([1, 2]).sum("j").arraySync(),
  );
  const many = tensor(new Float64Array(8).fill(1), [2, 2, 1, 2]);
  assertEquals(formula`|${many} - ${y}_j|^2`.shape, [2, 2, 2, 1]);
  assertEquals(formula`1 + 2`.sum("j").arraySync(), [[3]]);
});

Deno.test("placeholders give functions", () => {
  const f = max.j`|${Vi(0, 1)} - ${Vj(1, 1)}|`;
  assertEquals(f([[0], [5]], [[1], [2]]).arraySync(), [[2], [4]]);
});

Deno.test("reductions of templates", () => {
  assertEquals(argmin.j`|${[0, 9]}_i - ${[1, 8]}_j|`.arraySync(), [[0], [1]]);
  assertEquals(kmin(1).j`|${[0, 9]}_i - ${[1, 8]}_j|`.shape, [2, 1]);
  assertEquals(argKmin(2).i`|${[0, 9]}_i - ${[1]}_j|`.arraySync(), [[0, 1]]);
  close(
    logsumexp.j`${[1000, 1000]}_j`,
    [[Math.fround(1000 + Math.LN2)]],
    1e-7,
  );
  assertEquals(formula`${[1, 2]}_i < ${[2]}_j` instanceof LazyTensor, true);
});

Deno.test("what is wrong in a template is told", () => {
  assertThrows(
    () => formula`exp(${x}`,
    ShapeError,
    "Cannot tell the index of the points $1 of a formula: write ${...}_i or ${...}_j, or use Pm(matrix) for a parameter",
  );
  assertThrows(
    () => formula`expp(${x}_i)`,
    FormulaSyntaxError,
    'Cannot find the operation "expp" (did you mean "exp"?)',
  );
  assertThrows(
    () => formula`|${x}_i - ${y}_j`,
    FormulaSyntaxError,
    'Cannot read the end of the formula: "|" is wanted',
  );
  assertThrows(
    () => formula`2 ${x}_i`,
    FormulaSyntaxError,
    'Cannot read "$1_i" after a formula',
  );
  assertThrows(
    () => formula`${Vi(x)}_i`,
    ArgumentError,
    'Cannot put the index i behind the LazyTensor $1 of a formula: it has its own, leave out "_i"',
  );
  assertThrows(
    () => formula`${"x" as never}_i`,
    ArgumentError,
    'Cannot use "x" as $1 of a formula: a number, an array, a Tensor or a LazyTensor is wanted',
  );
  assertThrows(
    () => formula`${Vi(x).real2complex()}`,
    ArgumentError,
    "Cannot use the complex LazyTensor $1 in a formula",
  );
  assertThrows(
    () => formula`${x}_i + ${tensor([[1, 2, 3]])}_j`,
    ShapeError,
    "Cannot",
  );
  assertThrows(() => formula`${x}_k`, ShapeError, "Cannot tell the index");
});
