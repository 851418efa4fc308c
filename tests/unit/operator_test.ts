/**
 * Linear operators against the matrices that they stand for.
 *
 * @module
 */

import fc from "fast-check";
import {
  ArgumentError,
  diagonalOperator,
  grad,
  identityOperator,
  LinearOperator,
  linearOperator,
  ShapeError,
  type Tensor,
  tensor,
  Vi,
  Vj,
} from "../../mod.ts";
import { mapOf } from "../../src/operator/linear_operator.ts";
import {
  assert,
  assertAllClose,
  assertEquals,
  assertThrows,
} from "../assert.ts";
import { checkDerivatives, generator, randomTensor } from "../tensors.ts";

const random = generator(71);
const x = randomTensor(random, [5, 2]);
const y = randomTensor(random, [4, 2]);
const gauss = (p: Tensor, q: Tensor) => Vi(p).sqdist(Vj(q)).neg().exp();
const denseOf = (p: Tensor, q: Tensor) =>
  gauss(p, q).dense().reshape([p.shape[0], q.shape[0]]);

/** An operator and the matrix it stands for, both of the same tensors. */
interface Case {
  readonly name: string;
  readonly inputs: readonly Tensor[];
  readonly operator: (...inputs: Tensor[]) => LinearOperator;
  readonly matrix: (...inputs: Tensor[]) => Tensor;
}

const square = randomTensor(random, [5, 5]);
const rectangle = randomTensor(random, [4, 5]);
const factors = randomTensor(random, [5]);
const number = randomTensor(random, [1]);
const eye = tensor(
  Float64Array.from({ length: 25 }, (_, k) => k % 6 === 0 ? 1 : 0),
  [5, 5],
);

const CASES: readonly Case[] = [
  {
    name: "a kernel",
    inputs: [x, y],
    operator: (p, q) => gauss(p, q).operator(),
    matrix: denseOf,
  },
  {
    name: "a kernel of one cloud",
    inputs: [x],
    operator: (p) => linearOperator(gauss(p, p)),
    matrix: (p) => denseOf(p, p),
  },
  {
    name: "a stored matrix",
    inputs: [rectangle],
    operator: (a) => linearOperator(a),
    matrix: (a) => a,
  },
  {
    name: "a sum",
    inputs: [x, square],
    operator: (p, a) => gauss(p, p).operator().add(a),
    matrix: (p, a) => denseOf(p, p).add(a),
  },
  {
    name: "a difference, negated",
    inputs: [x, square],
    operator: (p, a) => gauss(p, p).operator().sub(a).neg(),
    matrix: (p, a) => a.sub(denseOf(p, p)),
  },
  {
    name: "a product",
    inputs: [rectangle, x],
    operator: (a, p) => linearOperator(a).matmul(gauss(p, p)),
    matrix: (a, p) => a.matmul(denseOf(p, p)),
  },
  {
    name: "a transpose",
    inputs: [x, y],
    operator: (p, q) => gauss(p, q).operator().transpose(),
    matrix: (p, q) => denseOf(p, q).T,
  },
  {
    name: "a diagonal",
    inputs: [factors],
    operator: (d) => diagonalOperator(d),
    matrix: (d) => eye.mul(d),
  },
  {
    name: "scaled rows and columns",
    inputs: [square, factors],
    operator: (a, d) => linearOperator(a).scaleRows(d).scaleColumns(d.exp()),
    matrix: (a, d) => a.mul(d.reshape([5, 1])).mul(d.exp()),
  },
  {
    name: "a multiple, with a multiple of the identity",
    inputs: [square, number],
    operator: (a, s) =>
      linearOperator(a).mul(s.mul(2)).addIdentity(s).addIdentity(3),
    matrix: (a, s) => a.mul(s.mul(2)).add(eye.mul(s.add(3))),
  },
  {
    name: "the identity",
    inputs: [number],
    operator: (s) => identityOperator(5, { dtype: "float64" }).mul(s),
    matrix: (s) => eye.mul(s),
  },
  {
    name: "functions",
    inputs: [square, factors],
    operator: (a, d) =>
      linearOperator({
        shape: [5, 5],
        dtype: "float64",
        parameters: [a, d],
        matmat: (v, a, d) => a.matmul(v.mul(d.exp().reshape([5, 1]))),
        rmatmat: (v, a, d) => a.T.matmul(v).mul(d.exp().reshape([5, 1])),
      }),
    matrix: (a, d) => a.mul(d.exp()),
  },
  {
    name: "a function whose transpose is its derivative",
    inputs: [rectangle],
    operator: (a) =>
      linearOperator({
        shape: [4, 5],
        dtype: "float64",
        parameters: [a],
        matmat: (v, a) => a.matmul(v),
      }),
    matrix: (a) => a,
  },
];

