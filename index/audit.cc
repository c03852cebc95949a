// What a gallery tells of its audit log, and puts into it beside its changes.
#include "index/gallery_impl.h"

namespace whorl::index {
namespace {

constexpr const char* kCheckpoint = "checkpoint";

// The log as it lies in the gallery.
class GalleryLog final : public audit::LogSource {
 public:
  explicit GalleryLog(const AuditLog& log) : log_(log) {}
  [[nodiscard]] Result<Bytes> tile(const crypto::TileName& name) override { return log_.tile(name); }
  [[nodiscard]] Result<Bytes> entries(const crypto::TileName& name) override { return log_.entries(name); }

 private:
  const AuditLog& log_;
};

Error no_log() { return not_found("a gallery of an earlier format has no audit log"); }

}  // namespace

void Gallery::Parts::tend_audit() {
  if (store->broken()) return;
  const Status tended = store->audit().tend();
  if (!tended.ok() && !audit_failed) say(Severity::kError, "audit_checkpoint_not_kept", tended.error().message);
  audit_failed = !tended.ok();
}

Result<std::uint64_t> Gallery::Parts::export_audit(const std::filesystem::path& folder) {
  if (store->read_only()) return no_log();
  WHORL_ASSIGN(const audit::LogHead head, store->audit().head());
  GalleryLog log(store->audit());
  WHORL_TRY(audit::write_export(log, head, folder));
  return head.size;
}

Result<std::uint64_t> Gallery::Parts::prune_audit(std::uint64_t days, const audit::Asked& asked) {
  constexpr std::uint64_t kMsOfDay = std::uint64_t{24} * 60 * 60 * 1000;
  if (days < kLeastAuditDays || days > kMostKeepDays) {
    return invalid_input(
        "leaves are kept for " + std::to_string(kLeastAuditDays) + " to " + std::to_string(kMostKeepDays) + " days",
        "keep_days");
  }
  if (store->read_only()) return no_log();
  WHORL_TRY(ensure_store());
  const std::uint64_t keep_ms = days * kMsOfDay;
  const std::uint64_t before = now_ms() > keep_ms ? now_ms() - keep_ms : 0;
  std::uint64_t first = store->audit().report().first;
  for (;;) {
    const auto all = locks.everybody();  // so that the leaf counts those who are there
    const auto count = [&]() -> Result<std::uint64_t> {
      std::uint64_t encounters = 0;
      WHORL_TRY(store->records().scan_index([&](ByteView, ByteView) -> Status {
        ++encounters;
        return {};
      }));
      return encounters;
    };
    WHORL_ASSIGN(const std::uint64_t kept, store->audit().prune(before, count, asked));
    if (kept == first) return kept;
    first = kept;
  }
}

void Gallery::Parts::prune_audit_in_time() {
  if (!options.audit_keep_days || store->read_only() || store->broken()) return;
  constexpr std::chrono::hours kBetween{1};
  const auto now = std::chrono::steady_clock::now();
  if (pruned_last && now - *pruned_last < kBetween) return;
  pruned_last = now;
  const auto pruned = prune_audit(*options.audit_keep_days, {});
  if (!pruned.ok()) say(Severity::kError, "audit_not_pruned", pruned.error().message);
}

Result<std::uint64_t> Gallery::prune_audit(std::uint64_t keep_days, const audit::Asked& asked) {
  return parts_->prune_audit(keep_days, asked);
}

Status Gallery::Parts::name_subject(audit::Event& event, const std::string& person) const {
  if (person.empty() || store->read_only()) return {};
  WHORL_ASSIGN(const auto tags, store->records().tags_of(person, 1));
  if (!tags.empty()) event.subject = tags.front();
  return {};
}

Result<std::optional<std::uint64_t>> Gallery::note(audit::Event question, const std::string& person,
                                                   const audit::Asked& asked) {
  if (parts_->store->read_only()) return std::optional<std::uint64_t>();
  WHORL_TRY(parts_->ensure_store());
  WHORL_TRY(parts_->name_subject(question, person));
  WHORL_ASSIGN(const std::uint64_t leaf, parts_->store->audit().note(question, asked));
  return std::optional(leaf);
}

std::optional<AuditReport> Gallery::audit() const {
  if (parts_->store->read_only()) return {};
  return parts_->store->audit().report();
}

Result<Bytes> Gallery::audit_file(const std::string& path) {
  if (parts_->store->read_only()) return no_log();
  AuditLog& log = parts_->store->audit();
  if (path == kCheckpoint) {
    WHORL_ASSIGN(const audit::LogHead head, log.head());
    return Bytes(as_bytes(head.note).begin(), as_bytes(head.note).end());
  }
  if (const auto bundle = crypto::entries_of_path(path); bundle.ok()) return log.entries(*bundle);
  WHORL_ASSIGN(const crypto::TileName name, crypto::tile_of_path(path));
  return log.tile(name);
}

Result<std::uint64_t> Gallery::export_audit(const std::filesystem::path& folder) {
  return parts_->export_audit(folder);
}

Result<audit::Tag> Gallery::audit_tag(const std::string& month, const std::string& what,
                                      const std::string& name) const {
  if (parts_->store->read_only()) return no_log();
  return parts_->store->audit().tag(month, what, name);
}

Result<std::vector<audit::Tag>> Gallery::audit_subjects(const std::string& person_id) const {
  return parts_->store->records().tags_of(person_id, kMaxEncountersOfPerson);
}

}  // namespace whorl::index
