/**
 * Where KeOps 2.3 is wrong, crashes or gives up: allpairs does the right
 * thing. One test for each defect that concerns formulas, reductions,
 * LazyTensors, ranges and batches.
 *
 * @module
 */

import {
  ArgumentError,
  DeviceUnavailableError,
  FormulaSyntaxError,
  genred,
  type GenredOptions,
  grad,
  kernelSolve,
  LazyTensor,
  Pm,
  ShapeError,
  Tensor,
  tensor,
  Vi,
  Vj,
} from "../../mod.ts";
import {
  assert,
  assertAllClose,
  assertEquals,
  assertThrows,
} from "../assert.ts";
import { checkCase } from "../conformance/compare.ts";
import {
  type Drawn,
  withDrawnData,
  withResults,
} from "../conformance/generate.ts";
import { densePairs, reducePairs, sqdist } from "../dense_pairs.ts";
import { checkDerivatives, generator, randomTensor } from "../tensors.ts";

const random = generator(41);
const cloud = (...shape: number[]) => randomTensor(random, shape);
const f64 = (data: readonly number[], shape: readonly number[]) =>
  tensor(new Float64Array(data), shape);
const points = (...data: number[]) => f64(data, [data.length, 1]);

/** A formula of points i; there is one point j. */
function sum(
  formula: string,
  columns: Readonly<Record<string, Tensor>>,
  options: Partial<GenredOptions> = {},
): number[] {
  const aliases = Object.entries(columns)
    .map(([name, t]) => `${name}=Vi(${t.shape[1]})`);
  const all = { axis: 1, ...options } as const;
  const result = genred(formula, aliases, all)(...Object.values(columns));
  assert(result instanceof Tensor, "One tensor");
  return [...result.dataSync()];
}

/** A formula on random data, against its definition, on all backends. */
function check(c: Drawn): void {
  checkCase(withResults(withDrawnData(c)), { float64: 1e-10, float32: 1e-5 });
}

const XYB = ["x=Vi(3)", "y=Vj(3)", "b=Vj(1)"];

// Formula strings.

Deno.test("formula strings are parsed, never run", () => {
  const texts = [
    "__import__('os').system('true')",
    "print(1)",
    "(lambda: 0)()",
    "x.constructor",
    "[].map",
    "Deno.exit(1)",
    "`${x}`",
    "x;x",
    "constructor(x)",
    "toString(x)",
    "__proto__(x)",
  ];
  for (const text of texts) {
    assertThrows(
      () => genred(text, ["x=Vi(1)"], { axis: 1 }),
      FormulaSyntaxError,
    );
  }
});

Deno.test("unknown operations are named, with the nearest one", () => {
  const load = () => genred("SqDst(x, x)", ["x=Vi(1)"], { axis: 1 });
  const error = assertThrows(load, FormulaSyntaxError, 'mean "SqDist"');
  assertEquals(error.position, 0);
});

Deno.test("Vx and Vy declare variables, too", () => {
  const aliases = ["x=Vx(3)", "y=Vy(3)", "b=Vy(1)"];
  check({ formula: "Exp(-SqDist(x,y))*b", aliases });
});

Deno.test("powers of any exponent", () => {
  const x = points(0.25, 4);
  assertEquals(sum("x**2", { x }), [0.0625, 16]);
  assertEquals(sum("x**0.5", { x }), [0.5, 2]);
  assertEquals(sum("x**-1", { x }), [4, 0.25]);
  assertAllClose(sum("x**x", { x }), [0.25 ** 0.25, 256], 1e-15);
});

Deno.test("== and != compare values", () => {
  const x = points(1, 2);
  assertEquals(sum("(x == x) + 2 * (x != x)", { x }), [1, 1]);
  assertEquals(sum("Equal(x, 1)", { x }), [1, 0]);
});

Deno.test("decimals are constants of formulas", () => {
  assertEquals(sum("0.1 * x + 1e-3", { x: points(1) }), [0.1 + 1e-3]);
});

Deno.test("one index is one variable", () => {
  assertThrows(
    () => genred("x * y", ["x=Vi(0,3)", "y=Vj(0,3)"], { axis: 1 }),
    ArgumentError,
    "index 0",
  );
  assertThrows(
    () => genred("Var(0,3,0)*Var(0,2,1)", ["x=Vi(0,3)"], { axis: 1 }),
    Error,
  );
});

Deno.test("raw variables and aliases mix", () => {
  check({
    formula: "Exp(-SqDist(x, Var(1,3,1)))*b",
    aliases: ["x=Vi(0,3)", "Var(1,3,1)", "b=Vj(2,2)"],
  });
});

