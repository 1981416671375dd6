import sys

from cloud import cloud
from common import measure, threads
from sklearn.cluster import DBSCAN

n, d, radius, minimum_points = int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5])
points = cloud(n, d)
measure(lambda: DBSCAN(eps=radius, min_samples=minimum_points, n_jobs=threads).fit(points), 1, 1, 0)
