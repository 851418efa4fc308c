import {
  assert,
  assertAllClose,
  assertEquals,
  assertThrows,
} from "../assert.ts";
import { ArgumentError, ShapeError } from "../../src/errors.ts";
import { customOp } from "../../src/autodiff/custom_op.ts";
import { hessianVectorProduct, jvp } from "../../src/autodiff/forward.ts";
import { grad, valueAndGrad } from "../../src/autodiff/grad.ts";
import { nodesBelow } from "../../src/autodiff/graph.ts";
import { scope } from "../../src/autodiff/scope.ts";
import { alias, record, variableOf } from "../../src/tensor/base.ts";
import {
  type NestedArray,
  ones,
  tensor,
  zeros,
} from "../../src/tensor/create.ts";
import type { Tensor } from "../../src/tensor/tensor.ts";
import { checkDerivatives, generator, randomTensor } from "../tensors.ts";

/** The number of nodes that a tensor keeps alive. */
function nodeCount(x: Tensor): number {
  return nodesBelow(variableOf(x)).length;
}

function leaf(data: NestedArray): Tensor {
  return tensor(data).requiresGrad();
}

Deno.test("only what depends on a tracked tensor is recorded", () => {
  const x = tensor([1, 2]);
  assert(!x.tracked && !x.exp().sum().tracked);
  x.requiresGrad();
  assert(x.tracked && x.exp().sum().tracked && tensor(1).add(x).tracked);
  assert(!x.detach().tracked && !x.exp().detach().exp().tracked);
  assert(!x.argmin().tracked && !x.requiresGrad(false).tracked);
  assert(tensor([1], [1], { requiresGrad: true }).tracked);
});

Deno.test("inputs that the output does not depend on have zeros", () => {
  const [x, y] = [leaf([1, 2]), leaf([[3]])];
  const [gx, gy] = grad(x.sum(), [x, y]);
  assertEquals(gx.arraySync(), [1, 1]);
  assertEquals(gy.arraySync(), [[0]]);
  assertEquals(grad(tensor(1), [x])[0].arraySync(), [0, 0]);
  assertEquals(grad(x.lt(1.5).sum(), [x])[0].arraySync(), [0, 0]);
});

Deno.test("an input may be inside the graph, or the output itself", () => {
  const x = leaf([1, 2]);
  const y = x.square();
  const z = y.mul(x).sum();
  const [gx, gy] = grad(z, [x, y]);
  assertEquals(gx.arraySync(), [3, 12]);
  assertEquals(gy.arraySync(), [1, 2]);
  const [one] = grad(x, [x], { gradOutput: tensor([5, 6]) });
  assertEquals(one.arraySync(), [5, 6]);
});

Deno.test("one tensor used twice, and one gradient for two inputs", () => {
  const [x, y] = [leaf([3]), leaf([4])];
  assertEquals(grad(x.mul(x).add(x).sum(), [x])[0].item(), 7);
  const [gx, gy] = grad(x.add(y), [x, y]);
  gx.dispose();
  assertEquals(gy.item(), 1);
});

Deno.test("gradOutput weights the outputs and survives", () => {
  const x = leaf([1, 2]);
  const weights = tensor([10, 1]);
  assertEquals(
    grad(x.square(), [x], { gradOutput: weights })[0].arraySync(),
    [20, 4],
  );
  assertEquals(weights.arraySync(), [10, 1]);
  assertThrows(
    () => grad(x.square(), [x]),
    ShapeError,
    "Cannot differentiate an output of shape (2,) and dtype float32: one float entry is wanted, or gradOutput",
  );
  assertThrows(
    () => grad(x.square(), [x], { gradOutput: tensor([[1, 1]]) }),
    ShapeError,
    "Cannot differentiate an output of shape (2,) and dtype float32 with gradOutput of shape (1, 2) and dtype float32: they must be equal",
  );
});

Deno.test("an input must require a gradient", () => {
  const x = leaf(1);
  assertThrows(
    () => grad(x.exp(), [x, tensor(1)]),
    ArgumentError,
    "Cannot differentiate in input 1: it does not require a gradient; call requiresGrad() before it is used",
  );
  assertThrows(
    () => tensor(new Int32Array(1)).requiresGrad(),
    ArgumentError,
    "Cannot differentiate in a tensor of dtype int32: a float dtype is wanted",
  );
  assertThrows(
    () => x.exp().requiresGrad(false),
    ArgumentError,
    `Cannot switch off the gradient of a computed tensor ("exp"): use detach()`,
  );
});

Deno.test("without createGraph the graph is freed", () => {
  const x = leaf([1, 2]);
  const y = x.exp();
  const z = y.sum();
  const [g] = grad(z, [x]);
  assert(!g.tracked);
  assert(nodesBelow(variableOf(z)).every((n) => n.saved.length === 0));
  assertThrows(
    () => grad(z, [x]),
    ArgumentError,
    `Cannot differentiate through "sum": an earlier grad freed the graph; pass { createGraph: true } to it`,
  );
  assertThrows(() => grad(y.square().sum(), [x]), ArgumentError, `"exp"`);
  // What was not between them still is there.
  const w = leaf([3, 4]);
  assertEquals(grad(y.mul(w).sum(), [w])[0].arraySync(), y.arraySync());
});

