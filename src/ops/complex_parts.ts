/**
 * Complex vectors, stored as interleaved real and imaginary parts: taking
 * them apart and putting them together. All other complex ops are formulas
 * of these.
 *
 * @module
 */

import { ShapeError } from "../errors.ts";
import type { Formula } from "../formula/formula.ts";
import type { Value } from "../program/ir.ts";
import type { Lowering } from "../program/lower.ts";
import type { Vector } from "../program/vector.ts";
import { narrowed, replicate, zero } from "./core.ts";
import { derivedOp, linearOp } from "./define.ts";
import { broadcastDim, defineOp, type Op } from "./op.ts";

const COMPLEX = {
  cases: [{ dims: [6] }, { dims: [2] }],
  ranges: [[-1, 1]],
} as const;

/** The number of complex components; throws where there is none. */
export function complexDim(name: string, f: Formula): number {
  if (f.dim % 2 === 0) return f.dim / 2;
  throw new ShapeError(
    `Cannot apply "${name}" to a vector of dimension ${f.dim}: complex numbers are pairs, so an even dimension is wanted`,
  );
}

/** A scalar as long as a vector; a vector as it is. */
function widened(f: Formula, dim: number): Formula {
  if (f.dim === dim) return f;
  return f.op === zero ? zero(dim) : replicate(f, dim);
}

/** Either part of a complex vector, as an op. */
function partOp(name: string, meaning: string, part: 0 | 1): Op {
  const op: Op = linearOp({
    name,
    meaning,
    dims: "2 D -> D",
    example: {
      formula: `${name}(z)`,
      data: { z: [1, 2, 3, 4] },
      value: part === 0 ? [1, 3] : [2, 4],
    },
    domain: COMPLEX,
    simplify: ([f]) => {
      const dim = complexDim(name, f);
      if (f.op === zero) return zero(dim);
      return f.op === complexFrom ? widened(f.args[part], dim) : undefined;
    },
    shape: ([f]) => complexDim(name, f),
    lower: (to, _, [f]) => f.parts?.[part] ?? everyOther(to, f, part),
    adjoint: (_, e) => {
      const none = zero(e.dim);
      return part === 0 ? complexFrom(e, none) : complexFrom(none, e);
    },
  });
  return op;
}

/** The components of a vector at even or odd places. */
function everyOther(to: Lowering, f: Vector, part: 0 | 1): Vector {
  const { b } = to;
  return to.lazy(
    f.dim / 2,
    (k) => f.at(b.apply("iadd", b.apply("imul", k, b.int(2)), b.int(part))),
  );
}

/** The real parts of a complex vector. */
export const complexReal: Op = partOp("ComplexReal", "Re z", 0);

/** The imaginary parts of a complex vector. */
export const complexImag: Op = partOp("ComplexImag", "Im z", 1);

/** The complex vector of given real and imaginary parts, with broadcasting. */
export const complexFrom: Op = defineOp({
  name: "ComplexFrom",
  meaning: "f + i g",
  dims: "D or 1, D or 1 -> 2 D",
  example: {
    formula: "ComplexFrom(f, g)",
    data: { f: [1, 2], g: [3] },
    value: [1, 3, 2, 3],
  },
  inputs: 2,
  domain: {
    cases: [{ dims: [3, 3] }, { dims: [1, 3] }, { dims: [3, 1] }],
    ranges: [[-1, 1]],
  },
  simplify: ([f, g]) => {
    const z = f.op === complexReal ? f.args[0] : undefined;
    const whole = z !== undefined && g.op === complexImag && g.args[0] === z;
    if (whole) return z;
    const nothing = f.op === zero && g.op === zero;
    return nothing ? zero(2 * Math.max(f.dim, g.dim)) : undefined;
  },
  shape: (args) => 2 * broadcastDim("ComplexFrom", args),
  lower: (to, node, parts) => interleaved(to, node.dim / 2, parts),
  jvp: ({ args: [f, g], dim }, [t, u]) =>
    t || u
      ? complexFrom(
        widened(t ?? zero(f.dim), dim / 2),
        widened(u ?? zero(g.dim), dim / 2),
      )
      : undefined,
  vjp: ({ args: [f, g] }, e) => [
    narrowed(f.dim, complexReal(e)),
    narrowed(g.dim, complexImag(e)),
  ],
});

function interleaved(
  to: Lowering,
  dim: number,
  given: readonly Vector[],
): Vector {
  const { b } = to;
  const [re, im] = given.map((v) =>
    v.dim === dim ? v : to.lazy(dim, () => v.at(b.int(0)))
  );
  // A loop cannot tell even places from odd ones but by computing both.
  if (2 * dim > b.options.unroll) {
    return to.fill(2 * dim, (put) =>
      b.for(dim, (k) => {
        const even = b.apply("imul", k, b.int(2));
        put(even, re.at(k));
        put(b.apply("iadd", even, b.int(1)), im.at(k));
      }));
  }
  const at = (index: Value) => {
    const k = b.apply("idiv", index, b.int(2));
    if (index.literal !== undefined) {
      return index.literal % 2 === 0 ? re.at(k) : im.at(k);
    }
    const even = b.apply("ieq", b.apply("imod", index, b.int(2)), b.int(0));
    return b.apply("select", even, re.at(k), im.at(k));
  };
  return { ...to.lazy(2 * dim, at), parts: [re, im] };
}

/** A complex vector from a real one. */
export const real2complex: Op = derivedOp({
  name: "Real2Complex",
  meaning: "f + 0 i",
  dims: "D -> 2 D",
  example: {
    formula: "Real2Complex(f)",
    data: { f: [1, 2] },
    value: [1, 0, 2, 0],
  },
  inputs: 1,
  domain: { cases: [{ dims: [3] }, { dims: [1] }], ranges: [[-1, 1]] },
  expand: ([f]) => complexFrom(f, zero(f.dim)),
});

/** An imaginary vector from a real one. */
export const imag2complex: Op = derivedOp({
  name: "Imag2Complex",
  meaning: "0 + i f",
  dims: "D -> 2 D",
  example: {
    formula: "Imag2Complex(f)",
    data: { f: [1, 2] },
    value: [0, 1, 0, 2],
  },
  inputs: 1,
  domain: { cases: [{ dims: [3] }, { dims: [1] }], ranges: [[-1, 1]] },
  expand: ([f]) => complexFrom(zero(f.dim), f),
});
