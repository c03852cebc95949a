#include "server/http/message.h"

#include "server/http/http_status.h"
#include "server/json/json_text.h"

namespace whorl::server {
namespace {

constexpr std::size_t kMaxHeaderValue = 512;
constexpr std::string_view kRetryAfterSeconds = "1";

}  // namespace

Reply error_reply(int status, std::string_view message) {
  Reply reply;
  reply.status = status;
  reply.body = json_text({{"code", status}, {"message", message}});
  if (status == 503) reply.headers.emplace_back("Retry-After", kRetryAfterSeconds);
  return reply;
}

Reply error_reply(const Error& error, const std::string& request_id) {
  const int status = http_status(error.kind);
  if (may_be_told(error.kind)) {
    return error_reply(status, error.field.empty() ? error.message : error.field.text() + ": " + error.message);
  }
  const std::string_view what =
      error.kind == ErrorKind::kCorruption ? "stored data failed verification" : "the server failed unexpectedly";
  Reply reply =
      error_reply(status, std::string(what) + "; the operator finds the cause in the log under request " + request_id);
  reply.log = error.text();
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