Deno.test("with createGraph it can be used again", () => {
  const x = leaf(2);
  const y = x.pow(4);
  const [g] = grad(y, [x], { createGraph: true });
  assertEquals([g.item(), grad(y, [x])[0].item()], [32, 32]);
});

Deno.test("derivatives of any order", () => {
  const x = tensor(0.5, [], { dtype: "float64" }).requiresGrad();
  let y = x.sin().mul(x.exp());
  for (let order = 1; order <= 6; order++) {
    [y] = grad(y, [x], { createGraph: true });
    // (sin x exp x)^(n) = 2^(n/2) exp(x) sin(x + n pi / 4)
    const wanted = 2 ** (order / 2) * Math.exp(0.5) *
      Math.sin(0.5 + order * Math.PI / 4);
    assertAllClose([y.item()], [wanted], 1e-12, `order ${order}`);
  }
});

Deno.test("conversion between float dtypes passes gradients on", () => {
  const x = tensor(new Float64Array([0.1])).requiresGrad();
  const [g] = grad(x.to("float32").square().sum(), [x]);
  assertEquals(g.dtype, "float64");
  assertAllClose([g.item()], [0.2], 1e-7);
  const n = tensor(new Int32Array([3]));
  const w = leaf([2]);
  assertEquals(grad(w.mul(n).sum(), [w])[0].item(), 3);
});

Deno.test("graphs of 100000 nodes do not overflow the stack", () => {
  const x = leaf(1);
  let y: Tensor = x;
  for (let k = 0; k < 1e5; k++) y = y.add(1);
  assertEquals(grad(y, [x])[0].item(), 1);
});

Deno.test("a training loop of 10000 steps keeps the graph small", () => {
  const target = tensor([1, -2, 3]);
  let w = zeros([3]).requiresGrad();
  let largest = 0;
  for (let step = 0; step < 10000; step++) {
    const loss = w.sub(target).square().sum();
    const [g] = grad(loss, [w]);
    w = w.sub(g.mul(0.05)).detach().requiresGrad();
    largest = Math.max(largest, nodeCount(loss), nodeCount(w));
  }
  assertEquals(largest, 3);
  assertAllClose(w.dataSync(), target.dataSync(), 1e-5);
});

Deno.test("a loop of valueAndGrad records nothing outside", () => {
  const f = valueAndGrad((w) => w.sub([1, -2]).square().sum());
  let w = zeros([2]);
  for (let step = 0; step < 100; step++) {
    const { value, grads: [g] } = f(w);
    w = w.sub(g.mul(0.1));
    assert(!value.tracked && !g.tracked && !w.tracked);
  }
  assertAllClose(w.dataSync(), [1, -2], 1e-6);
});

Deno.test("valueAndGrad can be differentiated where its arguments are", () => {
  const x = leaf(3);
  const { value, grads: [g] } = valueAndGrad((x) => x.pow(3))(x);
  assertEquals([value.item(), g.item()], [27, 27]);
  assertEquals(grad(g, [x])[0].item(), 18);
});

Deno.test("customOp knows its derivatives to any order", () => {
  const sin: (x: Tensor) => Tensor = customOp({
    name: "sin",
    forward: (x) => x.sin(),
    backward: (g, [x]) => [g.mul(cos(x))],
  });
  const cos: (x: Tensor) => Tensor = customOp({
    name: "cos",
    forward: (x) => x.cos(),
    backward: (g, [x]) => [g.mul(sin(x)).neg()],
  });
  const x = tensor(new Float64Array([0.3])).requiresGrad();
  let y = sin(x);
  const wanted = [Math.cos, (t: number) => -Math.sin(t)];
  for (let order = 0; order < 5; order++) {
    [y] = grad(y.sum(), [x], { createGraph: true });
    const sign = order % 4 > 1 ? -1 : 1;
    assertAllClose([y.item()], [sign * wanted[order % 2](0.3)], 1e-12);
  }
  const product = customOp({
    forward: (a: Tensor, b: Tensor) => a.mul(b),
    backward: (g, [a, b]) => [g.mul(b), g.mul(a)],
  });
  const random = generator(1);
  const inputs = [randomTensor(random, [2]), randomTensor(random, [2])];
  checkDerivatives((a, b) => product(a, b), inputs, random, "product");
});

