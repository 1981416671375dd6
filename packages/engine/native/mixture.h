#pragma once
#include <cstddef>

// The expectation step of a Gaussian mixture with diagonal covariances: for each point x in a frame, (x - centre) scale, the
// logs offset + sum of x (linear + x quadratic) of its densities, their normalised exponentials r, and sums over all points.
struct Expectation {
  const float *points;  // n x d
  const float *centre;  // d
  float scale;
  size_t n, d, k;
  const float *linear;     // k x d
  const float *quadratic;  // k x d
  const double *offsets;   // k
  double *mass;            // k: sums of r
  double *first;           // k x d: of r x
  double *second;          // k x d: of r x^2
};

// Returns the sum of the log-likelihoods of all points. The results do not depend on the number of threads.
double Expect(const Expectation &problem, int threads);
