// The few kinds of failure.
#pragma once

#include <string_view>

namespace whorl {

// Each kind has one name and one HTTP status (server/http/status.h); both are tested by a table.
enum class ErrorKind {
  kInvalidInput,   // the caller sent something that cannot be accepted; nothing was changed
  kNotFound,       // the named person, encounter, gallery or file does not exist
  kAlreadyExists,  // the identifier is taken
  kCorruption,     // stored bytes failed verification
  kUnauthorised,   // the caller may not do this
  kExhausted,      // a stated limit (memory, queue, size) is reached
  kUnavailable,    // cannot be answered now (stopping, incomplete search); retry later
  kInternal,       // a defect or an unexpected failure of a library or of the machine
};

// The kind's stable name, e.g. "invalid_input".
std::string_view name_of(ErrorKind kind);

}  // namespace whorl
