/**
 * Softmax attention over long sequences, causal or not:
 *
 *     a_i = sum_j exp(q_i . k_j / sqrt(D)) v_j / sum_j exp(q_i . k_j / sqrt(D))
 *
 * The scores are never stored, so memory stays linear. Heads are batch
 * dimensions. Without any training, one such head continues a sequence that
 * has repeated itself: it looks for where the last token was before, and reads
 * what came next (an "induction head", Olsson et al. 2022).
 *
 * Run it with `deno run --allow-write=out examples/attention.ts [tokens]`.
 *
 * @module
 */

import {
  arange,
  blocks,
  LazyTensor,
  randint,
  randn,
  type Tensor,
} from "../mod.ts";
import { field, page, panel, scatter } from "./helpers/plots.ts";
import { save, sizeOr, timed } from "./helpers/report.ts";

/** The scores `[..., M, N, 1]` of queries and keys `[..., M or N, D]`. */
export function scores(q: Tensor, k: Tensor): LazyTensor {
  const dim = q.shape[q.ndim - 1];
  return new LazyTensor(q.expandDims(-2)).dot(new LazyTensor(k.expandDims(-3)))
    .div(Math.sqrt(dim));
}

/** Attention of queries to keys with values, `[..., M, E]`. */
export function attention(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  options: { readonly causal?: boolean } = {},
): Tensor {
  const values = new LazyTensor(v.expandDims(-3));
  const seen = options.causal ? past(scores(q, k)) : scores(q, k);
  return seen.sumsoftmaxweight(values, "j");
}

/** How many tokens are looked at, or not, together. */
const CHUNK = 256;

/**
 * Scores of what came before, and of the token itself. Chunks that are all in
 * the future are not visited; within the others, later tokens count nothing.
 * `causal()` alone would do, but leaves each row on its own.
 */
function past(scores: LazyTensor): LazyTensor {
  const count = scores.shape[scores.shape.length - 2];
  const at = arange(count).to(scores.dtype);
  const since = new LazyTensor(at.reshape([count, 1, 1]))
    .sub(new LazyTensor(at.reshape([1, count, 1])));
  const chunk = at.div(CHUNK).floor().to("int32");
  const order = arange(Math.ceil(count / CHUNK));
  const keep = order.expandDims(1).ge(order.expandDims(0));
  return since.ifelse(scores, -Infinity)
    .withRanges(blocks(chunk, chunk, keep));
}

/** What an induction head sees and says. */
export interface Induction {
  /** Its queries and keys, `[N, D]`. */
  readonly q: Tensor;
  readonly k: Tensor;
  /** The token that it expects after each token, `[N]`. */
  readonly expected: Tensor;
}

/**
 * Expects, after each token, what came after it before. Queries are tokens,
 * keys the tokens before each place, values the tokens themselves.
 */
export function induction(
  tokens: Tensor,
  vocabulary: number,
  dim = 64,
): Induction {
  const table = randn([vocabulary, dim], { seed: 11 });
  const embedded = table.gather(tokens);
  const q = embedded.mul(3);
  const before = embedded.slice([0], [-1]);
  const k = before.slice([0], [1]).mul(0).concat([before]);
  const heard = attention(q, k, embedded, { causal: true });
  const [m, t] = [heard, table].map((x, axis) =>
    new LazyTensor(x.expandDims(1 - axis))
  );
  const expected = m.sqdist(t).argmin("j").reshape([tokens.size]);
  return { q, k, expected };
}

/** Random tokens, said twice. */
export function repeated(length: number, vocabulary: number): Tensor {
  const once = randint([length], 0, vocabulary, { seed: 3 });
  return once.concat([once]);
}

/** The part of the second half whose tokens were expected. */
export function hits(tokens: Tensor, expected: Tensor): number {
  const half = tokens.size / 2;
  const guess = expected.slice([half], [-1]);
  return guess.eq(tokens.slice([half + 1])).mean().item();
}

if (import.meta.main) {
  const count = sizeOr(16384);
  const [heads, dim] = [4, 32];
  const [q, k, v] = [1, 2, 3].map((seed) =>
    randn([heads, count, dim], { seed })
  );
  const full = timed(
    `attention, ${heads} heads, ${count} tokens, all pairs`,
    () => attention(q, k, v),
  );
  const masked = timed(
    `attention, ${heads} heads, ${count} tokens, causal`,
    () => attention(q, k, v, { causal: true }),
  );
  const gap = full.select(-1, 1).sub(masked.select(-1, 1)).abs().max().item();
  console.log(`  the last token sees all: difference ${gap.toExponential(1)}`);

  const vocabulary = 20000;
  const tokens = repeated(Math.min(4000, count), vocabulary);
  const { expected } = timed(
    `an induction head, ${tokens.size} tokens of ${vocabulary}`,
    () => induction(tokens, vocabulary),
  );
  const right = hits(tokens, expected);
  console.log(`  ${(100 * right).toFixed(1)} % of the repetition is expected`);

  const short = repeated(60, 40);
  const head = induction(short, 40);
  const length = short.size;
  const grid = {
    x: [0, length],
    y: [0, length],
    columns: length,
    rows: length,
  } as const;
  const weights = scores(head.q, head.k).exp().dense().reshape([
    length,
    length,
  ]);
  const seen = weights.arraySync() as number[][];
  // Row by row from the bottom: the first token is on top.
  const shares = seen.toReversed().flatMap((row, r) => {
    const last = length - 1 - r;
    const total = row.slice(0, last + 1).reduce((sum, w) => sum + w, 0);
    return row.map((w, j) => j > last ? 0 : w / total);
  });
  const found = [...head.expected.dataSync()].flatMap((e, i) =>
    i + 1 < length && e === short.dataSync()[i + 1]
      ? [[i + 1.5, length - i - 0.5]]
      : []
  );
  save(
    "attention",
    page(
      "An induction head",
      "each row: where a token looks; dots: the next token is as expected",
      [[
        panel(
          { ...grid, width: 520, height: 542, title: "60 tokens, said twice" },
          field(grid, shares, { range: [0, 1] }),
          scatter(found, { fill: "#ff7043", size: 1.6 }),
        ),
      ]],
    ),
  );
}
