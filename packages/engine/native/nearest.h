#pragma once
#include <cstddef>
#include <cstdint>

// One iteration of Lloyd: the nearest centroid of each point in a frame, (x - centre) scale, and sums of the points by centroid.
struct Nearest {
  const float *points;  // n x d
  const float *centre;  // d
  float scale;
  const float *centroids;  // k x d, in the frame, as all results are
  size_t n, d, k;
  int32_t *assignment;  // n
  float *distances;     // n, squared, to the nearest
  double *sums;         // k x d
  int32_t *counts;      // k
};

// The results do not depend on the number of threads.
void FindNearest(const Nearest &problem, int threads);
