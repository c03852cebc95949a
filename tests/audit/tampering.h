// Ways to tamper with an exported log, drawn from a seed.
#pragma once

#include <filesystem>
#include <string>

#include "tests/audit/drawn_log.h"

namespace whorl::audit {

// A log, exported; the same pruned; a copy of it as it was earlier; and a checkpoint between the two that a witness had
// cosigned and somebody kept.
struct Victim {
  explicit Victim(const std::filesystem::path& folder);

  DrawnLog log;
  crypto::NoteSigner witness;
  std::filesystem::path whole;    // the log; the witness has cosigned its last checkpoint
  std::filesystem::path pruned;   // the log, and one leaf more, without its first two bundles
  std::filesystem::path earlier;  // of fewer leaves than `since`
  std::filesystem::path since;    // a file of the checkpoint
  std::filesystem::path proof;    // that `entry` is in the log
  std::filesystem::path entry;    // a leaf
  std::filesystem::path growth;   // that the log has grown out of `since`
};

// What is to be verified.
enum class Claim { kLog, kCosignedLog, kLeaf, kGrowth };

struct Tampered {
  std::string words;  // what was done
  Claim claim = Claim::kLog;
};

inline constexpr unsigned kTamperings = 24;

// Makes `folder` a copy of the log, or of a proof ("proof", "entry", "growth"), that was tampered with in way number
// `way` (below kTamperings), drawn from `random`.
Tampered tamper(Victim& victim, unsigned way, std::mt19937_64& random, const std::filesystem::path& folder);

}  // namespace whorl::audit
