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
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors

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
