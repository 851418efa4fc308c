/**
 * Reads what independent tools computed.
 *
 * @module
 */

import type { NestedArray } from "../../mod.ts";
import { INPUTS, type Inputs } from "./inputs.ts";

/** Arrays by name, and who computed them. */
export interface Reference {
  /** The versions of the tools. */
  readonly versions: Readonly<Record<string, string>>;
  /** What they found. */
  readonly results: Readonly<Record<string, NestedArray>>;
}

/** The inputs of an example, and a function that gives one of the answers. */
export function referenceOf(
  name: string,
): { inputs: Inputs; answer: (key: string) => number[] } {
  const file = new URL(`data/${name}.json`, import.meta.url);
  const { results } = JSON.parse(Deno.readTextFileSync(file)) as Reference;
  const answer = (key: string) => {
    if (!(key in results)) throw new Error(`${name}.json has no "${key}"`);
    return ([results[key]] as unknown[]).flat(Infinity) as number[];
  };
  return { inputs: INPUTS[name](), answer };
}
