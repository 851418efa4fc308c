/**
 * More cases of the kinds of `genred.json`, with results by definition: every
 * op with its derivatives, every reduction, ranges, batches, sizes.
 *
 * @module
 */

import { assertAllClose } from "../assert.ts";
import { read, valueOf } from "../oracle_formula.ts";
import { checkCase, type Tolerance } from "./compare.ts";
import { type Drawn, withDrawnData, withResults } from "./generate.ts";

const EXACT: Tolerance = { float64: 1e-9, float32: 0 };
const BOTH: Tolerance = { float64: 1e-9, float32: 1e-5 };

function check(c: Drawn, tolerance: Tolerance = EXACT): void {
  checkCase(withResults(withDrawnData(c)), tolerance);
}

function name(c: Drawn): string {
  const { formula, reduction = "Sum", axis = 1, optArg = "" } = c;
  return `${reduction}${optArg} over ${"ij"[axis]}: ${formula}`;
}

function testAll(cases: readonly Drawn[], tolerance?: Tolerance): void {
  for (const c of cases) Deno.test(name(c), () => check(c, tolerance));
}

/** A formula of dimension `dim`, and its derivatives to the third order. */
function withDerivatives(
  formula: string,
  aliases: readonly string[],
  dim: number,
  orders = 3,
): Drawn[] {
  const [x, y] = aliases.map((a) => {
    const [name, kind, size] = a.split(/[=()]/);
    return { name, size, axis: (kind === "Vj" ? 0 : 1) as 0 | 1 };
  });
  type Variable = typeof x;
  const withE = [...aliases, `e=Vi(${dim})`];
  const first = (v: Variable) => `Grad(${formula},${v.name},e)`;
  const second = (v: Variable, w: Variable) => `Grad(${first(v)},${w.name},h)`;
  const orderOne = [x, y].map((v) => ({
    formula: first(v),
    aliases: withE,
    axis: v.axis,
  }));
  const orderTwo = [[x, x], [x, y], [y, y]].map(([v, w]) => ({
    formula: second(v, w),
    aliases: [...withE, `h=Vj(${v.size})`],
    axis: w.axis,
    sizes: [5, 4] as const,
  }));
  const orderThree = {
    formula: `Grad(${second(x, y)},${x.name},l)`,
    aliases: [...withE, `h=Vi(${x.size})`, `l=Vi(${y.size})`],
    axis: x.axis,
    sizes: [5, 4] as const,
  };
  return [
    { formula, aliases },
    ...(orders >= 1 ? orderOne : []),
    ...(orders >= 2 ? orderTwo : []),
    ...(orders >= 3 ? [orderThree] : []),
  ];
}

const XYB = ["x=Vi(3)", "y=Vj(3)", "b=Vj(1)"];

const UNARY: Readonly<Record<string, readonly string[]>> = {
  "x-y": [
    "Exp",
    "Sin",
    "Cos",
    "SinXDivX",
    "Atan",
    "Minus",
    "Square",
    "Tan",
    "Tanh",
    "Sinh",
    "Cosh",
    "Expm1",
    "Abs",
    "ReLU",
    "Sign",
    "Step",
    "Floor",
  ],
  "x+y": ["Inv", "Log", "Sqrt", "Rsqrt", "XLogX", "Log1p"],
  "x*y": ["Asin", "Acos"],
};

for (const [argument, ops] of Object.entries(UNARY)) {
  for (const op of ops) {
    testAll(withDerivatives(`${op}(${argument})*b`, XYB, 3));
  }
}

for (const m of [0, 1, 2, 3, 4, 5, -1, -2, -3]) {
  testAll(withDerivatives(`Pow(x+y,${m})*b`, XYB, 3, 2));
}

