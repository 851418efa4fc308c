/**
 * Programs from formula strings, for tests of generated source.
 *
 * @module
 */

import { javascriptBackend } from "../src/cpu/backend.ts";
import { digitsOf } from "../src/cuda/digits.ts";
import { digitsShape } from "../src/cuda/digits_shape.ts";
import { kindOf } from "../src/cuda/launch.ts";
import { renderCuda } from "../src/cuda/render.ts";
import { walkOf } from "../src/cuda/scheme.ts";
import type { Compute } from "../src/cuda/spelling.ts";
import type { Scheme, Variant } from "../src/cuda/variant.ts";
import { planOf, planOfMap } from "../src/engine/plan.ts";
import { Category, type Formula } from "../src/formula/formula.ts";
import { parseFormula } from "../src/language/parse.ts";
import { variable } from "../src/ops/core.ts";
import type { Program } from "../src/program/ir.ts";
import { reductionNamed, reductionSetup } from "../src/reductions/registry.ts";

/** A computation by its text. */
export interface Written {
  /** Part of the names of files. */
  readonly name: string;
  /** KeOps's words: formula, then weights if any. */
  readonly formulas: readonly string[];
  /** The name of a reduction; a map if left out. */
  readonly reduction?: string;
  /** For the k-min family. */
  readonly k?: number;
  /** A map has one result a pair. */
  readonly perPair?: boolean;
  /** The number of rows of a thread; tile by tile if left out. */
  readonly rows?: number;
  /** The dimension of x and y. */
  readonly dim: number;
  /** The dimension of b; 1 if left out. */
  readonly wide?: number;
}

/** One computation for each way of writing kernels. */
export const WRITTEN: readonly Written[] = [
  {
    name: "gauss",
    formulas: ["Exp(-SqDist(x,y)*p)*b"],
    reduction: "Sum",
    rows: 4,
    dim: 3,
  },
  {
    name: "gauss_long",
    formulas: ["Exp(-SqDist(x,Sin(y)))*b"],
    reduction: "Sum",
    rows: 1,
    dim: 100,
  },
  {
    name: "log_sum_exp",
    formulas: ["-SqDist(x,y)"],
    reduction: "LogSumExp",
    rows: 4,
    dim: 3,
  },
  {
    name: "nearest",
    formulas: ["SqDist(x,y)"],
    reduction: "KMin_ArgKMin",
    k: 3,
    rows: 4,
    dim: 3,
  },
  {
    name: "many_nearest",
    formulas: ["SqDist(x,y)"],
    reduction: "ArgKMin",
    k: 40,
    rows: 1,
    dim: 3,
  },
  {
    name: "gauss_tiles",
    formulas: ["Exp(-SqDist(x,Sin(y))*p)*b"],
    reduction: "Sum",
    dim: 200,
  },
  {
    name: "gauss_wide",
    formulas: ["Exp(-SqDist(x,y)*p)*b"],
    reduction: "Sum",
    dim: 3,
    wide: 100,
  },
  {
    name: "gradient_tiles",
    formulas: ["Grad(Exp(-SqDist(x,y)*p)*b,x,e)"],
    reduction: "Sum",
    dim: 200,
  },
  {
    name: "nearest_tiles",
    formulas: ["SqDist(x,y)"],
    reduction: "ArgKMin",
    k: 5,
    dim: 784,
  },
  { name: "rows", formulas: ["Sin(x)*p"], rows: 1, dim: 3 },
  {
    name: "pairs",
    formulas: ["Powf(SqDist(x,y),p)"],
    perPair: true,
    rows: 1,
    dim: 3,
  },
];

/** Those of them that are tested with indices of 64 bits, too. */
export const WIDE: readonly Written[] = WRITTEN.filter(({ name }) =>
  ["gauss", "nearest", "gauss_tiles", "gauss_wide", "rows", "pairs"]
    .includes(name)
);

/** A computation for matrix units. */
export interface WrittenDigits extends Written {
  /** The digits of coordinates; 3 if left out. */
  readonly pieces?: 2 | 3;
}