for (const { name, inputs, operator, matrix } of CASES) {
  Deno.test(`${name} as an operator`, () => {
    const [A, M] = [operator(...inputs), matrix(...inputs)];
    const [m, n] = A.shape;
    assertEquals([m, n], [...M.shape]);
    assertEquals(A.dtype, "float64");
    const [v, w] = [randomTensor(random, [n, 3]), randomTensor(random, [m, 3])];
    assertAllClose(A.matmat(v).dataSync(), M.matmul(v).dataSync(), 1e-12);
    assertAllClose(A.rmatmat(w).dataSync(), M.T.matmul(w).dataSync(), 1e-12);
    assertAllClose(A.T.matmat(w).dataSync(), M.T.matmul(w).dataSync(), 1e-12);
    const [one, two] = [v.select(0, 1), w.select(0, 1)];
    assertAllClose(A.matvec(one).dataSync(), M.matmul(one).dataSync(), 1e-12);
    assertAllClose(
      A.rmatvec(two).dataSync(),
      M.T.matmul(two).dataSync(),
      1e-12,
    );
    assertAllClose(A.dense().dataSync(), M.dataSync(), 1e-12);
    const diagonal = Float64Array.from(
      { length: Math.min(m, n) },
      (_, k) => M.dataSync()[k * n + k],
    );
    assertAllClose(A.diagonal().dataSync(), diagonal, 1e-12);
    // Columns one by one, as preconditioners read them.
    const { entries } = mapOf(A);
    const { entries: back } = mapOf(A.T);
    for (let k = 0; entries && k < Math.min(m, n); k++) {
      const column = M.select(k, 1).dataSync();
      assertAllClose(entries.column(k).dataSync(), column, 1e-12);
      if (back) {
        const row = M.select(k, 0).dataSync();
        assertAllClose(back.column(k).dataSync(), row, 1e-12);
      }
    }
  });

  Deno.test(`derivatives of products with ${name}`, () => {
    const [m, n] = operator(...inputs).shape;
    const [v, w] = [randomTensor(random, [n, 2]), randomTensor(random, [m, 2])];
    checkDerivatives(
      (v, ...own) => operator(...own).matmat(v),
      [v, ...inputs],
      random,
      name,
    );
    checkDerivatives(
      (w, ...own) => operator(...own).rmatmat(w),
      [w, ...inputs],
      random,
      `${name}, transposed`,
    );
    // The rule that solvers use, against that of products.
    const own = inputs.map((t) => t.detach().requiresGrad());
    const expected = grad(operator(...own).matmat(v).mul(w).sum(), own);
    const map = mapOf(operator(...own));
    const found = own.map(() => 0);
    const parts = map.pullBack(w, v, map.inputs.map(() => true));
    const leaves = map.inputs;
    own.forEach((t, k) => {
      leaves.forEach((leaf, i) => {
        const part = parts[i];
        if (part === undefined) return;
        // Inputs may be made of the tensors that were given.
        const [g] = leaf === t
          ? [part]
          : grad(leaf.mul(part.detach()).sum(), [t], {
            createGraph: true,
          });
        found[k] += g.mul(expected[k]).sum().item();
      });
      const size = expected[k].square().sum().item();
      assertAllClose([found[k]], [size], 1e-10, name);
    });
  });
}

Deno.test("sums and products of random operators", () => {
  type Pair = { A: LinearOperator; M: Tensor };
  const leaf = fc.integer({ min: 0, max: 1e6 }).map((seed): Pair => {
    const M = randomTensor(generator(seed), [3, 3]);
    return { A: linearOperator(M), M };
  });
  const { tree } = fc.letrec<{ tree: Pair }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.tuple(tie("tree"), tie("tree")).map(([a, b]): Pair => ({
        A: a.A.add(b.A),
        M: a.M.add(b.M),
      })),
      fc.tuple(tie("tree"), tie("tree")).map(([a, b]): Pair => ({
        A: a.A.matmul(b.A),
        M: a.M.matmul(b.M),
      })),
      tie("tree").map(({ A, M }): Pair => ({ A: A.T, M: M.T })),
      fc.tuple(tie("tree"), fc.double({ min: -2, max: 2, noNaN: true })).map(
        ([{ A, M }, s]): Pair => ({
          A: A.mul(s).addIdentity(s),
          M: M.mul(s).add(eye.slice([0, 0], [3, 3]).mul(s)),
        }),
      ),
    ),
  }));
  fc.assert(
    fc.property(tree, ({ A, M }) => {
      assertAllClose(A.dense().dataSync(), M.dataSync(), 1e-9);
      assertAllClose(A.T.dense().dataSync(), M.T.dataSync(), 1e-9);
    }),
    { seed: 5, numRuns: 40 },
  );
});

Deno.test("operators say what they are, and what does not fit", () => {
  const A = linearOperator(rectangle);
  assertEquals(`${A}`, "LinearOperator(dense) shape [4,5] float64");
  assert(linearOperator(A) === A);
  assert(A instanceof LinearOperator);
  assertThrows(() => A.matvec(number), ShapeError, "[5] is wanted");
  assertThrows(() => A.rmatmat(x), ShapeError, "[4, E] is wanted");
  assertThrows(() => A.matvec(factors.to("float32")), ShapeError, "float32");
  assertThrows(() => A.add(square), ShapeError, "shapes must fit");
  assertThrows(() => A.matmul(A), ShapeError, "shapes must fit");
  assertThrows(
    () => A.add(rectangle.to("float32")),
    ShapeError,
    "dtypes must be equal",
  );
  assertThrows(() => A.addIdentity(1), ShapeError, "a square one");
  assertThrows(() => A.mul(factors), ShapeError, "one entry");
  assertThrows(() => linearOperator(factors), ShapeError, "a matrix of floats");
  assertThrows(() => diagonalOperator(square), ShapeError, "a vector");
  assertThrows(() => identityOperator(0), ArgumentError, "positive integer");
  assertThrows(
    () => linearOperator({ shape: [0, 1], matmat: (v) => v }),
    ShapeError,
    "two positive integers",
  );
  assertThrows(
    () => linearOperator({ shape: [2, 3], matmat: (v) => v }).matvec([1, 2, 3]),
    ShapeError,
    '"matmat" of an operator: it gave the shape [3,1]',
  );
  const batch = Vi(0, 1).sub(Vj(1, 1)).bind(
    randomTensor(random, [2, 3, 1]),
    randomTensor(random, [2, 3, 1]),
  );
  assertThrows(() => batch.operator(), ArgumentError, "batch dimensions [2]");
});
