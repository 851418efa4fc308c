/**
 * The loop-level program of one computation over pairs: what every backend
 * consumes.
 *
 * A program walks *rows* (points that own a result) and, for each row, the
 * *columns* that are reduced. Sizes and strides are not in it: they are
 * arguments of a launch. Values are scalars in single-assignment form;
 * mutable state is explicit (slots and arrays).
 *
 * @module
 */

/** The type of a scalar value. */
export type ScalarType = "float" | "int" | "bool";

/**
 * The name of a scalar primitive. `toInt` truncates; `idiv` and `imod` take
 * non-negative operands; `exp2` may give 0 for what is not much above the
 * least ordinary number, or below it.
 */
export type Primitive =
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "min"
  | "max"
  | "pow"
  | "atan2"
  | "neg"
  | "abs"
  | "sqrt"
  | "floor"
  | "trunc"
  | "exp"
  | "exp2"
  | "expm1"
  | "log"
  | "log1p"
  | "sin"
  | "cos"
  | "tan"
  | "asin"
  | "acos"
  | "atan"
  | "sinh"
  | "cosh"
  | "tanh"
  | "lt"
  | "le"
  | "eq"
  | "and"
  | "or"
  | "not"
  | "select"
  | "iadd"
  | "isub"
  | "imul"
  | "idiv"
  | "imod"
  | "imin"
  | "imax"
  | "ilt"
  | "ieq"
  | "iselect"
  | "toFloat"
  | "toInt";

/** Operand types and, last, the result type of each scalar primitive. */
export const PRIMITIVES: {
  readonly [P in Primitive]: readonly ScalarType[];
} = {
  add: ["float", "float", "float"],
  sub: ["float", "float", "float"],
  mul: ["float", "float", "float"],
  div: ["float", "float", "float"],
  min: ["float", "float", "float"],
  max: ["float", "float", "float"],
  pow: ["float", "float", "float"],
  atan2: ["float", "float", "float"],
  neg: ["float", "float"],
  abs: ["float", "float"],
  sqrt: ["float", "float"],
  floor: ["float", "float"],
  trunc: ["float", "float"],
  exp: ["float", "float"],
  exp2: ["float", "float"],
  expm1: ["float", "float"],
  log: ["float", "float"],
  log1p: ["float", "float"],
  sin: ["float", "float"],
  cos: ["float", "float"],
  tan: ["float", "float"],
  asin: ["float", "float"],
  acos: ["float", "float"],
  atan: ["float", "float"],
  sinh: ["float", "float"],
  cosh: ["float", "float"],
  tanh: ["float", "float"],
  lt: ["float", "float", "bool"],
  le: ["float", "float", "bool"],
  eq: ["float", "float", "bool"],
  and: ["bool", "bool", "bool"],
  or: ["bool", "bool", "bool"],
  not: ["bool", "bool"],
  select: ["bool", "float", "float", "float"],
  iadd: ["int", "int", "int"],
  isub: ["int", "int", "int"],
  imul: ["int", "int", "int"],
  idiv: ["int", "int", "int"],
  imod: ["int", "int", "int"],
  imin: ["int", "int", "int"],
  imax: ["int", "int", "int"],
  ilt: ["int", "int", "bool"],
  ieq: ["int", "int", "bool"],
  iselect: ["bool", "int", "int", "int"],
  toFloat: ["int", "float"],
  toInt: ["float", "int"],
};

/** A scalar value: a literal, or the result of one statement. */
export interface Value {
  /** Numbers of results are distinct within a program; literals have -1. */
  readonly id: number;
  /** The type. */
  readonly type: ScalarType;
  /** The value of a literal. */
  readonly literal?: number;
}

/**
 * The literal for the largest finite number of the type that is computed in,
 * whichever it is; its negative is the least.
 */
export const LARGEST: number = Number.MAX_VALUE;

/** A mutable scalar. */
export interface Slot {
  /** Distinct within a program. */
  readonly id: number;
  /** The type. */
  readonly type: "float" | "int";
  /** The word for it in generated source. */
  readonly name: string;
}

/** Mutable storage of static length, not initialised. */
export interface LocalArray {
  /** Distinct within a program. */
  readonly id: number;
  /** The type of the entries. */
  readonly type: "float" | "int";
  /** The number of entries. */
  readonly length: number;
  /** The word for it in generated source. */
  readonly name: string;
}

/** A vector that a contraction reads. */
export type VectorSource =
  | { readonly kind: "operand"; readonly operand: number }
  | { readonly kind: "array"; readonly array: LocalArray }
  | { readonly kind: "values"; readonly values: readonly Value[] };

