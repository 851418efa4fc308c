/**
 * Builds the documentation as a site in out/site: `deno task docs`.
 *
 * Pages are made from README.md, CONTRIBUTING.md and the Markdown files of
 * this folder; sources that they refer to become pages, other files are
 * copied; the API comes from `deno doc`.
 *
 * @module
 */

import { pageOf } from "./site_page.ts";

const ROOT = new URL("../", import.meta.url);

/** Where the site goes. */
export const SITE: URL = new URL("out/site/", ROOT);

/** The guides in the order of the menu. */
const GUIDES: readonly (readonly [string, string])[] = [
  ["README.md", "allpairs"],
  ["docs/quick_start.md", "Quick start"],
  ["docs/concepts.md", "Concepts"],
  ["docs/ops.md", "Operations"],
  ["docs/reductions.md", "Reductions"],
  ["docs/linear_systems.md", "Linear systems, spectra, Gaussian processes"],
  ["docs/sparsity.md", "Block sparsity"],
  ["docs/tolerance.md", "Results within a tolerance"],
  ["docs/coming_from_pykeops.md", "Coming from PyKeOps"],
  ["docs/coming_from_numpy_and_pytorch.md", "Coming from NumPy and PyTorch"],
  ["docs/precision.md", "Precision"],
  ["docs/performance.md", "Performance"],
  ["docs/benchmarks.md", "Benchmarks"],
  ["docs/gpu.md", "On a GPU"],
  ["docs/adding_an_op.md", "Adding an operation"],
  ["CONTRIBUTING.md", "Contributing"],
];

/** The page of the site that a file of the project becomes. */
export function targetOf(path: string): string {
  if (path === "README.md") return "index.html";
  if (path.endsWith(".md")) {
    return path.replace(/^docs\//, "").replace(/\.md$/, ".html").toLowerCase();
  }
  return /\.(ts|py|c)$/.test(path) ? `source/${path}.html` : `files/${path}`;
}

function exists(path: string): boolean {
  try {
    Deno.statSync(new URL(path, ROOT));
    return true;
  } catch {
    return false;
  }
}

function isFolder(path: string): boolean {
  return exists(path) && Deno.statSync(new URL(path, ROOT)).isDirectory;
}

/** A path within the project, from a link in one of its files. */
function resolved(link: string, from: string): string {
  const url = new URL(link, new URL(from, "http://project/"));
  return decodeURIComponent(url.pathname.slice(1)).replace(/\/$/, "");
}

/** Writes pages, and those that they refer to. */
class Site {
  readonly #menu: readonly (readonly [string, string])[];
  readonly #done = new Set<string>();
  readonly #open: string[] = [];

  constructor(menu: readonly (readonly [string, string])[]) {
    this.#menu = menu;
    this.#open.push(...menu.map(([path]) => path));
  }

  write(): void {
    for (let path = this.#open.pop(); path; path = this.#open.pop()) {
      if (this.#done.has(path)) continue;
      this.#done.add(path);
      this.#file(path);
    }
  }

  #file(path: string): void {
    if (isFolder(path)) return this.#page(path, this.#folder(path));
    if (path.endsWith(".md")) return this.#page(path, this.#text(path));
    if (targetOf(path).startsWith("source/")) {
      const language = path.split(".").at(-1);
      const fence = "`````";
      const text = `# ${path}\n\n${fence}${language}\n${
        this.#text(path)
      }\n${fence}\n`;
      return this.#page(path, text);
    }
    const target = new URL(targetOf(path), SITE);
    Deno.mkdirSync(new URL(".", target), { recursive: true });
    Deno.copyFileSync(new URL(path, ROOT), target);
  }

  #text(path: string): string {
    return Deno.readTextFileSync(new URL(path, ROOT));
  }

  #folder(path: string): string {
    const names = [...Deno.readDirSync(new URL(`${path}/`, ROOT))]
      .filter((entry) => entry.isFile)
      .map((entry) => `- [${entry.name}](/${path}/${entry.name})`);
    return `# ${path}\n\n${names.sort().join("\n")}\n`;
  }

  #page(path: string, markdown: string): void {
    const target = this.#target(path);
    const up = "../".repeat(target.split("/").length - 1);
    const html = pageOf({
      markdown,
      up,
      here: target,
      menu: this.#menu.map(([file, title]) => ({
        title,
        target: targetOf(file),
      })),
      link: (href) => up + this.#link(href, path),
    });
    const url = new URL(target, SITE);
    Deno.mkdirSync(new URL(".", url), { recursive: true });
    Deno.writeTextFileSync(url, html);
  }

  #target(path: string): string {
    return isFolder(path) ? `source/${path}/index.html` : targetOf(path);
  }

  /** Where a link to a file of the project leads in the site. */
  #link(href: string, from: string): string {
    const [file, anchor] = href.split("#");
    const path = file === "" ? from : resolved(file, from);
    if (!exists(path)) {
      throw new Error(`${from} has a link to ${href}, which is not there`);
    }
    this.#open.push(path);
    return this.#target(path) + (anchor ? `#${anchor}` : "");
  }
}

/** The pages of the API, by `deno doc`. */
async function writeApi(): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "doc",
      "--html",
      "--name=allpairs",
      `--output=${new URL("api", SITE).pathname}`,
      new URL("mod.ts", ROOT).pathname,
    ],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

/** Builds the whole site anew. */
export async function buildSite(): Promise<void> {
  if (exists("out/site")) Deno.removeSync(SITE, { recursive: true });
  Deno.mkdirSync(SITE, { recursive: true });
  new Site(GUIDES.filter(([path]) => exists(path))).write();
  await writeApi();
}

if (import.meta.main) {
  await buildSite();
  console.log("out/site/index.html");
}
