/**
 * Derivatives of minima, maxima and k-minima: those of the values at the
 * points that were found.
 *
 * @module
 */

import { checkPlaces } from "../launch/limits.ts";
import {
  AXIS_I,
  AXIS_J,
  Category,
  type Formula,
  rewrite,
} from "../formula/formula.ts";
import { elem } from "../ops/parts.ts";
import { variable } from "../ops/core.ts";
import { sumReduction } from "../reductions/sum.ts";
import type { Reduction } from "../reductions/reduction.ts";
import { memoryOf } from "../tensor/base.ts";
import { tensor } from "../tensor/create.ts";
import { Tensor } from "../tensor/tensor.ts";
import {
  type Common,
  commonOf,
  type Job,
  reduceJobs,
  type ReduceOptions,
} from "./evaluate.ts";
import { categoryOf, freshVariable, indexOf, type Operand } from "./operand.ts";
import { LazyState } from "./state.ts";

/** How sums are differentiated: `pullBack` of gradient.ts. */
export type PullBackOfSums = (
  job: Job,
  reduced: "i" | "j",
  options: ReduceOptions,
  results: readonly Tensor[],
  grads: readonly (Tensor | undefined)[],
  wanted: readonly (Tensor | undefined)[],
) => (Tensor | undefined)[];

/**
 * Gradients in some of the tensors that an extremum reads. The formula is
 * evaluated again at the pairs that were found: the K results of a row are
 * one more batch dimension, and what varies with the reduced points is
 * gathered.
 */
export function pullBackSelected(
  job: Job,
  reduced: "i" | "j",
  options: ReduceOptions,
  results: readonly Tensor[],
  [grad]: readonly (Tensor | undefined)[],
  wanted: readonly (Tensor | undefined)[],
  ofSums: PullBackOfSums,
): (Tensor | undefined)[] {
  const totals: (Tensor | undefined)[] = wanted.map(() => undefined);
  if (grad === undefined) return totals;
  const found = results[1] ?? positionsOf(job, reduced, options);
  const { formula } = job.states[0];
  const common = commonOf(job.states);
  for (let d = 0; d < formula.dim; d++) {
    const chosen = new Chosen(common, reduced, found, formula.dim, d);
    const part = chosen.pullBack(formula, grad, options, wanted, ofSums);
    part.forEach((g, k) => {
      const before = totals[k];
      totals[k] = g && before ? before.add(g) : g ?? before;
    });
  }
  return totals;
}

/** Where the values are, for reductions that do not say. */
function positionsOf(
  job: Job,
  reduced: "i" | "j",
  options: ReduceOptions,
): Tensor {
  const reduction = job.reduction.selects as Reduction;
  return reduceJobs([{ ...job, reduction }], reduced, options)[0][0];
}

/** The pairs of one component of an extremum. */
class Chosen {
  readonly #common: Common;
  readonly #rowAxis: number;
  readonly #rows: number;
  readonly #columns: number;
  readonly #k: number;
  readonly #dim: number;
  readonly #component: number;
  /** The column of each result, `[...batch, K, rows]`; 0 where none. */
  readonly #at: Int32Array;
  /** 1 where there is a result, 0 elsewhere, laid out alike. */
  readonly #found: Tensor;
  readonly #batch: readonly number[];

