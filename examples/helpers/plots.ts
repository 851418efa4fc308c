/**
 * Plots of points, fields, matchings and curves, as SVG.
 *
 * @module
 */

import { colour, element, label, picture, polygon, short } from "../svg.ts";
import { pngAddress } from "./png.ts";

/** From where to where. */
export type Range = readonly [number, number];
/** Points of the plane: only the first two coordinates count. */
export type Points = readonly (readonly number[])[];
/** Where a point is in the picture. */
export type Place = (x: number, y: number) => readonly [number, number];
/** What is drawn in a panel. */
export type Layer = (place: Place) => string;

/** A part of a picture, with axes of its own. */
export interface Panel {
  /** Its width. */
  readonly width: number;
  /** Its height. */
  readonly height: number;
  /** Its elements. */
  readonly text: string;
}

/** How a panel looks. */
export interface PanelOptions {
  /** What is seen from left to right. */
  readonly x: Range;
  /** What is seen from bottom to top. */
  readonly y: Range;
  /** Its width; 360 where not given. */
  readonly width?: number;
  /** Its height; the width where not given. */
  readonly height?: number;
  /** What it shows. */
  readonly title?: string;
  /** Numbers on both axes, with their names. */
  readonly axes?: { readonly x: string; readonly y: string };
  /** Logarithmic axes. */
  readonly log?: { readonly x?: boolean; readonly y?: boolean };
}

const INK = "#222";
const PALE = "#8a8a8a";

/** Ten colours that differ. */
export const COLOURS: readonly string[] = [
  "#4c6fd6",
  "#e8743b",
  "#2a9d6f",
  "#c43d6b",
  "#8e5bbf",
  "#b58900",
  "#1f9bb3",
  "#7a7a7a",
  "#6b8e23",
  "#a0522d",
];

/** A panel with layers, the first one below. */
export function panel(options: PanelOptions, ...layers: Layer[]): Panel {
  const { width = 360, height = width, title, axes } = options;
  const [left, top] = [axes ? 52 : 8, title ? 30 : 8];
  const [right, bottom] = [width - 8, height - (axes ? 42 : 8)];
  const place = placing(options, [left, right], [bottom, top]);
  const id = `c${width}x${height}${axes ? "a" : ""}${title ? "t" : ""}`;
  const box = { x: left, y: top, width: right - left, height: bottom - top };
  const text = [
    element("clipPath", { id }, element("rect", box)),
    element("rect", { ...box, fill: "#fff" }),
    element(
      "g",
      { "clip-path": `url(#${id})` },
      ...layers.map((draw) => draw(place)),
    ),
    element("rect", { ...box, fill: "none", stroke: "#ccc" }),
    ...(title ? [label(left, top - 9, title, text14)] : []),
    ...(axes ? ticks(options, place, [left, bottom]) : []),
  ];
  if (axes) {
    const middle = (top + bottom) / 2;
    text.push(
      label((left + right) / 2, height - 6, axes.x, centred12),
      label(13, middle, axes.y, {
        ...centred12,
        transform: `rotate(-90 13 ${short(middle)})`,
      }),
    );
  }
  return { width, height, text: text.join("\n") };
}

const text14 = { "font-size": 14, fill: INK };
const centred12 = { "font-size": 12, fill: PALE, "text-anchor": "middle" };

function placing({ x, y, log = {} }: PanelOptions, h: Range, v: Range): Place {
  const along = (range: Range, to: Range, logarithmic = false) => {
    const f = logarithmic ? Math.log : (t: number) => t;
    const [a, b] = [f(range[0]), f(range[1])];
    return (t: number) => to[0] + (f(t) - a) / (b - a) * (to[1] - to[0]);
  };
  const [right, up] = [along(x, h, log.x), along(y, v, log.y)];
  return (s, t) => [right(s), up(t)];
}

/** Numbers of the form 1, 2 or 5 times a power of ten, or powers of ten. */
function tickValues([low, high]: Range, logarithmic = false): number[] {
  if (logarithmic) {
    const [a, b] = [Math.ceil(Math.log10(low)), Math.log10(high)];
    const step = Math.max(1, Math.ceil((b - a) / 6));
    const powers: number[] = [];
    for (let k = a; k <= b + 1e-9; k += step) powers.push(10 ** k);
    return powers;
  }
  const power = 10 ** Math.floor(Math.log10((high - low) / 4));
  const step = [1, 2, 5, 10].map((s) => s * power)
    .find((s) => (high - low) / s <= 6) ?? power;
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, k) => (first + k) * step);
}

