// Holds a gallery that was just opened after a kill against the oracle.
#pragma once

#include <cstdint>
#include <filesystem>
#include <random>

#include "index/gallery.h"
#include "tests/crash/oracle.h"

namespace whorl::crash {

struct Tally {
  std::uint64_t done = 0;           // unacknowledged operations that were wholly there
  std::uint64_t not_done = 0;       // that were wholly not
  std::uint64_t found = 0;          // searches with an enrolled capture that gave its person first
  std::uint64_t gone = 0;           // searches for somebody erased that gave others
  std::uint64_t records = 0;        // read back from disk
  std::uint64_t shard_entries = 0;  // encounters met in shards
  std::uint64_t from_snapshots = 0;
  std::uint64_t leaves = 0;  // of the audit log, last
  std::uint64_t lost = 0;    // enrolments not found, erasures undone, halves, doubles, wrong counts
};

// Each adds a test failure for everything that is not as it must be, and counts it in `tally.lost`.

// Finds out what became of the operations that were under way, and writes it down.
void look_into_pending(const index::Gallery& gallery, Oracle& oracle, const std::filesystem::path& file, Tally& tally);
// Counts, receipts, every shard entry, and searches: for everything in oracle.recent, and for some of the
// rest.
void check_gallery(const index::Gallery& gallery, const Oracle& oracle, std::mt19937_64& random, Tally& tally);
// The audit log, exported to `folder` in each cycle: whole, grown out of what it was in the cycle before, and without
// an effect that has no leaf or a leaf that has no effect.
void check_audit(index::Gallery& gallery, const Oracle& oracle, const std::filesystem::path& folder, Tally& tally);
// Every record and every index entry, from the disk; the gallery must be closed.
void check_records(const std::filesystem::path& directory, const Oracle& oracle, Tally& tally);

}  // namespace whorl::crash
