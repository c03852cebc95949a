// Idempotency-Key: a request that writes, sent again with the same key and body, gets the same answer and has no second
// effect. After draft-ietf-httpapi-idempotency-key-header; the key's quotes, where it has some, are part of it.
#pragma once

#include <optional>

#include "base/result.h"
#include "engine/call.h"
#include "engine/types.h"
#include "server/http/message.h"

namespace whorl::server {

inline constexpr std::size_t kMaxRequestKeyBytes = 255;
inline constexpr std::string_view kRepeatedHeader = "Idempotent-Replayed";

// Nothing where the request has no such header. Two callers may use one key. Pure; thread-safe.
// Errors: kInvalidInput (two of them, an empty or long one, characters that are not visible ASCII).
Result<std::optional<engine::RequestKey>> request_key(const engine::Principal& who, const Request& request);

}  // namespace whorl::server
