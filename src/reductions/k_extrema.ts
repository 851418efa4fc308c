/**
 * The k smallest and the k largest values, and where they are.
 *
 * The state holds `k * dim` places, best first: component `d` of the p-th
 * best value is at `p * dim + d`. So it is either short, and then both loops
 * over it are unrolled, or long, and then any index will do.
 *
 * @module
 */

import type { Builder } from "../program/builder.ts";
import type { Value } from "../program/ir.ts";
import type { Vector } from "../program/vector.ts";
import {
  comesBefore,
  comesBeforeAt,
  type Extreme,
  type Found,
  foundOutputs,
  foundResults,
  foundValues,
  isNumber,
  mayComeBefore,
} from "./extrema.ts";
import {
  type Cells,
  type Reduction,
  type ReductionExample,
  type ReductionSetup,
  valuesOf,
} from "./reduction.ts";

/** A value that may find a place, with its index where indices are kept. */
interface Candidate {
  readonly value: Value;
  readonly index?: Value;
}

/** Whether a candidate comes before what is in a place. */
type Order = (candidate: Candidate, place: Value) => Value;

/**
 * Puts a candidate, which comes before the last of the places of component
 * `d`, where it belongs; what comes after it moves on by one.
 */
function insert(
  b: Builder,
  places: readonly Cells[],
  { dims: [dim], k }: ReductionSetup,
  d: Value,
  candidate: Candidate,
  before: Order,
): void {
  const offset = (p: Value) =>
    b.apply("iadd", b.apply("imul", p, b.int(dim)), d);
  const [values, indices] = places;
  const { value, index } = candidate;
  // From the last place up: what is compared has not been moved yet.
  b.for(k - 1, (q) => {
    const p = b.apply("isub", b.int(k - 1), q);
    const here = offset(p);
    const above = offset(b.apply("isub", p, b.int(1)));
    const moves = before(candidate, above);
    const enters = before(candidate, here);
    const stays = b.apply("select", enters, value, values.at(here));
    values.set(here, b.apply("select", moves, values.at(above), stays));
    if (index === undefined) return;
    const kept = b.apply("iselect", enters, index, indices.at(here));
    indices.set(here, b.apply("iselect", moves, indices.at(above), kept));
  });
  const enters = before(candidate, d);
  values.set(d, b.apply("select", enters, value, values.at(d)));
  if (index === undefined) return;
  indices.set(d, b.apply("iselect", enters, index, indices.at(d)));
}

function meaningOf(extreme: Extreme, found: Found): string {
  const all = `the K ${extreme === "min" ? "smallest" : "largest"} f_j`;
  return {
    value: all,
    index: `where ${all} are`,
    both: `${all} and where they are`,
  }[found];
}

/** More places than there are numbers: the last one stays empty. */
function exampleOf(extreme: Extreme, found: Found): ReductionExample {
  const [values, indices] = extreme === "min"
    ? [[1, 3, Infinity], [1, 0, -1]]
    : [[3, 1, -Infinity], [0, 1, -1]];
  return {
    formulas: ["f"],
    data: { f: [3, 1, NaN] },
    k: 3,
    results: foundResults(found, values, indices),
  };
}

function kExtrema(name: string, extreme: Extreme, found: Found): Reduction {
  const indexed = found !== "value";
  /** Takes in a candidate where it is a number and good enough. */
  const offer = (
    b: Builder,
    state: readonly Cells[],
    setup: ReductionSetup,
    d: Value,
    candidate: Candidate,
    before: Order,
  ) => {
    const last = b.int((setup.k - 1) * setup.dims[0]);
    const good = b.apply(
      "and",
      isNumber(b, candidate.value),
      before(candidate, b.apply("iadd", last, d)),
    );
    b.if(good, () => insert(b, state, setup, d, candidate, before));
  };
  return {
    name,
    meaning: meaningOf(extreme, found),
    example: exampleOf(extreme, found),
    inputs: [1, 1],
    needsK: true,
    outputs: ({ dims: [dim], k }) =>
      foundOutputs(found, dim === 1 ? [k] : [k, dim]),
    state: ({ dims: [dim], k }) => {
      const length = k * dim;
      const values = { name: extreme, type: "float", length, initial: NaN };
      const at = { name: `${extreme}At`, type: "int", length, initial: -1 };
      return (indexed ? [values, at] : [values]) as ReturnType<
        Reduction["state"]
      >;
    },
    combine: (b, state, [values], index, setup) =>
      // Columns come in ascending order: of equal values the first stays.
      b.for(values.dim, (d) => {
        const value = values.at(d);
        const candidate = indexed ? { value, index } : { value };
        const last = b.int((setup.k - 1) * setup.dims[0]);
        const worst = state[0].at(b.apply("iadd", last, d));
        b.if(mayComeBefore(b, extreme, value, worst), () =>
          offer(b, state, setup, d, candidate, (c, place) =>
            comesBefore(b, extreme, c.value, state[0].at(place))));
      }),
    merge: (b, state, other, setup) =>
      b.for(state[0].length, (e) => {
        const d = b.apply("imod", e, b.int(setup.dims[0]));
        const value = other[0].at(e);
        const candidate = indexed
          ? { value, index: other[1].at(e) }
          : { value };
        offer(b, state, setup, d, candidate, (c, place) =>
          c.index === undefined
            ? comesBefore(b, extreme, c.value, state[0].at(place))
            : comesBeforeAt(b, extreme, [c.value, c.index], [
              state[0].at(place),
              state[1].at(place),
            ]));
      }),
    finish: (b, [values, at]) => {
      const results: Vector[] = [];
      if (found !== "index") results.push(foundValues(b, extreme, values));
      if (found !== "value") results.push(valuesOf(b, at));
      return results;
    },
  };
}

/**
 * The indices of the k smallest values, by component, NaN aside, the first
 * of equal values first; -1 where there are less than k.
 */
export const argKMinReduction: Reduction = kExtrema("ArgKMin", "min", "index");

/**
 * The k smallest values, ascending, by component, NaN aside; +inf where
 * there are less than k.
 */
export const kMinReduction: Reduction = {
  ...kExtrema("KMin", "min", "value"),
  selects: argKMinReduction,
};

/** The k smallest values and their indices: two results. */
export const kMinArgKMinReduction: Reduction = {
  ...kExtrema("KMin_ArgKMin", "min", "both"),
  selects: argKMinReduction,
};

/**
 * The indices of the k largest values, by component, NaN aside, the first of
 * equal values first; -1 where there are less than k.
 */
export const argKMaxReduction: Reduction = kExtrema("ArgKMax", "max", "index");

/**
 * The k largest values, descending, by component, NaN aside; -inf where
 * there are less than k.
 */
export const kMaxReduction: Reduction = {
  ...kExtrema("KMax", "max", "value"),
  selects: argKMaxReduction,
};

/** The k largest values and their indices: two results. */
export const kMaxArgKMaxReduction: Reduction = {
  ...kExtrema("KMax_ArgKMax", "max", "both"),
  selects: argKMaxReduction,
};
