// A fault that tests put into searches: a shard that fails. Private to this room and to tests; the product sets none.
//
// Thread-safety: set it while no search runs.
#pragma once

#include <cstddef>
#include <functional>

#include "base/result.h"

namespace whorl::index {

// While it lives, every search of the process asks it for each range of shard `shard`; an error makes the shard fail.
// One at a time.
class ShardFault {
 public:
  using Ask = std::function<Status(std::size_t shard)>;
  explicit ShardFault(Ask ask);
  ~ShardFault();
  ShardFault(const ShardFault&) = delete;
  ShardFault& operator=(const ShardFault&) = delete;

  // What the living fault says; ok where there is none.
  static Status of(std::size_t shard);

 private:
  Ask ask_;
};

}  // namespace whorl::index
