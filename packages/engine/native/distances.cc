// Other rows are taken in blocks that stay in the cache while all rows from … to - 1 pass by.
#include "distances.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "parts.h"

namespace {

constexpr size_t lanes = 4;
typedef double Lanes __attribute__((vector_size(lanes * sizeof(double)), aligned(alignof(double))));
// The same coordinate of eight rows.
struct Column {
  Lanes low, high;
};

// Rows are taken four at a time and others eight at a time: eight sums, which all processors have registers for.
constexpr size_t height = 4;
constexpr size_t width = 2 * lanes;
// Numbers of a block: 128 kB.
constexpr size_t blockNumbers = 1 << 14;

#define KERNELS "distances_kernels.inc"
#include "each_processor.inc"

}  // namespace

void SquaredDistances(const Distances &p, int threads) {
  const std::vector<double> own(p.points + p.from * p.d, p.points + p.to * p.d);
  const size_t size = std::max<size_t>(1, blockNumbers / p.d / width) * width;
  const size_t blocks = (p.to + size - 1) / size;
  InParts(blocks, threads, [&](size_t block) { Work(p, own.data(), block * size, std::min(p.to, (block + 1) * size)); });
}
