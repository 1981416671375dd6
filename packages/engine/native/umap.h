#pragma once
#include <cstddef>
#include <cstdint>

// A pass over the edges of UMAP's graph. Each point moves towards the neighbours whose edges are due, and away from random points;
// all others stand where they stood before the pass, so that points can move at once.
struct Pass {
  const float *before;        // n x d
  float *after;               // n x d
  size_t n, d;
  const int32_t *starts;      // n + 1: of each point, its first edge
  const int32_t *neighbours;  // of each edge, the other end
  const float *periods;       // of each edge, passes from one attraction to the next
  float *next;                // the pass of the next
  uint32_t *states;           // n x 2, of a random generator per point
  const double *ofTwos;       // 256: the powers s^b of squared distances are products from two tables (power.ts)
  const double *ofFractions;  // 2^12
  double a, b, rate;
  int32_t number;             // of the pass, from 0
};

// The result does not depend on the number of threads.
void MovePoints(const Pass &pass, int threads);
