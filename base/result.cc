#include "base/result.h"

#include "base/catalogue.h"

namespace whorl {

std::string_view name_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalidInput: return "invalid_input";
    case ErrorKind::kNotFound: return "not_found";
    case ErrorKind::kAlreadyExists: return "already_exists";
    case ErrorKind::kCorruption: return "corruption";
    case ErrorKind::kUnauthorised: return "unauthorised";
    case ErrorKind::kExhausted: return "exhausted";
    case ErrorKind::kUnavailable: return "unavailable";
    case ErrorKind::kInternal: return "internal";
  }
  return "internal";
}

std::string Error::text() const {
  std::string out(name_of(kind));
  if (!field.empty()) out += ": " + field.text();
  return out + ": " + message;
}

Error Error::within(const FieldPath& prefix) const {
  Error out = *this;
  out.field = prefix / field;
  return out;
}

Error failure_of(FailureCode code, FieldPath field, std::vector<ReasonArgument> arguments) {
  Reason reason{code, std::move(arguments)};
  std::string message = sentence(reason);
  return {code.kind(), std::move(message), std::move(field), std::move(reason)};
}

Error coded(std::type_identity_t<FittingCode<FailureCode, "detail">> code, Error error) {
  if (!error.reason.code.empty()) return error;
  error.reason = {code.get(), {{"detail", error.message}}};
  return error;
}

Error invalid_input(std::string message, FieldPath field) {
  return {ErrorKind::kInvalidInput, std::move(message), std::move(field)};
}
Error not_found(std::string message, FieldPath field) {
  return {ErrorKind::kNotFound, std::move(message), std::move(field)};
}
Error already_exists(std::string message, FieldPath field) {
  return {ErrorKind::kAlreadyExists, std::move(message), std::move(field)};
}
Error corruption(std::string message) { return failure(ErrorCode::kRecordCorrupt, with<"detail">(std::move(message))); }
Error unauthorised(std::string message) { return {ErrorKind::kUnauthorised, std::move(message), {}}; }
Error exhausted(std::string message) { return {ErrorKind::kExhausted, std::move(message), {}}; }
Error unavailable(std::string message) { return {ErrorKind::kUnavailable, std::move(message), {}}; }
Error internal_error(std::string message) { return {ErrorKind::kInternal, std::move(message), {}}; }

}  // namespace whorl
