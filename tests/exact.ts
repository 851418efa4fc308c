/**
 * Elementary functions with 400 binary places, for tests.
 *
 * @module
 */

const PLACES = 400;
const SHIFT = BigInt(PLACES);
const ONE = 1n << SHIFT;

/** A number with {@linkcode PLACES} binary places. */
export type Fixed = bigint;

const times = (a: Fixed, b: Fixed): Fixed => (a * b) >> SHIFT;
const over = (a: Fixed, b: Fixed): Fixed => (a << SHIFT) / b;

/** A number exactly; its last place must not be below 2^-400. */
export function fixed(x: number): Fixed {
  let shift = PLACES;
  while (!Number.isInteger(x) && shift > 0) {
    x *= 2;
    shift--;
  }
  return BigInt(x) << BigInt(shift);
}

/** The nearest number, nearly. */
function rounded(x: Fixed): number {
  const excess = Math.max(0, x.toString(2).length - 64);
  return Number(x >> BigInt(excess)) * 2 ** (excess - PLACES);
}

function root(x: Fixed): Fixed {
  if (x === 0n) return 0n;
  let y = fixed(Math.sqrt(rounded(x))) || 1n;
  for (let k = 0; k < 6; k++) y = (y + over(x, y)) >> 1n;
  return y;
}

/** `first (1 + x / d(1) (1 + x / d(2) (...)))` */
function series(first: Fixed, x: Fixed, d: (k: bigint) => bigint): Fixed {
  let [sum, term] = [0n, first];
  for (let k = 1n; term !== 0n && term !== -1n; k++) {
    sum += term;
    term = times(term, x) / d(k);
  }
  return sum;
}

/** `atan x`, three times halved. */
function atan(x: Fixed): Fixed {
  if (x < 0n) return -atan(-x);
  let y = x;
  for (let k = 0; k < 3; k++) {
    y = over(y, ONE + root(ONE + times(y, y)));
  }
  const square = times(y, y);
  let [sum, power] = [0n, y];
  for (let n = 1n; power !== 0n && power !== -1n; n += 2n) {
    sum += power / n;
    power = -times(power, square);
  }
  return 8n * sum;
}

const HALF_PI = 2n * atan(ONE);
const LN2 = ((): Fixed => {
  let sum = 0n;
  for (let n = 1n; n <= BigInt(PLACES); n++) sum += (ONE >> n) / n;
  return sum;
})();

/** Division that rounds to the nearest integer. */
function nearest(a: bigint, b: bigint): bigint {
  const twice = 2n * a + b;
  const q = twice / (2n * b);
  return twice < 0n && q * 2n * b !== twice ? q - 1n : q;
}

function exp(x: Fixed): Fixed {
  const k = nearest(x, LN2);
  const y = series(ONE, x - k * LN2, (n) => n);
  return k >= 0n ? y << k : y >> -k;
}

function log(x: Fixed): Fixed {
  let y = fixed(Math.log(rounded(x)));
  for (let k = 0; k < 4; k++) y += times(x, exp(-y)) - ONE;
  return y;
}

/** Sine and cosine. */
function wave(x: Fixed): readonly [Fixed, Fixed] {
  const n = nearest(x, HALF_PI);
  const r = x - n * HALF_PI;
  const square = -times(r, r);
  const s = series(r, square, (k) => 2n * k * (2n * k + 1n));
  const c = series(ONE, square, (k) => 2n * k * (2n * k - 1n));
  const quadrants = [[s, c], [c, -s], [-s, -c], [-c, s]] as const;
  return quadrants[Number(((n % 4n) + 4n) % 4n)];
}

function atan2(y: Fixed, x: Fixed): Fixed {
  if (x > 0n) return atan(over(y, x));
  if (x === 0n) return y > 0n ? HALF_PI : -HALF_PI;
  return atan(over(y, x)) + (y < 0n ? -2n : 2n) * HALF_PI;
}

/** The functions. */
export const EXACT: Readonly<Record<string, (x: Fixed, y: Fixed) => Fixed>> = {
  exp,
  exp2: (x) => exp(times(x, LN2)),
  expm1: (x) => exp(x) - ONE,
  log,
  log1p: (x) => log(ONE + x),
  sin: (x) => wave(x)[0],
  cos: (x) => wave(x)[1],
  tan: (x) => over(...wave(x)),
  asin: (x) => atan2(x, root(ONE - times(x, x))),
  acos: (x) => 2n * atan2(root(ONE - x), root(ONE + x)),
  atan,
  atan2,
  sinh: (x) => (exp(x) - exp(-x)) >> 1n,
  cosh: (x) => (exp(x) + exp(-x)) >> 1n,
  tanh: (x) => over(exp(x) - exp(-x), exp(x) + exp(-x)),
};

/** How many units in the last place of float64 a result is off. */
export function ulpsOff(actual: number, exact: Fixed): number {
  const exponent = Math.floor(Math.log2(Math.abs(rounded(exact))));
  const unit = fixed(2 ** Math.max(exponent - 52, -1074));
  const error = fixed(actual) - exact;
  return Math.abs(Number((error << 20n) / unit)) / 2 ** 20;
}
