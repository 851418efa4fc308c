/**
 * What a pair costs.
 *
 * @module
 */

import type { Block, Primitive, Program } from "./ir.ts";

/** Work and traffic of one pair. */
export interface PairCost {
  /** Additions, multiplications, comparisons, choices. */
  readonly flops: number;
  /** Roots, quotients, exponentials and other elementary functions. */
  readonly calls: number;
  /** Bytes read from operands, at 4 bytes an entry. */
  readonly bytes: number;
}

const CALLS: ReadonlySet<Primitive> = new Set<Primitive>([
  "div",
  "pow",
  "atan2",
  "sqrt",
  "exp",
  "exp2",
  "expm1",
  "log",
  "log1p",
  "sin",
  "cos",
  "tan",
  "asin",
  "acos",
  "atan",
  "sinh",
  "cosh",
  "tanh",
]);

/** The cost of the pair block of a program; branches count as taken. */
export function costOfPair(program: Program): PairCost {
  return costOf(program.pair, program);
}

/** The cost of a block of a program; branches count as taken. */
export function costOf(block: Block, program: Program): PairCost {
  let [flops, calls, bytes] = [0, 0, 0];
  const varies = (operand: number) => program.operands[operand].column;
  for (const s of block) {
    switch (s.kind) {
      case "apply":
        if (CALLS.has(s.primitive)) calls++;
        else if (s.to.type === "float") flops++;
        break;
      case "load":
        if (varies(s.operand)) bytes += 4;
        break;
      case "contract": {
        const terms = s.form === "dot" ? 2 : 3;
        flops += s.length * (terms + (s.weights ? 1 : 0));
        for (const side of [s.a, s.b]) {
          if (side.kind === "operand" && varies(side.operand)) {
            bytes += 4 * s.length;
          }
        }
        break;
      }
      case "for":
      case "if": {
        const inner = costOf(s.body, program);
        const turns = s.kind === "for" ? s.count : 1;
        flops += turns * inner.flops;
        calls += turns * inner.calls;
        bytes += turns * inner.bytes;
      }
    }
  }
  return { flops, calls, bytes };
}
