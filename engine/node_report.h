// What a node says of itself to whoever runs it, beyond what is quick (NodeHealth). Holds no personal data.
//
// Plain values that own all they hold.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/types.h"

namespace whorl::engine {

// What is quick, beside NodeHealth: for metrics.
struct NodeDuties {
  // Of records: docs/retention.md.
  std::uint64_t due_not_erased = 0;
  std::uint64_t due_held = 0;
  std::uint64_t erased_when_due = 0;  // since the gallery was opened
  // Of the audit log; empty of a gallery of an earlier format.
  struct Log {
    std::uint64_t leaves = 0;
    std::uint64_t signed_leaves = 0;
    std::uint64_t signed_ms = 0;  // since 1970
  };
  std::optional<Log> log;
  // Samples by what finds candidates among them: "scan", or a type of FAISS's indexes (docs/index.md).
  struct SearchedBy {
    std::string modality;
    std::string by;
    std::uint64_t samples = 0;
  };
  std::vector<SearchedBy> searched_by = {};
};

struct NodeReport {
  NodeHealth health;

  // The audit log (docs/audit.md).
  struct Audit {
    std::uint64_t leaves = 0;
    // Of the last checkpoint: how many of them it covers, when it was signed, and its text (C2SP tlog-checkpoint),
    // whose third line is the root of their tree.
    std::uint64_t signed_leaves = 0;
    std::chrono::system_clock::time_point signed_at;
    std::string checkpoint;
    // What it is verified with (C2SP signed-note).
    std::string key;
  };
  // Empty of a gallery of an earlier format.
  std::optional<Audit> audit;

  // The gallery's keys (docs/keys.md). No key, and nothing that opens one.
  struct Keys {
    std::uint32_t epoch = 0;
    // A rotation was begun and not finished: goes on when it is asked for again.
    bool rotation_unfinished = false;
    std::uint64_t wraps = 0;
    // The root key lies where Whorl put it, on the machine's own disk.
    bool root_key_made_by_whorl = false;
  };
  // Empty of a gallery that is not sealed.
  std::optional<Keys> keys;

  // Copies of the whole gallery that were made by Whorl, in the order in which they were begun; the latest 32.
  struct Backup {
    enum class Result : std::uint8_t { kUnknown, kMade, kFailed };
    std::chrono::system_clock::time_point begun_at;
    std::optional<std::chrono::system_clock::time_point> ended_at;  // empty where the result is not known
    std::uint64_t leaves = 0;                                       // of the audit log then
    Result result = Result::kUnknown;
  };
  std::vector<Backup> backups;
  // The gallery's id, to which all of a copy is bound; 32 hexadecimal digits. Empty of one that is not sealed.
  std::string gallery;

  // What the operator should know and do.
  struct Notice {
    std::string code;
    std::string text;
  };
  std::vector<Notice> notices;
  // Of enrolments to come.
  bool keeps_images = false;
};

}  // namespace whorl::engine