// Constants and powers in float64.

Deno.test("integers beyond 2^24 are exact", () => {
  const x = points(1);
  assertEquals(sum("IntCst(16777217) * x", { x }), [16777217]);
  assertEquals(sum("x * 9007199254740991", { x }), [9007199254740991]);
});

Deno.test("rational constants are exact in float64", () => {
  const x = points(1, 2);
  assertEquals(sum("x / 3", { x }), [1 / 3, 2 / 3]);
  assertEquals(sum("RatCst(1, 3) * x", { x }), [1 / 3, 2 / 3]);
  assertEquals(sum("IntInv(7) + 0 * x", { x }), [1 / 7, 1 / 7]);
});

Deno.test("powers are as exact as float64", () => {
  const x = points(1.1, 0.3);
  const two = points(2.5, 1 / 3);
  assertAllClose(sum("Powf(x, e)", { x, e: two }), [
    1.1 ** 2.5,
    0.3 ** (1 / 3),
  ], 4e-16);
  assertAllClose(sum("Pow(x, 7)", { x }), [1.1 ** 7, 0.3 ** 7], 4e-16);
  const lazy = Vi(x).pow(2.5).sum("j").dataSync();
  assertAllClose(lazy, [1.1 ** 2.5, 0.3 ** 2.5], 4e-16);
});

Deno.test("integer powers of negative numbers", () => {
  assertEquals(sum("Pow(x, 3) + x**2", { x: points(-2) }), [-4]);
});

// Derivatives.

Deno.test("gradients of Powf, Atan2 and IfElse in a broadcast scalar", () => {
  const aliases = ["s=Vi(1)", "y=Vj(3)", "e=Vi(3)"];
  const formulas = [
    "Powf(y,s)",
    "Powf(s,y)",
    "Atan2(s,y)",
    "Atan2(y,s)",
    "IfElse(y-IntInv(2),s*s,y)",
    "IfElse(y-IntInv(2),y,s*s)",
    "Clamp(y,s,IntCst(1))",
    "Mod(y,s,IntCst(0))*y",
  ];
  for (const formula of formulas) {
    check({ formula: `Grad(${formula},s,e)`, aliases });
    check({ formula: `Grad(${formula},y,e)`, aliases, axis: 0 });
  }
});

Deno.test("sin(x)/x has the slope 0 at 0", () => {
  const x = points(0, 1e-9, 1e-4);
  const slopes = sum("Grad(SinXDivX(x), x, 1)", { x });
  assertAllClose(slopes, [0, -1e-9 / 3, -1e-4 / 3], 1e-12);
  const curvatures = sum("Grad(Grad(SinXDivX(x), x, 1), x, 1)", { x });
  assertAllClose(curvatures, [-1 / 3, -1 / 3, -1 / 3], 1e-8);
});

Deno.test("the gradient of Clamp agrees with its value, also for a > b", () => {
  for (const [a, b] of [[-0.5, 0.5], [0.5, -0.5]]) {
    for (const x of [-2, -0.2, 0.2, 2]) {
      const h = 1e-6;
      const at = (t: number) =>
        sum(`Clamp(x, ${a}, ${b})`, { x: points(t) })[0];
      const [slope] = sum(`Grad(Clamp(x, ${a}, ${b}), x, 1)`, {
        x: points(x),
      });
      assertAllClose([slope], [(at(x + h) - at(x - h)) / (2 * h)], 1e-8);
    }
  }
});

Deno.test("B-splines in float64, with derivatives", () => {
  const knots = [0, 1, 2, 3, 4, 5, 6];
  const x = points(2.3, 3.7);
  const values = Pm(knots).bspline(Vi(x), 2).sum("j");
  assertEquals(values.dtype, "float64");
  const rows = values.arraySync() as number[][];
  for (const row of rows) {
    assertAllClose([row.reduce((s, v) => s + v, 0)], [1], 1e-15);
  }
  checkDerivatives(
    (t) => Pm(knots).bspline(Vi(t), 3).sum("j"),
    [x],
    random,
    "B-splines",
  );
});

Deno.test("soft-DTW, with first and second derivatives, in gamma too", () => {
  const aliases = ["x=Vi(4)", "y=Vj(3)", "g=Pm(1)"];
  check({ formula: "SoftDTW_SqDist(x,y,g)", aliases });
  checkDerivatives(
    (x, y, g) => Vi(x).softdtwSqdist(Vj(y), Pm(g)).sum("j"),
    [cloud(2, 4), cloud(2, 3), f64([0.7], [1])],
    random,
    "soft-DTW",
    1e-5,
  );
});

