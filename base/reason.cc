// How a sentence is made of a row of the catalogue and arguments.
#include "base/reason.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>
#include <ostream>

#include "base/catalogue.h"
#include "base/grouped.h"
#include "base/text.h"

namespace whorl {
namespace {

constexpr ReasonCode kAnswers[] = {
#define WHORL_ANSWER(constant, code, sentence) AnswerCode::constant,
#include "base/catalogue.inc"
};
constexpr ReasonCode kFeedback[] = {
#define WHORL_FEEDBACK(constant, code, sentence) FeedbackCode::constant,
#include "base/catalogue.inc"
};
constexpr FailureCode kErrors[] = {
#define WHORL_ERROR(constant, kind, code, sentence) ErrorCode::constant,
#include "base/catalogue.inc"
};
constexpr ReasonCode kPhrases[] = {
#define WHORL_PHRASE(constant, code, sentence) PhraseCode::constant,
#include "base/catalogue.inc"
};

std::string_view phrase(std::string_view code) {
  const auto at = std::find_if(std::begin(kPhrases), std::end(kPhrases), [&](const auto& row) { return row == code; });
  return at == std::end(kPhrases) ? code : at->sentence();
}

// "1 in 4,000"
std::string odds(double rate) {
  return "1 in " + grouped(static_cast<std::uint64_t>(std::llround(std::min(1.0 / rate, 1e15))));
}

// "0.5", "500"
std::string short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

std::string written(double value, std::string_view kind) {
  if (kind == "dB") return fixed(value, 1) + " dB";
  if (kind == "odds") return odds(value);
  if (kind == "about") return rounded_odds(value);
  if (kind == "cosine") return "cosine " + fixed(value, 2);
  if (kind == "number") return short_number(value);
  if (kind == "whole") return fixed(value, 0);
  if (kind == "tenths") return fixed(value, 1);
  return fixed(value, 3);
}

std::string written(std::uint64_t value, std::string_view kind) {
  if (kind == "persons") return value == 1 ? "1 person" : grouped(value) + " persons";
  if (kind == "some") return value == 0 ? "none" : "only " + grouped(value);
  if (kind == "plain") return std::to_string(value);
  if (kind == "few") return value == 2 ? "two" : std::to_string(value);
  if (kind == "MiB") return mebibytes(value);
  if (kind == "GiB") return gibibytes(value);
  return grouped(value);
}

std::string written(std::int64_t value, std::string_view kind) {
  return value < 0 ? std::to_string(value) : written(static_cast<std::uint64_t>(value), kind);
}

// "right index" of "right_index"
std::string finger_in_words(std::string name) {
  if (name == "unknown") return "captured finger";
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

std::string written(const std::string& value, std::string_view kind) {
  if (kind == "finger") return finger_in_words(value);
  return kind == "phrase" ? std::string(phrase(value)) : value;
}

// What "{name:kind}" stands for; nothing where the argument is not given.
std::optional<std::string> argument(std::string_view name_and_kind, const Reason& reason) {
  const std::size_t colon = name_and_kind.find(':');
  const std::string_view name = name_and_kind.substr(0, colon);
  const std::string_view kind = colon == std::string_view::npos ? "" : name_and_kind.substr(colon + 1);
  const auto at = std::find_if(reason.arguments.begin(), reason.arguments.end(),
                               [&](const ReasonArgument& a) { return a.name == name; });
  if (at == reason.arguments.end()) return {};
  return std::visit([&](const auto& value) { return written(value, kind); }, at->value);
}

// The text with its arguments put in; nothing where one of them is not given. Holds no "[".
std::optional<std::string> filled(std::string_view text, const Reason& reason) {
  std::string out;
  for (std::size_t open = text.find('{'); open != std::string_view::npos; open = text.find('{')) {
    const std::size_t close = text.find('}', open);
    const auto value = argument(text.substr(open + 1, close - open - 1), reason);
    if (!value) return {};
    out.append(text.substr(0, open)).append(*value);
    text.remove_prefix(close + 1);
  }
  return out.append(text);
}

// What "[one|other]" stands for.
std::string choice(std::string_view text, const Reason& reason) {
  const std::size_t bar = text.find('|');
  if (const auto one = filled(text.substr(0, bar), reason)) return *one;
  return bar == std::string_view::npos ? std::string() : filled(text.substr(bar + 1), reason).value_or("");
}

}  // namespace

std::span<const ReasonCode> AnswerCode::all() { return kAnswers; }
std::span<const ReasonCode> FeedbackCode::all() { return kFeedback; }
std::span<const FailureCode> ErrorCode::all() { return kErrors; }
std::span<const ReasonCode> PhraseCode::all() { return kPhrases; }

std::ostream& operator<<(std::ostream& out, ReasonCode code) { return out << code.name(); }

std::string sentence(const Reason& reason) {
  std::string_view rest = reason.code.sentence();
  const std::string code(reason.code.name());
  std::string out;
  for (std::size_t open = rest.find('['); open != std::string_view::npos; open = rest.find('[')) {
    const std::size_t close = rest.find(']', open);
    out += filled(rest.substr(0, open), reason).value_or(code);
    out += choice(rest.substr(open + 1, close - open - 1), reason);
    rest.remove_prefix(close + 1);
  }
  return out + filled(rest, reason).value_or(code);
}

std::string sentences(const std::vector<Reason>& reasons) {
  std::string out;
  for (const Reason& reason : reasons) out += (out.empty() ? "" : "; ") + sentence(reason);
  return out;
}

}  // namespace whorl
