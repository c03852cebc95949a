// The server's log: one line a request, and what the rooms below have to say. Never personal data: the route's template
// instead of the path, no ids of persons or encounters, no bodies, no addresses. Who asks stands in it where they
// signed in. Thread-safe.
#pragma once

#include <string_view>

#include "base/event.h"
#include "engine/call.h"
#include "server/http/message.h"
#include "server/http/router.h"

namespace whorl::server {

// `who` of the node's own file or of its tokens is named as they call themselves; the local user is not.
void log_request(const RouteMatch& match, const Request& request, const engine::Principal& who, const Reply& reply,
                 double ms);
void log_event(std::string_view text);
void log_failure(std::string_view text);

// Writes each event as a line of its severity: "event=snapshot_not_written <its sentence>". What is not printable ASCII
// in it becomes '?', so that an event is one line.
EventSink log_sink();

}  // namespace whorl::server
