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
#include <vector>

#include "base/error_kind.h"
#include "base/field.h"
#include "base/reason.h"

namespace whorl {

// A failure. `message` says what is wrong and what to do next, for a person; `field` names the offending
// input ("biographicData.x", "fingers[2].image") where there is one, and is empty otherwise. `reason` says the same as
// the message to a program, where the catalogue has a code for it.
struct Error {
  ErrorKind kind = ErrorKind::kInternal;
  std::string message;
  FieldPath field;
  Reason reason = {};

  // The reason's code, else the kind's name: a program always finds one.
  [[nodiscard]] std::string_view code() const { return reason.code.empty() ? name_of(kind) : reason.code.name(); }

  // "invalid_input: fingers[2].image: no resolution ..."
  [[nodiscard]] std::string text() const;
  // The same error with `prefix` put before its field ("fingers[2]" + "image" -> "fingers[2].image").
  [[nodiscard]] Error within(const FieldPath& prefix) const;
};

// An error with a code of the catalogue; its sentence is the message.
//   failure(ErrorCode::kUnknownPerson, "person_id", with<"person">(id))
Error failure_of(FailureCode code, FieldPath field, std::vector<ReasonArgument> arguments);
template <ArgumentName... names>
Error failure(std::type_identity_t<FittingCode<FailureCode, names...>> code, FieldPath field,
              NamedArgument<names>... arguments) {
  return failure_of(code.get(), std::move(field), {ReasonArgument{names.view(), std::move(arguments.value)}...});
}
template <ArgumentName... names>
Error failure(std::type_identity_t<FittingCode<FailureCode, names...>> code, NamedArgument<names>... arguments) {
  return failure_of(code.get(), {}, {ReasonArgument{names.view(), std::move(arguments.value)}...});
}

// The same error under a code for faults of many wordings, whose sentence is "{detail}"; one that has a code keeps it.
Error coded(std::type_identity_t<FittingCode<FailureCode, "detail">> code, Error error);
template <class T>
class Result;
template <class T>
Result<T> coded(std::type_identity_t<FittingCode<FailureCode, "detail">> code, Result<T> result);

// Errors that have no code of their own: rare ones, and those that only the log shows.
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

template <class T>
Result<T> coded(std::type_identity_t<FittingCode<FailureCode, "detail">> code, Result<T> result) {
  if (result.ok()) return result;
  return coded(code, Error(result.error()));
}

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
