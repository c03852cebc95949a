// What keeps a gallery in order while it is open: its key is changed, it is copied, and other processes ask for both.
#include <algorithm>

#include "index/gallery_impl.h"

namespace whorl::index {

Result<Rotation> Gallery::Parts::rotate(std::uint64_t erasures, const RotationWatch& watch, const audit::Asked& asked) {
  WHORL_ASSIGN(const Rotation done, store->rotate_keys(watch, asked));
  WHORL_TRY(store->records().note_rotation(erasures, now_ms()));
  say(Severity::kInfo, "keys_rotated",
      "the gallery has a new key, of epoch " + std::to_string(done.epoch) + "; " + std::to_string(done.rewrapped) +
          " keys were wrapped anew, and the earlier one is destroyed");
  return done;
}

void Gallery::Parts::rotate_when_due() {
  const auto due = store->records().unrotated_since();
  if (!due.ok() || !*due) return;
  if (std::chrono::milliseconds(now_ms() - std::min(now_ms(), **due)) < options.purge_after) return;
  const std::uint64_t erasures = store->records().erasures();
  const auto unpurged = store->records().erased_since();
  if (!unpurged.ok() || *unpurged) return;  // chores() has that done first
  constexpr std::chrono::minutes kBeforeRetry{1};
  const auto now = std::chrono::steady_clock::now();
  if (rotated_last && now - *rotated_last < kBeforeRetry) return;
  rotated_last = now;
  const std::unique_lock one(rotating, std::try_to_lock);
  if (!one.owns_lock()) return;
  const auto done = rotate(erasures, {}, {});
  if (!done.ok()) say(Severity::kError, "keys_not_rotated", done.error().message);
}

Result<Rotation> Gallery::rotate_keys(const RotationWatch& watch, const audit::Asked& asked) {
  if (parts_->store->read_only()) return parts_->store->health().error();
  WHORL_TRY(parts_->ensure_store());
  const std::scoped_lock one(parts_->rotating);
  const std::uint64_t erasures = parts_->store->records().erasures();
  WHORL_TRY(parts_->compaction.purge());
  return parts_->rotate(erasures, watch, asked);
}

Status Gallery::move_keys(const std::filesystem::path& root_key, const audit::Asked& asked) {
  if (parts_->store->read_only()) return parts_->store->health();
  const std::scoped_lock one(parts_->rotating);
  return parts_->store->move_keys(root_key, asked);
}

Status Gallery::backup(const std::filesystem::path& to, const audit::Asked& asked) {
  WHORL_TRY(parts_->ensure_store());
  return parts_->store->backup(to, asked);
}

Result<std::vector<BackupNote>> Gallery::backups() const { return parts_->store->backups(); }

std::optional<KeysReport> Gallery::keys() const { return parts_->store->keys(); }

void Gallery::Parts::answer(const UpkeepRequest& request) {
  if (request.verb == UpkeepVerb::kBackup) {
    const Status done = store->backup(request.folder, {});
    answer_upkeep(request, done.ok() ? Result<std::string>("") : done.error());
    return;
  }
  if (request.verb == UpkeepVerb::kExportAudit) {
    const Result<std::uint64_t> leaves = export_audit(request.folder);
    answer_upkeep(request, leaves.ok() ? Result<std::string>(std::to_string(*leaves)) : leaves.error());
    return;
  }
  if (request.verb == UpkeepVerb::kPruneAudit) {
    const std::string days = request.folder.string();
    const auto first = prune_audit(std::strtoull(days.c_str(), nullptr, 10), {});
    answer_upkeep(request, first.ok() ? Result<std::string>(std::to_string(*first)) : first.error());
    return;
  }
  if (request.verb != UpkeepVerb::kRotate) {
    answer_upkeep(request, answer_retention(request));
    return;
  }
  const std::scoped_lock one(rotating);
  const std::uint64_t erasures = store->records().erasures();
  const Status purged = compaction.purge();
  const Result<Rotation> done = purged.ok() ? rotate(erasures, {}, {}) : Result<Rotation>(purged.error());
  answer_upkeep(request, done.ok() ? Result<std::string>(std::to_string(done->epoch)) : done.error());
}

// The housekeeping's thread hears of requests and may not wait for itself, which a rotation does: each has its own.
void Gallery::Parts::answer_requests() {
  const std::scoped_lock lock(upkeep_mutex);
  if (closing) return;
  std::erase_if(upkeep,
                [](const auto& one) { return one.wait_for(std::chrono::seconds(0)) == std::future_status::ready; });
  for (const UpkeepRequest& request : take_upkeep_requests(options.directory)) {
    upkeep.push_back(std::async(std::launch::async, [this, request] { answer(request); }));
  }
}

Gallery::Parts::~Parts() {
  std::vector<std::future<void>> last;
  {
    const std::scoped_lock lock(upkeep_mutex);
    closing = true;
    last.swap(upkeep);
    if (sweep.valid()) last.push_back(std::move(sweep));
  }
  for (auto& one : last) one.wait();
}

}  // namespace whorl::index
