#include "index/search/filtered.h"

#include <algorithm>

#include "base/catalogue.h"
#include "index/record/record_key.h"
#include "index/record/stored_record.h"
#include "index/search/search_types.h"

namespace whorl::index {
namespace {

Result<std::vector<Attribute>> attributes_at(const RecordTable& records, ByteView key, const IndexEntry& entry) {
  for (const Extension& field : entry.extensions) {
    if (field.tag == kAttributesTag) return parse_attributes(field.bytes);
  }
  WHORL_ASSIGN(const Bytes value, records.value(key));
  WHORL_ASSIGN(const EncounterRecord record, parse_record(key, value));
  return attributes_of(record);
}

}  // namespace

Result<Filtered> filtered(const RecordTable& records, const EncounterFilter& filter, const std::string& gallery_id,
                          const Workers& workers, const std::function<bool()>& expired) {
  Filtered out;
  std::unordered_set<std::string> persons;
  std::vector<bool> known(filter.terms.size(), false);
  std::vector<bool> comparable_to(filter.terms.size(), false);
  bool anybody = false;
  const bool of_data =
      std::any_of(filter.terms.begin(), filter.terms.end(), [](const auto& term) { return !term.of_type; });
  std::size_t looked = 0;
  const auto look = [&](ByteView key, ByteView value) -> Status {
    constexpr std::size_t kAskEvery = 1024;
    if (++looked % kAskEvery == 0 && expired && expired()) {
      return failure(ErrorCode::kDeadlinePassed, with<"before">(PhraseCode::kSearchDone));
    }
    WHORL_ASSIGN(const IndexEntry entry, parse_index(value));
    const auto& in = entry.galleries;
    const bool there = gallery_id == kAllGalleries || std::find(in.begin(), in.end(), gallery_id) != in.end();
    if (!there || entry.status != EncounterStatus::kActive) return {};
    anybody = true;
    std::vector<Attribute> attributes;
    if (of_data) {
      auto read = attributes_at(records, key, entry);
      if (!read.ok() && read.error().kind == ErrorKind::kNotFound) return {};  // erased since
      WHORL_ASSIGN(attributes, std::move(read));
    }
    const std::string type = EncounterFilter::as_json(entry.encounter_type);
    bool all = true;
    for (std::size_t i = 0; i < filter.terms.size(); ++i) {
      const EncounterFilter::Term& term = filter.terms[i];
      const std::string* const has = term.of_type ? &type : find_attribute(attributes, term.name);
      known[i] = known[i] || has != nullptr;
      comparable_to[i] = comparable_to[i] || (has != nullptr && comparable(term, *has));
      all = all && has != nullptr && holds(term, *has);
    }
    if (!all || !out.encounters.insert(entry.shard_digest).second) return {};
    const auto ids = ids_of(key);
    if (ids) persons.insert(ids->person_id);
    ++out.counts.encounters;
    for (const ModalityRow& row : modalities()) out.counts.samples[row.modality] += entry.count(row.modality);
    return {};
  };
  WHORL_TRY(records.scan_index(look, &workers));
  for (std::size_t i = 0; anybody && i < known.size(); ++i) {
    // Nobody's date is a number: who asks by one means something else, and would be told that nobody is there.
    const bool means_something = known[i] ? comparable_to[i] : filter.terms[i].may_be_absent;
    if (!known[i] && means_something) out.absent.push_back(filter.terms[i].name);
    if (!means_something) return failure(ErrorCode::kFilterUnknown, FieldPath("filter") / filter.terms[i].name);
  }
  if (anybody && persons.empty() && out.absent.empty()) {
    for (const EncounterFilter::Term& term : filter.terms) out.absent.push_back(term.name);
  }
  out.counts.persons = persons.size();
  return out;
}

}  // namespace whorl::index
