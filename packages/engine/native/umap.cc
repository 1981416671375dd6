#include "umap.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "columns.h"
#include "parts.h"

namespace {

// As in umap-learn: points that repel for each edge that is due, and the largest change of a coordinate by one force.
constexpr size_t repulsions = 5;
constexpr float largest = 4;
constexpr int fraction_bits = 12;

// xoroshiro64* (Blackman, Vigna 2021).
inline uint32_t Draw(uint32_t *state) {
  const uint32_t drawn = state[0] * 0x9e3779bbu;
  const uint32_t mixed = state[1] ^ state[0];
  state[0] = (state[0] << 26 | state[0] >> 6) ^ mixed ^ mixed << 9;
  state[1] = mixed << 13 | mixed >> 19;
  return drawn;
}

// s^b of a squared distance.
inline float Power(const Pass &pass, float squared) {
  uint32_t digits;
  std::memcpy(&digits, &squared, sizeof digits);
  return static_cast<float>(pass.ofTwos[digits >> 23] *
                            pass.ofFractions[digits >> (23 - fraction_bits) & ((1u << fraction_bits) - 1)]);
}

#define KERNELS "umap_kernels.inc"
#include "each_processor.inc"

}  // namespace

void MovePoints(const Pass &pass, int threads) {
  constexpr size_t size = 512;
  InParts((pass.n + size - 1) / size, threads,
          [&](size_t part) { Work(pass, part * size, std::min(pass.n, (part + 1) * size)); });
}
