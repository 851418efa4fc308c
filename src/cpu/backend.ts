/**
 * Runs programs as generated JavaScript, on one thread.
 *
 * Nothing takes this way where there are WebAssembly vectors, unless it asks
 * for `"js"`. It stays for engines without them, and as a second reading of
 * programs, in float64, that shares no line with the first: tests hold one
 * against the other.
 *
 * @module
 */

import {
  type Backend,
  batches,
  countColumns,
  type HostLaunch,
  type Intervals,
  type Kernel,
  MOST_INDEX,
  onHost,
  type OperandData,
  resultsOf,
} from "../launch/launch.ts";
import type { Program } from "../program/ir.ts";
import type { TypedArray } from "../dtypes.ts";
import { renderJavaScript } from "./javascript.ts";

/** Offset and strides of all operands. */
type Strides = Int32Array | Float64Array;

/** What the generated source defines. */
interface Functions {
  columns(
    data: readonly TypedArray[],
    strides: Strides,
    n: number,
  ): void;
  rows(
    data: readonly TypedArray[],
    strides: Strides,
    outputs: readonly TypedArray[],
    first: number,
    begin: number,
    end: number,
    intervals: Intervals,
    count: number,
    n: number,
  ): void;
}

/** Runs programs as generated JavaScript. */
export const javascriptBackend: Backend = {
  name: "js",
  prepare(program: Program, title: string): Kernel {
    const variants = new Map<string, Functions>();
    const unitOf = (operands?: readonly OperandData[]) =>
      program.operands.map((o, k) =>
        o.temporary || operands === undefined ||
        operands[k].component === 1 || o.dim === 1
      );
    return {
      source: renderJavaScript(program, title, unitOf()),
      run(launch) {
        const unit = unitOf(launch.operands);
        const key = unit.join();
        const known = variants.get(key);
        const functions = known ??
          compile(renderJavaScript(program, title, unit));
        if (known === undefined) variants.set(key, functions);
        const host = onHost(launch);
        run(program, functions, host);
        return resultsOf(host);
      },
    };
  },
};

/** The source holds nothing but what the renderer wrote from the program. */
function compile(source: string): Functions {
  return new Function(source)() as Functions;
}

function run(
  program: Program,
  functions: Functions,
  launch: HostLaunch,
): void {
  const { operands, outputs, rows, columns } = launch;
  const temporaries = program.operands.slice(operands.length);
  const data = [
    ...operands.map((o) => o.data),
    ...temporaries.map((t) => new Float64Array(t.dim * columns)),
  ];
  // Indices that are integers of 32 bits are computed faster.
  const most = Math.max(
    ...operands.map(({ data, offset }) => Math.max(data.length, -offset)),
  );
  const Strides = most > MOST_INDEX ? Float64Array : Int32Array;
  const strides = new Strides(4 * program.operands.length);
  operands.forEach((o, k) =>
    strides.set([0, o.row, o.column, o.component], 4 * k)
  );
  temporaries.forEach((t, k) =>
    strides.set([0, 0, t.dim, 1], 4 * (operands.length + k))
  );
  for (const { index, offsets, blocks } of batches(launch)) {
    offsets.forEach((offset, k) => strides[4 * k] = offset);
    if (temporaries.length > 0) functions.columns(data, strides, columns);
    for (const { begin, end, intervals } of blocks) {
      const count = countColumns(intervals);
      functions.rows(
        data,
        strides,
        outputs,
        index * rows,
        begin,
        end,
        intervals,
        count,
        columns,
      );
    }
  }
}
