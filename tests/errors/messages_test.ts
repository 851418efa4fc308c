/**
 * The messages of errors, word for word.
 *
 * @module
 */

import {
  arange,
  type BlockRanges,
  concat,
  defineReduction,
  genericSum,
  genred,
  type GenredOptions,
  grad,
  hessianVectorProduct,
  jvp,
  kernelProduct,
  kernelSolve,
  LazyTensor,
  linearOperator,
  minres,
  Pm,
  type Scalar,
  scope,
  type Tensor,
  tensor,
  Vi,
  Vj,
} from "../../mod.ts";
import { assertEquals } from "../assert.ts";

/** A float64 tensor with entries 0.1, 0.2 ... */
function cloud(...shape: number[]): Tensor {
  const length = shape.reduce((p, d) => p * d, 1);
  return tensor(Float64Array.from({ length }, (_, k) => 0.1 * (k + 1)), shape);
}

const x = cloud(4, 3);
const y = cloud(5, 3);
const single = tensor(new Float32Array(15), [5, 3]);
const big = tensor(new Int32Array([2 ** 24 + 1]));
const kernel = Vi(x).sqdist(Vj(y));
const square = Vi(x).sqdist(Vj(x)).neg().exp();
const tracked = () => cloud(4, 3).requiresGrad();
const J = { axis: "j" } as const;
const XYB = ["x = Vi(3)", "y = Vj(3)", "b = Vj(1)"];
const RANGES = {
  ranges_i: [[0, 2]],
  slices_i: [1],
  redranges_j: [[0, 3]],
  ranges_j: [[0, 3]],
  slices_j: [1],
  redranges_i: [[0, 2]],
};

function disposed(): Tensor {
  const t = cloud(2);
  t.dispose();
  return t;
}

const again = tracked();

/** An output whose graph another derivative has used up. */
function freed(): Tensor {
  const output = again.square().sum();
  grad(output, [again]);
  return output;
}

function maxSumShiftExpGradient(): unknown {
  const at = tracked();
  const lazy = Vi(at).sqdist(Vj(y));
  const [result] = lazy.reduce("Max_SumShiftExp", "j");
  return grad(result.sum(), [at]);
}

/** What is done, and what is said. */
type Case = readonly [() => unknown, string];

