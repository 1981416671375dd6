"""Points in ten overlapping clusters, as in src/cases/clustering.ts. Imported before NumPy: it sets the number of threads."""

import os

from common import threads

os.environ["OMP_NUM_THREADS"] = str(threads)
import numpy as np  # noqa: E402: the number of threads is set first


def cloud(n, d):
    """n points of d numbers, float32; that of row i is of cluster i modulo 10."""
    random = np.random.default_rng(0)
    centres = random.standard_normal((10, d))
    return (centres[np.arange(n) % 10] + random.standard_normal((n, d))).astype(np.float32)
