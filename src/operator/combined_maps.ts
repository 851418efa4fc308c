/**
 * Linear maps made of other maps.
 *
 * @module
 */

import { allocateArray } from "../dtypes.ts";
import { besideMap } from "../solve/products.ts";
import { makeTensor, memoryOf } from "../tensor/base.ts";
import { concat } from "../tensor/join.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { dealt, type LinearMap, type MatrixEntries } from "./map.ts";

/** A number, or a tensor of one entry. */
export type Scale = number | Tensor;

const inputsOf = (scale: Scale) => typeof scale === "number" ? [] : [scale];
const numberOf = (scale: Scale) =>
  typeof scale === "number" ? scale : scale.item();
/** One entry that broadcasts with all shapes. */
const factor = (scale: Scale) =>
  typeof scale === "number" ? scale : scale.reshape([1, 1]);

/** A map times a number. */
export function scaledMap(map: LinearMap, scale: Scale): LinearMap {
  const { entries } = map;
  const by = factor(scale);
  return {
    ...map,
    name: `${map.name} times a number`,
    inputs: [...map.inputs, ...inputsOf(scale)],
    madeOf: (all) => {
      const own = all.slice(0, map.inputs.length);
      return scaledMap(map.madeOf(own), all[map.inputs.length] ?? scale);
    },
    multiply: (x) => map.multiply(x).mul(by),
    multiplyTransposed: (y) => map.multiplyTransposed(y).mul(by),
    pullBack: (u, x, needed) => {
      const parts = map.pullBack(u.mul(by), x, needed);
      if (typeof scale === "number") return parts;
      const wanted = needed[map.inputs.length];
      const own = wanted
        ? u.mul(map.multiply(x)).sum().reshape(scale.shape)
        : undefined;
      return [...parts, own];
    },
    entries: entries && {
      diagonal: () => entries.diagonal().mul(by),
      column: (k) => entries.column(k).mul(numberOf(scale)),
    },
    shift: undefined,
    within: map.within &&
      ((tolerance) => scaledMap(map.within?.(tolerance) ?? map, scale)),
  };
}

/** A map plus a number times the identity. */
export function shiftedMap(map: LinearMap, by: Scale): LinearMap {
  const { entries } = map;
  const amount = factor(by);
  return {
    ...map,
    name: `${map.name} plus a multiple of the identity`,
    inputs: [...map.inputs, ...inputsOf(by)],
    madeOf: (all) => {
      const own = all.slice(0, map.inputs.length);
      return shiftedMap(map.madeOf(own), all[map.inputs.length] ?? by);
    },
    multiply: (x) => map.multiply(x).add(x.mul(amount)),
    multiplyTransposed: (y) => map.multiplyTransposed(y).add(y.mul(amount)),
    pullBack: (u, x, needed) => {
      const parts = map.pullBack(u, x, needed);
      if (typeof by === "number") return parts;
      const wanted = needed[map.inputs.length];
      return [...parts, wanted ? u.mul(x).sum().reshape(by.shape) : undefined];
    },
    entries: entries && {
      diagonal: () => entries.diagonal().add(amount),
      column: (k) => {
        const { data } = memoryOf(entries.column(k));
        const column = Float64Array.from(data);
        column[k] += numberOf(by);
        return makeTensor(column, [map.rows, 1]);
      },
    },
    shift: {
      of: map.shift?.of ?? map,
      by: numberOf(by) + (map.shift?.by ?? 0),
    },
    within: map.within &&
      ((tolerance) => shiftedMap(map.within?.(tolerance) ?? map, by)),
  };
}

/** The sum of maps. */
export function sumMap(maps: readonly LinearMap[]): LinearMap {
  const [first, ...rest] = maps;
  const all = maps.map(({ entries }) => entries);
  return {
    name: "sum",
    rows: first.rows,
    columns: first.columns,
    dtype: first.dtype,
    batch: [],
    separable: true,
    inputs: maps.flatMap(({ inputs }) => inputs),
    madeOf: (inputs) => {
      const own = dealt(maps, inputs);
      return sumMap(maps.map((m, k) => m.madeOf(own[k])));
    },
    multiply: (x) =>
      rest.reduce((sum, m) => sum.add(m.multiply(x)), first.multiply(x)),
    multiplyTransposed: (y) =>
      rest.reduce(
        (sum, m) => sum.add(m.multiplyTransposed(y)),
        first.multiplyTransposed(y),
      ),
    pullBack: (u, x, needed) => {
      const own = dealt(maps, needed);
      return maps.flatMap((m, k) =>
        own[k].includes(true) ? m.pullBack(u, x, own[k]) : own[k].map(nothing)
      );
    },
    entries: all.every((e) => e !== undefined) ? sumOf(all) : undefined,
    ...toleranceOf(
      maps,
      (tolerance) => sumMap(maps.map((m) => m.within?.(tolerance) ?? m)),
    ),
  };
}

const nothing = () => undefined;

