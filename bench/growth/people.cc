#include "bench/growth/people.h"

#include <map>
#include <mutex>
#include <optional>

#include "base/parallel.h"
#include "datasets/population.h"
#include "datasets/reader.h"
#include "datasets/sample_files.h"
#include "datasets/template_people.h"
#include "index/record/native_sample.h"

namespace whorl::bench {
namespace {

using fingerprint::FingerprintTemplate;

Result<std::vector<index::SampleRecord>> samples_of(const std::vector<FingerprintTemplate>& fingers) {
  std::vector<index::SampleRecord> out;
  for (std::size_t f = 0; f < fingers.size(); ++f) {
    WHORL_ASSIGN(index::SampleRecord sample, index::native_sample(position_of(f), fingers[f]));
    out.push_back(std::move(sample));
  }
  return out;
}

index::EncounterRecord record_of(const std::string& person_id, std::vector<index::SampleRecord> samples) {
  index::EncounterRecord record;
  record.person_id = person_id;
  record.encounter_id = "e1";
  record.encounter_type = "enrolment";
  record.galleries = {std::string(index::kDefaultGallery)};
  record.samples = std::move(samples);
  return record;
}

std::vector<FingerprintTemplate> capture(const Population& population, std::uint64_t person, std::uint64_t number) {
  std::vector<FingerprintTemplate> out;
  for (auto& finger : datasets::TemplatePerson(population.seed, person, population.fingers).capture(number)) {
    out.push_back(std::move(finger.extracted));
  }
  return out;
}

// `of(i)` for each number below n, on all cores. Errors: the last that one of them gave.
template <class T, class Of>
Result<std::vector<T>> each_of(std::size_t n, const Of& of) {
  std::vector<T> out(n);
  std::mutex mutex;
  Status status;
  parallel_each(n,
                [&](std::size_t i) {
                  Result<T> made = of(i);
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

fingerprint::FingerPosition position_of(std::size_t finger) { return datasets::finger_order(static_cast<int>(finger)); }

Result<std::vector<index::SampleRecord>> People::own_samples(std::uint64_t number) const {
  return samples_of(capture(population_, number, 0));
}

// Finger by finger of somebody else: those who share one finger share no other.
Result<std::vector<index::SampleRecord>> People::samples(std::uint64_t number) const {
  if (kept_.empty()) return own_samples(number);
  const std::uint64_t round = number / kept_.size();
  std::vector<index::SampleRecord> out;
  for (std::uint64_t f = 0; f < static_cast<std::uint64_t>(population_.fingers); ++f) {
    out.push_back(kept_[(number + f * round) % kept_.size()][f]);
  }
  return out;
}

Result<std::vector<index::EncodedRecord>> People::make(std::uint64_t first, std::size_t n) {
  if (population_.distinct > 0 && kept_.empty()) {
    WHORL_ASSIGN(kept_, each_of<std::vector<index::SampleRecord>>(population_.distinct,
                                                                  [&](std::size_t i) { return own_samples(i); }));
  }
  return each_of<index::EncodedRecord>(n, [&](std::size_t i) -> Result<index::EncodedRecord> {
    WHORL_ASSIGN(auto fingers, samples(first + i));
    return index::encoded(record_of("synth-" + std::to_string(first + i), std::move(fingers)));
  });
}

CapturedFingers synthetic_capture(const Population& population, std::uint64_t person) {
  return {prepared(capture(population, person, 1)), "synth-" + std::to_string(person)};
}

Result<EnrollablePerson> enrollable_person(const Population& population, std::uint64_t person) {
  const auto fingers = capture(population, person, 0);
  const std::string id = "enrolled-" + std::to_string(person);
  WHORL_ASSIGN(auto samples, samples_of(fingers));
  return EnrollablePerson{record_of(id, std::move(samples)), {prepared(fingers), id}};
}

Result<RealPeople> real_people(const std::string& manifest) {
  WHORL_ASSIGN(const ByFinger fingers, extracted_fingers(manifest));
  RealPeople out;
  for (auto it = fingers.begin(); it != fingers.end() && std::next(it) != fingers.end(); std::advance(it, 2)) {
    const auto& right = it->second;
    const auto& left = std::next(it)->second;
    const std::string id = "real-" + std::to_string(out.records.size() + 1);
    WHORL_ASSIGN(auto samples, samples_of({right.front(), left.front()}));
    WHORL_ASSIGN(auto record, index::encoded(record_of(id, std::move(samples))));
    out.records.push_back(std::move(record));
    for (std::size_t i = 1; i < std::min(right.size(), left.size()); ++i) {
      out.probes.push_back({prepared({right[i], left[i]}), id});
    }
    if (std::next(it, 2) == fingers.end()) break;
  }
  return out;
}

}  // namespace whorl::bench
