import { ShapeError } from "../../src/errors.ts";
import { diff, grad } from "../../src/calculus/derivatives.ts";
import { Category, type Param } from "../../src/formula/formula.ts";
import { exp, mul } from "../../src/ops/arithmetic.ts";
import * as complex from "../../src/ops/complex.ts";
import { sum, variable } from "../../src/ops/core.ts";
import { derivedOp } from "../../src/ops/define.ts";
import { constant, type Op } from "../../src/ops/op.ts";
import { OPS } from "../../src/ops/registry.ts";
import {
  assert,
  assertAllClose,
  assertEquals,
  assertThrows,
} from "../assert.ts";
import { checkOp, type Oracle } from "../check_op.ts";
import { bound, evaluate } from "../evaluate.ts";
import { COMPLEX_ORACLE } from "../oracle_matrix.ts";

function oracleOf(name: string): Oracle {
  const oracle = COMPLEX_ORACLE.get(name);
  assert(oracle, `No oracle for ${name}`);
  return oracle;
}

function check(
  op: Op,
  dims: readonly number[],
  params: readonly Param[] = [],
  range: readonly [number, number] = [0.3, 1],
): void {
  checkOp({ op, dims, params, oracle: oracleOf(op.name), range });
}

/** An op made of others, for tests. */
function composed(
  inputs: number,
  expand: Parameters<typeof derivedOp>[0]["expand"],
): Op {
  const domain = { cases: [], ranges: [] };
  return derivedOp({ name: "composed", meaning: "", inputs, domain, expand });
}

Deno.test("complex ops: values and derivatives of every case", () => {
  for (const name of COMPLEX_ORACLE.keys()) {
    const op = OPS.get(name);
    assert(op, `${name} is not in the registry`);
    for (const { dims, params } of op.domain.cases) check(op, dims, params);
  }
});

Deno.test("complex ops: above the unroll limit", () => {
  for (const op of [complex.complexReal, complex.complexExp, complex.conj]) {
    check(op, [22]);
  }
  for (
    const op of [
      complex.complexMult,
      complex.complexDivide,
      complex.complexDot,
      complex.complexFrom,
    ]
  ) check(op, [22, 22]);
  check(complex.complexAdd, [2, 22]);
  check(complex.complexFrom, [1, 22]);
  check(complex.complexExp1j, [19]);
  check(complex.complexSumT, [2], [40]);
  check(complex.complexSum, [40]);
});

Deno.test("complex ops: all quadrants", () => {
  for (const op of [complex.complexAbs, complex.complexSqrt]) {
    check(op, [8], [], [-1, 1]);
  }
  const z = [[3, 4, -3, 4, -3, -4, 0, -2, -4, 0, 0, 0, 1e-9, 1e-9, 5, 0]];
  const v = bound(0, z);
  const root = complex.complexSqrt(v.node);
  const [[values]] = evaluate([root], [v]);
  const small = Math.sqrt(1e-9);
  assertAllClose(
    values,
    [2, 1, 1, 2, 1, -2, 1, -1, 0, 2, 0, 0]
      .concat([small * 1.0986841134678098, small * 0.45508986056222733])
      .concat([Math.sqrt(5), 0]),
    1e-15,
  );
  const angle = evaluate([complex.complexAngle(v.node)], [v])[0][0];
  const wanted = [0.9272952180016122, 2.214297435588181, -2.214297435588181];
  assertAllClose(
    angle,
    [...wanted, -Math.PI / 2, Math.PI, 0, Math.PI / 4, 0],
    1e-15,
  );
});

Deno.test("complexAbs: 0 and no slope at 0", () => {
  const z = bound(0, [[0, 0]]);
  const e = bound(1, [[1]]);
  const f = complex.complexAbs(z.node);
  const [[value], [slope]] = evaluate([f, grad(f, z.node, e.node)], [z, e]);
  assertEquals([value, slope], [[0], [0, 0]]);
});

