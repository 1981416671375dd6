// Points are read once, in blocks that stay in the cache: products with the centroids, the least distance, and sums. Sums are kept
// by part of the points and added in the order of the parts, whatever thread has worked on them.
#include "nearest.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <limits>
#include <thread>
#include <vector>

namespace {

constexpr size_t lanes = 8;
typedef float Lanes __attribute__((vector_size(lanes * sizeof(float))));
typedef float Unaligned __attribute__((vector_size(lanes * sizeof(float)), aligned(alignof(float)), may_alias));
typedef int32_t Indices __attribute__((vector_size(lanes * sizeof(int32_t))));

// Centroids are taken 16 at a time and points four at a time: eight sums, which all processors have registers for.
constexpr size_t width = 2 * lanes;
constexpr size_t height = 4;
// At most this many parts of the points have sums of their own.
constexpr size_t mostParts = 64;
constexpr size_t smallestPart = 4096;

struct Centroids {
  // For each 16 centroids d rows of 16 numbers; missing ones are 0.
  std::vector<float> columns;
  // ||c||^2 / 2; infinite for missing ones, so that they are never the nearest.
  std::vector<float> halves;
};

Centroids Arranged(const Nearest &p) {
  const size_t groups = (p.k + width - 1) / width;
  Centroids arranged{std::vector<float>(groups * p.d * width, 0.0f),
                     std::vector<float>(groups * width, std::numeric_limits<float>::infinity())};
  for (size_t j = 0; j < p.k; j++) {
    double square = 0;
    for (size_t i = 0; i < p.d; i++) {
      const float value = p.centroids[j * p.d + i];
      arranged.columns[((j / width) * p.d + i) * width + j % width] = value;
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
  const size_t size = std::max(smallestPart, (p.n + mostParts - 1) / mostParts);
  const size_t parts = (p.n + size - 1) / size;
  std::vector<double> sums(parts * p.k * p.d, 0.0);
  std::vector<int32_t> counts(parts * p.k, 0);
  std::atomic<size_t> next{0};
  const auto work = [&] {
    for (size_t part = next++; part < parts; part = next++)
      Work(p, centroids, part * size, std::min(p.n, (part + 1) * size), sums.data() + part * p.k * p.d,
           counts.data() + part * p.k);
  };
  std::vector<std::thread> others;
  for (size_t i = 1; i < std::min<size_t>(threads, parts); i++) others.emplace_back(work);
  work();
  for (std::thread &other : others) other.join();
  std::fill(p.sums, p.sums + p.k * p.d, 0.0);
  std::fill(p.counts, p.counts + p.k, 0);
  for (size_t part = 0; part < parts; part++) {
    for (size_t i = 0; i < p.k * p.d; i++) p.sums[i] += sums[part * p.k * p.d + i];
    for (size_t j = 0; j < p.k; j++) p.counts[j] += counts[part * p.k + j];
  }
}
