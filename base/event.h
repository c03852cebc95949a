// What a room has to say to whoever runs it. A room below the front ends has no logger: it hands events to a sink.
//
// An event holds no personal data: no identifier of a person, no biographic datum, nothing of a template.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace whorl {

enum class Severity {
  kInfo,     // something that an operator may want to know
  kWarning,  // something works less well than it should; nothing is lost
  kError,    // something that was asked for could not be done
};

// The severity's stable name: "info", "warning", "error".
constexpr std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::kInfo: return "info";
    case Severity::kWarning: return "warning";
    case Severity::kError: break;
  }
  return "error";
}

struct Event {
  Severity severity = Severity::kInfo;
  std::string code;  // stable, of lower-case letters and '_': "snapshot_not_written"
  std::string text;  // one sentence for a person
};

// Is called from any thread, at once from several, never with a lock held; must be quick and must not throw. Empty:
// what is said is heard by nobody.
using EventSink = std::function<void(const Event&)>;

}  // namespace whorl
