/**
 * What a launch looks like in memory: the same for all launches of a program
 * of the same sizes, so that it is found out once.
 *
 * @module
 */

import { type DomainFacts, factsOfAll } from "../launch/domain_facts.ts";
import { paddedRows } from "../launch/domain_facts.ts";
import {
  type Launch,
  MOST_INDEX,
  type RowBlock,
  width,
} from "../launch/launch.ts";
import { countsColumns } from "../launch/limits.ts";
import { ArgumentError } from "../errors.ts";
import type { Program } from "../program/ir.ts";
import type { Bits } from "./lanes.ts";
import type { Shape } from "./layout.ts";
import { cut, type Limits, type Pieces } from "./pieces.ts";
import { Places } from "./places.ts";
import { threads } from "./pool.ts";
import { timesOf } from "./time.ts";

/** What computes, for a shape of units. */
export interface Rendered {
  /** The bytes of the module. */
  readonly bytes: Uint8Array;
}

/** What a launch looks like. */
export interface Geometry<Module extends Rendered> {
  /** The shape of the work of one unit. */
  readonly shape: Shape;
  /** What computes. */
  readonly module: Module;
  /** How it is cut. */
  readonly pieces: Pieces;
  /** Where everything is. */
  readonly places: Places;
  /** About how long it takes on one thread, in nanoseconds. */
  readonly time: number;
}

interface Known<Module extends Rendered> extends Geometry<Module> {
  readonly entries: number;
  readonly columns: number;
  readonly threads: number;
}

/** The geometries of the launches of a program. */
export class Geometries<Module extends Rendered> {
  readonly #program: Program;
  readonly #limits: Limits;
  readonly #render: (shape: Shape) => Module;
  readonly #known = new WeakMap<readonly RowBlock[], Known<Module>>();

  /**
   * @param limits how large the pieces may be
   * @param render gives the module for a shape of units
   */
  constructor(
    program: Program,
    limits: Limits,
    render: (shape: Shape) => Module,
  ) {
    this.#program = program;
    this.#limits = limits;
    this.#render = render;
  }

  /** The geometry of a launch. */
  of(launch: Launch): Geometry<Module> {
    const { domains, columns } = launch;
    const bits = bitsOf(launch);
    const entries = width(launch.batch);
    const available = threads();
    const [first] = domains;
    const known = domains.length === 1 ? this.#known.get(first) : undefined;
    const same = known !== undefined && known.shape.bits === bits &&
      known.entries === entries && known.columns === columns &&
      known.threads === available;
    if (same) return known;
    const made = this.#made(launch, bits, entries, available);
    if (domains.length === 1) this.#known.set(first, made);
    return made;
  }

  #made(
    { domains, columns }: Launch,
    bits: Bits,
    entries: number,
    available: number,
  ): Known<Module> {
    const program = this.#program;
    if (columns > MOST_INDEX && countsColumns(program)) {
      throw new ArgumentError(
        `Cannot count ${columns} points on the CPU: at most ${MOST_INDEX} are possible; sum them and divide`,
      );
    }
    const shape = shapeOf(program, domains, bits);
    const module = this.#render(shape);
    const size = { domains, columns, entries };
    const pieces = cut(program, size, shape, this.#limits, available);
    const bytes = module.bytes.length;
    return {
      shape,
      module,
      pieces,
      places: new Places(program, shape, pieces, columns, bytes),
      time: timeOf(program, factsOfAll(domains, entries), bits),
      entries,
      columns,
      threads: available,
    };
  }
}

/** About how long a launch takes, data apart. */
function timeOf(program: Program, facts: DomainFacts, bits: Bits): number {
  const { pair, row } = timesOf(program, bits);
  return facts.pairs * pair + facts.allRows * row;
}

/**
 * Lanes of 64 bits for float64, where sums are to be that accurate, and for
 * integers, which floats of 32 bits do not hold.
 */
function bitsOf({ dtype, accurate, operands }: Launch): Bits {
  const wide = dtype === "float64" || dtype === "int32" || accurate === true ||
    operands.some(({ data }) => data.dtype === "int32");
  return wide ? 64 : 32;
}

/** What a row costs in units of so many groups: loads of columns are shared. */
const COST_OF_GROUPS: ReadonlyMap<number, number> = new Map([
  [4, 1],
  [2, 1.15],
  [1, 1.6],
]);

/** As many groups of lanes as there is work for: units are filled up. */
function shapeOf(
  program: Program,
  domains: readonly (readonly RowBlock[])[],
  bits: Bits,
): Shape {
  let [groups, least] = [1, Infinity];
  for (const [count, cost] of COST_OF_GROUPS) {
    // Without pairs there are no loads to share.
    if (count === 4 && program.pair.length === 0) continue;
    const time = cost * paddedRows(domains, count * 128 / bits);
    if (time < least) [groups, least] = [count, time];
  }
  return { bits, groups };
}