Deno.test("matrices are row-major", () => {
  const aliases = ["m=Pm(6)", "v=Vi(3)"];
  const m = f64([1, 2, 3, 4, 5, 6], [6]);
  const v = f64([1, 0, 0], [1, 3]);
  const product = genred("MatVecMult(m, v)", aliases, { axis: 1 });
  assertEquals((product(m, v) as Tensor).arraySync(), [[1, 4]]);
});

Deno.test("gradMatrix of a LazyTensor", () => {
  const [x, y] = [cloud(2, 3), cloud(2, 3)];
  const [p, q] = [Vi(x), Vj(y)];
  const jacobian = p.mul(p.dot(q)).gradMatrix(p);
  assertEquals(jacobian.innerShape, [3, 3]);
  const expected = densePairs((a, b) => {
    const s = a.reduce((t, v, k) => t + v * b[k], 0);
    return a.flatMap((v, r) => b.map((w, c) => v * w + (r === c ? s : 0)));
  }, [
    { shape: [2, 1, 3], data: x.dataSync() },
    { shape: [1, 2, 3], data: y.dataSync() },
  ]);
  assertAllClose(jacobian.dense().dataSync(), expected.values.flat());
});

Deno.test("Diff and Divergence of every operation", () => {
  const aliases = [...XYB, "u=Vi(3)"];
  for (
    const formula of [
      "Diff(MatVecMult(TensorProd(x,y),x*x),x,u)",
      "Diff(VecMatMult(x,TensorProd(x,y)),x,u)",
      "Diff(TensorDot(x,y,[3],[3],[],[]),x,u)",
      "Diff(Kron(x,y,[3],[3]),x,u)",
      "Diff(Concat(Exp(x),Max(x)),x,u)",
      "Divergence(MatVecMult(TensorProd(x,y),x),x)",
      "Divergence(Normalize(x-y),x)",
      "Divergence(IfElse(x-y,x*x,y),x)",
    ]
  ) {
    check({ formula, aliases });
  }
});

Deno.test("the divergence of what does not depend on x is 0", () => {
  check({ formula: "Divergence(y*b, x)", aliases: XYB });
  check({ formula: "Laplacian(SqNorm2(y), x) + b", aliases: XYB });
});

Deno.test("the trace operator takes variables with data", () => {
  const [x, y] = [Vi(cloud(2, 3)), Vj(cloud(4, 3))];
  const trace = x.mul(y).traceOperator(x).sum("j");
  const expected = y.sum("d").sum("i").sum().item();
  assertAllClose(trace.dataSync(), [expected, expected]);
});

Deno.test("extrema and k-extrema have gradients", () => {
  const [x, y] = [cloud(4, 2), cloud(5, 2)];
  for (const axis of ["i", "j"] as const) {
    checkDerivatives(
      (p, q) => Vi(p).sqdist(Vj(q)).min(axis),
      [x, y],
      random,
      "Min",
    );
    checkDerivatives(
      (p, q) => Vi(p).sub(Vj(q)).max(axis),
      [x, y],
      random,
      "Max",
    );
    checkDerivatives(
      (p, q) => Vi(p).sqdist(Vj(q)).kmin(3, axis),
      [x, y],
      random,
      "KMin",
    );
    checkDerivatives(
      (p, q) => Vi(p).sqdist(Vj(q)).minArgmin(axis)[0],
      [x, y],
      random,
      "Min_ArgMin",
    );
  }
});

Deno.test("Max_SumShiftExp has no gradient rather than half of one", () => {
  const reduce = genred("SqDist(x,y)", ["x=Vi(2)", "y=Vj(2)"], {
    axis: 1,
    reduction: "Max_SumShiftExp",
  });
  const x = cloud(3, 2).requiresGrad();
  const sum = (reduce(x, cloud(4, 2)) as Tensor).sum();
  assertThrows(() => grad(sum, [x]), ArgumentError, "Max_SumShiftExp");
});

Deno.test("gradients of log-sum-exp are stable", () => {
  const x = f64([100, -300, 200], [3, 1]).requiresGrad();
  const y = f64([50, 80], [2, 1]);
  const [g] = grad(Vi(x).mul(Vj(y)).logsumexp("j").sum(), [x]);
  assertAllClose(g.dataSync(), [80, 50, 80]);
});

// Complex numbers.

