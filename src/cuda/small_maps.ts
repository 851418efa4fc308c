/**
 * Maps of few entries without a compilation of their own: their steps are the
 * argument of one kernel, which is compiled once for all of them.
 *
 * @module
 */

import {
  MOST,
  SMALL_MAP_FIELDS,
  SMALL_MAP_THREADS,
  type SmallMapField,
  smallMapSource,
} from "../../kernels/small_map.ts";
import { bytesOfEntry, type DType } from "../dtypes.ts";
import {
  LARGEST,
  type Primitive,
  PRIMITIVES,
  type Program,
  type Statement,
  type Value,
} from "../program/ir.ts";
import type { CudaDevice } from "./context.ts";
import type { CudaLaunch } from "./entries.ts";
import { collapsed } from "./layout.ts";
import { kindOf } from "./launch.ts";
import { applied } from "./spelling.ts";
import type { Patch } from "./recipe.ts";
import type { Usage } from "./usage.ts";

/**
 * Entries for each multiprocessor that are few: they are computed all at once,
 * so that a step more costs less than what a launch costs anyhow.
 */
const FEW = 1024;

/**
 * Functions of the library that take long to compile: a kernel without them
 * is there in less than half of the time.
 */
const LONG: ReadonlySet<Primitive> = new Set([
  ...["pow", "atan2", "expm1", "log1p", "sin", "cos", "tan"] as const,
  ...["asin", "acos", "atan", "sinh", "cosh", "tanh"] as const,
]);

/** All primitives, in the order that numbers them. */
const ALL = Object.keys(PRIMITIVES) as Primitive[];

/** Whether a primitive is one of floats and conditions. */
function isOfFloats(primitive: Primitive): boolean {
  return !PRIMITIVES[primitive].includes("int");
}

const sources: { [kind in "short" | "long"]?: string } = {};

/** The source of the kernel, with the functions that take long or without. */
export function smallMapsSource(kind: "short" | "long"): string {
  return sources[kind] ??= smallMapSource(
    kind === "long"
      ? "Maps of few entries, with all functions"
      : "Maps of few entries",
    ALL.flatMap((name, code) => {
      if (!isOfFloats(name) || kind === "short" && LONG.has(name)) return [];
      return [{ code, name, text: spelled(name) }];
    }),
  );
}

/** The text of a primitive of floats; conditions are 0 and 1. */
function spelled(primitive: Primitive): string {
  const types = PRIMITIVES[primitive];
  const args = types.slice(0, -1).map((type, k) =>
    type === "bool" ? `(${"abc"[k]} != 0.0f)` : "abc"[k]
  );
  const text = applied(primitive, args, "float");
  return types.at(-1) === "bool" ? `${text} ? 1.0f : 0.0f` : text;
}

/** Where each field begins, in words. */
const PLACES = (() => {
  const places: Partial<Record<SmallMapField, number>> = {};
  let words = 0;
  for (const { name, words: own } of SMALL_MAP_FIELDS) {
    places[name] = words;
    words += own;
  }
  return { ...places as Record<SmallMapField, number>, words };
})();

/** A map as the argument of the kernel, addresses and sizes aside. */
interface SmallMap {
  readonly words: BigUint64Array;
  readonly kind: "short" | "long";
}

const known = new WeakMap<Program, SmallMap | null>();

/** A program as a list of steps; undefined where it is not one. */
export function smallMapOf(program: Program): SmallMap | undefined {
  let map = known.get(program);
  if (map === undefined) known.set(program, map = listed(program) ?? null);
  return map ?? undefined;
}

