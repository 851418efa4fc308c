/**
 * A surface in the colours of a function on it, with arrows for its gradient.
 *
 * @module
 */

import { arrow, colour, colourBar, element, label, picture } from "./svg.ts";
import { polygon } from "./svg.ts";

/** A surface of triangles. */
export interface Mesh {
  /** The corners. */
  readonly points: readonly (readonly number[])[];
  /** The corners of each triangle, by number. */
  readonly triangles: readonly (readonly number[])[];
}

type Vector = readonly [number, number, number];
type Place = readonly [number, number];

const SIZE = 900;
const TURN = 0.5;
const LIGHT: Vector = [-0.35, 0.65, 0.67];

/** Seen from a little to the side: right, up, towards the eye. */
function turned([x, y, z]: readonly number[]): Vector {
  const [c, s] = [Math.cos(TURN), Math.sin(TURN)];
  return [c * x + s * z, y, -s * x + c * z];
}

const less = (a: Vector, b: Vector): Vector => [
  a[0] - b[0],
  a[1] - b[1],
  a[2] - b[2],
];

/** The direction that a triangle faces. */
function normal(a: Vector, b: Vector, c: Vector): Vector {
  const [u, v] = [less(b, a), less(c, a)];
  const n = [
    u[1] * v[2] - u[2] * v[1],
    u[2] * v[0] - u[0] * v[2],
    u[0] * v[1] - u[1] * v[0],
  ];
  const length = Math.hypot(...n) || 1;
  return [n[0] / length, n[1] / length, n[2] / length];
}

/** Where points of the surface are in the picture. */
function projection(points: readonly Vector[]): (p: Vector) => Place {
  const xs = points.map((p) => p[0]);
  const ys = points.map((p) => p[1]);
  const [left, right] = [Math.min(...xs), Math.max(...xs)];
  const [low, high] = [Math.min(...ys), Math.max(...ys)];
  const scale = 0.82 * SIZE / Math.max(right - left, high - low);
  return ([x, y]) => [
    SIZE / 2 + scale * (x - (left + right) / 2),
    SIZE * 0.51 - scale * (y - (low + high) / 2),
  ];
}

/** Points with some distance from each other, the nearest to the eye first. */
function spread(
  candidates: readonly number[],
  places: readonly Place[],
  distance: number,
): number[] {
  const kept: number[] = [];
  for (const k of candidates) {
    const far = kept.every((l) =>
      Math.hypot(
        places[k][0] - places[l][0],
        places[k][1] - places[l][1],
      ) > distance
    );
    if (far) kept.push(k);
  }
  return kept;
}

/** The picture as text. */
export function portrait(
  { points, triangles }: Mesh,
  values: ArrayLike<number>,
  gradients: ArrayLike<number>,
  width: number,
): string {
  const seen = points.map(turned);
  const place = projection(seen);
  const places = seen.map(place);
  const sorted = Array.from(values).sort((a, b) => a - b);
  // The few largest and smallest values do not dull the others.
  const low = sorted[Math.floor(0.01 * sorted.length)];
  const high = sorted[Math.floor(0.99 * sorted.length)];
  const level = (value: number) => (value - low) / (high - low);

  const faces = triangles.map(([a, b, c]) => {
    const facing = normal(seen[a], seen[b], seen[c]);
    const depth = seen[a][2] + seen[b][2] + seen[c][2];
    return { corners: [a, b, c], facing, depth };
  }).filter(({ facing }) => facing[2] > 0).sort((p, q) => p.depth - q.depth);
  const surface = faces.map(({ corners, facing }) => {
    const bright = facing.reduce((s, v, d) => s + v * LIGHT[d], 0);
    const mean = corners.reduce((s, k) => s + values[k] / 3, 0);
    const fill = colour(level(mean), 0.72 + 0.33 * Math.max(0, bright));
    return polygon(corners.map((k) => places[k]), { fill, stroke: fill });
  });

  const front = new Set(
    faces.filter(({ facing }) => facing[2] > 0.3).flatMap((f) => f.corners),
  );
  const near = [...front].sort((p, q) => seen[q][2] - seen[p][2]);
  const slope = (k: number) =>
    turned([0, 1, 2].map((d) => gradients[3 * k + d]));
  const longest = Math.max(
    ...near.map((k) => Math.hypot(slope(k)[0], slope(k)[1])),
  );
  const arrows = spread(near, places, 17).map((k) => {
    const [u, v] = slope(k);
    const scale = 46 / longest;
    return arrow(places[k], [scale * u, -scale * v]);
  });
  return picture(SIZE, SIZE, [
    element("rect", { width: SIZE, height: SIZE, fill: "#fbfaf7" }),
    element(
      "g",
      { "stroke-width": 0.6, "stroke-linejoin": "round" },
      ...surface,
    ),
    element(
      "g",
      { stroke: "#16131c", "stroke-width": 1.3, "stroke-opacity": 0.8 },
      ...arrows,
    ),
    label(SIZE / 2, 44, "Noise on the Stanford bunny, smoothed", {
      "text-anchor": "middle",
      "font-size": 22,
      fill: "#222",
    }),
    label(
      SIZE / 2,
      70,
      `a(x) = Σ exp(-|x - y|² / 2s²) b(y), s = ${width}; arrows: gradient of a`,
      { "text-anchor": "middle", "font-size": 14, fill: "#666" },
    ),
    colourBar([300, 848], [300, 12], [low, high], "a"),
  ]);
}
