/**
 * Which dimension of a tensor product goes where.
 *
 * @module
 */

import { ShapeError } from "../errors.ts";
import type { Formula, Param } from "../formula/formula.ts";
import type { Axis } from "./contraction.ts";

/** Two tensors, the pairs of dimensions that are summed, and the result's. */
export interface TensorSpec {
  /** The dimensions of the first tensor. */
  readonly dimf: readonly number[];
  /** The dimensions of the second tensor. */
  readonly dimg: readonly number[];
  /** The summed dimensions of the first tensor. */
  readonly contf: readonly number[];
  /** Their partners in the second tensor. */
  readonly contg: readonly number[];
  /** The dimensions of the first tensor that are left. */
  readonly keptf: readonly number[];
  /** The dimensions of the second tensor that are left. */
  readonly keptg: readonly number[];
  /** The place in the result of each of those, first tensor first. */
  readonly permute: readonly number[];
}

/** Reads and checks the static arguments of a tensor product. */
export function kept(
  f: Formula,
  g: Formula,
  params: readonly Param[],
): TensorSpec {
  const [dimf, dimg, contf, contg, order] = params as (readonly number[])[];
  checkTensor("f", f, dimf);
  checkTensor("g", g, dimg);
  checkSummed("contf", contf, dimf);
  checkSummed("contg", contg, dimg);
  const sums = contf.map((k) => dimf[k]);
  const partners = contg.map((k) => dimg[k]);
  if (sums.join() !== partners.join()) {
    throw refused(
      `contf [${contf}] are dimensions [${sums}] and contg [${contg}] are [${partners}]: they must be equal`,
    );
  }
  const keptf = [...dimf.keys()].filter((k) => !contf.includes(k));
  const keptg = [...dimg.keys()].filter((k) => !contg.includes(k));
  const places = [...Array(keptf.length + keptg.length).keys()];
  const permute = order.length === 0 ? places : order;
  if ([...permute].sort((a, b) => a - b).join() !== places.join()) {
    throw refused(
      `permute is [${permute}]: a permutation of [${places}] is wanted`,
    );
  }
  return { dimf, dimg, contf, contg, keptf, keptg, permute };
}

function refused(reason: string): ShapeError {
  return new ShapeError(`Cannot apply "TensorDot": ${reason}`);
}

function checkTensor(name: string, f: Formula, dims: readonly number[]): void {
  const entries = dims.reduce((n, d) => n * d, 1);
  if (dims.every((d) => d > 0) && entries === f.dim) return;
  throw refused(
    `dim${name} is [${dims}] and ${name} has dimension ${f.dim}: positive dimensions with this product are wanted`,
  );
}

function checkSummed(
  name: string,
  axes: readonly number[],
  dims: readonly number[],
): void {
  const good = axes.every((k) => k >= 0 && k < dims.length) &&
    new Set(axes).size === axes.length;
  if (good) return;
  throw refused(
    `${name} is [${axes}]: distinct positions in [${dims}], counted from 0, are wanted`,
  );
}

/** The dimensions of the result. */
export function outputDims(spec: TensorSpec): number[] {
  const { dimf, dimg, keptf, keptg, permute } = spec;
  const sizes = [...keptf.map((k) => dimf[k]), ...keptg.map((k) => dimg[k])];
  return placed(sizes, permute);
}

/** The list whose entry `order[k]` is `values[k]`. */
function placed<T>(values: readonly T[], order: readonly number[]): T[] {
  const result: T[] = [];
  values.forEach((v, k) => result[order[k]] = v);
  return result;
}

/** Entries from one value of each index to the next. */
function strides(dims: readonly number[]): number[] {
  let step = 1;
  return dims.toReversed().map((d) => (step *= d) / d).reverse();
}

/** The indices of the result, and those that are summed. */
export function indices(spec: TensorSpec): { outer: Axis[]; inner: Axis[] } {
  const { dimf, dimg, contf, contg, keptf, keptg, permute } = spec;
  const [stepf, stepg] = [strides(dimf), strides(dimg)];
  const axes = [
    ...keptf.map((k) => ({ size: dimf[k], first: stepf[k], second: 0 })),
    ...keptg.map((k) => ({ size: dimg[k], first: 0, second: stepg[k] })),
  ];
  const inner = contf.map((k, m) => ({
    size: dimf[k],
    first: stepf[k],
    second: stepg[contg[m]],
  }));
  return { outer: placed(axes, permute), inner };
}

/** Static arguments of the product of the cotangent and `g`, for `f`. */
export function adjointOfFirst(spec: TensorSpec): Param[] {
  const { dimg, contf, contg, keptf, keptg, permute } = spec;
  const placesOfF = permute.slice(0, keptf.length);
  const placesOfG = permute.slice(keptf.length);
  const order = [
    ...ascending(placesOfF).map((k) => keptf[k]),
    ...ascending(contg).map((m) => contf[m]),
  ];
  return [outputDims(spec), dimg, placesOfG, keptg, order];
}

/** Static arguments of the product of `f` and the cotangent, for `g`. */
export function adjointOfSecond(spec: TensorSpec): Param[] {
  const { dimf, contf, contg, keptf, keptg, permute } = spec;
  const placesOfF = permute.slice(0, keptf.length);
  const placesOfG = permute.slice(keptf.length);
  const order = [
    ...ascending(contf).map((m) => contg[m]),
    ...ascending(placesOfG).map((k) => keptg[k]),
  ];
  return [dimf, outputDims(spec), keptf, placesOfF, order];
}

/** Positions of the entries from the least to the largest. */
function ascending(values: readonly number[]): number[] {
  return [...values.keys()].sort((a, b) => values[a] - values[b]);
}
