/** Exponentials as powers of 2: where they are, and what they must not change. */

import { genred, type Tensor, tensor } from "../../mod.ts";
import type { Block, Primitive, Statement } from "../../src/program/ir.ts";
import { assertAllClose, assertEquals } from "../assert.ts";
import { programOf } from "../programs.ts";

function flat(block: Block): Statement[] {
  return block.flatMap((s) =>
    s.kind === "for" || s.kind === "if" ? [s, ...flat(s.body)] : [s]
  );
}

/** What is applied to each pair of points of dimension 3. */
function primitivesOf(formula: string, reduction: string): Primitive[] {
  const { pair } = programOf({
    name: "test",
    formulas: [formula],
    reduction,
    rows: 1,
    dim: 3,
  });
  return flat(pair).flatMap((s) => s.kind === "apply" ? [s.primitive] : []);
}

Deno.test("a sum of exponentials sums powers of 2, scaled once", () => {
  const wanted: Primitive[] = ["mul", "exp2", "mul", "add"];
  for (
    const formula of [
      "Exp(-SqDist(x,y))*b",
      "Exp(-SqDist(x,y)*p)*b",
      "Exp(p*-SqDist(x,y))*b",
      "Exp(-SqDist(x,y)/p)*b",
      "Exp(-SqDist(x,y)/IntCst(3))*b",
    ]
  ) {
    assertEquals(primitivesOf(formula, "Sum"), wanted, formula);
  }
});

Deno.test("exponentials that are not only summed stay as they are", () => {
  for (
    const [formula, reduction] of [
      ["Exp(-SqDist(x,y))", "Max"],
      ["Exp(-SqDist(x,y))", "ArgMin"],
      ["Inv(Exp(-SqDist(x,y)))", "Sum"],
      ["Sqrt(Exp(-SqDist(x,y)))", "Sum"],
      ["Step(Exp(-SqDist(x,y)) - p)", "Sum"],
    ]
  ) {
    const found = primitivesOf(formula, reduction);
    const powers = found.filter((p) => p === "exp" || p === "exp2");
    assertEquals(powers, ["exp"], `${reduction} of ${formula}`);
  }
});

Deno.test("scales of any size give what the reference gives", () => {
  const sizes = [0, 1e-45, 1e-40, 1e-3, 1, 1e30, 3e38, Infinity, NaN];
  const scales = [...sizes, ...sizes.map((s) => -s)];
  const x = [[0], [1], [1e-10], [1e18], [NaN]];
  const y = [[0], [-1], [2e-10]];
  for (const dtype of ["float32", "float64"] as const) {
    const data = [x, y].map((d) => tensor(d, undefined, { dtype }));
    for (const formula of ["Exp(SqDist(x,y)*p)", "Exp(-SqDist(x,y)/p)"]) {
      for (const scale of scales) {
        const p = tensor([scale], undefined, { dtype });
        const [wanted, ...found] = ["reference", "js", "wasm"].map(
          (backend) => {
            const sum = genred(formula, ["x=Vi(1)", "y=Vj(1)", "p=Pm(1)"], {
              reduction: "Sum",
              axis: 1,
              backend: backend as "js",
            });
            return (sum(...data, p) as Tensor).arraySync();
          },
        );
        for (const sums of found) {
          const rtol = dtype === "float32" ? 1e-5 : 1e-13;
          assertAllClose(
            (sums as number[][]).flat(),
            (wanted as number[][]).flat(),
            rtol,
            `${formula}, p = ${scale}, ${dtype}`,
          );
        }
      }
    }
  }
});
