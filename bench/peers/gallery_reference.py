"""Answers of independent tools for the examples, as test data.

    deno run tests/gallery/inputs.ts > inputs.json
    python bench/peers/gallery_reference.py inputs.json tests/gallery/data

Everything is float64 and dense: scikit-learn, POT, geomloss, SciPy and PyTorch
where they know the problem, its definition in NumPy or PyTorch elsewhere. Names
after the two paths choose some of the examples.
"""

import json
import sys

import geomloss
import numpy as np
import ot
import scipy
import sklearn
import sklearn.cluster
import torch
from scipy.interpolate import RBFInterpolator
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import KernelDensity, KNeighborsClassifier, NearestNeighbors

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
ANSWERS = {}


def answers(f):
    """Registers a function from inputs to arrays under its name."""
    ANSWERS[f.__name__] = f
    return f


@answers
def iris(known, labels, asked, truth):
    model = KNeighborsClassifier(7, algorithm="brute").fit(known, labels)
    return {"classes": model.predict(asked), "accuracy": model.score(asked, truth)}


@answers
def digits(known, labels, asked, truth):
    model = KNeighborsClassifier(5, algorithm="brute").fit(known, labels)
    return {"classes": model.predict(asked), "accuracy": model.score(asked, truth)}


def half_space(x, y):
    u = ((x - y) ** 2).sum() / (2 * x[-1] * y[-1])
    return np.arccosh(1 + u)


@answers
def metrics(x, y):
    found = {}
    for name in ("euclidean", "manhattan", "chebyshev", "cosine", "hyperbolic"):
        metric = half_space if name == "hyperbolic" else name
        model = NearestNeighbors(n_neighbors=5, algorithm="brute", metric=metric)
        distances, at = model.fit(y).kneighbors(x)
        found[name + " distances"], found[name + " positions"] = distances, at
    return found


@answers
def kmeans(x, ball):
    model = sklearn.cluster.KMeans(
        12, init=x[:12], n_init=1, max_iter=8, tol=0, algorithm="lloyd"
    )
    model.fit(x)
    # Spherical k-means by its definition.
    ball = ball / np.linalg.norm(ball, axis=1, keepdims=True)
    centres = ball[:10]
    for _ in range(8):
        labels = (ball @ centres.T).argmax(1)
        centres = np.stack([ball[labels == k].mean(0) for k in range(10)])
        centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    return {
        "centres": model.cluster_centers_,
        "inertia": model.inertia_,
        "cosine labels": labels,
        "cosine centres": centres,
    }


def triangular(factors):
    a, b, c = factors.T
    rows = [torch.stack([a.exp(), 0 * a], 1), torch.stack([b, c.exp()], 1)]
    return torch.stack(rows, 1)


def mixture_density(x, means, factors, logits):
    """The mean log-likelihood, with distributions of PyTorch."""
    components = torch.distributions.MultivariateNormal(
        means, precision_matrix=triangular(factors).mT @ triangular(factors)
    )
    weights = torch.distributions.Categorical(logits=logits[:, 0])
    mixture = torch.distributions.MixtureSameFamily(weights, components)
    return mixture.log_prob(x).mean()


@answers
def gaussian_mixture(x, means, factors, logits):
    model = GaussianMixture(len(means))
    model.weights_ = np.exp(logits[:, 0]) / np.exp(logits).sum()
    model.means_ = means
    model.precisions_cholesky_ = triangular(torch.tensor(factors)).mT.numpy()
    learned = [torch.tensor(t, requires_grad=True) for t in (means, factors, logits)]
    adam = torch.optim.Adam(learned, lr=0.05)
    history = []
    for _ in range(21):
        adam.zero_grad()
        loss = -mixture_density(torch.tensor(x), *learned)
        history.append(loss.item())
        loss.backward()
        adam.step()
    return {"log density": model.score_samples(x), "history": history}


