#include "server/http/request_key.h"

#include <algorithm>
#include <string>

#include "base/catalogue.h"

namespace whorl::server {
namespace {

// Of the texts with their lengths, so that no two lists of texts are alike.
Sha256 digest_of(std::initializer_list<std::string_view> texts) {
  ByteWriter out;
  for (const std::string_view text : texts) out.sized(text);
  return sha256_of({out.view()});
}

std::string_view path_of(const Request& request) {
  return std::string_view(request.target).substr(0, request.target.find('?'));
}

}  // namespace

Result<std::optional<engine::RequestKey>> request_key(const engine::Principal& who, const Request& request) {
  if (request.keys.empty()) return std::optional<engine::RequestKey>();
  constexpr std::string_view kField = "Idempotency-Key";
  if (request.keys.size() > 1) return failure(ErrorCode::kHeaderTwice, kField);
  const std::string& key = request.keys.front();
  const auto visible = [](char c) { return c > ' ' && c <= '~'; };
  if (key.empty() || key.size() > kMaxRequestKeyBytes || !std::all_of(key.begin(), key.end(), visible)) {
    return failure(ErrorCode::kKeyMalformed, kField);
  }
  return std::optional(engine::RequestKey{digest_of({who.issuer, who.subject, key}),
                                          digest_of({request.method, path_of(request), request.body})});
}

}  // namespace whorl::server
