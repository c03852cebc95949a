#include "index/record/record.h"

#include <algorithm>
#include <set>

#include "base/identifier.h"
#include "index/record/field_bytes.h"
#include "index/record/sample_bytes.h"

namespace whorl::index {
namespace {

Status check_size(std::size_t bytes, std::size_t max, const std::string& field) {
  if (bytes <= max) return {};
  return invalid_input("longer than " + std::to_string(max) + " bytes", field);
}

Status check_galleries(const std::vector<std::string>& galleries) {
  if (galleries.empty() || galleries.size() > kMaxGalleriesOfEncounter) {
    return invalid_input("an encounter belongs to 1.." + std::to_string(kMaxGalleriesOfEncounter) + " galleries",
                         "galleries");
  }
  if (!std::all_of(galleries.begin(), galleries.end(), is_valid_id)) {
    return invalid_input("not a gallery identifier", "galleries");
  }
  if (std::set<std::string_view>(galleries.begin(), galleries.end()).size() != galleries.size()) {
    return invalid_input("a gallery is named twice", "galleries");
  }
  return {};
}

Status check_samples(const std::vector<SampleRecord>& samples) {
  if (samples.empty() || samples.size() > kMaxSamples) {
    return invalid_input("an encounter has 1.." + std::to_string(kMaxSamples) + " samples", "samples");
  }
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (const Status checked = check_sample(samples[i]); !checked.ok()) return checked.error().within({"samples", i});
  }
  for (const ModalityRow& row : modalities()) {
    const auto n = std::count_if(samples.begin(), samples.end(),
                                 [&](const SampleRecord& sample) { return sample.modality == row.modality; });
    if (static_cast<std::size_t>(n) <= row.most_samples) continue;
    return invalid_input("at most " + std::to_string(row.most_samples) + " of modality " + std::string(row.name),
                         "samples");
  }
  return {};
}

Status check_missing(const std::vector<MissingRecord>& list) {
  if (list.size() > kMaxMissing) {
    return invalid_input("more than " + std::to_string(kMaxMissing) + " missing samples", "missing");
  }
  for (const MissingRecord& missing : list) {
    const ModalityRow* const row = find_modality(static_cast<std::uint8_t>(missing.modality));
    if (row == nullptr || missing.position > row->last_position) return invalid_input("unknown position", "missing");
    WHORL_TRY(check_size(missing.reason.size(), kMaxMissingReasonBytes, "missing"));
  }
  return {};
}

Status check_dates(const EncounterRecord& record) {
  if (record.created_ms > kMaxDateMs) return invalid_input("too far in the future", "created");
  if (record.updated_ms > kMaxDateMs) return invalid_input("too far in the future", "updated");
  if (record.retention_due_ms > kMaxDateMs) return invalid_input("too far in the future", "retention_due");
  return {};
}

bool no_tag_is_taken(std::uint16_t /*tag*/) { return false; }

}  // namespace

bool is_valid_id(std::string_view id) { return is_identifier(id); }

bool is_new_id(std::string_view id) { return is_identifier(id) && !is_dot_segment(id); }

Status check_new_ids(const EncounterRecord& record) {
  if (!is_new_id(record.person_id)) return invalid_input("not a person identifier", "person_id");
  if (!is_new_id(record.encounter_id)) return invalid_input("not an encounter identifier", "encounter_id");
  if (std::all_of(record.galleries.begin(), record.galleries.end(), is_new_id)) return {};
  return invalid_input("not a gallery name", "galleries");
}

Status check_record(const EncounterRecord& record) {
  if (!is_valid_id(record.person_id)) return invalid_input("not a person identifier", "person_id");
  if (!is_valid_id(record.encounter_id)) return invalid_input("not an encounter identifier", "encounter_id");
  if (record.status != EncounterStatus::kActive && record.status != EncounterStatus::kInactive) {
    return invalid_input("unknown status", "status");
  }
  WHORL_TRY(check_dates(record));
  WHORL_TRY(check_size(record.encounter_type.size(), kMaxEncounterTypeBytes, "encounter_type"));
  WHORL_TRY(check_size(record.biographic_data.size() + record.contextual_data.size() + record.client_data.size(),
                       kMaxClientDataBytes, "client_data"));
  WHORL_TRY(check_subject(record.subject_class));
  WHORL_TRY(check_galleries(record.galleries));
  WHORL_TRY(check_samples(record.samples));
  WHORL_TRY(check_missing(record.missing));
  return check_extensions(record.extensions, no_tag_is_taken);
}

}  // namespace whorl::index
