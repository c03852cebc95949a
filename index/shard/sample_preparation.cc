#include "index/shard/sample_preparation.h"

namespace whorl::index {

void make_rows(std::vector<PreparedSample>& samples) {
  for (PreparedSample& sample : samples) {
    const auto row = comparator_of(sample.modality).row;
    if (row != nullptr) sample.row = row(sample.bytes);
  }
}

void drop_all_but_rows(std::vector<PreparedSample>& samples) {
  for (PreparedSample& sample : samples) {
    if (!sample.row.empty()) sample.bytes = {};
  }
}

Result<NewEncounter> prepare_new(const EncounterRecord& record, const RecordDigest& shard_digest,
                                 Validation validation) {
  NewEncounter out{record.person_id,
                   record.encounter_id,
                   shard_digest,
                   shard_galleries(record.galleries, record.status == EncounterStatus::kActive),
                   {}};
  for (std::size_t i = 0; i < record.samples.size(); ++i) {
    auto prepared = comparator_of(record.samples[i].modality).prepare(record.samples[i], validation);
    if (!prepared.ok()) return prepared.error().within({"samples", i});
    out.samples.push_back(std::move(prepared).value());
  }
  make_rows(out.samples);
  return out;
}

Result<NewEncounter> prepare_stored(ByteView key, ByteView value, const StoredDigests& digests) {
  WHORL_ASSIGN(const EncounterRecord record, parse_record(key, value));
  WHORL_TRY(check_is_meant(key, value, digests.record));
  auto prepared = prepare_new(record, digests.shard, Validation::kFast);
  if (!prepared.ok()) {
    return corruption("gallery record " + record.person_id + "/" + record.encounter_id + ": " +
                      prepared.error().text());
  }
  return prepared;
}

}  // namespace whorl::index
