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
import scipy.linalg
import scipy.spatial
import sklearn
import sklearn.cluster
import torch
from scipy.interpolate import RBFInterpolator
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, Matern, WhiteKernel
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
def gaussian_process(x, y, at, points, heights, places):
    results = {}

    def learn(name, kernel, x, y, at):
        kernel = ConstantKernel(1.0) * kernel + WhiteKernel(0.1)
        model = GaussianProcessRegressor(kernel, alpha=0.0).fit(x, y)
        mean, deviation = model.predict(at, return_std=True)
        product, noise = model.kernel_.k1, model.kernel_.k2.noise_level
        results[name + " length"] = product.k2.length_scale
        results[name + " variance"] = product.k1.constant_value
        results[name + " noise"] = noise
        results[name + " likelihood"] = model.log_marginal_likelihood_value_
        results[name + " mean"] = mean
        # Its deviations are those of observations: the noise is in them.
        results[name + " bars"] = deviation**2 - noise

    learn("gaussian", RBF(1.0), x, y, at)
    for nu in (0.5, 1.5, 2.5):
        learn(f"matern {nu}", Matern(1.0, nu=nu), x, y, at)
    learn("landscape", RBF([0.5, 0.5]), points, heights, places)
    return results


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


@answers
def spectral(x):
    kernel = rbf_kernel(x, gamma=1 / (2 * 2.5**2))
    scale = kernel.sum(1) ** -0.5
    values, vectors = scipy.linalg.eigh(np.eye(len(x)) - scale[:, None] * kernel * scale)
    return {"values": values[:5], "coordinates": vectors[:, :4] * scale[:, None]}


@answers
def attention(q, k, v):
    f = torch.nn.functional.scaled_dot_product_attention
    results = {}
    for name in ("full", "causal"):
        inputs = [torch.tensor(t, requires_grad=True) for t in (q, k, v)]
        heard = f(*inputs, is_causal=name == "causal")
        results[name] = heard
        for letter, g in zip("qkv", torch.autograd.grad((heard**2).sum(), inputs)):
            results[f"{name} {letter}"] = g
    return results


@answers
def anisotropic(x, y, b, across, widths):
    u = x[:, None] - y
    square = across.reshape(-1, 2, 2)
    exponents = {
        "number": 3 * (u**2).sum(2),
        "vector": u**2 @ [2.0, 0.5],
        "matrix": np.einsum("ijd,de,ije->ij", u, [[2, 0.7], [0.7, 1]], u),
        "numbers": widths[:, 0] * (u**2).sum(2),
        "vectors": (widths * u**2).sum(2),
        "matrices": np.einsum("ijd,jde,ije->ij", u, square, u),
    }
    return {name: np.exp(-e / 2) @ b for name, e in exponents.items()}


@answers
def nbody(x, v, m):
    core, dt = 0.05, 0.02

    def pull(x):
        u = x - x[:, None]
        return (u * m / ((u**2).sum(2, keepdims=True) + core**2) ** 1.5).sum(1)

    first = pull(x)
    u = x[:, None] - x
    terms = m * m.T / np.sqrt((u**2).sum(2) + core**2)
    np.fill_diagonal(terms, 0)
    energy = (m * v**2).sum() / 2 - terms.sum() / 2
    for _ in range(25):
        v = v + dt / 2 * pull(x)
        x = x + dt * v
        v = v + dt / 2 * pull(x)
    return {"pull": first, "energy": energy, "x": x, "v": v}


@answers
def tsne(x, y):
    from sklearn.manifold import _t_sne

    n = len(x)
    model = NearestNeighbors(n_neighbors=31, algorithm="brute").fit(x)
    graph = model.kneighbors_graph(mode="distance")
    graph.data **= 2
    p = _t_sne._joint_probabilities_nn(graph, 10, 0)
    # A dense matrix of pairs without the diagonal.
    pairs = scipy.spatial.distance.squareform(p.toarray(), checks=False)
    value, gradient = _t_sne._kl_divergence(y.ravel(), pairs, 1, n, 2)
    return {"value": value, "gradient": gradient.reshape(n, 2)}


def hamiltonian(q, p, sigma):
    k = (-((q[:, None] - q) ** 2).sum(2) / (2 * sigma**2)).exp()
    return (p * (k @ p)).sum() / 2


def shot(q, p, sigma, steps):
    def field(q, p):
        energy = hamiltonian(q, p, sigma)
        in_q, in_p = torch.autograd.grad(energy, [q, p], create_graph=True)
        return in_p, -in_q

    for _ in range(steps):
        v, f = field(q, p)
        w, g = field(q + 2 / 3 / steps * v, p + 2 / 3 / steps * f)
        q, p = q + (v + 3 * w) / 4 / steps, p + (f + 3 * g) / 4 / steps
    return q


def scalar_product(x, y, attachment, width):
    def parts(points, triangles):
        a, b, c = points[triangles].unbind(1)
        return (a + b + c) / 3, torch.linalg.cross(b - a, c - a) / 2

    (c, n), (d, m) = parts(*x), parts(*y)
    k = (-((c[:, None] - d) ** 2).sum(2) / width**2).exp()
    dots = n @ m.T
    if attachment == "varifold":
        dots = dots**2 / (n.norm(dim=1)[:, None] * m.norm(dim=1))
    return (k * dots).sum()


@answers
def registration(points, triangles, target, faces, p):
    results = {}
    q = torch.tensor(points, requires_grad=True)
    y = (torch.tensor(target), torch.tensor(faces))
    for name in ("currents", "varifold"):
        p0 = torch.tensor(p, requires_grad=True)
        x = (shot(q, p0, 0.5, 3), torch.tensor(triangles))
        loss = 0.01 * hamiltonian(q, p0, 0.5)
        for a, b, c in ((x, x, 1), (x, y, -2), (y, y, 1)):
            loss = loss + c * scalar_product(a, b, name, 0.6)
        results[name] = loss
        results[name + " gradient"] = torch.autograd.grad(loss, [p0])[0]
    return results


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
