/**
 * Computes the coefficients of the elementary functions, and prints them as
 * the module `src/wasm/coefficients.ts`.
 *
 * Each function is given by its power series, evaluated with 200 binary
 * places, and interpolated at Chebyshev's nodes (which is within a small
 * factor of the best polynomial of that degree: L. N. Trefethen,
 * "Approximation Theory and Approximation Practice", chapters 5 and 15).
 * Newton's divided differences are expanded into powers, exactly, and
 * rounded to float64 in the end.
 *
 * @module
 */

const PLACES = 200n;
const ONE = 1n << PLACES;

const times = (a: bigint, b: bigint): bigint => (a * b) >> PLACES;
const over = (a: bigint, b: bigint): bigint => (a << PLACES) / b;

/** A number of float64, exactly. */
function fixed(x: number): bigint {
  const scaled = BigInt(Math.round(x * 2 ** 52));
  return scaled << (PLACES - 52n);
}

function toNumber(x: bigint): number {
  return Number(x) / Number(ONE);
}

/** `sum_k term(k) z^k`, where `ratio(k)` is term(k + 1) / term(k). */
function series(
  first: bigint,
  ratio: (k: bigint) => readonly [bigint, bigint],
) {
  return (z: bigint): bigint => {
    let [sum, term] = [0n, first];
    for (let k = 0n; k < 400n && (term > 4n || term < -4n); k++) {
      sum += term;
      const [p, q] = ratio(k);
      term = times(term, z) * p / q;
    }
    return sum;
  };
}

/** `sum_k z^k sign^k / (2 k + 3)` */
const oddReciprocals = (sign: bigint, first: bigint) =>
  series(first, (k) => [sign * (2n * k + 3n), 2n * k + 5n]);
/** `sum_k (sign z)^k (start)! / (start + 2 k)!`, times `first` */
const everyOther = (sign: bigint, start: bigint, first: bigint) =>
  series(first, (k) => [
    sign,
    (start + 2n * k + 1n) * (start + 2n * k + 2n),
  ]);

const sinhOver = everyOther(1n, 1n, ONE);
const cosh = everyOther(1n, 0n, ONE);

/** A function, where it is approximated, and the degree that it takes. */
interface Wanted {
  readonly name: string;
  readonly text: string;
  readonly f: (z: bigint) => bigint;
  readonly from: number;
  readonly to: number;
  readonly degree: number;
  /** Where it is interpolated, if not at Chebyshev's nodes. */
  readonly nodes?: readonly number[];
}

/** `log 2 = 2 atanh(1/3)` */
const LN2 = series(2n * ONE / 3n, (k) => [2n * k + 1n, 2n * k + 3n])(ONE / 9n);
/** `(2^x - 1) / x` */
const powerOf2 = (z: bigint): bigint =>
  times(LN2, series(ONE, (k) => [1n, k + 2n])(times(LN2, z)));

const HALF_LN2 = Math.LN2 / 2;
const ATANH = 0.0295;

