import { ArgumentError, FormulaSyntaxError } from "../../src/errors.ts";
import { Category } from "../../src/formula/formula.ts";
import { parseFormula } from "../../src/language/parse.ts";
import { expandKernel, KERNELS } from "../../src/genred/kernel_names.ts";
import { assertAllClose, assertEquals, assertThrows } from "../assert.ts";
import { bound, evaluate } from "../evaluate.ts";

const dot = (a: number[], b: number[]) =>
  a.reduce((s, x, k) => s + x * b[k], 0);
const distance = (a: number[], b: number[], g: number) =>
  Math.sqrt(g) * Math.hypot(...a.map((x, k) => x - b[k]));

/** The kernels as their names are understood. */
const PLAIN: Record<string, (x: number[], y: number[], g: number) => number> = {
  gaussian: (x, y, g) => Math.exp(-(distance(x, y, g) ** 2)),
  laplacian: (x, y, g) => Math.exp(-distance(x, y, g)),
  cauchy: (x, y, g) => 1 / (1 + distance(x, y, g) ** 2),
  inverse_multiquadric: (x, y, g) => 1 / Math.hypot(1, distance(x, y, g)),
  distance,
  energy: (x, y, g) => -distance(x, y, g),
  linear: (x, y, g) => g * dot(x, y),
  exponential: (x, y, g) => Math.exp(g * dot(x, y)),
  cosine: (x, y, g) => g * dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y)),
};

const x = bound(0, [[0.3, -1, 0.7], [0, 0, 0]]);
const y = bound(1, [[0.5, 0.2, 0.4]], Category.PARAMETER);
const g = bound(2, [[0.6]], Category.PARAMETER);
const names = new Map([["x", x.node], ["y", y.node], ["g", g.node]]);

Deno.test("kernels: each name is what its table says", () => {
  assertEquals(Object.keys(PLAIN).sort(), [...KERNELS.keys()].sort());
  for (const [name, plain] of Object.entries(PLAIN)) {
    for (const scale of [undefined, "g", "0.6"]) {
      const text = `${name}(x, y${scale ? `, ${scale}` : ""})`;
      const formula = expandKernel(text, names);
      const [values] = evaluate([formula], [x, y, g]);
      const wanted = x.rows.map((row) =>
        plain([...row], [...y.rows[0]], scale ? 0.6 : 1)
      );
      if (name === "cosine") wanted[1] = 0;
      assertAllClose(values.flat(), wanted, 1e-14, text);
    }
  }
});

Deno.test("kernels: products, sums and powers of several pairs", () => {
  const aliases = ["x = Vi(3)", "y = Vj(3)", "u = Vi(2)", "v = Vj(2)"];
  assertEquals(
    expandKernel("gaussian(x,y) * (1 + linear(u,v)**2)", aliases),
    parseFormula("Exp(-SqDist(x,y)) * (1 + (u|v)**2)", aliases),
  );
  const anisotropic = [...aliases, "s = Pm(9)"];
  assertEquals(
    expandKernel("0.5 * laplacian(x, y, s) + Cos(x|y)", anisotropic),
    parseFormula("0.5*Exp(-Sqrt(WeightedSqDist(s,x,y)))+Cos(x|y)", anisotropic),
  );
});

Deno.test("kernels: mistakes are told", () => {
  assertThrows(
    () => expandKernel("gausian(x,y)", names),
    FormulaSyntaxError,
    'did you mean "gaussian"?',
  );
  assertThrows(() => expandKernel("linear(x)", names), ArgumentError, "(x, y)");
  assertThrows(
    () => expandKernel("linear(x,[1])", names),
    ArgumentError,
    "list",
  );
  assertThrows(
    () => expandKernel("toString(x,y)", names),
    FormulaSyntaxError,
    "toString",
  );
});
