/**
 * Errors of allpairs, one class for each party at fault.
 *
 * A message says what cannot be done, what was given, and what is wanted.
 *
 * @module
 */

/** Dimensions, shapes or dtypes do not fit together. */
export class ShapeError extends TypeError {
  /** Always `"ShapeError"`. */
  override readonly name = "ShapeError";
}

/** An argument is out of its range, of the wrong kind, missing or unknown. */
export class ArgumentError extends RangeError {
  /** Always `"ArgumentError"`. */
  override readonly name = "ArgumentError";
}

/** A formula string is not a formula. */
export class FormulaSyntaxError extends SyntaxError {
  /** Always `"FormulaSyntaxError"`. */
  override readonly name = "FormulaSyntaxError";
  /** The text that was parsed. */
  readonly source: string;
  /** Offset of the first character at fault, from 0. */
  readonly position: number;

  /**
   * An error at one place of a text.
   *
   * @param message what is wrong
   * @param source the text that was parsed
   * @param position offset of the first character at fault, from 0
   */
  constructor(message: string, source: string, position: number) {
    super(`${message}\n${pointAt(source, position)}`);
    this.source = source;
    this.position = position;
  }
}

/** A device, or the library behind it, is not there. */
export class DeviceUnavailableError extends Error {
  /** Always `"DeviceUnavailableError"`. */
  override readonly name = "DeviceUnavailableError";
  /** What was tried, and why each try failed. */
  readonly tried: readonly { readonly path: string; readonly reason: string }[];

  /**
   * An error with what was tried.
   *
   * @param message what is missing and what to do
   * @param tried what was tried, and why each try failed
   */
  constructor(
    message: string,
    tried: readonly { readonly path: string; readonly reason: string }[] = [],
  ) {
    super(
      tried.reduce((text, t) => `${text}\n  ${t.path}: ${t.reason}`, message),
    );
    this.tried = tried;
  }
}

/** Generated source does not compile. */
export class CompileError extends Error {
  /** Always `"CompileError"`. */
  override readonly name = "CompileError";
  /** The source, as the compiler was given it. */
  readonly source: string;
  /** What the compiler said. */
  readonly log: string;

  /**
   * An error with the source, its lines numbered, and the compiler's log.
   *
   * @param message what does not compile
   * @param source what the compiler was given
   * @param log what the compiler said
   */
  constructor(message: string, source: string, log: string) {
    super(`${message}\n${log.trim()}\n${numbered(source)}`);
    this.source = source;
    this.log = log;
  }
}

/** A call of the CUDA driver, or of its compiler, failed. */
export class CudaError extends Error {
  /** Always `"CudaError"`. */
  override readonly name = "CudaError";
  /** The status code. */
  readonly code: number;
  /** The name of the status code, such as `"CUDA_ERROR_ILLEGAL_ADDRESS"`. */
  readonly codeName: string;
  /** The function that returned it. */
  readonly call: string;

  /**
   * An error with its status code.
   *
   * @param code the status code
   * @param codeName the name of the status code
   * @param call the function that returned it
   * @param hint what it means here, if anything is known
   */
  constructor(code: number, codeName: string, call: string, hint = "") {
    super(`${call} failed with ${codeName} (${code})${hint && `: ${hint}`}`);
    this.code = code;
    this.codeName = codeName;
    this.call = call;
  }
}

/** More memory is wanted than there is. */
export class OutOfMemoryError extends Error {
  /** Always `"OutOfMemoryError"`. */
  override readonly name = "OutOfMemoryError";
  /** The bytes that were asked for. */
  readonly asked: number;
  /** The bytes that are free; absent where nobody knows. */
  readonly free: number | undefined;

  /**
   * An error with what was asked for and what there is.
   *
   * @param message what cannot be had, and what to do
   * @param asked the bytes that were asked for
   * @param free the bytes that are free
   */
  constructor(message: string, asked: number, free?: number) {
    super(message);
    this.asked = asked;
    this.free = free;
  }
}

/** A number of bytes for people. */
export function bytesText(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  for (; bytes >= 1024 && unit < units.length - 1; unit++) bytes /= 1024;
  return `${unit === 0 ? bytes : bytes.toPrecision(3)} ${units[unit]}`;
}

/** A source with the number of each line. */
function numbered(source: string): string {
  const lines = source.trimEnd().split("\n");
  const width = `${lines.length}`.length;
  return lines.map((line, k) => `${`${k + 1}`.padStart(width)} | ${line}`)
    .join("\n");
}

/** An iteration did not reach its tolerance. */
export class ConvergenceError extends Error {
  /** Always `"ConvergenceError"`. */
  override readonly name = "ConvergenceError";
  /** The norm of the residual after each step, relative to the start. */
  readonly residuals: readonly number[];

  /**
   * An error with the history of the residual.
   *
   * @param message why the iteration ended
   * @param residuals relative norm of the residual after each step
   */
  constructor(message: string, residuals: readonly number[]) {
    super(message);
    this.residuals = residuals;
  }
}

/** allpairs broke one of its own rules: please report it. */
export class InternalError extends Error {
  /** Always `"InternalError"`. */
  override readonly name = "InternalError";

  /**
   * An error that asks to be reported.
   *
   * @param message the rule that was broken
   */
  constructor(message: string) {
    super(`${message} (this is a defect of allpairs: please report it)`);
  }
}

/** The part of `source` around `position`, with a caret under it. */
function pointAt(source: string, position: number): string {
  const start = Math.max(0, position - 50);
  const end = Math.min(source.length, position + 30);
  const head = start > 0 ? "..." : "";
  const tail = end < source.length ? "..." : "";
  const line = source.slice(start, end).replaceAll(/\s/g, " ");
  const caret = " ".repeat(head.length + position - start) + "^";
  return `  ${head}${line}${tail}\n  ${caret}`;
}

/** The name in `names` nearest to `name`, in the form ` (did you mean ...?)`. */
export function suggestion(name: string, names: Iterable<string>): string {
  let best = "";
  let least = Math.min(name.length, Math.max(3, name.length / 3 + 1));
  for (const candidate of names) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best === "" ? "" : ` (did you mean "${best}"?)`;
}

/** Levenshtein's distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, k) => k);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const substituted = row[j] + (a[i] === b[j] ? 0 : 1);
      next.push(Math.min(substituted, row[j + 1] + 1, next[j] + 1));
    }
    row = next;
  }
  return row[b.length];
}

/** A number of things: `1 argument`, `2 arguments`. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}
