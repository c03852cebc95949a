// Whether a log is whole: its tree is made anew from its leaves and held against its hashes, its signed checkpoints,
// and those that somebody kept from earlier. scripts/audit-verify does the same and shares no code with it.
//
// Thread-safety: pure but for the files that are read.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "audit/export_folder.h"
#include "audit/leaf.h"
#include "base/result.h"
#include "crypto/log/checkpoint.h"

namespace whorl::audit {

struct VerifyWhat {
  crypto::NoteVerifier key;                       // of the log
  std::vector<std::string> earlier{};             // notes that were kept elsewhere: the log must have grown out of them
  std::vector<crypto::NoteVerifier> witnesses{};  // whose cosignatures are looked for
  std::size_t least_witnesses = 0;                // of them must have cosigned the last checkpoint
};

struct Verified {
  std::string origin;
  std::uint64_t leaves = 0;
  crypto::TreeHash root{};
  std::uint64_t first_ms = 0;  // of the first and the last leaf
  std::uint64_t last_ms = 0;
  std::map<std::string, std::uint64_t> operations;  // leaves of each, by name
  // Encounters that the gallery has by what the log says: those of the beginning, and what came and went. Leaves of
  // copies that were put back say it anew.
  std::int64_t encounters = 0;
  std::uint64_t pruned = 0;                     // leaves that are not there: a later one says that they were pruned
  std::uint64_t checkpoints = 0;                // that fit, the last one included
  std::vector<crypto::NoteSigned> witnesses{};  // of the last checkpoint
};

// Every leaf must parse, have the number of its place, and a time not before that of the one before it; the first one
// begins the log. A bundle of entries may be missing where a later leaf says that it was pruned; its hashes stand for
// it. Every tile must be that of the leaves; every checkpoint must be signed by the log's key and have the root that
// the leaves give. Cost: about three microseconds a leaf. Errors: kCorruption, saying where; kNotFound (a file is
// missing); as open_checkpoint.
Result<Verified> verify(ExportFolder& log, const VerifyWhat& what);

}  // namespace whorl::audit
