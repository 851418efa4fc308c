/**
 * Lines of generated source, indented by the blocks around them.
 *
 * @module
 */

/** Collects lines. */
export class SourceLines {
  /** The lines so far. */
  readonly all: string[] = [];
  #indent = 0;

  /** One more line. */
  add(text: string): void {
    this.all.push("  ".repeat(this.#indent) + text);
  }

  /** Begins a block after a head. */
  open(head: string): void {
    this.add(`${head} {`);
    this.#indent++;
  }

  /** Ends a block. */
  close(): void {
    this.#indent--;
    this.add("}");
  }
}
