/**
 * The examples give what they say.
 *
 * @module
 */

import { convolve, slopes } from "../examples/demo.ts";
import { gaussianConvolution } from "../examples/generic_sum.ts";
import { portrait } from "../examples/portrait.ts";
import { program } from "../examples/tensor_program.ts";
import type { Tensor } from "../mod.ts";
import {
  assertAllClose,
  assertEquals,
  assertStringIncludes,
} from "./assert.ts";
import { densePairs, dot, reducePairs } from "./dense_pairs.ts";
import { denseGenred } from "./oracle_genred.ts";
import { generator, randomTensor } from "./tensors.ts";

const random = generator(51);
const cloud = (...shape: number[]) => randomTensor(random, shape, [0.1, 1]);
const plain = (t: Tensor) => ({ shape: t.shape, data: [...t.dataSync()] });

for (const [M, N] of [[6, 5], [1, 4], [3, 1]]) {
  Deno.test(`the tensor program, A, B, M, N, D = 7, 3, ${M}, ${N}, 10`, () => {
    const [A, B, D] = [7, 3, 10];
    const data = {
      x: cloud(A, B, M, 1, D),
      l: cloud(1, 1, M, 1, D),
      y: cloud(1, B, 1, N, D),
      s: cloud(A, 1, 1, 1, 1),
    };
    const F = program(data);
    assertEquals(F.shape, [A, B, M, N, D]);
    const all = densePairs((x, l, y, [s]) => {
      const xy = dot(x, y);
      return x.map((v, d) =>
        Math.cos(v ** 1.5 + y[d] / l[d]) - xy +
        x[2] * Math.max(s, 0) * y[d]
      );
    }, Object.values(data).map(plain));
    for (const axis of ["i", "j"] as const) {
      const sum = F.sum(axis);
      assertEquals(sum.shape, [A, B, axis === "i" ? N : M, D]);
      assertAllClose(sum.dataSync(), reducePairs(all, "Sum", axis)[0]);
    }
  });
}

Deno.test("the generic sum", () => {
  const args = [cloud(1), cloud(6, 3), cloud(5, 3), cloud(5, 2)];
  const [expected] = denseGenred({
    formula: "Exp(-G*SqDist(X,Y)) * B",
    aliases: ["G=Pm(1)", "X=Vi(3)", "Y=Vj(3)", "B=Vj(2)"],
    reduction: "Sum",
    axis: 1,
    args: args.map(plain),
  });
  assertAllClose(gaussianConvolution(...args).dataSync(), expected);
});

Deno.test("the demo convolves, and its slopes are those of differences", () => {
  const [x, y, b] = [cloud(4, 3), cloud(5, 3), cloud(5, 1)];
  const slope = slopes(x, y, b);
  assertEquals(slope.shape, [4, 3]);
  const u = cloud(4, 3);
  const h = 1e-5;
  const moved = (t: number) => convolve(x.add(u.mul(t)), y, b).sum().item();
  const difference = (moved(h) - moved(-h)) / (2 * h);
  assertAllClose([slope.mul(u).sum().item()], [difference], 1e-8);
});

Deno.test("the portrait shows the triangles that face the eye", () => {
  const points = [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, -1]];
  const triangles = [[0, 1, 2], [0, 3, 1]];
  const text = portrait(
    { points, triangles },
    [0, 1, 2, 3],
    points.flatMap(() => [1, 0, 0]),
    1,
  );
  assertStringIncludes(text, '<svg xmlns="http://www.w3.org/2000/svg"');
  assertEquals(text.match(/Z" fill=/g)?.length, 1);
});
