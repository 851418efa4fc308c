/**
 * Products of matrices: the dot product, mapped over pairs of rows and
 * columns.
 *
 * @module
 */

import { allocateArray, type TypedArray } from "../dtypes.ts";
import type { Buffer } from "../launch/buffer.ts";
import { evaluateMap } from "../engine/evaluate.ts";
import { placeFor } from "../engine/place.ts";
import { ShapeError } from "../errors.ts";
import { Category } from "../formula/formula.ts";
import { variable } from "../ops/core.ts";
import { dot as dotOp } from "../ops/vector.ts";
import { makeTensor, memoryOf, record, type TensorBase } from "./base.ts";
import { reshape } from "./move.ts";
import { type Operand, promote } from "./operands.ts";
import { sumTo } from "./reduce.ts";
import { broadcastShapes, type Shape, shapeText, sizeOf } from "./shape.ts";
import type { Tensor } from "./tensor.ts";

/** A stack of matrices, each transposed or not. */
interface Factor {
  readonly x: TensorBase;
  readonly transposed: boolean;
  /** Leading dimensions. */
  readonly batch: Shape;
  readonly rows: number;
  readonly columns: number;
}

function factor(x: TensorBase, transposed: boolean): Factor {
  const batch = x.shape.slice(0, -2);
  const sizes = x.shape.slice(-2);
  const [rows, columns] = transposed ? sizes.toReversed() : sizes;
  return { x, transposed, batch, rows, columns };
}

/** The product of matrices; vectors are rows on the left, columns on the right. */
export function matmul(left: Operand, right: Operand): Tensor {
  const [a, b] = promote("matmul", [left, right]).tensors;
  const [p, q] = [a.ndim === 1, b.ndim === 1];
  const inner = [a.shape.at(-1), b.shape.at(q ? -1 : -2)];
  if (a.ndim === 0 || b.ndim === 0 || inner[0] !== inner[1]) {
    throw new ShapeError(
      `Cannot multiply matrices of shapes ${shapeText(a.shape)} and ${
        shapeText(b.shape)
      }: ${
        a.ndim === 0 || b.ndim === 0
          ? "each needs an axis"
          : `the inner sizes ${inner[0]} and ${inner[1]} must be equal`
      }`,
    );
  }
  const product = multiply(
    p ? reshape(a, [1, a.size]) : a,
    q ? reshape(b, [b.size, 1]) : b,
    false,
    false,
  );
  if (!p && !q) return product;
  const { shape } = product;
  const columns = q ? [] : shape.slice(-1);
  const rows = p ? [] : shape.slice(-2, -1);
  return reshape(product, [...shape.slice(0, -2), ...rows, ...columns]);
}

/** The product of two stacks of matrices, each transposed or not. */
function multiply(
  a: TensorBase,
  b: TensorBase,
  transposeA: boolean,
  transposeB: boolean,
): Tensor {
  const [f, g] = [factor(a, transposeA), factor(b, transposeB)];
  const batch = broadcastShapes("matmul", [f.batch, g.batch]);
  const shape = [...batch, f.rows, g.columns];
  const result = makeTensor(evaluate(f, g, batch), shape);
  const [shapeA, shapeB] = [a.shape, b.shape];
  record([result], [a, b], "matmul", ([e], needed, [x, y]) => {
    if (e === undefined) return [];
    // With C = A B: A' = E B^T and B' = A^T E; transposed where A or B is.
    const forA = () =>
      transposeA
        ? multiply(y, e, transposeB, true)
        : multiply(e, y, false, !transposeB);
    const forB = () =>
      transposeB
        ? multiply(e, x, true, transposeA)
        : multiply(x, e, !transposeA, false);
    return [
      needed[0] ? sumTo(forA(), shapeA) : undefined,
      needed[1] ? sumTo(forB(), shapeB) : undefined,
    ];
  }, [a, b]);
  return result;
}

function evaluate(f: Factor, g: Factor, batch: Shape): TypedArray | Buffer {
  const { columns: length, x: { dtype } } = f;
  const size = sizeOf(batch) * f.rows * g.columns;
  if (size === 0 || length === 0) return allocateArray(dtype, size);
  const left = variable(0, length, Category.I);
  const right = variable(1, length, Category.J);
  const strides = ({ x, batch: own }: Factor) => {
    const matrix = x.shape.slice(-2);
    const lead = batch.length - own.length;
    return batch.map((_, k) =>
      k < lead || own[k - lead] === 1
        ? 0
        : sizeOf(own.slice(k - lead + 1)) * sizeOf(matrix)
    );
  };
  const place = placeFor([f, g].map(({ x }) => memoryOf(x).buffer));
  const [{ buffer }] = evaluateMap(
    [dotOp(left, right)],
    true,
    (v) => {
      const onLeft = v === left;
      const { x, transposed } = onLeft ? f : g;
      const width = x.shape[x.ndim - 1];
      // Rows of the left one, and columns of the right one, are vectors.
      const down = onLeft === transposed;
      return {
        data: memoryOf(x).buffer,
        offset: 0,
        batch: strides(onLeft ? f : g),
        row: onLeft ? transposed ? 1 : width : 0,
        column: onLeft ? 0 : transposed ? width : 1,
        component: down ? width : 1,
      };
    },
    { batch, m: f.rows, n: g.columns, device: place.device },
    dtype,
    place.backend,
  );
  return buffer;
}

/** The dot product of two vectors. */
export function dot(left: Operand, right: Operand): Tensor {
  const [a, b] = promote("dot", [left, right]).tensors;
  if (a.ndim === 1 && b.ndim === 1) return matmul(a, b);
  throw new ShapeError(
    `Cannot take the dot product of shapes ${shapeText(a.shape)} and ${
      shapeText(b.shape)
    }: vectors are wanted; use matmul`,
  );
}

/** All products of an entry of one tensor and one of another. */
export function outer(left: Operand, right: Operand): Tensor {
  const [a, b] = promote("outer", [left, right]).tensors;
  return reshape(a, [...a.shape, ...b.shape.map(() => 1)]).mul(b as Tensor);
}
