/**
 * Linear systems of LazyTensors.
 *
 * @module
 */

import { ShapeError } from "../errors.ts";
import { kernelMap } from "../operator/kernel_map.ts";
import {
  givenOptions,
  methodOf,
  productOptions,
  type SolveOptions,
} from "../solve/options.ts";
import { besideMap } from "../solve/products.ts";
import { solveMap } from "../solve/system.ts";
import { tensor } from "../tensor/create.ts";
import { Tensor } from "../tensor/tensor.ts";
import { broadcastBatch } from "./operand.ts";
import { type LazyData, pointColumns } from "./data_states.ts";
import { dtypeOf, type LazyState } from "./state.ts";

export type { SolveOptions } from "../solve/options.ts";

/** What KeOps adds to the diagonal where nothing is said. */
const ALPHA = 1e-10;

/** Solves `(alpha Id + K) x = b` for a matrix of scalars. */
export function solveState(
  kernel: LazyState,
  b: LazyData,
  asked: SolveOptions,
): Tensor {
  const options = givenOptions(asked);
  const { rows, columns } = matrixSizes(kernel, "solve with");
  checkSquare(kernel, options);
  const dtype = dtypeOf(kernel.operands.values());
  const map = kernelMap(kernel, productOptions(options));
  const right = b instanceof Tensor
    ? b
    : besideMap(tensor(b, undefined, { dtype, device: "cpu" }), map);
  const { column, flat } = pointColumns(right);
  if (column.n !== rows) {
    throw new ShapeError(
      `Cannot solve a system of ${rows} ${
        rows === columns ? "unknowns" : "rows"
      } with a right-hand side of shape [${right.shape}]: [..., ${rows}, E] or [${rows}] is wanted`,
    );
  }
  const batch = broadcastBatch(kernel.batch, column.batch);
  const wide = flat ? right.reshape([right.size, 1]) : right;
  const shape = [...batch, ...wide.shape.slice(-2)];
  const full = `${wide.shape}` === `${shape}` ? wide : wide.broadcastTo(shape);
  const method = methodOf(map, options);
  const alpha = method === "cg" ? options.alpha ?? ALPHA : options.alpha;
  const x = solveMap(map, full, { ...options, method, alpha });
  return flat && batch.length === 0 ? x.reshape([columns]) : x;
}

/** The sizes of a formula that is a matrix of scalars; throws for others. */
export function matrixSizes(
  { formula, m, n }: LazyState,
  doing: string,
): { rows: number; columns: number } {
  if (formula.dim === 1 && m !== undefined && n !== undefined) {
    return { rows: m, columns: n };
  }
  if (m !== undefined && n !== undefined) {
    throw new ShapeError(
      `Cannot ${doing} a LazyTensor of ${m} rows, ${n} columns and dimension ${formula.dim}: a matrix of scalars is wanted`,
    );
  }
  const missing = m === undefined
    ? n === undefined ? "points" : "points i"
    : "points j";
  throw new ShapeError(
    `Cannot ${doing} a LazyTensor without ${missing}: a matrix of scalars is wanted, such as Vi(x).sqdist(Vj(x)).neg().exp()`,
  );
}

function checkSquare(
  { m, n, formula }: LazyState,
  options: SolveOptions,
): void {
  const { method = "auto" } = options;
  if (m === n || method === "lsmr" || method === "auto") return;
  throw new ShapeError(
    `Cannot solve by "${method}" with a LazyTensor of ${m} rows, ${n} columns and dimension ${formula.dim}: a square matrix of scalars is wanted; use method: "lsmr"`,
  );
}
