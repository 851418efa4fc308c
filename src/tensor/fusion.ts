/**
 * Chains of elementwise operations as one map: each operation on many entries
 * is put off, and computed with those that it reads, as far as nobody has
 * needed them before.
 *
 * @module
 */

import type { Device } from "../devices.ts";
import type { DType } from "../dtypes.ts";
import type { Buffer } from "../launch/buffer.ts";
import type { Pace, Steps } from "../launch/flight.ts";
import {
  later,
  pendingWork,
  type ResultSpec,
  settle,
  stepwise,
  wantedBeside,
  type Work,
} from "../launch/pending.ts";
import type { Place } from "../engine/place.ts";
import { type Formula, rewrite, topological } from "../formula/formula.ts";
import { variable } from "../ops/core.ts";
import { sameShape, type Shape, sizeOf } from "./shape.ts";

/** What a map reads: entries, in a shape that broadcasts to that of the map. */
export interface MapOperand {
  /** The entries. */
  readonly buffer: Buffer;
  /** Their shape. */
  readonly shape: Shape;
}

/** Evaluates formulas of operands 0, 1 ... entry by entry. */
export type EvaluateMap = (
  formulas: readonly Formula[],
  operands: readonly MapOperand[],
  shape: Shape,
  dtype: DType,
  place: Place,
) => readonly Buffer[];

/** Maps of fewer entries are computed at once. */
const PUT_OFF_FROM = 2 ** 15;
/** A map grows no longer than so many nodes and operands. */
const [MOST_NODES, MOST_OPERANDS] = [64, 12];
/** Nanoseconds that an entry takes, about. */
const ENTRY = 3;

/** Whether a map of this shape is to be put off. */
export function isLarge(shape: Shape): boolean {
  return sizeOf(shape) >= PUT_OFF_FROM;
}

/** An elementwise operation to be done. */
class MapWork implements Work {
  readonly inputs: readonly Buffer[];
  readonly results: readonly ResultSpec[];
  readonly place: Place;
  readonly cost: number;
  readonly formula: Formula;
  readonly operands: readonly MapOperand[];
  readonly shape: Shape;
  readonly dtype: DType;
  readonly #evaluate: EvaluateMap;

  constructor(
    formula: Formula,
    operands: readonly MapOperand[],
    shape: Shape,
    dtype: DType,
    place: Place,
    evaluate: EvaluateMap,
  ) {
    const length = sizeOf(shape);
    this.place = place;
    this.formula = formula;
    this.operands = operands;
    this.shape = shape;
    this.dtype = dtype;
    this.inputs = operands.map((o) => o.buffer);
    this.results = [{ dtype, length }];
    this.cost = ENTRY * length;
    this.#evaluate = evaluate;
  }

  get device(): Device {
    return this.place.device;
  }

  /** What has to be there: what is computed with this map has not. */
  first(): readonly Buffer[] {
    return fused(this).operands.map((o) => o.buffer);
  }

  run(): readonly Buffer[] {
    const map = fused(this);
    return this.#settled(map, this.#begin(map));
  }

  *steps(pace: Pace): Steps<readonly Buffer[]> {
    const map = fused(this);
    const results = this.#begin(map);
    yield* stepwise(results[0], pace);
    return this.#settled(map, results);
  }

  #begin({ formulas, operands }: Fused): readonly Buffer[] {
    const { shape, dtype, place } = this;
    return this.#evaluate(formulas, operands, shape, dtype, place);
  }

  /** The first result is that of this map, the others are of those it reads. */
  #settled({ others }: Fused, results: readonly Buffer[]): readonly Buffer[] {
    const values = results.map((b) => b.value());
    others.forEach((buffer, k) => settle(buffer, [values[k + 1]]));
    return [values[0]];
  }
}

/** A map with those that it reads. */
interface Fused {
  /** That of the map, then those of others that are wanted, too. */
  readonly formulas: readonly Formula[];
  /** What they read. */
  readonly operands: readonly MapOperand[];
  /** The others. */
  readonly others: readonly Buffer[];
}

function fused(root: MapWork): Fused {
  const operands: MapOperand[] = [];
  const inlined = new Map<Buffer, { formula: Formula; uses: number }>();
  let nodes = topological(root.formula).length;

  const read = (operand: MapOperand): Formula => {
    const { buffer, shape } = operand;
    const known = inlined.get(buffer);
    const fits = sameShape(shape, root.shape);
    if (known !== undefined && fits) {
      known.uses++;
      return known.formula;
    }
    const work = fits ? pendingWork(buffer) : undefined;
    if (work instanceof MapWork && mayGrow(work)) {
      const entry = { formula: formulaOf(work), uses: 1 };
      inlined.set(buffer, entry);
      return entry.formula;
    }
    let at = operands.findIndex((o) =>
      o.buffer === buffer && sameShape(o.shape, shape)
    );
    if (at < 0) at = operands.push(operand) - 1;
    return variable(at, 1, 0);
  };

  const mayGrow = (work: MapWork): boolean => {
    const more = topological(work.formula).length;
    const fits = work.dtype === root.dtype && work.device === root.device &&
      sameShape(work.shape, root.shape) && nodes + more <= MOST_NODES &&
      operands.length + work.operands.length <= MOST_OPERANDS;
    if (fits) nodes += more;
    return fits;
  };

  const formulaOf = (work: MapWork): Formula => {
    const parts = work.operands.map(read);
    return rewrite(
      work.formula,
      (node) =>
        node.op === variable ? parts[node.params[0] as number] : undefined,
    );
  };

  const own = formulaOf(root);
  const wanted = [...inlined].filter(([buffer, { uses }]) =>
    wantedBeside(buffer, uses)
  );
  return {
    formulas: [own, ...wanted.map(([, { formula }]) => formula)],
    operands,
    others: wanted.map(([buffer]) => buffer),
  };
}

/** The entries of a map, computed when they are needed. */
export function mapLater(
  formula: Formula,
  operands: readonly MapOperand[],
  shape: Shape,
  dtype: DType,
  place: Place,
  evaluate: EvaluateMap,
): Buffer {
  return later(
    new MapWork(formula, operands, shape, dtype, place, evaluate),
  )[0];
}
