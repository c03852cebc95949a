// How far a long piece of work has come.
#pragma once

#include <cstdint>
#include <functional>

namespace whorl {

struct Progress {
  std::uint64_t done = 0;
  std::uint64_t total = 0;
  double elapsed_s = 0;
  double remaining_s = 0;  // estimate from the mean pace so far
};

// Called now and then, never from two threads at once; the last call has done == total.
using ProgressCallback = std::function<void(const Progress&)>;

}  // namespace whorl
