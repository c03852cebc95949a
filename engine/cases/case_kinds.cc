#include "engine/cases/case_kinds.h"

#include <algorithm>
#include <iterator>

namespace whorl::engine {
namespace {

constexpr CaseKindRow kKinds[] = {
    {CaseKind::kIdentification, "identification", 2, std::chrono::hours(24 * 7)},
    {CaseKind::kDeduplication, "deduplication", 2, std::chrono::hours(24 * 90)},
};

template <class Value>
struct Named {
  Value value;
  std::string_view name;
};
constexpr Named<CaseAnswer> kAnswers[] = {
    {CaseAnswer::kSame, "same"}, {CaseAnswer::kDifferent, "different"}, {CaseAnswer::kCannotTell, "cannot_tell"}};
constexpr Named<CaseState> kStates[] = {
    {CaseState::kWaiting, "waiting"}, {CaseState::kDecided, "decided"}, {CaseState::kDisputed, "disputed"}};

constexpr Named<CaseAnswer> kReasons[] = {
    {CaseAnswer::kSame, "ridges_agree"},        {CaseAnswer::kSame, "points_agree"},
    {CaseAnswer::kDifferent, "ridges_differ"},  {CaseAnswer::kDifferent, "points_differ"},
    {CaseAnswer::kCannotTell, "poor_capture"},  {CaseAnswer::kCannotTell, "too_little_in_common"},
    {CaseAnswer::kCannotTell, "damaged_finger"}};

template <class Value, std::size_t n>
std::string_view name_in(const Named<Value> (&rows)[n], Value value) {
  for (const auto& row : rows) {
    if (row.value == value) return row.name;
  }
  return "";
}

template <class Value, std::size_t n>
std::optional<Value> named_in(const Named<Value> (&rows)[n], std::string_view name) {
  for (const auto& row : rows) {
    if (row.name == name) return row.value;
  }
  return {};
}

}  // namespace

std::span<const CaseKindRow> case_kinds() { return kKinds; }

const CaseKindRow& case_row_of(CaseKind kind) {
  return *std::find_if(std::begin(kKinds), std::end(kKinds), [&](const CaseKindRow& row) { return row.kind == kind; });
}

std::string_view name_of(CaseKind kind) { return case_row_of(kind).name; }
std::string_view name_of(CaseAnswer answer) { return name_in(kAnswers, answer); }
std::string_view name_of(CaseState state) { return name_in(kStates, state); }

std::optional<CaseKind> case_kind_named(std::string_view name) {
  for (const CaseKindRow& row : kKinds) {
    if (row.name == name) return row.kind;
  }
  return {};
}
std::optional<CaseAnswer> case_answer_named(std::string_view name) { return named_in(kAnswers, name); }
std::optional<CaseState> case_state_named(std::string_view name) { return named_in(kStates, name); }

bool is_case_reason(CaseAnswer answer, std::string_view reason) {
  return std::any_of(std::begin(kReasons), std::end(kReasons),
                     [&](const auto& row) { return row.value == answer && row.name == reason; });
}

}  // namespace whorl::engine