function ticks(
  { x, y, log = {} }: PanelOptions,
  place: Place,
  [left, bottom]: Range,
): string[] {
  const words = (t: number) =>
    Math.abs(t) >= 1e5 || (t !== 0 && Math.abs(t) < 1e-3)
      ? t.toExponential(0).replace("e+", "e")
      : String(Number(t.toPrecision(6)));
  const style = { "font-size": 11, fill: PALE };
  return [
    ...tickValues(x, log.x).map((t) =>
      label(place(t, y[0])[0], bottom + 15, words(t), {
        ...style,
        "text-anchor": "middle",
      })
    ),
    ...tickValues(y, log.y).map((t) =>
      label(left - 5, place(x[0], t)[1] + 4, words(t), {
        ...style,
        "text-anchor": "end",
      })
    ),
  ];
}

/** A picture of panels in rows, with a title and a line below it. */
export function page(
  title: string,
  subtitle: string,
  rows: readonly (readonly Panel[])[],
): string {
  const gap = 12;
  const widths = rows.map((row) =>
    row.reduce((sum, p) => sum + p.width + gap, gap)
  );
  const width = Math.max(...widths, 420);
  let top = 72;
  const text = rows.flatMap((row, r) => {
    let left = (width - widths[r]) / 2 + gap;
    const moved = row.map((p) => {
      const at = { transform: `translate(${short(left)} ${short(top)})` };
      left += p.width + gap;
      return element("g", at, p.text);
    });
    top += Math.max(...row.map((p) => p.height)) + gap;
    return moved;
  });
  const style = { "text-anchor": "middle" };
  return picture(Math.round(width), Math.round(top), [
    element("rect", { width, height: top, fill: "#fbfaf7" }),
    label(width / 2, 32, title, { ...style, "font-size": 20, fill: INK }),
    label(width / 2, 54, subtitle, { ...style, "font-size": 13, fill: "#666" }),
    ...text,
  ]);
}

/** How marks look. */
export interface MarkOptions {
  /** One colour, or one for each mark. */
  readonly fill?: string | readonly string[];
  /** The radius of points, or the width of lines. */
  readonly size?: number;
  /** From 0, not seen, to 1. */
  readonly opacity?: number;
}

/** Points as dots: one path for each colour. */
export function scatter(points: Points, options: MarkOptions = {}): Layer {
  const { fill = COLOURS[0], size = 1.5, opacity = 1 } = options;
  return (place) => {
    const paths = new Map<string, string[]>();
    points.forEach(([x, y], k) => {
      const ink = typeof fill === "string" ? fill : fill[k];
      const dot = `M${place(x, y).map(short).join(" ")}h0`;
      const dots = paths.get(ink);
      if (dots) dots.push(dot);
      else paths.set(ink, [dot]);
    });
    return [...paths].map(([stroke, dots]) =>
      element("path", {
        d: dots.join(""),
        stroke,
        "stroke-width": 2 * size,
        "stroke-linecap": "round",
        "stroke-opacity": String(opacity),
      })
    ).join("\n");
  };
}

/** Each point of one list joined to a point of the other. */
export function matching(
  from: Points,
  to: Points,
  options: MarkOptions = {},
): Layer {
  const { fill = "#999", size = 0.5, opacity = 0.6 } = options;
  const ink = typeof fill === "string" ? fill : fill[0];
  return (place) => {
    const lines = from.map(([x, y], k) =>
      `M${place(x, y).map(short).join(" ")}L${
        place(to[k][0], to[k][1]).map(short).join(" ")
      }`
    );
    return element("path", {
      d: lines.join(""),
      fill: "none",
      stroke: ink,
      "stroke-width": String(size),
      "stroke-opacity": String(opacity),
    });
  };
}

/** A line through points, or a closed and filled one. */
export function curve(
  points: Points,
  options: MarkOptions & { readonly closed?: boolean } = {},
): Layer {
  const { fill = COLOURS[0], size = 1.5, opacity = 1, closed } = options;
  const ink = typeof fill === "string" ? fill : fill[0];
  return (place) => {
    const places = points.map(([x, y]) => place(x, y));
    if (closed) {
      return polygon(places, { fill: ink, "fill-opacity": `${opacity}` });
    }
    return element("path", {
      d: `M${places.map((p) => p.map(short).join(" ")).join("L")}`,
      fill: "none",
      stroke: ink,
      "stroke-width": String(size),
      "stroke-opacity": String(opacity),
      "stroke-linejoin": "round",
    });
  };
}

/** Words at a point. */
export function words(
  [x, y]: readonly [number, number],
  text: string,
  ink: string = INK,
  size = 12,
): Layer {
  return (place) => {
    const [left, top] = place(x, y);
    return label(left, top, text, { "font-size": size, fill: ink });
  };
}

/** Values on a grid, row by row from the bottom. */
export interface Grid {
  /** What the columns span. */
  readonly x: Range;
  /** What the rows span. */
  readonly y: Range;
  /** The number of columns. */
  readonly columns: number;
  /** The number of rows. */
  readonly rows: number;
}

/** The middles of the cells of a grid, row by row. */
export function gridPoints({ x, y, columns, rows }: Grid): number[][] {
  return Array.from({ length: rows * columns }, (_, k) => [
    x[0] + (k % columns + 0.5) * (x[1] - x[0]) / columns,
    y[0] + (Math.floor(k / columns) + 0.5) * (y[1] - y[0]) / rows,
  ]);
}