/** What is approximated. */
export const WANTED: readonly Wanted[] = [
  {
    name: "EXP_32",
    text: "`(e^x - 1) / x`, |x| <= log 2, for 32 bits",
    f: series(ONE, (k) => [1n, k + 2n]),
    from: -Math.LN2 * 1.0001,
    to: Math.LN2 * 1.0001,
    degree: 6,
  },
  {
    name: "EXP_64",
    text: "`(e^x - 1) / x`, |x| <= log 2",
    f: series(ONE, (k) => [1n, k + 2n]),
    from: -Math.LN2 * 1.0001,
    to: Math.LN2 * 1.0001,
    degree: 13,
  },
  {
    name: "EXP_NARROW_32",
    text: "`(e^x - 1) / x`, |x| <= log(2) / 2, for 32 bits",
    f: series(ONE, (k) => [1n, k + 2n]),
    from: -HALF_LN2 * 1.0001,
    to: HALF_LN2 * 1.0001,
    degree: 5,
  },
  {
    name: "EXP_NARROW_64",
    text: "`(e^x - 1) / x`, |x| <= log(2) / 2",
    f: series(ONE, (k) => [1n, k + 2n]),
    from: -HALF_LN2 * 1.0001,
    to: HALF_LN2 * 1.0001,
    degree: 11,
  },
  {
    name: "EXP2_32",
    text: "`(2^x - 1) / x`, |x| <= 1/2, for 32 bits",
    f: powerOf2,
    from: -0.5001,
    to: 0.5001,
    degree: 4,
    // There the best polynomial is right, where errors count in units in the
    // last place of 2^x, and those of negative x more: they are rounded twice.
    nodes: [-0.48373, -0.35976, -0.126185, 0.32949, 0.480515],
  },
  {
    name: "EXP2_64",
    text: "`(2^x - 1) / x`, |x| <= 1/2",
    f: powerOf2,
    from: -0.5001,
    to: 0.5001,
    degree: 10,
  },
  {
    name: "EXPM1",
    text: "`(e^x - 1 - x) / x^2`, |x| <= log(2) / 2",
    f: series(ONE / 2n, (k) => [1n, k + 3n]),
    from: -HALF_LN2 * 1.0001,
    to: HALF_LN2 * 1.0001,
    degree: 11,
  },
  {
    name: "LOG_32",
    text:
      "`(log((1 + s) / (1 - s)) / s - 2) / z`, z = s^2 <= 0.0295, for 32 bits",
    f: oddReciprocals(1n, 2n * ONE / 3n),
    from: 0,
    to: ATANH,
    degree: 3,
  },
  {
    name: "LOG_64",
    text: "`(log((1 + s) / (1 - s)) / s - 2) / z`, z = s^2 <= 0.0295",
    f: oddReciprocals(1n, 2n * ONE / 3n),
    from: 0,
    to: ATANH,
    degree: 7,
  },
  {
    name: "SIN",
    text: "`(sin(x) / x - 1) / z`, z = x^2 <= (pi / 4)^2",
    f: everyOther(-1n, 3n, -ONE / 6n),
    from: 0,
    to: 0.6169,
    degree: 6,
  },
  {
    name: "COS",
    text: "`(cos(x) - 1 + z / 2) / z^2`, z = x^2 <= (pi / 4)^2",
    f: everyOther(-1n, 4n, ONE / 24n),
    from: 0,
    to: 0.6169,
    degree: 6,
  },
  {
    name: "ATAN",
    text: "`(atan(x) / x - 1) / z`, z = x^2 <= tan(pi / 8)^2",
    f: oddReciprocals(-1n, -ONE / 3n),
    from: 0,
    to: 0.1717,
    degree: 11,
  },
  {
    name: "ASIN",
    text: "`(asin(x) / x - 1) / z`, z = x^2 <= 1/4",
    f: series(ONE / 6n, (k) => [
      (2n * k + 3n) ** 2n,
      (2n * k + 4n) * (2n * k + 5n),
    ]),
    from: 0,
    to: 0.2501,
    degree: 14,
  },
  {
    name: "SINH",
    text: "`(sinh(x) / x - 1) / z`, z = x^2 <= 1",
    f: everyOther(1n, 3n, ONE / 6n),
    from: 0,
    to: 1.0001,
    degree: 7,
  },
  {
    name: "TANH",
    text: "`(tanh(x) / x - 1) / z`, z = x^2 <= 0.36",
    f: (z) => z === 0n ? -ONE / 3n : over(over(sinhOver(z), cosh(z)) - ONE, z),
    from: 0,
    to: 0.36,
    degree: 12,
  },
];

/** Coefficients of the interpolating polynomial, the constant one first. */
export function interpolate(
  { f, from, to, degree, nodes: given }: Wanted,
): number[] {
  const nodes = Array.from({ length: degree + 1 }, (_, k) => {
    const c = Math.cos((2 * k + 1) * Math.PI / (2 * degree + 2));
    return fixed(given?.[k] ?? (from + to) / 2 + (to - from) / 2 * c);
  });
  const differences = nodes.map(f);
  for (let order = 1; order <= degree; order++) {
    for (let k = degree; k >= order; k--) {
      differences[k] = over(
        differences[k] - differences[k - 1],
        nodes[k] - nodes[k - order],
      );
    }
  }
  let powers = [differences[degree]];
  for (let k = degree - 1; k >= 0; k--) {
    const next = [0n, ...powers];
    powers.forEach((c, p) => next[p] -= times(c, nodes[k]));
    next[0] += differences[k];
    powers = next;
  }
  return powers.map(toNumber);
}

/** The text of the module with all coefficients. */
export function coefficientsModule(): string {
  const head = [
    "/**",
    " * Coefficients of elementary functions, in ascending powers; made by",
    " * `deno run bench/coefficients.ts`, which says how.",
    " *",
    " * @module",
    " */",
  ];
  const tables = WANTED.flatMap((wanted) => [
    "",
    `/** ${wanted.text}. */`,
    `export const ${wanted.name}: readonly number[] = [`,
    ...interpolate(wanted).map((c) => `  ${c},`),
    "];",
  ]);
  return [...head, ...tables].join("\n") + "\n";
}

if (import.meta.main) console.log(coefficientsModule().trimEnd());
