/**
 * Some of the points of a LazyTensor.
 *
 * @module
 */

import { checkPlaces } from "../launch/limits.ts";
import { ArgumentError, ShapeError } from "../errors.ts";
import {
  Category,
  type Formula,
  rewrite,
  topological,
} from "../formula/formula.ts";
import { variable } from "../ops/core.ts";
import { memoryOf } from "../tensor/base.ts";
import { Tensor } from "../tensor/tensor.ts";
import { freshVariable, indexOf, type Operand, variableOf } from "./operand.ts";
import { LazyState } from "./state.ts";

/** Positions of points: integers, or an int32 tensor `[K]`. */
export type Indices = readonly number[] | Int32Array | Tensor;

/** The positions as integers within `0 ... size - 1`. */
function checkedIndices(indices: Indices, size: number): Int32Array {
  const given = indices instanceof Tensor
    ? Array.from(memoryOf(indices).data)
    : Array.from(indices);
  if (indices instanceof Tensor && indices.shape.length !== 1) {
    throw new ShapeError(
      `Cannot use indices of shape [${indices.shape}]: [K] is wanted`,
    );
  }
  for (const k of given) {
    if (Number.isInteger(k) && 0 <= k && k < size) continue;
    throw new ArgumentError(
      `Cannot take point ${k} of ${size}: an integer from 0 to ${
        size - 1
      } is wanted`,
    );
  }
  return Int32Array.from(given);
}

/** A formula on some of its points, in the given order. */
export function selectPoints(
  state: LazyState,
  axis: number,
  indices: Indices,
): LazyState {
  const rows = axis === 1;
  const size = (rows ? state.m : state.n) ?? 1;
  const chosen = checkedIndices(indices, size);
  const operands = new Map(state.operands);
  const replaced = new Map<Formula, Formula>();
  for (const node of topological(state.formula)) {
    if (node.op !== variable || (node.axes & axis) === 0) continue;
    const operand = state.operands.get(indexOf(node));
    if (operand === undefined) {
      throw new ArgumentError(
        "Cannot take some points of a placeholder: bind() the data first",
      );
    }
    const category = node.params[2] as Category;
    const inner = category === Category.PAIR && rows ? state.n ?? 1 : 1;
    const [outer, entry] = category === Category.PAIR && !rows
      ? [state.m ?? 1, operand.dim]
      : [1, inner * operand.dim];
    const data = takePoints(operand, outer, size, entry, chosen);
    const fresh = data instanceof Tensor
      ? variableOf(data, operand.dim, category)
      : freshVariable(operand.dim, category);
    operands.delete(indexOf(node));
    operands.set(indexOf(fresh), { ...operand, data });
    replaced.set(node, fresh);
  }
  return new LazyState({
    ...state,
    formula: rewrite(state.formula, (node) => replaced.get(node)),
    operands,
    ...(rows ? { m: chosen.length } : { n: chosen.length }),
    settings: withoutRanges(state),
  });
}

function withoutRanges(state: LazyState): LazyState["settings"] {
  if (state.settings.ranges === undefined) return state.settings;
  throw new ArgumentError(
    "Cannot take some points of a LazyTensor with ranges: set the ranges on the result",
  );
}

/**
 * The entries of some points of an operand `[...batch, outer, size, entry]`;
 * gradients go back to where they came from.
 */
function takePoints(
  { data, batch }: Operand,
  outer: number,
  size: number,
  entry: number,
  chosen: Int32Array,
): Tensor | Float64Array {
  const blocks = batch.reduce((p, d) => p * d, outer);
  checkPlaces("take some", blocks * size);
  const flat = new Int32Array(blocks * chosen.length);
  for (let block = 0; block < blocks; block++) {
    for (let k = 0; k < chosen.length; k++) {
      flat[block * chosen.length + k] = block * size + chosen[k];
    }
  }
  if (data instanceof Tensor) {
    return data.reshape([blocks * size, entry]).gather(flat);
  }
  const taken = new Float64Array(flat.length * entry);
  flat.forEach((from, to) => {
    taken.set(data.subarray(from * entry, (from + 1) * entry), to * entry);
  });
  return taken;
}
