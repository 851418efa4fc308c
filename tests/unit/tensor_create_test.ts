import {
  assert,
  assertEquals,
  assertRejects,
  assertThrows,
} from "../assert.ts";
import {
  ArgumentError,
  DeviceUnavailableError,
  ShapeError,
} from "../../src/errors.ts";
import type { Device } from "../../src/devices.ts";
import type { DType } from "../../src/dtypes.ts";
import {
  arange,
  eye,
  full,
  linspace,
  ones,
  tensor,
  type TensorData,
  zeros,
} from "../../src/tensor/create.ts";

Deno.test("numbers, nested arrays and typed arrays become tensors", () => {
  const scalar = tensor(2.5);
  assertEquals([...scalar.shape], []);
  assertEquals(scalar.item(), 2.5);
  const x = tensor([[1, 2, 3], [4, 5, 6]]);
  assertEquals(
    [x.shape, x.dtype, x.device, x.size, x.ndim],
    [[2, 3], "float32", "cpu", 6, 2],
  );
  assertEquals(x.arraySync(), [[1, 2, 3], [4, 5, 6]]);
  assertEquals(tensor([]).shape, [0]);
  assertEquals(tensor([[], []]).shape, [2, 0]);
  assertEquals(tensor([1, 2, 3, 4], [2, 2]).arraySync(), [[1, 2], [3, 4]]);
  assertEquals(tensor([NaN, Infinity]).arraySync(), [NaN, Infinity]);
});

Deno.test("typed arrays keep their type and are copied", () => {
  const source = new Float64Array([1, 2]);
  const x = tensor(source);
  source[0] = 7;
  assertEquals(x.dataSync(), new Float64Array([1, 2]));
  x.dataSync()[0] = 7;
  assertEquals(x.dataSync(), new Float64Array([1, 2]));
  assertEquals(tensor(new Float32Array(1)).dtype, "float32");
  assertEquals(tensor(new Float16Array(1)).dtype, "float16");
  assertEquals(tensor(new Int32Array(1)).dtype, "int32");
  assertEquals(tensor(new Uint8Array([255])).dtype, "int32");
  assertEquals(tensor(new Uint8Array([255])).item(), 255);
  assertEquals(tensor([0.1], [1], { dtype: "float64" }).item(), 0.1);
});

Deno.test("entries come as promises, too", async () => {
  const x = tensor([[1, 2]]);
  assertEquals(await x.data(), new Float32Array([1, 2]));
  assertEquals(await x.array(), [[1, 2]]);
});

Deno.test("arrays of other libraries are read with their strides", () => {
  const data = new Float64Array([1, 2, 3, 4, 5, 6]);
  assertEquals(
    tensor({ data, shape: [2, 3] }).arraySync(),
    [[1, 2, 3], [4, 5, 6]],
  );
  assertEquals(tensor({ data, shape: [2, 3] }).dtype, "float64");
  // As npyjs and stdlib hold column-major arrays.
  const transposed = [[1, 3, 5], [2, 4, 6]];
  for (
    const layout of [
      { fortranOrder: true },
      { order: "column-major" },
      { strides: [1, 2], offset: 0, order: "column-major" },
    ]
  ) {
    assertEquals(
      tensor({ data, shape: [2, 3], ...layout }).arraySync(),
      transposed,
    );
  }
  const part = { data, shape: [2], strides: [3], offset: 2 };
  assertEquals(tensor(part).arraySync(), [3, 6]);
  const backwards = { data, shape: [3], strides: [-1], offset: 2 };
  assertEquals(tensor(backwards).arraySync(), [3, 2, 1]);
  // As jax-js does.
  const lazy = {
    shape: [2],
    data: () => Promise.resolve([1, 2]),
    dataSync: () => new Float32Array([1, 2]),
  };
  assertEquals(tensor(lazy).arraySync(), [1, 2]);
  assertEquals(tensor(tensor([[1, 2]])).arraySync(), [[1, 2]]);
});

const REFUSED: [unknown, string][] = [
  [
    [[1, 2], [3]],
    "Cannot make a tensor from a ragged array: entry [1] has 1 entries where 2 entries are wanted",
  ],
  [
    [[1, 2], 3],
    "Cannot make a tensor from a ragged array: entry [1] is 3 where 2 entries are wanted",
  ],
  [
    [1, [2]],
    "Cannot make a tensor from a ragged array: entry [1] is an array where a number is wanted",
  ],
];

