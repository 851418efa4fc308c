/**
 * What loops of machine code cost: instructions by the units that run them,
 * from the text that `nvdisasm -c` writes for one kernel.
 *
 * @module
 */

/** The units of a multiprocessor; all share the slots of the schedulers. */
export type Unit =
  | "fma"
  | "alu"
  | "special"
  | "matrix"
  | "halfMatrix"
  | "shared4"
  | "shared8"
  | "shared16"
  | "other";

/** Instructions by unit. */
export type Counts = Readonly<Record<Unit, number>>;

/** A loop, from the inside out, along the way that is taken nearly always. */
export interface LoopCost {
  /** What one turn issues, inner loops aside. */
  readonly turn: Counts;
  /** How many of the marks one turn has. */
  readonly marks: number;
}

interface Instruction {
  readonly opcode: string;
  /** It runs where a predicate holds. */
  readonly conditional: boolean;
  readonly target?: string;
}

interface BasicBlock {
  readonly code: Instruction[];
  next: number[];
}

interface Loop {
  readonly header: number;
  readonly body: ReadonlySet<number>;
}

/** What a way through blocks costs. */
interface Way {
  /** What is passed. */
  readonly blocks: readonly number[];
  /** How much of what is looked for is met. */
  readonly worth: number;
  readonly counts: Counts;
}

const NONE: Counts = {
  fma: 0,
  alu: 0,
  special: 0,
  matrix: 0,
  halfMatrix: 0,
  shared4: 0,
  shared8: 0,
  shared16: 0,
  other: 0,
};

/** What runs on which unit, by the beginning of its name; ALU all the rest. */
const UNITS: readonly (readonly [RegExp, Unit])[] = [
  [/^(FFMA|FADD|FMUL|HFMA2|IMAD|FSWZADD)/, "fma"],
  [/^(MUFU|I2F|F2I|F2F|FRND|POPC)/, "special"],
  [/^IMMA\.16816/, "halfMatrix"],
  [/^IMMA/, "matrix"],
  [/^(LDS|STS)\.128/, "shared16"],
  [/^(LDS|STS)\.64/, "shared8"],
  [/^(LDS|STS|SHFL)/, "shared4"],
  [/^(LD|ST|U|R2UR|S2|BAR|B[A-Z]+|CALL|RET|EXIT|NOP|HMMA)/, "other"],
];

function unitOf(opcode: string): Unit {
  return UNITS.find(([name]) => name.test(opcode))?.[1] ?? "alu";
}

/** All slots that instructions take. */
export function issued(counts: Counts): number {
  return Object.values(counts).reduce((n, c) => n + c, 0);
}

/** The sum of two counts, the second one times a factor. */
export function plus(a: Counts, b: Counts, factor = 1): Counts {
  const units = Object.keys(NONE) as Unit[];
  return Object.fromEntries(
    units.map((u) => [u, a[u] + factor * b[u]]),
  ) as Record<Unit, number>;
}

/**
 * The loop over pairs, which has the most marks, and the loops around it.
 *
 * @param text what the disassembler wrote
 * @param mark instructions that each pair has
 * @param within turns of loops inside the one over pairs; these are passed by
 *   if there are none
 */
export function loopsOf(text: string, mark: RegExp, within = 0): LoopCost[] {
  const blocks = blocksOf(text);
  const loops = naturalLoops(blocks);
  const inside = (l: Loop) =>
    loops.filter((o) => o !== l && l.body.has(o.header));
  const own = (l: Loop) =>
    [...l.body].filter((b) => !inside(l).some((o) => o.body.has(b)));
  const countIn = (name: RegExp) => (b: number) =>
    blocks[b].code.filter(({ opcode }) => name.test(opcode)).length;
  const arithmetic = countIn(/^(FADD|FMUL|FFMA|MUFU)/);
  const most = (l: Loop) => own(l).reduce((n, b) => n + countIn(mark)(b), 0);
  const pairs = [...loops].sort((a, b) => most(b) - most(a))[0];
  if (pairs === undefined) return [];
  const way = wayThrough(
    blocks,
    pairs,
    inside(pairs),
    arithmetic,
    undefined,
    within,
  );
  const marks = way.blocks.reduce((n, b) => n + countIn(mark)(b), 0);
  const around = loops
    .filter((l) => l !== pairs && l.body.has(pairs.header))
    .sort((a, b) => a.body.size - b.body.size);
  const outer = around.map((l, k): LoopCost => {
    const inner = k === 0 ? pairs : around[k - 1];
    const memory = countIn(/^(LDG|STS|BAR)/);
    const { counts } = wayThrough(blocks, l, inside(l), memory, inner);
    return { turn: counts, marks: 0 };
  });
  return [{ turn: way.counts, marks }, ...outer];
}

