// A loop over all cores that reports its progress.
#pragma once

#include <cstddef>
#include <functional>

#include "base/progress.h"

namespace whorl {

// Calls body(i) for every i in [0, n), each once, from several threads in no set order. `body` must not
// throw. `progress` may be empty. Returns when all calls have returned.
void parallel_each(std::size_t n, const std::function<void(std::size_t)>& body, const ProgressCallback& progress);

}  // namespace whorl
