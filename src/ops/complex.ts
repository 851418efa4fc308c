/**
 * Arithmetic of complex vectors, stored as interleaved real and imaginary
 * parts: D complex numbers are a vector of dimension 2 D. A single complex
 * number, of dimension 2, goes with every component of a longer vector.
 *
 * All of these are abbreviations for formulas of real and imaginary parts,
 * and so are their derivatives.
 *
 * @module
 */

import { ShapeError } from "../errors.ts";
import type { Formula } from "../formula/formula.ts";
import { add, div, mul, neg, sqrt, square, sub } from "./arithmetic.ts";
import {
  complexDim,
  complexFrom,
  complexImag,
  complexReal,
} from "./complex_parts.ts";
import { replicate, sum, zero } from "./core.ts";
import { derivedOp } from "./define.ts";
import { atan2 } from "./elementary.ts";
import type { Domain, Op } from "./op.ts";
import { dot } from "./vector.ts";

export { complexFrom, complexImag, complexReal };
export {
  complexCos,
  complexExp,
  complexExp1j,
  complexLog,
  complexPow,
  complexSin,
  complexSqrt,
  imagOfSqrt,
  realOfSqrt,
} from "./complex_functions.ts";

const UNARY: Domain = {
  cases: [{ dims: [6] }, { dims: [2] }],
  ranges: [[0.3, 1]],
};
const BINARY: Domain = {
  cases: [{ dims: [6, 6] }, { dims: [2, 6] }, { dims: [6, 2] }],
  ranges: [[-1, 1], [0.3, 1]],
};

/** Real and imaginary parts. */
type Parts = readonly [Formula, Formula];

/** An op on complex vectors, from their parts. */
function complexOp(
  name: string,
  meaning: string,
  domain: Domain,
  expand: (...z: Parts[]) => Formula,
): Op {
  return derivedOp({
    name,
    meaning,
    inputs: domain.cases[0].dims.length,
    domain,
    expand: (args) => {
      checkComplex(name, args);
      return expand(
        ...args.map((z): Parts => [complexReal(z), complexImag(z)]),
      );
    },
  });
}

function checkComplex(name: string, args: readonly Formula[]): void {
  const dims = args.map((z) => complexDim(name, z));
  const dim = Math.max(...dims);
  if (dims.every((d) => d === dim || d === 1)) return;
  throw new ShapeError(
    `Cannot apply "${name}" to complex vectors of dimensions ${
      args.map((z) => z.dim).join(" and ")
    }: they must be equal, or 2`,
  );
}

/** The difference, where what is structurally zero is not subtracted. */
export function minus(f: Formula, g: Formula): Formula {
  if (g.op === zero && g.dim <= f.dim) return f;
  return f.op === zero && f.dim <= g.dim ? neg(g) : sub(f, g);
}

/** A complex vector from a real one. */
export const real2complex: Op = derivedOp({
  name: "Real2Complex",
  meaning: "f + 0 i",
  inputs: 1,
  domain: { cases: [{ dims: [3] }, { dims: [1] }], ranges: [[-1, 1]] },
  expand: ([f]) => complexFrom(f, zero(f.dim)),
});

/** An imaginary vector from a real one. */
export const imag2complex: Op = derivedOp({
  name: "Imag2Complex",
  meaning: "0 + i f",
  inputs: 1,
  domain: { cases: [{ dims: [3] }, { dims: [1] }], ranges: [[-1, 1]] },
  expand: ([f]) => complexFrom(zero(f.dim), f),
});

/** The sum of complex vectors. */
export const complexAdd: Op = complexOp(
  "ComplexAdd",
  "z + w",
  BINARY,
  ([a, b], [c, d]) => complexFrom(add(a, c), add(b, d)),
);

/** The difference of complex vectors. */
export const complexSubtract: Op = complexOp(
  "ComplexSubtract",
  "z - w",
  BINARY,
  ([a, b], [c, d]) => complexFrom(minus(a, c), minus(b, d)),
);

