// What a case can be about, what somebody can say of it, and why: rows. Private to this room.
//
// Thread-safe: constants.
#pragma once

#include <chrono>
#include <span>
#include <string_view>

#include "engine/case_desk.h"

namespace whorl::engine {

struct CaseKindRow {
  CaseKind kind;
  std::string_view name;
  int decisions;             // that have to agree, unless who opens it says otherwise
  std::chrono::hours keeps;  // then it goes, decided or not
};
std::span<const CaseKindRow> case_kinds();
const CaseKindRow& case_row_of(CaseKind kind);

// How long somebody has a case who does nothing more.
inline constexpr std::chrono::minutes kClaimLasts{15};
// Cases that are kept at once.
inline constexpr std::size_t kMostCases = 20'000;
// Candidates of one; those of a search that come after them are left out.
inline constexpr std::size_t kMostCaseCandidates = 10;
inline constexpr int kMostDecisions = 3;

}  // namespace whorl::engine