Deno.test("gradients of complex operations in real odd dimensions", () => {
  const ZA = ["a=Vi(3)", "w=Vj(6)", "e=Vi(6)"];
  const SA = ["s=Vi(1)", "w=Vj(6)", "e=Vi(6)"];
  for (const op of ["Add", "Subtract", "Mult", "Divide"]) {
    const formula = `Complex${op}(Real2Complex(a),w)`;
    check({ formula: `Grad(${formula},a,e)`, aliases: ZA });
    check({ formula: `Grad(${formula},w,e)`, aliases: ZA, axis: 0 });
  }
  check({ formula: "Grad(ComplexRealScal(s,w),s,e)", aliases: SA });
  check({ formula: "Grad(ComplexRealScal(s,w),w,e)", aliases: SA, axis: 0 });
});

Deno.test("the gradient of a difference in its second operand is -e", () => {
  const e = f64([1, 2], [1, 2]);
  assertEquals(
    sum("Grad(ComplexSubtract(z,w),w,e)", { z: e, w: e, e }),
    [-1, -2],
  );
});

Deno.test("gradients of broadcast complex numbers", () => {
  const aliases = ["z=Vi(2)", "w=Vj(6)", "e=Vi(6)"];
  for (const op of ["Add", "Subtract", "Mult", "Divide"]) {
    check({ formula: `Grad(Complex${op}(z,w),z,e)`, aliases });
    check({ formula: `Grad(Complex${op}(w,z),z,e)`, aliases });
  }
});

Deno.test("numbers and complex LazyTensors", () => {
  const z = LazyTensor.complex(Vi(points(1)), Vi(points(2)));
  const parts = (t: LazyTensor) => [...t.sum("j").dataSync()];
  assertEquals(parts(z.mul(2)), [2, 4]);
  assertEquals(parts(new LazyTensor(3).sub(z)), [2, -2]);
  assertEquals(parts(z.add(1)), [2, 2]);
  assertEquals(parts(new LazyTensor([2]).div(z)), [0.4, -0.8]);
});

Deno.test("powers, logarithms and cosines of complex numbers are complex", () => {
  const z = LazyTensor.complex(Vi(points(1)), Vi(points(2)));
  const parts = (t: LazyTensor) => t.sum("j").dataSync();
  assertAllClose(parts(z.pow(2)), [-3, 4], 1e-14);
  assertAllClose(parts(z.square()), [-3, 4], 1e-14);
  assertAllClose(parts(z.log()), [Math.log(5) / 2, Math.atan2(2, 1)], 1e-14);
  const [c, s] = [Math.cos(1), Math.sin(1)];
  assertAllClose(
    parts(z.cos()),
    [c * Math.cosh(2), -s * Math.sinh(2)],
    1e-14,
  );
  assertAllClose(parts(z.exp().log()), [1, 2], 1e-14);
});

Deno.test("the scalar product of complex vectors is complex", () => {
  const z = LazyTensor.complex(Vi([[1, 2]]), Vi([[3, 4]]));
  const product = z.dot(z);
  assertEquals(product.shape, [1, 1, 1]);
  assertEquals(product.isComplex, true);
});

// Reductions.

Deno.test("indices beyond 2^24 in float32", () => {
  const n = 2 ** 24 + 5;
  const y = new Float32Array(n).fill(1);
  y[n - 2] = 0;
  const at = Vi(new Float32Array([0])).sqdist(Vj(y)).argmin("j");
  assertEquals(at.dtype, "int32");
  assertEquals(at.arraySync(), [[n - 2]]);
});

Deno.test("what is not there has the index -1", () => {
  const y = points(3, NaN, 1);
  const k = Vi(points(0, NaN)).add(Vj(y));
  assertEquals(k.argKmin(4, "j").arraySync(), [[2, 0, -1, -1], [
    -1,
    -1,
    -1,
    -1,
  ]]);
  assertEquals(k.kmin(3, "j").arraySync(), [[1, 3, Infinity], [
    Infinity,
    Infinity,
    Infinity,
  ]]);
  assertEquals(k.argmin("j").arraySync(), [[2], [-1]]);
  assertEquals(Vi(points(0)).add(Vj(cloud(0, 1))).argmax("j").arraySync(), [[
    -1,
  ]]);
});