// Several operands, scalars among them.
testAll([
  ...withDerivatives("Powf(x+y,x)*b", XYB, 3),
  ...withDerivatives("Powf(s,y)*b", ["s=Vi(1)", "y=Vj(3)", "b=Vj(1)"], 3),
  ...withDerivatives("Powf(y,s)", ["y=Vj(3)", "s=Vi(1)"], 3),
  ...withDerivatives("Atan2(x,y)*b", XYB, 3),
  ...withDerivatives("Atan2(s,y)", ["s=Vi(1)", "y=Vj(3)"], 3),
  ...withDerivatives("x/y*b", XYB, 3),
  ...withDerivatives("s/y", ["s=Vi(1)", "y=Vj(3)"], 3),
  ...withDerivatives("(s-y)*(y+s)", ["s=Vi(1)", "y=Vj(3)"], 3),
  ...withDerivatives("IfElse(x-y,x*b,y*y)", XYB, 3, 2),
  ...withDerivatives("IfElse(s-y,s*y,y)", ["s=Vi(1)", "y=Vj(3)"], 3, 2),
  ...withDerivatives("Clamp(x*y,b,x)", XYB, 3, 2),
  ...withDerivatives("ClampInt(x*y*y,0,1)*b", XYB, 3, 2),
  ...withDerivatives("Mod(x*x,y,b)", XYB, 3, 2),
  ...withDerivatives("Round(x*y,1)*x*b", XYB, 3, 2),
  ...withDerivatives(
    "Equal(x,x)*y+LessThan(x,y)*x+LessOrEqual(y,x)*b+NotEqual(x,y)*x*y",
    XYB,
    3,
    2,
  ),
  ...withDerivatives("IntCst(3)*x*x-RatCst(1,3)*y+IntInv(7)*b*x", XYB, 3, 2),
  ...withDerivatives("DiffClampInt(x*y,0,1)*x*b", XYB, 3, 2),
  ...withDerivatives("(x<y)*x+(x>=y)*(y|x)", XYB, 3, 2),
  ...withDerivatives("-x**2*y**3+x**2", XYB, 3),
]);

// Vectors.
const S1 = [...XYB, "s=Pm(1)"];
const S3 = [...XYB, "s=Vj(3)"];
const S9 = [...XYB, "s=Vj(9)"];
testAll([
  ...withDerivatives("(x|y)*b", XYB, 1),
  ...withDerivatives("(x|Square(y))*Sum(x)*SumT(b,4)", XYB, 4),
  ...withDerivatives("SqNorm2(x*x-y)*b", XYB, 1),
  ...withDerivatives("Norm2(x-y)*b", XYB, 1),
  ...withDerivatives("Normalize(x-y)*b", XYB, 3),
  ...withDerivatives("SqDist(x*x,y)*b", XYB, 1),
  ...withDerivatives("WeightedSqNorm(s,x-y)*b", S1, 1),
  ...withDerivatives("WeightedSqNorm(s,x-y)*b", S3, 1),
  ...withDerivatives("WeightedSqNorm(s,x-y)*b", S9, 1),
  ...withDerivatives("WeightedSqDist(s,x*x,y)*b", S3, 1),
  ...withDerivatives("WeightedSqNorm(s,x)", ["s=Vj(9)", "x=Vi(3)"], 1),
  ...withDerivatives("Elem(x*y,1)*x", XYB, 3),
  ...withDerivatives("ElemT(b*Sum(x*x*y),5,2)", XYB, 5),
  ...withDerivatives("Extract(x*y,1,2)*(x|y)", XYB, 2),
  ...withDerivatives("ExtractT(x*x*y,2,6)", XYB, 6),
  ...withDerivatives("Concat(x*y,y*b*x)", XYB, 6),
  ...withDerivatives("OneHot(IntCst(2),5)*(x|y)*b", XYB, 5, 2),
  ...withDerivatives("Max(x*y)*b", XYB, 1, 2),
  ...withDerivatives("Min(x*y)*x", XYB, 3, 2),
  ...withDerivatives("(ArgMax(x*y)+ArgMin(x-y))*x*b", XYB, 3, 1),
  ...withDerivatives(
    "SoftDTW_SqDist(x,y,g)",
    ["x=Vi(4)", "y=Vj(3)", "g=Pm(1)"],
    1,
    1,
  ),
]);

