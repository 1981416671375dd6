#pragma once
#include <cstddef>

// Squared Euclidean distances of the rows from … to - 1 to all earlier rows, at least.
struct Distances {
  const float *points;  // n x d
  size_t d, from, to;
  double *distances;  // (to - from) x to
};

// The results do not depend on the number of threads.
void SquaredDistances(const Distances &problem, int threads);