Deno.test("log-sum-exp of nothing, of -inf, of inf", () => {
  const lse = (...y: number[]) =>
    Vi(points(0)).add(Vj(points(...y))).logsumexp("j").item();
  assertEquals(
    Vi(points(0)).add(Vj(cloud(0, 1))).logsumexp("j").item(),
    -Infinity,
  );
  assertEquals(lse(-Infinity), -Infinity);
  assertAllClose([lse(-Infinity, 2)], [2], 1e-15);
  assertAllClose([lse(-Infinity, -Infinity, 3, -Infinity)], [3], 1e-15);
  assertEquals(lse(Infinity, 1), Infinity);
  assertAllClose([lse(10000, 10000)], [10000 + Math.log(2)], 1e-15);
  assert(Number.isNaN(lse(NaN, 1)));
});

Deno.test("LogSumExpWeight is finished like LogSumExp", () => {
  const aliases = ["x=Vi(2)", "y=Vj(2)", "w=Vj(2)"];
  const args = [cloud(3, 2), cloud(4, 2), cloud(4, 2).exp()];
  const [a, b] = ["LogSumExpWeight", "LogSumExp"].map((reduction) =>
    genred("SqDist(x,y)", aliases, { axis: 1, reduction, formula2: "w" })(
      ...args,
    ) as Tensor
  );
  assertEquals(a.shape, [3, 2]);
  assertAllClose(a.dataSync(), b.dataSync());
});

Deno.test("Kahan summation of exponentials", () => {
  const options = { axis: 1, reduction: "LogSumExp" } as const;
  const aliases = XYB.slice(0, 2);
  const args = [cloud(3, 3), cloud(200, 3)];
  const [kahan, block] = (["kahan", "block"] as const).map((sumScheme) =>
    genred("SqDist(x,y)", aliases, { ...options, sumScheme })(
      ...args,
    ) as Tensor
  );
  assertAllClose(kahan.dataSync(), block.dataSync(), 1e-14);
});

Deno.test("sum schemes that make no sense are refused", () => {
  assertThrows(
    () =>
      genred("x", ["x=Vi(1)"], {
        axis: 1,
        reduction: "Min",
        sumScheme: "kahan",
      }),
    ArgumentError,
    "adds nothing up",
  );
});

Deno.test("log-sum-exp of vectors, component by component", () => {
  const all = reducePairs(
    densePairs((p, q) => p.map((v, c) => v * q[c]), [
      { shape: [1, 1, 2], data: [1, 2] },
      { shape: [1, 2, 2], data: [3, 4, 5, 6] },
    ]),
    "LogSumExp",
    "j",
  );
  const lse = Vi([[1, 2]]).mul(Vj(f64([3, 4, 5, 6], [2, 2]))).logsumexp("j");
  assertAllClose(lse.dataSync(), all[0], 1e-14);
});

Deno.test("products, means and logical reductions exist", () => {
  const k = Vi(points(1)).mul(Vj(points(2, 3, 0)));
  assertEquals(k.prod("j").item(), 0);
  assertAllClose([k.mean("j").item()], [5 / 3]);
  assertEquals(k.any("j").item(), 1);
  assertEquals(k.all("j").item(), 0);
  assertEquals(k.count("j").item(), 2);
});

Deno.test("ties take the first index, also among k", () => {
  const k = Vi(points(0)).add(Vj(points(2, 1, 1, 2, 1)));
  assertEquals(k.argmin("j").item(), 1);
  assertEquals(k.argmax("j").item(), 0);
  assertEquals(k.argKmin(5, "j").arraySync(), [[1, 2, 4, 0, 3]]);
});

// Safe rewrites.

Deno.test("0 times infinity is not 0", () => {
  const x = points(Infinity, NaN, 1);
  const results = sum("0 * x", { x });
  assert(Number.isNaN(results[0]) && Number.isNaN(results[1]));
  assertEquals(results[2], 0);
  assert(Number.isNaN(Vi(x).mul(0).sum("j").dataSync()[0]));
  assert(Number.isNaN(sum("x - x", { x })[0]));
});

Deno.test("exponentials are not put together behind one's back", () => {
  const product = sum("Exp(x) * Exp(-x)", { x: points(800, 1) });
  assert(Number.isNaN(product[0]), "inf times 0");
  assertAllClose([product[1]], [1], 1e-15);
});

Deno.test("OneHot of what is out of range is 0 everywhere", () => {
  const x = points(7, -2, 1.4);
  assertEquals(sum("OneHot(x, 3)", { x }), [0, 0, 0, 0, 0, 0, 0, 1, 0]);
});

