/**
 * Reverse-mode derivatives.
 *
 * @module
 */

import { ArgumentError, InternalError, ShapeError } from "../errors.ts";
import {
  alias,
  isTracked,
  makeTensor,
  reshaped,
  variableOf,
} from "../tensor/base.ts";
import { allocateArray } from "../dtypes.ts";
import { repeated } from "../engine/moves.ts";
import { sameShape, shapeText, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import {
  freeNode,
  type GraphNode,
  nodesBetween,
  type Variable,
  withRecording,
} from "./graph.ts";
import { enter, leave, register } from "./scopes.ts";

/** How {@linkcode grad} differentiates. */
export interface GradOptions {
  /** What the derivatives of the output are multiplied with. */
  readonly gradOutput?: Tensor | undefined;
  /** Whether the results can be differentiated again. */
  readonly createGraph?: boolean | undefined;
}

/**
 * The derivatives of an output in some inputs: its transposed Jacobians times
 * `gradOutput`.
 *
 * Without `createGraph` the results are detached, and what was recorded
 * between the inputs and the output is freed.
 *
 * @param output one entry, or of any shape with `gradOutput`
 * @param inputs tensors that require a gradient
 * @param options `gradOutput`, of the shape of the output; `createGraph`
 * @returns one tensor an input, of its shape and dtype; zeros where the output
 * does not depend on it
 * @throws {ShapeError} where `gradOutput` does not fit, or is needed
 * @throws {ArgumentError} for inputs that do not require a gradient, and
 * where the graph was freed before
 *
 * @example The derivative of a sum of squares, and of its derivative
 * ```ts
 * import { grad, tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const x = tensor([1, 2, 3]).requiresGrad();
 * const [g] = grad(x.square().sum(), [x], { createGraph: true });
 * assert.deepEqual(g.arraySync(), [2, 4, 6]);
 * const [h] = grad(g.sum(), [x]);
 * assert.deepEqual(h.arraySync(), [2, 2, 2]);
 * ```
 */
export function grad(
  output: Tensor,
  inputs: readonly Tensor[],
  options: GradOptions = {},
): Tensor[] {
  const createGraph = options.createGraph ?? false;
  const start = startOf(output, options.gradOutput);
  const targets = inputs.map(targetOf);
  const root = variableOf(output);
  if (root === undefined) return inputs.map(zerosLike);
  const nodes = nodesBetween(root, new Set(targets));
  const found = withRecording(
    createGraph,
    () => backward(root, start, nodes, new Set(targets)),
  );
  if (!createGraph) nodes.forEach(freeNode);
  const results = targets.map((target, k) => {
    const result = found.get(target);
    if (result === undefined) return zerosLike(inputs[k]);
    // Without a graph, a result must not bring one along.
    return createGraph
      ? register(alias(result))
      : reshaped(result, inputs[k].shape);
  });
  // Results have handles of their own.
  found.forEach((t) => t.dispose());
  return results;
}

function startOf(output: Tensor, gradOutput: Tensor | undefined): Tensor {
  const { shape, dtype, device } = output;
  if (gradOutput === undefined) {
    if (sizeOf(shape) === 1 && dtype !== "int32") {
      return makeTensor(allocateArray(dtype, 1).fill(1), shape).to(device);
    }
    throw new ShapeError(
      `Cannot differentiate an output of shape ${
        shapeText(shape)
      } and dtype ${dtype}: one float entry is wanted, or gradOutput`,
    );
  }
  if (sameShape(gradOutput.shape, shape) && gradOutput.dtype === dtype) {
    return gradOutput;
  }
  throw new ShapeError(
    `Cannot differentiate an output of shape ${
      shapeText(shape)
    } and dtype ${dtype} with gradOutput of shape ${
      shapeText(gradOutput.shape)
    } and dtype ${gradOutput.dtype}: they must be equal`,
  );
}

function targetOf(input: Tensor, position: number): Variable {
  const variable = variableOf(input);
  if (variable !== undefined) return variable;
  throw new ArgumentError(
    `Cannot differentiate in input ${position}: it does not require a gradient; call requiresGrad() before it is used`,
  );
}

function zerosLike({ shape, dtype, device }: Tensor): Tensor {
  const zero = allocateArray(dtype, 1);
  return makeTensor(repeated(zero, sizeOf(shape), device), shape);
}

/** The gradients of all targets that the root depends on. */
function backward(
  root: Variable,
  start: Tensor,
  nodes: readonly GraphNode[],
  targets: ReadonlySet<Variable>,
): Map<Variable, Tensor> {
  const gradients = new Gradients(nodes, targets);
  gradients.give(root, start);
  for (const node of nodes) {
    const made = enter();
    try {
      differentiate(node, gradients);
    } finally {
      // What was given on is held by handles of its own.
      leave(made, []);
    }
  }
  return gradients.results;
}

function differentiate(node: GraphNode, gradients: Gradients): void {
  if (node.vjp === undefined) {
    throw new ArgumentError(
      `Cannot differentiate through "${node.name}": an earlier grad freed the graph; pass { createGraph: true } to it`,
    );
  }
  const given = gradients.take(node);
  if (given.every((g) => g === undefined)) return;
  const needed = node.inputs.map((v) => v !== undefined && gradients.wants(v));
  const parts = node.vjp(given, needed, node.saved);
  node.inputs.forEach((v, k) => {
    const part = parts[k];
    if (v !== undefined && part && needed[k]) gradients.give(v, part);
  });
  gradients.drop(given);
}

/** What has arrived at each variable so far, in handles of their own. */
class Gradients {
  /** The gradients of targets. */
  readonly results: Map<Variable, Tensor> = new Map();
  readonly #arrived = new Map<GraphNode, (Tensor | undefined)[]>();
  readonly #between: ReadonlySet<GraphNode>;
  readonly #targets: ReadonlySet<Variable>;

  constructor(
    nodes: readonly GraphNode[],
    targets: ReadonlySet<Variable>,
  ) {
    this.#between = new Set(nodes);
    this.#targets = targets;
  }

  /** Whether a gradient of this variable is of any use. */
  wants(variable: Variable): boolean {
    return this.#targets.has(variable) ||
      variable.node !== undefined && this.#between.has(variable.node);
  }

  /** Adds a gradient to those that arrived. */
  give(variable: Variable, part: Tensor): void {
    if (this.#targets.has(variable)) {
      const before = this.results.get(variable);
      this.results.set(variable, sumOf(before, part));
      before?.dispose();
    }
    const { node, index } = variable;
    if (node === undefined || !this.#between.has(node)) return;
    const arrived = this.#arrived.get(node) ?? new Array(node.outputs);
    const before = arrived[index];
    arrived[index] = sumOf(before, part);
    before?.dispose();
    this.#arrived.set(node, arrived);
  }

  /** The gradients of all outputs of a node: no more will arrive. */
  take(node: GraphNode): readonly (Tensor | undefined)[] {
    const arrived = this.#arrived.get(node) ?? new Array(node.outputs);
    this.#arrived.delete(node);
    return Array.from(arrived);
  }

  /** Gives back the memory of gradients that were used. */
  drop(given: readonly (Tensor | undefined)[]): void {
    given.forEach((g) => g?.dispose());
  }
}

/** A handle of the sum that no scope knows of. */
function sumOf(before: Tensor | undefined, part: Tensor): Tensor {
  if (before === undefined) return alias(part);
  if (!sameShape(before.shape, part.shape)) {
    throw new InternalError(
      `Gradients of shapes ${shapeText(before.shape)} and ${
        shapeText(part.shape)
      } met`,
    );
  }
  return alias(before.add(part));
}

/**
 * The function that gives the value of another, with its derivatives in all
 * of its arguments.
 *
 * @param f takes tensors, and gives a tensor of one entry
 * @returns a function of the same arguments; they need not require a
 * gradient. Where one does, the results can be differentiated again
 *
 * @example A step of gradient descent
 * ```ts
 * import { tensor, valueAndGrad } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const loss = valueAndGrad((x) => x.sub(1).square().sum());
 * const x = tensor([2, 3]);
 * const { value, grads: [g] } = loss(x);
 * assert.equal(value.item(), 5);
 * assert.deepEqual(x.sub(g.mul(0.5)).arraySync(), [1, 1]);
 * ```
 */
export function valueAndGrad<T extends readonly Tensor[]>(
  f: (...inputs: T) => Tensor,
): (...inputs: T) => ValueAndGrad {
  return (...inputs) => {
    const createGraph = isTracked(inputs);
    return withRecording(true, () => {
      const own = ownInputs(inputs);
      const output = f(...own as unknown as T);
      const grads = grad(output, own, { createGraph });
      return { value: createGraph ? output : output.detach(), grads };
    });
  };
}

/** A value with its derivatives. */
export interface ValueAndGrad {
  /** The value. */
  readonly value: Tensor;
  /** The derivative in each argument, of its shape. */
  readonly grads: Tensor[];
}

/** The same tensors, in places of their own in the graph. */
export function ownInputs(inputs: readonly Tensor[]): Tensor[] {
  return inputs.map((x) =>
    variableOf(x) === undefined ? x.detach().requiresGrad() : x.reshape(x.shape)
  );
}
