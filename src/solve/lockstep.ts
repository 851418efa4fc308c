/**
 * Many iterations side by side: each is written for one vector, and all of
 * their products are done at once.
 *
 * @module
 */

/** A product that an iteration waits for. */
export interface Ask {
  /** The vector; it stays as it is until the answer. */
  readonly vector: Float64Array;
  /** Under the transposed map. */
  readonly transposed?: boolean;
}

/**
 * An iteration for one vector: it asks for products, goes on with the answers,
 * and returns a result.
 */
export type Iteration<T> = Generator<Ask, T, Float64Array>;

/** Products with lists of vectors: a list for each entry of a batch. */
export type Multiply = (
  vectors: Float64Array[][],
  transposed: boolean,
) => Float64Array[][];

/**
 * Runs iterations to their ends.
 *
 * @param iterations a list for each entry of the batch
 * @param multiply does the products of a round
 * @param afterRound called after each round; `false` leaves the rest undone
 * @returns the results of those that ended
 */
export function lockstep<T>(
  iterations: readonly (readonly Iteration<T>[])[],
  multiply: Multiply,
  afterRound: () => boolean | void = () => {},
): (T | undefined)[][] {
  const results = iterations.map((list) =>
    list.map((): T | undefined => undefined)
  );
  let waiting: Waiting<T>[] = [];
  const advance = (
    { entry, place, iteration }: Omit<Waiting<T>, "ask">,
    next: IteratorResult<Ask, T>,
  ) => {
    if (next.done) results[entry][place] = next.value;
    else waiting.push({ entry, place, iteration, ask: next.value });
  };
  iterations.forEach((list, entry) =>
    list.forEach((iteration, place) =>
      advance({ entry, place, iteration }, iteration.next())
    )
  );
  while (waiting.length > 0) {
    const round = waiting;
    waiting = [];
    for (const transposed of [false, true]) {
      const own = round.filter(({ ask }) =>
        (ask.transposed ?? false) === transposed
      );
      if (own.length === 0) continue;
      const lists = iterations.map((_, k) => own.filter((w) => w.entry === k));
      const images = multiply(
        lists.map((list) => list.map(({ ask }) => ask.vector)),
        transposed,
      );
      lists.forEach((list, k) =>
        list.forEach((w, c) => advance(w, w.iteration.next(images[k][c])))
      );
    }
    if (afterRound() === false) break;
  }
  return results;
}

/** An iteration with what it waits for. */
interface Waiting<T> {
  readonly entry: number;
  readonly place: number;
  readonly iteration: Iteration<T>;
  readonly ask: Ask;
}