/** Cuts the text into blocks that run as a whole. */
function blocksOf(text: string): BasicBlock[] {
  const blocks: BasicBlock[] = [];
  const labels = new Map<string, number>();
  let ended = true;
  for (const line of text.split("\n")) {
    const label = /^(\.L_\w+):/.exec(line)?.[1];
    if (label !== undefined) {
      labels.set(label, blocks.length);
      ended = true;
    }
    const found = /^\s+\/\*[0-9a-f]+\*\/\s+(@!?U?P\w+ )?\s*([A-Z][\w.]*)(.*)/
      .exec(line);
    if (found === null) continue;
    const [, predicate, opcode, rest] = found;
    const branch = /^\s*(!?U?P\d, )?`\((\.L_\w+)\)/.exec(rest);
    if (ended) blocks.push({ code: [], next: [] });
    ended = /^(BRA|EXIT|RET|BRX)/.test(opcode);
    blocks[blocks.length - 1].code.push({
      opcode,
      conditional: predicate !== undefined || branch?.[1] !== undefined,
      ...(opcode === "BRA" && branch ? { target: branch[2] } : {}),
    });
  }
  blocks.forEach((block, k) => {
    const last = block.code[block.code.length - 1];
    const { opcode, conditional, target } = last;
    const leaves = /^(BRA|EXIT|RET|BRX)/.test(opcode) && !conditional;
    const to = target === undefined ? undefined : labels.get(target);
    block.next = [
      ...(to === undefined ? [] : [to]),
      ...(leaves || k + 1 === blocks.length ? [] : [k + 1]),
    ];
  });
  return blocks;
}

/** The loops; those with the same first block are one. */
function naturalLoops(blocks: readonly BasicBlock[]): Loop[] {
  const before: number[][] = blocks.map(() => []);
  blocks.forEach(({ next }, k) => next.forEach((n) => before[n].push(k)));
  const dominators = dominatorsOf(blocks, before);
  const bodies = new Map<number, Set<number>>();
  blocks.forEach(({ next }, from) => {
    for (const header of next) {
      if (!dominators[from]?.has(header)) continue;
      const body = bodies.get(header) ?? new Set([header]);
      bodies.set(header, body);
      const todo = [from];
      for (let b = todo.pop(); b !== undefined; b = todo.pop()) {
        if (body.has(b)) continue;
        body.add(b);
        todo.push(...before[b]);
      }
    }
  });
  return [...bodies].map(([header, body]) => ({ header, body }));
}

/** Which blocks are passed on every way to a block; none of dead ones. */
function dominatorsOf(
  blocks: readonly BasicBlock[],
  before: readonly (readonly number[])[],
): (Set<number> | undefined)[] {
  const all: (Set<number> | undefined)[] = blocks.map(() => undefined);
  all[0] = new Set([0]);
  for (let changed = true; changed;) {
    changed = false;
    for (let k = 1; k < blocks.length; k++) {
      const known = before[k].flatMap((b) => all[b] ?? []);
      if (known.length === 0) continue;
      const common = known.reduce((a, b) => a.intersection(b));
      const now = new Set([...common, k]);
      if (all[k]?.size === now.size) continue;
      all[k] = now;
      changed = true;
    }
  }
  return all;
}

/**
 * The way around a loop that is worth most, and of these the shortest one.
 * Loops inside are run through once; the one inside that is given must be, and
 * costs nothing; a loop over pairs that has some inside runs through them so
 * many times as is said, or goes past them.
 */
function wayThrough(
  blocks: readonly BasicBlock[],
  { header, body }: Loop,
  inside: readonly Loop[],
  worthOf: (block: number) => number,
  must?: Loop,
  within = 0,
): Way {
  const known = new Map<number, (Way & { through: boolean }) | undefined>();
  const countsOf = (b: number) =>
    blocks[b].code.reduce(
      (n, { opcode }) => plus(n, { ...NONE, [unitOf(opcode)]: 1 }),
      NONE,
    );
  const outermost = inside.filter((l) =>
    !inside.some((o) => o !== l && o.body.has(l.header))
  );
  const from = (b: number): (Way & { through: boolean }) | undefined => {
    if (known.has(b)) return known.get(b);
    known.set(b, undefined);
    const inner = outermost.find((l) => l.body.has(b));
    if (inner !== undefined && must === undefined && within === 0) {
      return undefined;
    }
    const isMust = inner !== undefined && must?.header === inner.header;
    const members = inner ? [...inner.body] : [b];
    const exits = members.flatMap((m) => blocks[m].next)
      .filter((n) => inner === undefined || !inner.body.has(n));
    const ends = exits.flatMap((n) => {
      if (n === header) {
        return [{
          blocks: [],
          worth: 0,
          counts: NONE,
          through: must === undefined,
        }];
      }
      const rest = body.has(n) ? from(n) : undefined;
      return rest ? [rest] : [];
    });
    const best =
      ends.sort((x, y) =>
        Number(y.through) - Number(x.through) || y.worth - x.worth ||
        issued(x.counts) - issued(y.counts)
      )[0];
    if (best === undefined) return undefined;
    const cost = isMust ? [] : members;
    const way = {
      blocks: [...cost, ...best.blocks],
      worth: best.worth + cost.reduce((n, m) => n + worthOf(m), 0),
      counts: cost.reduce(
        (n, m) => plus(n, countsOf(m), inner && !must ? within : 1),
        best.counts,
      ),
      through: best.through || isMust,
    };
    known.set(b, way);
    return way;
  };
  return from(header) ?? { blocks: [], worth: 0, counts: NONE };
}
