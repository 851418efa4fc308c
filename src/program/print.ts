/**
 * Programs as text, for people.
 *
 * @module
 */

import type {
  Block,
  LocalArray,
  OperandSpec,
  OutputSpec,
  Program,
  Slot,
  Statement,
  Value,
  VectorSource,
} from "./ir.ts";
import { BLOCKS } from "./uses.ts";

/** The program as text: a line a statement, inner blocks indented. */
export function printProgram(program: Program): string {
  const { operands, outputs, columnIndex, columnCount } = program;
  const lines = [
    "operands",
    ...operands.map((o) => `  ${printOperand(o)}`),
    "outputs",
    ...outputs.map((o, k) => `  ${printOutput(o, k)}`),
  ];
  const heads = {
    pair: ` (column %${columnIndex.id})`,
    finish: ` (columns %${columnCount.id})`,
  };
  const { state } = program;
  if (state.length > 0) {
    const pieces = state.map(({ own, other }) =>
      `${own.name}_${own.id} (${other.id})`
    );
    lines.push(`state ${pieces.join(", ")}`);
  }
  for (const name of BLOCKS) {
    if (program[name].length === 0) continue;
    lines.push(name + (name in heads ? heads[name as keyof typeof heads] : ""));
    lines.push(...printBlock(program[name], operands, "  "));
  }
  return lines.join("\n") + "\n";
}

/** One statement as text, with its inner blocks. */
export function printStatement(
  statement: Statement,
  operands: readonly OperandSpec[],
): string {
  return printBlock([statement], operands, "").join("\n");
}

/** The number of statements, those of inner blocks included. */
export function countStatements(program: Program): number {
  const count = (block: Block): number =>
    block.reduce(
      (n, s) =>
        n + 1 + (s.kind === "for" || s.kind === "if" ? count(s.body) : 0),
      0,
    );
  return BLOCKS.reduce((n, name) => n + count(program[name]), 0);
}

function printOperand(o: OperandSpec): string {
  const axes = [o.row ? "row" : "", o.column ? "column" : ""].filter(Boolean);
  const words = axes.length === 0 ? "parameter" : axes.join(" and ");
  return `${o.name}: ${words}, ${o.dim}${o.temporary ? ", temporary" : ""}`;
}

function printOutput({ shape, type, perPair }: OutputSpec, k: number): string {
  return `out${k}: ${type}[${shape.join()}]${perPair ? " a pair" : ""}`;
}

function printBlock(
  block: Block,
  operands: readonly OperandSpec[],
  indent: string,
): string[] {
  return block.flatMap((s) => {
    const line = `${indent}${printLine(s, operands)}`;
    return s.kind === "for" || s.kind === "if"
      ? [line, ...printBlock(s.body, operands, `${indent}  `)]
      : [line];
  });
}

function printLine(s: Statement, operands: readonly OperandSpec[]): string {
  const name = (k: number) => operands[k]?.name ?? `operand${k}`;
  const to = (value: Value) => `${printValue(value)}: ${value.type}`;
  switch (s.kind) {
    case "apply":
      return `${to(s.to)} = ${s.primitive}(${
        s.args.map(printValue).join(", ")
      })`;
    case "load":
      return `${to(s.to)} = load ${name(s.operand)}[${
        printValue(s.component)
      }]`;
    case "contract": {
      const source = (x: VectorSource) => printSource(x, name);
      const weights = s.weights ? `, weights ${source(s.weights)}` : "";
      return `${to(s.to)} = ${s.form} of ${s.length}: ${source(s.a)}, ${
        source(s.b)
      }${weights}`;
    }
    case "slot":
      return `slot ${printSlot(s.slot)}: ${s.slot.type} = ${
        printValue(s.initial)
      }`;
    case "read":
      return `${to(s.to)} = ${printSlot(s.slot)}`;
    case "write":
      return `${printSlot(s.slot)} <- ${printValue(s.value)}`;
    case "array":
      return `array ${printArray(s.array)}: ${s.array.type}[${s.array.length}]`;
    case "get":
      return `${to(s.to)} = ${printArray(s.array)}[${printValue(s.index)}]`;
    case "put":
      return `${printArray(s.array)}[${printValue(s.index)}] <- ${
        printValue(s.value)
      }`;
    case "for":
      return `for ${printValue(s.index)} < ${s.count}`;
    case "if":
      return `if ${printValue(s.condition)}`;
    case "stash":
      return `stash ${name(s.operand)}[${printValue(s.component)}] <- ${
        printValue(s.value)
      }`;
    case "store":
      return `store out${s.output}[${printValue(s.component)}] <- ${
        printValue(s.value)
      }`;
  }
}

function printSource(
  source: VectorSource,
  name: (operand: number) => string,
): string {
  switch (source.kind) {
    case "operand":
      return name(source.operand);
    case "array":
      return printArray(source.array);
    case "values":
      return `(${source.values.map(printValue).join(", ")})`;
  }
}

function printValue({ id, type, literal }: Value): string {
  if (literal === undefined) return `%${id}`;
  if (type === "bool") return literal !== 0 ? "true" : "false";
  if (Object.is(literal, -0)) return "-0.0";
  return type === "float" && Number.isInteger(literal)
    ? `${literal}.0`
    : `${literal}`;
}

function printSlot({ name, id }: Slot): string {
  return `${name}_${id}`;
}

function printArray({ name, id }: LocalArray): string {
  return `${name}_${id}`;
}