// B-splines, inside of knots at 0, 1/7, 2/7 ...
const KNOTS = Array.from(
  { length: 7 },
  (_, p) => `ElemT(RatCst(${p},7),7,${p})`,
)
  .join("+");
const XY1 = ["x=Vi(1)", "y=Vj(1)"];
testAll(
  [0, 1, 2, 3].flatMap((k) =>
    withDerivatives(
      `BSpline(${KNOTS},x*y,${k})*(x+y)`,
      XY1,
      6 - k,
      Math.min(k, 1),
    )
  ),
);

// Matrices and tensors.
const M6 = ["m=Vj(6)", "x=Vi(3)", "y=Vj(3)"];
const AC = (a: number, c: number) => [`a=Vi(${a})`, `c=Vj(${c})`];
testAll([
  ...withDerivatives("MatVecMult(m,x-y)*(x|y)", M6, 2),
  ...withDerivatives("VecMatMult(x-y,m)*(x|y)", M6, 2),
  ...withDerivatives("TensorProd(x,y*y)*b", XYB, 9),
  ...withDerivatives("TensorDot(a,c,[2,3],[3,2],[1],[0])", AC(6, 6), 4),
  ...withDerivatives("TensorDot(a,c,[2,3],[3,2],[0,1],[1,0])", AC(6, 6), 1),
  ...withDerivatives("TensorDot(a,c,[2,2,2],[2,2],[0,1],[0,1])", AC(8, 4), 2),
  ...withDerivatives("TensorDot(a,c,[2,3],[2,4],[0],[0],[1,0])", AC(6, 8), 12),
  ...withDerivatives(
    "TensorDot(a,c,[2,3,4],[4,2],[2],[0],[2,0,1])",
    AC(24, 8),
    12,
    2,
  ),
  ...withDerivatives(
    "TensorDot(a,c,[2,3,2],[2,3,2],[0,2],[2,0],[1,0])",
    AC(12, 12),
    9,
    2,
  ),
  ...withDerivatives("TensorDot(a,c,[3],[4],[],[],[1,0])", AC(3, 4), 12),
  ...withDerivatives("Kron(a,c,[2,2],[1,3])", AC(4, 3), 12),
  ...withDerivatives("Kron(a,c,[2],[3])", AC(2, 3), 6),
  ...withDerivatives("Kron(a,c,[2,1,2],[2,3,1])", AC(4, 6), 24, 2),
]);

// Symbolic calculus beyond gradients.
const U = [...XYB, "u=Vi(3)"];
testAll([
  { formula: "GradMatrix(x*(x|y),x)*b", aliases: XYB },
  { formula: "GradMatrix(Exp(-x*y),y)*b", aliases: XYB },
  { formula: "Diff(Exp(-SqDist(x,y))*x,x,u)", aliases: U },
  { formula: "Diff(MatVecMult(TensorProd(x,y),x*y),x,u)", aliases: U },
  { formula: "Diff(TensorDot(x,y,[3],[3],[],[]),y,u)*b", aliases: U },
  { formula: "Diff(Normalize(x)*Log(x+y),x,u)", aliases: U },
  { formula: "Divergence(x*SqDist(x,y),x)*b", aliases: XYB },
  { formula: "Divergence(MatVecMult(TensorProd(x,y),x),x)", aliases: XYB },
  { formula: "Divergence(y*b,x)", aliases: XYB },
  { formula: "Laplacian(Exp(-SqDist(x,y)),x)*b", aliases: XYB },
  { formula: "Laplacian(Norm2(x-y)*(x|y),y)*b", aliases: XYB },
  { formula: "Laplacian((x|y),x)", aliases: XYB },
  {
    formula: "Grad(Laplacian(Exp(-SqDist(x,y)),x)*b,x,e)",
    aliases: [...XYB, "e=Vi(1)"],
  },
  {
    formula: "Grad(Divergence(x*SqDist(x,y),x)*b,y,e)",
    aliases: [...XYB, "e=Vi(1)"],
    axis: 0,
  },
  {
    formula: "Factorize(Exp(-SqDist(x,y))*b+SqDist(x,y),SqDist(x,y))",
    aliases: XYB,
  },
  { formula: "AutoFactorize(Exp(-SqDist(x,y))*SqDist(x,y)*b)", aliases: XYB },
]);

