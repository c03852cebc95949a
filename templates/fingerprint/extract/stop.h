// The question that long loops of extraction ask now and then: go on? Private to this room.
#pragma once

#include "templates/fingerprint/extract/extract.h"

namespace whorl::fingerprint {

// Remembers that a Stop once said so: a stage that was stopped ends unfinished, and extract.cc, which asks after each
// stage, hears the same answer. Borrows the Stop. One thread.
class StopLatch {
 public:
  StopLatch() = default;
  explicit StopLatch(const Stop& stop) : stop_(&stop) {}

  bool operator()() const {
    said_ = said_ || (stop_ != nullptr && *stop_ && (*stop_)());
    return said_;
  }

 private:
  const Stop* stop_ = nullptr;
  mutable bool said_ = false;
};

}  // namespace whorl::fingerprint
