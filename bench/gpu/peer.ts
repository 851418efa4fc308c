/**
 * PyKeOps in a process of its own, asked in turns.
 *
 * @module
 */

import { aliasesOf, gammaOf, type Work } from "./works.ts";

/** What the peer tells of one call. */
export interface Answer {
  /** What the call took. */
  readonly seconds: number;
  /** What the first call took. */
  readonly first: number;
  /** The first results. */
  readonly shown: readonly number[];
  /** The version of PyKeOps. */
  readonly version: string;
  /** Where it computed. */
  readonly device: string;
}

const SCRIPT = new URL("../peers/keops_gpu_peer.py", import.meta.url);

/** A Python with PyKeOps and PyTorch. */
export class Peer {
  readonly #process: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #rest = "";

  /** @param python the program */
  constructor(python: string) {
    this.#process = new Deno.Command(python, {
      args: [SCRIPT.pathname],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#writer = this.#process.stdin.getWriter();
    this.#reader = this.#process.stdout
      .pipeThrough(new TextDecoderStream()).getReader();
  }

  /**
   * One call of a work.
   *
   * @param work what is computed
   * @param seconds how long to wait for it; then the process is ended
   */
  async ask(work: Work, seconds: number): Promise<Answer> {
    const timer = setTimeout(() => this.#kill(), 1e3 * seconds);
    try {
      return await this.#asked(work);
    } finally {
      clearTimeout(timer);
    }
  }

  #kill(): void {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }

  async #asked(work: Work): Promise<Answer> {
    const question = {
      ...work,
      aliases: aliasesOf(work),
      gamma: gammaOf(work),
    };
    await this.#writer.write(
      new TextEncoder().encode(`${JSON.stringify(question)}\n`),
    );
    for (;;) {
      const line = await this.#line();
      // The library prints notices of its own.
      if (line.startsWith("{")) return JSON.parse(line);
    }
  }

  async #line(): Promise<string> {
    for (;;) {
      const end = this.#rest.indexOf("\n");
      if (end >= 0) {
        const line = this.#rest.slice(0, end);
        this.#rest = this.#rest.slice(end + 1);
        return line;
      }
      const { value, done } = await this.#reader.read();
      if (done) {
        throw new Error("PyKeOps did not answer, or not in time: see above");
      }
      this.#rest += value;
    }
  }

  /** Ends the process. */
  async end(): Promise<void> {
    try {
      await this.#writer.close();
    } catch {
      // It has ended by itself.
    }
    // It may be busy with what nobody waits for.
    const timer = setTimeout(() => this.#kill(), 2000);
    await this.#process.status;
    clearTimeout(timer);
  }
}
