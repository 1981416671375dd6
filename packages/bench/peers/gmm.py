import os
import sys
import warnings

from common import measure, threads

os.environ["OPENBLAS_NUM_THREADS"] = str(threads)
from cloud import cloud  # noqa: E402: the number of threads is set first
from sklearn.mixture import GaussianMixture  # noqa: E402

warnings.simplefilter("ignore")  # It warns that it has not converged, which is intended.
covariance, d = sys.argv[2], int(sys.argv[3])
points = cloud(70_000, d)
mixture = GaussianMixture(
    10, covariance_type=covariance, init_params="random_from_data", max_iter=20, tol=0, random_state=0
)
measure(lambda: mixture.fit(points), 1, 1, 0)
