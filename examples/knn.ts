/**
 * Classification by the nearest neighbours: iris flowers by the lengths of
 * their leaves, handwritten digits by their 784 pixels.
 *
 * No index is built: each point is compared with all others.
 *
 * Run it with `deno run --allow-write=out examples/knn.ts [digits]`.
 *
 * @module
 */

import { arange, type Tensor, tensor, Vi, Vj } from "../mod.ts";
import { iris, type Labelled, split } from "./helpers/data.ts";
import { digits, SIDE } from "./helpers/digits.ts";
import {
  COLOURS,
  field,
  gridPoints,
  page,
  type Panel,
  panel,
  pixels,
  scatter,
} from "./helpers/plots.ts";
import { save, sizeOr, timed } from "./helpers/report.ts";

/** The positions of the k nearest points, `[M, k]`, the nearest one first. */
export function nearest(known: Tensor, x: Tensor, k: number): Tensor {
  return Vi(x).sqdist(Vj(known)).argKmin(k, "j");
}

/** The class that most of the neighbours have; the first one of equals. */
export function vote(labels: Tensor, neighbours: Tensor): Tensor {
  const classes = labels.max().item() + 1;
  const votes = labels.gather(neighbours).expandDims(2).eq(
    arange(0, classes, 1, { dtype: "int32" }),
  );
  return votes.sum(1).argmax(1);
}

/** The classes of points x by those of known points. */
export function classify(known: Labelled, x: Tensor, k: number): Tensor {
  return vote(known.labels, nearest(known.x, x, k));
}

/** The part of the points whose class is found. */
export function accuracy(found: Tensor, labels: Tensor): number {
  return found.eq(labels).mean().item();
}

/** Two lengths of the flowers, and what class each place would have. */
function irisPanel(): Panel {
  const { x, labels } = iris();
  const petals = x.slice([0, 2], [150, 4]);
  const grid = {
    x: [0.5, 7.3],
    y: [-0.1, 2.7],
    columns: 240,
    rows: 240,
  } as const;
  const places = tensor(gridPoints(grid), undefined, { dtype: "float64" });
  const classes = classify({ x: petals, labels }, places, 7).dataSync();
  const ink = [...labels.dataSync()].map((c) => COLOURS[c]);
  const points = petals.arraySync() as number[][];
  return panel(
    {
      ...grid,
      height: 372,
      title: "150 irises, and the vote of 7 neighbours",
      axes: { x: "length of petals, cm", y: "width of petals, cm" },
    },
    field(grid, classes, {
      range: [0, 2],
      ink: (t) => ["#d3dcf5", "#fadfce", "#cfe9dd"][Math.round(2 * t)],
    }),
    scatter(points, { fill: "#fff", size: 4 }),
    scatter(points, { fill: ink, size: 3 }),
  );
}

/** Digits whose class was missed, each with its neighbours. */
function mistakesPanel(
  known: Labelled,
  asked: Labelled,
  found: Tensor,
  neighbours: Tensor,
): Panel {
  const [rows, columns] = [9, 9];
  const wrong = [...found.ne(asked.labels).dataSync()]
    .flatMap((w, k) => w ? [k] : []).slice(0, rows);
  const width = columns * SIDE;
  const data = new Uint8Array(width * rows * SIDE).fill(255);
  wrong.forEach((w, r) => {
    const shown = [
      asked.x.select(w),
      ...[...neighbours.select(w).dataSync()].slice(0, columns - 1)
        .map((n) => known.x.select(n)),
    ];
    shown.forEach((digit, c) =>
      digit.dataSync().forEach((v, p) => {
        const row = r * SIDE + Math.floor(p / SIDE);
        data[row * width + c * SIDE + p % SIDE] = 255 * (1 - v);
      })
    );
  });
  const grid = {
    x: [0, width],
    y: [0, rows * SIDE],
    columns: width,
    rows: rows * SIDE,
  } as const;
  return panel(
    { ...grid, height: 382, title: "Digits missed, and their neighbours" },
    pixels(grid, data),
  );
}

if (import.meta.main) {
  const [knownIris, askedIris] = split(iris(), 100, 1);
  const foundIris = timed(
    "irises",
    () => classify(knownIris, askedIris.x, 7),
  );
  console.log(
    `  ${(100 * accuracy(foundIris, askedIris.labels)).toFixed(1)} % of 50`,
  );

  const count = sizeOr(10000);
  const [known, asked] = split(digits(count, 1), 0.8 * count, 2);
  const neighbours = timed(
    `digits: ${asked.x.shape[0]} among ${known.x.shape[0]}`,
    () => nearest(known.x, asked.x, 9),
  );
  const found = vote(known.labels, neighbours.slice([0, 0], [undefined, 5]));
  const right = accuracy(found, asked.labels);
  console.log(`  ${(100 * right).toFixed(2)} % right with 5 neighbours`);
  save(
    "knn",
    page(
      "Nearest neighbours",
      `a class is what most neighbours have; ${
        (100 * right).toFixed(1)
      } % of the digits are right`,
      [[irisPanel(), mistakesPanel(known, asked, found, neighbours)]],
    ),
  );
}
