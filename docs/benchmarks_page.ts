/**
 * The page of benchmarks, the part of README.md about them and their plots,
 * from the files that the programs in `bench/` write.
 *
 * @module
 */

import { GENERATED, table } from "./markdown.ts";
import { type PeerReport, type PeerRow, PEERS } from "./peer_report.ts";

const ROOT = new URL("../", import.meta.url);

/** A file of results: what it shows, and what remakes it. */
interface Section {
  readonly file: string;
  readonly title: string;
  readonly text: string;
}

const SECTIONS: readonly Section[] = [
  {
    file: "cpu",
    title: "Pairs per second of one thread",
    text: "Medians of 25 runs. `deno task bench` remakes them.",
  },
  {
    file: "calls",
    title: "What a call costs beside its arithmetic",
    text:
      "Medians, in microseconds; the first call of a formula in milliseconds. `deno task bench:calls` remakes them.",
  },
  {
    file: "threads",
    title: "Two threads beside one",
    text: "`deno task bench:threads` remakes them.",
  },
  {
    file: "memory",
    title: "Memory",
    text: "It grows with M + N. `deno task bench:memory` remakes them.",
  },
  {
    file: "sparse",
    title: "Pruned sums",
    text:
      "Gaussian sums over the blocks that matter, beside those over all pairs. `deno task bench:sparse` remakes them.",
  },
  {
    file: "tolerance",
    title: "Sums within a tolerance",
    text:
      "`K.withTolerance(1e-3)` beside exact sums. `deno task bench:tolerance` remakes them.",
  },
  {
    file: "low_rank",
    title: "Sums within a tolerance in many dimensions",
    text:
      "`K.withTolerance(...)` beside exact sums. `deno task bench:low-rank` remakes them.",
  },
  {
    file: "tolerance_problems",
    title: "Errors of tolerances",
    text:
      "The largest errors on random problems, over the tolerances asked for. `deno task bench:tolerance-problems` remakes them.",
  },
  {
    file: "solve",
    title: "Linear systems and spectra",
    text: "`deno task bench:solve` remakes them.",
  },
  {
    file: "gp",
    title: "Gaussian processes",
    text:
      "Roads in three dimensions that are made up, beside scikit-learn. `deno task bench:gp` remakes them.",
  },
];

/** Longer tables are cut. */
const MOST_ROWS = 24;

type Scalar = string | number | boolean | null;
type Value = Scalar | readonly Value[] | { readonly [key: string]: Value };

function read(name: string): string {
  return Deno.readTextFileSync(new URL(name, ROOT));
}

