#include "server/http/message.h"

#include <algorithm>
#include <boost/json/object.hpp>

#include "base/catalogue.h"
#include "base/reason_json.h"
#include "server/http/accept.h"
#include "server/http/status.h"
#include "server/json/json_text.h"

namespace whorl::server {
namespace {

constexpr std::size_t kMaxHeaderValue = 512;
constexpr std::string_view kRetryAfterSeconds = "1";

// "field: message"
std::string told(const Error& error) {
  return error.field.empty() ? error.message : error.field.text() + ": " + error.message;
}

}  // namespace

std::string_view trimmed(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
  return s;
}

bool same_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

bool names_type(std::string_view header, std::string_view type) {
  while (!header.empty()) {
    const auto comma = std::min(header.find(','), header.size());
    const std::string_view item = header.substr(0, comma);
    if (same_ignoring_case(trimmed(item.substr(0, item.find(';'))), type)) return true;
    header.remove_prefix(std::min(comma + 1, header.size()));
  }
  return false;
}

Reply error_reply(int status, Error error) {
  Reply reply;
  reply.status = status;
  reply.body = json_text({{"code", status}, {"message", told(error)}});
  reply.headers.emplace_back("Whorl-Reason", header_value(error.code()));
  if (status == 503) reply.headers.emplace_back("Retry-After", kRetryAfterSeconds);
  reply.error = std::move(error);
  return reply;
}

Reply error_reply(const Error& error, const std::string& request_id) {
  const int status = http_status(error.kind);
  if (may_be_told(error.kind)) return error_reply(status, error);
  Reply reply = error_reply(status, error.kind == ErrorKind::kCorruption
                                        ? failure(ErrorCode::kStoredDataDamaged, with<"request">(request_id))
                                        : failure(ErrorCode::kServerFailed, with<"request">(request_id)));
  reply.log = error.text();
  return reply;
}

Reply as_accepted(Reply reply, std::string_view accept) {
  if (!reply.error || !prefers(accept, kErrorType, kJsonType)) return reply;
  const Error& error = *reply.error;
  reply.content_type = kErrorType;
  reply.body = json_text({{"code", reply.status},
                          {"message", told(error)},
                          {"field", error.field.text()},
                          {"reasonCode", json_view(error.code())},
                          {"reasonArguments", arguments_json(error.reason)}});
  return reply;
}

Reply no_content() {
  Reply reply;
  reply.status = 204;
  reply.content_type.clear();
  return reply;
}

std::string header_value(std::string_view text) {
  std::string out(text.substr(0, kMaxHeaderValue));
  for (char& c : out) {
    if (c < ' ' || c > '~') c = '?';
  }
  return out;
}

}  // namespace whorl::server
