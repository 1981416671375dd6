// Points are read once, in blocks that stay in the cache: products with the centroids, the least distance, and sums. Sums are kept
// by part of the points and added in the order of the parts, whatever thread has worked on them.
#include "nearest.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "columns.h"
#include "parts.h"

namespace {

typedef int32_t Indices __attribute__((vector_size(lanes * sizeof(int32_t))));

struct Centroids {
  // `Columns` of the centroids.
  std::vector<float> columns;
  // ||c||^2 / 2; infinite for missing ones, so that they are never the nearest.
  std::vector<float> halves;
};

Centroids Arranged(const Nearest &p) {
  const size_t groups = (p.k + width - 1) / width;
  Centroids arranged{Columns(p.centroids, p.k, p.d), std::vector<float>(groups * width, std::numeric_limits<float>::infinity())};
  for (size_t j = 0; j < p.k; j++) {
    double square = 0;
    for (size_t i = 0; i < p.d; i++) {
      const float value = p.centroids[j * p.d + i];
      square += static_cast<double>(value) * value;
    }
    arranged.halves[j] = static_cast<float>(square / 2);
  }
  return arranged;
}

#define KERNELS "nearest_kernels.inc"
#include "each_processor.inc"

}  // namespace

void FindNearest(const Nearest &p, int threads) {
  const Centroids centroids = Arranged(p);
  const size_t size = PartSize(p.n);
  const size_t parts = (p.n + size - 1) / size;
  std::vector<double> sums(parts * p.k * p.d, 0.0);
  std::vector<int32_t> counts(parts * p.k, 0);
  InParts(parts, threads, [&](size_t part) {
    Work(p, centroids, part * size, std::min(p.n, (part + 1) * size), sums.data() + part * p.k * p.d,
         counts.data() + part * p.k);
  });
  std::fill(p.sums, p.sums + p.k * p.d, 0.0);
  std::fill(p.counts, p.counts + p.k, 0);
  for (size_t part = 0; part < parts; part++) {
    for (size_t i = 0; i < p.k * p.d; i++) p.sums[i] += sums[part * p.k * p.d + i];
    for (size_t j = 0; j < p.k; j++) p.counts[j] += counts[part * p.k + j];
  }
}
