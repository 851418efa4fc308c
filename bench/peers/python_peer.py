"""Answers with timings of Python libraries on the CPU: one line in, one out.

    python python_peer.py keops|numpy|torch [threads]

A line names a workload as JSON: {"work": "gauss", "points": 10000, "dim": 3,
"columns": 1, "dtype": "float32", "repeats": 3}. The answer has the median time
in seconds, that of the first call, and the memory of one call in bytes. NumPy and PyTorch compute
chunks of rows, dense, with |x|^2 + |y|^2 - 2 x.y.
"""

import json
import os
import statistics
import sys
import time

library = sys.argv[1]
threads = sys.argv[2] if len(sys.argv) > 2 else "2"
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = threads

import numpy as np  # noqa: E402

G = 0.5
CHUNK = 4_000_000  # pairs


def keops(work, data):
    import pykeops
    from pykeops.numpy import Genred

    pykeops.set_verbose(False)
    formulas = {
        "gauss": ("Exp(-g * SqDist(x, y)) * b", "Sum", {}, "gxyb"),
        "gradient": ("Grad(Exp(-g * SqDist(x, y)) * b, x, e)", "Sum", {}, "gxybe"),
        "logsumexp": ("-g * SqDist(x, y)", "LogSumExp", {}, "gxy"),
        "argmin": ("SqDist(x, y)", "ArgMin", {}, "xy"),
        "knn": ("SqDist(x, y)", "ArgKMin", {"opt_arg": 10}, "xy"),
    }
    kinds = {"g": "Pm", "x": "Vi", "y": "Vj", "b": "Vj", "e": "Vi"}
    formula, reduction, options, names = formulas[work]
    aliases = [f"{n} = {kinds[n]}({data[n].shape[-1]})" for n in names]
    reduce = Genred(formula, aliases, reduction_op=reduction, axis=1, **options)
    args = [data[n] for n in names]
    return lambda: reduce(*args, backend="CPU")


def dense(work, data, xp, out):
    """Rows in chunks; xp has the names of NumPy."""
    x, y, b, e = (data[n] for n in "xybe")
    y2 = (y * y).sum(1)
    step = max(1, CHUNK // len(y))

    def chunk(xs, es):
        d = (xs * xs).sum(1)[:, None] - 2 * (xs @ y.T) + y2[None, :]
        if work == "argmin":
            return xp.argmin(d, 1)
        if work == "knn":
            return xp.nearest(d)
        if work == "logsumexp":
            return xp.logsumexp(d * -G)
        k = xp.exp(d * -G)
        if work == "gauss":
            return k @ b
        # The gradient of <e, K b>: sum_j -2 g k_ij (e_i . b_j) (x_i - y_j).
        w = k * (es @ b.T) * (-2 * G)
        return xs * w.sum(1)[:, None] - w @ y

    return lambda: out(
        [chunk(x[i : i + step], e[i : i + step]) for i in range(0, len(x), step)]
    )


def numpy_dense(work, data):
    class xp:
        argmin, exp = np.argmin, np.exp

        @staticmethod
        def nearest(d):
            near = np.argpartition(d, 10, axis=1)[:, :10]
            order = np.argsort(np.take_along_axis(d, near, 1), axis=1)
            return np.take_along_axis(near, order, 1)

        @staticmethod
        def logsumexp(s):
            most = s.max(1, keepdims=True)
            return most[:, 0] + np.log(np.exp(s - most).sum(1))

    return dense(work, data, xp, np.concatenate)


def torch_dense(work, data):
    import torch

    torch.set_num_threads(int(threads))

    class xp:
        argmin, exp = torch.argmin, torch.exp

        @staticmethod
        def nearest(d):
            return torch.topk(d, 10, dim=1, largest=False).indices

        @staticmethod
        def logsumexp(s):
            return torch.logsumexp(s, 1)

    tensors = {n: torch.from_numpy(a) for n, a in data.items()}
    return dense(work, tensors, xp, torch.cat)


def version():
    if library == "keops":
        import pykeops

        return pykeops.__version__
    return __import__(library).__version__


def peak_memory(run):
    """The most memory in use during a call, above that before it (Linux)."""

    def read(name):
        with open("/proc/self/status") as status:
            fields = dict(line.split(":") for line in status)
        return int(fields[name].split()[0]) * 1024

    try:
        with open("/proc/self/clear_refs", "w") as counters:
            counters.write("5")
    except OSError:
        return None
    before = read("VmRSS")
    run()
    return max(0, read("VmHWM") - before)


LIBRARIES = {"keops": keops, "numpy": numpy_dense, "torch": torch_dense}
cache = {}


def prepare(job):
    key = tuple(job[k] for k in ("work", "points", "dim", "columns", "dtype"))
    if key not in cache:
        cache.clear()
        rng = np.random.default_rng(0)
        shapes = {"x": job["dim"], "y": job["dim"], "b": job["columns"], "e": job["columns"]}
        data = {
            n: rng.random((job["points"], d)).astype(job["dtype"])
            for n, d in shapes.items()
        }
        data["g"] = np.array([G], job["dtype"])
        start = time.perf_counter()
        run = LIBRARIES[library](job["work"], data)
        run()
        first = time.perf_counter() - start
        # Long work is not done once more for its memory.
        memory = peak_memory(run) if job["points"] <= 20000 else None
        cache[key] = (run, first, memory)
    return cache[key]


for line in sys.stdin:
    job = json.loads(line)
    run, first, memory = prepare(job)
    times = []
    for _ in range(job["repeats"]):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    answer = {
        "seconds": statistics.median(times) if times else 0,
        "first": first,
        "memory": memory,
        "version": version(),
    }
    print(json.dumps(answer), flush=True)
