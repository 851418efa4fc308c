/**
 * One page of the site: Markdown within the menu.
 *
 * @module
 */

import highlighter from "highlight.js";
import { Marked } from "marked";

/** An entry of the menu. */
export interface MenuEntry {
  /** What it says. */
  readonly title: string;
  /** The page that it leads to. */
  readonly target: string;
}

/** What a page is made from. */
export interface PageOptions {
  /** Its text. */
  readonly markdown: string;
  /** From its folder to that of the site: `"../"` ... */
  readonly up: string;
  /** Its own place in the site. */
  readonly here: string;
  /** All entries of the menu. */
  readonly menu: readonly MenuEntry[];
  /** Where links to files of the project lead. */
  readonly link: (href: string) => string;
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1d2330; --paper: #ffffff; --soft: #f2f4f8; --line: #d7dce5; --link: #1f5fbf; }
@media (prefers-color-scheme: dark) { :root { --ink: #e3e7ef; --paper: #14171d; --soft: #1d222b; --line: #363d4a; --link: #7fb2ff; } }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: var(--paper); font: 16px/1.6 system-ui, sans-serif; display: grid; grid-template-columns: 15rem minmax(0, 1fr); }
nav { padding: 1.5rem 1rem; border-right: 1px solid var(--line); min-height: 100vh; font-size: 0.9rem; }
nav a { display: block; padding: 0.2rem 0.5rem; border-radius: 4px; color: inherit; text-decoration: none; }
nav a[aria-current] { background: var(--soft); font-weight: 600; }
main { padding: 1.5rem 2rem 4rem; max-width: 60rem; min-width: 0; }
a { color: var(--link); }
h1, h2, h3 { line-height: 1.25; margin: 2rem 0 0.75rem; }
h1 { margin-top: 0; }
pre { background: var(--soft); padding: 0.9rem 1rem; overflow-x: auto; border-radius: 6px; font-size: 0.85rem; line-height: 1.5; }
code { font-family: ui-monospace, monospace; font-size: 0.9em; }
pre code { font-size: inherit; }
.table { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.9rem; }
td, th { border-bottom: 1px solid var(--line); padding: 0.35rem 0.8rem 0.35rem 0; text-align: left; vertical-align: top; }
img { max-width: 100%; }
.hljs-comment { opacity: 0.65; font-style: italic; }
.hljs-keyword, .hljs-built_in { color: #9a4bc4; }
.hljs-string { color: #2c8a4b; }
.hljs-number, .hljs-literal { color: #b2611d; }
.hljs-title { color: var(--link); }
@media (max-width: 50rem) { body { display: block; } nav { min-height: 0; border: 0; border-bottom: 1px solid var(--line); } main { padding: 1rem; } }
`;

/** The name of a heading in addresses, as code hosts make it. */
export function anchorOf(heading: string): string {
  return heading.toLowerCase().replace(/<[^>]*>|[^\p{L}\p{N}\s_-]/gu, "")
    .trim().replace(/\s/g, "-");
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}

function isOutside(href: string): boolean {
  return /^[a-z]+:/.test(href);
}

/** The HTML of a page. */
export function pageOf(options: PageOptions): string {
  const { markdown, up, here, menu } = options;
  const follow = (href: string): string =>
    isOutside(href) ? href : options.link(href);
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text }) {
        const inner = this.parser.parseInline(tokens);
        return `<h${depth} id="${anchorOf(text)}">${inner}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        const inner = this.parser.parseInline(tokens);
        return `<a href="${escaped(follow(href))}">${inner}</a>`;
      },
      image({ href, text }) {
        return `<img src="${escaped(follow(href))}" alt="${escaped(text)}">`;
      },
      code({ text, lang }) {
        const known = lang !== undefined && highlighter.getLanguage(lang);
        const html = known
          ? highlighter.highlight(text, { language: lang }).value
          : escaped(text);
        return `<pre><code>${html}</code></pre>\n`;
      },
    },
    hooks: {
      postprocess: (html: string) =>
        html.replaceAll("<table>", '<div class="table"><table>')
          .replaceAll("</table>", "</table></div>"),
    },
  });
  const body = marked.parse(markdown) as string;
  const title = /^# (.+)$/m.exec(markdown)?.[1] ?? here;
  const entries = [...menu, { title: "API", target: "api/index.html" }];
  const links = entries.map(({ title, target }) =>
    `<a href="${up}${target}"${target === here ? ' aria-current="page"' : ""}>${
      escaped(title)
    }</a>`
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}${title === "allpairs" ? "" : " - allpairs"}</title>
<style>${STYLE}</style>
</head>
<body>
<nav>
${links.join("\n")}
</nav>
<main>
${body}</main>
</body>
</html>
`;
}
