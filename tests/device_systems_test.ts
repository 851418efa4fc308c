/**
 * Systems, spectra and Gaussian processes of data on a GPU, on the emulator or
 * on a device: the answers of the host, on the GPU.
 *
 * @module
 */

import {
  eigsh,
  gaussianKernel,
  gaussianProcess,
  grad,
  kernelSolve,
  linearOperator,
  logdet,
  rand,
  randn,
  type Tensor,
  trace,
  Vi,
  Vj,
} from "../mod.ts";
import { Staging } from "../src/cuda/staging.ts";
import { assert, assertAllClose, assertEquals } from "./assert.ts";
import { ON_CUDA } from "./backends.ts";

if (!ON_CUDA) {
  console.log(
    "SKIPPED: tests of systems on a GPU: `deno task test:emulator` runs them",
  );
}

const test = (name: string, fn: () => void) =>
  Deno.test({ name, ignore: !ON_CUDA, fn });

const float64 = { dtype: "float64", device: "cpu" } as const;

/** Computes on both devices; the results must be the same. */
function same(
  what: string,
  compute: (...inputs: Tensor[]) => Tensor | Tensor[],
  ...inputs: Tensor[]
): void {
  const expected = [compute(...inputs)].flat();
  const actual = [compute(...inputs.map((t) => t.to("cuda")))].flat();
  actual.forEach((a, k) => {
    assertEquals(a.device, "cuda", what);
    assertEquals([a.shape, a.dtype], [expected[k].shape, expected[k].dtype]);
    const entries = [a, expected[k]].map((t) => Array.from(t.dataSync()));
    assertAllClose(entries[0], entries[1], 1e-6, what);
  });
}

const x = rand([30, 2], { seed: 1, ...float64 });
const y = rand([20, 2], { seed: 2, ...float64 });
const b = randn([30, 2], { seed: 3, ...float64 });
const gaussian = (x: Tensor, y = x) => Vi(x).sqdist(Vj(y)).mul(-8).exp();

/** The gradient of the sum of squares of what a function gives. */
const slopes = (f: (...x: Tensor[]) => Tensor) => (...given: Tensor[]) => {
  const inputs = given.map((t) => t.detach().requiresGrad());
  return grad(f(...inputs).square().sum(), inputs);
};

test("systems on a GPU, and their derivatives", () => {
  same("a list", (x) => gaussian(x).solve(Array(30).fill(1), { alpha: 1 }), x);
  same(
    "gradients",
    slopes((x, b) => gaussian(x).solve(b, { alpha: 0.1 })),
    x,
    b,
  );
  same(
    "minres",
    (x, b) => gaussian(x).solve(b, { method: "minres", alpha: -0.3 }),
    x,
    b,
  );
  same(
    "lsmr",
    (x, y, b) => gaussian(x, y).solve(b, { damp: 0.1 }),
    x,
    y,
    b,
  );
  const formula = kernelSolve(
    "Exp(-SqDist(x, y)) * b",
    [
      "x = Vi(2)",
      "y = Vj(2)",
      "b = Vj(2)",
    ],
    "b",
    { alpha: 0.1 },
  );
  same("a formula", (x, b) => formula(x, x, b), x, b);
});

/** The bytes of the largest copy from a device that some work takes. */
function largestFetch(work: () => void): number {
  const { download } = Staging.prototype;
  let most = 0;
  Staging.prototype.download = function (bytes, from) {
    most = Math.max(most, bytes.length);
    return download.call(this, bytes, from);
  };
  try {
    work();
  } finally {
    Staging.prototype.download = download;
  }
  return most;
}

/** The bytes of all copies to the device and back, in their order. */
function copiesOf(work: () => void): number[] {
  const { upload, download } = Staging.prototype;
  const lengths: number[] = [];
  Staging.prototype.upload = function (to, bytes) {
    lengths.push(bytes.length);
    upload.call(this, to, bytes);
  };
  Staging.prototype.download = function (bytes, from) {
    lengths.push(bytes.length);
    return download.call(this, bytes, from);
  };
  try {
    work();
  } finally {
    Object.assign(Staging.prototype, { upload, download });
  }
  return lengths;
}

