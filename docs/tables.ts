/**
 * Writes the pages that are made from the definitions of ops and reductions:
 * `deno task docs:tables`.
 *
 * @module
 */

import { opsPage } from "./ops_page.ts";
import { reductionsPage } from "./reductions_page.ts";

/** The pages by the names of their files, beside this one. */
export const PAGES: Readonly<Record<string, () => string>> = {
  "ops.md": opsPage,
  "reductions.md": reductionsPage,
};

if (import.meta.main) {
  for (const [name, page] of Object.entries(PAGES)) {
    Deno.writeTextFileSync(new URL(name, import.meta.url), page());
  }
}
