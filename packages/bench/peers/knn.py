import os
import sys

from common import measure, threads

os.environ["OMP_NUM_THREADS"] = str(threads)
import numpy as np  # noqa: E402: the number of threads is set first
from sklearn.neighbors import NearestNeighbors  # noqa: E402

d = int(sys.argv[2])
random = np.random.default_rng(0)
centres = 2 * random.standard_normal((10, d))


def points(n):
    return (centres[np.arange(n) % 10] + random.standard_normal((n, d))).astype(np.float32)


base, queries = points(60_000), points(10_000)
measure(
    lambda: NearestNeighbors(n_neighbors=10, algorithm="brute", n_jobs=threads).fit(base).kneighbors(queries), 1, 1, 0
)
