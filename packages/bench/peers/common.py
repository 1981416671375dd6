"""Measurement for the peers, with the same output as src/worker.ts."""

import importlib
import json
import os
import resource
import sys
import time

threads = int(sys.argv[1])
device = os.environ.get("GUMBEL_PEER_DEVICE", "cpu")


def start_torch():
    """PyTorch with that many threads, whose tensors and networks are made on the device."""
    import torch

    torch.set_num_threads(threads)
    torch.manual_seed(0)
    # A default device costs every call a look at it, also the processor.
    if device != "cpu":
        torch.set_default_device(device)


def libraries():
    """Versions of the libraries that are loaded, their kind of kernels and the number of threads."""
    names = {
        "torch": "PyTorch", "numpy": "NumPy", "sklearn": "scikit-learn", "umap": "umap-learn", "clustpy": "ClustPy",
    }
    said = [f"{title} {sys.modules[name].__version__}" for name, title in names.items() if name in sys.modules]
    if "torch" in sys.modules:
        torch = sys.modules["torch"]
        if device == "cuda":
            return ", ".join([*said, torch.cuda.get_device_name()])
        return ", ".join([*said, torch.backends.cpu.get_cpu_capability(), f"{torch.get_num_threads()} threads"])
    try:
        from threadpoolctl import threadpool_info

        for pool in threadpool_info():
            if pool["user_api"] == "blas":
                said.append(f"{pool['internal_api']} {pool['version']} {pool.get('architecture', '')}".strip())
    except ImportError:
        pass
    return ", ".join([*said, f"{threads} threads"])


def measure(run, amount, repetitions, warmup, warmup_seconds=0, programs=(), **more):
    """Times `run` and prints one line of JSON, with what else is reported.

    Before that it runs `warmup` times, and until `warmup_seconds` have passed.
    `programs` are the libraries of the programs that `run` starts, whose memory counts then.
    """
    start = time.perf_counter()
    done = 0
    while done < warmup or time.perf_counter() - start < warmup_seconds:
        run()
        done += 1
    seconds = []
    for _ in range(repetitions):
        began = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - began)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN if programs else resource.RUSAGE_SELF).ru_maxrss * 1024
    for name in programs:
        importlib.import_module(name)
    measured = {"seconds": seconds, "amount": amount, "peakRssBytes": peak, "libraries": libraries()}
    print(json.dumps({**measured, **more}))


def measure_training(loss_of, optimizer):
    """Measures ten steps of training per repetition, as src/cases/steps.ts; then one value is read.

    The number of trained weights is reported, which must be that of ours.
    """

    def run():
        for _ in range(10):
            optimizer.zero_grad()
            loss = loss_of()
            loss.backward()
            optimizer.step()
        loss.item()

    weights = sum(each.numel() for group in optimizer.param_groups for each in group["params"])
    measure(run, 10, 5, 2, warmup_seconds=3, weights=weights)
