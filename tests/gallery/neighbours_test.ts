/**
 * Neighbours, metrics and clusters as scikit-learn finds them.
 */

import { kmeans } from "../../examples/kmeans.ts";
import { accuracy, classify } from "../../examples/knn.ts";
import { METRICS, neighbours } from "../../examples/metrics.ts";
import type { MetricName } from "../../examples/metrics.ts";
import { assert, assertAllClose, assertEquals } from "../assert.ts";
import { referenceOf } from "./reference.ts";

for (const [name, k] of [["iris", 7], ["digits", 5]] as const) {
  Deno.test(`the classes of ${name} are those of scikit-learn`, () => {
    const { inputs, answer } = referenceOf(name);
    const { known, labels, asked, truth } = inputs;
    const found = classify({ x: known, labels }, asked, k);
    assertEquals([...found.dataSync()], answer("classes"));
    assertAllClose([accuracy(found, truth)], answer("accuracy"), 1e-7);
    assert(accuracy(found, truth) > 0.8);
  });
}

for (const name of Object.keys(METRICS) as MetricName[]) {
  Deno.test(`${name} neighbours are those of scikit-learn`, () => {
    const { inputs, answer } = referenceOf("metrics");
    const [distances, at] = neighbours(name, inputs.x, inputs.y, 5);
    assertAllClose(distances.dataSync(), answer(`${name} distances`), 1e-12);
    assertEquals([...at.dataSync()], answer(`${name} positions`));
  });
}

Deno.test("k-means finds the centres of scikit-learn", () => {
  const { inputs: { x }, answer } = referenceOf("kmeans");
  const { centres, costs } = kmeans(x, x.slice([0], [12]), "euclidean", 9);
  assertAllClose(
    kmeans(x, x.slice([0], [12]), "euclidean", 8).centres.dataSync(),
    answer("centres"),
    1e-12,
  );
  // The cost at the start of the ninth round is that of the eighth centres.
  assertAllClose([costs[8]], answer("inertia"), 1e-12);
  assertEquals(centres.shape, [12, 2]);
  assert(costs.every((c, k) => k === 0 || c <= costs[k - 1]));
});

Deno.test("k-means with angles is its definition", () => {
  const { inputs: { ball }, answer } = referenceOf("kmeans");
  const found = kmeans(ball, ball.slice([0], [10]), "cosine", 8);
  assertEquals([...found.labels.dataSync()], answer("cosine labels"));
  assertAllClose(found.centres.dataSync(), answer("cosine centres"), 1e-12);
});