/** What a contraction sums: `a b`, or `(a - b)^2`; times the weights. */
export type ContractionForm = "dot" | "squaredDistance";

/** One step of a program. */
export type Statement =
  /** `to = primitive(args)` */
  | {
    readonly kind: "apply";
    readonly to: Value;
    readonly primitive: Primitive;
    readonly args: readonly Value[];
  }
  /** `to = operands[operand][current point, component]` */
  | {
    readonly kind: "load";
    readonly to: Value;
    readonly operand: number;
    readonly component: Value;
  }
  /** `to = sum_k weights_k form(a_k, b_k)`, k < length */
  | {
    readonly kind: "contract";
    readonly to: Value;
    readonly form: ContractionForm;
    readonly a: VectorSource;
    readonly b: VectorSource;
    readonly weights?: VectorSource;
    readonly length: number;
  }
  | { readonly kind: "slot"; readonly slot: Slot; readonly initial: Value }
  | { readonly kind: "read"; readonly to: Value; readonly slot: Slot }
  | { readonly kind: "write"; readonly slot: Slot; readonly value: Value }
  | { readonly kind: "array"; readonly array: LocalArray }
  | {
    readonly kind: "get";
    readonly to: Value;
    readonly array: LocalArray;
    readonly index: Value;
  }
  | {
    readonly kind: "put";
    readonly array: LocalArray;
    readonly index: Value;
    readonly value: Value;
  }
  /** Runs `body` for index = 0 ... count - 1. */
  | {
    readonly kind: "for";
    readonly index: Value;
    readonly count: number;
    readonly body: Block;
  }
  /** Runs `body` where the condition holds. */
  | { readonly kind: "if"; readonly condition: Value; readonly body: Block }
  /** Writes one component of a column temporary, for the current column. */
  | {
    readonly kind: "stash";
    readonly operand: number;
    readonly component: Value;
    readonly value: Value;
  }
  /** Writes one component of an output, for the current row or pair. */
  | {
    readonly kind: "store";
    readonly output: number;
    readonly component: Value;
    readonly value: Value;
  };

/** Statements in the order in which they run. */
export type Block = readonly Statement[];

/** What a program needs to know of an operand. */
export interface OperandSpec {
  /** The word for it in generated source. */
  readonly name: string;
  /** It has one vector per row. */
  readonly row: boolean;
  /** It has one vector per column. */
  readonly column: boolean;
  /** The number of components. */
  readonly dim: number;
  /** The program itself fills it, once per column, before the pairs. */
  readonly temporary: boolean;
}

/** One result of a program. */
export interface OutputSpec {
  /** Shape of the result of one row. */
  readonly shape: readonly number[];
  /** Index results are integers. */
  readonly type: "float" | "int";
  /** There is one result a pair; otherwise one a row. */
  readonly perPair?: boolean;
}

/** A piece of the state of a row: storage that the row block declares. */
export type Storage = Slot | LocalArray;

/**
 * What a row keeps while it is reduced, and where the merge block finds the
 * same of another part of the row.
 */
export interface StatePiece {
  /** Declared and set to its neutral element by the row block. */
  readonly own: Storage;
  /** Filled by the backend before each run of the merge block. */
  readonly other: Storage;
}

/** How many columns pass between two flushes of a blocked sum. */
export const FLUSH_EVERY = 64;

/** The loop-level program of one computation. */
export interface Program {
  /** What is read, in the order of launch arguments; temporaries come last. */
  readonly operands: readonly OperandSpec[];
  /** What is written. */
  readonly outputs: readonly OutputSpec[];
  /** Runs once per launch and batch: what depends on parameters alone. */
  readonly uniform: Block;
  /** Runs once per column: fills the temporaries. */
  readonly column: Block;
  /** Runs once per row, before its columns: row values, initial state. */
  readonly row: Block;
  /** Runs once per pair. */
  readonly pair: Block;
  /** Runs after every {@linkcode FLUSH_EVERY} columns, and after the last. */
  readonly flush: Block;
  /**
   * Takes the state of another part of the row into its own, where the
   * columns of a row are split; parts are flushed before.
   */
  readonly merge: Block;
  /** Runs once per row, after its columns: finishes and stores. */
  readonly finish: Block;
  /** All that a row keeps while it is reduced. */
  readonly state: readonly StatePiece[];
  /** The position of the current column; an int, defined in `pair`. */
  readonly columnIndex: Value;
  /** The number of columns that this row reduces; an int, for `finish`. */
  readonly columnCount: Value;
}
