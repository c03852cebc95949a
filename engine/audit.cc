// The audit log for whoever may read it: what is answered is a text of the room audit/.
#include "audit/growth_file.h"
#include "audit/proof_file.h"
#include "crypto/log/tile.h"
#include "engine/call_record.h"
#include "engine/engine.h"
#include "engine/engine_state.h"

namespace whorl::engine {
namespace {

// The gallery's log as it was when its last checkpoint was made.
class GalleryLog final : public audit::LogSource {
 public:
  static Result<GalleryLog> of(index::Gallery& gallery) {
    WHORL_ASSIGN(const Bytes note, gallery.audit_file("checkpoint"));
    const auto report = gallery.audit();
    if (!report) return not_found("a gallery of an earlier format has no audit log");
    WHORL_ASSIGN(const auto key, crypto::NoteVerifier::parse(report->key));
    GalleryLog out(gallery);
    out.note_ = as_text(note);
    out.first_ = report->first;
    WHORL_ASSIGN(const auto opened, crypto::open_checkpoint(out.note_, key, {}));
    out.size_ = opened.checkpoint.size;
    return out;
  }
  [[nodiscard]] Result<Bytes> tile(const crypto::TileName& name) override {
    return gallery_->audit_file(crypto::tile_path(name));
  }
  [[nodiscard]] Result<Bytes> entries(const crypto::TileName& name) override {
    return gallery_->audit_file(crypto::entries_path(name));
  }
  [[nodiscard]] const std::string& note() const { return note_; }
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] std::uint64_t first() const { return first_; }

 private:
  explicit GalleryLog(index::Gallery& gallery) : gallery_(&gallery) {}
  index::Gallery* gallery_;
  std::string note_;
  std::uint64_t size_ = 0;
  std::uint64_t first_ = 0;  // leaf that is kept
};

Result<std::string> answer(GalleryLog& log, const AuditHead&) { return log.note(); }

Result<std::string> answer(GalleryLog& log, const AuditLeaves& asked) {
  if (asked.count == 0 || asked.count > kMostLeavesOfAnswer) return invalid_input("no such number of leaves", "count");
  if (asked.first >= log.size()) return not_found("the log has no leaf of this number yet", "first");
  if (asked.first < log.first()) return not_found("leaves of this age are kept no more", "first");
  const std::uint64_t end = asked.first + std::min(asked.count, log.size() - asked.first);
  std::string out;
  for (std::uint64_t n = asked.first; n < end;) {
    const std::uint64_t bundle = n / crypto::kTileWidth;
    const unsigned width = crypto::tile_width(0, bundle, log.size());
    WHORL_ASSIGN(const Bytes bytes, log.entries({0, bundle, width}));
    WHORL_ASSIGN(const std::vector<Bytes> entries, crypto::entries_of_bundle(bytes, width));
    for (; n < end && n / crypto::kTileWidth == bundle; ++n) {
      out.append(as_text(entries[n % crypto::kTileWidth])).append("\n");
    }
  }
  return out;
}

Result<std::string> answer(GalleryLog& log, const AuditInclusion& asked) {
  if (asked.leaf >= log.size()) return not_found("the log has no leaf of this number yet", "leaf");
  WHORL_ASSIGN(const audit::ProofFile proof, audit::prove(log, log.note(), log.size(), asked.leaf));
  return proof.text();
}

Result<std::string> answer(GalleryLog& log, const AuditGrowth& asked) {
  const std::uint64_t to = asked.to.value_or(log.size());
  if (to > log.size()) return not_found("the log does not have so many leaves yet", "to");
  if (asked.from > to) return invalid_input("the earlier size is the larger one", "from");
  WHORL_ASSIGN(const audit::GrowthFile growth, audit::prove_growth(log, log.note(), log.size(), asked.from, to));
  return growth.text();
}

}  // namespace

Result<std::string> Engine::read_audit(const Call& call, const AuditQuestion& question) {
  const CallRecord record(call, "read_audit", "");
  const auto read = [&]() -> Result<std::string> {
    WHORL_ASSIGN(GalleryLog log, GalleryLog::of(*state_->gallery));
    return std::visit([&](const auto& asked) { return answer(log, asked); }, question);
  };
  return record.concluded(read(), [](const std::string&) { return "read"; });
}

}  // namespace whorl::engine
