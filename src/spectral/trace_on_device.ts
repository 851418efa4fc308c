/**
 * Traces that are estimated on a device.
 *
 * @module
 */

import { withRecording } from "../autodiff/graph.ts";
import { scope } from "../autodiff/scope.ts";
import type { LinearMap } from "../operator/map.ts";
import { Products } from "../solve/products.ts";
import { tensor } from "../tensor/create.ts";
import { concat } from "../tensor/join.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Estimate, meanOf, signs } from "./estimate.ts";
import { symmetricEigen } from "../solve/symmetric_eigen.ts";

/**
 * The estimate of `trace`, with all vectors where the data are.
 *
 * @param map a square map
 * @param probes the number of random vectors
 * @param seed of the random vectors
 */
export function traceOnDevice(
  map: LinearMap,
  probes: number,
  seed: number,
): Estimate {
  const { rows: size } = map;
  const sketch = Math.min(size, Math.floor(probes / 3));
  const count = probes - sketch;
  const products = new Products(map, [size, probes]);
  const { columns, scaled } = withRecording(false, () =>
    scope(() => {
      const all = products.beside([signs(size, probes, seed)], []);
      const basis = sketch === 0
        ? undefined
        : orthonormal(map.multiply(all.slice([0, 0], [size, sketch])));
      // There is nothing outside of all of R^n.
      if (basis && basis.shape[1] >= size) {
        return { columns: basis, scaled: undefined };
      }
      let rest = all.slice([0, sketch]);
      for (let pass = 0; basis && pass < 2; pass++) {
        rest = rest.sub(basis.matmul(basis.transpose().matmul(rest)));
      }
      const scaled = rest.div(Math.sqrt(count));
      return { columns: basis ? concat([basis, scaled], 1) : scaled, scaled };
    }));
  const value = map.multiply(columns).mul(columns).sum();
  if (scaled === undefined || count < 2) return { value, error: 0 };
  const samples = withRecording(
    false,
    () => map.multiply(scaled).mul(scaled).sum(0).mul(count),
  );
  return { value, error: meanOf(Array.from(samples.dataSync())).error };
}

/**
 * Columns of length 1 at right angles that span the same: their products with
 * one another are all that the host sees. Undefined where there are none.
 */
function orthonormal(given: Tensor): Tensor | undefined {
  const { dtype, device } = given;
  // What is smaller is rounding.
  const least = dtype === "float64" ? 1e-13 : 1e-6;
  let x = given;
  for (let pass = 0; pass < 2; pass++) {
    // Columns of very large or small numbers have no squares.
    const most = x.abs().max(0, { keepDims: true });
    const near = x.div(most.gt(0).where(most, 1));
    const lengths = near.square().sum(0, { keepDims: true }).sqrt();
    const unit = near.div(lengths.gt(0).where(lengths, 1));
    const [, width] = unit.shape;
    const products = unit.transpose().matmul(unit).dataSync();
    const matrix = Array.from(
      { length: width },
      (_, k) => Float64Array.from(products.slice(k * width, (k + 1) * width)),
    );
    if (!matrix.flatMap((row) => [...row]).every(Number.isFinite)) {
      return undefined;
    }
    const { values, vectors } = symmetricEigen(matrix);
    const kept = vectors.map((v, k) => ({ v, value: values[k] }))
      .filter(({ value }) => value > least);
    if (kept.length === 0) return undefined;
    const factors = Array.from(
      { length: width },
      (_, row) => kept.map(({ v, value }) => v[row] / Math.sqrt(value)),
    );
    x = unit.matmul(
      tensor(factors, undefined, { dtype, device: "cpu" }).to(device),
    );
  }
  return x;
}
