/**
 * Vectors while a program is written: components on demand.
 *
 * @module
 */

import type { LocalArray, Value, VectorSource } from "./ir.ts";
import type { Builder } from "./builder.ts";

/** A vector of static length whose components are written on demand. */
export interface Vector {
  /** The number of components. */
  readonly dim: number;
  /** One component; the index is an int of 0 ... dim - 1. */
  at(index: Value): Value;
  /** Where all components lie already. */
  readonly source?: VectorSource;
  /** Real and imaginary parts, for interleaved complex vectors. */
  readonly parts?: readonly [Vector, Vector];
}

/** A vector given by a rule; each component is written once a scope. */
export function lazyVector(
  b: Builder,
  dim: number,
  rule: (index: Value) => Value,
  extra: Pick<Vector, "source" | "parts"> = {},
): Vector {
  const known = new Map<string, Value>();
  return {
    dim,
    at(index) {
      const key = index.literal === undefined
        ? `%${index.id}`
        : `${index.literal}`;
      const before = known.get(key);
      if (before !== undefined && b.visible(before)) return before;
      const value = rule(index);
      known.set(key, value);
      return value;
    },
    ...extra,
  };
}

/** A vector whose components are known values. */
export function vectorOf(b: Builder, values: readonly Value[]): Vector {
  const choose = (index: Value): Value =>
    values.slice(1).reduce(
      (chosen, v, k) =>
        b.apply(
          "select",
          b.apply("ilt", index, b.int(k + 1)),
          chosen,
          v,
        ),
      values[0],
    );
  return {
    dim: values.length,
    at: (index) =>
      index.literal === undefined ? choose(index) : values[index.literal],
    source: { kind: "values", values },
  };
}

/** The sum over `count` terms, as one scalar. */
export function sumOf(
  b: Builder,
  count: number,
  term: (index: Value) => Value,
): Value {
  if (count === 0) return b.float(0);
  if (count <= b.options.unroll) {
    let sum = term(b.int(0));
    for (let k = 1; k < count; k++) sum = b.apply("add", sum, term(b.int(k)));
    return sum;
  }
  const sum = b.slot("sum", "float", b.float(0));
  b.for(count, (k) => b.write(sum, b.apply("add", b.read(sum), term(k))));
  return b.read(sum);
}

/** Computes all components now, and keeps them. */
export function keep(b: Builder, vector: Vector, name = "v"): Vector {
  if (vector.source !== undefined) return vector;
  const { dim, parts } = vector;
  if (dim <= b.options.unroll) {
    const values = Array.from({ length: dim }, (_, k) => vector.at(b.int(k)));
    return { ...vectorOf(b, values), ...(parts ? { parts } : {}) };
  }
  const array = b.array(name, "float", dim);
  b.for(dim, (k) => b.put(array, k, vector.at(k)));
  return { ...arrayVector(b, array), ...(parts ? { parts } : {}) };
}

/** Computes all components once per column, and keeps them in memory. */
export function keepPerColumn(b: Builder, vector: Vector): Vector {
  if (vector.source?.kind === "operand") return vector;
  const operand = b.temporary(vector.dim);
  b.within(b.column, () => {
    b.for(vector.dim, (k) => b.stash(operand, k, vector.at(k)));
  });
  return operandVector(b, operand, vector.dim);
}

/** A vector that lies in an operand. */
export function operandVector(
  b: Builder,
  operand: number,
  dim: number,
): Vector {
  return lazyVector(b, dim, (k) => b.load(operand, k), {
    source: { kind: "operand", operand },
  });
}

/** Adds up whole vectors: `write` calls its argument for each of them. */
export function accumulateVector(
  b: Builder,
  dim: number,
  write: (addTo: (term: Vector) => void) => void,
): Vector {
  const zero = b.float(0);
  if (dim <= b.options.unroll) {
    const slots = Array.from(
      { length: dim },
      () => b.slot("sum", "float", zero),
    );
    write((term) =>
      slots.forEach((slot, k) =>
        b.write(slot, b.apply("add", b.read(slot), term.at(b.int(k))))
      )
    );
    return vectorOf(b, slots.map((slot) => b.read(slot)));
  }
  const array = b.array("sum", "float", dim);
  b.for(dim, (k) => b.put(array, k, zero));
  write((term) =>
    b.for(
      dim,
      (k) => b.put(array, k, b.apply("add", b.get(array, k), term.at(k))),
    )
  );
  return arrayVector(b, array);
}

/** A vector whose components `write` puts one by one, in any order. */
export function filledVector(
  b: Builder,
  dim: number,
  write: (put: (index: Value, value: Value) => void) => void,
): Vector {
  const array = b.array("v", "float", dim);
  write((index, value) => b.put(array, index, value));
  return arrayVector(b, array);
}

/** A vector that lies in a local array. */
function arrayVector(b: Builder, array: LocalArray): Vector {
  return lazyVector(b, array.length, (k) => b.get(array, k), {
    source: { kind: "array", array },
  });
}
