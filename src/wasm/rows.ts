/**
 * The function of a module that reduces units of rows.
 *
 * @module
 */

import {
  type Block,
  FLUSH_EVERY,
  type Program,
  type VectorSource,
} from "../program/ir.ts";
import { costOf } from "../program/cost.ts";
import type { Code, Expr } from "./code.ts";
import { stagesOf, UNROLLED } from "../program/stages.ts";
import { Lanes } from "./lanes.ts";
import {
  type ArrayPlaces,
  baseAt,
  resultBytes,
  rowArrays,
  sideOf,
  stepAt,
  TABLE,
  VECTOR,
  vectorBytes,
} from "./layout.ts";
import type { ModuleWriter } from "./module.ts";
import { OP } from "./opcodes.ts";
import { ahead, ARGUMENT, fromTable, less, Pointer, sum } from "./pointer.ts";
import type { RenderOptions } from "./render_options.ts";
import type { Columns, Vectors } from "./setting.ts";
import { SavedState } from "./saved_state.ts";
import { isStaged, stageBytes } from "./stage_places.ts";
import { Statements } from "./statements.ts";

/** Steps of an elementary function, about. */
const FUNCTION = 20;

/** Writes the function that reduces units of rows. */
export class RowsWriter {
  readonly #program: Program;
  readonly #shape: RenderOptions;
  readonly #module: ModuleWriter;
  readonly #code: Code;
  readonly #bases: Expr[] = [];
  readonly #pointers: Pointer[] = [];
  readonly #arrays: ArrayPlaces;
  /** Which of the columns of a turn is written. */
  #column = 0;

  /**
   * @param program what is rendered
   * @param shape how it is rendered
   * @param module functions that are called
   * @param code where instructions go
   */
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

  /** Writes the function. */
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
        offset: program.outputs[k].perPair
          ? this.#column * resultBytes(program.outputs[k].shape, this.#shape)
          : 0,
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
    const offset = spec.column
      ? this.#column * vectorBytes(spec, this.#shape)
      : 0;
    return spec.row
      ? {
        address,
        offset,
        step: groups * VECTOR,
        lanes: "contiguous",
        grouped: true,
      }
      : { address, offset, step: bits / 8, lanes: "same", grouped: false };
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
    const state = new SavedState(
      code,
      program,
      this.#shape.groups,
      this.#arrays,
      unit,
    );
    const goesOn: Expr = () => {
      fromTable(code, TABLE.first)();
      code.op(OP.i32Eqz);
    };
    code.if(goesOn, () => state.restore(statements));
    this.#intervals(statements, unit);
    code.if(fromTable(code, TABLE.last), () => {
      const count = code.keep("i32", fromTable(code, TABLE.count));
      statements.values.hold(program.columnCount, {
        kind: "scalar",
        expr: count,
      });
      statements.grouped(finish);
    }, () => state.save(statements));
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
            statements.contractions.preload(side.operand, c);
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
    const staged = isStaged(this.#program);
    if (flush.length === 0 && !staged) return this.#pairs(statements, j, stop);
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
      if (staged) code.scope(() => this.#stages(statements, j, part));
      else this.#pairs(statements, j, part);
      statements.grouped(flush);
    });
  }

  /** The pairs of some columns, a few columns a turn and then one. */
  #pairs(statements: Statements, j: Pointer, stop: Expr): void {
    const code = this.#code;
    const { pair } = this.#program;
    const write = () => statements.grouped(pair);
    const some = columnsOfTurn(this.#program);
    if (some > 1) {
      const last = code.keep("i32", sum(code, stop, () => code.i32(1 - some)));
      code.while(
        less(code, j.get, last),
        () => this.#pair(statements, j, write, some),
      );
    }
    code.while(
      less(code, j.get, stop),
      () => this.#pair(statements, j, write),
    );
  }

  /** The pairs of a block of columns, one stage after the other. */
  #stages(statements: Statements, j: Pointer, stop: Expr): void {
    const code = this.#code;
    const program = this.#program;
    const { groups } = this.#shape;
    const { contractions, body, loops, kept } = stagesOf(program);
    const starts = program.operands.map((spec, k) =>
      spec.column && !spec.row
        ? code.keep("i32", this.#pointers[k].get)
        : this.#bases[k]
    );
    const columns: Columns = {
      count: code.keep("i32", () => {
        stop();
        j.get();
        code.op(OP.i32Sub);
      }),
      stage: code.keep(
        "i32",
        sum(
          code,
          fromTable(code, TABLE.arrays),
          () => code.i32(this.#arrays.bytes),
        ),
      ),
      stageBytes: stageBytes(program, groups),
      start: (k) => starts[k],
    };
    statements.long.write(contractions, columns);
    const stage = new Pointer(code);
    stage.set(columns.stage);
    statements.contractions.known(contractions, stage.get);
    code.while(less(code, j.get, stop), () => {
      this.#pair(statements, j, () => {
        statements.grouped(body);
        statements.keepValues(kept, stage.get, contractions.length);
      });
      stage.move(() => code.i32(columns.stageBytes));
    });
    const places = new Map(
      kept.map(({ id }, k) => [id, contractions.length + k]),
    );
    for (const loop of loops) statements.wide.write(loop, places, columns);
  }

  /** One column or some, and on to the next. */
  #pair(
    statements: Statements,
    j: Pointer,
    write: () => void,
    count = 1,
  ): void {
    const code = this.#code;
    const one = (u: number) => {
      this.#column = u;
      const index = u === 0 ? j.get : sum(code, j.get, () => code.i32(u));
      const held = { kind: "scalar", expr: index } as const;
      statements.values.hold(this.#program.columnIndex, held);
      code.scope(write);
    };
    const { short } = stagesOf(this.#program);
    for (let u = 0; u < count; u++) {
      if (count === 1 || short.length === 0) {
        one(u);
        continue;
      }
      code.scope(() => {
        this.#column = u;
        const use = statements.contractions.ofTwo(short);
        use(0);
        one(u);
        use(1);
        one(++u);
        statements.contractions.forget();
      });
    }
    this.#column = 0;
    this.#moving((k, bytes) =>
      this.#pointers[k].move(() => code.i32(count * bytes))
    );
    j.move(() => code.i32(count));
  }
}

/** How many columns are written in a turn: few where pairs take long. */
function columnsOfTurn(program: Program): number {
  const { flops, calls } = costOf(program.pair, program);
  const cost = flops + FUNCTION * calls;
  return cost <= 90 ? 4 : cost <= 180 ? 2 : 1;
}
