/**
 * The graph of what was computed, kept for derivatives. Package-internal.
 *
 * Only what can be reached from a tensor that requires a gradient is
 * recorded. Nodes point at their inputs and never at their users, so a graph
 * that nobody can ask for is garbage.
 *
 * @module
 */

import type { Tensor } from "../tensor/tensor.ts";

/**
 * Gradients of the inputs of a node from those of its outputs, written with
 * operations on tensors so that they can be differentiated again.
 *
 * @param gradOutputs gradients of the outputs; `undefined` stands for zero
 * @param needed which inputs want a gradient
 * @param saved the tensors that were handed to `record` to be kept
 * @returns one gradient an input; `undefined` stands for zero
 */
export type Vjp = (
  gradOutputs: readonly (Tensor | undefined)[],
  needed: readonly boolean[],
  saved: readonly Tensor[],
) => readonly (Tensor | undefined)[];

/** One operation that was done. */
export interface GraphNode {
  /** Later nodes have larger numbers: descending order is reverse mode. */
  readonly id: number;
  /** What was done, for messages. */
  readonly name: string;
  /** The number of outputs. */
  readonly outputs: number;
  /** What it was done to; `undefined` where that is not tracked. */
  readonly inputs: readonly (Variable | undefined)[];
  /** Its rule; absent after the graph was freed. */
  vjp: Vjp | undefined;
  /** What the rule needs, held for it. */
  saved: readonly Tensor[];
}

/** What a tensor is in the graph: a leaf, or an output of a node. */
export interface Variable {
  /** What is computed from it has a larger number. */
  readonly id: number;
  /** What computed it; absent for leaves. */
  readonly node?: GraphNode;
  /** Which output of the node it is. */
  readonly index: number;
  /** The shape of the tensor, for drawings. */
  readonly shape: readonly number[];
}

let nextId = 0;
let recording = true;

/** Whether operations on tracked tensors are recorded now. */
export function isRecording(): boolean {
  return recording;
}

/** Runs `f` with recording on or off. */
export function withRecording<T>(on: boolean, f: () => T): T {
  const before = recording;
  recording = on;
  try {
    return f();
  } finally {
    recording = before;
  }
}

/** A new leaf. */
export function leaf(shape: readonly number[]): Variable {
  return { id: nextId++, index: 0, shape };
}

/** A new node, with one variable for each of its outputs, of these shapes. */
export function newNode(
  name: string,
  inputs: readonly (Variable | undefined)[],
  shapes: readonly (readonly number[])[],
  vjp: Vjp,
  saved: readonly Tensor[],
): Variable[] {
  const id = nextId++;
  const outputs = shapes.length;
  const node: GraphNode = { id, name, outputs, inputs, vjp, saved };
  return shapes.map((shape, index) => ({ id, node, index, shape }));
}

/**
 * Drops what a node holds: it cannot be differentiated through any more. What
 * it was done to stays, so that the attempt is noticed.
 */
export function freeNode(node: GraphNode): void {
  node.saved.forEach((t) => t.dispose());
  node.vjp = undefined;
  node.saved = [];
}

/**
 * The nodes between a variable and some others that it depends on, the last
 * ones first.
 */
export function nodesBetween(
  root: Variable,
  targets: ReadonlySet<Variable>,
): GraphNode[] {
  let first = Infinity;
  for (const { id } of targets) first = Math.min(first, id);
  // What is older than all targets depends on none of them.
  const found = nodesBelow(root, first);
  found.sort((a, b) => a.id - b.id);
  const between = new Set<GraphNode>();
  for (const node of found) {
    const leads = node.inputs.some((v) =>
      v !== undefined &&
      (targets.has(v) || v.node !== undefined && between.has(v.node))
    );
    if (leads) between.add(node);
  }
  return [...between].reverse();
}

/** The nodes that a variable depends on and that are younger than `first`. */
export function nodesBelow(
  root: Variable | undefined,
  first = -1,
): GraphNode[] {
  const found = new Set<GraphNode>();
  const stack = root?.node === undefined ? [] : [root.node];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (node.id <= first || found.has(node)) continue;
    found.add(node);
    for (const input of node.inputs) {
      if (input?.node !== undefined) stack.push(input.node);
    }
  }
  return [...found];
}