@answers
def interpolation(x, values, at):
    def rbf(**options):
        return RBFInterpolator(x, values, **options)(at)

    def cross(a, b):
        return np.exp(-np.linalg.norm(a[:, None] - b, axis=2) / 0.5)

    # Ordinary Kriging with its Lagrange multiplier, solved densely.
    n = len(x)
    system = np.ones((n + 1, n + 1))
    system[:n, :n] = cross(x, x) + 0.02 * np.eye(n)
    system[n, n] = 0
    weights = np.linalg.solve(system, np.append(values[:, 0], 0))
    epsilon = 1 / (np.sqrt(2) * 0.1)
    gaussian = {"kernel": "gaussian", "epsilon": epsilon, "degree": -1}
    return {
        "gaussians": rbf(smoothing=1e-3, **gaussian),
        "thin plate": rbf(kernel="thin_plate_spline"),
        "kriging": cross(at, x) @ weights[:n] + weights[n],
    }


@answers
def density(x, at):
    model = KernelDensity(bandwidth=0.4).fit(x)
    places, longest = x, np.inf
    while longest > 1e-4:
        k = rbf_kernel(places, x, gamma=0.5 / 0.4**2)
        moved = k @ x / k.sum(1, keepdims=True)
        longest = np.linalg.norm(moved - places, axis=1).max() / 0.4
        places = moved
    near = np.linalg.norm(places[:, None] - places, axis=2) < 0.2
    return {
        "log density": model.score_samples(at),
        "places": places,
        "labels": near.argmax(1),
    }


@answers
def two_sample(x, y, weights):
    z = np.concatenate([x, y])
    k = rbf_kernel(z, z, gamma=0.5 / 0.8**2)
    values = np.einsum("ip,ij,jp->p", weights, k, weights)
    above = (values[1:] >= values[0]).sum()
    return {"discrepancies": values, "p": (1 + above) / len(values)}


def plan(x, y, blur):
    """The plan of POT, converged."""
    a, b = [np.full(len(t), 1 / len(t)) for t in (x, y)]
    cost = ot.dist(x, y) / 2
    options = {"method": "sinkhorn_log", "stopThr": 1e-13, "numItermax": 100000}
    return ot.sinkhorn(a, b, cost, blur**2, **options)


@answers
def transport(x, y):
    results = {}
    p, q = torch.tensor(x), torch.tensor(y)

    def samples(kind, **options):
        return geomloss.SamplesLoss(kind, backend="tensorized", **options)

    # geomloss adds 1e-8 to squares of distances before their root.
    def energy(x, y):
        ofx, ofy, ofxy = torch.cdist(x, x), torch.cdist(y, y), torch.cdist(x, y)
        return ofxy.mean() - ofx.mean() / 2 - ofy.mean() / 2

    losses = {
        "Sinkhorn divergence": samples("sinkhorn", p=2, blur=0.05, scaling=0.5),
        "energy distance": energy,
        "Gaussian discrepancy": samples("gaussian", blur=0.5),
    }
    for name, loss in losses.items():
        # Three steps of the gradient flow.
        at, values = p.clone(), []
        for _ in range(3):
            at.requires_grad_()
            value = loss(at, q)
            (g,) = torch.autograd.grad(value, [at])
            values.append(value.item())
            at = (at - 0.2 * len(at) * g).detach()
        results[name], results[name + " end"] = values, at
    pi = plan(x, y, 0.1)
    # The dual value: cost plus temperature times relative entropy.
    cost = (pi * ot.dist(x, y) / 2).sum()
    entropy = (pi * np.log(pi * len(x) * len(y))).sum()
    results["slow divergence"] = samples("sinkhorn", p=2, blur=0.1, scaling=0.99)(p, q)
    results["targets"] = pi @ y * len(x)
    results["value"] = cost + 0.1**2 * entropy
    return results


@answers
def colour_transfer(x, y):
    return {"colours": plan(x, y, 0.2) @ y * len(x)}


def plain(x):
    if isinstance(x, torch.Tensor):
        x = x.detach().numpy()
    return np.asarray(x).tolist()


def main(source, target, *chosen):
    with open(source) as file:
        inputs = json.load(file)
    modules = (np, scipy, sklearn, ot, torch, geomloss)
    versions = {m.__name__: m.__version__ for m in modules}
    for name, f in ANSWERS.items():
        if chosen and name not in chosen:
            continue
        arrays = {k: np.array(v) for k, v in inputs[name].items()}
        results = {k: plain(v) for k, v in f(**arrays).items()}
        with open(f"{target}/{name}.json", "w") as file:
            json.dump({"versions": versions, "results": results}, file)
            file.write("\n")
        print(name)


if __name__ == "__main__":
    main(*sys.argv[1:])