/** Computations for matrix units. */
export const DIGITS: readonly WrittenDigits[] = [
  {
    name: "gauss_digits",
    formulas: ["Exp(-SqDist(x,y)*p)*b"],
    reduction: "Sum",
    rows: 1,
    dim: 10,
  },
  {
    name: "dot_digits",
    formulas: ["(x|y)"],
    reduction: "LogSumExp",
    rows: 1,
    dim: 100,
  },
  {
    name: "fast_digits",
    formulas: ["Exp(-SqDist(x,y)*p)*b"],
    reduction: "Sum",
    pieces: 2,
    dim: 100,
  },
  {
    name: "wide_digits",
    formulas: ["Exp(-SqDist(x,y)*p)*b"],
    reduction: "Sum",
    dim: 20,
    wide: 100,
  },
  {
    name: "gradient_digits",
    formulas: ["Grad(Exp(-SqDist(x,y)*p)*b,x,e)"],
    reduction: "Sum",
    dim: 20,
  },
  {
    name: "short_gradient_digits",
    formulas: ["Grad(Exp(-SqDist(x,y)*p)*b,x,e)"],
    reduction: "Sum",
    dim: 16,
  },
];

/** Kernels with the variants that they are made for. */
export function digitsKernels(
  program: Program,
  { rows, pieces = 3 }: WrittenDigits,
  batch = 0,
): (readonly [scheme: Scheme, variant: Variant])[] {
  const variant = variantFor(program, "float", rows, batch);
  const found = digitsOf(program, variant);
  const { wide, statement } = found ?? {};
  const length = statement?.length ?? 0;
  const digits = digitsShape(program, wide, length, pieces);
  if (found === undefined || digits === undefined) throw new Error("No digits");
  return [
    ["verdict", { ...variant, digits }],
    ["rows", { ...variant, digits }],
    ["parts", { ...variant, digits }],
  ];
}

/** Its program. */
export function programOf(written: Written): Program {
  const { formulas, reduction, k, perPair, dim, wide = 1 } = written;
  const names = new Map<string, Formula>([
    ["x", variable(0, dim, Category.I)],
    ["y", variable(1, dim, Category.J)],
    ["b", variable(2, wide, Category.J)],
    ["p", variable(3, 1, Category.PARAMETER)],
    ["e", variable(4, wide, Category.I)],
  ]);
  const parsed = formulas.map((text) => parseFormula(text, names));
  if (reduction === undefined) {
    return planOfMap(parsed, perPair ?? false, javascriptBackend).program;
  }
  const found = reductionNamed(reduction);
  const dims = parsed.map((f) => f.dim);
  const setup = reductionSetup(found, dims, k === undefined ? {} : { k });
  const request = { reduction: found, formulas: parsed, setup };
  return planOf([request], "j", javascriptBackend).program;
}

/** Contiguous data of one dtype; tile by tile where no rows are given. */
export function variantFor(
  program: Program,
  compute: Compute,
  rows: number | undefined,
  batch = 0,
): Variant {
  const dtype = compute === "float" ? "float32" : "float64";
  return {
    compute,
    storage: program.operands.map(() => dtype),
    outputs: program.outputs.map(({ type }) =>
      type === "int" ? "int32" : dtype
    ),
    unit: program.operands.map(() => true),
    batch,
    ...walkOf(program, compute, rows === undefined ? {} : { rows }),
  };
}

/** Types of entries that are converted as they are loaded and stored. */
export const HALVES = ["float16", "bfloat16"] as const;

/** The first computation on entries of 16 bits. */
export function halvesSource(dtype: (typeof HALVES)[number]): string {
  const [written] = WRITTEN;
  const program = programOf(written);
  const variant = {
    ...variantFor(program, "float", written.rows),
    storage: program.operands.map(() => dtype),
    outputs: [dtype],
  };
  return renderCuda(program, variant, "rows", titleOf(written));
}

/** The kernels that a program may need. */
export function schemesOf(program: Program): Scheme[] {
  const kind = kindOf(program);
  return [
    ...(program.operands.some((o) => o.temporary) ? ["columns" as const] : []),
    ...(kind === "reduction" ? ["rows", "parts", "merge"] as const : [kind]),
  ];
}

/** What the header comment of a source says. */
export function titleOf({ formulas, reduction }: Written): string {
  return reduction === undefined
    ? formulas.join("; ")
    : `${reduction}_j(${formulas.join("; ")})`;
}
