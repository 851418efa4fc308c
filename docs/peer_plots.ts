/**
 * Plots of times beside peers.
 *
 * @module
 */

import {
  COLOURS,
  curve,
  extremes,
  type Layer,
  page,
  panel,
  scatter,
  words,
} from "../examples/helpers/plots.ts";
import { element, label, picture } from "../examples/svg.ts";
import { type PeerReport, PEERS } from "./peer_report.ts";

const FILE = new URL("../bench/results/peers.json", import.meta.url);

function report(): PeerReport {
  return JSON.parse(Deno.readTextFileSync(FILE));
}

function inOrder(line: readonly number[][]): number[][] {
  return [...line].sort(([a], [b]) => a - b);
}

/** Times of a Gaussian sum in three dimensions by the number of points. */
export function pointsPlot(): string {
  const { rows, machine, threads } = report();
  const sums = rows.filter(({ work, dim, columns, dtype }) =>
    work === "gauss" && dim === 3 && columns === 1 && dtype === "float32"
  );
  const own = sums.filter(({ peer }) => peer === "keops")
    .map(({ points, seconds }) => [points, 1e3 * seconds]);
  const lines: [string, number[][]][] = [
    ["allpairs", inOrder(own)],
    ...Object.entries(PEERS).filter(([name]) => name !== "c").map((
      [name, title],
    ): [string, number[][]] => [
      title,
      inOrder(
        sums.filter(({ peer }) => peer === name)
          .map(({ points, peerSeconds }) => [points, 1e3 * peerSeconds]),
      ),
    ]),
  ];
  const all = lines.flatMap(([, line]) => line);
  const [low, high] = extremes(all.map(([, t]) => t));
  const layers = lines.flatMap(([, line], k): Layer[] => {
    const fill = COLOURS[k];
    return [
      curve(line, { fill, size: k === 0 ? 3 : 1.5 }),
      scatter(line, { fill, size: 3 }),
    ];
  });
  // The names stand at the ends of lines, none upon another.
  const ends = lines.map(([title, line], k) => ({ title, k, at: line.at(-1) }))
    .filter(({ at }) => at !== undefined)
    .sort((a, b) => (a.at?.[1] ?? 0) - (b.at?.[1] ?? 0));
  const heights = new Map<number, number>();
  for (const { title, k, at: [x, y] = [0, 0] } of ends) {
    const height = Math.max(y, 1.6 * (heights.get(x) ?? 0));
    heights.set(x, height);
    layers.push(words([x * 1.15, height], title, COLOURS[k]));
  }
  const plot = panel({
    x: [70, 900_000],
    y: [low / 2, high * 2],
    width: 640,
    height: 420,
    log: { x: true, y: true },
    axes: { x: "points of each cloud", y: "milliseconds" },
  }, ...layers);
  return page(
    "A Gaussian sum over all pairs",
    `D = 3, float32, warm calls, ${threads} threads, ${machine}`,
    [[plot]],
  );
}

/** How many times longer PyKeOps takes, a bar for each workload. */
export function ratiosPlot(): string {
  const { rows, versions, threads, machine } = report();
  const bars = rows.filter(({ peer }) => peer === "keops");
  const [width, left, right, top, step] = [740, 340, 60, 80, 22];
  const most = Math.max(...bars.map(({ ratio }) => ratio));
  const ink = { "font-size": 12, fill: "#222" };
  const drawn = bars.flatMap(({ ratio, ...row }, k) => {
    const y = top + k * step;
    const length = ratio / most * (width - left - right);
    const wide = row.columns > 1 ? `, E = ${row.columns}` : "";
    const text =
      `${row.title}, N = ${row.points}, D = ${row.dim}${wide}, ${row.dtype}`;
    const fill = row.dtype === "float32" ? COLOURS[0] : COLOURS[1];
    return [
      label(left - 8, y + 12, text, { ...ink, "text-anchor": "end" }),
      element("rect", { x: left, y, width: length, height: step - 6, fill }),
      label(left + length + 6, y + 12, `${ratio.toFixed(1)}x`, ink),
    ];
  });
  const height = top + bars.length * step + 12;
  const centred = { "text-anchor": "middle" };
  return picture(width, height, [
    element("rect", { width, height, fill: "#fbfaf7" }),
    label(width / 2, 32, "How many times faster than PyKeOps on the CPU", {
      ...centred,
      "font-size": 20,
      fill: "#222",
    }),
    label(
      width / 2,
      54,
      `PyKeOps ${versions.keops}, ${threads} threads each, warm calls, ${machine}`,
      { ...centred, "font-size": 13, fill: "#666" },
    ),
    ...drawn,
  ]);
}
