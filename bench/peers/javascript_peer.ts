/**
 * Answers with timings of JavaScript libraries on the CPU, and of C loops: one
 * line in, one line out, as `python_peer.py` does.
 *
 *     deno run -A bench/peers/javascript_peer.ts jax|tfjs|c
 *
 * jax-js and TensorFlow.js run on their WebAssembly backends, in dense chunks
 * of rows with `|x|^2 + |y|^2 - 2 x.y`; the C loops of `loops.c` are compiled
 * by `gcc -Ofast -march=native` and run on one thread.
 *
 * @module
 */

import { defaultDevice, init, jit, numpy } from "@jax-js/jax";
import * as tf from "@tensorflow/tfjs";
import { setThreadsCount, setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { type CLoop, compiledLoops, LOOPS } from "../c_loops.ts";
import { median, peakMemory, type Work } from "../works.ts";

type Run = () => Promise<void>;

const CHUNK = 2_000_000;

/** Random numbers of one array. */
function draw(work: Work, width: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: work.points * width }, Math.random);
}

function rowsPerChunk(work: Work): number {
  return Math.max(1, Math.floor(CHUNK / work.points));
}

async function tfjs(work: Work): Promise<Run | undefined> {
  if (work.dtype !== "float32" || work.work !== "gauss") return undefined;
  setWasmPaths(
    new URL(".", import.meta.resolve("@tensorflow/tfjs-backend-wasm")).href,
  );
  setThreadsCount(2);
  await tf.setBackend("wasm");
  const { points, dim, columns } = work;
  const x = tf.tensor2d(draw(work, dim), [points, dim]);
  const y = tf.tensor2d(draw(work, dim), [points, dim]);
  const b = tf.tensor2d(draw(work, columns), [points, columns]);
  const y2 = tf.sum(tf.square(y), 1).reshape([1, points]);
  const step = rowsPerChunk(work);
  return async () => {
    for (let i = 0; i < points; i += step) {
      const result = tf.tidy(() => {
        const rows = x.slice([i, 0], [Math.min(step, points - i), dim]);
        const squares = tf.sum(tf.square(rows), 1, true).add(y2)
          .sub(tf.matMul(rows, y, false, true).mul(2));
        return tf.matMul(tf.exp(squares.mul(-0.5)), b);
      });
      await result.data();
      result.dispose();
    }
  };
}

async function jax(work: Work): Promise<Run | undefined> {
  if (work.dtype !== "float32" || work.work !== "gauss") return undefined;
  await init();
  defaultDevice("wasm");
  const { points, dim, columns } = work;
  const array = (width: number) =>
    numpy.array(draw(work, width)).reshape([points, width]);
  const [y, b] = [array(dim), array(columns)];
  type NumpyArray = typeof y;
  const gauss = jit((x: NumpyArray, y: NumpyArray, b: NumpyArray) => {
    const squares = numpy.sum(numpy.square(x.ref), 1).reshape([-1, 1])
      .add(numpy.sum(numpy.square(y.ref), 1).reshape([1, -1]))
      .sub(numpy.matmul(x, y.transpose()).mul(2));
    return numpy.matmul(numpy.exp(squares.mul(-0.5)), b);
  });
  const step = rowsPerChunk(work);
  const data = draw(work, dim);
  const chunks = Array.from({ length: Math.ceil(points / step) }, (_, k) => {
    const part = data.slice(k * step * dim, (k + 1) * step * dim);
    return numpy.array(part).reshape([part.length / dim, dim]);
  });
  return async () => {
    for (const x of chunks) await gauss(x.ref, y.ref, b.ref).data();
  };
}

function cLoop(work: Work): Promise<Run | undefined> {
  const name = LOOPS[work.work];
  if (work.columns > 1 || name === undefined) return Promise.resolve(undefined);
  const loops = compiledLoops(work.dtype, work.dim);
  const kind = work.dtype === "float32" ? Float32Array : Float64Array;
  const [x, y, b] = [work.dim, work.dim, 1].map((d) => new kind(draw(work, d)));
  const out = new kind(work.points * Math.max(10, work.dim));
  const loop: CLoop | undefined = loops?.[name];
  return Promise.resolve(
    loop && (() => {
      loop(x, y, b, out, work.points, work.points);
      return Promise.resolve();
    }),
  );
}

const PEERS: Readonly<
  Record<string, (work: Work) => Promise<Run | undefined>>
> = { tfjs, jax, c: cLoop };

const VERSIONS: Readonly<Record<string, string>> = {
  tfjs: tf.version_core,
  jax: "0.1.25",
  c: "gcc -Ofast",
};

/** The lines of the standard input. */
async function* lines(): AsyncGenerator<string> {
  let rest = "";
  for await (
    const part of Deno.stdin.readable.pipeThrough(new TextDecoderStream())
  ) {
    const all = (rest + part).split("\n");
    rest = all.pop() ?? "";
    yield* all;
  }
}

interface Known {
  readonly key: string;
  readonly run: Run | undefined;
  readonly first: number;
  readonly memory: number | null;
}

const [name] = Deno.args;
let known: Known | undefined;
for await (const line of lines()) {
  const work: Work = JSON.parse(line);
  const key = JSON.stringify({ ...work, repeats: 0 });
  if (known?.key !== key) {
    const start = performance.now();
    const run = await PEERS[name](work);
    await run?.();
    const first = (performance.now() - start) / 1000;
    known = { key, run, first, memory: run ? await peakMemory(run) : null };
  }
  const times: number[] = [];
  for (let k = 0; known.run !== undefined && k < work.repeats; k++) {
    const start = performance.now();
    await known.run();
    times.push((performance.now() - start) / 1000);
  }
  console.log(JSON.stringify({
    seconds: known.run === undefined ? null : median(times),
    first: known.first,
    memory: known.memory,
    version: VERSIONS[name],
  }));
}
// Workers of libraries would keep the process alive.
Deno.exit();
