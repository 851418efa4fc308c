/**
 * Boxes and arrows as an SVG picture. Package-internal.
 *
 * @module
 */

import type { Box, Boxes } from "./boxes.ts";
import { layered } from "./layers.ts";

const CHARACTER = 7.3;
const LINE = 16;
const GAP = 16;
const BETWEEN_LAYERS = 36;
const MARGIN = 8;

const FILL: Readonly<Record<Box["kind"], string>> = {
  leaf: "#bcd8f5",
  operation: "#ececec",
  output: "#c6e8bf",
};

/** The picture, as the text of an `svg` element. */
export function svgText({ boxes, arrows }: Boxes): string {
  const lines = boxes.reduce((most, b) => Math.max(most, b.lines.length), 1);
  const height = lines * LINE + 10;
  const widths = boxes.map((b) =>
    Math.max(...b.lines.map((t) => t.length), 3) * CHARACTER + 16
  );
  const { things, ways } = layered(widths, arrows, GAP);
  const x = (k: number) => things[k].x + MARGIN;
  const top = (k: number) =>
    things[k].layer * (height + BETWEEN_LAYERS) + MARGIN;
  // Through way points arrows go straight; boxes they leave below.
  const bottom = (k: number) => top(k) + height;
  const drawn = arrows.map(({ label }, a) => {
    const way = ways[a];
    const path = way.slice(1).map((to, k) => {
      const from = way[k];
      const middle = (bottom(from) + top(to)) / 2;
      const through = k < way.length - 2 ? ` V ${tidy(bottom(to))}` : "";
      return ` C ${tidy(x(from))} ${tidy(middle)}, ${tidy(x(to))} ${
        tidy(middle)
      }, ${tidy(x(to))} ${tidy(top(to))}${through}`;
    });
    const start = `M ${tidy(x(way[0]))} ${tidy(bottom(way[0]))}`;
    const end = way[way.length - 1];
    const place = `x="${tidy(x(end) + 6)}" y="${tidy(top(end) - 6)}"`;
    const word = label === ""
      ? ""
      : `<text ${place} stroke="none" fill="#555">${escaped(label)}</text>`;
    return `<path d="${start}${
      path.join("")
    }" marker-end="url(#allpairs-arrow)"/>${word}`;
  });
  const shapes = boxes.map((box, k) =>
    boxText(box, x(k), top(k), widths[k], height)
  );
  const layers = things.reduce((most, t) => Math.max(most, t.layer), 0);
  const right = things.reduce(
    (most, t) => Math.max(most, t.x + t.width / 2),
    0,
  );
  const size = [
    right + 2 * MARGIN,
    layers * (height + BETWEEN_LAYERS) + height + 2 * MARGIN,
  ].map((d) => Math.ceil(d));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size[0]}" height="${
      size[1]
    }" viewBox="0 0 ${size[0]} ${
      size[1]
    }" font-family="ui-monospace, monospace" font-size="12">`,
    `<defs><marker id="allpairs-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M 0 0 L 8 4 L 0 8 z" fill="#777"/></marker></defs>`,
    `<g fill="none" stroke="#777">${drawn.join("\n")}</g>`,
    ...shapes,
    "</svg>",
  ].join("\n");
}

function boxText(
  { kind, lines }: Box,
  x: number,
  top: number,
  width: number,
  height: number,
): string {
  const first = top + height / 2 - (lines.length - 1) * LINE / 2 + 4;
  const radius = kind === "operation" ? 4 : height / 3;
  return `<g class="${kind}"><rect x="${tidy(x - width / 2)}" y="${
    tidy(top)
  }" width="${tidy(width)}" height="${tidy(height)}" rx="${
    tidy(radius)
  }" fill="${FILL[kind]}" stroke="#777"/>${
    lines.map((text, k) =>
      `<text x="${tidy(x)}" y="${
        tidy(first + k * LINE)
      }" text-anchor="middle" fill="#111">${escaped(text)}</text>`
    ).join("")
  }</g>`;
}

/** Coordinates to a tenth: the same text wherever it is made. */
function tidy(x: number): string {
  return `${Math.round(x * 10) / 10}`;
}

/** Text as XML. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
