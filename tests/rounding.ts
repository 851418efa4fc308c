/**
 * Rounding as its definition reads, for tests.
 *
 * @module
 */

/** The largest number of bfloat16. */
export const LARGEST_BFLOAT16: number = 2 ** 127 * (2 - 2 ** -7);

/** The nearest number of bfloat16: of two, the one with an even last digit. */
export function roundedToBfloat16(x: number): number {
  if (!Number.isFinite(x)) return x;
  // The distance of numbers as large as x: they have 8 digits, or end where
  // the least ordinary number does.
  let step = 2 ** -133;
  while (Math.abs(x) >= 2 ** 8 * step) step *= 2;
  const steps = x / step;
  const [below, part] = [Math.floor(steps), steps - Math.floor(steps)];
  const up = part > 0.5 || (part === 0.5 && below % 2 !== 0);
  const rounded = (below + (up ? 1 : 0)) * step;
  const result = Math.abs(rounded) > LARGEST_BFLOAT16
    ? Infinity
    : Math.abs(rounded);
  return x < 0 || Object.is(x, -0) ? -result : result;
}