const UNSUITABLE: [unknown, string][] = [
  [
    [1, "2"],
    `Cannot make a tensor from nested arrays: entry [1] is "2": a number is wanted`,
  ],
  [
    [1, undefined],
    "Cannot make a tensor from nested arrays: entry [1] is undefined: a number is wanted",
  ],
  [
    [true],
    "Cannot make a tensor from nested arrays: entry [0] is true: a number is wanted",
  ],
  [
    "abc",
    `Cannot make a tensor from the string "abc": a number, nested arrays, a typed array or { data, shape } is wanted`,
  ],
  [
    undefined,
    "Cannot make a tensor from undefined: a number, nested arrays, a typed array or { data, shape } is wanted",
  ],
  [null, "Cannot make a tensor from null"],
  [{}, "Cannot make a tensor from an object without data and shape"],
  [
    Promise.resolve([1]),
    "Cannot make a tensor from a promise: await it first",
  ],
  [
    { data: Promise.resolve([1]), shape: [1] },
    "Cannot make a tensor from a promise of data: await the data first",
  ],
  [
    { data: () => Promise.resolve([1]), shape: [1] },
    "Cannot make a tensor from a promise of data: await the data first",
  ],
  [
    new BigInt64Array(1),
    "Cannot make a tensor from big integers: an array of numbers is wanted",
  ],
  [
    new DataView(new ArrayBuffer(8)),
    "Cannot make a tensor from a DataView: an array of numbers is wanted",
  ],
];

Deno.test("what is no array of numbers is refused", () => {
  for (const [data, message] of REFUSED) {
    assertThrows(() => tensor(data as TensorData), ShapeError, message);
  }
  for (const [data, message] of UNSUITABLE) {
    assertThrows(() => tensor(data as TensorData), ArgumentError, message);
  }
});

Deno.test("shapes must fit", () => {
  assertThrows(
    () => tensor([1, 2, 3, 4, 5], [2, 3]),
    ShapeError,
    "Cannot make a tensor of shape (2, 3) from 5 numbers: 6 are wanted",
  );
  assertThrows(
    () => tensor(1, [2]),
    ShapeError,
    "Cannot make a tensor of shape (2,) from 1 number: 2 are wanted",
  );
  for (const [shape, text] of [[[NaN], "(NaN,)"], [[-1], "(-1,)"]] as const) {
    assertThrows(
      () => tensor([1], shape),
      ShapeError,
      `Cannot use ${text} as a shape: a list of non-negative integers is wanted`,
    );
  }
  assertThrows(
    () => zeros(3 as unknown as number[]),
    ShapeError,
    "Cannot use 3 as a shape",
  );
  assertThrows(
    () => tensor({ data: [1, 2], shape: [2], strides: [2] }),
    ShapeError,
    "Cannot read an array of shape (2,) with strides (2,) and offset 0 from 2 numbers: entry 2 is not there",
  );
  assertThrows(
    () => tensor({ data: [1, 2], shape: [3] }),
    ShapeError,
    "Cannot make a tensor of shape (3,) from 2 numbers: 3 are wanted",
  );
});

Deno.test("dtypes and devices must be there", () => {
  assertThrows(
    () => tensor([1], [1], { dtype: "float" as DType }),
    ArgumentError,
    `Cannot use the dtype "float" (did you mean "float32"?): one of "float32", "float64", "float16", "bfloat16", "int32" is wanted`,
  );
  for (const device of ["cuda", "cuda:1"] as const) {
    const error = assertThrows(
      () => tensor([1], [1], { device }),
      DeviceUnavailableError,
      `Cannot use the device "${device}"`,
    );
    assert(error instanceof DeviceUnavailableError);
    assertThrows(() => tensor([1]).to(device), DeviceUnavailableError);
  }
  assertThrows(
    () => tensor([1], [1], { device: "gpu" as Device }),
    ArgumentError,
    `Cannot use the device "gpu"`,
  );
  assertThrows(
    () => tensor([1.5], [1], { dtype: "int32" }),
    ArgumentError,
    "Cannot convert 1.5 to int32: integers from -2147483648 to 2147483647 are wanted",
  );
});

