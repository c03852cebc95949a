// What a gallery says of itself. Plain values.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "templates/modality.h"

namespace whorl::index {

struct GalleryCounts {
  std::string gallery_id;
  std::uint64_t persons = 0;  // with at least one encounter in the gallery
  std::uint64_t encounters = 0;
  ByModality<std::uint64_t> samples = {};

  friend bool operator==(const GalleryCounts&, const GalleryCounts&) = default;
};

// How many samples of a modality one way of finding candidates goes through: "scan", or a type of FAISS's indexes.
struct SearchedBy {
  Modality modality = Modality::kFinger;
  std::string_view by;
  std::uint64_t samples = 0;
};

// Of a gallery's content.
struct GalleryPage {
  struct Entry {
    std::string person_id;
    std::string encounter_id;

    friend bool operator==(const Entry&, const Entry&) = default;
  };
  std::vector<Entry> entries;
  std::uint64_t total = 0;  // in the gallery
};

// Samples whose templates another extractor version than this build's has made.
struct OtherExtractor {
  Modality modality = Modality::kFinger;
  std::uint32_t version = 0;
  std::uint64_t samples = 0;
  std::uint64_t with_image = 0;  // of them: kept images, so that they can be extracted again

  friend bool operator==(const OtherExtractor&, const OtherExtractor&) = default;
};

// The keys of a sealed gallery (docs/keys.md).
struct KeysReport {
  std::string gallery;                          // its UUID's 32 hexadecimal digits
  std::uint32_t epoch = 0;                      // the newest gallery key's
  std::vector<std::uint32_t> earlier_epochs{};  // their keys are there still: a rotation was not finished
  std::uint64_t wraps = 0;                      // keys wrapped under the newest, at least
  std::filesystem::path root_key{};
  bool root_key_made_by_whorl = false;  // it lies where Whorl put it, on the machine's own disk
};

// What a change of the gallery's key did (docs/keys.md).
struct Rotation {
  std::uint32_t epoch = 0;      // of the key that is left
  std::uint64_t rewrapped = 0;  // keys of encounters, snapshots and settings
};
// Called before each step and each batch of it; an error ends the rotation there, as the end of the process would. For
// tests.
using RotationWatch = std::function<Status(std::string_view step)>;

// The audit log of a gallery (docs/audit.md).
struct AuditReport {
  std::uint64_t leaves = 0;
  std::uint64_t signed_leaves = 0;  // of the last checkpoint
  std::uint64_t first = 0;          // leaf that is kept: those before were pruned
  std::uint64_t signed_ms = 0;      // when it was made, since 1970
  std::string key;                  // what it is verified with (C2SP signed-note)
};

// A copy of the gallery that was made, or was to be (docs/keys.md).
enum class BackupResult : std::uint8_t {
  kUnknown,  // it was begun; also what a copy says of itself
  kMade,
  kFailed,
};
struct BackupNote {
  std::uint64_t number = 0;    // counted from 1
  std::uint64_t begun_ms = 0;  // since 1970
  std::uint64_t ended_ms = 0;  // 0 where the result is not known
  std::uint64_t leaves = 0;    // of the audit log, its own included; at least so many where the result is not known
  BackupResult result = BackupResult::kUnknown;

  friend bool operator==(const BackupNote&, const BackupNote&) = default;
};

// What is kept for how long, and what came of it (docs/retention.md).
struct RetentionReport {
  std::uint64_t keep_days = 0;  // the gallery's setting; 0: none
  std::uint64_t due = 0;        // encounters that should be gone and are not, at the last look
  std::uint64_t held = 0;       // of those whose time has come: under a hold, and not counted as due
  std::uint64_t erased = 0;     // since the gallery was opened, because their time had come
  std::uint64_t looked_ms = 0;  // when the last look was, since 1970; 0: none yet
};

// Its figures in one line, for another process, and back. Errors: kCorruption.
std::string retention_line(const RetentionReport& report);
Result<RetentionReport> parse_retention_line(const std::string& line);

// How a gallery was opened.
struct OpeningReport {
  std::uint64_t snapshots_used = 0;
  std::vector<std::string> snapshots_dropped;  // why each did not verify; their encounters were prepared again
  std::uint64_t encounters_from_snapshots = 0;
  std::uint64_t encounters_prepared = 0;         // from their records
  std::uint64_t encounters_outdated = 0;         // in a snapshot, but erased or replaced since
  std::uint64_t records_converted = 0;           // from an earlier gallery format
  std::vector<OtherExtractor> other_extractors;  // in order of modality and version
  std::optional<bool> keeps_images_now = {};     // the setting, where this opening changed it
  bool read_only = false;                        // of an earlier format: it takes no changes
  std::optional<KeysReport> keys = {};           // of a sealed gallery

  // What an operator should know of it, a sentence each.
  [[nodiscard]] std::vector<std::string> notices() const;
};

// What an operator should know of how a gallery is sealed, and do: a stable code and a sentence each.
struct KeysNotice {
  const char* code = "";
  std::string text;
};
std::vector<KeysNotice> keys_notices(const OpeningReport& report);
// A sentence for an operator: how many samples are of which version, and what to do. Precondition: not empty.
std::string other_extractors_notice(const std::vector<OtherExtractor>& others);
// The same of the setting of images.
std::string images_notice(bool keeps);

// What the shards' housekeeping did since the gallery was opened.
struct KeepingReport {
  std::uint64_t shards_written = 0;  // sealed, merged or rewritten
  std::uint64_t snapshots_written = 0;
  std::uint64_t failures = 0;  // left for another try; searches are not affected
  std::string last_failure;
};

struct MemoryUse {
  std::uint64_t sealed_bytes = 0;     // sealed shards: what screening reads, faces, identifiers
  std::uint64_t head_bytes = 0;       // shards not sealed yet
  std::uint64_t directory_bytes = 0;  // who is enrolled and where
  std::uint64_t store_bytes = 0;      // caches and buffers of the database, at most
  std::uint64_t cache_bytes = 0;      // templates that were compared last
  [[nodiscard]] std::uint64_t total() const {
    return sealed_bytes + head_bytes + directory_bytes + store_bytes + cache_bytes;
  }
};

// What became of one batch of a bulk load.
struct LoadOutcome {
  struct Refusal {
    std::string person_id;
    std::string encounter_id;
    Error error;
  };
  std::uint64_t encounters = 0;
  ByModality<std::uint64_t> samples = {};
  std::vector<Refusal> refused;  // each by itself; the others were loaded
};

}  // namespace whorl::index
