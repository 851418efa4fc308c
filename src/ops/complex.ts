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
  imag2complex,
  real2complex,
} from "./complex_parts.ts";
import { replicate, sum, zero } from "./core.ts";
import { derivedOp, type DerivedOpDefinition } from "./define.ts";
import { atan2 } from "./elementary.ts";
import type { Domain, Op } from "./op.ts";
import { dot } from "./vector.ts";

export { complexFrom, complexImag, complexReal, imag2complex, real2complex };
export {
  complexCos,
  complexExp,
  complexExp1j,
  complexLog,
  complexPow,
  complexSin,
  complexSqrt,
} from "./complex_functions.ts";
export { imagOfSqrt, realOfSqrt } from "./complex_root.ts";

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

/** What {@linkcode complexOp} is told. */
interface ComplexOpDefinition
  extends Omit<DerivedOpDefinition, "inputs" | "params" | "expand"> {
  /** The op in terms of the real and imaginary parts of its operands. */
  readonly expand: (...z: Parts[]) => Formula;
}

/** An op on complex vectors, from their parts. */
function complexOp({ expand, ...rest }: ComplexOpDefinition): Op {
  return derivedOp({
    ...rest,
    inputs: rest.domain.cases[0].dims.length,
    expand: (args) => {
      checkComplex(rest.name, args);
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

/** The sum of complex vectors. */
export const complexAdd: Op = complexOp({
  name: "ComplexAdd",
  meaning: "z + w",
  dims: "2 D or 2, 2 D or 2 -> 2 D",
  example: {
    formula: "ComplexAdd(z, w)",
    data: { z: [1, 2], w: [3, 4] },
    value: [4, 6],
  },
  domain: BINARY,
  expand: ([a, b], [c, d]) => complexFrom(add(a, c), add(b, d)),
});

/** The difference of complex vectors. */
export const complexSubtract: Op = complexOp({
  name: "ComplexSubtract",
  meaning: "z - w",
  dims: "2 D or 2, 2 D or 2 -> 2 D",
  example: {
    formula: "ComplexSubtract(z, w)",
    data: { z: [1, 2], w: [3, 4] },
    value: [-2, -2],
  },
  domain: BINARY,
  expand: ([a, b], [c, d]) => complexFrom(minus(a, c), minus(b, d)),
});

/** The product of complex vectors, by component. */
export const complexMult: Op = complexOp({
  name: "ComplexMult",
  meaning: "z w",
  dims: "2 D or 2, 2 D or 2 -> 2 D",
  example: {
    formula: "ComplexMult(z, w)",
    data: { z: [1, 2], w: [3, 4] },
    value: [-5, 10],
  },
  domain: BINARY,
  expand: ([a, b], [c, d]) =>
    complexFrom(
      minus(mul(a, c), mul(b, d)),
      add(mul(a, d), mul(b, c)),
    ),
});

/** The quotient of complex vectors, by component. */
export const complexDivide: Op = complexOp({
  name: "ComplexDivide",
  meaning: "z / w",
  dims: "2 D or 2, 2 D or 2 -> 2 D",
  example: {
    formula: "ComplexDivide(z, w)",
    data: { z: [-5, 10], w: [3, 4] },
    value: [1, 2],
  },
  domain: BINARY,
  expand: ([a, b], [c, d]) => {
    const norm = add(square(c), square(d));
    return complexFrom(
      div(add(mul(a, c), mul(b, d)), norm),
      div(minus(mul(b, c), mul(a, d)), norm),
    );
  },
});

/** A real scalar times a complex vector, in either order. */
export const complexRealScal: Op = derivedOp({
  name: "ComplexRealScal",
  meaning: "f z, f real",
  dims: "1 or 2 D, 1 or 2 D -> 2 D",
  example: {
    formula: "ComplexRealScal(f, z)",
    data: { f: [2], z: [1, 2] },
    value: [2, 4],
  },
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
export const conj: Op = complexOp({
  name: "Conj",
  meaning: "conj z",
  dims: "2 D -> 2 D",
  example: { formula: "Conj(z)", data: { z: [3, 4] }, value: [3, -4] },
  domain: UNARY,
  expand: ([a, b]) => complexFrom(a, neg(b)),
});

/** The squared modulus of each component. */
export const complexSquareAbs: Op = complexOp({
  name: "ComplexSquareAbs",
  meaning: "|z|^2",
  dims: "2 D -> D",
  example: { formula: "ComplexSquareAbs(z)", data: { z: [3, 4] }, value: [25] },
  domain: UNARY,
  expand: ([a, b]) => add(square(a), square(b)),
});

/** The modulus of each component. Its derivative at 0 is taken as 0. */
export const complexAbs: Op = complexOp({
  name: "ComplexAbs",
  meaning: "|z|",
  dims: "2 D -> D",
  example: { formula: "ComplexAbs(z)", data: { z: [3, 4] }, value: [5] },
  domain: UNARY,
  expand: ([a, b]) => sqrt(add(square(a), square(b))),
});

/** The angle of each component, from -pi to pi; 0 at 0. */
export const complexAngle: Op = complexOp({
  name: "ComplexAngle",
  meaning: "arg z",
  dims: "2 D -> D",
  example: {
    formula: "ComplexAngle(z)",
    data: { z: [0, 1, -1, 0] },
    value: [Math.PI / 2, Math.PI],
  },
  domain: UNARY,
  expand: ([a, b]) => atan2(b, a),
});

/** The sum of the complex components. */
export const complexSum: Op = complexOp({
  name: "ComplexSum",
  meaning: "sum_k z_k",
  dims: "2 D -> 2",
  example: {
    formula: "ComplexSum(z)",
    data: { z: [1, 2, 3, 4] },
    value: [4, 6],
  },
  domain: UNARY,
  expand: ([a, b]) => complexFrom(sum(a), sum(b)),
});

/** A complex number repeated, `dim` counting real and imaginary parts. */
export const complexSumT: Op = derivedOp({
  name: "ComplexSumT",
  meaning: "(z, ..., z)",
  dims: "2 -> dim",
  example: {
    formula: "ComplexSumT(z, 4)",
    data: { z: [1, 2] },
    value: [1, 2, 1, 2],
  },
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
export const complexDot: Op = complexOp({
  name: "ComplexDot",
  meaning: "sum_k z_k w_k",
  dims: "2 D or 2, 2 D or 2 -> 2",
  example: {
    formula: "ComplexDot(z, w)",
    data: { z: [0, 1, 1, 0], w: [0, 1, 2, 0] },
    value: [1, 0],
  },
  domain: BINARY,
  expand: ([a, b], [c, d]) =>
    complexFrom(minus(dot(a, c), dot(b, d)), add(dot(a, d), dot(b, c))),
});