/** The product of complex vectors, by component. */
export const complexMult: Op = complexOp(
  "ComplexMult",
  "z w",
  BINARY,
  ([a, b], [c, d]) =>
    complexFrom(
      minus(mul(a, c), mul(b, d)),
      add(mul(a, d), mul(b, c)),
    ),
);

/** The quotient of complex vectors, by component. */
export const complexDivide: Op = complexOp(
  "ComplexDivide",
  "z / w",
  BINARY,
  ([a, b], [c, d]) => {
    const norm = add(square(c), square(d));
    return complexFrom(
      div(add(mul(a, c), mul(b, d)), norm),
      div(minus(mul(b, c), mul(a, d)), norm),
    );
  },
);

/** A real scalar times a complex vector, in either order. */
export const complexRealScal: Op = derivedOp({
  name: "ComplexRealScal",
  meaning: "f z, f real",
  inputs: 2,
  domain: {
    cases: [{ dims: [1, 6] }, { dims: [6, 1] }, { dims: [1, 2] }],
    ranges: [[-1, 1]],
  },
  expand: ([f, g]) => {
    const [s, z] = f.dim === 1 ? [f, g] : [g, f];
    if (s.dim !== 1) {
      throw new ShapeError(
        `Cannot apply "ComplexRealScal" to operands of dimensions ${f.dim} and ${g.dim}: one of them must be a real scalar, of dimension 1`,
      );
    }
    complexDim("ComplexRealScal", z);
    if (z.op !== complexFrom) return mul(s, z);
    return complexFrom(mul(s, complexReal(z)), mul(s, complexImag(z)));
  },
});

/** The complex conjugate. */
export const conj: Op = complexOp(
  "Conj",
  "conj z",
  UNARY,
  ([a, b]) => complexFrom(a, neg(b)),
);

/** The squared modulus of each component. */
export const complexSquareAbs: Op = complexOp(
  "ComplexSquareAbs",
  "|z|^2",
  UNARY,
  ([a, b]) => add(square(a), square(b)),
);

/** The modulus of each component. Its derivative at 0 is taken as 0. */
export const complexAbs: Op = complexOp(
  "ComplexAbs",
  "|z|",
  UNARY,
  ([a, b]) => sqrt(add(square(a), square(b))),
);

/** The angle of each component, from -pi to pi; 0 at 0. */
export const complexAngle: Op = complexOp(
  "ComplexAngle",
  "arg z",
  UNARY,
  ([a, b]) => atan2(b, a),
);

/** The sum of the complex components. */
export const complexSum: Op = complexOp(
  "ComplexSum",
  "sum_k z_k",
  UNARY,
  ([a, b]) => complexFrom(sum(a), sum(b)),
);

/** A complex number repeated, `dim` counting real and imaginary parts. */
export const complexSumT: Op = derivedOp({
  name: "ComplexSumT",
  meaning: "(z, ..., z)",
  inputs: 1,
  params: [{ name: "dim", kind: "int" }],
  domain: { cases: [{ dims: [2], params: [6] }], ranges: [[-1, 1]] },
  expand: ([z], [dim]) => {
    const copies = (dim as number) / 2;
    if (z.dim !== 2 || !Number.isInteger(copies) || copies < 1) {
      throw new ShapeError(
        `Cannot repeat a vector of dimension ${z.dim} to dimension ${dim} with "ComplexSumT": a vector of dimension 2 and an even dimension are wanted`,
      );
    }
    const part = (f: Formula) => replicate(f, copies);
    return complexFrom(part(complexReal(z)), part(complexImag(z)));
  },
});

/**
 * The bilinear product of complex vectors: nothing is conjugated. The scalar
 * product of a Hermitian space is `ComplexDot(Conj(z), w)`.
 */
export const complexDot: Op = complexOp(
  "ComplexDot",
  "sum_k z_k w_k",
  BINARY,
  ([a, b], [c, d]) =>
    complexFrom(minus(dot(a, c), dot(b, d)), add(dot(a, d), dot(b, c))),
);
