#include "engine/cases/case_rows.h"

#include <array>

#include "audit/leaf.h"
#include "engine/gallery_tasks.h"
#include "engine/question.h"
#include "index/gallery.h"

namespace whorl::engine {
namespace {

constexpr std::string_view kSamplesOf = "/samples";
// A task's head; all there is to say of a case is sealed beside it.
constexpr std::array<std::uint8_t, 1> kHead{1};

std::string row_of_case(const std::string& id) { return std::string(kCaseRows) + id; }
std::string row_of_samples(const std::string& id) { return row_of_case(id).append(kSamplesOf); }

// Of whoever is in the dossier: any erasure of theirs takes it.
std::vector<TaskName> names_in(const CaseDossier& dossier) {
  std::vector<TaskName> out;
  if (dossier.one) out.push_back({dossier.one->person_id, {}});
  for (const DossierCandidate& each : dossier.candidates) out.push_back({each.person_id, {}});
  return out;
}

}  // namespace

Status CaseRows::prepare(const std::string& id, const CaseDossier& dossier, const std::vector<Sample>* samples) {
  const std::vector<TaskName> names = names_in(dossier);
  if (samples != nullptr) {
    WHORL_TRY(gallery_.change_task(row_of_samples(id), kHead, encoded(*samples), names));
  }
  return gallery_.change_task(row_of_case(id), kHead, encoded(dossier), names);
}

Status CaseRows::change(const Call& call, const std::string& id, const CaseRecord& record, std::string_view what) {
  audit::Event event;
  event.operation = audit::Operation::kDecide;
  event.outcome = "case " + std::string(what);
  event.galleries = {record.gallery_id};
  event.count = record.decisions.size();
  const Bytes bytes = encoded(record);
  audit::Asked asked = effect_of(call, std::string(as_text(bytes)));
  asked.task = row_of_case(id);
  if (asked.purpose.empty()) asked.purpose = record.purpose;
  WHORL_TRY(gallery_.note(std::move(event), {}, asked));
  return {};
}

Result<std::optional<CaseRecord>> CaseRows::record(const std::string& id) const {
  WHORL_ASSIGN(const auto bytes, gallery_.task_body(row_of_case(id), index::TaskBody::kEffect));
  if (!bytes) return std::optional<CaseRecord>();
  WHORL_ASSIGN(CaseRecord out, parse_case_record(*bytes));
  return std::optional(std::move(out));
}

Result<std::optional<CaseDossier>> CaseRows::dossier(const std::string& id) const {
  WHORL_ASSIGN(const auto bytes, gallery_.task_body(row_of_case(id), index::TaskBody::kResult));
  if (!bytes) return std::optional<CaseDossier>();
  WHORL_ASSIGN(CaseDossier out, parse_case_dossier(*bytes));
  return std::optional(std::move(out));
}

Result<std::optional<std::vector<Sample>>> CaseRows::samples(const std::string& id) const {
  WHORL_ASSIGN(const auto bytes, gallery_.task_body(row_of_samples(id), index::TaskBody::kResult));
  if (!bytes) return std::optional<std::vector<Sample>>();
  WHORL_ASSIGN(std::vector<Sample> out, parse_case_samples(*bytes));
  return std::optional(std::move(out));
}

Result<std::map<std::string, bool>> CaseRows::ids() const {
  WHORL_ASSIGN(const index::KeptTasks kept, gallery_.tasks());
  std::map<std::string, bool> out;
  for (const index::KeptTask& each : kept.tasks) {
    if (!each.id.starts_with(kCaseRows)) continue;
    const std::string name = each.id.substr(kCaseRows.size());
    const std::size_t slash = name.find('/');
    bool& with_samples = out[name.substr(0, slash)];
    with_samples = with_samples || slash != std::string::npos;
  }
  return out;
}

Status CaseRows::erase_samples(const std::string& id) { return gallery_.erase_tasks(std::array{row_of_samples(id)}); }

Status CaseRows::erase(const std::string& id) {
  return gallery_.erase_tasks(std::array{row_of_case(id), row_of_samples(id)});
}

}  // namespace whorl::engine
