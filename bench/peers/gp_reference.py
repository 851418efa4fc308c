"""
The exact Gaussian process of scikit-learn on 2,000 points of the roads of
bench/road.ts: writes bench/peers/gp_reference.json.

Run it with `python gp_reference.py`; it needs numpy, scipy and scikit-learn.
"""

import json
import math
import os
import platform
import time

import numpy as np
import sklearn
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel

LENGTHS, VARIANCE, NOISE = [0.18, 0.18, 0.36], 1.0, 0.04
WAVES, ROAD, COUNT = 1000, 50, 20000
MASK = 0xFFFFFFFF


def uniforms(seed):
    state = seed & MASK
    while True:
        state = (state + 0x9E3779B9) & MASK
        x = state
        x = ((x ^ (x >> 16)) * 0x21F0AAAD) & MASK
        x = ((x ^ (x >> 15)) * 0x735A2D97) & MASK
        yield (x ^ (x >> 15)) / 2**32


def normals(seed):
    source = uniforms(seed)
    while True:
        a, b = next(source), next(source)
        yield math.sqrt(-2 * math.log(1 - a)) * math.cos(2 * math.pi * b)


def roads(count):
    draw, turn = uniforms(1), normals(2)
    points = np.empty((count, 3))
    u = v = heading = lift = 0.0
    for k in range(count):
        if k % ROAD == 0:
            u, v = next(draw), next(draw)
            heading = 2 * math.pi * next(draw)
            lift = next(draw)
        heading += 0.2 * next(turn)
        lift += 0.01 * next(turn)
        u, v = u + 0.004 * math.cos(heading), v + 0.004 * math.sin(heading)
        points[k] = u, v, 0.3 * math.sin(3 * u) * math.cos(4 * v) + lift
    normal, phase = normals(3), uniforms(5)
    truth = np.zeros(count)
    for _ in range(WAVES):
        frequency = np.array([next(normal) / s for s in LENGTHS])
        angle = 2 * math.pi * next(phase)
        truth += math.sqrt(2 * VARIANCE / WAVES) * np.cos(points @ frequency + angle)
    noise = normals(4)
    y = truth + math.sqrt(NOISE) * np.array([next(noise) for _ in range(count)])
    return points, truth, y


x, truth, y = roads(COUNT)
train, test = slice(0, COUNT, 10), slice(5, COUNT, 10)
kernel = ConstantKernel(1.0) * RBF([1.0, 1.0, 1.0]) + WhiteKernel(0.1)
start = time.time()
model = GaussianProcessRegressor(kernel, alpha=0.0).fit(x[train], y[train])
seconds = time.time() - start
mean, deviation = model.predict(x[test], return_std=True)
fitted = model.kernel_
result = {
    "made": time.strftime("%Y-%m-%d"),
    "python": platform.python_version(),
    "scikit-learn": sklearn.__version__,
    "numpy": np.__version__,
    "points": len(y[train]),
    "firstPoint": x[0].tolist(),
    "lastObservation": float(y[-1]),
    "lengthScale": fitted.k1.k2.length_scale.tolist(),
    "variance": float(fitted.k1.k1.constant_value),
    "noise": float(fitted.k2.noise_level),
    "logMarginalLikelihood": float(model.log_marginal_likelihood_value_),
    "rmse": float(np.sqrt(np.mean((mean - truth[test]) ** 2))),
    # WhiteKernel counts in its deviations: without it they are of the process.
    "meanVariance": float(np.mean(deviation**2 - fitted.k2.noise_level)),
    "firstMeans": mean[:5].tolist(),
    "fitSeconds": round(seconds, 1),
}
path = os.path.join(os.path.dirname(__file__), "gp_reference.json")
with open(path, "w") as file:
    json.dump(result, file, indent=2)
    file.write("\n")
print(json.dumps(result, indent=2))
