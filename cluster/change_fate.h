// What became of a change that was refused: marks on the refusals of a replica, which go with them over the bus. Who
// asked may ask another replica then, and has to know whether that one would do it a second time. Pure; thread-safe.
// Private to this room.
#pragma once

#include <utility>

#include "base/result.h"

namespace whorl::cluster {

inline constexpr const char* kNotBegunField = "not_begun";
inline constexpr const char* kEndedField = "ended";

// It did not begin: it is in no log, and nothing came of it.
inline Error not_begun(Error error) {
  error.field = FieldPath(kNotBegunField);
  return error;
}
inline bool is_not_begun(const Error& error) {
  return error.kind == ErrorKind::kUnavailable && error.field == kNotBegunField;
}

// It ended earlier, and its answer is gone: nobody else knows it either.
inline Error ended_before(Error error) {
  error.field = FieldPath(kEndedField);
  return error;
}
inline bool is_ended_before(const Error& error) {
  return error.kind == ErrorKind::kUnavailable && error.field == kEndedField;
}

// For a caller, to whom the marks say nothing.
inline Error unmarked(Error error) {
  if (is_not_begun(error) || is_ended_before(error)) error.field = {};
  return error;
}
template <class Answer>
Result<Answer> unmarked(Result<Answer> answer) {
  return answer.ok() ? std::move(answer) : unmarked(answer.error());
}

}  // namespace whorl::cluster
