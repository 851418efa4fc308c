/**
 * Where boxes go: in layers, each arrow from a layer to a later one.
 *
 * The way of Sugiyama, Tagawa and Toda (1981): layers by longest paths,
 * way points for arrows that skip layers, orders by barycentres, and then
 * places as near to those of neighbours as the order allows.
 *
 * Package-internal.
 *
 * @module
 */

/** A link between things, by their positions. */
export interface Link {
  /** The earlier one. */
  readonly from: number;
  /** The later one. */
  readonly to: number;
}

/** Something with a place: a box, or a way point of arrows. */
export interface Placed {
  /** Its layer, from 0. */
  readonly layer: number;
  /** The space that it takes in its layer. */
  readonly width: number;
  /** The middle of that space. */
  x: number;
}

/** Things in their places. */
export interface Layout {
  /** The boxes first, in the order given, then way points. */
  readonly things: readonly Placed[];
  /** For each link the things on its way, both ends included. */
  readonly ways: readonly (readonly number[])[];
}

/** Space for a way point. */
const NARROW = 8;
/** How often orders and places are improved. */
const SWEEPS = 12;

/**
 * Places boxes of some widths.
 *
 * @param widths one number a box; each box comes after those linked to it
 * @param links what must go down
 * @param gap the space between two neighbours
 */
export function layered(
  widths: readonly number[],
  links: readonly Link[],
  gap: number,
): Layout {
  const layers = layersOf(widths.length, links);
  const things: Placed[] = widths.map((width, k) => ({
    layer: layers[k],
    width,
    x: 0,
  }));
  const ways = waysThrough(things, links);
  const [above, below] = neighbours(things.length, ways);
  const rows = orderedRows(things, above, below);
  for (const row of rows) settle(things, row, gap, () => undefined);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const near = sweep % 2 === 0 ? above : below;
    for (const row of sweep % 2 === 0 ? rows : rows.toReversed()) {
      settle(things, row, gap, (k) => mean(near[k], (n) => things[n].x));
    }
  }
  const left = Math.min(0, ...things.map((t) => t.x - t.width / 2));
  things.forEach((t) => t.x -= left);
  return { things, ways };
}

/** Layers by longest paths; what depends on nothing goes next to its user. */
function layersOf(count: number, links: readonly Link[]): number[] {
  const layers = new Array<number>(count).fill(0);
  const users = Array.from({ length: count }, (): number[] => []);
  const used = new Array<boolean>(count).fill(false);
  for (const { from, to } of links) {
    users[from].push(to);
    used[to] = true;
  }
  users.forEach((later, k) =>
    later.forEach((u) => layers[u] = Math.max(layers[u], layers[k] + 1))
  );
  users.forEach((later, k) => {
    if (used[k] || later.length === 0) return;
    layers[k] = later.reduce((m, u) => Math.min(m, layers[u]), Infinity) - 1;
  });
  return layers;
}

/**
 * Adds one way point a layer to arrows that skip some. Arrows from the same
 * box share them: a box that all others use would cost squares otherwise.
 */
function waysThrough(things: Placed[], links: readonly Link[]): number[][] {
  const shared = new Map<number, number[]>();
  return links.map(({ from, to }) => {
    const chain = shared.get(from) ?? [from];
    shared.set(from, chain);
    const steps = things[to].layer - things[from].layer;
    while (chain.length < steps) {
      const layer = things[from].layer + chain.length;
      chain.push(things.push({ layer, width: NARROW, x: 0 }) - 1);
    }
    return [...chain.slice(0, steps), to];
  });
}

function neighbours(
  count: number,
  ways: readonly (readonly number[])[],
): [number[][], number[][]] {
  const above = Array.from({ length: count }, (): number[] => []);
  const below = Array.from({ length: count }, (): number[] => []);
  for (const way of ways) {
    way.slice(1).forEach((to, k) => {
      if (above[to].includes(way[k])) return;
      above[to].push(way[k]);
      below[way[k]].push(to);
    });
  }
  return [above, below];
}

/** Each layer in an order with few crossings. */
function orderedRows(
  things: readonly Placed[],
  above: readonly number[][],
  below: readonly number[][],
): number[][] {
  const rows: number[][] = [];
  things.forEach(({ layer }, k) => (rows[layer] ??= []).push(k));
  const at: number[] = [];
  rows.forEach((row) => row.forEach((k, position) => at[k] = position));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const near = sweep % 2 === 0 ? above : below;
    for (const row of sweep % 2 === 0 ? rows : rows.toReversed()) {
      const wish = new Map(
        row.map((k) => [k, mean(near[k], (n) => at[n]) ?? at[k]]),
      );
      row.sort((a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0));
      row.forEach((k, position) => at[k] = position);
    }
  }
  return rows;
}

function mean(
  of: readonly number[],
  value: (k: number) => number,
): number | undefined {
  if (of.length === 0) return undefined;
  return of.reduce((sum, k) => sum + value(k), 0) / of.length;
}

/**
 * Moves a layer to the places nearest to the wished ones, in least squares,
 * that keep its order and its gaps: monotone regression by pooling neighbours
 * that would overlap.
 */
function settle(
  things: readonly Placed[],
  row: readonly number[],
  gap: number,
  wish: (k: number) => number | undefined,
): void {
  const offsets: number[] = [];
  row.forEach((k, position) => {
    const last = row[position - 1];
    offsets.push(
      position === 0 ? 0 : offsets[position - 1] + gap +
        (things[last].width + things[k].width) / 2,
    );
  });
  const pools: { sum: number; count: number }[] = [];
  row.forEach((k, position) => {
    const target = wish(k) ?? things[k].x;
    let pool = { sum: target - offsets[position], count: 1 };
    for (
      let last = pools.at(-1);
      last && last.sum / last.count >= pool.sum / pool.count;
      last = pools.at(-1)
    ) {
      pools.pop();
      pool = { sum: pool.sum + last.sum, count: pool.count + last.count };
    }
    pools.push(pool);
  });
  let position = 0;
  for (const { sum, count } of pools) {
    for (let c = 0; c < count; c++, position++) {
      things[row[position]].x = sum / count + offsets[position];
    }
  }
}
