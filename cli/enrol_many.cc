#include "cli/enrol_many.h"

#include <algorithm>
#include <atomic>
#include <cctype>
#include <charconv>
#include <chrono>
#include <map>
#include <mutex>
#include <tuple>

#include "base/catalogue.h"
#include "base/parallel.h"
#include "cli/samples.h"
#include "datasets/data_sets.h"

namespace whorl::cli {
namespace {

Result<int> parse_number(std::string_view text) {
  int out = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (failed != std::errc{} || end != text.data() + text.size() || out < 0 || out > 10'000) {
    return failure(ErrorCode::kImpressionsMalformed, "--impressions");
  }
  return out;
}

Result<engine::EnrolRequest> request_for(const PersonFiles& person, const EncounterFiles& encounter) {
  engine::EnrolRequest out;
  out.person_id = person.person_id;
  out.encounter_id = encounter.encounter_id;
  for (const FingerFile& finger : encounter.fingers) {
    WHORL_ASSIGN(Sample sample, read_finger({finger.position, finger.file.path.string()}, finger.file.ppi));
    out.samples.push_back(std::move(sample));
  }
  return out;
}

std::vector<std::string> paths_of(const EncounterFiles& encounter) {
  std::vector<std::string> out;
  for (const FingerFile& finger : encounter.fingers) out.push_back(finger.file.path.string());
  return out;
}

std::string identifier(std::string text) {
  std::replace_if(
      text.begin(), text.end(),
      [](unsigned char c) { return std::isalnum(c) == 0 && c != '.' && c != '_' && c != ':' && c != '-'; }, ':');
  return text;
}

EncounterFiles& encounter_of(PersonFiles& person, const std::string& id) {
  for (EncounterFiles& encounter : person.encounters) {
    if (encounter.encounter_id == id) return encounter;
  }
  return person.encounters.emplace_back(EncounterFiles{id, {}});
}

// A finger's label may end in the name of its position ("subject/right_index").
engine::FingerPosition position_of(const datasets::DatasetSample& sample) {
  const std::string last = sample.finger.substr(sample.finger.rfind('/') + 1);
  return fingerprint::finger_position(last).value_or(engine::FingerPosition::kUnknown);
}

// Subjects of different sets are different persons, also when they have the same name.
std::string person_of(const datasets::DatasetSample& sample, bool several_sets) {
  const bool named = !several_sets || sample.subject.starts_with(sample.set);
  return identifier(named ? sample.subject : sample.set + "/" + sample.subject);
}

void sort_by_name(std::vector<Refusal>& refused) {
  std::sort(refused.begin(), refused.end(), [](const Refusal& a, const Refusal& b) {
    return std::tie(a.person_id, a.encounter_id) < std::tie(b.person_id, b.encounter_id);
  });
}

// Enrols one person's encounters in order; the first that succeeds makes the person.
class PersonEnroller {
 public:
  PersonEnroller(engine::Engine& engine, const std::vector<std::string>& galleries, EnrolSummary& summary)
      : engine_(engine), galleries_(galleries), summary_(summary) {}

  void enrol(const PersonFiles& person) {
    bool known = false;
    for (const EncounterFiles& encounter : person.encounters) {
      const Status done = enrol(person, encounter, known);
      const std::scoped_lock lock(mutex_);
      if (!done.ok()) {
        summary_.refused.push_back({person.person_id, encounter.encounter_id, done.error()});
        continue;
      }
      ++summary_.encounters;
      summary_.fingers += encounter.fingers.size();
      summary_.persons += known ? 0 : 1;
      known = true;
    }
  }

 private:
  Status enrol(const PersonFiles& person, const EncounterFiles& encounter, bool known) {
    WHORL_ASSIGN(engine::EnrolRequest request, request_for(person, encounter));
    request.person_rule = known ? engine::PersonRule::kExisting : engine::PersonRule::kNew;
    request.galleries = galleries_;
    const auto receipt = engine_.enrol({}, request);
    if (!receipt.ok()) return naming_sample(receipt.error(), paths_of(encounter));
    return {};
  }

