// Points are read once, four at a time, and stay in the cache from their densities to their sums. Sums are kept by part of the
// points and added in the order of the parts, whatever thread has worked on them.
#include "mixture.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "columns.h"
#include "parts.h"

namespace {

struct Components {
  size_t groups;
  // `Columns` of the components.
  std::vector<float> linear, quadratic;
};

struct Sums {
  std::vector<double> mass, first, second;
  double likelihood = 0;
};

#define KERNELS "mixture_kernels.inc"
#include "each_processor.inc"

}  // namespace

double Expect(const Expectation &p, int threads) {
  const Components components{(p.k + width - 1) / width, Columns(p.linear, p.k, p.d), Columns(p.quadratic, p.k, p.d)};
  const size_t size = PartSize(p.n);
  const size_t parts = (p.n + size - 1) / size;
  std::vector<Sums> sums(parts);
  InParts(parts, threads, [&](size_t part) {
    sums[part] = {std::vector<double>(p.k), std::vector<double>(p.k * p.d), std::vector<double>(p.k * p.d)};
    Work(p, components, part * size, std::min(p.n, (part + 1) * size), sums[part]);
  });
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
