#include "bench/growth/people.h"

#include <map>
#include <mutex>
#include <optional>

#include "base/parallel.h"
#include "datasets/reader.h"
#include "datasets/sample_files.h"
#include "datasets/template_people.h"
#include "index/record/native_sample.h"

namespace whorl::bench {
namespace {

using fingerprint::FingerprintTemplate;

Result<index::EncounterRecord> record_of(const std::string& person_id,
                                         const std::vector<FingerprintTemplate>& fingers) {
  index::EncounterRecord record;
  record.person_id = person_id;
  record.encounter_id = "e1";
  record.encounter_type = "enrolment";
  record.galleries = {std::string(index::kDefaultGallery)};
  for (std::size_t f = 0; f < fingers.size(); ++f) {
    WHORL_ASSIGN(index::SampleRecord sample, index::native_sample(kBothIndexes[f], fingers[f]));
    record.samples.push_back(std::move(sample));
  }
  return record;
}

Result<index::EncodedRecord> encoded_record_of(const std::string& person_id,
                                               const std::vector<FingerprintTemplate>& fingers) {
  WHORL_ASSIGN(const index::EncounterRecord record, record_of(person_id, fingers));
  return index::encoded(record);
}

std::vector<FingerprintTemplate> capture(std::uint64_t seed, std::uint64_t person, std::uint64_t number) {
  std::vector<FingerprintTemplate> out;
  for (auto& finger : datasets::TemplatePerson(seed, person, std::size(kBothIndexes)).capture(number)) {
    out.push_back(std::move(finger.extracted));
  }
  return out;
}

std::vector<index::PreparedSample> prepared(const std::vector<FingerprintTemplate>& fingers) {
  std::vector<index::PreparedSample> out;
  for (const FingerprintTemplate& finger : fingers) out.push_back(index::prepare_probe(finger));
  return out;
}

// Impressions by finger, in the order of the manifest; only those that could be extracted.
using ByFinger = std::map<std::string, std::vector<FingerprintTemplate>>;

Result<ByFinger> extracted_fingers(const std::string& manifest) {
  WHORL_ASSIGN(const datasets::Dataset listed, datasets::read_manifest(manifest));
  std::vector<datasets::SampleFile> files;
  for (const auto& sample : listed.samples) files.push_back({sample.path, sample.ppi ? sample.ppi : 500.0});
  WHORL_ASSIGN(const auto extracted, datasets::extract_all(files, {}));
  ByFinger out;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (extracted[i]) out[listed.samples[i].finger].push_back(*extracted[i]);
  }
  return out;
}

}  // namespace

Result<std::vector<index::EncodedRecord>> synthetic_people(std::uint64_t seed, std::uint64_t first, std::size_t n) {
  std::vector<index::EncodedRecord> out(n);
  std::mutex mutex;
  Status status;
  parallel_each(n,
                [&](std::size_t i) {
                  auto made = encoded_record_of("synth-" + std::to_string(first + i), capture(seed, first + i, 0));
                  if (made.ok()) {
                    out[i] = std::move(made).value();
                    return;
                  }
                  const std::scoped_lock lock(mutex);
                  status = made.error();
                },
                {});
  WHORL_TRY(status);
  return out;
}

TwoFingers synthetic_capture(std::uint64_t seed, std::uint64_t person) {
  return {prepared(capture(seed, person, 1)), "synth-" + std::to_string(person)};
}

Result<EnrollablePerson> enrollable_person(std::uint64_t seed, std::uint64_t person) {
  const auto fingers = capture(seed, person, 0);
  const std::string id = "enrolled-" + std::to_string(person);
  WHORL_ASSIGN(auto record, record_of(id, fingers));
  return EnrollablePerson{std::move(record), {prepared(fingers), id}};
}

Result<RealPeople> real_people(const std::string& manifest) {
  WHORL_ASSIGN(const ByFinger fingers, extracted_fingers(manifest));
  RealPeople out;
  for (auto it = fingers.begin(); it != fingers.end() && std::next(it) != fingers.end(); std::advance(it, 2)) {
    const auto& right = it->second;
    const auto& left = std::next(it)->second;
    const std::string id = "real-" + std::to_string(out.records.size() + 1);
    WHORL_ASSIGN(auto record, encoded_record_of(id, {right.front(), left.front()}));
    out.records.push_back(std::move(record));
    for (std::size_t i = 1; i < std::min(right.size(), left.size()); ++i) {
      out.probes.push_back({prepared({right[i], left[i]}), id});
    }
    if (std::next(it, 2) == fingers.end()) break;
  }
  return out;
}

}  // namespace whorl::bench
