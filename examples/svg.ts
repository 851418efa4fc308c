/**
 * A small writer of SVG pictures: elements, colours, a bar of colours.
 *
 * @module
 */

/** Attributes of an element; numbers are rounded. */
export type Attributes = Readonly<Record<string, string | number>>;

/** An element with what is inside of it. */
export function element(
  tag: string,
  attributes: Attributes = {},
  ...inside: readonly string[]
): string {
  const list = Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${attribute(value)}"`);
  const open = `<${tag}${list.join("")}`;
  return inside.length === 0
    ? `${open}/>`
    : `${open}>${inside.join("\n")}</${tag}>`;
}

function attribute(value: string | number): string {
  return typeof value === "number" ? short(value) : escaped(value);
}

/** Text with the characters that mean something to SVG replaced. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
    .replaceAll('"', "&quot;");
}

/** A number with the digits that one can see. */
export function short(x: number): string {
  return `${Math.round(x * 10) / 10}`;
}

/** A whole picture. */
export function picture(
  width: number,
  height: number,
  inside: readonly string[],
): string {
  return element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${width} ${height}`,
      "font-family": "Helvetica, Arial, sans-serif",
    },
    ...inside,
  ) + "\n";
}

/** A filled polygon. */
export function polygon(
  points: readonly (readonly [number, number])[],
  attributes: Attributes,
): string {
  const d = `M${points.map((p) => p.map(short).join(" ")).join("L")}Z`;
  return element("path", { d, ...attributes });
}

/** An arrow from a point, with a head. */
export function arrow(
  [x, y]: readonly [number, number],
  [u, v]: readonly [number, number],
  attributes: Attributes = {},
): string {
  const length = Math.hypot(u, v);
  if (length === 0) return "";
  const head = Math.min(4, length / 2);
  const [cx, cy] = [u / length * head, v / length * head];
  const tip = `${short(x + u)} ${short(y + v)}`;
  const barb = (side: number) =>
    `${short(x + u - cx - side * cy / 2)} ${short(y + v - cy + side * cx / 2)}`;
  const d = `M${short(x)} ${short(y)}L${tip}M${barb(1)}L${tip}L${barb(-1)}`;
  return element("path", { d, fill: "none", ...attributes });
}

/** A line of text. */
export function label(
  x: number,
  y: number,
  text: string,
  attributes: Attributes = {},
): string {
  return element("text", { x, y, ...attributes }, escaped(text));
}

/** A colour of equal steps for the eye, from dark violet (0) to yellow (1). */
export function colour(t: number, light = 1): string {
  const s = Math.min(1, Math.max(0, t));
  const lightness = (0.32 + 0.6 * s) * light;
  const hue = (295 - 190 * s) * Math.PI / 180;
  return oklab(lightness, 0.135 * Math.cos(hue), 0.135 * Math.sin(hue));
}

/** A colour of the Oklab space (Ottosson 2020) in hexadecimal digits. */
function oklab(lightness: number, a: number, b: number): string {
  const [l, m, s] = [
    lightness + 0.3963377774 * a + 0.2158037573 * b,
    lightness - 0.1055613458 * a - 0.0638541728 * b,
    lightness - 0.0894841775 * a - 1.2914855480 * b,
  ].map((x) => x ** 3);
  const rgb = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s,
  ].map((x) => {
    const c = Math.min(1, Math.max(0, x));
    const y = c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055;
    return Math.round(255 * y).toString(16).padStart(2, "0");
  });
  return `#${rgb.join("")}`;
}

/** A bar of all colours with the values at its ends. */
export function colourBar(
  [x, y]: readonly [number, number],
  [width, height]: readonly [number, number],
  [low, high]: readonly [number, number],
  title: string,
): string {
  const steps = 64;
  const boxes = Array.from({ length: steps }, (_, k) =>
    element("rect", {
      x: x + k * width / steps,
      y,
      width: width / steps + 0.5,
      height,
      fill: colour((k + 0.5) / steps),
    }));
  const ink = { "font-size": 13, fill: "#444" };
  return [
    ...boxes,
    label(x, y + height + 17, low.toFixed(1), ink),
    label(x + width, y + height + 17, high.toFixed(1), {
      ...ink,
      "text-anchor": "end",
    }),
    label(x + width / 2, y + height + 17, title, {
      ...ink,
      "text-anchor": "middle",
    }),
  ].join("\n");
}
