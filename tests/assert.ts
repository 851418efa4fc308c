/**
 * Assertions, with the names of `@std/assert`: the one file that would change
 * if the tests moved there.
 *
 * @module
 */

import assert from "node:assert/strict";

export { assert };

/** Deep and strict equality. */
export function assertEquals<T>(
  actual: T,
  expected: T,
  message?: string,
): void {
  assert.deepStrictEqual(actual, expected, message);
}

/** `text` holds `part`. */
export function assertStringIncludes(text: string, part: string): void {
  assert.ok(text.includes(part), `"${text}" does not include "${part}"`);
}

/** `f` throws an error of the given class, whose message holds `part`. */
export function assertThrows<E extends Error>(
  f: () => unknown,
  kind: new (...args: never[]) => E,
  part = "",
): E {
  try {
    f();
  } catch (error) {
    assert.ok(
      error instanceof kind,
      `Expected ${kind.name}, got ${error}`,
    );
    assertStringIncludes(error.message, part);
    return error;
  }
  throw new assert.AssertionError({ message: `Expected ${kind.name}` });
}

/** The promise is rejected with an error of the given class. */
export async function assertRejects<E extends Error>(
  f: () => Promise<unknown>,
  kind: new (...args: never[]) => E,
  part = "",
): Promise<E> {
  try {
    await f();
  } catch (error) {
    assert.ok(error instanceof kind, `Expected ${kind.name}, got ${error}`);
    assertStringIncludes(error.message, part);
    return error;
  }
  throw new assert.AssertionError({ message: `Expected ${kind.name}` });
}

/**
 * Entries differ by at most `tolerance * max(1, max |expected|)`; NaN and
 * infinities must be the same.
 */
export function assertAllClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance = 1e-9,
  message = "",
): void {
  assert.equal(actual.length, expected.length, `${message} length`);
  let scale = 1;
  for (let k = 0; k < expected.length; k++) {
    if (Number.isFinite(expected[k])) {
      scale = Math.max(scale, Math.abs(expected[k]));
    }
  }
  for (let k = 0; k < expected.length; k++) {
    const [a, e] = [actual[k], expected[k]];
    if (Object.is(a, e) || a === e) continue;
    const close = Math.abs(a - e) <= tolerance * scale;
    assert.ok(close, `${message} entry ${k}: ${a} is not close to ${e}`);
  }
}
