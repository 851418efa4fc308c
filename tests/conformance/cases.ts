/**
 * The conformance data: inputs and outputs that someone else computed.
 *
 * @module
 */

import type { DType } from "../../src/dtypes.ts";
import { tensor } from "../../src/tensor/create.ts";
import type { Tensor } from "../../src/tensor/tensor.ts";
import { assertEquals } from "../assert.ts";
import type { Dense, DenseRanges, GenredCase } from "../oracle_genred.ts";

interface Stored {
  readonly shape: number[];
  readonly data: (number | string)[];
}

/** A case of `genred.json`; its fields are what `genred` takes. */
export interface GenredData extends GenredCase {
  readonly id: string;
  readonly group: string;
  readonly expected: readonly Dense[];
}

/** A case of `lazy.json`. */
export interface LazyData {
  readonly id: string;
  readonly program: string;
  readonly inputs: Readonly<Record<string, Dense>>;
  readonly expected: readonly Dense[];
}

const WORDS: Readonly<Record<string, number>> = {
  inf: Infinity,
  "-inf": -Infinity,
  nan: NaN,
};

/** Numbers that JSON cannot hold are words. */
function decoded({ shape, data }: Stored): Dense {
  const numbers = data.map((x) => typeof x === "string" ? WORDS[x] : x);
  return { shape, data: numbers };
}

function readCases<T>(name: string): T[] {
  const path = new URL(`./data/${name}.json`, import.meta.url);
  return JSON.parse(Deno.readTextFileSync(path)).cases;
}

/** The cases of `genred.json`. */
export function genredCases(): GenredData[] {
  type Raw = Omit<GenredData, "args" | "expected" | "ranges"> & {
    args: Stored[];
    expected: Stored[];
    ranges?: DenseRanges;
  };
  return readCases<Raw>("genred").map((c) => ({
    ...c,
    args: c.args.map(decoded),
    expected: c.expected.map(decoded),
  }));
}

/** The cases of `lazy.json`. */
export function lazyCases(): LazyData[] {
  type Raw = Omit<LazyData, "inputs" | "expected"> & {
    inputs: Record<string, Stored>;
    expected: Stored[];
  };
  return readCases<Raw>("lazy").map((c) => ({
    ...c,
    inputs: Object.fromEntries(
      Object.entries(c.inputs).map(([name, x]) => [name, decoded(x)]),
    ),
    expected: c.expected.map(decoded),
  }));
}

/** A stored array as a tensor. */
export function asTensor(
  { shape, data }: Dense,
  dtype: DType = "float64",
): Tensor {
  return tensor([...data], [...shape], { dtype });
}

/** One result or several, as a list. */
export function listed(results: Tensor | Tensor[]): Tensor[] {
  return Array.isArray(results) ? results : [results];
}

/** The shapes are those that are expected. */
export function assertShapes(
  actual: readonly Tensor[],
  expected: readonly Dense[],
): void {
  assertEquals(actual.map((t) => t.shape), expected.map((e) => [...e.shape]));
}
