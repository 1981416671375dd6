import sys

from cloud import cloud
from common import measure
from sklearn.cluster import KMeans

points = cloud(int(sys.argv[2]), int(sys.argv[3]))
measure(lambda: KMeans(10, n_init=1, max_iter=20, tol=0, random_state=0).fit(points), 1, 1, 0)
