/**
 * The rules of programs, checked by machine.
 *
 * @module
 */

import { InternalError } from "../errors.ts";
import { IndexRanges } from "./indices.ts";
import {
  type Block,
  PRIMITIVES,
  type Program,
  type ScalarType,
  type Statement,
  type Value,
  type VectorSource,
} from "./ir.ts";
import { Names, type Place, Scope } from "./names.ts";
import { printStatement } from "./print.ts";
import { checkSignature } from "./signature.ts";
import {
  type BlockName,
  BLOCKS,
  definedBy,
  sourcesOf,
  usedBy,
} from "./uses.ts";

/** Which blocks see what a block defines. */
const ENCLOSING: { readonly [B in BlockName]?: BlockName } = {
  column: "uniform",
  row: "uniform",
  pair: "row",
  flush: "row",
  merge: "row",
  finish: "row",
};

/** Which blocks have a current row, and which a current column. */
const ROW_BLOCKS: readonly BlockName[] = [
  "row",
  "pair",
  "flush",
  "merge",
  "finish",
];
const COLUMN_BLOCKS: readonly BlockName[] = ["column", "pair"];

/**
 * Throws an `InternalError`, with the rule and the statement, where a program
 * breaks a rule:
 *
 * - a value is defined once, before its use, in the same block, in one around
 *   it, or in one whose values that block sees (uniform, then column or row,
 *   then pair, flush or finish); so are slots and arrays
 * - types are those of the primitive, operand, slot, array or output
 * - indices of components are ints inside the vector
 * - rows are read where there is a current row, columns likewise
 * - temporaries are stashed in the column block, all components of them
 * - outputs are stored in the finish block, or, one result a pair, in the
 *   pair block; all components of them
 * - a contraction goes, in the pair block, over all of two vectors, one of
 *   the row and one of the column; its weights depend on neither
 * - the state of a row is declared by the row block; the merge block alone
 *   sees the state of another part
 * - a loop runs a positive number of times
 */
export function verify(program: Program): void {
  new Verifier(program).run();
}

class Verifier {
  readonly #program: Program;
  readonly #indices = new IndexRanges();
  readonly #names = new Names((rule, holds) => this.#rule(rule, holds));
  readonly #filled = new Map<string, Set<number>>();
  /** Where the walk is, in words. */
  #at = () => "";

  constructor(program: Program) {
    this.#program = program;
  }

