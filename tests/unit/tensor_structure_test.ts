import { assertEquals, assertThrows } from "../assert.ts";
import { ArgumentError, ShapeError } from "../../src/errors.ts";
import { memoryOf } from "../../src/tensor/base.ts";
import { arange, tensor, zeros } from "../../src/tensor/create.ts";
import { concat, stack } from "../../src/tensor/join.ts";
import {
  checkDerivatives,
  entryAt,
  generator,
  indices,
  randomTensor,
} from "../tensors.ts";

Deno.test("reshape shares the entries", () => {
  const x = arange(6);
  const y = x.reshape([2, -1]);
  assertEquals(y.arraySync(), [[0, 1, 2], [3, 4, 5]]);
  assertEquals(memoryOf(x) === memoryOf(y), true);
  assertEquals(y.flatten().shape, [6]);
  assertEquals(zeros([0, 3]).reshape([3, 0]).shape, [3, 0]);
  assertThrows(
    () => x.reshape([4, 2]),
    ShapeError,
    "Cannot reshape a tensor of shape (6,) to (4, 2): 6 entries are wanted",
  );
  for (const wrong of [[4, -1], [-1, -1], [NaN], [-2, -3], [-1, 0]]) {
    assertThrows(() => x.reshape(wrong), ShapeError, "Cannot reshape");
  }
});

Deno.test("transposes of random shapes", () => {
  const random = generator(1);
  for (let run = 0; run < 20; run++) {
    const ndim = Math.floor(random() * 5);
    const shape = Array.from({ length: ndim }, () => Math.ceil(random() * 4));
    const axes = shape.map((_, k) => k)
      .map((k) => [random(), k])
      .sort((a, b) => a[0] - b[0])
      .map(([, k]) => k);
    const x = randomTensor(random, shape);
    const y = x.transpose(axes.map((a, k) => k % 2 ? a - ndim : a));
    assertEquals([...y.shape], axes.map((a) => shape[a]));
    const data = x.dataSync();
    const wanted = [...indices(y.shape)].map((index) =>
      entryAt(data, shape, shape.map((_, k) => index[axes.indexOf(k)]))
    );
    assertEquals([...y.dataSync()], wanted);
    checkDerivatives((x) => x.transpose(axes), [x], random, "transpose");
  }
  assertEquals(tensor([[1, 2]]).T.arraySync(), [[1], [2]]);
  assertThrows(
    () => zeros([2]).T,
    ShapeError,
    "Cannot take T of a tensor of shape (2,): two axes are wanted; transpose() takes any number",
  );
  assertThrows(
    () => zeros([2, 3]).transpose([0, 0]),
    ArgumentError,
    "Cannot transpose a tensor of shape (2, 3) by the axes (0, 0): each of its axes is wanted once",
  );
});

Deno.test("boxes and single entries", () => {
  const x = arange(12).reshape([3, 4]);
  assertEquals(x.slice(1).arraySync(), [[4, 5, 6, 7], [8, 9, 10, 11]]);
  assertEquals(x.slice(0, 1).arraySync(), [[0, 1, 2, 3]]);
  assertEquals(x.slice([1, -2], [2]).arraySync(), [[6, 7]]);
  assertEquals(x.slice([0, 1], [undefined, -2]).arraySync(), [[1], [5], [9]]);
  assertEquals(x.slice(2, 1).shape, [0, 4]);
  assertEquals(x.select(-1).arraySync(), [8, 9, 10, 11]);
  assertEquals(x.select(1, -1).arraySync(), [1, 5, 9]);
  assertThrows(
    () => x.slice(4),
    ArgumentError,
    "Cannot slice a tensor of shape (3, 4) at 4 of axis 0: -3 to 3 is wanted",
  );
  assertThrows(
    () => x.slice([0, 0, 0]),
    ArgumentError,
    "Cannot slice a tensor of shape (3, 4) from (0, 0, 0): it has 2 axes",
  );
  assertThrows(
    () => x.select(3),
    ArgumentError,
    "Cannot select entry 3 along axis 0 of a tensor of shape (3, 4): -3 to 2 is wanted",
  );
  assertThrows(() => x.select(0.5), ArgumentError, "Cannot select entry 0.5");
});

Deno.test("axes come and go", () => {
  const x = zeros([2, 3]);
  assertEquals(x.expandDims(0).shape, [1, 2, 3]);
  assertEquals(x.expandDims(-1).shape, [2, 3, 1]);
  assertEquals(zeros([1, 2, 1]).squeeze().shape, [2]);
  assertEquals(zeros([1, 2, 1]).squeeze(-1).shape, [1, 2]);
  assertThrows(
    () => x.squeeze(1),
    ShapeError,
    "Cannot squeeze axis 1 of a tensor of shape (2, 3): its size must be 1",
  );
  assertEquals(tensor([1, 2]).broadcastTo([2, 2]).arraySync(), [
    [1, 2],
    [1, 2],
  ]);
  assertThrows(
    () => x.broadcastTo([2]),
    ShapeError,
    "Cannot broadcast a tensor of shape (2, 3) to (2,): sizes must be equal, or 1",
  );
});

