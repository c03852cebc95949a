// Errors are values: every operation that can fail returns a Result<T>.
//
// Thread-safety: a Result is a plain value; share it as you would share T.
// Cost: one std::variant; no allocation beyond T or the error text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/field.h"

namespace whorl {

// The few kinds of failure. Each has one name and one HTTP status (server/http/status.h); both are tested by a
// table.
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

// A failure. `message` says what is wrong and what to do next, for a person; `field` names the offending
// input ("biographicData.x", "fingers[2].image") where there is one, and is empty otherwise.
struct Error {
  ErrorKind kind = ErrorKind::kInternal;
  std::string message;
  FieldPath field;

  // "invalid_input: fingers[2].image: no resolution ..."
  [[nodiscard]] std::string text() const;
  // The same error with `prefix` put before its field ("fingers[2]" + "image" -> "fingers[2].image").
  [[nodiscard]] Error within(const FieldPath& prefix) const;
};

Error invalid_input(std::string message, FieldPath field = {});
Error not_found(std::string message, FieldPath field = {});
Error already_exists(std::string message, FieldPath field = {});
Error corruption(std::string message);
Error unauthorised(std::string message);
Error exhausted(std::string message);
Error unavailable(std::string message);
Error internal_error(std::string message);

// Either a T or an Error. `ok()` must be true before `value()` and false before `error()`; otherwise the
// program ends (std::get throws std::bad_variant_access).
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const { return error_.value(); }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace whorl

// Evaluates `expression` (a Result); on failure returns its error from the enclosing function.
#define WHORL_TRY(expression)                                    \
  do {                                                           \
    auto whorl_try_result = (expression);                        \
    if (!whorl_try_result.ok()) return whorl_try_result.error(); \
  } while (false)

// WHORL_ASSIGN(auto x, f()): declares x from f()'s value, or returns f()'s error.
#define WHORL_ASSIGN(declaration, expression) \
  WHORL_ASSIGN_IMPL_(WHORL_CONCAT_(whorl_result_, __LINE__), declaration, expression)
#define WHORL_ASSIGN_IMPL_(name, declaration, expression) \
  auto name = (expression);                               \
  if (!name.ok()) return std::move(name).error();         \
  declaration = std::move(name).value()
#define WHORL_CONCAT_(a, b) WHORL_CONCAT_INNER_(a, b)
#define WHORL_CONCAT_INNER_(a, b) a##b
