// A leaf of the audit log about another member. Not for those whose subject is a record: the engine writes these.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "engine/service.h"

namespace whorl::member {

// `call`: who, for which purpose, under which number. `count`: kinds of data, where there are some. Errors: those of
// engine::Service::note.
inline Status note_leaf(engine::Service& service, const engine::Call& call, audit::Operation operation,
                        std::string outcome, const std::string& peer, std::optional<std::size_t> count = {}) {
  audit::Event event;
  event.operation = operation;
  event.outcome = std::move(outcome);
  event.peer = peer;
  event.count = count;
  return service.note(call, event);
}

// The same with another purpose and number than the call has.
inline Status note_leaf(engine::Service& service, engine::Call call, const std::string& purpose,
                        const std::string& request_id, audit::Operation operation, std::string outcome,
                        const std::string& peer, std::optional<std::size_t> count = {}) {
  call.purpose = purpose;
  call.request_id = request_id;
  return note_leaf(service, call, operation, std::move(outcome), peer, count);
}

}  // namespace whorl::member
