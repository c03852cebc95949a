// How a gallery is opened. What each choice costs stands in docs/capacity.md.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>

#include "base/event.h"
#include "base/file_system.h"
#include "base/progress.h"
#include "base/world.h"

namespace rocksdb {
class Env;
}

namespace whorl::index {

// Whether shards of many faces have a FAISS index, and searches ask it. kWhereFast: where FAISS was built with AVX2 and
// the processor has it (scripts/faiss-avx2); elsewhere it takes longer than a scan of everybody.
enum class FaceIndexUse { kWhereFast, kAlways, kNever };

struct GalleryOptions {
  std::filesystem::path directory;
  bool create_if_missing = true;
  int threads = 0;  // 0: all cores
  // Fingers and faces in the growing shard when it is sealed. Sealed shards are merged up to 64 times as large.
  // At least kMaxFingers.
  std::size_t shard_fingers = 2048;
  // Most memory that the gallery may take, by its own count (Gallery::memory()); 0: no limit.
  std::uint64_t memory_limit_bytes = 0;
  // Prepared templates that are kept in memory after they were compared, so that small galleries are searched without
  // their disk: at most so many bytes, and at most an eighth of the limit.
  std::size_t template_cache_bytes = std::size_t{512} << 20;
  // Of this process: what the gallery that was opened last says. Answers are the same with each.
  FaceIndexUse face_index = FaceIndexUse::kWhereFast;
  // Read every record while opening, and check it against its checksum and the index: a damaged record then stops the
  // gallery from opening even where a snapshot holds its templates. False: such a record is found when it is read.
  bool verify_records = true;
  // Whether images of enrolments to come are kept beside their records: what is said here is the gallery's setting from
  // now on. Empty: as it is; off in a new gallery. Kept images stay until their encounter is erased. Builds that know
  // none do not open a gallery any more that has ever kept images.
  std::optional<bool> keep_images = {};
  // The file of the root key under which the gallery's keys are sealed (docs/keys.md). Empty: root.key of systemd's
  // credentials, else the one in the user's state folder, which is made once where nothing is sealed under it yet.
  std::optional<std::filesystem::path> root_key = {};
  // A file, best on another disk or machine, to which each signed checkpoint of the audit log is appended. Where there
  // is one when the gallery is opened, its last checkpoint must fit the log: an earlier copy of the gallery does not
  // open (docs/audit.md). Empty: none.
  std::optional<std::filesystem::path> audit_checkpoints = {};
  // For how many days leaves of the audit log are kept; the housekeeping lets older ones go, whose hashes stay
  // (docs/audit.md). Empty: for ever.
  std::optional<std::uint64_t> audit_keep_days = {};
  // Seal a gallery of an earlier format. Without it such a gallery is read and searched, and takes no changes.
  bool seal = false;
  // Is told how far that conversion has come, while the gallery is opened.
  ProgressCallback converting = {};
  // Is told what an operator should know: a shard that failed in a search, a snapshot that could not be written or
  // did not verify, a refusal for want of memory or room, a disk that fails and one that is back.
  EventSink events = {};

  // Bytes that must stay free on the gallery's disk. A change that would leave less is refused with kExhausted, so that
  // the database can always write out what it holds. Empty: 256 MiB, or a twentieth of the disk where that is less.
  // Erasing may use three quarters of it.
  std::optional<std::uint64_t> least_free_bytes = {};
  // After a change that the disk refused, the database is opened again at most this often.
  std::chrono::milliseconds reopen_after{1000};
  // Bytes of erased people leave the gallery's files at most this long after the erasure, while the gallery is open
  // (and soon after it is opened, where they are older). docs/gallery-format.md says how.
  std::chrono::seconds purge_after{std::chrono::hours(24)};

  // Nothing is erased because its time has come, and no answer let go, but by Gallery::let_go: several processes that
  // hold the same people do so together.
  bool lets_go_when_told = false;

  // The world, the disk as the database sees it, and the disk for all else. Borrowed; null: the machine's own. Tests
  // put disks that fail in their place.
  World* world = nullptr;
  rocksdb::Env* env = nullptr;
  FileSystem* files = nullptr;
};

}  // namespace whorl::index
