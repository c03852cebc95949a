// Whether there is somebody of a name: who was erased, or merged into somebody else, is nobody any more.
#pragma once

#include <string>

#include "base/result.h"
#include "engine/service.h"

namespace whorl::member {

// The node reads for itself. Errors: those of Service::encounters. Thread-safe.
inline Result<bool> is_somebody(engine::Service& service, const std::string& person_id) {
  const auto found = service.encounters(engine::Call(), person_id);
  if (!found.ok() && found.error().kind != ErrorKind::kNotFound) return found.error();
  return found.ok();
}

}  // namespace whorl::member
