/**
 * A headless browser that opens a page and hands over what the page posts.
 *
 * @module
 */

/** What is served at a path: content and its type. */
export type Serve = (path: string) => readonly [string, string] | undefined;

/** The first of these programs that is there. */
export function found(...names: string[]): string | undefined {
  return names.find((name) => {
    try {
      return new Deno.Command(name, {
        args: ["--version"],
        stdout: "null",
        stderr: "null",
      }).outputSync().success;
    } catch {
      return false;
    }
  });
}

/** The browser, if there is one. */
export const chromium: string | undefined = found(
  "chromium",
  "chromium-browser",
  "google-chrome",
);

if (chromium === undefined) {
  console.log("SKIPPED: tests in a browser: there is no chromium");
}

/** How long a page may take. */
const PATIENCE = 90_000;

/**
 * Opens the page at `/` and gives the JSON that it posts to `/result`.
 *
 * @param serve what is at each path
 * @param headers headers of every answer
 */
export async function openInBrowser(
  serve: Serve,
  headers: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const posted = Promise.withResolvers<unknown>();
  const server = Deno.serve(
    { port: 0, hostname: "localhost", onListen: () => {} },
    async (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/result") {
        posted.resolve(await request.json());
        return new Response("");
      }
      const [body, type] = serve(decodeURIComponent(pathname)) ?? [];
      if (body === undefined) return new Response("", { status: 404 });
      return new Response(body, {
        headers: { ...headers, "content-type": type ?? "text/plain" },
      });
    },
  );
  const profile = Deno.makeTempDirSync();
  const browser = new Deno.Command(chromium ?? "", {
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      `--user-data-dir=${profile}`,
      "--remote-debugging-port=0",
      `http://localhost:${server.addr.port}/`,
    ],
    stdout: "null",
    stderr: "null",
  }).spawn();
  const timer = setTimeout(
    () => posted.reject(new Error(`Nothing was posted in ${PATIENCE} ms`)),
    PATIENCE,
  );
  try {
    return await posted.promise;
  } finally {
    clearTimeout(timer);
    browser.kill();
    await browser.status;
    await server.shutdown();
    // The browser may still be writing: what is left is in a temporary folder.
    await Deno.remove(profile, { recursive: true }).catch(() => {});
  }
}
