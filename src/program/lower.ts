/**
 * From formulas to statements.
 *
 * @module
 */

import { InternalError } from "../errors.ts";
import { type Formula, topological } from "../formula/formula.ts";
import type { Builder } from "./builder.ts";
import type { Value, VectorSource } from "./ir.ts";
import type { Region } from "./region.ts";
import {
  filledVector,
  keep,
  keepPerColumn,
  lazyVector,
  operandVector,
  sumOf,
  type Vector,
  vectorOf,
} from "./vector.ts";

/** One basis loop that is being written. */
interface Frame {
  readonly loop: number;
  readonly index: Value;
  readonly region: Region;
  readonly vectors: Map<Formula, Vector>;
}

/** What lowering needs to know of the variables. */
export interface Bindings {
  /** The operand that holds a variable. */
  operand(variable: Formula): number;
  /** The axis bit of rows: what owns a result. */
  readonly rowAxis: number;
  /** Values of finished reductions, for epilogues. */
  readonly results?: readonly Vector[];
}

/** Turns formulas into vectors of scalar statements. */
export class Lowering {
  /** What the statements are written with. */
  readonly b: Builder;
  readonly #bindings: Bindings;
  readonly #vectors = new Map<Formula, Vector>();
  readonly #uses = new Map<Formula, number>();
  readonly #frames: Frame[] = [];

  /**
   * @param builder what to write with
   * @param bindings where the variables are
   * @param roots the formulas that will be asked for
   */
  constructor(
    builder: Builder,
    bindings: Bindings,
    roots: readonly Formula[],
  ) {
    this.b = builder;
    this.#bindings = bindings;
    for (const node of topological(...roots)) {
      for (const arg of node.args) {
        this.#uses.set(arg, (this.#uses.get(arg) ?? 0) + 1);
      }
    }
  }

  /** The value of a formula. */
  vector(root: Formula): Vector {
    const known = this.#known(root);
    if (known !== undefined) return known;
    // Operands of basis loops are lowered inside them, by the op itself.
    const stack = [root];
    for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
      const missing = node.op.binds
        ? []
        : node.args.filter((a) => this.#known(a) === undefined);
      if (missing.length > 0) {
        stack.push(...missing.reverse());
        continue;
      }
      stack.pop();
      if (this.#known(node) === undefined) this.#lower(node);
    }
    return this.#known(root) as Vector;
  }

  /** The value of a variable. */
  variable(node: Formula): Vector {
    const operand = this.#bindings.operand(node);
    return operandVector(this.b, operand, node.dim);
  }

  /** The value of a finished reduction. */
  result(index: number): Vector {
    const result = this.#bindings.results?.[index];
    if (result === undefined) throw new InternalError("No such result");
    return result;
  }

  /** Writes `body` for each basis vector of a loop. */
  loop(
    loop: number,
    count: number,
    body: (index: Value) => void,
  ): void {
    this.b.for(count, (index) => {
      const region = this.b.current;
      this.#frames.push({ loop, index, region, vectors: new Map() });
      body(index);
      this.#frames.pop();
    });
  }

  /** The index of the basis vector of an enclosing loop. */
  loopIndex(loop: number): Value {
    const frame = this.#frames.findLast((f) => f.loop === loop);
    if (frame === undefined) throw new InternalError("No such basis loop");
    return frame.index;
  }

  /** The dot product of two operands of `node`. */
  dot(node: Formula, a: Vector, c: Vector): Value {
    const sources = this.#separate(node, 0, a, 1, c);
    if (sources !== undefined) {
      const [x, y] = sources;
      return this.b.contract("dot", x, y, undefined, a.dim);
    }
    return sumOf(
      this.b,
      a.dim,
      (k) => this.b.apply("mul", a.at(k), c.at(k)),
    );
  }

  /** The squared distance of two operands of `node`, weighted by a third. */
  squaredDistance(
    node: Formula,
    a: Vector,
    c: Vector,
    weights?: Vector,
  ): Value {
    const { b } = this;
    const sources = this.#separate(node, 0, a, 1, c);
    const scale = weights && node.args[2].loops.length === 0 &&
        node.args[2].axes === 0
      ? this.#source(node.args[2], weights)
      : undefined;
    if (sources !== undefined && (!weights || scale)) {
      const [x, y] = sources;
      return b.contract("squaredDistance", x, y, scale, a.dim);
    }
    return sumOf(b, a.dim, (k) => {
      const d = b.apply("sub", a.at(k), c.at(k));
      const square = b.apply("mul", d, d);
      return weights ? b.apply("mul", weights.at(k), square) : square;
    });
  }

  /** A vector with one component. */
  scalar(value: Value): Vector {
    return vectorOf(this.b, [value]);
  }

  /** A vector given by a rule for its components. */
  lazy(dim: number, rule: (index: Value) => Value): Vector {
    return lazyVector(this.b, dim, rule);
  }

  /** Computes all components of a vector now. */
  keep(vector: Vector, name?: string): Vector {
    return keep(this.b, vector, name);
  }

  /** A vector whose components `write` puts one by one, in any order. */
  fill(
    dim: number,
    write: (put: (index: Value, value: Value) => void) => void,
  ): Vector {
    return filledVector(this.b, dim, write);
  }

  /** Both vectors where they lie, if one is of rows and one of columns. */
  #separate(
    node: Formula,
    k: number,
    a: Vector,
    m: number,
    c: Vector,
  ): [VectorSource, VectorSource] | undefined {
    const [x, y] = [node.args[k], node.args[m]];
    const separate = this.b.options.hoist && node.loops.length === 0 &&
      x.dim === y.dim && x.axes !== 0 && y.axes !== 0 &&
      (x.axes & y.axes) === 0;
    if (!separate) return undefined;
    return [this.#source(x, a), this.#source(y, c)];
  }

  /** Where a vector of one axis lies, computed beforehand if need be. */
  #source(node: Formula, vector: Vector): VectorSource {
    if (vector.source?.kind === "operand") return vector.source;
    const [row, column] = this.#axes(node);
    const kept = column && !row ? keepPerColumn(this.b, vector) : this.b.within(
      this.b.regionOf(row, column),
      () => keep(this.b, vector),
    );
    return kept.source as VectorSource;
  }

