#include "server/http/log.h"

#include <spdlog/spdlog.h>

#include <string>

namespace whorl::server {
namespace {

bool is_id_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

// Replaces `id` wherever it stands as a word of its own.
void hide(std::string& text, const std::string& id) {
  if (id.empty()) return;
  for (auto at = text.find(id); at != std::string::npos; at = text.find(id, at + 1)) {
    const auto end = at + id.size();
    const bool word = (at == 0 || !is_id_char(text[at - 1])) && (end == text.size() || !is_id_char(text[end]));
    if (word) text.replace(at, id.size(), "<id>");
  }
}

}  // namespace

void log_request(const RouteMatch& match, const Request& request, const Reply& reply, double ms) {
  const std::string_view method = match.route != nullptr ? match.route->method : "?";
  spdlog::info("{} {} {} {:.1f} ms request={}", method, match.label(), reply.status, ms, request.id);
  if (reply.log.empty()) return;
  std::string why = reply.log;
  hide(why, match.ids.person_id);
  hide(why, match.ids.encounter_id);
  spdlog::error("request={} failed: {}", request.id, why);
}

void log_event(std::string_view text) { spdlog::info("{}", text); }
void log_failure(std::string_view text) { spdlog::error("{}", text); }

}  // namespace whorl::server