Deno.test("joins", () => {
  const [a, b] = [tensor([[1, 2]]), tensor([[3, 4], [5, 6]])];
  assertEquals(concat([a, b]).arraySync(), [[1, 2], [3, 4], [5, 6]]);
  assertEquals(a.concat([[[7]]], 1).arraySync(), [[1, 2, 7]]);
  assertEquals(concat([b, b], -1).shape, [2, 4]);
  assertEquals(stack([[1, 2], [3, 4]], 1).arraySync(), [[1, 3], [2, 4]]);
  assertEquals(stack([a, a], -1).shape, [1, 2, 2]);
  assertThrows(
    () => concat([a, zeros([1, 3])]),
    ShapeError,
    "Cannot concatenate shapes (1, 2) and (1, 3) along axis 0: all other sizes must be equal",
  );
  assertThrows(
    () => concat([]),
    ArgumentError,
    "Cannot concatenate no tensors: at least one is wanted",
  );
  assertThrows(() => concat([a, b.to("float64")]), ShapeError, "float64");
  assertThrows(() => stack([a, b]), ShapeError, "Cannot concatenate");
});

Deno.test("gather and scatterAdd", () => {
  const x = tensor([[1, 2], [3, 4], [5, 6]]);
  const at = tensor(new Int32Array([2, 0, 2]));
  assertEquals(x.gather(at).arraySync(), [[5, 6], [1, 2], [5, 6]]);
  assertEquals(x.gather([[1], [0]]).shape, [2, 1, 2]);
  assertEquals(x.gather([1], 1).arraySync(), [[2], [4], [6]]);
  assertEquals(x.gather([]).shape, [0, 2]);
  assertEquals(x.scatterAdd(at, 4).arraySync(), [
    [3, 4],
    [0, 0],
    [6, 8],
    [0, 0],
  ]);
  assertEquals(x.scatterAdd([1, 1], 2, 1).arraySync(), [
    [0, 3],
    [0, 7],
    [0, 11],
  ]);
  assertThrows(
    () => x.gather([3]),
    ArgumentError,
    `Cannot apply "gather" with the index 3: 0 to 2 is wanted`,
  );
  assertThrows(() => x.gather([-1]), ArgumentError, "index -1");
  assertThrows(
    () => x.gather(tensor([1])),
    ShapeError,
    `Cannot apply "gather" with indices of dtype float32: int32 is wanted; convert them with .to("int32")`,
  );
  assertThrows(
    () => x.scatterAdd([0], 4),
    ShapeError,
    "Cannot scatter a tensor of shape (3, 2) along axis 0 to indices of shape (1,): (3,) is wanted",
  );
});

Deno.test("integers keep all their bits when they are moved", () => {
  const n = tensor(new Int32Array([2 ** 31 - 1, -(2 ** 31)])).reshape([1, 2]);
  assertEquals(n.T.arraySync(), [[2147483647], [-2147483648]]);
  assertEquals(n.gather([0]).dtype, "int32");
  assertEquals(concat([n, n]).dtype, "int32");
  assertEquals(n.slice([0, 1]).item(), -2147483648);
  assertEquals(n.broadcastTo([2, 2]).select(1).arraySync(), [
    2147483647,
    -2147483648,
  ]);
});

Deno.test("what moves entries has its derivatives", () => {
  const random = generator(4);
  const x = randomTensor(random, [3, 4, 2]);
  const y = randomTensor(random, [3, 1, 2]);
  const check = (name: string, f: Parameters<typeof checkDerivatives>[0]) =>
    checkDerivatives((...t) => f(...t).square(), [x, y], random, name);
  check("reshape", (x, y) => x.reshape([6, 4]).mul(y.reshape([6, 1])));
  check("slice", (x, y) => x.slice([1, 1], [3]).mul(y.slice([-2])));
  check("select", (x, y) => x.select(1, 1).mul(y.select(-1, 0)));
  check("expandDims", (x, y) => x.expandDims(1).mul(y));
  check("squeeze", (x, y) => y.squeeze(1).mul(x.select(0, 1)));
  check("broadcastTo", (x, y) => y.broadcastTo([5, 3, 4, 2]).mul(x));
  check("concat", (x, y) => x.concat([y, x], 1));
  check("stack", (x, y) => stack([x, y.mul(x)], 2));
  check("gather", (x, y) => x.gather([2, 0, 2], 1).mul(y));
  check("gather of a matrix", (x, y) => x.gather([[2], [0]]).mul(y.select(0)));
  check("scatterAdd", (x, y) => x.mul(y).scatterAdd([4, 1, 4, 0], 6, 1));
  check("flatten", (x, y) => x.flatten().concat([y.flatten()]));
});
