/**
 * How programs are rendered.
 *
 * @module
 */

import type { Shape } from "./layout.ts";

/** How a program is rendered. */
export interface RenderOptions extends Shape {
  /** Instructions may be used that round as the platform likes. */
  readonly relaxed: boolean;
  /** Several threads work on the memory. */
  readonly shared: boolean;
}
