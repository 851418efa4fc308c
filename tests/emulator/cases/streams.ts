/** Streams and events, at once and as late as is allowed. */

import { assert, assertEquals } from "../../assert.ts";
import {
  cuda,
  download,
  float,
  kernelOf,
  load,
  output,
  start,
  tryLaunch,
  upload,
} from "../session.ts";
import { readCString } from "../table.ts";

const source = `
extern "C" __global__ void twice(float* x) { x[0] = 2 * x[0]; }
extern "C" __global__ void next(float* x) { x[0] = x[0] + 1; }`;

const newStream = () =>
  output("cuStreamCreate", (cell) => cuda.cuStreamCreate(cell, 1));
const newEvent = () =>
  output("cuEventCreate", (cell) => cuda.cuEventCreate(cell, 0));
const once = { grid: 1, block: 1 };

Deno.test("emulator: lazy streams show what nobody waited for", () => {
  for (const [mode, seen] of [["eager", 6], ["lazy", -1]] as const) {
    start({ STREAMS: mode });
    const module = load(source);
    const stream = newStream();
    const x = upload(float(3));
    const pinned = output(
      "cuMemAllocHost",
      (cell) => cuda.cuMemAllocHost_v2(cell, 4n),
    );
    const pointer = Deno.UnsafePointer.create(pinned);
    assert.ok(pointer !== null);
    const host = new Float32Array(
      Deno.UnsafePointerView.getArrayBuffer(pointer, 4),
    );
    host[0] = -1;
    tryLaunch(kernelOf(module, "twice"), { ...once, stream }, x);
    assertEquals(cuda.cuMemcpyDtoHAsync_v2(pinned, x, 4n, stream), 0);
    assertEquals(host[0], seen);
    assertEquals(cuda.cuStreamQuery(stream), mode === "lazy" ? 600 : 0);
    assertEquals(cuda.cuStreamSynchronize(stream), 0);
    assertEquals(cuda.cuStreamQuery(stream), 0);
    assertEquals(host[0], 6);
    assertEquals(cuda.cuMemFreeHost(pinned), 0);
    assertEquals(cuda.cuStreamDestroy_v2(stream), 0);
    assertEquals(cuda.cuStreamDestroy_v2(stream), 400);
  }
});

Deno.test("emulator: a stream waits for an event of another", () => {
  for (const waits of [true, false]) {
    start({ STREAMS: "lazy" });
    const module = load(source);
    const first = newStream(), second = newStream(), event = newEvent();
    const x = upload(float(3));
    tryLaunch(kernelOf(module, "twice"), { ...once, stream: first }, x);
    assertEquals(cuda.cuEventRecord(event, first), 0);
    if (waits) assertEquals(cuda.cuStreamWaitEvent(second, event, 0), 0);
    tryLaunch(kernelOf(module, "next"), { ...once, stream: second }, x);
    if (waits) assertEquals(cuda.cuEventQuery(event), 600);
    assertEquals(cuda.cuStreamSynchronize(second), 0);
    assertEquals(cuda.cuStreamSynchronize(first), 0);
    assertEquals(download(x, float(0))[0], waits ? 7 : 8);
    assertEquals(cuda.cuEventQuery(event), 0);
    assertEquals(cuda.cuEventDestroy_v2(event), 0);
  }
});

Deno.test("emulator: events keep the time", () => {
  for (const mode of ["eager", "lazy"]) {
    start({ STREAMS: mode });
    const module = load(source);
    const from = newEvent(), to = newEvent();
    const x = upload(float(3));
    const time = float(-1);
    assertEquals(cuda.cuEventElapsedTime(time, from, to), 400);
    cuda.cuEventRecord(from, 0n);
    tryLaunch(kernelOf(module, "twice"), once, x);
    cuda.cuEventRecord(to, 0n);
    assertEquals(cuda.cuEventSynchronize(to), 0);
    assertEquals(cuda.cuEventElapsedTime(time, from, to), 0);
    assert.ok(time[0] >= 0 && time[0] < 60000);
  }
});

Deno.test("emulator: faults show when the stream is waited for", () => {
  start({ STREAMS: "lazy" });
  const kernel = kernelOf(load(source), "twice");
  const event = newEvent();
  assertEquals(tryLaunch(kernel, once, 0n), 0);
  assertEquals(cuda.cuEventRecord(event, 0n), 0);
  assertEquals(cuda.cuEventSynchronize(event), 700);
  assertEquals(cuda.cuCtxSynchronize(), 700);
  readCString(cuda.allpairsEmulatorReport());
});

Deno.test("emulator: memory freed before the copy is done is noticed", () => {
  start({ STREAMS: "lazy" });
  const stream = newStream();
  const x = upload(float(1)), y = upload(float(2));
  assertEquals(cuda.cuMemcpyDtoDAsync_v2(x, y, 4n, stream), 0);
  // Freeing waits, as the driver does.
  assertEquals(cuda.cuMemFree_v2(y), 0);
  assertEquals(download(x, float(0))[0], 2);
  assertEquals(cuda.cuMemsetD32Async(x, 0x40400000, 1n, stream), 0);
  assertEquals(cuda.cuMemsetD8Async(x, 0, 1n, stream), 0);
  assertEquals(cuda.cuStreamSynchronize(stream), 0);
  assertEquals(download(x, float(0))[0], 3);
});
