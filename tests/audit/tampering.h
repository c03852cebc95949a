// Ways to tamper with an exported log, drawn from a seed.
#pragma once

#include <filesystem>
#include <string>

#include "tests/audit/drawn_log.h"

namespace whorl::audit {

// A log, exported; a copy of it as it was earlier; and a checkpoint that somebody kept between the two.
struct Victim {
  explicit Victim(const std::filesystem::path& folder);

  DrawnLog log;
  std::filesystem::path whole;    // the log
  std::filesystem::path earlier;  // of fewer leaves than `since`
  std::filesystem::path since;    // a file of the checkpoint
  std::uint64_t since_size = 0;
};

inline constexpr unsigned kTamperings = 16;

// Makes `folder` a copy of the log that was tampered with in way number `way` (below kTamperings), drawn from `random`.
// Gives a word for it.
std::string tamper(Victim& victim, unsigned way, std::mt19937_64& random, const std::filesystem::path& folder);

}  // namespace whorl::audit
