/**
 * Renders programs to WebAssembly.
 *
 * A module has two functions: `rows(table, begin, end)` reduces units of rows,
 * and `columns(table)` fills the temporaries. Sizes and addresses are read
 * from the table at the given address: each thread has one of its own.
 *
 * @module
 */

import {
  type Block,
  FLUSH_EVERY,
  type Program,
  type VectorSource,
} from "../program/ir.ts";
import type { Code, Expr } from "./code.ts";
import { type Contraction, UNROLLED } from "./contract.ts";
import { Lanes } from "./lanes.ts";
import {
  type ArrayPlaces,
  baseAt,
  columnArrays,
  resultBytes,
  rowArrays,
  type Shape,
  sideOf,
  slotBytes,
  stepAt,
  TABLE,
  VECTOR,
  vectorBytes,
} from "./layout.ts";
import { ModuleWriter } from "./module.ts";
import { MISC, OP } from "./opcodes.ts";
import { Statements, type Vectors } from "./statements.ts";

/** How a program is rendered. */
export interface RenderOptions extends Shape {
  /** Instructions may be used that round as the platform likes. */
  readonly relaxed: boolean;
  /** Several threads work on the memory. */
  readonly shared: boolean;
}

/** Long contractions are computed for so many columns at a time. */
const COLUMNS_AHEAD = 2;

/** Longer bodies are written for one column only. */
const LONGEST = 64;

/** The module of a program. */
export function renderModule(
  program: Program,
  options: RenderOptions,
): Uint8Array<ArrayBuffer> {
  const module = new ModuleWriter(options.relaxed, options.shared);
  module.export("rows", 3, (code) => {
    new RowsWriter(program, options, module, code).write();
  });
  module.export("columns", 1, (code) => {
    writeColumns(program, options, module, code);
  });
  return module.bytes();
}

/** Arguments of the functions of a module. */
const ARGUMENT = { table: 0, begin: 1, end: 2 };

/** Reads an entry of the table. */
function fromTable(code: Code, place: number): Expr {
  return () => {
    code.get(ARGUMENT.table);
    code.op(OP.i32Load, ...code.memory(2, place));
  };
}

/** An address that can be moved. */
class Pointer {
  readonly #code: Code;
  readonly #local: number;
  readonly get: Expr;

