/**
 * Giving memory back in time.
 *
 * @module
 */

import { ArgumentError } from "../errors.ts";
import { TensorBase } from "../tensor/base.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { enter, leave } from "./scopes.ts";

/** Tensors made while it is open are freed at its end. */
export class Scope implements Disposable {
  readonly #made: Set<Tensor>;
  readonly #kept = new Set<Tensor>();

  /** Opens a scope within those that are open. */
  constructor() {
    this.#made = enter();
  }

  /**
   * Keeps tensors beyond the end of the scope.
   *
   * @param value a tensor, or arrays and objects with tensors in them
   * @returns the value
   */
  keep<T>(value: T): T {
    for (const tensor of tensorsIn(value)) this.#kept.add(tensor);
    return value;
  }

  /** Ends the scope. */
  dispose(): void {
    leave(this.#made, this.#kept);
  }

  /** As {@linkcode Scope.dispose}: for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/**
 * Opens a scope: tensors made in it are freed at its end.
 *
 * @returns the scope, for `using`
 *
 * @example A block that frees what it made
 * ```ts
 * import { scope, tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const x = tensor([1, 2]);
 * let y = x;
 * {
 *   using s = scope();
 *   y = s.keep(x.mul(3).sum());
 * }
 * assert.equal(y.item(), 9);
 * ```
 */
export function scope(): Scope;
/**
 * Runs a function and frees the tensors made in it, but for what it returns.
 * What derivatives need is kept for them.
 *
 * @param f a function that does not wait for anything
 * @returns what the function returns
 * @throws {ArgumentError} where the function is asynchronous
 *
 * @example Only the result stays
 * ```ts
 * import { scope, tensor } from "@allpairs/allpairs";
 * import assert from "node:assert/strict";
 *
 * const x = tensor([1, 2]);
 * assert.equal(scope(() => x.mul(3).sum()).item(), 9);
 * ```
 */
export function scope<T>(f: () => T): T;
export function scope<T>(f?: () => T): T | Scope {
  if (f === undefined) return new Scope();
  // The word `using` would make bundles for older engines longer.
  const own = new Scope();
  try {
    const result = f();
    if (result instanceof Promise) {
      // Its failure, if any, is the caller's own.
      result.catch(() => {});
      throw new ArgumentError(
        "Cannot run an asynchronous function in a scope: the scope would end before it; use scope() with using inside the function",
      );
    }
    return own.keep(result);
  } finally {
    own.dispose();
  }
}

/** The tensors in a value, in arrays and in objects. */
function tensorsIn(value: unknown, seen = new Set<unknown>()): Set<Tensor> {
  const found = new Set<Tensor>();
  const walk = (x: unknown): void => {
    if (typeof x !== "object" || x === null || seen.has(x)) return;
    seen.add(x);
    if (x instanceof TensorBase) found.add(x as Tensor);
    else if (ArrayBuffer.isView(x)) return;
    else if (x instanceof Map) x.forEach((v) => walk(v));
    else Object.values(x).forEach(walk);
  };
  walk(value);
  return found;
}
