/**
 * Boxes and arrows as Mermaid text. Package-internal.
 *
 * @module
 */

import type { Box, Boxes } from "./boxes.ts";

const BRACKETS: Readonly<Record<Box["kind"], readonly [string, string]>> = {
  leaf: ["([", "])"],
  operation: ["[", "]"],
  output: ["([", "])"],
};

/** A flow chart in the language of Mermaid. */
export function mermaidText({ boxes, arrows }: Boxes): string {
  return [
    "flowchart TD",
    ...boxes.map(({ kind, lines }, k) => {
      const [open, close] = BRACKETS[kind];
      const text = lines.map(escaped).join("<br>");
      return `  n${k}${open}"${text}"${close}:::${kind}`;
    }),
    ...arrows.map(({ from, to, label }) =>
      `  n${from} -->${label === "" ? "" : `|${label}|`} n${to}`
    ),
    "  classDef leaf fill:#bcd8f5,stroke:#777,color:#111",
    "  classDef operation fill:#ececec,stroke:#777,color:#111",
    "  classDef output fill:#c6e8bf,stroke:#777,color:#111",
  ].join("\n");
}

/** What has a meaning in Mermaid or in HTML, as Mermaid's own entities. */
function escaped(text: string): string {
  return text.replaceAll(
    /[^\p{L}\p{N} _.,()+-]/gu,
    (c) => `#${c.codePointAt(0)};`,
  );
}
