// What can be asked of the audit log of a node (docs/audit.md). Every answer is a text that a verifier takes as it is.
//
// Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

namespace whorl::engine {

inline constexpr std::uint64_t kMostLeavesOfAnswer = 1000;

// The last signed checkpoint, made now where it is due (C2SP tlog-checkpoint).
struct AuditHead {};

// Leaves from `first` on, a line each; at most kMostLeavesOfAnswer, and as many as the last checkpoint covers.
struct AuditLeaves {
  std::uint64_t first = 0;
  std::uint64_t count = kMostLeavesOfAnswer;
};

// That a leaf is in the log (audit/proof_file.h).
struct AuditInclusion {
  std::uint64_t leaf = 0;
};

// That the log of `to` leaves has grown out of that of `from` (audit/growth_file.h). Empty: the last checkpoint's.
struct AuditGrowth {
  std::uint64_t from = 0;
  std::optional<std::uint64_t> to = {};
};

using AuditQuestion = std::variant<AuditHead, AuditLeaves, AuditInclusion, AuditGrowth>;

}  // namespace whorl::engine
