/**
 * Generic reductions: options, arguments, the generic_* family.
 *
 * @module
 */

import {
  ArgumentError,
  genericArgkmin,
  genericArgmin,
  genericLogsumexp,
  genericSum,
  genred,
  type GenredOptions,
  ShapeError,
  type Tensor,
  tensor,
} from "../../mod.ts";
import {
  assert,
  assertAllClose,
  assertEquals,
  assertThrows,
} from "../assert.ts";
import { denseGenred, type GenredCase } from "../oracle_genred.ts";
import { generator, randomTensor } from "../tensors.ts";

const random = generator(9);
const cloud = (...shape: number[]) => randomTensor(random, shape);
const [x, y, b, g] = [cloud(5, 3), cloud(4, 3), cloud(4, 2), cloud(1)];
const ALIASES = ["g = Pm(1)", "x = Vi(3)", "y = Vj(3)", "b = Vj(2)"];
const GAUSSIAN = "Exp(-g * SqDist(x, y)) * b";

/** The results by definition. */
function expected(
  formula: string,
  aliases: readonly string[],
  args: readonly Tensor[],
  more: Partial<GenredCase> = {},
): number[][] {
  return denseGenred({
    formula,
    aliases,
    reduction: "Sum",
    axis: 1,
    args: args.map((t) => ({ shape: t.shape, data: [...t.dataSync()] })),
    ...more,
  });
}
const gaussian = expected(GAUSSIAN, ALIASES, [g, x, y, b])[0];

/** The only result. */
function one(results: Tensor | Tensor[]): Tensor {
  assert(!Array.isArray(results), "One tensor");
  return results;
}

Deno.test("options given as undefined or null are absent", () => {
  for (const absent of [undefined, null]) {
    const options: GenredOptions = {
      axis: 1,
      reduction: absent,
      optArg: absent,
      formula2: absent,
      ranges: absent,
      sumScheme: absent,
      dtypeAcc: absent,
      precision: absent,
      backend: absent,
    };
    const result = one(genred(GAUSSIAN, ALIASES, options)(g, x, y, b));
    assertAllClose(result.dataSync(), gaussian);
  }
});

Deno.test("options that are not known are ignored", () => {
  const options = { axis: 1 as const, id: "name", chunks: true, expected: [] };
  const result = one(genred(GAUSSIAN, ALIASES, options)(g, x, y, b));
  assertAllClose(result.dataSync(), gaussian);
});

Deno.test("the axis is required", () => {
  const options = {} as GenredOptions;
  assertThrows(() => genred(GAUSSIAN, ALIASES, options), ArgumentError, "axis");
  const none = undefined as unknown as GenredOptions;
  assertThrows(() => genred(GAUSSIAN, ALIASES, none), ArgumentError, "axis");
  for (const axis of [1, "j"] as const) {
    const result = one(genred(GAUSSIAN, ALIASES, { axis })(g, x, y, b));
    assertEquals(result.shape, [5, 2]);
  }
  for (const axis of [0, "i"] as const) {
    const result = one(genred(GAUSSIAN, ALIASES, { axis })(g, x, y, b));
    assertEquals(result.shape, [4, 2]);
  }
});

Deno.test("sum schemes and accumulators give the same sums", () => {
  for (const sumScheme of ["auto", "direct", "block", "kahan"] as const) {
    for (const dtypeAcc of ["auto", "float64"] as const) {
      const options = { axis: 1, sumScheme, dtypeAcc } as const;
      const result = one(genred(GAUSSIAN, ALIASES, options)(g, x, y, b));
      assertAllClose(result.dataSync(), gaussian, 1e-12);
    }
  }
});

Deno.test("several outputs are an array", () => {
  const options = { axis: 1, reduction: "Min_ArgMin" } as const;
  const aliases = ALIASES.slice(1, 3);
  const results = genred("SqDist(x,y)", aliases, options)(x, y);
  assert(Array.isArray(results), "Two tensors");
  const [least, at] = expected("SqDist(x,y)", aliases, [x, y], {
    reduction: "Min_ArgMin",
  });
  assertAllClose(results[0].dataSync(), least);
  assertEquals([...results[1].dataSync()], at);
  assertEquals(results[1].dtype, "int32");
});

