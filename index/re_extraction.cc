// Templates that are extracted again from kept images: which, and in the place of the old ones.
#include "index/re_extraction.h"

#include <algorithm>
#include <tuple>

#include "index/gallery_impl.h"
#include "index/record/record_key.h"
#include "index/record/refusals.h"
#include "index/shard/sample_preparation.h"
#include "templates/codec/template.h"

namespace whorl::index {
namespace {

// Whether `after` is `before` with other templates from the same images.
Status check_replacement(const EncounterRecord& before, const EncounterRecord& after) {
  EncounterRecord same = after;
  same.samples = before.samples;
  if (same != before) return invalid_input("more than samples would change");
  const bool images_stay = std::equal(
      before.samples.begin(), before.samples.end(), after.samples.begin(), after.samples.end(),
      [](const SampleRecord& a, const SampleRecord& b) { return a.modality == b.modality && a.image == b.image; });
  return images_stay ? Status() : invalid_input("samples would change their number or images", "samples");
}

}  // namespace

bool Gallery::keeps_images() const { return parts_->keeps_images; }

Result<KeptImage> Gallery::image(const EncounterRecord& record, std::size_t sample) const {
  if (sample >= record.samples.size() || !record.samples[sample].image) {
    return not_found("no image of the sample is kept", FieldPath("samples", sample));
  }
  auto image = parts_->store->images().get(record.person_id, record.encounter_id, *record.samples[sample].image);
  if (image.ok() || image.error().kind != ErrorKind::kCorruption) return image;
  const auto kept = parts_->store->records().value(encounter_key(record.person_id, record.encounter_id));
  if (!kept.ok() && kept.error().kind == ErrorKind::kNotFound) {
    return unknown_encounter(record.person_id, record.encounter_id);
  }
  return image;
}

Result<ReExtractable> Gallery::re_extractable(bool all) const {
  ReExtractable out;
  WHORL_TRY(parts_->store->records().scan_index([&](ByteView key, ByteView value) -> Status {
    WHORL_ASSIGN(const IndexEntry entry, parse_index(value));
    std::uint64_t with_image = 0;
    for (const IndexedSample& sample : entry.samples) {
      if (!all && sample.extractor_version == codec::extractor_version_of(sample.modality)) continue;
      (sample.has_image ? with_image : out.without_image) += 1;
    }
    if (with_image == 0) return {};
    auto ids = ids_of(key);
    if (!ids) return corruption("index entry: malformed key");
    out.samples += with_image;
    out.encounters.push_back({std::move(ids->person_id), std::move(ids->encounter_id)});
    return {};
  }));
  std::sort(out.encounters.begin(), out.encounters.end(), [](const auto& a, const auto& b) {
    return std::tie(a.person_id, a.encounter_id) < std::tie(b.person_id, b.encounter_id);
  });
  return out;
}

// Shards are left as they are: what they hold of the encounter has another digest than the index names from now on, and
// the next opening prepares it anew. A search that is under way could lose an encounter that changes in its shard.
Result<bool> Gallery::replace_samples(const EncounterRecord& before, EncounterRecord after, const audit::Asked& asked) {
  WHORL_TRY(parts_->ensure_store());
  WHORL_TRY(check_replacement(before, after));
  after.updated_ms = parts_->now_ms();
  WHORL_ASSIGN(const EncodedRecord stored, encoded(after));
  const RecordDigest digest = record_digest(stored.key, stored.value);
  WHORL_ASSIGN(const NewEncounter prepared, prepare_new(after, digest, Validation::kWhole));
  for (std::size_t i = 0; i < prepared.samples.size(); ++i) {
    const Status suits = parts_->spaces.check(prepared.samples[i]);
    if (!suits.ok()) return suits.error().within({"samples", i});
  }
  const auto lock = parts_->locks.one(before.person_id);
  RecordTable& records = parts_->store->records();
  WHORL_ASSIGN(const EncounterRecord kept, records.get(before.person_id, before.encounter_id));
  if (kept != before) return false;
  WHORL_ASSIGN(IndexEntry entry, records.entry(stored.key));
  std::vector<Extension> unknown = std::move(entry.extensions);
  entry = index_entry(after, digest);
  entry.extensions = std::move(unknown);
  WHORL_TRY(records.put(stored, entry, asked));
  return true;
}

}  // namespace whorl::index
