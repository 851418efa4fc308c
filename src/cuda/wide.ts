/**
 * Long vectors that pairs add to, shared out over the threads that share
 * rows: where their components are, and the lines that deal with them.
 *
 * @module
 */

import { placeOf } from "../../kernels/walk.ts";
import type { Places } from "./places.ts";
import type { Compute } from "./spelling.ts";
import type { Shared } from "./statements.ts";
import type { Wide } from "./tiling.ts";

/** How long vectors are shared out. */
export interface WideLayout {
  /** The threads that share the components of a row. */
  readonly side: number;
  /** The components of one thread. */
  readonly components: number;
  /** Neighbours that a thread reads at once. */
  readonly together: number;
  /** The rows of one thread. */
  readonly rows: number;
  /** The columns that are in shared memory at a time. */
  readonly columns: number;
  /** The threads of a block. */
  readonly threads: number;
}

/** The components that one block of threads has. */
export function wideWidth(
  { side, components }: Pick<WideLayout, "side" | "components">,
): number {
  return side * components;
}

/** The number of blocks that the components are shared out over. */
export function wideChunks(
  { count }: Wide,
  layout: Pick<WideLayout, "side" | "components">,
): number {
  return Math.ceil(count / wideWidth(layout));
}

/** How the threads across a block share out long vectors. */
export function sharedOut(wide: Wide, layout: WideLayout): Shared {
  const { components } = layout;
  const { loops, arrays, count } = wide;
  const place = placeAcross(layout);
  const one = wideChunks(wide, layout) === 1;
  return {
    loops,
    arrays,
    count,
    components,
    component: one ? place : `chunk * ${wideWidth(layout)} + ${place}`,
    first: one ? "across == 0" : "across == 0 && chunk == 0",
  };
}

/** Component `e` of a thread among those of the block. */
function placeAcross(layout: WideLayout): string {
  return placeOf("across", "e", layout, layout.components);
}

/** The text of a component of an operand, in loops over one's own. */
export function wideEntry(
  { rows }: Wide,
  layout: WideLayout,
  operand: number,
  name: string,
): string {
  if (rows.includes(operand)) return `${name}_own[r][e]`;
  return `${name}_tile[t][${placeAcross(layout)}]`;
}

/** Turns of a loop that brings vectors in, at most, that are written out. */
const UNROLLED = 16;

/**
 * Fills the vectors of the columns of a tile: threads go down the tile, each
 * with one component.
 */
export function wideStage(
  wide: Wide,
  layout: WideLayout,
  places: Places,
  compute: Compute,
): string[] {
  const { columns, threads } = layout;
  const width = wideWidth(layout);
  const base = wideChunks(wide, layout) === 1 ? "" : `chunk * ${width} + `;
  // Tiles have 32 columns or more, a power of 2.
  const step = 2 ** Math.floor(Math.log2(threads / width));
  const turns = columns / step;
  const some = step * width < threads
    ? `if (threadIdx.x < ${step * width}) `
    : "";
  return wide.columns.flatMap((k) => {
    const from = places.terms(k);
    const by = from.step === "1" ? "" : ` * ${from.step}`;
    const to = `${places.name(k)}_tile[t + s * ${step}][c]`;
    return [
      `${some}{`,
      `  const int t = threadIdx.x / ${width};`,
      `  const int c = threadIdx.x % ${width};`,
      `  const int k = ${base}c;`,
      "  // Beyond the last column or component there are zeros.",
      `  const index_t left = k < ${wide.count} ? last - j0 - t : 0;`,
      `  ${from.pointer} from = ${from.base} + (long long) (j0 + t) * ${from.stride} + k${by};`,
      `  #pragma unroll ${Math.min(turns, UNROLLED)}`,
      `  for (int s = 0; s < ${turns}; s++) {`,
      `    ${to} = s * ${step} < left ? ${
        from.load("*from")
      } : (${compute}) 0;`,
      `    from += ${step} * ${from.stride};`,
      "  }",
      "}",
    ];
  });
}

/** Declares what a thread keeps of the vectors of its rows. */
export function wideDeclarations(
  wide: Wide,
  { rows, components }: WideLayout,
  places: Places,
  compute: Compute,
): string[] {
  return wide.rows.map((k) =>
    `${compute} ${places.name(k)}_own[${rows}][${components}];`
  );
}

/** Keeps it, for row r. */
export function wideRow(
  wide: Wide,
  layout: WideLayout,
  places: Places,
  compute: Compute,
): string[] {
  const { component, components } = sharedOut(wide, layout);
  return wide.rows.flatMap((k) => [
    "#pragma unroll",
    `for (int e = 0; e < ${components}; e++) {`,
    `  const int k = ${component};`,
    `  ${places.name(k)}_own[r][e] = k < ${wide.count} ? ${
      places.own(k, "k")
    } : (${compute}) 0;`,
    "}",
  ]);
}
