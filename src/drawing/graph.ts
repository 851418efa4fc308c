/**
 * Drawings of what tensors were computed from.
 *
 * @module
 */

import { ArgumentError } from "../errors.ts";
import { TensorBase } from "../tensor/base.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type Boxes, boxesOf } from "./boxes.ts";
import { mermaidText } from "./mermaid.ts";
import { svgText } from "./svg.ts";

/** How a graph is drawn. */
export interface GraphOptions {
  /** Words for tensors in it. */
  readonly names?: Readonly<Record<string, Tensor>> | undefined;
}

/**
 * What some tensors were computed from, as a picture: notebooks show it, and
 * as text it is a Mermaid flow chart.
 */
export class GraphDrawing {
  readonly #boxes: Boxes;

  static {
    // Declared here, as computed names have no place in isolated declarations.
    Object.defineProperty(this.prototype, Symbol.for("Jupyter.display"), {
      value(this: GraphDrawing) {
        return { "text/plain": this.toString(), "image/svg+xml": this.svg() };
      },
    });
    Object.defineProperty(this.prototype, Symbol.for("Deno.customInspect"), {
      value(this: GraphDrawing) {
        return this.toString();
      },
    });
  }

  /**
   * Drawings are made by `graph`.
   *
   * @ignore
   */
  constructor(boxes: Boxes) {
    this.#boxes = boxes;
  }

  /** The drawing as a Mermaid flow chart. */
  toString(): string {
    return mermaidText(this.#boxes);
  }

  /** The drawing as the text of an SVG file. */
  svg(): string {
    return svgText(this.#boxes);
  }
}

/**
 * Draws the graph that derivatives go through: tensors that require a gradient
 * in blue, what was done to them in grey, and the output in green.
 *
 * Only what is recorded is drawn: data that require no gradient do not appear.
 *
 * @param output a tensor, or several
 * @param options words for tensors
 * @returns Mermaid text by `toString()`, a picture by `svg()` and in notebooks
 * @throws {ArgumentError} for what is no tensor
 *
 * @example The graph of a norm
 * ```ts
 * import { graph, tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const x = tensor([3, 4]).requiresGrad();
 * const drawing = graph(x.square().sum(), { names: { x } });
 * const [first, leaf, square] = drawing.toString().split("\n");
 * assert.equal(first, "flowchart TD");
 * assert.equal(leaf, '  n0(["x<br>(2,)"]):::leaf');
 * assert.equal(square, '  n1["square<br>(2,)"]:::operation');
 * assert.ok(drawing.svg().startsWith("<svg"));
 * ```
 */
export function graph(
  output: Tensor | readonly Tensor[],
  options: GraphOptions = {},
): GraphDrawing {
  const outputs: readonly Tensor[] = output instanceof TensorBase
    ? [output as Tensor]
    : output;
  if (areTensors(outputs)) {
    return new GraphDrawing(boxesOf(outputs, options.names ?? {}));
  }
  throw new ArgumentError(
    "Cannot draw the graph of what is no tensor: a tensor, or a list of tensors is wanted",
  );
}

function areTensors(list: readonly unknown[]): boolean {
  return Array.isArray(list) && list.length > 0 &&
    list.every((t) => t instanceof TensorBase);
}