  constructor(code: Code) {
    this.#code = code;
    this.#local = code.local("i32");
    this.get = () => code.get(this.#local);
  }

  set(value: Expr): void {
    this.#code.scope(value);
    this.#code.set(this.#local);
  }

  move(bytes: Expr): void {
    this.set(sum(this.#code, this.get, bytes));
  }
}

function sum(code: Code, a: Expr, b: Expr): Expr {
  return () => {
    a();
    b();
    code.op(OP.i32Add);
  };
}

/** `a + n b` */
function ahead(code: Code, a: Expr, n: Expr, b: Expr): Expr {
  return sum(code, a, () => {
    n();
    b();
    code.op(OP.i32Mul);
  });
}

class RowsWriter {
  readonly #program: Program;
  readonly #shape: RenderOptions;
  readonly #module: ModuleWriter;
  readonly #code: Code;
  readonly #bases: Expr[] = [];
  readonly #pointers: Pointer[] = [];
  readonly #arrays: ArrayPlaces;

  constructor(
    program: Program,
    shape: RenderOptions,
    module: ModuleWriter,
    code: Code,
  ) {
    this.#program = program;
    this.#shape = shape;
    this.#module = module;
    this.#code = code;
    this.#arrays = rowArrays(program, shape.groups);
  }

  write(): void {
    const program = this.#program;
    const code = this.#code;
    const { groups } = this.#shape;
    const entries = program.operands.length + program.outputs.length;
    for (let k = 0; k < entries; k++) {
      this.#bases.push(code.keep("i32", fromTable(code, baseAt(k))));
      this.#pointers.push(new Pointer(code));
    }
    const statements = new Statements(new Lanes(code, this.#shape), {
      program,
      module: this.#module,
      groups,
      arrays: this.#arrays,
      arraysBase: code.keep("i32", fromTable(code, TABLE.arrays)),
      operand: (k) => this.#operand(k),
      output: (k) => ({
        address: this.#pointers[program.operands.length + k].get,
        step: groups * VECTOR,
        lanes: "contiguous",
        grouped: true,
      }),
    });
    statements.uniform(program.uniform);
    const unit: Expr = () => code.get(ARGUMENT.begin);
    const more: Expr = () => {
      unit();
      code.get(ARGUMENT.end);
      code.op(OP.i32LtS);
    };
    code.while(more, () => {
      this.#unit(statements, unit);
      unit();
      code.i32(1);
      code.op(OP.i32Add);
      code.set(ARGUMENT.begin);
    });
  }

  #operand(k: number): Vectors {
    const spec = this.#program.operands[k];
    const { groups, bits } = this.#shape;
    const address = sideOf(spec) === "uniform"
      ? this.#bases[k]
      : this.#pointers[k].get;
    return spec.row
      ? {
        address,
        step: groups * VECTOR,
        lanes: "contiguous",
        grouped: true,
      }
      : { address, step: bits / 8, lanes: "same", grouped: false };
  }

  /** All columns of one unit of rows. */
  #unit(statements: Statements, unit: Expr): void {
    const program = this.#program;
    const code = this.#code;
    const { operands, outputs, row, finish } = program;
    operands.forEach((spec, k) => {
      if (sideOf(spec) !== "row") return;
      const step: Expr = () => code.i32(vectorBytes(spec, this.#shape));
      this.#pointers[k].set(ahead(code, this.#bases[k], unit, step));
    });
    outputs.forEach(({ shape, perPair }, o) => {
      if (perPair) return;
      const k = operands.length + o;
      const step: Expr = () => code.i32(resultBytes(shape, this.#shape));
      this.#pointers[k].set(ahead(code, this.#bases[k], unit, step));
    });
    statements.grouped(row);
    this.#preload(statements);
    const state = this.#state(unit);
    const goesOn: Expr = () => {
      fromTable(code, TABLE.first)();
      code.op(OP.i32Eqz);
    };
    code.if(goesOn, () => this.#restore(statements, state));
    this.#intervals(statements, unit);
    code.if(fromTable(code, TABLE.last), () => {
      const count = code.keep("i32", fromTable(code, TABLE.count));
      statements.values.hold(program.columnCount, {
        kind: "scalar",
        expr: count,
      });
      statements.grouped(finish);
    }, () => this.#save(statements, state));
  }

  /** The address of the state of a unit. */
  #state(unit: Expr): Expr {
    const program = this.#program;
    const { groups } = this.#shape;
    const bytes = slotBytes(program, groups) + this.#arrays.bytes;
    const base = fromTable(this.#code, TABLE.states);
    return ahead(this.#code, base, unit, () => this.#code.i32(bytes));
  }

  #save(statements: Statements, state: Expr): void {
    const slots = slotBytes(this.#program, this.#shape.groups);
    const code = this.#code;
    statements.saveSlots(code.keep("i32", state));
    const arrays = sum(code, state, () => code.i32(slots));
    this.#copy(arrays, fromTable(code, TABLE.arrays));
  }

  #restore(statements: Statements, state: Expr): void {
    const slots = slotBytes(this.#program, this.#shape.groups);
    const code = this.#code;
    statements.restoreSlots(code.keep("i32", state));
    const arrays = sum(code, state, () => code.i32(slots));
    this.#copy(fromTable(code, TABLE.arrays), arrays);
  }

  /** Copies all local arrays. */
  #copy(to: Expr, from: Expr): void {
    const { bytes } = this.#arrays;
    if (bytes === 0) return;
    to();
    from();
    this.#code.i32(bytes);
    this.#code.misc(MISC.memoryCopy, 0, 0);
  }

  /** Short vectors of rows that contractions read stay in locals. */
  #preload(statements: Statements): void {
    const visit = (block: Block): void => {
      for (const s of block) {
        if (s.kind === "for" || s.kind === "if") visit(s.body);
        if (s.kind !== "contract" || s.length > UNROLLED) continue;
        for (const side of [s.a, s.b]) {
          if (!this.#isRow(side)) continue;
          for (let c = 0; c < s.length; c++) {
            statements.preload(side.operand, c);
          }
        }
      }
    };
    visit(this.#program.pair);
  }

  #isRow(
    source: VectorSource,
  ): source is Extract<VectorSource, { kind: "operand" }> {
    return source.kind === "operand" &&
      sideOf(this.#program.operands[source.operand]) === "row";
  }

  #intervals(statements: Statements, unit: Expr): void {
    const code = this.#code;
    const q = new Pointer(code);
    const last = code.keep("i32", fromTable(code, TABLE.intervalsEnd));
    const [j, stop] = [new Pointer(code), new Pointer(code)];
    q.set(fromTable(code, TABLE.intervals));
    code.while(less(code, q.get, last), () => {
      const load = (offset: number): Expr => () => {
        q.get();
        code.op(OP.i32Load, ...code.memory(2, offset));
      };
      j.set(load(0));
      stop.set(load(4));
      this.#begin(unit, j.get);
      this.#columns(statements, j, stop.get);
      q.move(() => code.i32(8));
    });
  }

  /** Moves what belongs to columns or pairs to the first column. */
  #begin(unit: Expr, j: Expr): void {
    const code = this.#code;
    this.#moving((k, bytes, ofPair) => {
      const start = ofPair
        ? ahead(code, this.#bases[k], unit, fromTable(code, stepAt(k)))
        : this.#bases[k];
      this.#pointers[k].set(ahead(code, start, j, () => code.i32(bytes)));
    });
  }

  /** What moves from one column to the next, and by how many bytes. */
  #moving(visit: (k: number, bytes: number, ofPair: boolean) => void): void {
    const { operands, outputs } = this.#program;
    operands.forEach((spec, k) => {
      if (!spec.column) return;
      visit(k, vectorBytes(spec, this.#shape), spec.row);
    });
    outputs.forEach(({ shape, perPair }, o) => {
      if (!perPair) return;
      visit(operands.length + o, resultBytes(shape, this.#shape), true);
    });
  }

  #columns(statements: Statements, j: Pointer, stop: Expr): void {
    const code = this.#code;
    const { flush } = this.#program;
    if (flush.length === 0) return this.#pairs(statements, j, stop);
    code.while(less(code, j.get, stop), () => {
      const part = code.keep("i32", () => {
        const next = code.keep(
          "i32",
          sum(code, j.get, () => code.i32(FLUSH_EVERY)),
        );
        next();
        stop();
        less(code, next, stop)();
        code.op(OP.select, 1, 0x7f);
      });
      this.#pairs(statements, j, part);
      statements.grouped(flush);
    });
  }

  #pairs(statements: Statements, j: Pointer, stop: Expr): void {
    const code = this.#code;
    const { pair } = this.#program;
    const long = pair.filter((s): s is Contraction =>
      s.kind === "contract" && s.length > UNROLLED
    );
    if (long.length > 0 && pair.length <= LONGEST) {
      const several: Expr = () => {
        j.get();
        code.i32(COLUMNS_AHEAD - 1);
        code.op(OP.i32Add);
        stop();
        code.op(OP.i32LtS);
      };
      code.while(several, () => {
        statements.ahead(long, COLUMNS_AHEAD);
        for (let u = 0; u < COLUMNS_AHEAD; u++) {
          statements.take(u);
          code.scope(() => this.#pair(statements, j));
        }
        statements.take(undefined);
      });
    }
    code.while(less(code, j.get, stop), () => this.#pair(statements, j));
  }

  /** One column, and on to the next. */
  #pair(statements: Statements, j: Pointer): void {
    const { pair, columnIndex } = this.#program;
    statements.values.hold(columnIndex, { kind: "scalar", expr: j.get });
    statements.grouped(pair);
    this.#moving((k, bytes) =>
      this.#pointers[k].move(() => this.#code.i32(bytes))
    );
    j.move(() => this.#code.i32(1));
  }
}

function less(code: Code, a: Expr, b: Expr): Expr {
  return () => {
    a();
    b();
    code.op(OP.i32LtS);
  };
}

/** Fills the temporaries: lanes are columns. */
function writeColumns(
  program: Program,
  shape: RenderOptions,
  module: ModuleWriter,
  code: Code,
): void {
  const lanes = new Lanes(code, shape);
  const pointers = program.operands.map((_, k) => {
    const pointer = new Pointer(code);
    pointer.set(fromTable(code, baseAt(k)));
    return pointer;
  });
  const statements = new Statements(lanes, {
    program,
    module,
    groups: 1,
    arrays: columnArrays(program),
    arraysBase: code.keep("i32", fromTable(code, TABLE.arrays)),
    operand: (k) => ({
      address: pointers[k].get,
      step: lanes.bytes,
      lanes: program.operands[k].column
        ? vectorBytes(program.operands[k], shape)
        : "same",
      grouped: false,
    }),
    output: () => {
      throw new RangeError("Columns have no results");
    },
  });
  statements.uniform(program.uniform);
  const j = new Pointer(code);
  j.set(() => code.i32(0));
  const end = code.keep("i32", fromTable(code, TABLE.columns));
  code.while(less(code, j.get, end), () => {
    statements.grouped(program.column);
    program.operands.forEach((spec, k) => {
      if (!spec.column || spec.row) return;
      const bytes = lanes.count * vectorBytes(spec, shape);
      pointers[k].move(() => code.i32(bytes));
    });
    j.move(() => code.i32(lanes.count));
  });
}
