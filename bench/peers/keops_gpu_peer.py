"""Answers with timings of PyKeOps on a GPU: one line in, one line out.

A line is a work as JSON: {"formula": ..., "aliases": [...], "takes": "gxyb",
"reduction": "Sum", "k": 10, "points": 1000, "dim": 3, "gamma": 1.0}, and may
have "wide", "batch" and "dtype". The answer has the time of one call in seconds, from the call to the end of the
work on the device, that of the first call, and the first results.
Where there is no GPU, it computes on the CPU, and says so.
"""

import json
import sys
import time

import numpy as np
import pykeops
import torch
from pykeops.torch import Genred

pykeops.set_verbose(False)
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
SHOWN = 1000


def mixed(h, factor, shift):
    return (h ^ (h >> np.uint32(shift))) * np.uint32(factor)


def numbers(variable, count):
    """The same numbers as in works.ts."""
    seed = np.uint32(ord(variable) * 0x27D4EB2F & 0xFFFFFFFF)
    k = np.arange(1, count + 1, dtype=np.uint32)
    h = k * np.uint32(0x9E3779B1) + seed
    h = mixed(mixed(h, 0x85EBCA6B, 16), 0xC2B2AE35, 13)
    h = (h ^ (h >> np.uint32(16))) >> np.uint32(8)
    return h.astype(np.float32) / np.float32(2**24)


def data(variable, work):
    dtype = torch.float64 if work.get("dtype") == "float64" else torch.float32
    batch = [work["batch"]] if "batch" in work else []
    if variable == "g":
        gamma = torch.tensor([float(work["gamma"])], device=DEVICE, dtype=dtype)
        return gamma.reshape([1] * len(batch) + [1])
    dim = work["dim"] if variable in "xy" else work.get("wide", 1)
    shape = batch + [work["points"], dim]
    values = numbers(variable, int(np.prod(shape)))
    return torch.from_numpy(values.reshape(shape)).to(DEVICE, dtype)


def settle():
    if DEVICE == "cuda":
        torch.cuda.synchronize()


known = {}


def prepare(line, work):
    if line in known:
        return known[line]
    known.clear()
    options = {"opt_arg": work["k"]} if "k" in work else {}
    reduce = Genred(
        work["formula"],
        work["aliases"],
        reduction_op=work["reduction"],
        axis=1,
        **options,
    )
    args = [data(v, work) for v in work["takes"]]
    settle()
    first, result = timed(reduce, args)
    shown = result.flatten()[:SHOWN].double().tolist()
    known[line] = (reduce, args, first, shown)
    return known[line]


def timed(reduce, args):
    start = time.perf_counter()
    result = reduce(*args, backend="GPU" if DEVICE == "cuda" else "CPU")
    settle()
    return time.perf_counter() - start, result


for line in sys.stdin:
    reduce, args, first, shown = prepare(line, json.loads(line))
    seconds, _ = timed(reduce, args)
    answer = {
        "seconds": seconds,
        "first": first,
        "shown": shown,
        "version": pykeops.__version__,
        "device": DEVICE,
    }
    print(json.dumps(answer), flush=True)
