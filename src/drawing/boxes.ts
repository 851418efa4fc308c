/**
 * The graph of derivatives as boxes and arrows. Package-internal.
 *
 * @module
 */

import { nodesBelow, type Variable } from "../autodiff/graph.ts";
import { variableOf } from "../tensor/base.ts";
import { shapeText } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** One box of a drawing. */
export interface Box {
  /** A tensor that was given, an operation, or a tensor that is drawn. */
  readonly kind: "leaf" | "operation" | "output";
  /** Its lines of text. */
  readonly lines: readonly string[];
}

/** From one box to another, by their positions. */
export interface Arrow {
  /** Where what flows comes from. */
  readonly from: number;
  /** What it flows into. */
  readonly to: number;
  /** Which of several results it is. */
  readonly label: string;
}

/** Boxes, each after those that it depends on, and arrows. */
export interface Boxes {
  /** The boxes. */
  readonly boxes: readonly Box[];
  /** The arrows. */
  readonly arrows: readonly Arrow[];
}

/** What some tensors were computed from. */
export function boxesOf(
  outputs: readonly Tensor[],
  names: Readonly<Record<string, Tensor>>,
): Boxes {
  const words = new Map<Variable, string>();
  for (const [name, t] of Object.entries(names)) {
    const variable = variableOf(t);
    if (variable !== undefined) words.set(variable, name);
  }
  const boxes: Box[] = [];
  const arrows: Arrow[] = [];
  const places = new Map<unknown, number>();
  const add = (box: Box): number => boxes.push(box) - 1;
  const placeOf = (variable: Variable): number => {
    const key = variable.node ?? variable;
    const place = places.get(key) ?? add({
      kind: "leaf",
      lines: [words.get(variable) ?? "leaf", shapeText(variable.shape)],
    });
    places.set(key, place);
    return place;
  };
  const connect = (from: Variable, to: number): void => {
    const several = (from.node?.outputs ?? 1) > 1;
    const label = several ? `${from.index}` : "";
    arrows.push({ from: placeOf(from), to, label });
  };
  const roots = outputs.map(variableOf);
  const nodes = new Set(roots.flatMap((root) => nodesBelow(root)));
  const shapes = shapesOf([...nodes].flatMap((n) => n.inputs), roots);
  for (const node of [...nodes].sort((a, b) => a.id - b.id)) {
    // Leaves come before what is done to them.
    node.inputs.forEach((v) => v && placeOf(v));
    const known = shapes.get(node.id) ?? [];
    const place = add({ kind: "operation", lines: [node.name, ...known] });
    places.set(node, place);
    node.inputs.forEach((v) => v && connect(v, place));
  }
  outputs.forEach((t, k) => {
    const root = roots[k];
    const word = outputs.length > 1 ? `output ${k}` : "output";
    const name = root && words.get(root);
    if (root) placeOf(root);
    const lines = [name ?? word, shapeText(t.shape)];
    const place = add({ kind: "output", lines });
    if (root) connect(root, place);
  });
  return { boxes, arrows };
}

/** The shapes of the results that something depends on, by node. */
function shapesOf(
  ...variables: (readonly (Variable | undefined)[])[]
): Map<number, string[]> {
  const found = new Map<number, string[]>();
  for (const variable of variables.flat()) {
    if (variable?.node === undefined) continue;
    const shapes = found.get(variable.node.id) ?? [];
    const text = shapeText(variable.shape);
    if (!shapes.includes(text)) shapes.push(text);
    found.set(variable.node.id, shapes);
  }
  return found;
}
