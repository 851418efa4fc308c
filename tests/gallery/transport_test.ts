/**
 * Optimal transport as geomloss and POT compute it.
 */

import { recoloured } from "../../examples/colour_transfer.ts";
import { flow, LOSSES } from "../../examples/gradient_flow.ts";
import * as multiscale from "../../examples/multiscale_transport.ts";
import {
  potentials,
  shapes,
  sinkhornDivergence,
  transported,
} from "../../examples/sinkhorn.ts";
import { tensor } from "../../mod.ts";
import { assert, assertAllClose } from "../assert.ts";
import { referenceOf } from "./reference.ts";

for (const [name, loss] of Object.entries(LOSSES)) {
  Deno.test(`the flow of the ${name} is that of geomloss and PyTorch`, () => {
    const { inputs: { x, y }, answer } = referenceOf("transport");
    const { places, values } = flow(loss, x, y, 0.2, 3);
    assertAllClose(values, answer(name), 1e-9);
    assertAllClose(places[3].dataSync(), answer(`${name} end`), 1e-8);
    assert(values[2] < values[0]);
  });
}

Deno.test("the divergence with slow scaling is that of geomloss", () => {
  const { inputs: { x, y }, answer } = referenceOf("transport");
  const found = sinkhornDivergence(x, y, { blur: 0.1, scaling: 0.99 });
  assertAllClose([found.item()], answer("slow divergence"), 1e-9);
});

Deno.test("prices and targets are those of POT's converged plan", () => {
  const { inputs: { x, y }, answer } = referenceOf("transport");
  const found = potentials(x, y, { blur: 0.1, scaling: 0.9, rounds: 300 });
  assertAllClose([multiscale.value(found)], answer("value"), 1e-10);
  const targets = transported(x, y, found.g, 0.1 ** 2);
  assertAllClose(targets.dataSync(), answer("targets"), 1e-5);
});

Deno.test("a translation costs half of its square, in full", () => {
  const [x] = shapes(60, "float64");
  const moved = x.add(tensor([0.3, -0.4], undefined, { dtype: "float64" }));
  const value = sinkhornDivergence(x, moved, { blur: 0.05, scaling: 0.9 });
  assertAllClose([value.item()], [0.125], 1e-4);
});

Deno.test("transport on few pairs of cells is that on all pairs", () => {
  const [x, y] = shapes(900, "float64");
  const options = { blur: 0.02, scaling: 0.9 };
  const [p, q] = [x, y].map((t) => multiscale.cells(t, 0.04));
  const found = multiscale.multiscalePotentials(p, q, 0.04, options);
  const full = potentials(p.points, q.points, options);
  assert(found.density < 0.5, `${found.density} of the pairs`);
  const [few, all] = [found, full].map(multiscale.value);
  assert(Math.abs(few / all - 1) < 2e-3, `${few} for ${all}`);
});

Deno.test("colours go where POT's plan sends them", () => {
  const { inputs: { x, y }, answer } = referenceOf("colour_transfer");
  const found = recoloured(x, y, 60, { blur: 0.2, scaling: 0.9, rounds: 300 });
  assertAllClose(found.dataSync(), answer("colours"), 1e-7);
});