// Complex numbers, interleaved.
const ZW = ["z=Vi(4)", "w=Vj(4)"];
const complexCases: readonly (readonly [string, readonly string[], number])[] =
  [
    ["ComplexMult(z,w)", ZW, 4],
    ["ComplexAdd(z,ComplexMult(w,w))", ZW, 4],
    ["ComplexSubtract(ComplexMult(z,z),w)", ZW, 4],
    ["ComplexDivide(z,w)", ZW, 4],
    ["ComplexAbs(ComplexAdd(z,w))", ZW, 2],
    ["ComplexSquareAbs(ComplexSubtract(z,w))", ZW, 2],
    ["ComplexAngle(ComplexMult(z,w))", ZW, 2],
    ["ComplexReal(ComplexMult(z,w))", ZW, 2],
    ["ComplexImag(ComplexMult(z,w))", ZW, 2],
    ["Conj(ComplexMult(z,w))", ZW, 4],
    ["ComplexSum(ComplexMult(z,w))", ZW, 2],
    ["ComplexExp(ComplexMult(z,w))", ZW, 4],
    ["ComplexExp1j(a*c)", ["a=Vi(3)", "c=Vj(3)"], 6],
    ["Real2Complex(a*c)", ["a=Vi(3)", "c=Vj(3)"], 6],
    ["Imag2Complex(a*c*c)", ["a=Vi(3)", "c=Vj(3)"], 6],
    ["ComplexMult(Real2Complex(a),w)", ["a=Vi(3)", "w=Vj(6)"], 6],
    ["ComplexAdd(Real2Complex(a),ComplexMult(w,w))", [
      "a=Vi(3)",
      "w=Vj(6)",
    ], 6],
    ["ComplexRealScal(a,ComplexMult(w,w))", ["a=Vi(1)", "w=Vj(6)"], 6],
    ["ComplexMult(z,w)", ["z=Vi(2)", "w=Vj(6)"], 6],
    ["ComplexAdd(z,w)", ["z=Vi(2)", "w=Vj(6)"], 6],
  ];
for (const [formula, aliases, dim] of complexCases) {
  testAll(withDerivatives(formula, aliases, dim, 2));
}

// Kernels, to the third order, at the float32 tolerance too.
const KERNEL = ["x=Vi(3)", "y=Vj(3)", "g=Pm(1)", "b=Vj(2)"];
const D2 = "g*SqDist(x,y)";
for (
  const k of [
    `Exp(-${D2})*b`,
    `Exp(-Sqrt(${D2}+IntCst(1)))*b`,
    `Exp(-Norm2(x-y)*g)*b`,
    `Inv(IntCst(1)+${D2})*b`,
    `Rsqrt(IntCst(1)+${D2})*b`,
    `Log(IntCst(1)+${D2})*b`,
    `Pow(IntCst(1)+(x|y),3)*b`,
    `(x|y)*Exp(-${D2})*b`,
    `Exp((x|y))*b`,
    `(Exp(-${D2})+Inv(IntCst(1)+${D2}))*b`,
  ]
) {
  testAll(withDerivatives(k, KERNEL, 2), BOTH);
}

// All reductions, on both axes.
const RED = ["x=Vi(3)", "y=Vj(3)", "c=Vj(2)", "d=Vi(2)"];
const VALUE = ["Sum", "Mean", "Product", "Min", "Max", "ArgMin", "ArgMax"];
const PAIRS = ["Min_ArgMin", "Max_ArgMax", "Any", "All", "Count"];
const K_BEST = [
  "KMin",
  "ArgKMin",
  "KMin_ArgKMin",
  "KMax",
  "ArgKMax",
  "KMax_ArgKMax",
];
const SCALAR = ["LogSumExp", "SoftMin", "Max_SumShiftExp"];
const WEIGHTED = ["LogSumExp", "SumSoftMaxWeight", "Max_SumShiftExpWeight"];
const AXES = [0, 1] as const;