function listed(program: Program): SmallMap | undefined {
  const { operands, outputs, uniform, column, row, pair, finish } = program;
  const fits = kindOf(program) !== "reduction" && column.length === 0 &&
    operands.length <= MOST.operands && outputs.length <= MOST.outputs &&
    operands.every((o) => o.dim === 1 && !o.temporary) &&
    outputs.every((o) => o.type === "float" && o.shape.every((d) => d === 1));
  if (!fits) return undefined;
  const list = [...uniform, ...row, ...pair, ...finish];
  const literals = literalsOf(list);
  const at = new Map<number, number>();
  const placeOf = ({ id, literal, type }: Value) =>
    literal === undefined
      ? at.get(id)
      : operands.length + literals.indexOf(bitsOf(literal, type));
  const steps: bigint[] = [];
  const results: bigint[] = [];
  let kind: SmallMap["kind"] = "short";
  for (const s of list) {
    switch (s.kind) {
      case "load":
        at.set(s.to.id, s.operand);
        break;
      case "apply": {
        if (!isOfFloats(s.primitive)) return undefined;
        if (LONG.has(s.primitive)) kind = "long";
        at.set(s.to.id, operands.length + literals.length + steps.length);
        const bytes = [ALL.indexOf(s.primitive), ...s.args.map(placeOf)];
        if (bytes.includes(undefined)) return undefined;
        steps.push(
          bytes.reduce((w, b, k) => w | BigInt(b ?? 0) << BigInt(8 * k), 0n),
        );
        break;
      }
      case "store": {
        const place = placeOf(s.value);
        if (place === undefined) return undefined;
        results[s.output] = BigInt(place);
        break;
      }
      default:
        return undefined;
    }
  }
  const values = operands.length + literals.length + steps.length;
  if (values > MOST.values) return undefined;
  const words = new BigUint64Array(PLACES.words);
  words[PLACES.operands] = BigInt(operands.length);
  words[PLACES.literals] = BigInt(literals.length);
  words[PLACES.steps] = BigInt(steps.length);
  words[PLACES.outputs] = BigInt(outputs.length);
  words.set(literals.map(BigInt), PLACES.literal);
  words.set(steps, PLACES.step);
  words.set(results, PLACES.result);
  return { words, kind };
}

/** The literals that steps read, as bits of floats. */
function literalsOf(list: readonly Statement[]): number[] {
  const read = list.flatMap((s) =>
    s.kind === "apply" ? s.args : s.kind === "store" ? [s.value] : []
  );
  const bits = read.flatMap(({ literal, type }) =>
    literal === undefined ? [] : [bitsOf(literal, type)]
  );
  return [...new Set(bits)];
}

/** The largest finite float. */
const LARGEST_FLOAT = 3.4028234663852886e38;

function bitsOf(literal: number, type: Value["type"]): number {
  const value = type === "bool"
    ? Number(literal !== 0)
    : Math.abs(literal) === LARGEST
    ? Math.sign(literal) * LARGEST_FLOAT
    : literal;
  return new Uint32Array(Float32Array.of(value).buffer)[0];
}

/** The operands that the kernel reads, by their number in its argument. */
const TYPES: Readonly<Partial<Record<DType, bigint>>> = {
  float32: 0n,
  float64: 1n,
  int32: 2n,
};

/**
 * Asks for a map of few entries of float32.
 *
 * @returns false where the map is not of that kind: nothing was asked for
 */
export function runSmallMap(
  device: CudaDevice,
  program: Program,
  launch: CudaLaunch,
  usage: Usage,
): boolean {
  const { outputs, operands, rows, columns, accurate, dtype } = launch;
  const count = outputs[0]?.length ?? 0;
  const fits = count > 0 && count <= FEW * device.multiprocessors &&
    dtype === "float32" && accurate !== true &&
    operands.every((o) => TYPES[o.data.dtype] !== undefined);
  const map = fits ? smallMapOf(program) : undefined;
  if (map === undefined) return false;
  const { sizes, strides } = collapsed(launch);
  const perPair = kindOf(program) === "pairs";
  const axes = [...sizes, rows, ...(perPair ? [columns] : [])];
  const empty = MOST.axes - axes.length;
  if (empty < 0) return false;
  const words = map.words.slice();
  const set = (field: SmallMapField, k: number, x: number | bigint) => {
    words[PLACES[field] + k] = BigInt.asUintN(64, BigInt(x));
  };
  set("count", 0, count);
  for (let d = 0; d < MOST.axes; d++) set("size", d, axes[d - empty] ?? 1);
  const patches: Patch[] = [];
  operands.forEach(({ data, offset: entries, row, column }, k) => {
    const type = TYPES[data.dtype] ?? 0n;
    const offset = entries * bytesOfEntry(data.dtype);
    set("operand", k, data.address + BigInt(offset));
    const word = PLACES.operand + k;
    patches.push({ of: "operand", index: k, offset, word });
    set("type", k, type);
    const own = [...strides[k], row, ...(perPair ? [column] : [])];
    own.forEach((s, d) => set("stride", k * MOST.axes + empty + d, s));
  });
  outputs.forEach(({ address }, k) => {
    set("out", k, address);
    patches.push({ of: "output", index: k, offset: 0, word: PLACES.out + k });
  });
  const text = smallMapsSource(map.kind);
  const kernel = device.kernel({ text, name: "small_map" });
  const blocks = Math.ceil(count / SMALL_MAP_THREADS);
  usage.launch(kernel, blocks, SMALL_MAP_THREADS, words, patches);
  return true;
}
