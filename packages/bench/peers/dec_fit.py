"""ClustPy's DEC with the network and schedule of src/cases/fits.ts. Its targets are computed per batch, ours per epoch."""

import gzip
import os
import sys
from pathlib import Path

from common import measure, threads

os.environ["OMP_NUM_THREADS"] = str(threads)
os.environ["TQDM_DISABLE"] = "1"
import numpy as np  # noqa: E402: the number of threads is set first
import torch  # noqa: E402
from clustpy.deep import DEC  # noqa: E402
from clustpy.deep.neural_networks import FeedforwardAutoencoder  # noqa: E402

torch.set_num_threads(threads)
examples, pretrain_epochs, epochs, batch, clusters = map(int, sys.argv[2:])
file = Path(os.environ["GUMBEL_DATA"]) / "mnist" / "train-images-idx3-ubyte.gz"
pixels = np.frombuffer(gzip.decompress(file.read_bytes()), np.uint8, offset=16, count=examples * 784)
digits = (pixels.reshape(examples, 784) / 255).astype(np.float32)


def run():
    network = FeedforwardAutoencoder([784, 500, 500, 2000, 10], activation_fn=torch.nn.ReLU, random_state=0)
    DEC(
        clusters,
        batch_size=batch,
        pretrain_epochs=pretrain_epochs,
        clustering_epochs=epochs,
        neural_network=network,
        initial_clustering_params={"n_init": 1},
        device="cpu",
        random_state=0,
    ).fit(digits)


measure(run, 1, 1, 0)