  #axes(node: Formula): [boolean, boolean] {
    const { rowAxis } = this.#bindings;
    return [(node.axes & rowAxis) !== 0, (node.axes & ~rowAxis) !== 0];
  }

  #known(node: Formula): Vector | undefined {
    return this.#memo(node).get(node);
  }

  /** Values that depend on a basis loop live as long as its turn. */
  #memo(node: Formula): Map<Formula, Vector> {
    return this.#frameOf(node)?.vectors ?? this.#vectors;
  }

  #frameOf(node: Formula): Frame | undefined {
    if (node.loops.length === 0) return undefined;
    return this.#frames.findLast((f) => node.loops.includes(f.loop));
  }

  #lower(node: Formula): void {
    const args = node.op.binds
      ? []
      : node.args.map((a) => this.#known(a) as Vector);
    const frame = this.#frameOf(node);
    const home = frame?.region ?? this.b.regionOf(...this.#axes(node));
    const vector = this.b.within(home, () => {
      const raw = node.op.lower(this, node, args);
      return frame === undefined ? this.#placed(node, raw) : raw;
    });
    this.#memo(node).set(node, vector);
  }

  /** Keeps long vectors that would otherwise be computed many times. */
  #placed(node: Formula, vector: Vector): Vector {
    const { b } = this;
    const [row, column] = this.#axes(node);
    // Pairs see no local array of a column: it goes through memory.
    const hidden = b.options.hoist && column && !row &&
      vector.source?.kind === "array";
    if (hidden) return keepPerColumn(b, vector);
    if (vector.dim <= b.options.unroll || vector.source) return vector;
    const once = b.options.hoist && !(row && column) && node.args.length > 0;
    if (once && column) return keepPerColumn(b, vector);
    const shared = node.op.costly && (this.#uses.get(node) ?? 0) > 1;
    return once || shared ? keep(b, vector) : vector;
  }
}
