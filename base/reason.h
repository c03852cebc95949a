// Why something is so: a code with arguments for programs, and from them the sentence for a person.
//
// Answers, advice about a capture and errors all say why in this way. Every code stands with its English sentence in
// one catalogue (base/catalogue.inc), and no other place can make one; a sentence in another language needs the code
// and the arguments alone. Codes and the names of arguments are stable; sentences may be worded anew. Pure functions;
// thread-safe.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/error_kind.h"

namespace whorl {

// A code and its sentence. Only the catalogue makes one that is not empty. Both texts live as long as the program.
//
// In the sentence "{name}" stands for an argument, "{name:kind}" for one that is written in a way of its own, and
// "[one|other]" for `one` where every argument in it is given, else for `other` (or nothing).
//   kinds: dB "36.0 dB"; odds "1 in 4,000", of a probability; about the same of two digits, "1 in 19,000"; persons
//          "1 person", "40 persons"; some "none", "only 3"; cosine "cosine 0.71"; finger "right index", of a position's
//          name; phrase: the argument is the code of a phrase of the catalogue; plain "4000", and without a kind
//          "4,000"; few "two", "3"; number "0.5", "500"; whole "36"; tenths "1.4"; MiB and GiB, of bytes.
class ReasonCode {
 public:
  constexpr ReasonCode() = default;

  [[nodiscard]] constexpr std::string_view name() const { return name_; }
  [[nodiscard]] constexpr std::string_view sentence() const { return sentence_; }
  [[nodiscard]] constexpr bool empty() const { return name_.empty(); }

  friend constexpr bool operator==(ReasonCode a, ReasonCode b) { return a.name_ == b.name_; }
  friend constexpr auto operator<=>(ReasonCode a, ReasonCode b) { return a.name_ <=> b.name_; }
  friend constexpr bool operator==(ReasonCode code, std::string_view name) { return code.name_ == name; }
  friend std::ostream& operator<<(std::ostream& out, ReasonCode code);

 private:
  friend class FailureCode;
  friend struct AnswerCode;
  friend struct FeedbackCode;
  friend struct PhraseCode;
  constexpr ReasonCode(std::string_view name, std::string_view sentence) : name_(name), sentence_(sentence) {}

  std::string_view name_;
  std::string_view sentence_;
};

// The code of an error, which says of what kind the error is.
class FailureCode : public ReasonCode {
 public:
  [[nodiscard]] constexpr ErrorKind kind() const { return kind_; }

 private:
  friend struct ErrorCode;
  constexpr FailureCode(ErrorKind kind, std::string_view name, std::string_view sentence)
      : ReasonCode(name, sentence), kind_(kind) {}

  ErrorKind kind_;
};

using ReasonValue = std::variant<std::string, double, std::uint64_t, std::int64_t>;

// One fact that a sentence names. Units stand at the end of the name: "score_db" is decibels, "chance" a probability.
struct ReasonArgument {
  std::string_view name;  // lives as long as the program
  ReasonValue value;

  friend bool operator==(const ReasonArgument&, const ReasonArgument&) = default;
};

// A reason. Empty where nothing was decided.
struct Reason {
  ReasonCode code;
  std::vector<ReasonArgument> arguments;

  friend bool operator==(const Reason&, const Reason&) = default;
};

// The English sentence; empty for an empty reason. Where an argument is lacking it is the code itself; a kind that does
// not fit its argument gives the argument as it is.
std::string sentence(const Reason& reason);
// The sentences with "; " between them.
std::string sentences(const std::vector<Reason>& reasons);

// -- Reasons whose arguments the compiler checks ----------------------------------------------------------------------

// The name of an argument as a template's parameter; at most 23 bytes.
struct ArgumentName {
  char text[24] = {};
  std::size_t size = 0;

  template <std::size_t n>
  consteval ArgumentName(const char (&name)[n]) : size(n - 1) {  // NOLINT(google-explicit-constructor)
    static_assert(n <= sizeof text);
    for (std::size_t i = 0; i + 1 < n; ++i) text[i] = name[i];
  }
  [[nodiscard]] constexpr std::string_view view() const { return {text, size}; }
};

// An argument whose name the compiler knows.
template <ArgumentName name>
struct NamedArgument {
  ReasonValue value;
};

template <ArgumentName name>
NamedArgument<name> with(std::string text) {
  return {std::move(text)};
}
template <ArgumentName name>
NamedArgument<name> with(std::string_view text) {
  return {std::string(text)};
}
template <ArgumentName name>
NamedArgument<name> with(const char* text) {
  return {std::string(text)};
}
template <ArgumentName name>
NamedArgument<name> with(ReasonCode phrase) {
  return {std::string(phrase.name())};
}
template <ArgumentName name>
NamedArgument<name> with(std::floating_point auto number) {
  return {static_cast<double>(number)};
}
template <ArgumentName name>
NamedArgument<name> with(std::unsigned_integral auto number) {
  return {static_cast<std::uint64_t>(number)};
}
template <ArgumentName name>
NamedArgument<name> with(std::signed_integral auto number) {
  return {static_cast<std::int64_t>(number)};
}

// Whether every argument that the sentence cannot do without is among `names`, and it has a place for each of them.
constexpr bool fits(std::string_view sentence, std::initializer_list<std::string_view> names) {
  bool optional = false;
  std::size_t placed = 0;
  for (const std::string_view name : names) {
    bool found = false;
    for (std::size_t at = sentence.find(name); at != std::string_view::npos && !found;
         at = sentence.find(name, at + 1)) {
      const std::size_t end = at + name.size();
      found =
          at > 0 && sentence[at - 1] == '{' && end < sentence.size() && (sentence[end] == ':' || sentence[end] == '}');
    }
    if (found) ++placed;
  }
  for (std::size_t at = 0; at < sentence.size(); ++at) {
    if (sentence[at] == '[') optional = true;
    if (sentence[at] == ']') optional = false;
    if (sentence[at] != '{' || optional) continue;
    const std::size_t end = sentence.find_first_of(":}", at);
    bool given = false;
    for (const std::string_view name : names) given = given || name == sentence.substr(at + 1, end - at - 1);
    if (!given) return false;
  }
  return placed == names.size();
}

// A code whose sentence these arguments fit; with others it does not compile.
template <class Code, ArgumentName... names>
class FittingCode {
 public:
  consteval FittingCode(Code code) : code_(code) {  // NOLINT(google-explicit-constructor)
    if (!fits(code.sentence(), {names.view()...})) throw "the arguments do not fit the sentence";
  }
  [[nodiscard]] constexpr Code get() const { return code_; }

 private:
  Code code_;
};

// reason_of(FeedbackCode::kFaceTurned, with<"degrees">(31.0))
template <ArgumentName... names>
Reason reason_of(std::type_identity_t<FittingCode<ReasonCode, names...>> code, NamedArgument<names>... arguments) {
  return {code.get(), {ReasonArgument{names.view(), std::move(arguments.value)}...}};
}

}  // namespace whorl