/** A field of values as colours, from the least to the largest. */
export function field(
  grid: Grid,
  values: ArrayLike<number>,
  options: { readonly range?: Range; readonly ink?: (t: number) => string } =
    {},
): Layer {
  const { ink = colour, range: [low, high] = extremes(values) } = options;
  return image(
    grid,
    (k) => ink(Math.min(1, Math.max(0, (values[k] - low) / (high - low || 1)))),
  );
}

/** A colour for each cell of a grid. */
export function image(grid: Grid, ink: (cell: number) => string): Layer {
  const { columns, rows } = grid;
  const data = new Uint8Array(3 * rows * columns);
  for (let k = 0; k < rows * columns; k++) {
    // Pictures start at the top.
    const row = rows - 1 - Math.floor(k / columns);
    data.set(channels(ink(k)), 3 * (row * columns + k % columns));
  }
  return pixels(grid, data);
}

/** Pixels of a PNG in a rectangle. */
export function pixels(
  { x, y, columns, rows }: Grid,
  data: Uint8Array,
  sharp = false,
): Layer {
  const href = pngAddress({ width: columns, height: rows, data });
  return (place) => {
    const [left, top] = place(x[0], y[1]);
    const [right, bottom] = place(x[1], y[0]);
    return element("image", {
      href,
      x: left,
      y: top,
      width: right - left,
      height: bottom - top,
      preserveAspectRatio: "none",
      ...(sharp ? { style: "image-rendering: pixelated" } : {}),
    });
  };
}

/** A colour between two others. */
export function mixed(from: string, to: string, t: number): string {
  const [a, b] = [channels(from), channels(to)];
  const part = (k: number) => Math.round((1 - t) * a[k] + t * b[k]);
  return `#${
    [0, 1, 2].map((k) => part(k).toString(16).padStart(2, "0")).join("")
  }`;
}

function channels(ink: string): number[] {
  return [1, 3, 5].map((at) => parseInt(ink.slice(at, at + 2), 16));
}

/** The least and the largest of some numbers. */
export function extremes(values: ArrayLike<number>): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let k = 0; k < values.length; k++) {
    low = Math.min(low, values[k]);
    high = Math.max(high, values[k]);
  }
  return [low, high];
}

/** Lines of equal value, by the triangles of a grid. */
export function contours(
  grid: Grid,
  values: ArrayLike<number>,
  levels: readonly number[],
  options: MarkOptions = {},
): Layer {
  const { fill = "#ffffff", size = 0.8, opacity = 0.8 } = options;
  const at = gridPoints(grid);
  const { columns, rows } = grid;
  const segments: [number[], number[]][] = [];
  const cut = (corners: readonly number[], level: number) => {
    const ends = corners.flatMap((a, k) => {
      const b = corners[(k + 1) % 3];
      if ((values[a] < level) === (values[b] < level)) return [];
      const t = (level - values[a]) / (values[b] - values[a]);
      return [at[a].map((p, d) => p + t * (at[b][d] - p))];
    });
    if (ends.length === 2) segments.push([ends[0], ends[1]]);
  };
  for (const level of levels) {
    for (let r = 0; r + 1 < rows; r++) {
      for (let c = 0; c + 1 < columns; c++) {
        const k = r * columns + c;
        cut([k, k + 1, k + columns], level);
        cut([k + 1, k + columns + 1, k + columns], level);
      }
    }
  }
  return matching(segments.map((s) => s[0]), segments.map((s) => s[1]), {
    fill,
    size,
    opacity,
  });
}

/** What a range is, with some room around points. */
export function around(points: Points, room = 0.05): { x: Range; y: Range } {
  const [x, y] = [0, 1].map((d): Range => {
    const [low, high] = extremes(points.map((p) => p[d]));
    const more = room * (high - low || 1);
    return [low - more, high + more];
  });
  return { x, y };
}

/** The same, with one scale for both axes of a square. */
export function aroundSquare(
  points: Points,
  room = 0.05,
): { x: Range; y: Range } {
  const { x, y } = around(points, room);
  const half = Math.max(x[1] - x[0], y[1] - y[0]) / 2;
  const range = ([a, b]: Range): Range => [
    (a + b) / 2 - half,
    (a + b) / 2 + half,
  ];
  return { x: range(x), y: range(y) };
}

/** A colour for each class. */
export function colouredBy(labels: ArrayLike<number>): string[] {
  return Array.from(labels, (l) => COLOURS[l % COLOURS.length]);
}

/** Blue below the middle, white there, orange above. */
export function diverging(t: number): string {
  return t < 0.5
    ? mixed("#2b5bb5", "#ffffff", 2 * t)
    : mixed("#ffffff", "#d9651f", 2 * t - 1);
}
