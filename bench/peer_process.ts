/**
 * A process that answers with timings, line by line.
 *
 * @module
 */

import type { Work } from "./works.ts";

const HERE = new URL("./peers/", import.meta.url);
const SCRIPT = "javascript_peer.ts";
/** With the packages of other libraries. */
const CONFIG = "--config=../../tests/elsewhere/deno.json";

/** What a peer says of a workload. */
export interface Answer {
  /** The median time; none where it cannot do it. */
  readonly seconds: number | null;
  /** The time of the first call, with its preparation. */
  readonly first: number;
  /** The most memory in use during one call, above that before it, in bytes. */
  readonly memory: number | null;
  /** Of the peer. */
  readonly version: string;
}

/** A process that answers line by line. */
export class Peer {
  readonly #process: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #rest = "";

  constructor(name: string, threads: number) {
    const python = ["keops", "numpy", "torch"].includes(name);
    const [command, args] = python
      ? [Deno.env.get("PYTHON") ?? "python3", ["python_peer.py"]]
      : [Deno.execPath(), ["run", "-A", "--no-check", CONFIG, SCRIPT]];
    this.#process = new Deno.Command(command, {
      args: [...args, name, ...(python ? [`${threads}`] : [])],
      cwd: HERE.pathname,
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#writer = this.#process.stdin.getWriter();
    this.#reader = this.#process.stdout
      .pipeThrough(new TextDecoderStream()).getReader();
  }

  /** What it says of a workload; nothing where it has ended. */
  async ask(work: Work): Promise<Answer | undefined> {
    const line = new TextEncoder().encode(`${JSON.stringify(work)}\n`);
    try {
      await this.#writer.write(line);
    } catch {
      return undefined;
    }
    for (;;) {
      const end = this.#rest.indexOf("\n");
      if (end >= 0) {
        const line = this.#rest.slice(0, end);
        this.#rest = this.#rest.slice(end + 1);
        // Libraries print notices of their own.
        if (line.startsWith("{")) return JSON.parse(line);
        continue;
      }
      const { value, done } = await this.#reader.read();
      if (done) return undefined;
      this.#rest += value;
    }
  }

  /** Lets it end. */
  async end(): Promise<void> {
    await this.#writer.close().catch(() => {});
    await this.#process.status;
  }
}