Deno.test("aliases that are not used count for the number of points", () => {
  const aliases = ["x = Vi(3)", "y = Vj(3)", "z = Vi(1)", "w = Vj(1)"];
  const ones = one(
    genred("IntCst(1)", aliases, { axis: 1 })(x, y, cloud(5, 1), cloud(4, 1)),
  );
  assertEquals(ones.arraySync(), [[4], [4], [4], [4], [4]]);
  const sum = genred("Sum(x)", aliases, { axis: 0 });
  assertEquals(one(sum(x, y, cloud(5, 1), cloud(4, 1))).shape, [4, 1]);
  assertThrows(
    () => sum(x, y, cloud(6, 1), cloud(4, 1)),
    ShapeError,
    "5 and 6",
  );
});

Deno.test("explicit indices give the order of arguments", () => {
  const aliases = [
    "b = Vj(3, 2)",
    "x = Vi(1, 3)",
    "g = Pm(0, 1)",
    "y = Vj(2, 3)",
  ];
  const result = one(genred(GAUSSIAN, aliases, { axis: 1 })(g, x, y, b));
  assertAllClose(result.dataSync(), gaussian);
});

Deno.test("arguments may be plain arrays", () => {
  const plain = [g, x, y, b].map((t) => t.arraySync() as number[][]);
  const reduce = genred(GAUSSIAN, ALIASES, { axis: 1 });
  const single = one(reduce(...plain));
  assertEquals(single.dtype, "float32");
  assertAllClose(single.dataSync(), gaussian, 1e-6);
  const mixed = one(reduce(0.5, x, plain[2], plain[3]));
  assertEquals(mixed.dtype, "float64");
  const half = tensor([0.5], [1], { dtype: "float64" });
  assertAllClose(
    mixed.dataSync(),
    expected(GAUSSIAN, ALIASES, [half, x, y, b])[0],
  );
});

Deno.test("a reduction may be called with clouds of other sizes", () => {
  const reduce = genred(GAUSSIAN, ALIASES, { axis: 1 });
  for (const [m, n] of [[5, 4], [1, 1], [7, 9], [2, 0], [0, 3]]) {
    const args = [g, cloud(m, 3), cloud(n, 3), cloud(n, 2)];
    const result = one(reduce(...args));
    assertEquals(result.shape, [m, 2]);
    assertAllClose(result.dataSync(), expected(GAUSSIAN, ALIASES, args)[0]);
  }
});

Deno.test("generic_sum as its documentation has it", () => {
  const convolve = genericSum(
    "Exp(-G*SqDist(X,Y)) * B",
    "A = Vi(2)",
    "G = Pm(1)",
    "X = Vi(3)",
    "Y = Vj(3)",
    "B = Vj(2)",
  );
  const a = convolve(g, x, y, b);
  assertEquals(a.shape, [5, 2]);
  assertAllClose(a.dataSync(), gaussian);
  const other = genericSum(
    "Exp(-G*SqDist(X,Y)) * C",
    "A = Vj(2)",
    "G = Pm(1)",
    "X = Vi(3)",
    "Y = Vj(3)",
    "C = Vi(2)",
    { backend: "reference" },
  );
  assertEquals(other(g, x, y, cloud(5, 2)).shape, [4, 2]);
});

Deno.test("the generic_* family", () => {
  const xy = ["x = Vi(3)", "y = Vj(3)"] as const;
  const check = (t: Tensor, reduction: string, shape: number[], optArg = 1) => {
    const [values] = expected("SqDist(x,y)", xy, [x, y], { reduction, optArg });
    assertEquals(t.shape, shape);
    assertAllClose(t.dataSync(), values);
  };
  const formula = "SqDist(x, y)";
  check(
    genericLogsumexp(formula, "a = Vi(1)", ...xy)(x, y),
    "LogSumExp",
    [5, 1],
  );
  check(genericArgmin(formula, "a = Vi(1)", ...xy)(x, y), "ArgMin", [5, 1]);
  check(
    genericArgkmin(formula, "a = Vi(3)", ...xy)(x, y),
    "ArgKMin",
    [5, 3],
    3,
  );
});

Deno.test("the declared output must be that of the formula", () => {
  assertThrows(
    () => genericSum("x * y", "a = Vi(2)", "x = Vi(3)", "y = Vj(3)"),
    ShapeError,
    "dimension 3",
  );
  assertThrows(
    () => genericSum("x * y", "a = Pm(3)", "x = Vi(3)", "y = Vj(3)"),
    ArgumentError,
    "a = Pm(3)",
  );
});

Deno.test("formulas are checked before data are there", () => {
  assertThrows(
    () => genred("x + y", ["x = Vi(3)", "y = Vj(2)"], { axis: 1 }),
    ShapeError,
    "3 and 2",
  );
  assertThrows(
    () => genred("x", ["x=Vi(1)"], { axis: 1, reduction: "Summ" }),
    ArgumentError,
    'did you mean "Sum"',
  );
});
