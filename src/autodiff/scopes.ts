/**
 * Which tensors were made since when. Package-internal.
 *
 * @module
 */

import type { Tensor } from "../tensor/tensor.ts";

/** The tensors made while each of the open scopes was the innermost one. */
const open: Set<Tensor>[] = [];

/** Notes a new tensor in the innermost scope. */
export function register(tensor: Tensor): Tensor {
  open.at(-1)?.add(tensor);
  return tensor;
}

/** Opens a scope. */
export function enter(): Set<Tensor> {
  const made = new Set<Tensor>();
  open.push(made);
  return made;
}

/** Closes a scope: frees what was made in it, but for `kept`. */
export function leave(made: Set<Tensor>, kept: Iterable<Tensor>): void {
  const at = open.lastIndexOf(made);
  if (at < 0) return;
  open.splice(at, 1);
  const outer = open[at - 1];
  for (const tensor of kept) {
    if (made.delete(tensor)) outer?.add(tensor);
  }
  for (const tensor of made) tensor.dispose();
}