function allReductions(more: Partial<Drawn> = {}): Drawn[] {
  return AXES.flatMap((axis) => {
    const own = { axis, aliases: RED, ...more };
    const vector = { formula: "(x|y)*c+d*Sum(x-y)", ...own };
    const scalar = { formula: "-SqDist(x,y)*IntCst(3)", ...own };
    return [
      ...[...VALUE, ...PAIRS].map((reduction) => ({ ...vector, reduction })),
      ...K_BEST.flatMap((reduction) => [
        { ...scalar, reduction, optArg: 4 },
        { ...vector, reduction, optArg: 3 },
        { ...scalar, reduction, optArg: 15 },
      ]),
      ...SCALAR.map((reduction) => ({ ...scalar, reduction })),
      ...WEIGHTED.map((reduction) => ({
        ...scalar,
        reduction,
        formula2: axis === 1 ? "Square(c)*d" : "c*Square(d)",
      })),
    ];
  });
}
testAll(allReductions(), BOTH);

// Exponents far from 0.
testAll(
  ["IntCst(2000)*(x|y)", "IntCst(-5000)*(x|y)", "IntCst(9000)*(x|y)"].flatMap(
    (formula) => [
      { formula, aliases: RED, reduction: "LogSumExp" },
      { formula, aliases: RED, reduction: "SumSoftMaxWeight", formula2: "c" },
      { formula, aliases: RED, reduction: "LogSumExp", axis: 0 },
    ],
  ),
);

// Ranges: overlapping intervals, rows without any, blocks out of order.
const RANGES = {
  ranges_i: [[4, 9], [0, 4], [11, 13]],
  slices_i: [2, 3, 3],
  redranges_j: [[6, 9], [0, 3], [2, 7]],
  ranges_j: [[0, 3], [7, 11]],
  slices_j: [1, 3],
  redranges_i: [[0, 5], [3, 6], [10, 13]],
};
for (const c of allReductions({ ranges: RANGES })) {
  Deno.test(`ranges, ${name(c)}`, () => check(c));
}
testAll(
  withDerivatives("Exp(-SqDist(x,y))*b", XYB, 1, 2)
    .map((c) => ({ ...c, ranges: RANGES, sizes: [13, 11] as const })),
);

// Batch dimensions: broadcast in every way.
const BATCHES = [
  [[2, 3], [2, 3], [2, 3], [2, 3]],
  [[2, 1], [1, 3], [3], []],
  [[], [2, 3], [1], [1, 1]],
  [[3], [], [2, 1], [2, 1]],
  [[1, 1], [], [], [4]],
  [[2, 1, 2], [3, 1], [2], [1]],
];
BATCHES.forEach((batches, k) => {
  for (const c of allReductions({ batches, sizes: [4, 3] })) {
    Deno.test(`batches ${k}, ${name(c)}`, () => check(c));
  }
});

