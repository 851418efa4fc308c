/**
 * Writes the pages that are made from the definitions of ops and reductions
 * and from results of benchmarks: `deno task docs:tables`.
 *
 * @module
 */

import { benchmarksPage, readme } from "./benchmarks_page.ts";
import { opsPage } from "./ops_page.ts";
import { pointsPlot, ratiosPlot } from "./peer_plots.ts";
import { reductionsPage } from "./reductions_page.ts";

/** The pages by the names of their files, beside this one. */
export const PAGES: Readonly<Record<string, () => string>> = {
  "ops.md": opsPage,
  "reductions.md": reductionsPage,
  "benchmarks.md": benchmarksPage,
  "pictures/peers_points.svg": pointsPlot,
  "pictures/peers_ratios.svg": ratiosPlot,
  "../README.md": readme,
};

if (import.meta.main) {
  for (const [name, page] of Object.entries(PAGES)) {
    Deno.writeTextFileSync(new URL(name, import.meta.url), page());
  }
}
