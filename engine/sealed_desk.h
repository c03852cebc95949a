// Requests that were sealed for this node by a desk that could not reach it: what a front end needs of whoever opens
// them (docs/exchange.md).
//
// Every method settles for itself whether the caller may. Thread-safety: any thread may call any method at once. Errors
// are values.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/call.h"

namespace whorl::engine {

class SealedDesk {
 public:
  virtual ~SealedDesk() = default;

  // The public key to seal for, as a JWK. It is made once and kept. Errors: kUnauthorised (the scope), kUnavailable.
  virtual Result<std::string> desk_key(const Call& call) = 0;
  // What a JWE in compact form holds. Errors: kUnauthorised (the scope; sealed for another key), kInvalidInput.
  virtual Result<std::string> unsealed(const Call& call, std::string_view compact) = 0;
};

}  // namespace whorl::engine
