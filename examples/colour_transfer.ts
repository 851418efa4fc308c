/**
 * The colours of one photograph for another one: optimal transport of the
 * pixels in the space of colours.
 *
 * A part of the pixels decides on the prices of the colours; they tell of
 * every other colour where it goes.
 *
 * Run it with `deno run --allow-write=out examples/colour_transfer.ts [colours]`.
 *
 * @module
 */

import { type Tensor, tensor } from "../mod.ts";
import { flower, shuffled, temple } from "./helpers/data.ts";
import { page, type Panel, panel, pixels, scatter } from "./helpers/plots.ts";
import type { Pixels } from "./helpers/png.ts";
import { save, sizeOr, timed } from "./helpers/report.ts";
import { potentials, transported, type TransportOptions } from "./sinkhorn.ts";

/** The colours of pixels, `[N, 3]` from 0 to 1. */
export function colours({ width, height, data }: Pixels): Tensor {
  return tensor(Float32Array.from(data, (v) => v / 255), [width * height, 3]);
}

/** Where colours x go if those of x become those of y. */
export function recoloured(
  x: Tensor,
  y: Tensor,
  count: number,
  options: TransportOptions,
): Tensor {
  const [p, q] = [x, y].map((t, k) =>
    t.gather(shuffled(t.shape[0], k).slice(0, count))
  );
  const { g } = potentials(p, q, options);
  return transported(x, q, g, options.blur ** 2);
}

function bytes(x: Tensor): Uint8Array {
  return Uint8Array.from(
    x.dataSync(),
    (v) => Math.round(255 * Math.min(1, Math.max(0, v))),
  );
}

function photograph(
  { width, height }: Pixels,
  x: Tensor,
  title: string,
): Panel {
  const grid = {
    x: [0, width],
    y: [0, height],
    columns: width,
    rows: height,
  } as const;
  return panel(
    { ...grid, width: 336, height: 250, title },
    pixels(grid, bytes(x)),
  );
}

/** Red and blue of some pixels. */
function palette(x: Tensor): Panel {
  const some = x.gather(shuffled(x.shape[0], 3).slice(0, 1200));
  const rows = some.arraySync() as number[][];
  const data = bytes(some);
  const fill = rows.map((_, k) =>
    `#${
      [0, 1, 2].map((c) => data[3 * k + c].toString(16).padStart(2, "0"))
        .join("")
    }`
  );
  return panel(
    { x: [-0.02, 1.02], y: [-0.02, 1.02], width: 250 },
    scatter(rows.map(([red, , blue]) => [red, blue]), { fill, size: 2 }),
  );
}

if (import.meta.main) {
  const count = sizeOr(5000);
  const options = { blur: 0.03, scaling: 0.7 };
  const [a, b] = [temple(), flower()];
  const [x, y] = [colours(a), colours(b)];
  const ofX = timed(
    `temple, ${count} of ${x.shape[0]} colours decide`,
    () => recoloured(x, y, count, options),
  );
  const ofY = timed(
    `flower, ${count} of ${y.shape[0]} colours decide`,
    () => recoloured(y, x, count, options),
  );
  const means = [x, y, ofX, ofY].map((t) =>
    [...t.mean(0).dataSync()].map((v) => v.toFixed(2)).join(" ")
  );
  console.log(`  means ${means[0]} -> ${means[2]}, ${means[1]} -> ${means[3]}`);
  save(
    "colour_transfer",
    page(
      "Colours of one photograph for another",
      "photographs by danielbuechele and vultilion, CC BY 2.0; beside them their colours, red and blue",
      [
        [
          photograph(a, x, "Temple"),
          palette(x),
          photograph(b, y, "Flower"),
          palette(y),
        ],
        [
          photograph(a, ofX, "in the colours of the flower"),
          palette(ofX),
          photograph(b, ofY, "in the colours of the temple"),
          palette(ofY),
        ],
      ],
    ),
  );
}