Deno.test("components out of range are refused", () => {
  const x = ["x=Vi(3)"];
  for (
    const formula of [
      "Elem(x,3)",
      "Elem(x,-1)",
      "Extract(x,2,2)",
      "ElemT(Sum(x),3,3)",
      "ExtractT(x,1,3)",
    ]
  ) {
    assertThrows(() => genred(formula, x, { axis: 1 }), Error, "Cannot");
  }
});

Deno.test("rounding and comparisons at the edges", () => {
  const x = points(-2.5, 0.5, 0, NaN);
  assertEquals(sum("Round(x, 0)", { x }).slice(0, 3), [-3, 1, 0]);
  assertEquals(sum("Equal(x, x)", { x }), [1, 1, 1, 0]);
  assertEquals(sum("Step(x)", { x }).slice(0, 3), [0, 1, 1]);
  assertEquals(sum("Mod(x, 2, 0)", { x }).slice(0, 3), [1.5, 0.5, 0]);
  assertEquals(sum("Rsqrt(x - x)", { x }).slice(0, 3), [0, 0, 0]);
  assertEquals(sum("Normalize(x - x)", { x }).slice(0, 3), [0, 0, 0]);
  assertEquals(sum("Grad(Norm2(x - x), x, 1)", { x }).slice(0, 3), [0, 0, 0]);
});

// Arguments are checked.

Deno.test("the axis has to be given", () => {
  assertThrows(
    () => genred("x", ["x=Vi(1)"], {} as GenredOptions),
    ArgumentError,
    "axis",
  );
});

Deno.test("sizes, dimensions and dtypes are checked before data are read", () => {
  const reduce = genred("SqDist(x,y)*b", XYB, { axis: 1 });
  const [x, y, b] = [cloud(5, 3), cloud(4, 3), cloud(4, 1)];
  assertThrows(() => reduce(x, y), ArgumentError, "3 variables");
  assertThrows(() => reduce(x, cloud(4, 2), b), ShapeError, "[4,2]");
  assertThrows(() => reduce(x, y, cloud(3, 1)), ShapeError, "4 and 3");
  assertThrows(() => reduce(x, y, cloud(4)), ShapeError, "[4]");
  assertThrows(
    () => reduce(x, y.to("float32"), b),
    ShapeError,
    '.to("float64")',
  );
  assertThrows(
    () => Vi(x).sqdist(Vj(y.to("float32"))),
    ShapeError,
    '.to("float64")',
  );
});

Deno.test("arrays that are not contiguous are read in their order", () => {
  const data = new Float64Array([1, 2, 3, 4, 5, 6]);
  const transposed = { data, shape: [3, 2], strides: [1, 3] };
  const x = tensor(transposed);
  assertEquals(x.arraySync(), [[1, 4], [2, 5], [3, 6]]);
  assertEquals(Vi(transposed).sum("d").sum("j").arraySync(), [[5], [7], [9]]);
  assertEquals(
    Vi(f64([...data], [2, 3]).transpose()).sum("d").sum("j").arraySync(),
    [[5], [7], [9]],
  );
});

Deno.test("gradients that are broadcast, not stored, are read right", () => {
  const x = cloud(3, 2).requiresGrad();
  const y = cloud(4, 2);
  const [a] = grad(Vi(x).sqdist(Vj(y)).sum("j").sum(), [x]);
  const ones = tensor(new Float64Array(3).fill(1), [3, 1]);
  const [b] = grad(Vi(x).sqdist(Vj(y)).sum("j"), [x], { gradOutput: ones });
  assertAllClose(a.dataSync(), b.dataSync(), 1e-15);
});

Deno.test("a backend that is not there is not replaced", () => {
  const load = (backend: string) => () =>
    genred("x", ["x=Vi(1)"], { axis: 1, backend } as GenredOptions)(points(1));
  assertThrows(load("GPU"), ArgumentError, '"GPU"');
  assertThrows(load("webgpu"), ArgumentError, '"webgpu"');
  if (Deno.build.os === "darwin") {
    assertThrows(load("cuda"), DeviceUnavailableError);
  }
});

Deno.test("K has to be given to the k-min family", () => {
  for (const optArg of [undefined, 0, 1.5, -1]) {
    assertThrows(
      () =>
        genred("x", ["x=Vi(1)"], { axis: 1, reduction: "KMin", optArg })(
          points(1),
        ),
      ArgumentError,
      "K",
    );
  }
});