const MESSAGES: Readonly<Record<string, readonly Case[]>> = {
  "LazyTensors: data and axes": [
    [
      () => new LazyTensor(x),
      "ShapeError: Cannot tell the axis of points of shape [4,3]: use Vi(x) for points i, Vj(x) for points j",
    ],
    [
      () => new LazyTensor(cloud(5, 4, 3)),
      "ShapeError: Cannot make a LazyTensor of shape [5,4,3]: [..., M, 1, D], [..., 1, N, D] or [..., 1, 1, D] is wanted",
    ],
    [
      () => new LazyTensor(x, 2 as 0),
      'ArgumentError: Cannot use the axis 2 for points: "i" or 0, "j" or 1 is wanted',
    ],
    [
      () => Vi(5),
      "ShapeError: Cannot use a single number as points: an array of shape (M, D) is wanted",
    ],
    [
      () => Vi([[1, 2], [3]]),
      "ShapeError: Cannot make a tensor from a ragged array: entry [1] has 1 entries where 2 entries are wanted",
    ],
    [
      () => Vi(1.5, 3),
      "ArgumentError: Cannot make a placeholder with index 1.5: a non-negative integer is wanted",
    ],
    [
      () => Vj(0, -1),
      "ArgumentError: Cannot make a placeholder with dim -1: a non-negative integer is wanted",
    ],
    [
      () => Vi(x).sub(y),
      "ShapeError: Cannot tell the axis of points of shape [5,3]: use Vi(x) for points i, Vj(x) for points j",
    ],
    [
      () => Vi(x).sub(Vi(y)),
      "ShapeError: Cannot combine 4 and 5 points i: all i-variables must have the same number of points",
    ],
    [
      () => Vj(x).sub(Vj(y)),
      "ShapeError: Cannot combine 4 and 5 points j: all j-variables must have the same number of points",
    ],
    [
      () => Vi(x).sub(Vj(single)),
      'ShapeError: Cannot combine float64 and float32 data: convert one of them, e.g. with .to("float64")',
    ],
    [
      () =>
        new LazyTensor(cloud(2, 4, 1, 3)).sub(
          new LazyTensor(cloud(3, 1, 5, 3)),
        ),
      "ShapeError: Cannot broadcast batch dimensions [2] and [3]: from the right, sizes must be equal or 1",
    ],
    [
      () => Vi(x).sum("k" as "i"),
      'ArgumentError: Cannot reduce over the axis "k" of a LazyTensor of shape [4,1,3]: "i" (0) or "j" (1) is wanted',
    ],
    [
      () => Vi(x).sum(5),
      'ArgumentError: Cannot reduce over the axis 5 of a LazyTensor of shape [4,1,3]: "i" (0) or "j" (1) is wanted',
    ],
    [
      () => Vi(x).sum(1.5),
      'ArgumentError: Cannot reduce over the axis 1.5 of a LazyTensor of shape [4,1,3]: "i" (0) or "j" (1) is wanted',
    ],
    [
      () => Vi(single).mul(big).sum("j"),
      'ShapeError: Cannot use int32 values beyond 16777216 in a float32 formula: convert the others with .to("float64")',
    ],
  ],
  "LazyTensors: operations": [
    [
      () => Vi(x).add(Vj(cloud(5, 2))),
      'ShapeError: Cannot apply "Add" to operands of dimensions 3 and 2: they must be equal, or 1',
    ],
    [
      () => Vi(x).dot(Vj(cloud(5, 2))),
      'ShapeError: Cannot apply "Scalprod" to operands of dimensions 3 and 2: they must be equal',
    ],
    [
      () => Vi(x).elem(3),
      'ArgumentError: Cannot apply "Elem" from component 3 to 3: a vector of dimension 3 has components 0 to 2',
    ],
    [
      () => Vi(x).extract(2, 2),
      'ArgumentError: Cannot apply "Extract" from component 2 to 3: a vector of dimension 3 has components 0 to 2',
    ],
    [
      () => Vi(x).elem(0.5),
      'ArgumentError: Cannot use 0.5 as "m" of "Elem": an integer is wanted',
    ],
    [
      () => Vi(x).matvecmult(Vj(cloud(5, 2))),
      'ShapeError: Cannot apply "MatVecMult" to a matrix of 3 entries and a vector of dimension 2: the number of entries must be a multiple of the dimension',
    ],
    [
      () => Vi(x).bspline(Vj(x), 1),
      'ShapeError: Cannot apply "BSpline" at a point of dimension 3: a scalar is wanted',
    ],
    [
      () => Vi(x).bspline(0.5, 2),
      'ShapeError: Cannot apply "BSpline" of degree 2 to 3 knots: at least 4 are wanted',
    ],
    [
      () => Vi(x).bspline(0.5, -1),
      'ArgumentError: Cannot apply "BSpline" of degree -1: it must be 0 or more',
    ],
    [
      () => Vi(x).weightedSqnorm([1, 2]),
      'ShapeError: Cannot apply "WeightedSqNorm" to weights of dimension 2 and a vector of dimension 3: the weights must be a scalar, as many, or its square',
    ],
    [
      () => Vi(x).tensordot(Vj(y), [3], [3], [1], [0]),
      'ShapeError: Cannot apply "TensorDot": contf is [1]: distinct positions in [3], counted from 0, are wanted',
    ],
    [
      () => Vi(x).tensordot(Vj(y), [2], [3], [0], [0]),
      'ShapeError: Cannot apply "TensorDot": dimf is [2] and f has dimension 3: positive dimensions with this product are wanted',
    ],
    [
      () => Vi(x).tensordot(Vj(y), [3], [3], [0], [0], [1]),
      'ShapeError: Cannot apply "TensorDot": permute is [1]: a permutation of [] is wanted',
    ],
    [
      () => Vi(x).tensordot(Vj(cloud(5, 2)), [3], [2], [0], [0]),
      'ShapeError: Cannot apply "TensorDot": contf [0] are dimensions [3] and contg [0] are [2]: they must be equal',
    ],
    [
      () => Vi(x).kron(Vj(y), [3], [3, 1]),
      'ShapeError: Cannot apply "Kron" to tensors of dimensions [3] and [3,1]: they must be as many',
    ],
    [
      () => Vi(x).withInnerShape([2, 2]),
      "ArgumentError: Cannot see a vector of dimension 3 as [2,2]: the product must be equal",
    ],
    [
      () => Vi(x).oneHot(3),
      'ShapeError: Cannot apply "OneHot" to a vector of dimension 3: a scalar is wanted',
    ],
    [
      () => Vi(x).polygamma(-1),
      'ArgumentError: Cannot apply "Polygamma" of order -1: it must be 0 or more',
    ],
    [
      () => Vi(x).real2complex().relu(),
      'ArgumentError: Cannot apply "ReLU" to a complex LazyTensor: use its real and imaginary parts',
    ],
    [
      () => Vi(x).real2complex().max("j"),
      'ArgumentError: Cannot reduce a complex LazyTensor by "Max": use its real and imaginary parts',
    ],
    [
      () => Vi(x).softdtwSqdist(Vj(y), [1, 2]),
      'ShapeError: Cannot apply "SoftDTW_SqDist" with a smoothing of dimension 2: a scalar is wanted',
    ],
    [
      () => Vi(x).laplacian(Vi(x)),
      "ShapeError: Cannot take the Laplacian of a formula of dimension 3: a scalar is wanted",
    ],
    [
      () => Vi(x).divergence(Vj(cloud(5, 2))),
      "ShapeError: Cannot take the divergence of a formula of dimension 3 in a variable of dimension 2: they must be equal",
    ],
    [
      () => Vi(x).grad(Vi(x).exp(), 1),
      "ArgumentError: Cannot differentiate with respect to a formula: a variable is wanted, e.g. what Vi(x) gives",
    ],
    [
      () => Vi(x).grad(Vi(x), [1, 2]),
      "ShapeError: Cannot differentiate: the cotangent has dimension 2, the formula has 3: they must be equal",
    ],
    [
      () => Vi(x).diff(Vi(x), [1, 2]),
      "ShapeError: Cannot differentiate: the direction has dimension 2, the variable has 3: they must be equal",
    ],
  ],
  "LazyTensors: matrices": [
    [
      () => Vi(x).matmul(y),
      'ShapeError: Cannot multiply a LazyTensor of shape [4,1,3] with an array: its last dimension must be 1; use mul(Vj(b)).sum("j")',
    ],
    [
      () => kernel.matmul(x),
      "ShapeError: Cannot multiply a LazyTensor of shape [4,5,1] with an array of shape [4,3]: [..., 5, E] or [5] is wanted",
    ],
    [
      () => kernel.matmul(2),
      "ShapeError: Cannot use a single number as points j: an array of shape [..., N, E] or [N] is wanted",
    ],
    [
      () => kernel.diag(),
      "ShapeError: Cannot take the diagonal of a LazyTensor of shape [4,5,1]: M and N must be equal",
    ],
    [
      () => kernel.rows([4]),
      "ArgumentError: Cannot take point 4 of 4: an integer from 0 to 3 is wanted",
    ],
    [
      () => kernel.rows([0.5]),
      "ArgumentError: Cannot take point 0.5 of 4: an integer from 0 to 3 is wanted",
    ],
    [
      () => kernel.cols(tensor([[0]])),
      "ShapeError: Cannot use indices of shape [1,1]: [K] is wanted",
    ],
    [
      () => Vi(0, 3).rows([0]),
      "ArgumentError: Cannot take some points of a placeholder: bind() the data first",
    ],
    [
      () => kernel.withRanges(RANGES).rows([0]),
      "ArgumentError: Cannot take some points of a LazyTensor with ranges: set the ranges on the result",
    ],
    [
      () => LazyTensor.block([]),
      "ArgumentError: Cannot make a block LazyTensor of rows of different lengths, or of none",
    ],
    [
      () => LazyTensor.block([[kernel], [kernel, kernel]]),
      "ArgumentError: Cannot make a block LazyTensor of rows of different lengths, or of none",
    ],
    [
      () => LazyTensor.block([[kernel, Vi(cloud(3, 3)).dot(Vj(y))]]),
      "ShapeError: Cannot put blocks together: the number of points i in row 0 is 4 and 3; it must be known and the same",
    ],
    [
      () => LazyTensor.block([[kernel, Vi(x).sub(Vj(y))]]),
      "ShapeError: Cannot put blocks of dimensions 1 and 3 together: they must be equal",
    ],
    [
      () => LazyTensor.block([[Vi(x), Vi(x)]]),
      "ShapeError: Cannot put blocks together: the number of points j in column 0 is unknown; it must be known and the same",
    ],
  ],
  "LazyTensors: placeholders": [
    [
      () => Vi(0, 3).sub(Vj(0, 3)).sum("j"),
      "ShapeError: Cannot use placeholder 0 as Vi(0, 3) and as Vj(0, 3)",
    ],
    [
      () => Vi(0, 3).sum("j")(),
      "ArgumentError: Cannot call a formula of 1 variable with 0 arguments: one for each is wanted",
    ],
    [
      () => Vi(0, 3).sum("j")(cloud(4, 2)),
      "ShapeError: Cannot use an array of shape [4,2] as argument 0, Vi(0, 3): [..., points, 3] is wanted",
    ],
    [
      () => Pm(0, 3).mul(Vj(y)).sum("j")(cloud(4, 2)),
      "ShapeError: Cannot use an array of shape [4,2] as argument 0, Pm(0, 3): [..., 3] is wanted",
    ],
    [
      () => Vi(0, 3).dense(),
      "ArgumentError: Cannot evaluate a formula with placeholders: call its reduction with the data, or bind() them",
    ],
  ],
  "Linear systems": [
    [
      () => kernel.solve(x, { method: "cg" }),
      'ShapeError: Cannot solve by "cg" with a LazyTensor of 4 rows, 5 columns and dimension 1: a square matrix of scalars is wanted; use method: "lsmr"',
    ],
    [
      () => Vi(x).exp().sum("d").solve(x),
      "ShapeError: Cannot solve with a LazyTensor without points j: a matrix of scalars is wanted, such as Vi(x).sqdist(Vj(x)).neg().exp()",
    ],
    [
      () => square.solve(x, { method: "gmres" as "cg" }),
      'ArgumentError: Cannot use the method "gmres": one of "auto", "cg", "minres", "lsmr" is wanted',
    ],
    [
      () => square.solve(x, { method: "minres", preconditioner: "nystrom" }),
      'ArgumentError: Cannot solve by "minres" with the preconditioner "nystrom": it is for positive definite matrices; use "jacobi" or "none"',
    ],
    [
      () => kernel.solve(x, { alpha: 1 }),
      'ArgumentError: Cannot solve by "lsmr" with alpha and 4 rows, 5 columns: only square matrices have an identity; use damp',
    ],
    [
      () => square.solve(x, { damp: 1 }),
      'ArgumentError: Cannot solve by "cg" with damp: use alpha, or method: "lsmr"',
    ],
    [
      () => linearOperator(x).matvec([1]),
      'ShapeError: Cannot apply "matvec" of an operator of shape [4,3] to the shape [1]: [3] is wanted',
    ],
    [
      () => linearOperator(x).add(y),
      "ShapeError: Cannot add operators of shapes [4,3] and [5,3], of float64 and float64: shapes must fit",
    ],
    [
      () => linearOperator(x).addIdentity(1),
      "ShapeError: Cannot add the identity to an operator of shape [4,3]: a square one is wanted",
    ],
    [
      () => minres(tensor([[1, 0], [0, 0]]), [1, 1]),
      'ConvergenceError: Cannot solve: the matrix is singular, and the right-hand side is no image of it (relative residual # after 1 steps); use method: "lsmr" for the least squares solution',
    ],
    [
      () => square.solve(y),
      "ShapeError: Cannot solve a system of 4 unknowns with a right-hand side of shape [5,3]: [..., 4, E] or [4] is wanted",
    ],
    [
      () => Vi(x).sub(Vj(x)).solve(x),
      "ShapeError: Cannot solve with a LazyTensor of 4 rows, 4 columns and dimension 3: a matrix of scalars is wanted",
    ],
    [
      () => square.solve(x, { alpha: -1 }),
      "ArgumentError: Cannot solve with alpha = -1: a number from 0 on is wanted",
    ],
    [
      () => square.solve(x, { eps: 0 }),
      "ArgumentError: Cannot solve with eps = 0: a positive number is wanted",
    ],
    [
      () => square.solve(x, { maxIterations: 0 }),
      "ArgumentError: Cannot solve with maxIterations = 0: a positive number is wanted",
    ],
    [
      () => square.neg().solve(x),
      'ConvergenceError: Cannot solve: the matrix is not positive definite (curvature # at step 0); add to its diagonal with alpha, or use method: "minres", which takes matrices of any signs',
    ],
    [
      () => square.solve(x, { alpha: 1e-3, eps: 1e-30, maxIterations: 1 }),
      "ConvergenceError: Cannot solve to eps = 1e-30 in 1 step: the relative residual is #; allow more steps or a larger eps, or add to the diagonal with alpha",
    ],
    [
      () => kernelSolve("(x|y)*b", XYB, "c"),
      'ArgumentError: Cannot solve for "c": the variables are "x", "y", "b"',
    ],
    [
      () => kernelSolve("x*y*b", XYB, "b"),
      'ShapeError: Cannot solve for "b" of dimension 1 with a formula of dimension 3: they must be equal',
    ],
    [
      () => kernelSolve("(x|y)*Square(b)", XYB, "b"),
      'ArgumentError: Cannot solve for "b" with the formula "(x|y)*Square(b)", which is not linear in b: "Square(b)" is not; a sum of terms with b as a factor is wanted, as in "Exp(-SqDist(x, y)) * b"',
    ],
    [
      () => kernelSolve("(x|y)*b - SqDist(x, y)", XYB, "b"),
      'ArgumentError: Cannot solve for "b" with the formula "(x|y)*b - SqDist(x, y)", which is not linear in b: "(x | y) * b - SqDist(x, y)" is not; a sum of terms with b as a factor is wanted, as in "Exp(-SqDist(x, y)) * b": what is without it belongs to the right-hand side',
    ],
    [
      () => kernelSolve("Exp(-SqDist(x, y))", XYB, "b"),
      'ArgumentError: Cannot solve for "b" with the formula "Exp(-SqDist(x, y))", which does not depend on b; a sum of terms with b as a factor is wanted, as in "Exp(-SqDist(x, y)) * b"',
    ],
  ],
  "Ranges": [
    [
      () => kernel.sum("j", { ranges: { ...RANGES, ranges_i: [[0, 5]] } }),
      'ArgumentError: Cannot use the interval [0, 5) of "ranges_i": it must ascend and stay within 0 and 4',
    ],
    [
      () =>
        kernel.sum("j", {
          ranges: { ...RANGES, ranges_i: [[0, 2], [1, 3]], slices_i: [1, 1] },
        }),
      'ArgumentError: Cannot use "ranges_i": row 1 is in two blocks; blocks must not overlap',
    ],
    [
      () => kernel.sum("j", { ranges: { ...RANGES, slices_i: [] } }),
      'ShapeError: Cannot use ranges with 1 block in "ranges_i" and 0 in "slices_i": they must be equal',
    ],
    [
      () => kernel.sum("j", { ranges: { ...RANGES, slices_i: [2] } }),
      'ArgumentError: Cannot use slice 0 to 2 of "slices_i": it must ascend and stay within the 1 interval of "redranges_j"',
    ],
    [
      () => kernel.sum("j", { ranges: { ...RANGES, slices_i: [0.5] } }),
      'ArgumentError: Cannot use "slices_i": integers are wanted',
    ],
    [
      () => kernel.sum("j", { ranges: { ...RANGES, ranges_i: [1, 2, 3] } }),
      'ShapeError: Cannot use "ranges_i" with 3 numbers: pairs of begin and end are wanted',
    ],
    [
      () =>
        kernel.sum("i", {
          ranges: { ...RANGES, ranges_j: undefined } as unknown as BlockRanges,
        }),
      'ArgumentError: Cannot use ranges without "ranges_j": all six parts are wanted for derivatives and transposes',
    ],
    [
      () => {
        const y = tracked();
        const ranges = { ...RANGES, redranges_i: [[0, 1]] };
        return grad(Vi(y).sqdist(Vj(y)).sum("j", { ranges }).sum(), [y]);
      },
      'ArgumentError: Cannot use ranges for derivatives and transposes: the pair i = 1, j = 0 is in "redranges_j" and not in "redranges_i"; both halves must have the same pairs',
    ],
    [
      () => kernel.withRanges(RANGES).add(kernel.withRanges({ ...RANGES })),
      "ArgumentError: Cannot combine LazyTensors with different ranges: set the ranges once, on the result",
    ],
  ],
  "Reductions and options": [
    [
      () => kernel.reduce("Summ", "j"),
      'ArgumentError: Cannot reduce by "Summ" (did you mean "Sum"?): known are Sum, Mean, Product, LogSumExp, LogSumExpWeight, Max_SumShiftExp, Max_SumShiftExpWeight, SoftMin, SumSoftMaxWeight, Min, Max, ArgMin, ArgMax, Min_ArgMin, Max_ArgMax, KMin, ArgKMin, KMin_ArgKMin, KMax, ArgKMax, KMax_ArgKMax, Any, All, Count, SoftMax, Prod',
    ],
    [
      () => kernel.reduce("Nothing", "j"),
      'ArgumentError: Cannot reduce by "Nothing": known are Sum, Mean, Product, LogSumExp, LogSumExpWeight, Max_SumShiftExp, Max_SumShiftExpWeight, SoftMin, SumSoftMaxWeight, Min, Max, ArgMin, ArgMax, Min_ArgMin, Max_ArgMax, KMin, ArgKMin, KMin_ArgKMin, KMax, ArgKMax, KMax_ArgKMax, Any, All, Count, SoftMax, Prod',
    ],
    [
      () => kernel.reduce({} as string, "j"),
      'ArgumentError: Cannot reduce by "undefined": a name, or what defineReduction gives is wanted',
    ],
    [
      () => kernel.reduce("KMin", "j"),
      'ArgumentError: Cannot reduce by "KMin" with K = undefined: a positive integer is wanted',
    ],
    [
      () => kernel.kmin(1.5, "j"),
      'ArgumentError: Cannot reduce by "KMin" with K = 1.5: a positive integer is wanted',
    ],
    [
      () => kernel.reduce("Sum", "j", { k: 2 }),
      'ArgumentError: Cannot use K = 2 with "Sum": it has no K',
    ],
    [
      () => kernel.reduce("SumSoftMaxWeight", "j"),
      'ArgumentError: Cannot reduce 1 formula by "SumSoftMaxWeight": it takes 2',
    ],
    [
      () => kernel.reduce("Sum", "j", { weight: 1 }),
      'ArgumentError: Cannot reduce 2 formulas by "Sum": it takes 1',
    ],
    [
      () => Vi(x).sumsoftmaxweight(1, "j"),
      'ShapeError: Cannot reduce by "SumSoftMaxWeight" with exponents of dimension 3 and weights: the exponents must be scalars',
    ],
    [
      () => kernel.min("j", { sumScheme: "kahan" }),
      'ArgumentError: Cannot use the sum scheme "kahan" with "Min": it adds nothing up',
    ],
    [
      () => kernel.sum("j", { sumScheme: "exact" as "kahan" }),
      'ArgumentError: Cannot use the sum scheme "exact": "direct", "block" and "kahan" are known',
    ],
    [
      () => kernel.min("j", { dtypeAcc: "float64" }),
      'ArgumentError: Cannot use "dtypeAcc" with "Min": it adds nothing up',
    ],
    [
      () => kernel.sum("j", { dtypeAcc: "int32" as "float32" }),
      'ArgumentError: Cannot use "int32" as "dtypeAcc": "auto", "float32", "float64" are known',
    ],
    [
      () => kernel.sum("j", { precision: "best" as "high" }),
      'ArgumentError: Cannot use "best" as "precision": "default", "high", "fast" are known',
    ],
    [
      () => kernel.sum("j", { backend: "jss" as "js" }),
      'ArgumentError: Cannot use the backend "jss" (did you mean "js"?): one of "auto", "reference", "js", "wasm", "cuda" is wanted',
    ],
    [
      () =>
        defineReduction({
          name: "Empty",
          neutral: {},
          combine: () => ({}),
          merge: () => ({}),
          finish: () => [] as never,
        }),
      'ArgumentError: Cannot define "Empty" without a state',
    ],
  ],
  "Formula strings": [
    [
      () => genred("x", ["x = Vi(3)"], {} as GenredOptions),
      'ArgumentError: Cannot reduce over the axis undefined: 0 or "i" for points i, 1 or "j" for points j is wanted',
    ],
    [
      () => genred("x", ["x = Vi(3)"], { axis: "k" as "i" }),
      'ArgumentError: Cannot reduce over the axis "k": 0 or "i" for points i, 1 or "j" for points j is wanted',
    ],
    [
      () => genred("", [], J),
      "FormulaSyntaxError: Cannot read the end of the formula: a formula is wanted\n  \n  ^",
    ],
    [
      () => genred("x +", ["x = Vi(3)"], J),
      "FormulaSyntaxError: Cannot read the end of the formula: a formula is wanted\n  x +\n     ^",
    ],
    [
      () => genred("(x", ["x = Vi(3)"], J),
      'FormulaSyntaxError: Cannot read the end of the formula: ")" is wanted\n  (x\n    ^',
    ],
    [
      () => genred("x)", ["x = Vi(3)"], J),
      'FormulaSyntaxError: Cannot read ")" after a formula\n  x)\n   ^',
    ],
    [
      () => genred("x $ x", ["x = Vi(3)"], J),
      'FormulaSyntaxError: Cannot read "$": no formula has this character\n  x $ x\n    ^',
    ],
    [
      () => genred("Exq(x)", ["x = Vi(3)"], J),
      'FormulaSyntaxError: Cannot find the operation "Exq" (did you mean "Exp"?)\n  Exq(x)\n  ^',
    ],
    [
      () => genred("Exp(z)", ["x = Vi(3)"], J),
      'FormulaSyntaxError: Cannot find the variable "z"\n  Exp(z)\n      ^',
    ],
    [
      () => genred("xx + 1", ["x1 = Vi(3)"], J),
      'FormulaSyntaxError: Cannot find the variable "xx" (did you mean "x1"?)\n  xx + 1\n  ^',
    ],
    [
      () => genred("Exp(x, x)", ["x = Vi(3)"], J),
      'ArgumentError: Cannot call "Exp" with 2 arguments: 1 is wanted (in Exp at position 0 of "Exp(x, x)")',
    ],
    [
      () => genred("Add(x)", ["x = Vi(3)"], J),
      'ArgumentError: Cannot call "Add" with 1 argument: 2 are wanted (in Add at position 0 of "Add(x)")',
    ],
    [
      () => genred("Exp([1,2])", ["x = Vi(3)"], J),
      'ArgumentError: Cannot use [1,2] as argument 1 of "Exp": a formula is wanted (in Exp at position 0 of "Exp([1,2])")',
    ],
    [
      () => genred("Elem(x, x)", ["x = Vi(3)"], J),
      'ArgumentError: Cannot use a formula as "m" of "Elem": an integer is wanted (in Elem at position 0 of "Elem(x, x)")',
    ],
    [
      () => genred("Elem(x, [1])", ["x = Vi(3)"], J),
      'ArgumentError: Cannot use [1] as "m" of "Elem": an integer is wanted (in Elem at position 0 of "Elem(x, [1])")',
    ],
    [
      () => genred("TensorDot(x, x, 1, 2, 3, 4)", ["x = Vi(3)"], J),
      'ArgumentError: Cannot use 1 as "dimf" of "TensorDot": a list of integers is wanted (in TensorDot at position 0 of "TensorDot(x, x, 1, 2, 3, 4)")',
    ],
    [
      () => genred("[1, 2]", [], J),
      'FormulaSyntaxError: Cannot read "[": a formula is wanted\n  [1, 2]\n  ^',
    ],
    [
      () => genred("Exp(x + Concat(x, x)) * 2", ["x = Vi(3)"], J),
      'ShapeError: Cannot apply "Add" to operands of dimensions 3 and 6: they must be equal, or 1 (in Exp > + at position 6 of "Exp(x + Concat(x, x)) * 2")',
    ],
    [
      () => genred("Grad(x, Exp(x), x)", ["x = Vi(3)"], J),
      'ArgumentError: Cannot use the second argument of "Grad": a variable is wanted (in Grad at position 0 of "Grad(x, Exp(x), x)")',
    ],
    [
      () => genred("Var(0,3,0) * Var(0,2,1)", [], J),
      'ShapeError: Cannot apply "Mult" to operands of dimensions 3 and 2: they must be equal, or 1 (in * at position 11 of "Var(0,3,0) * Var(0,2,1)")',
    ],
    [
      () => genred("Var(0,3,7)", [], J),
      'ArgumentError: Cannot use a variable of category 7: 0 (i), 1 (j) or 2 (parameter) is wanted (in Var at position 0 of "Var(0,3,7)")',
    ],
    [
      () => genred("x", ["x"], J),
      'FormulaSyntaxError: Cannot read the declaration of a variable: "x = Vi(3)", "y = Vj(3)", "p = Pm(1)", with an index "x = Vi(0, 3)", or "Var(0, 3, 0)" is wanted\n  x\n  ^',
    ],
    [
      () => genred("x", ["x = Vk(3)"], J),
      'FormulaSyntaxError: Cannot read the declaration of a variable: "x = Vi(3)", "y = Vj(3)", "p = Pm(1)", with an index "x = Vi(0, 3)", or "Var(0, 3, 0)" is wanted\n  x = Vk(3)\n  ^',
    ],
    [
      () => genred("x", ["x = Vi(y)"], J),
      'FormulaSyntaxError: Cannot read "y" in the declaration of a variable: an integer is wanted\n  x = Vi(y)\n         ^',
    ],
    [
      () => genred("x", ["x = Vi(0)"], J),
      'ArgumentError: Cannot declare a variable of dimension 0 in "x = Vi(0)": a positive integer is wanted',
    ],
    [
      () => genred("x", ["x = Vi(3)", "x = Vj(3)"], J),
      'ArgumentError: Cannot declare the variable "x" twice',
    ],
    [
      () => genred("x", ["x = Vi(0, 3)", "y = Vj(0, 3)"], J),
      "ArgumentError: Cannot declare two variables of index 0: each has an argument of its own",
    ],
    [
      () => genred("Exp", ["Exp = Vi(3)"], J),
      'ArgumentError: Cannot name a variable "Exp": there is an operation of this name',
    ],
    [
      () => genred("x", ["x = Vi(3)"], J)(),
      "ArgumentError: Cannot call a formula of 1 variable with 0 arguments: one for each is wanted",
    ],
    [
      () => genred("x", ["x = Vi(3)"], J)(cloud(4, 2)),
      "ShapeError: Cannot use an array of shape [4,2] as argument 0, Vi(0, 3): [..., points, 3] is wanted",
    ],
    [
      () => genred("IntInv(0)", [], J),
      'ArgumentError: Cannot divide by 0 in "IntInv" (in IntInv at position 0 of "IntInv(0)")',
    ],
    [
      () => genred("RatCst(1, 0)", [], J),
      'ArgumentError: Cannot divide by 0 in "RatCst" (in RatCst at position 0 of "RatCst(1, 0)")',
    ],
    [
      () => genred("x * y", ["x = Vi(3)", "y = Vj(3)"], J)(x, single),
      'ShapeError: Cannot combine float64 and float32 data: convert one of them, e.g. with .to("float64")',
    ],
    [
      () => genericSum("x", "a = Vi(2)", "x = Vi(3)"),
      'ShapeError: Cannot declare the output "a = Vi(2)" for a formula that gives dimension 3: they must be equal',
    ],
    [
      () => genericSum("x", "a = Pm(3)", "x = Vi(3)"),
      'ArgumentError: Cannot use the output "a = Pm(3)": "a = Vi(dim)" or "a = Vj(dim)" is wanted',
    ],
    [
      () => genred("x < x < x", ["x = Vi(3)"], J),
      'FormulaSyntaxError: Cannot compare the result of "<" without parentheses\n  x < x < x\n        ^',
    ],
    [
      () => genred("(".repeat(500) + "x", ["x = Vi(3)"], J),
      "FormulaSyntaxError: Cannot read a formula nested more than 400 times\n  ...((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((...\n                                                       ^",
    ],
    [
      () => genred("Exp + x", ["x = Vi(3)"], J),
      'FormulaSyntaxError: Cannot use "Exp" without arguments\n  Exp + x\n  ^',
    ],
    [
      () => genred("Exp(x; x)", ["x = Vi(3)"], J),
      'FormulaSyntaxError: Cannot read ";": "," or ")" is wanted\n  Exp(x; x)\n       ^',
    ],
    [
      () => genred("Exp(x x)", ["x = Vi(3)"], J),
      'FormulaSyntaxError: Cannot read "x": "," or ")" is wanted\n  Exp(x x)\n        ^',
    ],
    [
      () => genred("Elem(x, [x])", ["x = Vi(3)"], J),
      'FormulaSyntaxError: Cannot read "x" in a list: a number is wanted\n  Elem(x, [x])\n           ^',
    ],
    [
      () => genred("Exp([1, 2], x)", ["x = Vi(3)"], J),
      'ArgumentError: Cannot call "Exp" with 2 arguments: 1 is wanted (in Exp at position 0 of "Exp([1, 2], x)")',
    ],
    [
      () => genred("Add([1], [2])", ["x = Vi(3)"], J),
      'ArgumentError: Cannot use [1] as argument 1 of "Add": a formula is wanted (in Add at position 0 of "Add([1], [2])")',
    ],
    [
      () => genred("Var(0,3,0) + x", ["x = Vi(0, 2)"], J),
      'ShapeError: Cannot apply "Add" to operands of dimensions 3 and 2: they must be equal, or 1 (in + at position 11 of "Var(0,3,0) + x")',
    ],
    [
      () => genred("SumT(x, 4)", ["x = Vi(3)"], J),
      'ShapeError: Cannot repeat a vector of dimension 3 with "SumT": a scalar is wanted (in SumT at position 0 of "SumT(x, 4)")',
    ],
    [
      () => genred("ComplexAdd(x, y)", ["x = Vi(4)", "y = Vj(6)"], J),
      'ShapeError: Cannot apply "ComplexAdd" to complex vectors of dimensions 4 and 6: they must be equal, or 2 (in ComplexAdd at position 0 of "ComplexAdd(x, y)")',
    ],
    [
      () => genred("ComplexReal(x)", ["x = Vi(3)"], J),
      'ShapeError: Cannot apply "ComplexReal" to a vector of dimension 3: complex numbers are pairs, so an even dimension is wanted (in ComplexReal at position 0 of "ComplexReal(x)")',
    ],
    [
      () => genred("ComplexRealScal(x, x)", ["x = Vi(4)"], J),
      'ShapeError: Cannot apply "ComplexRealScal" to operands of dimensions 4 and 4: one of them must be a real scalar, of dimension 1 (in ComplexRealScal at position 0 of "ComplexRealScal(x, x)")',
    ],
    [
      () => genred("ComplexSumT(x, 5)", ["x = Vi(2)"], J),
      'ShapeError: Cannot repeat a vector of dimension 2 to dimension 5 with "ComplexSumT": a vector of dimension 2 and an even dimension are wanted (in ComplexSumT at position 0 of "ComplexSumT(x, 5)")',
    ],
    [
      () => genred("Polygamma(x, 101)", ["x = Vi(2)"], J),
      'ArgumentError: Cannot apply "Polygamma" of order 101: it must be 100 at most (in Polygamma at position 0 of "Polygamma(x, 101)")',
    ],
    [
      () =>
        kernelProduct(
          "gaussian(x, y, 1, 2)",
          { x: Vi(x), y: Vj(y) },
          cloud(5, 1),
        ),
      'ArgumentError: Cannot call "gaussian" with 4 arguments: (x, y) or (x, y, scale) is wanted (in gaussian at position 0 of "gaussian(x, y, 1, 2)")',
    ],
    [
      () => kernelProduct("gaussian(x, y)", {}, cloud(5, 1)),
      'ArgumentError: Cannot build the kernel "gaussian(x, y)" without variables',
    ],
  ],
  "Domains as lists": [
    [
      () =>
        genred("x", ["x = Vi(3)"], {
          ...J,
          ranges: [[1]] as unknown as BlockRanges,
        })(x),
      "ShapeError: Cannot use a list of 1 arrays as ranges: ranges_i, slices_i, redranges_j, ranges_j, slices_j and redranges_i are wanted",
    ],
  ],
  "Reductions of one's own": [
    [
      () =>
        Vi(x).reduce(
          defineReduction({
            name: "Wrong",
            neutral: { a: 0 },
            combine: () => ({}) as { a: Scalar },
            merge: (p) => p,
            finish: ({ a }) => a,
          }),
          "j",
        ),
      'ArgumentError: Cannot reduce by "Wrong": the new state has no "a"',
    ],
    [
      () =>
        Vi(x).reduce(
          defineReduction({
            name: "Wrong",
            neutral: { a: 0 },
            outputs: 2,
            combine: (p) => p,
            merge: (p) => p,
            finish: ({ a }) => [a],
          }),
          "j",
        ),
      'ArgumentError: Cannot finish "Wrong" with 1 results: 2 were announced as "outputs"',
    ],
    [
      () =>
        defineReduction({
          name: "Wrong",
          neutral: { "a-b": 0 },
          combine: (p) => p,
          merge: (p) => p,
          finish: (p) => p["a-b"],
        }),
      'ArgumentError: Cannot use "a-b" in the state of "Wrong": letters and digits are wanted',
    ],
    [
      () =>
        Vi(x).reduce(
          defineReduction({
            name: "Two",
            inputs: 2,
            neutral: { a: 0 },
            combine: (p) => p,
            merge: (p) => p,
            finish: ({ a }) => a,
          }),
          "j",
          { weight: [1, 2] },
        ),
      'ShapeError: Cannot reduce formulas of dimensions 3 and 2 by "Two": they must be equal, or 1',
    ],
  ],
  "Tensors": [
    [
      () => tensor([1, 2, 3], [2, 2]),
      "ShapeError: Cannot make a tensor of shape (2, 2) from 3 numbers: 4 are wanted",
    ],
    [
      () => tensor([[1, 2], [3]]),
      "ShapeError: Cannot make a tensor from a ragged array: entry [1] has 1 entries where 2 entries are wanted",
    ],
    [
      () => tensor([[1], 2]),
      "ShapeError: Cannot make a tensor from a ragged array: entry [1] is 2 where 1 entries are wanted",
    ],
    [
      () => tensor([1, [2]]),
      "ShapeError: Cannot make a tensor from a ragged array: entry [1] is an array where a number is wanted",
    ],
    [
      () => tensor("12" as unknown as number),
      'ArgumentError: Cannot make a tensor from the string "12": a number, nested arrays, a typed array or { data, shape } is wanted',
    ],
    [
      () => tensor(["a"] as unknown as number[]),
      'ArgumentError: Cannot make a tensor from nested arrays: entry [0] is "a": a number is wanted',
    ],
    [
      () => tensor(Promise.resolve([1]) as unknown as number[]),
      "ArgumentError: Cannot make a tensor from a promise: await it first: a number, nested arrays, a typed array or { data, shape } is wanted",
    ],
    [
      () =>
        tensor({ data: new Float64Array(3), shape: [2, 2], strides: [2, 1] }),
      "ShapeError: Cannot make a tensor of shape (2, 2) from 3 numbers: 4 are wanted",
    ],
    [
      () => tensor([1], undefined, { dtype: "double" as "float64" }),
      'ArgumentError: Cannot use the dtype "double": one of "float32", "float64", "float16", "bfloat16", "int32" is wanted',
    ],
    [
      () => tensor([0.5], undefined, { dtype: "int32" }),
      "ArgumentError: Cannot convert 0.5 to int32: integers from -2147483648 to 2147483647 are wanted",
    ],
    [
      () => tensor([1], undefined, { device: "gpu" as "cpu" }),
      'ArgumentError: Cannot use the device "gpu" (did you mean "cpu"?): "cpu", "cuda" or "cuda:<number>" is wanted',
    ],
    [
      () => tensor([1], undefined, { device: "cuda" }),
      'DeviceUnavailableError: Cannot use the device "cuda": the CUDA driver (libcuda) was not found; install the NVIDIA driver, run with --allow-ffi --allow-env --allow-read, or set ALLPAIRS_CUDA_LIBRARY to the path of the library. Tried:\n  $ALLPAIRS_CUDA_LIBRARY: no permission to read the environment: --allow-env\n  all libraries: no permission to load any: --allow-ffi',
    ],
    [
      () => tensor([1], [-1]),
      "ShapeError: Cannot use (-1,) as a shape: a list of non-negative integers is wanted",
    ],
    [
      () => arange(0, Infinity),
      "ArgumentError: Cannot count from 0 to Infinity in steps of 1: a finite number of steps is wanted",
    ],
    [
      () => x.item(),
      "ShapeError: Cannot take the item of a tensor of shape (4, 3): one entry is wanted",
    ],
    [
      () => big.requiresGrad(),
      "ArgumentError: Cannot differentiate in a tensor of dtype int32: a float dtype is wanted",
    ],
    [
      () => big.to("float32"),
      'ArgumentError: Cannot convert the integer 16777217 to float32 without rounding: at most 16777216 in magnitude is wanted; use .to("float64")',
    ],
    [
      () => x.add(single),
      'ShapeError: Cannot apply "add" to float64 and float32: dtypes must be equal; convert one of them with .to("float32") or .to("float64")',
    ],
    [
      () => x.add(cloud(4, 2)),
      'ShapeError: Cannot apply "add" to shapes (4, 3) and (4, 2): sizes must be equal, or 1',
    ],
    [
      () => x.matmul(y),
      "ShapeError: Cannot multiply matrices of shapes (4, 3) and (5, 3): the inner sizes 3 and 5 must be equal",
    ],
    [
      () => x.reshape([5]),
      "ShapeError: Cannot reshape a tensor of shape (4, 3) to (5,): 12 entries are wanted",
    ],
    [
      () => x.transpose([0, 0]),
      "ArgumentError: Cannot transpose a tensor of shape (4, 3) by the axes (0, 0): each of its axes is wanted once",
    ],
    [
      () => x.broadcastTo([4, 4]),
      "ShapeError: Cannot broadcast a tensor of shape (4, 3) to (4, 4): sizes must be equal, or 1",
    ],
    [
      () => x.slice([0, 0, 0], [1, 1, 1]),
      "ArgumentError: Cannot slice a tensor of shape (4, 3) from (0, 0, 0): it has 2 axes",
    ],
    [
      () => x.slice([5], [6]),
      "ArgumentError: Cannot slice a tensor of shape (4, 3) at 5 of axis 0: -4 to 4 is wanted",
    ],
    [
      () => x.sum(2),
      "ArgumentError: Cannot use the axis 2 of an array of 2 dimensions: -2 to 1 is wanted",
    ],
    [
      () => x.sum([0, 0]),
      "ArgumentError: Cannot use the axes (0, 0): each may be named once",
    ],
    [
      () => x.gather(tensor([0.5])),
      'ShapeError: Cannot apply "gather" with indices of dtype float32: int32 is wanted; convert them with .to("int32")',
    ],
    [
      () => x.gather(tensor(new Int32Array([9]))),
      'ArgumentError: Cannot apply "gather" with the index 9: 0 to 3 is wanted',
    ],
    [
      () => concat([]),
      "ArgumentError: Cannot concatenate no tensors: at least one is wanted",
    ],
    [
      () => concat([x, cloud(4, 2)]),
      "ShapeError: Cannot concatenate shapes (4, 3) and (4, 2) along axis 0: all other sizes must be equal",
    ],
    [
      () => cloud(2, 2, 2).T,
      "ShapeError: Cannot take T of a tensor of shape (2, 2, 2): two axes are wanted; transpose() takes any number",
    ],
    [
      () => disposed().dataSync(),
      "ReferenceError: Cannot use a tensor of shape (2,): it was disposed of",
    ],
  ],
  "Derivatives": [
    [
      () => grad(freed(), [again]),
      'ArgumentError: Cannot differentiate through "sum": an earlier grad freed the graph; pass { createGraph: true } to it',
    ],
    [
      () => grad(kernel.sum("j"), [x], { gradOutput: cloud(3) }),
      "ShapeError: Cannot differentiate an output of shape (4, 1) and dtype float64 with gradOutput of shape (3,) and dtype float64: they must be equal",
    ],
    [
      () => tracked().mul(2).requiresGrad(false),
      'ArgumentError: Cannot switch off the gradient of a computed tensor ("mul"): use detach()',
    ],
    [
      () => hessianVectorProduct((t) => t.sum(), [x], []),
      "ArgumentError: Cannot differentiate in 1 inputs along 0 tensors: one for each is wanted",
    ],
    [
      () => jvp((t) => t.sum(), [x], [y]),
      "ShapeError: Cannot differentiate in input 0 of shape (4, 3) along a tensor of shape (5, 3): they must be equal",
    ],
    [
      () => scope(() => Promise.resolve(1)),
      "ArgumentError: Cannot run an asynchronous function in a scope: the scope would end before it; use scope() with using inside the function",
    ],
    [
      () => grad(kernel.sum("j"), [x]),
      "ShapeError: Cannot differentiate an output of shape (4, 1) and dtype float64: one float entry is wanted, or gradOutput",
    ],
    [
      () => grad(kernel.argmin("j"), [x]),
      "ShapeError: Cannot differentiate an output of shape (4, 1) and dtype int32: one float entry is wanted, or gradOutput",
    ],
    [
      () => grad(Vi(tracked()).sqdist(Vj(y)).prod("j").sum(), [y]),
      "ArgumentError: Cannot differentiate in input 0: it does not require a gradient; call requiresGrad() before it is used",
    ],
    [
      () => maxSumShiftExpGradient(),
      'ArgumentError: Cannot differentiate the reduction "Max_SumShiftExp": it has no derivative',
    ],
  ],
};

/** The class and the message of the error that a call throws. */
function said(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    const { name, message } = error as Error;
    // Computed numbers are not pinned.
    return `${name}: ${message}`.replaceAll(/-?\d\.\d{6,}/g, "#");
  }
  return "nothing";
}

for (const [group, cases] of Object.entries(MESSAGES)) {
  Deno.test(`messages: ${group}`, () => {
    for (const [call, text] of cases) assertEquals(said(call), text);
  });
}

Deno.test("after an error the library still works", () => {
  for (const [call] of Object.values(MESSAGES).flat()) said(call);
  assertEquals(Vi([0, 1]).add(Vj([1, 2])).sum("j").arraySync(), [[3], [5]]);
});
