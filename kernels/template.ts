/**
 * Source text with holes.
 *
 * @module
 */

/**
 * CUDA C++ with holes: a hole that stands alone on its line may be filled
 * with many lines, which are indented like the hole, or with none.
 */
export function cuda(
  texts: TemplateStringsArray,
  ...holes: readonly (string | number | readonly string[])[]
): string {
  const marked = texts.reduce((all, t, k) => `${all}\ue000${k - 1}\ue000${t}`);
  const hole = (k: string) => {
    const filling = holes[Number(k)];
    return Array.isArray(filling) ? filling.join("\n") : `${filling}`;
  };
  const lines = marked.split("\n").flatMap((line) => {
    const alone = /^( *)\ue000(\d+)\ue000$/.exec(line);
    if (alone === null) return [filled(line, hole)];
    const [, indent, k] = alone;
    const text = hole(k);
    return text === "" ? [] : text.split("\n").map((l) => l && `${indent}${l}`);
  });
  return lines.join("\n").trim() + "\n";
}

const HOLE = /\ue000(\d+)\ue000/g;

function filled(line: string, hole: (k: string) => string): string {
  return line.replaceAll(HOLE, (_, k) => hole(k));
}
