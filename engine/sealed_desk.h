// Requests that were sealed for this node by a desk that could not reach it: what a front end needs of whoever opens
// them (docs/exchange.md).
//
// Every method settles for itself whether the caller may. Thread-safety: any thread may call any method at once. Errors
// are values.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/call.h"
#include "engine/member_desk.h"
#include "engine/types.h"

namespace whorl::engine {

// The key to seal for from now on, and those from before that still open what was sealed for them.
struct DeskKeys {
  struct Earlier {
    std::string kid;
    std::chrono::sys_seconds opens_until;
  };
  std::string jwk;
  std::vector<Earlier> earlier;  // the latest first
};

// A check that was asked before under the same key, and the officer's case, which whoever sealed it cannot read any
// more.
struct AskedBefore {
  CheckView view;
  std::string matter;
};

class SealedDesk {
 public:
  virtual ~SealedDesk() = default;

  // The public key to seal for, as a JWK. It is made when it is first asked for. Errors: kUnauthorised (the scope),
  // kUnavailable.
  virtual Result<std::string> desk_key(const Call& call) = 0;
  // Makes another key. The one before opens for a time that the node's configuration says, and is destroyed then.
  // Errors: kUnauthorised (the scope), kUnavailable, kExhausted (too many are kept).
  virtual Result<DeskKeys> rotate_desk_key(const Call& call) = 0;
  // What is known of a request under this key, so that the same one, sent again, is not opened again. Nothing: it is
  // new. Errors: kUnauthorised (the scope), kAlreadyExists (another request had the key).
  virtual Result<std::optional<AskedBefore>> asked_before(const Call& call, const RequestKey& key) = 0;
  // What a JWE in compact form holds. Errors: kUnauthorised (the scope; sealed for another key), kInvalidInput.
  virtual Result<std::string> unsealed(const Call& call, std::string_view compact) = 0;
};

}  // namespace whorl::engine