  engine::Engine& engine_;
  const std::vector<std::string>& galleries_;
  std::mutex mutex_;
  EnrolSummary& summary_;  // guarded by mutex_
};

}  // namespace

Result<std::vector<int>> parse_impressions(const std::string& text) {
  std::vector<int> out;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    const std::string_view part = std::string_view(text).substr(at, comma - at);
    const std::size_t dash = part.find('-');
    WHORL_ASSIGN(const int first, parse_number(part.substr(0, dash)));
    int last = first;
    if (dash != std::string_view::npos) {
      WHORL_ASSIGN(last, parse_number(part.substr(dash + 1)));
    }
    if (last < first) return failure(ErrorCode::kRangeFalls, "--impressions");
    for (int i = first; i <= last; ++i) out.push_back(i);
    at = comma + 1;
  }
  return out;
}

Result<std::vector<PersonFiles>> people_of(const PeopleOptions& options, std::optional<double> ppi) {
  WHORL_ASSIGN(const auto samples, datasets::manifest_samples(options.manifest, options.sets, ppi));
  std::vector<int> wanted;
  if (!options.impressions.empty()) {
    WHORL_ASSIGN(wanted, parse_impressions(options.impressions));
  }
  const auto other_set = [&](const auto& sample) { return sample.set != samples.front().set; };
  const bool several_sets = std::any_of(samples.begin(), samples.end(), other_set);
  std::vector<PersonFiles> out;
  std::map<std::string, std::size_t> known;
  for (const datasets::DatasetSample& sample : samples) {
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), sample.impression) == wanted.end()) continue;
    const auto [at, is_new] = known.emplace(person_of(sample, several_sets), out.size());
    if (is_new) out.push_back({at->first, {}});
    EncounterFiles& encounter = encounter_of(out[at->second], std::to_string(sample.impression));
    encounter.fingers.push_back({position_of(sample), {sample.path, sample.ppi}});
  }
  if (out.empty()) return failure(ErrorCode::kNothingToEnrol, "--manifest");
  return out;
}

std::optional<EnrolSummary> all_refused(const engine::Rehearsal& rehearsal, const std::vector<PersonFiles>& people,
                                        const std::vector<std::string>& galleries) {
  const auto start = std::chrono::steady_clock::now();
  EnrolSummary out;
  std::atomic<bool> taken = false;
  std::mutex mutex;  // of out
  const auto rehearsed = [&](const PersonFiles& person, const EncounterFiles& encounter) -> Status {
    WHORL_ASSIGN(engine::EnrolRequest request, request_for(person, encounter));
    request.galleries = galleries;
    const Status done = rehearsal.enrol(request);
    return done.ok() ? done : Status(naming_sample(done.error(), paths_of(encounter)));
  };
  parallel_each(people.size(),
                [&](std::size_t i) {
                  for (const EncounterFiles& encounter : people[i].encounters) {
                    if (taken) return;
                    const Status done = rehearsed(people[i], encounter);
                    const std::scoped_lock lock(mutex);
                    if (done.ok()) {
                      taken = true;
                    } else {
                      out.refused.push_back({people[i].person_id, encounter.encounter_id, done.error()});
                    }
                  }
                },
                {});
  if (taken) return std::nullopt;
  sort_by_name(out.refused);
  out.elapsed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return out;
}

EnrolSummary enrol_many(engine::Engine& engine, const std::vector<PersonFiles>& people,
                        const std::vector<std::string>& galleries, const ProgressCallback& progress) {
  const auto start = std::chrono::steady_clock::now();
  EnrolSummary out;
  PersonEnroller enroller(engine, galleries, out);
  parallel_each(
      people.size(), [&](std::size_t i) { enroller.enrol(people[i]); }, progress);
  sort_by_name(out.refused);
  out.elapsed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return out;
}

}  // namespace whorl::cli
