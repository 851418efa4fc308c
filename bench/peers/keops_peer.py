"""Answers with timings of PyKeOps on the CPU: one line in, one line out.

A line names a workload as JSON: {"work": "gauss", "points": 10000, "dim": 3,
"dtype": "float32", "repeats": 3}. The answer is the median time in seconds.
"""

import json
import statistics
import sys
import time

import numpy as np
import pykeops
from pykeops.numpy import Genred

pykeops.set_verbose(False)

FORMULAS = {
    "gauss": ("Exp(-g * SqDist(x, y)) * b", "Sum", {}),
    "gradient": ("Grad(Exp(-g * SqDist(x, y)) * b, x, e)", "Sum", {}),
    "logsumexp": ("-g * SqDist(x, y)", "LogSumExp", {}),
    "argmin": ("SqDist(x, y)", "ArgMin", {}),
    "knn": ("SqDist(x, y)", "ArgKMin", {"opt_arg": 10}),
}
USED = {
    "gauss": "gxyb",
    "gradient": "gxybe",
    "logsumexp": "gxy",
    "argmin": "xy",
    "knn": "xy",
}
cache = {}


def prepare(work, points, dim, dtype):
    key = (work, points, dim, dtype)
    if key not in cache:
        rng = np.random.default_rng(0)
        data = {
            "g": np.array([0.5], dtype),
            "x": rng.random((points, dim)).astype(dtype),
            "y": rng.random((points, dim)).astype(dtype),
            "b": rng.random((points, 1)).astype(dtype),
            "e": rng.random((points, 1)).astype(dtype),
        }
        kinds = {
            "g": "Pm(1)",
            "x": f"Vi({dim})",
            "y": f"Vj({dim})",
            "b": "Vj(1)",
            "e": "Vi(1)",
        }
        formula, reduction, options = FORMULAS[work]
        names = USED[work]
        reduce = Genred(
            formula,
            [f"{n} = {kinds[n]}" for n in names],
            reduction_op=reduction,
            axis=1,
            **options,
        )
        args = [data[n] for n in names]
        start = time.perf_counter()
        reduce(*args, backend="CPU")
        cache[key] = (reduce, args, time.perf_counter() - start)
    return cache[key]


for line in sys.stdin:
    job = json.loads(line)
    reduce, args, first = prepare(
        job["work"], job["points"], job["dim"], job["dtype"]
    )
    times = []
    for _ in range(job["repeats"]):
        start = time.perf_counter()
        reduce(*args, backend="CPU")
        times.append(time.perf_counter() - start)
    print(
        json.dumps({
            "seconds": statistics.median(times),
            "first": first,
            "version": pykeops.__version__,
        }),
        flush=True,
    )
