/**
 * What mod.ts exports of formulas in template strings.
 *
 * @module
 */

export { formula, type TemplateValue } from "./formula.ts";
export * from "./reductions.ts";
