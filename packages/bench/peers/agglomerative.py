import sys

from cloud import cloud
from common import measure
from sklearn.cluster import AgglomerativeClustering

points = cloud(int(sys.argv[2]), int(sys.argv[3]))
measure(lambda: AgglomerativeClustering(10, linkage="ward").fit(points), 1, 1, 0)
