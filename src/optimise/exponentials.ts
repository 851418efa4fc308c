/**
 * Exponentials of pairs as powers of 2, where they are only summed.
 *
 * `e^(c u)` is `2^((c log2 e) u)`: what c depends on leaves the pair loop, and
 * with it the multiplication by `log2 e`. A sum does not miss terms that are
 * less than the least ordinary number, so the shorter `exp2` will do. Where a
 * program multiplies by `log2 e` itself, as sums with a bound do, that goes the
 * same way.
 *
 * @module
 */

import {
  type Block,
  LARGEST,
  type Primitive,
  type Program,
  type Statement,
  type Value,
} from "../program/ir.ts";
import { withoutDead } from "../program/dead.ts";
import { withSunk } from "../program/sink.ts";
import { BLOCKS, definedBy, usedBy } from "../program/uses.ts";

type Apply = Extract<Statement, { kind: "apply" }>;

/** Blocks whose values pairs see. */
type Home = "uniform" | "row" | "pair";

/** The program with short exponentials. */
export function withPowersOf2(program: Program): Program {
  if (!program.pair.some((s) => isExp(s) || isScaling(s))) return program;
  return new Rewriting(program).result();
}

/** Whether a statement multiplies by `log2 e`. */
function isScaling(s: Statement): boolean {
  return s.kind === "apply" && s.primitive === "mul" &&
    s.args[1].literal === Math.LOG2E;
}

function isExp(s: Statement): boolean {
  return s.kind === "apply" && s.primitive === "exp";
}

/** A value as a product, of a number and of what is known before the pairs. */
interface Product {
  readonly literal: number;
  readonly factor?: Value;
  readonly divisor?: Value;
  readonly rest: Value;
}

/** A product times a number. */
function scaled(p: Product, by: number): Product {
  return { ...p, literal: p.literal * by };
}

/** Whether a product has a factor that is no number. */
function isScaled({ factor, divisor }: Product): boolean {
  return factor !== undefined || divisor !== undefined;
}

