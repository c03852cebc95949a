// Cases among what the gallery keeps sealed. What became of a case is the effect that its last leaf of the audit log
// tells of: both are on disk in one batch. Whom it is about is what their erasure takes with it. Private to this room.
//
// Thread-safety: any thread may call any method at once; two changes of one case at once are the caller's to prevent.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/cases/case_record.h"
#include "engine/tasks.h"

namespace whorl::index {
class Gallery;
}

namespace whorl::engine {

class CaseRows {
 public:
  explicit CaseRows(index::Gallery& gallery) : gallery_(gallery) {}

  // Nothing is opened yet, and what is left of it where the process ends now is swept: change() opens it. The samples
  // are of a search. Errors: kUnavailable, kExhausted.
  Status prepare(const std::string& id, const CaseDossier& dossier, const std::vector<Sample>* samples);
  // The record with its leaf, whose outcome is "case" and this word. Errors: as prepare.
  Status change(const Call& call, const std::string& id, const CaseRecord& record, std::string_view what);
  // Nothing where it never was opened, or somebody whom it is about was erased. Errors: kCorruption, kUnavailable.
  [[nodiscard]] Result<std::optional<CaseRecord>> record(const std::string& id) const;
  [[nodiscard]] Result<std::optional<CaseDossier>> dossier(const std::string& id) const;
  [[nodiscard]] Result<std::optional<std::vector<Sample>>> samples(const std::string& id) const;
  // All that are there, opened or not, and whether their samples are. Errors: kUnavailable.
  [[nodiscard]] Result<std::map<std::string, bool>> ids() const;
  Status erase_samples(const std::string& id);
  Status erase(const std::string& id);

 private:
  index::Gallery& gallery_;
};

}  // namespace whorl::engine
