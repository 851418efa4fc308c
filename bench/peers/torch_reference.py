"""Values and derivatives of dense programs by PyTorch, as test data.

    python bench/peers/torch_reference.py tests/problems/data/torch.json

Every program is written with dense arrays of all pairs. Its value is weighted
with an input "e" and summed: "gradients" are those of this number in the
other inputs, "second" those of the sum of products of gradients and inputs.
Everything is float64; inputs are rounded to 6 decimals.
"""

import json
import math
import sys

import torch

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
M, N, D = 5, 6, 2


def squares(x, y):
    return ((x[..., :, None, :] - y[..., None, :, :]) ** 2).sum(-1)


def norms(x, y):
    return squares(x, y).sqrt()


def matern(x, y, b):
    r = math.sqrt(3) * norms(x, y)
    return ((1 + r) * (-r).exp()) @ b


def mean_shift(x, y):
    k = (-squares(x, y)).exp()
    return (k @ y) / k.sum(1, keepdim=True)


def weighted_lse(x, y, w):
    return ((x @ y.T).exp() @ (w**2 + 0.5)).log()


def sinkhorn(x, y, f):
    return -0.5 * torch.logsumexp((f.T - squares(x, y)) / 0.5, 1)[:, None]


def attention(x, y, v):
    scores = x @ y.transpose(-1, -2) / math.sqrt(D)
    return torch.softmax(scores, -1) @ v


def solution(x, b):
    k = (-squares(x, x)).exp() + 0.5 * torch.eye(len(x))
    return torch.linalg.solve(k, b)


def network(x, a, b, c):
    return torch.tanh(x @ a + b) @ c


def cross_entropy(x, y):
    scores = x @ y.T
    return (torch.logsumexp(scores, 1) - scores[:, 0]).mean()


def gaussian_gradient(x, y, b):
    k = (-squares(x, y)).exp()
    return ((k * b.T)[:, :, None] * (x[:, None] - y[None])).sum(1) * -2


X, Y, B, S = (M, D), (N, D), (N, 1), (1,)
PROGRAMS = [
    ("gaussian", (X, Y, B, S), lambda x, y, b, s: (-squares(x, y) * s**2).exp() @ b),
    ("laplacian", (X, Y, B), lambda x, y, b: (-norms(x, y)).exp() @ b),
    ("energy distance", (X, Y, B), lambda x, y, b: -norms(x, y) @ b),
    ("inverse multiquadric", (X, Y, B), lambda x, y, b: (1 + squares(x, y)).rsqrt() @ b),
    ("rational quadratic", (X, Y, B), lambda x, y, b: (1 + squares(x, y) / 3) ** -1.5 @ b),
    ("matern", (X, Y, B), matern),
    ("polynomial", (X, Y, B), lambda x, y, b: (x @ y.T + 1) ** 3 @ b),
    ("sigmoid", (X, Y, B, S), lambda x, y, b, s: torch.tanh(x @ y.T * s + 0.2) @ b),
    ("l1", (X, Y, B), lambda x, y, b: (-(x[:, None] - y[None]).abs().sum(-1)).exp() @ b),
    ("anisotropic", (X, Y, B, (D,)), lambda x, y, b, s: (-squares(x * s, y * s)).exp() @ b),
    ("sum over i", (X, Y), lambda x, y: (x[:, None] * y[None].sin()).exp().sum(0)),
    ("product", (X, Y), lambda x, y: (1 + squares(x, y)).prod(1, keepdim=True)),
    ("log-sum-exp", (X, Y), lambda x, y: torch.logsumexp(x @ y.T, 1, keepdim=True)),
    ("weighted log-sum-exp", (X, Y, (N, D)), weighted_lse),
    ("soft minimum", (X, Y), lambda x, y: -torch.logsumexp(-squares(x, y), 1, keepdim=True)),
    ("sinkhorn step", (X, Y, B), sinkhorn),
    ("attention", (X, Y, (N, 3)), attention),
    ("attention in batches", ((2, 1, 3, D), (3, 4, D), (2, 1, 4, 2)), attention),
    ("mean shift", (X, Y), mean_shift),
    ("minimum", (X, Y), lambda x, y: squares(x, y).min(1, keepdim=True).values),
    ("maximum of vectors", (X, Y), lambda x, y: (x[:, None] * y[None]).max(1).values),
    ("3 least", (X, Y), lambda x, y: torch.topk(squares(x, y), 3, largest=False, sorted=True).values),
    ("square norm", (X, (M, 3)), lambda x, b: (b * ((-squares(x, x)).exp() @ b)).sum()),
    ("gradient of a gaussian", (X, Y, B), gaussian_gradient),
    ("linear system", (X, (M, 2)), solution),
    ("network", (X, (D, 4), (4,), (4, 1)), network),
    ("cross entropy", (X, Y), cross_entropy),
]


def listed(t):
    return {"shape": list(t.shape), "data": t.detach().reshape(-1).tolist()}


def computed(name, shapes, program):
    def draw(shape):
        return (torch.randn(shape) * 1e6).round() / 1e6

    inputs = [draw(s).requires_grad_() for s in shapes]
    value = program(*inputs)
    e = draw(value.shape)
    first = torch.autograd.grad((value * e).sum(), inputs, create_graph=True)
    along = sum((g * x).sum() for g, x in zip(first, inputs))
    second = torch.autograd.grad(along, inputs)
    return {
        "name": name,
        "inputs": [listed(x) for x in inputs],
        "e": listed(e),
        "value": listed(value),
        "gradients": [listed(g) for g in first],
        "second": [listed(g) for g in second],
    }


def main(path):
    torch.manual_seed(0)
    lines = [json.dumps(computed(*p), separators=(",", ":")) for p in PROGRAMS]
    with open(path, "w") as file:
        file.write('{"torch":"%s","programs":[\n' % torch.__version__)
        file.write(",\n".join(lines) + "\n]}\n")


if __name__ == "__main__":
    main(sys.argv[1])
