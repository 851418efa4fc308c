/**
 * Pictures are what they should be: PNG files, plots, surfaces.
 */

import {
  centred,
  decimated,
  dragon,
  flower,
  split,
  temple,
} from "../../examples/helpers/data.ts";
import { digits } from "../../examples/helpers/digits.ts";
import {
  contours,
  curve,
  diverging,
  field,
  gridPoints,
  matching,
  page,
  panel,
  scatter,
  words,
} from "../../examples/helpers/plots.ts";
import { readPng, writePng } from "../../examples/helpers/png.ts";
import { solid } from "../../examples/helpers/solid.ts";
import { assert, assertAllClose, assertEquals } from "../assert.ts";

Deno.test("pictures that are written are read again", () => {
  for (const channels of [1, 3, 4]) {
    const data = Uint8Array.from({ length: 35 * channels }, (_, k) => 7 * k);
    const pixels = { width: 5, height: 7, data };
    const again = readPng(writePng(pixels));
    assertEquals([again.width, again.height], [5, 7]);
    assertEquals([...again.data], [...data]);
  }
});

Deno.test("photographs have the colours of their subjects", () => {
  for (
    const [photograph, row, column, brightest] of [
      [temple(), 10, 80, 2],
      [flower(), 53, 80, 0],
    ] as const
  ) {
    const { width, height, data } = photograph;
    assertEquals([width, height, data.length], [160, 106, 160 * 106 * 3]);
    const pixel = [...data.slice(3 * (row * width + column))].slice(0, 3);
    assertEquals(pixel.indexOf(Math.max(...pixel)), brightest);
  }
});

Deno.test("surfaces are whole, and become coarser", () => {
  const mesh = centred(dragon());
  assertEquals([mesh.points.length, mesh.triangles.length], [5205, 11102]);
  const square = mesh.points.reduce((s, p) => s + Math.hypot(...p) ** 2, 0);
  assertAllClose([square / 5205], [1]);
  const coarse = decimated(mesh, 0.3);
  assert(coarse.points.length < 500 && coarse.triangles.length > 300);
  const corners = coarse.triangles.flat();
  assertEquals(Math.max(...corners), coarse.points.length - 1);
  assert(coarse.triangles.every((t) => new Set(t).size === 3));
});

Deno.test("digits come in random order, each with its class", () => {
  const { x, labels } = digits(500, 1);
  assertEquals(x.shape, [500, 784]);
  const classes = [...labels.dataSync()];
  const counts = Array.from(
    { length: 10 },
    (_, d) => classes.filter((c) => c === d).length,
  );
  assert(counts.every((c) => c > 25 && c < 80), `${counts}`);
  // Ones have the least ink.
  const ink = x.sum(1).dataSync();
  const mean = (d: number) =>
    classes.reduce((s, c, k) => c === d ? s + ink[k] : s, 0) / counts[d];
  assert(counts.every((_, d) => d === 1 || mean(1) < mean(d)));
  const [first, rest] = split({ x, labels }, 400, 2);
  assertEquals([first.x.shape[0], rest.x.shape[0]], [400, 100]);
});

Deno.test("panels place points, and leave nothing undefined", () => {
  const grid = { x: [0, 1], y: [0, 2], columns: 4, rows: 3 } as const;
  const points = gridPoints(grid);
  assertAllClose(points[0], [1 / 8, 1 / 3]);
  assertAllClose(points[11], [7 / 8, 5 / 3]);
  const values = points.map(([x]) => x);
  const text = page("A < B", "both", [[
    panel(
      { ...grid, width: 100, title: "t", axes: { x: "x", y: "y" } },
      field(grid, values, { ink: diverging }),
      contours(grid, values, [0.5]),
      scatter(points, { size: 2 }),
      matching(points, points),
      curve(points, { closed: true }),
      words([0.5, 1], "middle"),
    ),
    panel(
      { x: [-1, 1], y: [-1, 1], width: 100 },
      solid([[0, 0, 0], [1, 0, 0], [0, 1, 0]], [[0, 1, 2]], "#4c6fd6"),
    ),
    panel(
      {
        x: [1, 1000],
        y: [0.1, 10],
        log: { x: true, y: true },
        axes: { x: "n", y: "s" },
      },
      curve([[1, 0.1], [1000, 10]]),
    ),
  ]]);
  assert(!/NaN|undefined|Infinity/.test(text));
  assert(text.includes("A &lt; B") && text.includes("data:image/png;base64,"));
  // The corner (1, 0.1) of the logarithmic panel, and the opposite one.
  assert(text.includes('d="M52 318L352 8"'), text.slice(-600));
  // The contour of x = 0.5 is upright.
  const [, path] = /d="([^"]*)"[^>]*stroke="#ffffff"/.exec(text) ?? [];
  const across = [...path.matchAll(/[ML]([\d.]+) /g)].map((m) => m[1]);
  assert(across.length > 0 && new Set(across).size === 1, path);
});
