/**
 * Chooses between direct and expanded distances, for the data at hand.
 *
 * Directly, `|x - y|^2` of D components is exact up to a factor
 * `1 + (D + 2) u`, u being the unit roundoff. So the values of
 * `exp(-s |x - y|^2)` are exact up to `max_t (D + 3) u t exp(-t)`, which is
 * `(D + 3) u / e`. Written out, with points at most R1 and R2 from a centre,
 * the distance is exact up to
 *
 *     u (2 c R1 R2 + n (R1^2 + R2^2) + 3 (R1 + R2)^2)
 *
 * where c and n are the numbers of terms that the dot product and the norms
 * add up in a row (N. Higham, Accuracy and Stability of Numerical Algorithms,
 * 2002, chapter 3). The expanded form is taken where s times that is no more:
 * then all values of the exponential are relatively exact to what the direct
 * form guarantees absolutely. What is not an exponent, such as the distance
 * to the nearest point, stays direct: nothing bounds what cancels.
 *
 * @module
 */

import type { DType } from "../dtypes.ts";
import type { ExpandedForm, OperandData } from "../launch/launch.ts";
import { asBuffer, type Buffer } from "../launch/buffer.ts";
import type { Formula } from "../formula/formula.ts";
import { div, mul, neg } from "../ops/arithmetic.ts";
import { variable } from "../ops/core.ts";
import { constant } from "../ops/op.ts";
import {
  centreVariable,
  type Distance,
  distancesIn,
  expandDistance,
  NORM_BLOCK,
} from "../optimise/expand_distances.ts";

/** What a choice depends on beside the formulas. */
export interface Circumstances {
  /** Where variables lie; `row` is the stride of i, `column` of j. */
  locate(variable: Formula): OperandData;
  /** Leading dimensions. */
  readonly batch: readonly number[];
  /** The number of points i. */
  readonly m: number;
  /** The number of points j. */
  readonly n: number;
  /** All results are sums: none tells which of some values is larger. */
  readonly sums: boolean;
  /** The type of the arithmetic. */
  readonly dtype: DType;
  /** Which fast forms are allowed. */
  readonly precision: "default" | "high" | "fast";
  /** What the backend offers, if anything. */
  readonly expanded: ExpandedForm | undefined;
}

/** What was chosen. */
export interface DistanceChoice {
  /** The formulas to compute. */
  readonly formulas: readonly Formula[];
  /** Data of the variables that the formulas have in addition. */
  readonly centres: ReadonlyMap<Formula, OperandData>;
  /** What was chosen and why, one line a distance. */
  readonly reasons: readonly string[];
}

/** Points are looked at once a launch: that pays where pairs are many. */
const FEWEST = 256;

/** The unit roundoff. */
const ROUNDOFF: { readonly [D in DType]?: number } = {
  float32: 2 ** -24,
  float64: 2 ** -53,
};

/** The form of each squared distance in some formulas. */
export function chooseDistances(
  formulas: readonly Formula[],
  at: Circumstances,
): DistanceChoice {
  const direct = { formulas, centres: new Map(), reasons: [] };
  if (at.expanded === undefined) return direct;
  let chosen = formulas;
  const centres = new Map<Formula, OperandData>();
  const reasons: string[] = [];
  for (const distance of distancesIn(formulas, at.expanded.least)) {
    const { centre, reason } = judge(distance, at, at.expanded);
    reasons.push(reason);
    if (centre === undefined) continue;
    const parameter = centreVariable(distance.node.args[0].dim);
    const [current] = distancesIn(chosen, at.expanded.least)
      .filter(({ node }) => node === distance.node);
    if (current === undefined) continue;
    chosen = expandDistance(chosen, current, parameter);
    centres.set(parameter, {
      data: centre,
      offset: 0,
      batch: at.batch.map(() => 0),
      row: 0,
      column: 0,
      component: 1,
    });
  }
  return { formulas: chosen, centres, reasons };
}

/** The centre of a distance that is to be expanded, and why or why not. */
function judge(
  { node, points, scales }: Distance,
  at: Circumstances,
  { chain }: ExpandedForm,
): { centre?: Float32Array | Float64Array; reason: string } {
  const { dim } = node.args[0];
  const direct = (why: string) => ({ reason: `direct, as ${why}` });
  const u = ROUNDOFF[at.dtype];
  if (at.precision === "high") return direct(`precision is "high"`);
  if (u === undefined) return direct(`${at.dtype} is not expanded`);
  if (scales === undefined) {
    return direct("small distances count, which would cancel");
  }
  if (!at.sums) return direct("values are compared");
  if (Math.min(at.m, at.n) < FEWEST) return direct("points are few");
  const data = points.map((p) => at.locate(p));
  if (data.some((d) => asBuffer(d.data).pending || !onHost(d))) {
    return direct("the points are not known yet");
  }
  const sizes = points.map((p) => p.axes === 1 ? at.m : at.n);
  const { centre, radii } = spreadOf(data, sizes, dim, at);
  const scale = Math.max(...scales.map((s) => Math.abs(numberOf(s, at))));
  const [r1, r2] = radii;
  const norms = NORM_BLOCK + Math.ceil(dim / NORM_BLOCK);
  const error = u * scale * (
    2 * chain(dim) * r1 * r2 + norms * (r1 ** 2 + r2 ** 2) +
    3 * (r1 + r2) ** 2
  );
  const allowed = u * (dim + 3) / Math.E;
  const bounds = `the error of exponents may be ${error.toExponential(1)}, ${
    allowed.toExponential(1)
  } directly`;
  // A NaN or an infinity among the data ends here, too.
  if (!(error <= allowed || at.precision === "fast" && error < 1e-2)) {
    return direct(bounds);
  }
  return { centre, reason: `expanded, as ${bounds}` };
}

