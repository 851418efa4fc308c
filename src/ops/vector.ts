/**
 * Vectors: products, norms, distances, parts and extrema of components.
 *
 * @module
 */

export { replicate, sum } from "./core.ts";
export * from "./extrema.ts";
export * from "./norms.ts";
export * from "./parts.ts";
export * from "./weighted.ts";
