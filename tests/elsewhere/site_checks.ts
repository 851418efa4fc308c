/**
 * The documentation site: no dead link, and pages that a browser shows whole.
 *
 * @module
 */

import { buildSite, SITE } from "../../docs/site.ts";
import { assert, assertEquals } from "../assert.ts";
import { chromium, openInBrowser } from "./browser.ts";

await buildSite();

/** All pages, by path relative to the site. */
function pages(folder = ""): string[] {
  return [...Deno.readDirSync(new URL(folder, SITE))].flatMap((entry) => {
    const path = folder + entry.name;
    if (entry.isDirectory) return pages(`${path}/`);
    return path.endsWith(".html") ? [path] : [];
  });
}

const all = pages();
const guides = all.filter((path) => !/^(api|source)\//.test(path));

function decoded(attribute: string): string {
  return attribute.replaceAll("&amp;", "&").replace(
    /&#(?:x([0-9a-fA-F]+)|(\d+));/g,
    (_, hex, decimal) =>
      String.fromCharCode(hex ? parseInt(hex, 16) : Number(decimal)),
  );
}

Deno.test("the site has its guides, its API and the sources it refers to", () => {
  assert(guides.length >= 10, `${guides}`);
  assert(all.includes("api/index.html"));
  assert(all.includes("source/examples/index.html"));
});

Deno.test("no link of the site is dead", () => {
  const anchors = new Map<string, Set<string>>();
  const anchorsOf = (url: URL): Set<string> => {
    const known = anchors.get(url.pathname) ?? new Set(
      [...Deno.readTextFileSync(url).matchAll(/\sid="([^"]+)"/g)]
        .map(([, id]) => id),
    );
    anchors.set(url.pathname, known);
    return known;
  };
  const dead: string[] = [];
  for (const page of all) {
    const base = new URL(page, SITE);
    const html = Deno.readTextFileSync(base);
    for (const [, link] of html.matchAll(/\s(?:href|src)="([^"]*)"/g)) {
      if (/^(https?:|data:|mailto:)/.test(link)) continue;
      const url = new URL(decoded(link), base);
      const id = decodeURIComponent(url.hash.slice(1));
      url.hash = url.search = "";
      if (url.pathname.endsWith("/")) url.pathname += "index.html";
      try {
        Deno.statSync(url);
      } catch {
        dead.push(`${page}: ${link}`);
        continue;
      }
      const checked = id !== "" && !page.startsWith("api/");
      if (checked && !anchorsOf(url).has(id)) dead.push(`${page}: ${link}`);
    }
  }
  assertEquals(dead, []);
});

interface Shown {
  readonly page: string;
  readonly title: string;
  readonly headings: number;
  readonly overflow: number;
  readonly images: readonly boolean[];
  readonly words: number;
}

/** Goes through the pages in a frame, and says what it sees. */
const VIEWER = `<!doctype html><meta charset="utf-8">
<iframe width="1100" height="800"></iframe>
<script type="module">
  const frame = document.querySelector("iframe");
  const seen = [];
  for (const page of await (await fetch("/pages")).json()) {
    await new Promise((done) => { frame.onload = done; frame.src = "/site/" + page; });
    const { documentElement: root, images, title, body } = frame.contentDocument;
    await Promise.all([...images].map((i) => i.decode().catch(() => {})));
    seen.push({
      page,
      title,
      headings: frame.contentDocument.querySelectorAll("h1").length,
      overflow: root.scrollWidth - root.clientWidth,
      images: [...images].map((i) => i.naturalWidth > 0),
      words: body.innerText.split(/\\s+/).length,
    });
  }
  await fetch("/result", { method: "POST", body: JSON.stringify(seen) });
</script>`;

Deno.test({
  name: "a browser shows every page whole, pictures included",
  ignore: chromium === undefined,
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const seen = await openInBrowser((path) => {
      if (path === "/") return [VIEWER, "text/html"];
      if (path === "/pages") {
        return [JSON.stringify(guides), "application/json"];
      }
      const type = path.endsWith(".svg") ? "image/svg+xml" : "text/html";
      if (!path.startsWith("/site/")) return undefined;
      return [Deno.readTextFileSync(new URL(path.slice(6), SITE)), type];
    }) as Shown[];
    assertEquals(seen.length, guides.length);
    for (const { page, title, headings, overflow, images, words } of seen) {
      assert(title.length > 3, `${page} has no title`);
      assert(headings === 1, `${page} has ${headings} first headings`);
      assert(overflow <= 0, `${page} is ${overflow} pixels too wide`);
      assert(images.every((shown) => shown), `${page} lacks a picture`);
      assert(words > 60, `${page} has ${words} words`);
    }
  },
});
