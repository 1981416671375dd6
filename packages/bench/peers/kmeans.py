import os
import sys

from common import measure, threads

os.environ["OMP_NUM_THREADS"] = str(threads)
import numpy as np  # noqa: E402: the number of threads is set first
from sklearn.cluster import KMeans  # noqa: E402

n, d = int(sys.argv[2]), int(sys.argv[3])
random = np.random.default_rng(0)
centres = random.standard_normal((10, d))
points = (centres[np.arange(n) % 10] + random.standard_normal((n, d))).astype(np.float32)
measure(lambda: KMeans(10, n_init=1, max_iter=20, tol=0, random_state=0).fit(points), 1, 1, 0)
