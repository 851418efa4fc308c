/**
 * The page of all reductions: what they are called, what they compute, their
 * results, derivatives and an example.
 *
 * @module
 */

import { evaluateReductions } from "../src/engine/evaluate.ts";
import { Category, type Formula } from "../src/formula/formula.ts";
import { printFormula } from "../src/language/print.ts";
import { LazyTensor } from "../src/lazy/lazy_tensor.ts";
import { variable } from "../src/ops/core.ts";
import type {
  Reduction,
  ReductionExample,
  ReductionSetup,
} from "../src/reductions/reduction.ts";
import { REDUCTIONS, reductionSetup } from "../src/reductions/registry.ts";
import { referenceBackend } from "../src/reference/interpret.ts";
import { code, GENERATED, list, number, table } from "./markdown.ts";

/** Methods whose name is not that of the reduction. */
const OTHER_METHODS: Readonly<Record<string, string>> = { Product: "prod" };

/** Dimensions that stand for letters in shapes of results. */
const [D, E, K] = [3, 7, 5];
const LETTERS: ReadonlyMap<number, string> = new Map([
  [1, "1"],
  [D, "D"],
  [E, "E"],
  [K, "K"],
  [2 * D, "2 D"],
  [1 + E, "1 + E"],
]);

/** The ways to call a reduction, by its names. */
export function reductionNames(): Map<Reduction, string[]> {
  const names = new Map<Reduction, string[]>();
  for (const [name, reduction] of REDUCTIONS) {
    names.set(reduction, [...names.get(reduction) ?? [], name]);
  }
  return names;
}

/** The method of LazyTensors, or the general one. */
function method({ name }: Reduction): string {
  const wanted = OTHER_METHODS[name] ?? name.replace("_", "").toLowerCase();
  for (
    let kind: unknown = LazyTensor.prototype;
    kind;
    kind = Object.getPrototypeOf(kind)
  ) {
    const own = Object.getOwnPropertyNames(kind)
      .find((method) => method.toLowerCase() === wanted);
    if (own !== undefined) return code(own);
  }
  return code(`reduce("${name}")`);
}

/** The numbers of formulas that a reduction takes, with their setups. */
function setups(reduction: Reduction): ReductionSetup[] {
  const { inputs: [least, most], needsK } = reduction;
  const k = needsK ? { k: K } : {};
  return Array.from(
    { length: most - least + 1 },
    (_, n) => reductionSetup(reduction, least + n === 1 ? [D] : [1, E], k),
  );
}

/** Dimensions of the formulas, and shapes of the results. */
function shapes(reduction: Reduction): string {
  return setups(reduction).map((setup) => {
    const letter = (n: number) => LETTERS.get(n) ?? `${n}`;
    const given = setup.dims.map(letter).join(", ");
    const results = reduction.outputs(setup).map(({ shape, type }) =>
      `[${shape.map(letter).join(", ")}]${type === "int" ? " int32" : ""}`
    );
    return code(`${given} -> ${results.join(" and ")}`);
  }).join("<br>");
}

/** The results over no points at all. */
function ofNothing(reduction: Reduction): string {
  const [least] = reduction.inputs;
  const dims = Array<number>(least).fill(1);
  const setup = reductionSetup(
    reduction,
    dims,
    reduction.needsK ? { k: 2 } : {},
  );
  const formulas = dims.map((dim, k) => variable(k, dim, Category.J));
  const results = evaluateReductions(
    [{ reduction, formulas, setup }],
    "j",
    () => ({
      data: new Float64Array(0),
      offset: 0,
      batch: [],
      row: 0,
      column: 1,
      component: 1,
    }),
    { batch: [], m: 1, n: 0 },
    "float64",
    referenceBackend,
  );
  return results
    .map(({ data }) => data.length === 1 ? number(data[0]) : list([...data]))
    .map(code)
    .join(", ");
}

/** Gradients of the formulas for each pair, in terms of those of results. */
function derivative(reduction: Reduction): string {
  if (reduction.selects !== undefined) return "that of f where it was found";
  if (reduction.vjp === undefined) return "none";
  const setup = setups(reduction).at(-1) as ReductionSetup;
  let next = 0;
  const names = new Map<Formula, string>();
  const named = (name: string, dim: number): Formula => {
    const v = variable(next++, dim, Category.J);
    names.set(v, name);
    return v;
  };
  const formulas = setup.dims.map((dim, k) => named("fw"[k], dim));
  const [{ shape: [dim] }] = reduction.outputs(setup);
  const parts = reduction.vjp({
    formulas,
    cotangents: [named("e", dim)],
    results: [named("r", dim)],
    setup,
    also: ({ name }, of) => {
      const inside = of.map((f) => printFormula(f, names)).join(", ");
      return named(`${name}(${inside})`, of[0].dim);
    },
  });
  return formulas.map((f, k) => {
    const part = parts[k];
    const text = part === undefined ? "0" : printFormula(part, names);
    return `${code(names.get(f) as string)}: ${code(text)}`;
  }).join("<br>");
}

/** The points, and the results. */
function shown({ formulas, data, k, results }: ReductionExample): string {
  const points = Object.entries(data).map(([name, all]) => {
    const texts = all.map((x) => typeof x === "number" ? number(x) : list(x));
    return code(`${name} = ${texts.join(", ")}`);
  });
  return [
    ...(formulas.every((f) => f in data) ? [] : formulas.map(code)),
    ...points,
    ...(k === undefined ? [] : [code(`K = ${k}`)]),
    `gives ${results.map(list).map(code).join(" and ")}`,
  ].join("<br>");
}

function row([reduction, names]: readonly [Reduction, string[]]): string[] {
  return [
    names.map(code).join("<br>"),
    method(reduction),
    shapes(reduction),
    code(reduction.meaning ?? ""),
    ofNothing(reduction),
    derivative(reduction),
    shown(reduction.example as ReductionExample),
  ];
}

/** The text of the page. */
export function reductionsPage(): string {
  const head = [
    "Name",
    "LazyTensor",
    "Dimensions",
    "Meaning",
    "Of nothing",
    "Derivative",
    "Example",
  ];
  return `${GENERATED}# Reductions

The reductions over points j, for each point i, or the other way round. This
page is made from their definitions by \`deno task docs:tables\`, and the
examples are tested.

- **Dimensions** of the formulas, and after the arrow the shape of the results
  for each row; [K] where D is 1. Formulas with several components are
  reduced by component.
- **Of nothing**: the results where there are no points. For the k-min family,
  K = 2.
- **Derivative**: the gradients of the formulas f and w for each pair, from the
  gradient e of the result r. Reductions named in it are of the same row.

${table(head, [...reductionNames()].map(row))}
`;
}
