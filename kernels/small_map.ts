/**
 * Maps of few entries: one kernel for all of them, that reads what to compute
 * from its argument, so that one compilation serves every formula of scalars.
 *
 * @module
 */

import { preludeFor } from "./prelude.ts";
import { cuda } from "./template.ts";

/** The threads of a block. */
export const SMALL_MAP_THREADS = 256;

/** The most of each that a map may have. */
export const MOST = {
  axes: 4,
  operands: 6,
  outputs: 4,
  /** Operands, literals and steps together. */
  values: 24,
};

/** The name of a field of the argument. */
export type SmallMapField =
  | "count"
  | "operands"
  | "literals"
  | "steps"
  | "outputs"
  | "size"
  | "operand"
  | "type"
  | "stride"
  | "literal"
  | "step"
  | "result"
  | "out";

/** A field of the argument: some words of 8 bytes. */
interface Field {
  readonly name: SmallMapField;
  readonly words: number;
  readonly type?: string;
  readonly comment?: string;
}

/** The fields of the argument, in their order. */
export const SMALL_MAP_FIELDS: readonly Field[] = [
  { name: "count", words: 1, comment: "of entries" },
  { name: "operands", words: 1, comment: "how many there are" },
  { name: "literals", words: 1 },
  { name: "steps", words: 1 },
  { name: "outputs", words: 1 },
  { name: "size", words: MOST.axes, comment: "of each axis" },
  { name: "operand", words: MOST.operands, type: "const void*" },
  {
    name: "type",
    words: MOST.operands,
    comment: "0: float, 1: double, 2: int",
  },
  { name: "stride", words: MOST.operands * MOST.axes },
  { name: "literal", words: MOST.values, comment: "as bits" },
  {
    name: "step",
    words: MOST.values,
    comment: "what to compute, and of which values",
  },
  {
    name: "result",
    words: MOST.outputs,
    comment: "which values are stored",
  },
  { name: "out", words: MOST.outputs, type: "float*" },
];

/** What one step may compute. */
export interface SmallMapCase {
  /** Its number in a step. */
  readonly code: number;
  /** Its word, for readers. */
  readonly name: string;
  /** The value, as a float, of the floats `a`, `b` and `c`. */
  readonly text: string;
}

/** The source of the kernel, which is called `small_map`. */
export function smallMapSource(
  title: string,
  cases: readonly SmallMapCase[],
): string {
  const struct = SMALL_MAP_FIELDS.map(
    ({ name, words, type = "long long", comment }) =>
      `  ${type} ${name}${words > 1 ? `[${words}]` : ""};${
        comment === undefined ? "" : `  // ${comment}`
      }`,
  );
  const kernel = cuda`
// Each thread computes one entry, step by step: its values are those of the
// operands, then literals, then what each step gave.
extern "C" __global__ void __launch_bounds__(${SMALL_MAP_THREADS})
small_map(const Arguments args) {
  __shared__ float value[${MOST.values}][${SMALL_MAP_THREADS}];
  const unsigned t = threadIdx.x;
  const unsigned point = blockIdx.x * ${SMALL_MAP_THREADS}u + t;
  if (point >= (unsigned) args.count) return;
  unsigned at[${MOST.axes}];
  unsigned rest = point;
  for (int d = ${MOST.axes} - 1; d >= 0; d--) {
    const unsigned size = (unsigned) args.size[d];
    at[d] = rest % size;
    rest /= size;
  }
  int n = 0;
  #pragma unroll 1
  for (int k = 0; k < (int) args.operands; k++) {
    long long from = 0;
    for (int d = 0; d < ${MOST.axes}; d++) {
      from += (long long) at[d] * args.stride[k * ${MOST.axes} + d];
    }
    const void* entries = args.operand[k];
    const int type = (int) args.type[k];
    value[n++][t] = type == 0 ? ((const float*) entries)[from]
      : type == 1 ? (float) ((const double*) entries)[from]
      : (float) ((const int*) entries)[from];
  }
  #pragma unroll 1
  for (int k = 0; k < (int) args.literals; k++) {
    value[n++][t] = __int_as_float((int) args.literal[k]);
  }
  #pragma unroll 1
  for (int s = 0; s < (int) args.steps; s++) {
    const unsigned step = (unsigned) args.step[s];
    const float a = value[step >> 8 & 255u][t];
    const float b = value[step >> 16 & 255u][t];
    const float c = value[step >> 24][t];
    float v = 0.0f;
    switch (step & 255u) {
      ${cases.map((c) => `case ${c.code}: v = ${c.text}; break;  // ${c.name}`)}
    }
    value[n++][t] = v;
  }
  #pragma unroll 1
  for (int k = 0; k < (int) args.outputs; k++) {
    args.out[k][point] = value[args.result[k]][t];
  }
}`;
  const prelude = preludeFor(kernel);
  return [
    `// ${title}`,
    ...(prelude === "" ? [] : [prelude]),
    ["struct Arguments {", ...struct, "};"].join("\n"),
    kernel,
  ].join("\n\n");
}
