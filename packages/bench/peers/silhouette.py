import sys

from cloud import cloud
from common import measure
from sklearn.metrics import silhouette_score

points = cloud(int(sys.argv[2]), int(sys.argv[3]))
measure(lambda: silhouette_score(points, [i % 10 for i in range(len(points))]), 1, 1, 0)
