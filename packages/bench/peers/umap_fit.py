import os
import sys

from common import measure, threads

os.environ["NUMBA_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = str(threads)
import numpy as np  # noqa: E402: the number of threads is set first
import umap  # noqa: E402

n, d = int(sys.argv[2]), int(sys.argv[3])
random = np.random.default_rng(0)
centres = random.standard_normal((10, d))
points = (centres[np.arange(n) % 10] + random.standard_normal((n, d))).astype(np.float32)
# Compiles what the measured call runs.
umap.UMAP(n_neighbors=15, n_epochs=2).fit(points[:5000])
measure(lambda: umap.UMAP(n_neighbors=15, min_dist=0.1).fit(points), 1, 1, 0)
