#pragma once
#include <algorithm>
#include <cstddef>
#include <vector>

// Points are taken four at a time, and what they are compared with 16 at a time: eight sums, which all processors have registers for.
constexpr size_t lanes = 8;
typedef float Lanes __attribute__((vector_size(lanes * sizeof(float))));
typedef float Unaligned __attribute__((vector_size(lanes * sizeof(float)), aligned(alignof(float)), may_alias));
constexpr size_t width = 2 * lanes;
constexpr size_t height = 4;

// For each 16 of k rows of d numbers d rows of 16 numbers; those of missing rows are 0.
inline std::vector<float> Columns(const float *rows, size_t k, size_t d) {
  std::vector<float> columns((k + width - 1) / width * d * width, 0.0f);
  for (size_t j = 0; j < k; j++)
    for (size_t i = 0; i < d; i++) columns[((j / width) * d + i) * width + j % width] = rows[j * d + i];
  return columns;
}

// Rows of d numbers in a frame: (x - centre) scale.
inline void Framed(const float *rows, size_t n, size_t d, const float *centre, float scale, float *framed) {
  for (size_t row = 0; row < n; row++)
    for (size_t i = 0; i < d; i++) framed[row * d + i] = (rows[row * d + i] - centre[i]) * scale;
}

// Sums are kept by part of the points, of which there are at most 64.
inline size_t PartSize(size_t n) { return std::max<size_t>(4096, (n + 63) / 64); }