/** One program while it is rewritten. */
class Rewriting {
  readonly #program: Program;
  readonly #origins = new Map<number, Statement>();
  readonly #homes = new Map<number, Home>();
  readonly #uses = new Map<number, Statement[]>();
  readonly #added: { readonly [H in Home]: Statement[] } = {
    uniform: [],
    row: [],
    pair: [],
  };
  readonly #known = new Map<string, Value>();
  #next = 0;

  constructor(program: Program) {
    this.#program = program;
    for (const name of BLOCKS) this.#note(program[name], name);
    for (const { own, other } of program.state) {
      this.#next = Math.max(this.#next, own.id + 1, other.id + 1);
    }
    const { columnIndex, columnCount } = program;
    this.#next = Math.max(this.#next, columnIndex.id + 1, columnCount.id + 1);
  }

  /** Notes where values come from and where they go. */
  #note(block: Block, name: string): void {
    const outer = name === "uniform" || name === "row";
    for (const s of block) {
      for (const { id } of usedBy(s)) {
        const uses = this.#uses.get(id) ?? [];
        this.#uses.set(id, uses);
        uses.push(s);
      }
      const to = definedBy(s);
      if (to) {
        this.#origins.set(to.id, s);
        if (outer) this.#homes.set(to.id, name);
        this.#next = Math.max(this.#next, to.id + 1);
      }
      if (s.kind === "for") this.#next = Math.max(this.#next, s.index.id + 1);
      if (s.kind === "slot") this.#next = Math.max(this.#next, s.slot.id + 1);
      if (s.kind === "array") this.#next = Math.max(this.#next, s.array.id + 1);
      if (s.kind === "for" || s.kind === "if") this.#note(s.body, name);
    }
  }

  result(): Program {
    const pair: Statement[] = [];
    for (const s of this.#program.pair) {
      const written = s.kind === "apply" ? this.#rewritten(s) : [s];
      pair.push(...this.#added.pair.splice(0), ...written);
    }
    const { uniform, row } = this.#program;
    // A branch may be all that still needs what was multiplied.
    return withSunk(withoutDead({
      ...this.#program,
      uniform: [...uniform, ...this.#added.uniform],
      row: [...row, ...this.#added.row],
      pair,
    }));
  }

  #rewritten(s: Apply): Statement[] {
    if (isScaling(s)) return [{ ...s, args: this.#scaled(s.args[0]) }];
    return isExp(s) && this.#isSummed(s.to) ? this.#power(s) : [s];
  }

  /** Whether a value goes nowhere but into sums, perhaps multiplied. */
  #isSummed(value: Value): boolean {
    return (this.#uses.get(value.id) ?? []).every((s) => {
      switch (s.kind) {
        case "apply":
          return this.#keepsSums(s, value) && this.#isSummed(s.to);
        case "contract":
          return s.form === "dot" && this.#isSummed(s.to);
        case "write":
          return this.#adds(
            value,
            (x) => x?.kind === "read" && x.slot === s.slot,
          );
        case "put":
          return this.#adds(
            value,
            (x) => x?.kind === "get" && x.array === s.array,
          );
        default:
          return false;
      }
    });
  }

  #keepsSums({ primitive, args }: Apply, value: Value): boolean {
    if (primitive === "select") return args[0] !== value;
    return primitive === "mul" || primitive === "add" ||
      primitive === "sub" || primitive === "neg";
  }

  /** Whether a value is what storage held, and something more. */
  #adds(
    value: Value,
    holds: (s: Statement | undefined) => boolean,
  ): boolean {
    const s = this.#origins.get(value.id);
    return s?.kind === "apply" && s.primitive === "add" &&
      s.args.some((a) => holds(this.#origins.get(a.id)));
  }

  /** `2^(c u)` for `e^x`, `x = c u / log2(e)`. */
  #power({ to, args }: Apply): Statement[] {
    const product = this.#scaled(args[0]);
    const x = this.#new();
    return [
      { kind: "apply", to: x, primitive: "mul", args: product },
      { kind: "apply", to, primitive: "exp2", args: [x] },
    ];
  }

  /** The factors of a value times `log2 e`: what differs, what does not. */
  #scaled(value: Value): [Value, Value] {
    const { literal, factor, divisor, rest } = this.#split(value);
    const known = this.#float(literal * Math.LOG2E);
    const scale = factor
      ? this.#scale("mul", factor, known)
      : divisor
      ? this.#scale("div", known, divisor)
      : known;
    return [rest, scale];
  }

  /** Takes what is known before the pairs out of a value. */
  #split(value: Value): Product {
    const s = this.#origins.get(value.id);
    const whole = { literal: 1, rest: value };
    if (s?.kind !== "apply" || this.#homes.has(value.id)) return whole;
    const [a, b] = s.args;
    if (s.primitive === "neg") return scaled(this.#split(a), -1);
    if (s.primitive === "div" && this.#isOuter(b)) {
      const inner = this.#split(a);
      if (b.literal !== undefined) return scaled(inner, 1 / b.literal);
      return isScaled(inner) ? whole : { ...inner, divisor: b };
    }
    if (s.primitive !== "mul") return whole;
    const [outer, rest] = this.#isOuter(b) ? [b, a] : [a, b];
    if (!this.#isOuter(outer)) return whole;
    const inner = this.#split(rest);
    if (outer.literal !== undefined) return scaled(inner, outer.literal);
    return isScaled(inner) ? whole : { ...inner, factor: outer };
  }

  /** Known before the pairs, or loaded once for all rows of a column. */
  #isOuter(value: Value): boolean {
    if (value.literal !== undefined || this.#homes.has(value.id)) return true;
    const s = this.#origins.get(value.id);
    return s?.kind === "load" && !this.#program.operands[s.operand].row;
  }

  #homeOf({ id, literal }: Value): Home {
    return literal === undefined ? this.#homes.get(id) ?? "pair" : "uniform";
  }

  /**
   * A scale, and its size if it is only its size that is too large: then 0
   * times it stays 0.
   */
  #scale(primitive: "mul" | "div", a: Value, b: Value): Value {
    const scale = this.#outer(primitive, a, b);
    const infinite = primitive === "mul"
      ? this.#outer("eq", this.#outer("abs", a), this.#float(Infinity))
      : this.#outer("eq", b, this.#float(0));
    const [least, most] = [-LARGEST, LARGEST].map((x) => this.#float(x));
    const below = this.#outer("min", scale, most);
    const bounded = this.#outer("max", below, least);
    return this.#outer("select", infinite, scale, bounded);
  }

  /** The result of a primitive, as far out as it can be computed. */
  #outer(primitive: Primitive, ...args: Value[]): Value {
    const order: Home[] = ["uniform", "row", "pair"];
    const places = args.map((a) => order.indexOf(this.#homeOf(a)));
    const home = order[Math.max(...places)];
    const key = `${primitive} ${args.map((a) => a.literal ?? `%${a.id}`)}`;
    const known = this.#known.get(key);
    if (known) return known;
    const to = this.#new(primitive === "eq" ? "bool" : "float");
    this.#known.set(key, to);
    if (home !== "pair") this.#homes.set(to.id, home);
    this.#added[home].push({ kind: "apply", to, primitive, args });
    return to;
  }

  #new(type: Value["type"] = "float"): Value {
    return { id: this.#next++, type };
  }

  #float(literal: number): Value {
    return { id: -1, type: "float", literal };
  }
}