  constructor(
    common: Common,
    reduced: "i" | "j",
    found: Tensor,
    dim: number,
    component: number,
  ) {
    const { m = 1, n = 1, batch } = common;
    this.#common = common;
    this.#rowAxis = reduced === "j" ? AXIS_I : AXIS_J;
    [this.#rows, this.#columns] = reduced === "j" ? [m, n] : [n, m];
    this.#dim = dim;
    this.#component = component;
    const blocks = batch.reduce((p, b) => p * b, 1);
    const all = memoryOf(found).data;
    this.#k = all.length / (blocks * this.#rows * dim || 1);
    this.#batch = [...batch, this.#k];
    const order = this.#order(blocks);
    this.#at = order.map((p) => Math.max(0, all[p]));
    const mask = Float64Array.from(order, (p) => all[p] < 0 ? 0 : 1);
    this.#found = tensor(mask, [...this.#batch, this.#rows, 1], {
      dtype: common.dtype,
      device: found.device,
    });
  }

  /** Positions in a result `[blocks, rows, K, dim]`, as `[blocks, K, rows]`. */
  #order(blocks: number): Int32Array {
    checkPlaces(
      "differentiate extrema",
      blocks * this.#rows * this.#k * this.#dim,
    );
    const order = new Int32Array(blocks * this.#k * this.#rows);
    let next = 0;
    for (let b = 0; b < blocks; b++) {
      for (let k = 0; k < this.#k; k++) {
        for (let r = 0; r < this.#rows; r++) {
          const point = (b * this.#rows + r) * this.#k + k;
          order[next++] = point * this.#dim + this.#component;
        }
      }
    }
    return order;
  }

  pullBack(
    formula: Formula,
    grad: Tensor,
    options: ReduceOptions,
    wanted: readonly (Tensor | undefined)[],
    ofSums: PullBackOfSums,
  ): (Tensor | undefined)[] {
    if (this.#columns === 0) return wanted.map(() => undefined);
    const operands = new Map<number, Operand>();
    const sources = new Map<Tensor, { from: Tensor; flat: Int32Array }>();
    const value = rewrite(elem(formula, this.#component), (node) => {
      if (node.op !== variable) return undefined;
      return this.#placed(node, operands, sources);
    });
    const rows = this.#rowAxis === AXIS_I
      ? { m: this.#rows, n: undefined }
      : { m: undefined, n: this.#rows };
    const state = new LazyState({
      formula: value,
      operands,
      batch: this.#batch,
      ...rows,
    });
    const own = [...new Set([...sources.keys(), ...wanted])]
      .filter((t) => t !== undefined);
    const job = { reduction: sumReduction, states: [state] };
    const reduced = this.#rowAxis === AXIS_I ? "j" : "i";
    const gradients = ofSums(
      job,
      reduced,
      {
        ...options,
        ranges: undefined,
      },
      [],
      [this.#gradient(grad)],
      own,
    );
    return wanted.map((t) => t && this.#collected(t, own, gradients, sources));
  }

  /** The gradient of this component, `[...batch, K, rows, 1]`. */
  #gradient(grad: Tensor): Tensor {
    const blocks = this.#common.batch.reduce((p, b) => p * b, 1);
    const flat = grad.reshape([grad.size, 1]);
    return flat.gather(this.#order(blocks))
      .reshape([...this.#batch, this.#rows, 1])
      .mul(this.#found);
  }

  /** A variable as seen from the pairs that were found. */
  #placed(
    node: Formula,
    operands: Map<number, Operand>,
    sources: Map<Tensor, { from: Tensor; flat: Int32Array }>,
  ): Formula {
    const operand = this.#common.operands.get(indexOf(node)) as Operand;
    const pair = categoryOf(node) === Category.PAIR;
    if (!pair && (node.axes & ~this.#rowAxis) === 0) {
      operands.set(indexOf(node), { ...operand, batch: [...operand.batch, 1] });
      return node;
    }
    const { dim, data } = operand;
    const flat = this.#flat(operand, pair);
    const fresh = freshVariable(
      dim,
      this.#rowAxis === AXIS_I ? Category.I : Category.J,
    );
    const gathered = this.#gathered(data, dim, flat);
    if (data instanceof Tensor && gathered instanceof Tensor) {
      sources.set(gathered, { from: data, flat });
    }
    operands.set(indexOf(fresh), { data: gathered, dim, batch: this.#batch });
    return fresh;
  }

  #gathered(
    data: Tensor | Float64Array,
    dim: number,
    flat: Int32Array,
  ): Tensor | Float64Array {
    if (data instanceof Tensor) {
      return data.reshape([data.size / dim, dim]).gather(flat);
    }
    const taken = new Float64Array(flat.length * dim);
    flat.forEach((from, to) =>
      taken.set(data.subarray(from * dim, (from + 1) * dim), to * dim)
    );
    return taken;
  }

  /** The vectors of an operand that each result reads, as positions. */
  #flat({ batch }: Operand, pair: boolean): Int32Array {
    const own = this.#common.batch;
    const size = this.#columns * (pair ? this.#rows : 1);
    const perBlock = this.#k * this.#rows;
    checkPlaces("differentiate extrema", batch.reduce((n, d) => n * d, size));
    return this.#at.map((column, p) => {
      const row = p % this.#rows;
      const point = !pair
        ? column
        : this.#rowAxis === AXIS_I
        ? row * this.#columns + column
        : column * this.#rows + row;
      return blockOf(batch, own, Math.floor(p / perBlock)) * size + point;
    });
  }

  /** The gradient in one tensor: its own, and that of what was gathered. */
  #collected(
    wanted: Tensor,
    own: readonly Tensor[],
    gradients: readonly (Tensor | undefined)[],
    sources: ReadonlyMap<Tensor, { from: Tensor; flat: Int32Array }>,
  ): Tensor | undefined {
    let total: Tensor | undefined;
    own.forEach((t, k) => {
      const g = gradients[k];
      const source = sources.get(t);
      if (g === undefined || (t !== wanted && source?.from !== wanted)) return;
      const term = source === undefined ? g : scattered(g, source.flat, wanted);
      total = total === undefined ? term : total.add(term);
    });
    return total;
  }
}

/** Adds vectors up where they were gathered from. */
function scattered(g: Tensor, flat: Int32Array, wanted: Tensor): Tensor {
  const dim = g.size / flat.length;
  return g.reshape([flat.length, dim])
    .scatterAdd(flat, wanted.size / dim)
    .reshape([...wanted.shape]);
}

/** The block of an operand for a block of the result. */
export function blockOf(
  batch: readonly number[],
  result: readonly number[],
  block: number,
): number {
  let [at, stride, rest] = [0, 1, block];
  for (let k = 1; k <= result.length; k++) {
    const size = result[result.length - k];
    const own = batch[batch.length - k] ?? 1;
    if (own !== 1) at += stride * (rest % size);
    stride *= own;
    rest = Math.floor(rest / size);
  }
  return at;
}