Deno.test("solve ends, whatever the matrix", () => {
  const x = cloud(6, 2);
  const k = Vi(x).sqdist(Vj(x));
  assertThrows(() => k.neg().exp().mul(-1).solve(cloud(6)), Error, "Cannot");
  assertThrows(() => k.mul(NaN).solve(cloud(6)), Error, "Cannot");
  const solve = kernelSolve(
    "Inv((x|y))*b",
    ["x=Vi(2)", "y=Vj(2)", "b=Vj(1)"],
    "b",
  );
  assertThrows(() => solve(x, x, cloud(6, 1)), Error, "Cannot solve");
});

// Batches.

Deno.test("parameters with batch dimensions", () => {
  const [x, y, s] = [cloud(5, 2), cloud(4, 2), cloud(3, 1)];
  const reduce = genred("Exp(-s*SqDist(x,y))", [
    "s=Pm(1)",
    "x=Vi(2)",
    "y=Vj(2)",
  ], { axis: 1 });
  const result = reduce(s, x, y) as Tensor;
  assertEquals(result.shape, [3, 5, 1]);
  const expected = reducePairs(
    densePairs(([t], p, q) => [Math.exp(-t * sqdist(p, q))], [
      { shape: [3, 1, 1, 1], data: s.dataSync() },
      { shape: [5, 1, 2], data: x.dataSync() },
      { shape: [1, 4, 2], data: y.dataSync() },
    ]),
    "Sum",
    "j",
  );
  assertAllClose(result.dataSync(), expected[0]);
});

Deno.test("batch dimensions of size 1 in a row", () => {
  const [x, y] = [cloud(2, 1, 1, 5, 1, 2), cloud(1, 1, 3, 1, 4, 2)];
  const at = new LazyTensor(x).sqdist(new LazyTensor(y)).argmin("j");
  assertEquals(at.shape, [2, 1, 3, 5, 1]);
  const all = densePairs((p, q) => [sqdist(p, q)], [
    { shape: x.shape, data: x.dataSync() },
    { shape: y.shape, data: y.dataSync() },
  ]);
  assertEquals([...at.dataSync()], reducePairs(all, "ArgMin", "j")[0]);
});

Deno.test("gradients have the shape of their inputs, however they broadcast", () => {
  const shapes = [
    [[2, 5, 1, 3], [1, 4, 1]],
    [[5, 1, 1], [2, 1, 4, 3]],
    [[1, 1, 3], [3, 1, 4, 3]],
    [[2, 1, 1, 1], [1, 1, 3]],
    [[2, 1, 5, 1, 3], [3, 1, 4, 3]],
  ];
  for (const [a, b] of shapes) {
    checkDerivatives(
      (x, y) => new LazyTensor(x).sub(new LazyTensor(y)).exp().sum("j"),
      [cloud(...a), cloud(...b)],
      random,
      `shapes [${a}] and [${b}]`,
    );
  }
});

Deno.test("one-point clouds are what they should be", () => {
  const [x, y] = [cloud(1, 3), cloud(4, 3)];
  const k = Vi(x).sqdist(Vj(y));
  assertEquals(k.sum("j").shape, [1, 1]);
  assertEquals(k.sum("i").shape, [4, 1]);
  assertEquals(k.t().sum("j").shape, [4, 1]);
  assertEquals(k.matmul(cloud(4, 2)).shape, [1, 2]);
  assertEquals(new LazyTensor(cloud(7, 1, 1, 3)).sqdist(Vj(y)).sum("j").shape, [
    7,
    1,
    1,
  ]);
});

Deno.test("the last dimension is never dropped", () => {
  const k = Vi(cloud(5, 1)).mul(Vj(cloud(4, 1)));
  assertEquals(k.shape, [5, 4, 1]);
  assertEquals(k.sum("j").shape, [5, 1]);
  assertEquals(k.kmin(1, "j").shape, [5, 1]);
});

Deno.test("one array as points i and as points j", () => {
  const x = cloud(4, 2);
  checkDerivatives(
    (p) => Vi(p).sqdist(Vj(p)).neg().exp().sum("j"),
    [x],
    random,
    "a cloud with itself",
  );
});

// Ranges.

const RANGES = {
  ranges_i: [[0, 2], [3, 5]],
  slices_i: [1, 1],
  redranges_j: [[1, 3]],
  ranges_j: [[1, 3]],
  slices_j: [1],
  redranges_i: [[0, 2]],
};

