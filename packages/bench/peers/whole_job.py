"""A system of ClustPy from the raw files to its accuracy, with the network and schedule of src/cases/jobs.ts.

Each run is a program of its own, so that the start of Python and its libraries counts, as the start of our stages does.
"""

import gzip
import os
import subprocess
import sys
from pathlib import Path

from common import measure, threads

dataset, system, *numbers = sys.argv[2:6]
epochs, batch = map(int, numbers)
folder = Path(os.environ["GUMBEL_DATA"]) / dataset


def read():
    """All examples in [0, 1], and their classes."""
    import numpy as np

    if dataset == "usps":
        rows = [np.loadtxt(folder / f"zip.{part}.gz", dtype=np.float32) for part in ("train", "test")]
        table = np.concatenate(rows)
        return (table[:, 1:] + 1) / 2, table[:, 0].astype(int)
    images, labels = [], []
    for part in ("train", "t10k"):
        pixels = gzip.decompress((folder / f"{part}-images-idx3-ubyte.gz").read_bytes())
        images.append(np.frombuffer(pixels, np.uint8, offset=16).reshape(-1, 784))
        classes = gzip.decompress((folder / f"{part}-labels-idx1-ubyte.gz").read_bytes())
        labels.append(np.frombuffer(classes, np.uint8, offset=8))
    return (np.concatenate(images) / 255).astype(np.float32), np.concatenate(labels).astype(int)


def job():
    import torch
    from clustpy import deep
    from clustpy.deep.neural_networks import FeedforwardAutoencoder, VariationalAutoencoder
    from clustpy.metrics.external import unsupervised_clustering_accuracy

    torch.set_num_threads(threads)
    examples, classes = read()
    layers = [examples.shape[1], 500, 500, 2000, 10]
    of_network = VariationalAutoencoder if system == "vade" else FeedforwardAutoencoder
    settings = {
        "batch_size": batch,
        "pretrain_epochs": epochs,
        "neural_network": of_network(layers, activation_fn=torch.nn.ReLU, random_state=0),
        "device": "cpu",
        "random_state": 0,
    }
    if system == "n2d":
        import umap

        settings["manifold_class"] = umap.UMAP
        settings["manifold_params"] = {"n_components": 10, "n_neighbors": 20, "min_dist": 0}
    else:
        settings["clustering_epochs"] = epochs
        # The number of starts that the papers have and ours has.
        settings["initial_clustering_params"] = {"n_init": 20}
    found = getattr(deep, {"vade": "VaDE"}.get(system, system.upper()))(10, **settings).fit(examples).labels_
    print(unsupervised_clustering_accuracy(classes, found), file=sys.stderr)


def run():
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "NUMBA_NUM_THREADS": str(threads), "TQDM_DISABLE": "1"}
    subprocess.run([sys.executable, *sys.argv, "inside"], env=environment, check=True)


if sys.argv[-1] == "inside":
    job()
else:
    measure(run, 1, 1, 0, programs=("torch", "clustpy", "sklearn"))