function onHost({ data }: OperandData): boolean {
  return asBuffer(data).device === "cpu";
}

/** How two sets of points lie. */
interface Spread {
  /** A point between them. */
  readonly centre: Float32Array | Float64Array;
  /** How far the points of each set are from it at most. */
  readonly radii: readonly number[];
}

/** What was found out about points; their buffers are never written again. */
const spreads = new WeakMap<Buffer, WeakMap<Buffer, Map<string, Spread>>>();
const means = new WeakMap<Buffer, Map<string, Float64Array>>();

/** What tells which entries of a buffer are meant. */
function keyOf(d: OperandData, size: number, dim: number, at: Circumstances) {
  const { offset, row, column, component, batch } = d;
  const strides = [offset, row, column, component, ...batch];
  return [...strides, ...at.batch, size, dim].join();
}

/** How two sets of points lie; they are looked at once. */
function spreadOf(
  data: readonly OperandData[],
  sizes: readonly number[],
  dim: number,
  at: Circumstances,
): Spread {
  const [f, g] = data.map((d) => asBuffer(d.data));
  const key = [at.dtype, ...data.map((d, k) => keyOf(d, sizes[k], dim, at))]
    .join("|");
  const known = spreads.get(f)?.get(g)?.get(key);
  if (known !== undefined) return known;
  const centre = centreOf(data, sizes, dim, at);
  const radii = data.map((d, k) => radius(d, sizes[k], centre, dim, at));
  const ofF = spreads.get(f) ?? new WeakMap<Buffer, Map<string, Spread>>();
  const ofBoth = ofF.get(g) ?? new Map<string, Spread>();
  spreads.set(f, ofF.set(g, ofBoth.set(key, { centre, radii })));
  return { centre, radii };
}

/** The mean of both sets of points, rounded as they are. */
function centreOf(
  data: readonly OperandData[],
  sizes: readonly number[],
  dim: number,
  at: Circumstances,
): Float32Array | Float64Array {
  const { dtype, batch } = at;
  const parts = data.map((d, k) => {
    const buffer = asBuffer(d.data);
    const key = keyOf(d, sizes[k], dim, at);
    const known = means.get(buffer)?.get(key);
    if (known !== undefined) return known;
    const mean = new Float64Array(dim);
    const entries = buffer.host();
    const count = visit(d, sizes[k], batch, (from) => {
      for (let c = 0; c < dim; c++) mean[c] += entries[from + c * d.component];
    });
    for (let c = 0; c < dim; c++) mean[c] /= count;
    means.set(buffer, (means.get(buffer) ?? new Map()).set(key, mean));
    return mean;
  });
  const [a, b] = parts;
  const centre = dtype === "float32"
    ? new Float32Array(dim)
    : new Float64Array(dim);
  for (let c = 0; c < dim; c++) centre[c] = (a[c] + b[c]) / 2;
  return centre;
}

/** How far points are from the centre at most. */
function radius(
  data: OperandData,
  size: number,
  centre: Float32Array | Float64Array,
  dim: number,
  { batch }: Circumstances,
): number {
  const entries = asBuffer(data.data).host();
  const { component } = data;
  let most = 0;
  visit(data, size, batch, (from) => {
    let square = 0;
    for (let c = 0; c < dim; c++) {
      const d = entries[from + c * component] - centre[c];
      square += d * d;
    }
    // Once a NaN, always a NaN.
    most = square <= most ? most : Math.max(square, most);
  });
  return Math.sqrt(most);
}

/** Calls `at` with the first entry of each vector; gives how many they are. */
function visit(
  { offset, batch: strides, row, column }: OperandData,
  size: number,
  batch: readonly number[],
  at: (from: number) => void,
): number {
  const step = row + column;
  let count = 0;
  const walk = (k: number, from: number): void => {
    if (k === batch.length) {
      for (let i = 0; i < size; i++) at(from + i * step);
      count += size;
      return;
    }
    const turns = strides[k] === 0 ? 1 : batch[k];
    for (let t = 0; t < turns; t++) walk(k + 1, from + t * strides[k]);
  };
  walk(0, offset);
  return count;
}

/** The value of a parameter, the largest one of a batch; NaN if not known. */
function numberOf(formula: Formula, at: Circumstances): number {
  const { op, args, params } = formula;
  const [a, b] = op === variable ? [] : args.map((x) => numberOf(x, at));
  switch (op) {
    case constant:
      return Math.abs(params[0] as number);
    case variable: {
      const data = at.locate(formula);
      const buffer = asBuffer(data.data);
      const moves = data.batch.some((s, k) => s !== 0 && at.batch[k] > 1);
      if (buffer.pending || !onHost(data) || moves) return NaN;
      return Math.abs(buffer.host()[data.offset]);
    }
    case mul:
      return a * b;
    case div:
      return a / b;
    case neg:
      return a;
    default:
      return NaN;
  }
}