Deno.test("rows that no range covers are neutral", () => {
  const k = Vi(cloud(5, 1)).sqdist(Vj(cloud(4, 1))).withRanges(RANGES);
  const tail = (t: Tensor) => [...t.dataSync()].slice(2);
  assertEquals(tail(k.sum("j")), [0, 0, 0]);
  assertEquals(tail(k.min("j")), [Infinity, Infinity, Infinity]);
  assertEquals(tail(k.argmin("j")), [-1, -1, -1]);
  assertEquals(tail(k.logsumexp("j")), [-Infinity, -Infinity, -Infinity]);
  assertEquals(tail(k.prod("j")), [1, 1, 1]);
});

Deno.test("an incomplete domain is refused", () => {
  const { ranges_i, slices_i, redranges_j } = RANGES;
  const ranges = { ranges_i, slices_i, redranges_j } as typeof RANGES;
  const k = Vi(cloud(5, 1)).sqdist(Vj(cloud(4, 1)));
  assertThrows(() => k.sum("i", { ranges }), ArgumentError, "ranges_j");
});

Deno.test("ranges and batches go together", () => {
  const [x, y] = [cloud(3, 5, 1, 2), cloud(1, 4, 2)];
  const k = new LazyTensor(x).sqdist(new LazyTensor(y)).withRanges(RANGES);
  const result = k.sum("j");
  assertEquals(result.shape, [3, 5, 1]);
  const all = densePairs((p, q) => [sqdist(p, q)], [
    { shape: x.shape, data: x.dataSync() },
    { shape: y.shape, data: y.dataSync() },
  ]).values.flat();
  const expected = Array.from(
    { length: 15 },
    (_, row) => row % 5 < 2 ? all[row * 4 + 1] + all[row * 4 + 2] : 0,
  );
  assertAllClose(result.dataSync(), expected);
});

Deno.test("indices with ranges are those of the whole cloud", () => {
  const at = Vi(points(0)).add(Vj(points(1, 5, 3, 4)))
    .argmin("j", {
      ranges: {
        ...RANGES,
        ranges_i: [[0, 1]],
        slices_i: [1],
        redranges_j: [[1, 4]],
      },
    });
  assertEquals(at.item(), 2);
});

// Sizes at which KeOps changes its scheme, and fails.

for (const d of [99, 100, 102, 120, 133, 146, 147, 990, 8192]) {
  Deno.test(`the nearest points in dimension ${d}`, () => {
    const [x, y] = [cloud(2, d), cloud(5, d)];
    const all = densePairs((p, q) => [sqdist(p, q)], [
      { shape: [2, 1, d], data: x.dataSync() },
      { shape: [1, 5, d], data: y.dataSync() },
    ]);
    const at = Vi(x).sqdist(Vj(y)).argKmin(3, "j");
    assertEquals(
      [...at.dataSync()],
      reducePairs(all, "ArgKMin", "j", { k: 3 })[0],
    );
  });
}

Deno.test("gradients in high dimension", () => {
  const shapes = [cloud(2, 300), cloud(3, 300), cloud(3, 150)];
  checkDerivatives(
    (x, y, b) => Vi(x).sqdist(Vj(y)).mul(-0.01).exp().matmul(b),
    shapes,
    random,
    "dimension 300",
    1e-5,
  );
});

Deno.test("half precision with gradients and ranges", () => {
  const half = (t: Tensor) => t.to("float16").requiresGrad();
  const [x, y] = [half(cloud(5, 2)), half(cloud(4, 2))];
  const sum = Vi(x).sqdist(Vj(y)).withRanges(RANGES).sum("j");
  assertEquals(sum.dtype, "float16");
  const full = Vi(x.detach().to("float64")).sqdist(
    Vj(y.detach().to("float64")),
  ).withRanges(RANGES).sum("j");
  assertAllClose(sum.dataSync(), full.dataSync(), 1e-3);
  const [g] = grad(sum.sum(), [x]);
  assertEquals(g.dtype, "float16");
});

// What was promised and is there.

Deno.test("dense arrays, rows and diagonals without a product with Id", () => {
  const [x, y] = [cloud(4, 2), cloud(4, 2)];
  const k = Vi(x).sqdist(Vj(y));
  assertEquals(k.dense().shape, [4, 4, 1]);
  assertEquals(k.rows([1]).dense().shape, [1, 4, 1]);
  const dense = k.dense().dataSync();
  assertAllClose(k.diag().dataSync(), [0, 5, 10, 15].map((at) => dense[at]));
});

Deno.test("an error in a formula names the way to it", () => {
  const error = assertThrows(
    () =>
      genred("SqDist(x,y)*Exp(x+Concat(y,y))", XYB.slice(0, 2), { axis: 1 }),
    ShapeError,
  );
  assert(error.message.includes("Exp > + at position 17"), error.message);
});