Deno.test("customOp checks what backward gives", () => {
  const x = leaf([1, 2]);
  const wrong = customOp({
    name: "wrong",
    forward: (x: Tensor) => x.sum(),
    backward: (g) => [g],
  });
  assertThrows(
    () => grad(wrong(x), [x]),
    ShapeError,
    `Cannot differentiate "wrong": backward gave a gradient of shape () for input 0 of shape (2,)`,
  );
  const few = customOp({ forward: (x: Tensor) => x.sum(), backward: () => [] });
  assertThrows(
    () => grad(few(x), [x]),
    ShapeError,
    `Cannot differentiate "customOp": backward gave 0 gradients for 1 inputs`,
  );
  const same = customOp({
    forward: (x: Tensor) => x,
    backward: (g) => [g.mul(2)],
  });
  assertEquals(grad(same(x).sum(), [x])[0].arraySync(), [2, 2]);
  assert(!few(tensor([1])).tracked);
});

Deno.test("jvp is the Jacobian times a direction", () => {
  const [a, b] = [tensor([[1, 2], [3, 4]]), tensor([1, -1])];
  const { value, tangent } = jvp(
    (a, b) => a.matmul(b),
    [a, b],
    [ones([2, 2]), tensor([1, 0])],
  );
  assertEquals(value.arraySync(), [-1, -1]);
  assertEquals(tangent.arraySync(), [1, 3]);
  assert(!value.tracked && !tangent.tracked);
  assertEquals(
    jvp((a) => a.lt(2), [b], [b]).tangent.arraySync(),
    [0, 0],
  );
  assertThrows(
    () => jvp((a) => a, [b], [tensor(1)]),
    ShapeError,
    "Cannot differentiate in input 0 of shape (2,) along a tensor of shape (): they must be equal",
  );
  assertThrows(
    () => jvp((a) => a, [b], []),
    ArgumentError,
    "Cannot differentiate in 1 inputs along 0 tensors: one for each is wanted",
  );
});

Deno.test("Hessians of linear functions are zero", () => {
  const x = tensor([1, 2]);
  const [h] = hessianVectorProduct((x) => x.sum(), [x], [x]);
  assertEquals(h.arraySync(), [0, 0]);
});

Deno.test("a scope frees what it made, but for what it returns", () => {
  const x = tensor([1, 2]);
  let lost = x;
  const kept = scope(() => {
    lost = x.mul(3);
    return { sum: lost.sum(), list: [lost.add(1)] };
  });
  assert(lost.disposed && !x.disposed);
  assertEquals(kept.sum.item(), 9);
  assertEquals(kept.list[0].arraySync(), [4, 7]);
  scope(() => {
    const inner = scope(() => x.neg());
    lost = inner;
    assert(!inner.disposed);
  });
  assert(lost.disposed);
  {
    using s = scope();
    lost = x.exp();
    s.keep(x.log());
  }
  assert(lost.disposed);
  assertThrows(() =>
    scope(() => {
      lost = x.exp();
      throw new ArgumentError("no");
    }), ArgumentError);
  assert(lost.disposed);
  assertThrows(
    () => scope(() => Promise.resolve(x.exp())),
    ArgumentError,
    "Cannot run an asynchronous function in a scope",
  );
});

Deno.test("derivatives keep what they need beyond scopes and disposal", () => {
  const x = leaf([1, 2]);
  const y = scope(() => x.square().exp().sum());
  const [g] = grad(y, [x]);
  assertAllClose(g.dataSync(), [2 * Math.E, 4 * Math.exp(4)], 1e-6);
  const z = x.exp();
  const w = z.square().sum();
  z.dispose();
  assertAllClose(
    grad(w, [x])[0].dataSync(),
    [2 * Math.exp(2), 2 * Math.exp(4)],
    1e-6,
  );
  const h = scope(() => grad(x.pow(3).sum(), [x], { createGraph: true })[0]);
  assertEquals(grad(h.sum(), [x])[0].arraySync(), [6, 12]);
});

Deno.test("a backward pass that fails leaves no scope open", () => {
  const x = leaf([1, 2]);
  const bad = customOp({
    forward: (x: Tensor) => x.sum(),
    backward: () => {
      throw new ArgumentError("no");
    },
  });
  assertThrows(() => grad(bad(x), [x]), ArgumentError, "no");
  const y = x.square().sum();
  assert(y.tracked);
  assertEquals(grad(y, [x])[0].arraySync(), [2, 4]);
});

Deno.test("rules of several outputs see which gradients arrived", () => {
  const x = leaf([3]);
  const [a, b] = [tensor([3]), tensor([9])];
  const seen: boolean[][] = [];
  record([a, b], [x], "both", ([g, h], _, [x]) => {
    seen.push([g !== undefined, h !== undefined]);
    const parts = [g, h?.mul(x).mul(2)].filter((t) => t !== undefined);
    return [parts.reduce((s, t) => s.add(t))];
  }, [x]);
  const options = { createGraph: true };
  assertEquals(grad(b.sum(), [x], options)[0].item(), 6);
  assertEquals(grad(a.add(b).sum(), [x], options)[0].item(), 7);
  assertEquals(seen, [[false, true], [true, true]]);
});

Deno.test("an alias is in the same place of the graph", () => {
  const x = leaf([1]);
  const y = alias(x);
  x.dispose();
  assertEquals(grad(y.mul(3).sum(), [y])[0].item(), 3);
});