Deno.test("complexPow: integer powers are products", () => {
  const z = bound(0, [[1, 2, -3, 1]]);
  for (const n of [0, 1, 2, 3, 5, -1, -2]) {
    let wanted = [1, 0, 1, 0];
    const op = n < 0 ? "ComplexDivide" : "ComplexMult";
    for (let k = 0; k < Math.abs(n); k++) {
      wanted = oracleOf(op)([wanted, z.rows[0].slice()], []);
    }
    const power = complex.complexPow(z.node, n);
    const [[values]] = evaluate([power], [z]);
    assertAllClose(values, wanted, n < 0 ? 1e-15 : 0, `power ${n}`);
    const same = complex.real2complex(constant(n));
    assertEquals(complex.complexPow(z.node, same), power);
  }
  const zero = bound(0, [[0, 0]]);
  const root = complex.complexPow(zero.node, 0.5);
  assertEquals(evaluate([root], [zero])[0][0], [0, 0]);
  for (const m of [2.5, -3, 100]) {
    const oracle: Oracle = ([z]) => oracleOf("ComplexPow")([z, [m]], []);
    const op = composed(1, ([z]) => complex.complexPow(z, m));
    checkOp({ op, dims: [6], oracle, range: [0.6, 0.7] });
  }
});

Deno.test("complex ops: real variables of odd dimension", () => {
  const product = composed(
    2,
    ([x, z]) => complex.complexMult(complex.real2complex(x), z),
  );
  const scaled = composed(2, ([s, z]) => complex.complexRealScal(s, z));
  const quotient = composed(
    2,
    ([x, z]) => complex.complexDivide(complex.imag2complex(x), z),
  );
  const range = [0.3, 1] as const;
  const whole = (x: number[], z: number[]) => [
    oracleOf("Real2Complex")([x], []),
    z,
  ];
  checkOp({
    op: product,
    dims: [3, 6],
    range,
    oracle: ([x, z]) => oracleOf("ComplexMult")(whole(x, z), []),
  });
  checkOp({
    op: scaled,
    dims: [1, 6],
    range,
    oracle: oracleOf("ComplexRealScal"),
  });
  checkOp({
    op: quotient,
    dims: [3, 6],
    range,
    oracle: ([x, z]) =>
      oracleOf("ComplexDivide")([oracleOf("Imag2Complex")([x], []), z], []),
  });
});

Deno.test("complex ops: chains of long vectors", () => {
  const chain = composed(2, ([z, w]) =>
    complex.complexMult(
      complex.complexExp(complex.complexSubtract(z, w)),
      complex.complexSum(complex.complexMult(mul(2, z), exp(w))),
    ));
  const value = (name: string, ...args: number[][]) => oracleOf(name)(args, []);
  const oracle: Oracle = ([z, w]) =>
    value(
      "ComplexMult",
      value("ComplexExp", value("ComplexSubtract", z, w)),
      value(
        "ComplexSum",
        value("ComplexMult", z.map((x) => 2 * x), w.map(Math.exp)),
      ),
    );
  checkOp({ op: chain, dims: [4, 4], oracle });
  checkOp({ op: chain, dims: [20, 20], oracle, range: [-0.3, 0.3] });
});

Deno.test("complex ops: parts that were put together cost nothing", () => {
  const [f, g] = [3, 3].map((d, k) => variable(k, d, Category.I));
  const z = complex.complexFrom(f, g);
  assertEquals(complex.complexReal(z), f);
  assertEquals(complex.complexImag(z), g);
  const w = variable(2, 6, Category.J);
  const parts = [complex.complexReal(w), complex.complexImag(w)];
  assertEquals(complex.complexFrom(...parts), w);
  assertEquals(complex.conj(complex.conj(w)), w);
  const real = complex.complexMult(
    complex.real2complex(f),
    complex.real2complex(g),
  );
  assertEquals(real, complex.real2complex(mul(f, g)));
  const along = diff(sum(complex.complexReal(z)), g, g);
  assertEquals(along.op.name, "Zero");
});

Deno.test("complex ops: wrong shapes are refused", () => {
  const v = (dim: number) => variable(0, dim, Category.I);
  for (const name of COMPLEX_ORACLE.keys()) {
    const op = OPS.get(name);
    const real = ["ComplexFrom", "Real2Complex", "Imag2Complex"];
    if (op === undefined || [...real, "ComplexExp1j"].includes(name)) continue;
    const args = Array(op.inputs).fill(v(3));
    const params = name === "ComplexSumT" ? [6] : [];
    assertThrows(() => op(...args, ...params), ShapeError, `"${name}"`);
  }
  const { complexMult, complexSumT, complexRealScal, complexPow } = complex;
  assertThrows(() => complexMult(v(4), v(6)), ShapeError, "4 and 6");
  assertThrows(() => complexPow(v(4), v(6)), ShapeError, "4 and 6");
  assertThrows(() => complexSumT(v(2), 5), ShapeError, "even");
  assertThrows(() => complexRealScal(v(2), v(4)), ShapeError, "real scalar");
});