test("eigenpairs copy small matrices, and no vectors but the first", () => {
  const counts = [300, 500].map((n) => {
    const points = rand([n, 2], { seed: 4, ...float64 }).to("cuda");
    let steps = 0;
    const lengths = copiesOf(() => {
      eigsh(gaussian(points), {
        k: 2,
        basis: 8,
        onProgress: () => void steps++,
      });
    });
    const vector = 8 * n;
    // A block to start with: the basis has no more than 14 vectors.
    assert(lengths.filter((bytes) => bytes >= vector).length <= 1);
    return lengths.length / steps;
  });
  // Products of blocks, factors, lengths, and which columns go on.
  assert(counts.every((perStep) => perStep <= 24), `${counts}`);
  assert(Math.abs(counts[0] - counts[1]) <= 3, `${counts}`);
});

test("solvers fetch numbers, and no vectors", () => {
  const points = rand([200, 2], { seed: 4, ...float64 }).to("cuda");
  const right = randn([200, 2], { seed: 6, ...float64 }).to("cuda");
  const K = gaussian(points);
  const most = largestFetch(() => {
    K.solve(right, { method: "minres", alpha: 1 });
    K.solve(right, {
      method: "minres",
      alpha: 1,
      preconditioner: "jacobi",
    });
    const x = K.solve(right, { method: "lsmr", alpha: 1, eps: 1e-8 });
    assertEquals(x.device, "cuda");
    const square = K.operator().matmul(K);
    const { value, error } = trace(square, { probes: 12 });
    const exact = square.diagonal().sum().item();
    assert(Math.abs(value.item() - exact) < 2 * error, `${error}`);
  });
  // The diagonal is looked at once; two columns are twice as long.
  assert(most <= 200 * 8, `${most} bytes`);
});

test("operators and spectra on a GPU", () => {
  same("products", (x) => {
    const K = gaussian(x).operator();
    return [
      K.matvec(Array(30).fill(1)),
      K.scaleRows(Array(30).fill(2)).rmatvec(x.select(0, 1)),
      K.addIdentity(1).dense(),
      K.diagonal(),
    ];
  }, x);
  same(
    "functions",
    (x) =>
      linearOperator({
        shape: [30, 30],
        dtype: "float64",
        parameters: [x],
        matmat: (v, x) => x.select(0, 1).reshape([30, 1]).mul(v),
      }).rmatmat(x),
    x,
  );
  same("eigenpairs", (x) => Object.values(eigsh(gaussian(x), { k: 3 })), x);
  same("eigenvalues", slopes((x) => eigsh(gaussian(x), { k: 3 }).values), x);
  for (const exactBelow of [1, 100]) {
    const options = { alpha: 0.1, exactBelow, eps: 1e-10 };
    const of = (x: Tensor) => logdet(gaussian(x), options).value;
    same("log-determinant", of, x);
    same("its derivative", slopes(of), x);
  }
  same(
    "a trace's derivative",
    slopes((x) => {
      const K = gaussian(x).operator();
      return trace(K.matmul(K)).value;
    }),
    x,
  );
  same("trace", (x) => {
    const K = gaussian(x).operator();
    return trace(K.matmul(K)).value;
  }, x);
});

test("Gaussian processes on a GPU", () => {
  const process = gaussianProcess({ kernel: gaussianKernel(), noise: 0.1 });
  same(
    "predictions",
    (x, b) => {
      const found = process.condition(x, b.select(0, 1));
      const { mean, variance } = found.predict([[0.5, 0.5], [2, 2]]);
      return [mean, variance];
    },
    x,
    b,
  );
  for (const rank of [20, 1]) {
    same(
      `variances within a tolerance, of rank ${rank}`,
      (x, b) => {
        const found = process.condition(x, b.select(0, 1));
        const points = [[0.5, 0.5], [2, 2]];
        return found.predict(points, { tol: 0.01, rank }).variance;
      },
      x,
      b,
    );
  }
  same(
    "a fit",
    (x, b) => {
      const found = process.fit(x, b.select(0, 1), { steps: 3 });
      return Object.values(found.tensors);
    },
    x,
    b,
  );
  same(
    "a fit of many",
    (x, b) => {
      const some = { kernel: gaussianKernel(), exactBelow: 20, eps: 1e-9 };
      const found = gaussianProcess(some).fit(x, b.select(0, 1), {
        steps: 2,
        subset: 15,
        refinements: 1,
      });
      return Object.values(found.tensors);
    },
    x,
    b,
  );
});