/** `peerFirstSeconds` as `peer first seconds`. */
function inWords(key: string): string {
  return key.replaceAll(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`)
    .replaceAll("_", " ");
}

/** A value in a cell: numbers with three digits. */
function cell(value: Value | undefined): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "number") {
    if (Number.isInteger(value)) return `${value}`;
    const text = value.toPrecision(3);
    return text.includes("e") || Math.abs(value) < 1e-3
      ? value.toExponential(1)
      : `${Number(text)}`;
  }
  if (typeof value === "object") {
    const parts = isList(value) ? value.map(cell) : Object.entries(value)
      .map(([key, part]) => `${inWords(key)} ${cell(part)}`);
    return parts.length <= 8
      ? parts.join(", ")
      : `${parts.slice(0, 3).join(", ")} ... ${parts.at(-1)}`;
  }
  return `${value}`.replaceAll("|", "\\|");
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function isTable(value: Value): value is readonly Record<string, Value>[] {
  return isList(value) && value.length > 0 &&
    value.every((v) => typeof v === "object" && v !== null && !isList(v));
}

/** Any report: its tables, and its other values as a list. */
function shown(report: { readonly [key: string]: Value }, level = 3): string {
  const entries = Object.entries(report);
  const nested = entries.filter(([, v]) =>
    !isTable(v) && typeof v === "object" && v !== null && !isList(v) &&
    Object.values(v).some((w) => typeof w === "object" && w !== null)
  );
  const tables = entries.filter(([, v]) => isTable(v));
  const rest = entries.filter((e) => !tables.includes(e) && !nested.includes(e))
    .filter(([key]) => key !== "command");
  return [
    rest.map(([key, v]) => `- ${inWords(key)}: ${cell(v)}`).join("\n"),
    ...tables.map(([, v]) => {
      const rows = v as readonly Record<string, Value>[];
      const keys = [...new Set(rows.flatMap((row) => Object.keys(row)))];
      const more = rows.length - MOST_ROWS;
      return table(
        keys.map(inWords),
        rows.slice(0, MOST_ROWS).map((row) => keys.map((k) => cell(row[k]))),
      ) + (more > 0 ? `\n\n${more} rows more are in the file.` : "");
    }),
    ...nested.map(([key, v]) =>
      `${"#".repeat(level)} ${inWords(key)}\n\n${
        shown(v as Record<string, Value>, level + 1)
      }`
    ),
  ].filter((text) => text !== "").join("\n\n");
}

function peerReport(): PeerReport {
  return JSON.parse(read("bench/results/peers.json"));
}

/** Milliseconds in three digits. */
function milliseconds(seconds: number): string {
  const ms = seconds * 1e3;
  return `${ms < 100 ? Number(ms.toPrecision(3)) : Math.round(ms)} ms`;
}

/** Workloads, and what each peer has to say of them. */
function byWork(rows: readonly PeerRow[]): Map<string, Map<string, PeerRow>> {
  const works = new Map<string, Map<string, PeerRow>>();
  for (const row of rows) {
    const wide = row.columns > 1 ? `, ${row.columns} columns` : "";
    const key =
      `${row.title}${wide} | ${row.points} | ${row.dim} | ${row.dtype}`;
    if (!works.has(key)) works.set(key, new Map());
    works.get(key)?.set(row.peer, row);
  }
  return works;
}

/** One row a workload: the time of allpairs, then a cell for each peer. */
function peerTable(
  rows: readonly PeerRow[],
  own: (row: PeerRow) => string,
  peers: readonly string[],
  theirs: (row: PeerRow) => string,
): string {
  return table(
    [
      "work",
      "points",
      "D",
      "dtype",
      "allpairs",
      ...peers.map((p) => PEERS[p]),
    ],
    [...byWork(rows)].map(([work, answers]) => {
      // One thread beside C, and two beside others: those are shown.
      const all = [...answers.values()];
      const shown = all.find(({ peer }) => peer !== "c") ?? all[0];
      return [
        work,
        own(shown),
        ...peers.map((p) => {
          const row = answers.get(p);
          return row === undefined ? "" : theirs(row);
        }),
      ];
    }),
  );
}

function taken({ date, machine, threads, versions, deno }: PeerReport): string {
  const peers = Object.entries(versions)
    .map(([name, version]) => `${PEERS[name]} ${version}`)
    .join(", ");
  return `Taken on ${date} on ${machine}, ${threads} threads each, one beside ` +
    `C loops, in turns, medians; Deno ${deno}, ${peers}.`;
}

function ratio(row: PeerRow): string {
  return row.ratio < 10 ? row.ratio.toFixed(1) : row.ratio.toFixed(0);
}

function megabytes(bytes: number | null): string {
  return bytes === null ? "" : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** The page. */
export function benchmarksPage(): string {
  const report = peerReport();
  const { rows } = report;
  const all = Object.keys(PEERS);
  const few = rows.filter(({ peer }) => peer !== "c");
  const others = all.filter((p) => p !== "c");
  return GENERATED + [
    "# Benchmarks",
    "Programs in `bench/` write files in `bench/results/`, and this page is " +
    "made from them. `deno task bench:all` remakes all of it; `PYTHON` names " +
    "a Python with PyKeOps, NumPy and PyTorch.",
    "## Beside peers",
    taken(report) +
    " PyKeOps compiles each formula by a C++ compiler. NumPy, PyTorch, " +
    "jax-js and TensorFlow.js (both on WebAssembly) compute dense blocks of " +
    "rows, with distances by a product of matrices. The C loops are the " +
    "plain ones in `bench/loops.c`, by `gcc -Ofast -march=native`. " +
    "`deno task bench:peers` remakes the numbers.",
    "Times of allpairs, and how many times longer its peers take:",
    peerTable(rows, (r) => milliseconds(r.seconds), all, ratio),
    "![Times against numbers of points](pictures/peers_points.svg)",
    "![Ratios to PyKeOps](pictures/peers_ratios.svg)",
    "The first call, with what it prepares or compiles. PyKeOps finds formulas " +
    "that were compiled before in its cache on disk; without it, each takes " +
    "its C++ compiler seconds more.",
    peerTable(
      few,
      (r) => milliseconds(r.firstSeconds),
      others,
      (r) => milliseconds(r.peerFirstSeconds),
    ),
    "The most memory that one more call takes, beside what the process holds " +
    "after the first one (allocators may hold what it needs):",
    peerTable(
      few,
      (r) => megabytes(r.memory),
      others,
      (r) => megabytes(r.peerMemory),
    ),
    ...SECTIONS.flatMap(({ file, title, text }) => [
      `## ${title}`,
      text,
      shown(JSON.parse(read(`bench/results/${file}.json`))),
    ]),
  ].join("\n\n") + "\n";
}

const [BEGIN, END] = [
  "<!-- deno-fmt-ignore-start -->",
  "<!-- deno-fmt-ignore-end -->",
];

/** README.md with the figures of now. */
export function readme(): string {
  const text = read("README.md");
  const [before, rest] = text.split(BEGIN);
  const [, after] = rest.split(END);
  const report = peerReport();
  const rows = report.rows.filter(({ columns, dim }) =>
    columns === 1 && dim <= 100
  );
  const peers = Object.keys(PEERS);
  const figures = [
    peerTable(rows, (r) => milliseconds(r.seconds), peers, ratio),
    taken(report),
  ].join("\n\n");
  return `${before}${BEGIN}\n\n${figures}\n\n${END}${after}`;
}
