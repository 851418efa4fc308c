/**
 * Eigenpairs, traces and determinants: what of them is public.
 *
 * @module
 */

export { eigsh, type EigshOptions, type EigshResult } from "./eigsh.ts";
export type { Estimate, ProbeOptions } from "./estimate.ts";
export type { Which } from "./extreme_search.ts";
export { logdet } from "./logdet.ts";
export type { LogdetOptions } from "./logdet_process.ts";
export { trace } from "./trace.ts";
