#include "server/operations/log.h"

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

spdlog::level::level_enum level_of(Severity severity) {
  switch (severity) {
    case Severity::kInfo: return spdlog::level::info;
    case Severity::kWarning: return spdlog::level::warn;
    case Severity::kError: break;
  }
  return spdlog::level::err;
}

std::string one_line(std::string text) {
  for (char& c : text) {
    if (c < ' ' || c > '~') c = '?';
  }
  return text;
}

// A name that came from outside, as one word that can stand for nothing else in the line.
std::string one_word(std::string_view name) {
  constexpr std::size_t kMost = 128;
  std::string out(name.substr(0, kMost));
  for (char& c : out) {
    if (c <= ' ' || c > '~' || c == '=') c = '?';
  }
  return out;
}

}  // namespace

void log_request(const RouteMatch& match, const Request& request, const engine::Principal& who, const Reply& reply,
                 double ms) {
  const std::string_view method = match.route != nullptr ? match.route->method : "?";
  const std::string caller = who.is_local() ? "" : " who=" + std::string(name_of(who.by)) + ":" + one_word(who.subject);
  spdlog::info("{} {} {} {:.1f} ms request={}{}", method, match.label(), reply.status, ms, request.id, caller);
  if (reply.log.empty()) return;
  std::string why = reply.log;
  for (const auto& [name, id] : match.path.all()) {
    if (name != "galleryId") hide(why, id);
  }
  spdlog::error("request={} failed: {}", request.id, why);
}

EventSink log_sink() {
  return [](const Event& event) {
    spdlog::log(level_of(event.severity), "event={} {}", one_line(event.code), one_line(event.text));
  };
}

void log_event(std::string_view text) { spdlog::info("{}", text); }
void log_failure(std::string_view text) { spdlog::error("{}", text); }

}  // namespace whorl::server