/** The largest tolerance of some maps, and how to change it. */
function toleranceOf(
  maps: readonly LinearMap[],
  within: (tolerance: number) => LinearMap,
): Pick<LinearMap, "tolerance" | "within"> {
  const given = maps.flatMap(({ tolerance }) => tolerance ?? []);
  return given.length === 0 ? {} : { tolerance: Math.max(...given), within };
}

function sumOf(all: readonly MatrixEntries[]): MatrixEntries {
  const [first, ...rest] = all;
  return {
    diagonal: () =>
      rest.reduce((sum, e) => sum.add(e.diagonal()), first.diagonal()),
    column: (k) => {
      const [column, ...others] = all.map((e) =>
        Float64Array.from(memoryOf(e.column(k)).data)
      );
      for (const other of others) other.forEach((x, i) => column[i] += x);
      return makeTensor(column, [column.length, 1]);
    },
  };
}

/** One map after another: the right one comes first. */
export function productMap(left: LinearMap, right: LinearMap): LinearMap {
  const maps = [left, right];
  return {
    name: "product",
    rows: left.rows,
    columns: right.columns,
    dtype: left.dtype,
    batch: [],
    separable: true,
    inputs: [...left.inputs, ...right.inputs],
    madeOf: (inputs) => {
      const [a, b] = dealt(maps, inputs);
      return productMap(left.madeOf(a), right.madeOf(b));
    },
    multiply: (x) => left.multiply(right.multiply(x)),
    multiplyTransposed: (y) =>
      right.multiplyTransposed(left.multiplyTransposed(y)),
    pullBack: (u, x, needed) => {
      const [a, b] = dealt(maps, needed);
      return [
        ...a.includes(true)
          ? left.pullBack(u, right.multiply(x), a)
          : a.map(nothing),
        ...b.includes(true)
          ? right.pullBack(left.multiplyTransposed(u), x, b)
          : b.map(nothing),
      ];
    },
    ...toleranceOf(maps, (tolerance) =>
      productMap(
        left.within?.(tolerance) ?? left,
        right.within?.(tolerance) ?? right,
      )),
  };
}

/** The transposed map. */
export function transposedMap(map: LinearMap): LinearMap {
  const { entries } = map;
  return {
    ...map,
    name: `${map.name}, transposed`,
    rows: map.columns,
    columns: map.rows,
    madeOf: (inputs) => transposedMap(map.madeOf(inputs)),
    multiply: (x) => map.multiplyTransposed(x),
    multiplyTransposed: (y) => map.multiply(y),
    pullBack: (u, x, needed) => map.pullBack(x, u, needed),
    // Its columns are rows of the map.
    entries: entries && map.rows === map.columns
      ? { diagonal: entries.diagonal, column: (k) => rowOf(map, k) }
      : undefined,
    shift: map.shift && { ...map.shift, of: transposedMap(map.shift.of) },
    within: map.within &&
      ((tolerance) => transposedMap(map.within?.(tolerance) ?? map)),
  };
}

function rowOf(map: LinearMap, k: number): Tensor {
  const unit = allocateArray(map.dtype, map.rows);
  unit[k] = 1;
  const column = besideMap(makeTensor(unit, [map.rows, 1]), map);
  return map.multiplyTransposed(column);
}

/** One map above another: images are those of the one, then of the other. */
export function stackedMap(above: LinearMap, below: LinearMap): LinearMap {
  const maps = [above, below];
  const { rows, columns } = above;
  const parts = (y: Tensor) => {
    const all = rows + below.rows;
    const lead = y.shape.slice(0, -2);
    const [from, width] = [lead.map(() => 0), y.shape[y.ndim - 1]];
    return [
      y.slice([...from, 0, 0], [...lead, rows, width]),
      y.slice([...from, rows, 0], [...lead, all, width]),
    ];
  };
  return {
    name: "two operators, one above the other",
    rows: rows + below.rows,
    columns,
    dtype: above.dtype,
    batch: above.batch,
    separable: true,
    inputs: [...above.inputs, ...below.inputs],
    madeOf: (inputs) => {
      const [a, b] = dealt(maps, inputs);
      return stackedMap(above.madeOf(a), below.madeOf(b));
    },
    multiply: (x) => concat([above.multiply(x), below.multiply(x)], -2),
    multiplyTransposed: (y) => {
      const [a, b] = parts(y);
      return above.multiplyTransposed(a).add(below.multiplyTransposed(b));
    },
    pullBack: (u, x, needed) => {
      const [a, b] = dealt(maps, needed);
      const [ua, ub] = parts(u);
      return [
        ...a.includes(true) ? above.pullBack(ua, x, a) : a.map(nothing),
        ...b.includes(true) ? below.pullBack(ub, x, b) : b.map(nothing),
      ];
    },
    ...toleranceOf(maps, (tolerance) =>
      stackedMap(
        above.within?.(tolerance) ?? above,
        below.within?.(tolerance) ?? below,
      )),
  };
}
