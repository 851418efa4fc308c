/** Drawings of graphs: which boxes, which arrows, where they go. */

import { grad } from "../../src/autodiff/grad.ts";
import { graph } from "../../src/drawing/graph.ts";
import { layered, type Link } from "../../src/drawing/layers.ts";
import { ArgumentError } from "../../src/errors.ts";
import { Vi, Vj } from "../../src/lazy/variables.ts";
import { record } from "../../src/tensor/base.ts";
import { tensor } from "../../src/tensor/create.ts";
import type { Tensor } from "../../src/tensor/tensor.ts";
import { Random } from "../../src/train/random.ts";
import { rand } from "../../src/train/random_tensors.ts";
import {
  assert,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "../assert.ts";

/** The text without its styles. */
function lines(drawing: { toString(): string }): string[] {
  return drawing.toString().split("\n").filter((t) => !t.includes("classDef"));
}

Deno.test("a graph as Mermaid text", () => {
  const x = tensor([1, 2]).requiresGrad();
  const w = tensor([[3], [4]]).requiresGrad();
  const y = x.mul(w).add(x).add(5).sum();
  assertEquals(lines(graph(y, { names: { x, "w <1>": w } })), [
    "flowchart TD",
    '  n0(["x<br>(2,)"]):::leaf',
    '  n1(["w #60;1#62;<br>(2, 1)"]):::leaf',
    '  n2["mul<br>(2, 2)"]:::operation',
    '  n3["add<br>(2, 2)"]:::operation',
    '  n4["add<br>(2, 2)"]:::operation',
    '  n5["sum<br>()"]:::operation',
    '  n6(["output<br>()"]):::output',
    "  n0 --> n2",
    "  n1 --> n2",
    "  n2 --> n3",
    "  n0 --> n3",
    "  n3 --> n4",
    "  n4 --> n5",
    "  n5 --> n6",
  ]);
});

Deno.test("what is not recorded is not drawn", () => {
  const free = tensor([1, 2]);
  assertEquals(lines(graph(free.exp())), [
    "flowchart TD",
    '  n0(["output<br>(2,)"]):::output',
  ]);
  const x = tensor([1, 2]).requiresGrad();
  assertEquals(lines(graph(x, { names: { free } })), [
    "flowchart TD",
    '  n0(["leaf<br>(2,)"]):::leaf',
    '  n1(["output<br>(2,)"]):::output',
    "  n0 --> n1",
  ]);
});

Deno.test("several outputs, and operations with several results", () => {
  const x = tensor([1, 2]).requiresGrad();
  const [a, b] = [x.detach(), x.detach()];
  record([a, b], [x], "both", () => [undefined]);
  assertEquals(lines(graph([a, b], { names: { b } })), [
    "flowchart TD",
    '  n0(["leaf<br>(2,)"]):::leaf',
    '  n1["both<br>(2,)"]:::operation',
    '  n2(["output 0<br>(2,)"]):::output',
    '  n3(["b<br>(2,)"]):::output',
    "  n0 --> n1",
    "  n1 -->|0| n2",
    "  n1 -->|1| n3",
  ]);
  assertStringIncludes(graph([a, b]).svg(), ">1</text>");
});

Deno.test("reductions of LazyTensors are in the graph, freed ones too", () => {
  const x = rand([5, 2], { seed: 1 }).requiresGrad();
  const y = Vi(x).sqdist(Vj(x)).neg().exp().sum("j").sum();
  const before = graph(y).toString();
  assertStringIncludes(before, "Sum_j<br>(5, 1)");
  grad(y, [x]);
  assertEquals(graph(y).toString(), before);
});

/** The numbers of an attribute of all elements of a kind. */
function numbers(svg: string, pattern: RegExp): number[][] {
  return [...svg.matchAll(pattern)].map((m) => m.slice(1).map(Number));
}

Deno.test("boxes of a picture do not overlap, and are inside of it", () => {
  let q: Tensor = rand([4, 2], { seed: 1 }).requiresGrad();
  const start = q;
  for (let k = 0; k < 3; k++) {
    const energy = Vi(q).sqdist(Vj(q)).neg().exp().sum("j").sum();
    const [g] = grad(energy, [q], { createGraph: true });
    q = q.sub(g.mul(0.1)).add(start);
  }
  const drawing = graph(q, { names: { "q & <p>": start } });
  const svg = drawing.svg();
  assertStringIncludes(svg, "q &amp; &lt;p&gt;");
  const boxes = numbers(
    svg,
    /<rect x="([\d.-]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g,
  );
  assert(boxes.length > 10);
  const [[width, height]] = numbers(svg, /viewBox="0 0 (\d+) (\d+)" font/g);
  boxes.forEach(([x, y, w, h], k) => {
    assert(x >= 0 && y >= 0 && x + w <= width && y + h <= height);
    for (const [u, v, c, d] of boxes.slice(k + 1)) {
      assert(x + w <= u || u + c <= x || y + h <= v || v + d <= y);
    }
  });
  const arrows = drawing.toString().split("\n").filter((t) =>
    t.includes("-->")
  );
  assertEquals(numbers(svg, /<path d="M ([\d.]+)/g).length, arrows.length + 1);
  assert(!svg.includes("NaN") && !svg.includes("undefined"));
});

Deno.test("notebooks get text and a picture", () => {
  const drawing = graph(tensor([1]).requiresGrad().exp());
  const hook = Symbol.for("Jupyter.display");
  const show = (drawing as unknown as Record<symbol, () => unknown>)[hook];
  assertEquals(show.call(drawing), {
    "text/plain": drawing.toString(),
    "image/svg+xml": drawing.svg(),
  });
  assertEquals(Deno.inspect(drawing), drawing.toString());
});

Deno.test("layers: links go down, neighbours keep their distance", () => {
  const random = new Random(1);
  for (let round = 0; round < 30; round++) {
    const count = random.integer(1, 25);
    const widths = Array.from({ length: count }, () => random.integer(10, 90));
    const links: Link[] = [];
    for (let to = 1; to < count; to++) {
      for (let k = random.integer(0, 3); k > 0; k--) {
        links.push({ from: random.integer(0, to), to });
      }
    }
    const { things, ways } = layered(widths, links, 7);
    ways.forEach((way, k) => {
      assertEquals([way[0], way.at(-1)], [links[k].from, links[k].to]);
      way.slice(1).forEach((to, step) =>
        assertEquals(things[to].layer, things[way[step]].layer + 1)
      );
    });
    for (const a of things) {
      assert(a.x - a.width / 2 >= -1e-9);
      for (const b of things) {
        if (a === b || a.layer !== b.layer) continue;
        const distance = Math.abs(a.x - b.x) - (a.width + b.width) / 2;
        assert(distance >= 7 - 1e-9, `${distance}`);
      }
    }
  }
});

Deno.test("long chains do not overflow the stack", () => {
  const x = tensor([1]).requiresGrad();
  let y: Tensor = x;
  for (let k = 0; k < 2000; k++) y = y.add(x);
  assert(graph(y).svg().length > 1e5);
});

Deno.test("only tensors are drawn", () => {
  for (const wrong of [[], 3, [3], undefined]) {
    assertThrows(
      () => graph(wrong as unknown as Tensor),
      ArgumentError,
      "list of tensors",
    );
  }
});