  run(): void {
    const { operands, columnIndex, columnCount } = this.#program;
    checkSignature(this.#program, (at, rule, holds) => {
      this.#at = () => at;
      this.#rule(rule, holds);
    });
    const scopes = new Map<BlockName, Scope>();
    for (const block of BLOCKS) {
      const enclosing = ENCLOSING[block];
      const scope = new Scope(enclosing && scopes.get(enclosing));
      scopes.set(block, scope);
      const place = { block, scope, conditional: false };
      if (block === "pair") this.#names.define(columnIndex, place);
      if (block === "finish") this.#names.define(columnCount, place);
      if (block === "merge") this.#state(place);
      this.#walk(this.#program[block], place);
    }
    operands.forEach(({ temporary, dim, name }, k) => {
      if (temporary) this.#complete(`operand${k}`, dim, `temporary ${name}`);
    });
    this.#program.outputs.forEach(({ shape }, k) => {
      const width = shape.reduce((n, d) => n * d, 1);
      this.#complete(`out${k}`, width, `output ${k}`);
    });
  }

  /** What the row keeps is declared; the same of another part is given. */
  #state(place: Place): void {
    for (const { own, other } of this.#program.state) {
      this.#at = () => `state ${own.name}`;
      this.#names.access(own, place);
      this.#names.declare(other, place);
      const same = own.type === other.type &&
        ("length" in own ? own.length : 0) ===
          ("length" in other ? other.length : 0);
      this.#rule("parts of a row keep the same", same);
    }
  }

  #rule(rule: string, holds: boolean): void {
    if (holds) return;
    throw new InternalError(`A program breaks a rule: ${rule}\n${this.#at()}`);
  }

  #walk(block: Block, place: Place): void {
    for (const statement of block) {
      this.#at = () =>
        `in ${place.block}: ${
          printStatement(statement, this.#program.operands)
        }`;
      for (const value of usedBy(statement)) this.#names.use(value, place);
      this.#statement(statement, place);
      const to = definedBy(statement);
      if (to !== undefined) {
        this.#names.define(to, place);
        this.#indices.define(to, statement);
      }
    }
  }

  #statement(s: Statement, place: Place): void {
    switch (s.kind) {
      case "apply": {
        const types = [...s.args, s.to].map((v) => v.type).join();
        const wanted = PRIMITIVES[s.primitive];
        return this.#rule(
          "operands and results have the types of the primitive",
          types === wanted.join(),
        );
      }
      case "load":
        return this.#load(s, place);
      case "contract":
        return this.#contract(s, place);
      case "slot":
        this.#names.declare(s.slot, place);
        return this.#sameType(s.slot.type, s.initial);
      case "read":
        this.#names.access(s.slot, place);
        return this.#sameType(s.slot.type, s.to);
      case "write":
        this.#names.access(s.slot, place);
        return this.#sameType(s.slot.type, s.value);
      case "array":
        this.#rule(
          "arrays have a length",
          Number.isInteger(s.array.length) && s.array.length >= 0,
        );
        return this.#names.declare(s.array, place);
      case "get":
        this.#names.access(s.array, place);
        this.#index(s.index, s.array.length, place);
        return this.#sameType(s.array.type, s.to);
      case "put":
        this.#names.access(s.array, place);
        this.#index(s.index, s.array.length, place);
        return this.#sameType(s.array.type, s.value);
      case "for": {
        const turns = Number.isInteger(s.count) && s.count >= 1;
        this.#rule("a loop runs a positive number of times", turns);
        this.#sameType("int", s.index);
        const inner = { ...place, scope: new Scope(place.scope) };
        this.#names.define(s.index, inner);
        this.#indices.loop(s.index, s.count);
        return this.#walk(s.body, inner);
      }
      case "if": {
        this.#sameType("bool", s.condition);
        const scope = new Scope(place.scope);
        return this.#walk(s.body, { ...place, scope, conditional: true });
      }
      case "stash": {
        const spec = this.#program.operands[s.operand];
        this.#rule("operands exist", spec !== undefined);
        this.#rule("temporaries alone are stashed", spec.temporary);
        this.#rule(
          "temporaries are stashed in the column block",
          place.block === "column",
        );
        this.#sameType("float", s.value);
        this.#index(s.component, spec.dim, place);
        return this.#fill(`operand${s.operand}`, s.component, place);
      }
      case "store": {
        const spec = this.#program.outputs[s.output];
        this.#rule("outputs exist", spec !== undefined);
        this.#rule(
          "results of rows are stored in the finish block, of pairs in the pair block",
          place.block === (spec.perPair ? "pair" : "finish"),
        );
        this.#sameType(spec.type, s.value);
        const width = spec.shape.reduce((n, d) => n * d, 1);
        this.#index(s.component, width, place);
        return this.#fill(`out${s.output}`, s.component, place);
      }
    }
  }

  #sameType(type: ScalarType, value: Value): void {
    this.#rule(`a value of type ${type} is wanted`, value.type === type);
  }

  /** An index must be inside; where it is only known to run, it is left. */
  #index(index: Value, length: number, { conditional }: Place): void {
    this.#sameType("int", index);
    if (conditional && index.literal === undefined) return;
    const outside = this.#indices.corners(index)
      ?.find((k) => !(Number.isInteger(k) && k >= 0 && k < length));
    this.#rule(
      `index ${outside} is inside a vector of length ${length}`,
      outside === undefined,
    );
  }

  #load(s: Extract<Statement, { kind: "load" }>, place: Place): void {
    const spec = this.#program.operands[s.operand];
    this.#rule("operands exist", spec !== undefined);
    this.#rule(
      "operands of rows are read where there is a row",
      !spec.row || ROW_BLOCKS.includes(place.block),
    );
    this.#rule(
      "operands of columns are read where there is a column",
      !spec.column || COLUMN_BLOCKS.includes(place.block),
    );
    if (spec.temporary && place.block === "column") {
      const stashed = this.#filled.has(`operand${s.operand}`);
      this.#rule("temporaries are stashed before they are read", stashed);
    }
    this.#sameType("float", s.to);
    this.#index(s.component, spec.dim, place);
  }

  #contract(s: Extract<Statement, { kind: "contract" }>, place: Place): void {
    this.#rule("contractions are of pairs", place.block === "pair");
    this.#sameType("float", s.to);
    const sources = sourcesOf(s);
    for (const source of sources) {
      this.#rule(
        `vectors of a contraction have its length, ${s.length}`,
        this.#lengthOf(source, place) === s.length,
      );
    }
    const [a, b, weights = "uniform"] = sources.map((x) =>
      this.#names.side(x, this.#program.operands)
    );
    const sides = [a, b].map((x) => x === "uniform" ? "row" : x).sort();
    this.#rule(
      "contractions are of a row and a column",
      sides.join() === "column,row",
    );
    this.#rule("weights are the same for all pairs", weights === "uniform");
  }

  #lengthOf(source: VectorSource, place: Place): number {
    switch (source.kind) {
      case "operand": {
        const spec = this.#program.operands[source.operand];
        this.#rule("operands exist", spec !== undefined);
        return spec.dim;
      }
      case "array":
        this.#names.access(source.array, place);
        this.#sameType("float", { id: -1, type: source.array.type });
        return source.array.length;
      case "values":
        for (const v of source.values) this.#sameType("float", v);
        return source.values.length;
    }
  }

  /** Notes which components are written, whatever the conditions. */
  #fill(target: string, component: Value, { conditional }: Place): void {
    const filled = this.#filled.get(target) ?? new Set();
    this.#filled.set(target, filled);
    if (conditional) return;
    for (const k of this.#indices.all(component)) filled.add(k);
  }

  #complete(target: string, length: number, title: string): void {
    this.#at = () => title;
    const filled = this.#filled.get(target)?.size ?? 0;
    this.#rule(
      `all components of ${title} are written: ${filled} of ${length} are`,
      filled === length,
    );
  }
}
