/**
 * Small pieces of Markdown.
 *
 * @module
 */

/** The first line of pages that a program writes. */
export const GENERATED = "<!-- deno-fmt-ignore-file -->\n\n";

/** Text as code; the bars of a table would end its cell. */
export function code(text: string): string {
  return `\`${text.replaceAll("|", "\\|")}\``;
}

/** A table: its head, and its rows. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [head, head.map(() => "---"), ...rows].map(line).join("\n");
}

/** A number as formula strings have it. */
export function number(x: number): string {
  if (Number.isNaN(x)) return "nan";
  return `${x}`.replace("Infinity", "inf");
}

/** Numbers between brackets. */
export function list(numbers: readonly number[]): string {
  return `[${numbers.map(number).join(", ")}]`;
}
