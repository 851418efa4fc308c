import type { Formula } from "./formula.ts";
/** The formula as a string. */
export function printFormula(f: Formula): string {
  const parts = [
    ...f.args.map(printFormula),
    ...f.params.map((p) => Array.isArray(p) ? `[${p}]` : `${p}`),
  ];
  return `${f.op.name}(${parts.join(",")})`;
}
