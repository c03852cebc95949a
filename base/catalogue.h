// The codes of the catalogue (base/catalogue.inc) as constants, a group a struct.
//
// A constant holds its sentence, so that a code without one cannot be written. `all` is the group in the catalogue's
// order. Thread-safe.
#pragma once

#include <span>

#include "base/reason.h"

namespace whorl {

// Why an answer is what it is.
struct AnswerCode {
#define WHORL_ANSWER(constant, code, sentence) static constexpr ReasonCode constant{code, sentence};
#include "base/catalogue.inc"
  static std::span<const ReasonCode> all();
};

// What an operator can do about a capture.
struct FeedbackCode {
#define WHORL_FEEDBACK(constant, code, sentence) static constexpr ReasonCode constant{code, sentence};
#include "base/catalogue.inc"
  static std::span<const ReasonCode> all();
};

// Why something was not done.
struct ErrorCode {
#define WHORL_ERROR(constant, kind, code, sentence) \
  static constexpr FailureCode constant{ErrorKind::kind, code, sentence};
#include "base/catalogue.inc"
  static std::span<const FailureCode> all();
};

// Values of arguments that are a phrase of the sentence.
struct PhraseCode {
#define WHORL_PHRASE(constant, code, sentence) static constexpr ReasonCode constant{code, sentence};
#include "base/catalogue.inc"
  static std::span<const ReasonCode> all();
};

}  // namespace whorl