Deno.test("conversion keeps integers exact", () => {
  const x = tensor([1, -2]);
  assert(x.to("float32") === x && x.to("cpu") === x);
  assertEquals(x.to("int32").dataSync(), new Int32Array([1, -2]));
  assertEquals(x.to("float64").dataSync(), new Float64Array([1, -2]));
  for (const wrong of [0.5, NaN, Infinity, 2 ** 31]) {
    assertThrows(
      () => tensor([wrong], [1], { dtype: "float64" }).to("int32"),
      ArgumentError,
      `Cannot convert ${wrong} to int32`,
    );
  }
  const large = tensor(new Int32Array([2 ** 24 + 1]));
  assertThrows(() => large.to("float32"), ArgumentError, "without rounding");
  assertEquals(large.to("float64").item(), 2 ** 24 + 1);
  assertEquals(tensor([0.1]).to("float64").item(), Math.fround(0.1));
});

Deno.test("tensors of a pattern", () => {
  assertEquals(zeros([2]).arraySync(), [0, 0]);
  assertEquals(ones([1, 2]).arraySync(), [[1, 1]]);
  assertEquals(full([], 3).item(), 3);
  assertEquals(full([1], 3, { dtype: "int32" }).dtype, "int32");
  assertEquals(arange(3).arraySync(), [0, 1, 2]);
  assertEquals(arange(3, 0, -1.5).arraySync(), [3, 1.5]);
  assertEquals(arange(3, 1).arraySync(), []);
  assertEquals(arange(4, undefined, 1, { dtype: "int32" }).dtype, "int32");
  assertEquals(linspace(0, 1, 3).arraySync(), [0, 0.5, 1]);
  assertEquals(linspace(2, 5, 1).arraySync(), [2]);
  assertEquals(eye(2, 3).arraySync(), [[1, 0, 0], [0, 1, 0]]);
  assertThrows(
    () => arange(0, 1, 0),
    ArgumentError,
    "Cannot count from 0 to 1 in steps of 0: a finite number of steps is wanted",
  );
  assertThrows(() => linspace(0, 1, 1.5), ShapeError);
});

Deno.test("one entry is an item", () => {
  assertEquals(tensor([[3]]).item(), 3);
  assertThrows(
    () => tensor([1, 2]).item(),
    ShapeError,
    "Cannot take the item of a tensor of shape (2,): one entry is wanted",
  );
});

Deno.test("a disposed tensor cannot be used", async () => {
  const x = tensor([[1, 2]]);
  const view = x.reshape([2]);
  x.dispose();
  x.dispose();
  assert(x.disposed);
  const uses: (() => unknown)[] = [
    () => x.dataSync(),
    () => x.arraySync(),
    () => x.sum(),
    () => x.add(1),
    () => x.mul(1),
    () => x.reshape([2]),
    () => x.T,
    () => x.detach(),
    () => x.requiresGrad(),
    () => x.to("float64"),
    () => x.matmul([[1], [2]]),
    () => tensor([1]).add(x),
  ];
  for (const use of uses) {
    assertThrows(
      use,
      ReferenceError,
      "Cannot use a tensor of shape (1, 2): it was disposed of",
    );
  }
  assertEquals(x.toString(), "Tensor(shape (1, 2), float32, disposed of)");
  assertEquals(view.arraySync(), [1, 2]);
  // deno-lint-ignore require-await
  await assertRejects(async () => x.data(), ReferenceError);
  let kept = view;
  {
    using y = tensor([1]);
    kept = y;
  }
  assert(kept.disposed);
});

Deno.test("consoles and notebooks show shape, dtype and entries", () => {
  const x = tensor([[1, 2.5], [3, 1 / 3]]);
  const text = "Tensor(shape (2, 2), float32) [[1, 2.5],\n [3, 0.333333]]";
  assertEquals(x.toString(), text);
  assertEquals(Deno.inspect(x), text);
  const hook = Symbol.for("Jupyter.display") as unknown as keyof typeof x;
  const shown = (x[hook] as unknown as () => Record<string, string>)();
  assertEquals(shown["text/plain"], text);
  assertEquals(
    shown["text/html"],
    "<table><caption>Tensor, shape (2, 2), float32</caption>" +
      "<tr><td>1</td><td>2.5</td></tr>" +
      "<tr><td>3</td><td>0.333333</td></tr></table>",
  );
  assertEquals(
    arange(1000).toString(),
    "Tensor(shape (1000,), float32) [0, 1, 2, ..., 997, 998, 999]",
  );
  assertEquals(tensor(2).toString(), "Tensor(shape (), float32) 2");
});
