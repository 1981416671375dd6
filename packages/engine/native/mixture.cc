// Points are read once, four at a time, and stay in the cache from their densities to their sums. Sums are kept by part of the
// points and added in the order of the parts, whatever thread has worked on them.
#include "mixture.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <thread>
#include <vector>

namespace {

constexpr size_t lanes = 8;
typedef float Lanes __attribute__((vector_size(lanes * sizeof(float))));
typedef float Unaligned __attribute__((vector_size(lanes * sizeof(float)), aligned(alignof(float)), may_alias));

// Components are taken 16 at a time and points four at a time, as in nearest.cc.
constexpr size_t width = 2 * lanes;
constexpr size_t height = 4;
// At most this many parts of the points have sums of their own.
constexpr size_t mostParts = 64;
constexpr size_t smallestPart = 4096;

struct Components {
  size_t groups;
  // For each 16 components d rows of 16 numbers; missing ones are 0.
  std::vector<float> linear, quadratic;
};

std::vector<float> Columns(const float *rows, size_t k, size_t d) {
  std::vector<float> columns((k + width - 1) / width * d * width, 0.0f);
  for (size_t j = 0; j < k; j++)
    for (size_t i = 0; i < d; i++) columns[((j / width) * d + i) * width + j % width] = rows[j * d + i];
  return columns;
}

struct Sums {
  std::vector<double> mass, first, second;
  double likelihood = 0;
};

#define KERNELS "mixture_kernels.inc"
#include "each_processor.inc"

}  // namespace

double Expect(const Expectation &p, int threads) {
  const Components components{(p.k + width - 1) / width, Columns(p.linear, p.k, p.d), Columns(p.quadratic, p.k, p.d)};
  const size_t size = std::max(smallestPart, (p.n + mostParts - 1) / mostParts);
  const size_t parts = (p.n + size - 1) / size;
  std::vector<Sums> sums(parts);
  std::atomic<size_t> next{0};
  const auto work = [&] {
    for (size_t part = next++; part < parts; part = next++) {
      sums[part] = {std::vector<double>(p.k), std::vector<double>(p.k * p.d), std::vector<double>(p.k * p.d)};
      Work(p, components, part * size, std::min(p.n, (part + 1) * size), sums[part]);
    }
  };
  std::vector<std::thread> others;
  for (size_t i = 1; i < std::min<size_t>(threads, parts); i++) others.emplace_back(work);
  work();
  for (std::thread &other : others) other.join();
  std::fill(p.mass, p.mass + p.k, 0.0);
  std::fill(p.first, p.first + p.k * p.d, 0.0);
  std::fill(p.second, p.second + p.k * p.d, 0.0);
  double likelihood = 0;
  for (const Sums &part : sums) {
    for (size_t j = 0; j < p.k; j++) p.mass[j] += part.mass[j];
    for (size_t i = 0; i < p.k * p.d; i++) p.first[i] += part.first[i];
    for (size_t i = 0; i < p.k * p.d; i++) p.second[i] += part.second[i];
    likelihood += part.likelihood;
  }
  return likelihood;
}
