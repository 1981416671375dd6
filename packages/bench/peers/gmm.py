import os
import sys
import warnings

from common import measure, threads

os.environ["OMP_NUM_THREADS"] = str(threads)
os.environ["OPENBLAS_NUM_THREADS"] = str(threads)
import numpy as np  # noqa: E402: the number of threads is set first
from sklearn.mixture import GaussianMixture  # noqa: E402

warnings.simplefilter("ignore")  # It warns that it has not converged, which is intended.
covariance, d = sys.argv[2], int(sys.argv[3])
random = np.random.default_rng(0)
centres = random.standard_normal((10, d))
points = (centres[np.arange(70_000) % 10] + random.standard_normal((70_000, d))).astype(np.float32)
mixture = GaussianMixture(
    10, covariance_type=covariance, init_params="random_from_data", max_iter=20, tol=0, random_state=0
)
measure(lambda: mixture.fit(points), 1, 1, 0)