// Sizes.
const SIZES = ["x=Vi(3)", "y=Vj(3)", "b=Vj(2)"];
for (
  const sizes of [
    [1, 1],
    [1, 50],
    [50, 1],
    [2, 1],
    [257, 3],
    [3, 257],
    [5, 1000],
    [64, 64],
    [0, 4],
    [4, 0],
    [0, 0],
  ] as const
) {
  for (const axis of AXES) {
    const where = `${sizes.join(" x ")} points over ${"ij"[axis]}`;
    Deno.test(`${where}: sums`, () => {
      const c = { formula: "Exp(-SqDist(x,y))*b", aliases: SIZES, axis };
      check({ ...c, sizes }, BOTH);
    });
    Deno.test(`${where}: least and log-sum-exp`, () => {
      const c = { formula: "SqDist(x,y)", aliases: SIZES, axis, sizes };
      check({ ...c, reduction: "Min_ArgMin" });
      check({ ...c, reduction: "LogSumExp" });
      check({ ...c, reduction: "KMin_ArgKMin", optArg: 3 });
    });
  }
}
for (const d of [1, 2, 16, 17, 64, 65, 127, 146, 300]) {
  Deno.test(`points of dimension ${d}`, () => {
    const aliases = [`x=Vi(${d})`, `y=Vj(${d})`, "b=Vj(2)", "e=Vi(2)"];
    const sizes = [5, 7] as const;
    const formula = `Exp(-SqDist(x,y)/IntCst(${d}))*b`;
    check({ formula, aliases, sizes }, BOTH);
    if (d > 65) return;
    check({ formula: `Grad(${formula},x,e)`, aliases, sizes }, BOTH);
  });
}
for (const d of [1, 2, 33, 97, 200]) {
  Deno.test(`signals of dimension ${d}`, () => {
    const aliases = ["x=Vi(3)", "y=Vj(3)", `b=Vj(${d})`, `e=Vi(${d})`];
    const sizes = [5, 9] as const;
    const formula = "Exp(-SqDist(x,y))*b";
    check({ formula, aliases, sizes }, BOTH);
    // The oracle follows each component of each vector.
    if (d > 33) return;
    check({ formula: `Grad(${formula},b,e)`, aliases, sizes, axis: 0 }, BOTH);
  });
}

// The spellings of the first papers and slides.
testAll([
  {
    formula: "Exp(-G*SqDist(X,Y)) * B",
    aliases: ["G = Pm(1)", "X = Vi(3)", "Y = Vj(3)", "B = Vj(2)"],
  },
  {
    formula: "Exp(-G*SqDist(X,Y)) * (IntCst(1) + Pow((U|V), 2))",
    aliases: ["G=Pm(1)", "X=Vx(3)", "Y=Vy(3)", "U=Vx(2)", "V=Vy(2)"],
  },
  {
    formula: "Square(p-a)*Exp(x+y)",
    aliases: ["p=Pm(1)", "a=Vj(1)", "x=Vi(3)", "y=Vj(3)"],
    axis: 0,
  },
  {
    formula: "Square(p-a)*Exp(x+y)",
    aliases: ["p=Pm(0,1)", "a=Vj(1,1)", "x=Vi(2,3)", "y=Vj(3,3)"],
  },
  {
    formula: "Pow((X|Y),2) * ((Elem(P,0) * X) + (Elem(P,1) * Y))",
    aliases: ["P = Pm(2)", "X = Vi(3)", "Y = Vj(3)"],
  },
  {
    formula:
      "Exp((Minus(Sum(Square((Var(0,3,0) - Var(1,3,1))))) / Var(2,1,2)))",
    aliases: ["Var(0,3,0)", "Var(1,3,1)", "Var(2,1,2)"],
    axis: 0,
  },
  {
    formula: "Exp(-SqDist(x, Var(1,3,1)))*b",
    aliases: ["x=Vi(0,3)", "Var(1,3,1)", "b=Vj(2,2)"],
  },
]);

Deno.test("the derivatives to compare with are those of differences", () => {
  const formulas = [
    "Exp(-SqDist(x,y))*x",
    "Normalize(x-y)*Log(x+y)",
    "Powf(x+y,x)",
    "Atan2(x,y)",
    "ComplexDivide(Concat(x,x),Concat(y,x))",
  ];
  const x = [0.3, 0.7, 0.55];
  const y = [0.6, 0.2, 0.45];
  for (const text of formulas) {
    const f = (v: number[]) =>
      valueOf(read(text), new Map([["x", v], ["y", y]]));
    const e = f(x).map((_, k) => Math.cos(k));
    const slope = valueOf(
      read(`Grad(${text},x,e)`),
      new Map([["x", x], ["y", y], ["e", e]]),
    );
    const h = 1e-5;
    const differences = x.map((_, k) => {
      const moved = (t: number) => f(x.map((v, l) => l === k ? v + t : v));
      const [up, down] = [moved(h), moved(-h)];
      return up.reduce((s, v, m) => s + e[m] * (v - down[m]) / (2 * h), 0);
    });
    assertAllClose(slope, differences, 1e-8, text);
  }
});
