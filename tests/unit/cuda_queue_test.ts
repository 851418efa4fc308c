/** Launches that wait for their kernels. */

import { LaunchQueue, type LoadableKernel } from "../../src/cuda/queue.ts";
import { assertEquals } from "../assert.ts";

/** A kernel that is compiled when the test says so. */
class TestKernel implements LoadableKernel {
  readonly name: string;
  readonly log: string[];
  handle: bigint | undefined;
  failure: Error | undefined;
  finish: () => void = () => {};

  constructor(name: string, log: string[], compiled = false) {
    this.name = name;
    this.log = log;
    if (compiled) this.handle = 1n;
  }

  ready(): bigint | undefined {
    return this.handle;
  }

  load(): bigint {
    if (this.handle !== undefined) return this.handle;
    this.log.push(`compile ${this.name} here`);
    if (this.failure) throw this.failure;
    return this.handle = 1n;
  }

  loadLater(): Promise<bigint> {
    if (this.handle !== undefined) return Promise.resolve(this.handle);
    this.log.push(`begin ${this.name}`);
    return new Promise((resolve) => {
      this.finish = () => resolve(this.handle ??= 1n);
    });
  }
}

function launch(queue: LaunchQueue, kernel: TestKernel, log: string[]): void {
  queue.submit({
    kernel,
    start: () => void log.push(`run ${kernel.name}`),
    done: (error) => {
      if (error !== undefined) log.push(`${kernel.name} failed: ${error}`);
    },
  });
}

Deno.test("compiled kernels are launched at once", () => {
  const log: string[] = [];
  const queue = new LaunchQueue();
  launch(queue, new TestKernel("a", log, true), log);
  assertEquals(log, ["run a"]);
});

Deno.test("launches keep their order behind one that must be compiled", () => {
  const log: string[] = [];
  const queue = new LaunchQueue();
  launch(queue, new TestKernel("a", log), log);
  launch(queue, new TestKernel("b", log, true), log);
  assertEquals(log, []);
  queue.flush();
  assertEquals(log, ["compile a here", "run a", "run b"]);
  assertEquals(queue.empty, true);
});

Deno.test("who awaits lets kernels be compiled side by side", async () => {
  const log: string[] = [];
  const queue = new LaunchQueue();
  const [a, b] = [new TestKernel("a", log), new TestKernel("b", log)];
  launch(queue, a, log);
  launch(queue, b, log);
  const flushed = queue.flushLater();
  assertEquals(log, ["begin a", "begin b"]);
  b.finish();
  await Promise.resolve();
  assertEquals(log.length, 2);
  a.finish();
  await flushed;
  assertEquals(log, ["begin a", "begin b", "run a", "run b"]);
});

Deno.test("launches do not wait for an await", async () => {
  const log: string[] = [];
  const queue = new LaunchQueue();
  const a = new TestKernel("a", log);
  launch(queue, a, log);
  await Promise.resolve();
  assertEquals(log, ["begin a"]);
  a.finish();
  await queue.flushLater();
  assertEquals(log, ["begin a", "run a"]);
});

Deno.test("who cannot wait compiles here while another thread does", async () => {
  const log: string[] = [];
  const queue = new LaunchQueue();
  const a = new TestKernel("a", log);
  launch(queue, a, log);
  const flushed = queue.flushLater();
  queue.flush();
  a.finish();
  await flushed;
  assertEquals(log, ["begin a", "compile a here", "run a"]);
});

Deno.test("a launch that fails does not stop the others", () => {
  const log: string[] = [];
  const queue = new LaunchQueue();
  const a = new TestKernel("a", log);
  a.failure = new Error("no code");
  launch(queue, a, log);
  launch(queue, new TestKernel("b", log, true), log);
  queue.flush();
  assertEquals(log, ["compile a here", "a failed: Error: no code", "run b"]);
});

Deno.test("launches made while others are compiled come after them", async () => {
  const log: string[] = [];
  const queue = new LaunchQueue();
  const [a, b] = [new TestKernel("a", log), new TestKernel("b", log)];
  launch(queue, a, log);
  const flushed = queue.flushLater();
  launch(queue, b, log);
  a.finish();
  for (let turn = 0; turn < 20 && log.length < 3; turn++) await null;
  b.finish();
  await flushed;
  assertEquals(log, ["begin a", "run a", "begin b", "run b"]);
});
