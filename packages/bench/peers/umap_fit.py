import os
import sys

from cloud import cloud
from common import measure, threads

os.environ["NUMBA_NUM_THREADS"] = str(threads)
import umap  # noqa: E402: the number of threads is set first

points = cloud(int(sys.argv[2]), int(sys.argv[3]))
seed = int(sys.argv[4]) if len(sys.argv) > 4 else None
# Compiles what the measured call runs.
umap.UMAP(n_neighbors=15, n_epochs=2, random_state=seed).fit(points[:5000])
measure(lambda: umap.UMAP(n_neighbors=15, min_dist=0.1, random_state=seed).fit(points), 1, 1, 0)
