/**
 * Surfaces with light and shade.
 *
 * @module
 */

import { element, polygon } from "../svg.ts";
import { type Layer, mixed, type Points } from "./plots.ts";

const LIGHT = [-0.4, 0.6, 0.69];

/** Triangles seen along the last coordinate, the farthest ones first. */
export function solid(points: Points, triangles: Points, ink: string): Layer {
  return (place) => {
    const faces = triangles.map((corners) => {
      const [a, b, c] = corners.map((k) => points[k]);
      const [u, v] = [b, c].map((p) => p.map((t, d) => t - a[d]));
      const n = [
        u[1] * v[2] - u[2] * v[1],
        u[2] * v[0] - u[0] * v[2],
        u[0] * v[1] - u[1] * v[0],
      ];
      const size = Math.hypot(...n) || 1;
      const bright = n.reduce((sum, t, d) => sum + t * LIGHT[d] / size, 0);
      return { corners: [a, b, c], depth: a[2] + b[2] + c[2], bright };
    }).sort((p, q) => p.depth - q.depth);
    return element(
      "g",
      {
        fill: "currentColor",
        stroke: "currentColor",
        "stroke-width": "0.3",
        "stroke-linejoin": "round",
      },
      ...faces.map(({ corners, bright }) => {
        // Both sides of a triangle are seen.
        const color = mixed(
          "#10121c",
          mixed(ink, "#ffffff", 0.45),
          0.25 + 0.75 * Math.abs(bright),
        );
        return polygon(corners.map(([x, y]) => place(x, y)), { color });
      }),
    );
  };
}
