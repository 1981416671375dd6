"""Measurement for the peers, with the same output as src/worker.ts."""

import json
import resource
import sys
import time

threads = int(sys.argv[1])


def measure(run, amount, repetitions, warmup):
    """Times `run` and prints one line of JSON."""
    for _ in range(warmup):
        run()
    seconds = []
    for _ in range(repetitions):
        began = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"seconds": seconds, "amount": amount, "peakRssBytes": peak}))


def measure_steps(step):
    """Measures ten steps per repetition, as src/cases/steps.ts; then one value is read."""

    def run():
        for _ in range(10):
            loss = step()
        loss.item()

    measure(run, 10, 5, 2)
