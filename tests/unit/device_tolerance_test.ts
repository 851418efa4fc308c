/**
 * Reductions within a tolerance of data on a GPU, on the emulator or on a
 * device: sums, log-sum-exps and gradients.
 */

import { grad, rand, type Tensor, tensor, Vi, Vj } from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { ON_CUDA } from "../backends.ts";

if (!ON_CUDA) {
  console.log(
    "SKIPPED: tolerances on a GPU: `deno task test:emulator` runs them",
  );
}

// Few points have no far field: sums of fewer pairs than 2e8 are exact.
const POINTS = [400000, 600];
const TOLERANCE = 1e-2;

Deno.test({
  name: "sums, log-sum-exps and gradients within a tolerance, on a GPU",
  ignore: !ON_CUDA,
  fn: () => {
    const [x, y] = POINTS.map((n, k) => rand([n, 2], { seed: k + 1 }));
    const b = rand([POINTS[1], 1], { seed: 3 });
    const on = (device: "cpu" | "cuda") => {
      const [p, q, s] = [x, y, b].map((t) => t.to(device).detach());
      const points = q.requiresGrad();
      const square = Vi(p).sqdist(Vj(points)).mul(-2);
      const far = device === "cuda";
      const within = <T extends { withTolerance(t: number): T }>(k: T): T =>
        far ? k.withTolerance(TOLERANCE) : k;
      const how = within(square.exp()).mul(Vj(s)).explain();
      assertEquals(far && /far field in 2/.test(how), far, how);
      const sums = within(square.exp()).matmul(s);
      const logs = within(square).logsumexp("j");
      return [sums, logs, ...grad(sums.sum(), [points])];
    };
    const [found, exact] = [on("cuda"), on("cpu")];
    found.forEach((t, k) => {
      assertEquals(t.device, "cuda");
      assertEquals(t.shape, exact[k].shape);
      assert(relativeError(t, exact[k]) <= TOLERANCE, `result ${k}`);
    });
  },
});

Deno.test({
  name: "sums of low rank within a tolerance, on a GPU",
  ignore: !ON_CUDA,
  fn: () => {
    const [x, y] = POINTS.map((n, k) => rand([n, 10], { seed: k + 1 }));
    const b = rand([POINTS[1], 1], { seed: 3 });
    const rows = Int32Array.from({ length: 300 }, (_, k) => 1300 * k + 7);
    const on = (device: "cpu" | "cuda") => {
      const [p, q, s] = [x, y, b].map((t) => t.to(device));
      const kernel = Vi(p).sqdist(Vj(q)).mul(-0.03).exp();
      if (device === "cpu") return kernel.rows(rows).matmul(s);
      const tolerant = kernel.withTolerance(TOLERANCE);
      const how = tolerant.mul(Vj(s)).explain();
      assertEquals(/rank \d+ in 10 dimensions/.test(how), true, how);
      const sums = tolerant.matmul(s);
      assertEquals(sums.device, "cuda");
      assertEquals(sums.shape, [POINTS[0], 1]);
      return sums.to("cpu").gather(tensor(rows));
    };
    const error = relativeError(on("cuda"), on("cpu"));
    assert(0 < error && error <= TOLERANCE, `${error}`);
  },
});

function relativeError(found: Tensor, exact: Tensor): number {
  const [a, e] = [found.dataSync(), exact.dataSync()];
  let [worst, most] = [0, 0];
  for (let k = 0; k < e.length; k++) {
    worst = Math.max(worst, Math.abs(a[k] - e[k]));
    most = Math.max(most, Math.abs(e[k]));
  }
  return worst / most;
}
