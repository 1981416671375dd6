#pragma once
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

// Does `work(part)` for the parts 0 … parts - 1, each on the next of `threads` threads that is free.
template <typename Work>
void InParts(size_t parts, int threads, const Work &work) {
  std::atomic<size_t> next{0};
  const auto run = [&] {
    for (size_t part = next++; part < parts; part = next++) work(part);
  };
  std::vector<std::thread> others;
  for (size_t i = 1; i < std::min<size_t>(threads, parts); i++) others.emplace_back(run);
  run();
  for (std::thread &other : others) other.join();
}
