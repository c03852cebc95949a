#include "index/gallery.h"

#include <algorithm>
#include <array>
#include <mutex>

#include "index/live_set.h"
#include "index/search.h"
#include "index/store.h"
#include "templates/base/workers.h"
#include "templates/codec/native.h"

namespace whorl::index {
namespace {

constexpr std::size_t kRebuildBatch = 512;

// Changes of one person come one after another; changes of different persons seldom meet.
class Stripes {
 public:
  std::unique_lock<std::mutex> lock(const std::string& person_id) {
    return std::unique_lock(mutexes_[std::hash<std::string>{}(person_id) % mutexes_.size()]);
  }

 private:
  std::array<std::mutex, 256> mutexes_;
};

// What searches need of a record. Errors: kInvalidInput for a template that does not decode.
Result<NewEncounter> prepare(const EncounterRecord& record) {
  NewEncounter out{record.person_id, record.encounter_id, record.galleries, {}, {}};
  for (std::size_t i = 0; i < record.fingers.size(); ++i) {
    const FingerRecord& finger = record.fingers[i];
    auto prepared = codec::prepare_native(finger.native_template);
    if (!prepared.ok()) return prepared.error().within("fingers[" + std::to_string(i) + "]");
    out.descriptors.push_back(fingerprint::search_descriptors(*prepared));
    out.fingers.push_back({finger.position, std::move(prepared).value()});
  }
  return out;
}

Result<NewEncounter> prepare_stored(const Store::Pair& pair) {
  WHORL_ASSIGN(const EncounterRecord record, parse_record(pair.key, pair.value));
  auto prepared = prepare(record);
  if (prepared.ok()) return prepared;
  return corruption("gallery record " + record.person_id + "/" + record.encounter_id + ": " +
                    prepared.error().text());
}

// Parses and prepares a batch on all threads.
Result<std::vector<NewEncounter>> prepare_batch(const std::vector<Store::Pair>& pairs, const Workers& workers) {
  std::vector<NewEncounter> out(pairs.size());
  std::mutex mutex;
  Status status;
  workers.each(pairs.size(), 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      auto prepared = prepare_stored(pairs[i]);
      if (prepared.ok()) {
        out[i] = std::move(prepared).value();
        continue;
      }
      const std::scoped_lock lock(mutex);
      if (status.ok()) status = prepared.error();
    }
  });
  WHORL_TRY(status);
  return out;
}

}  // namespace

struct Gallery::Parts {
  Parts(GalleryOptions o, std::unique_ptr<Store> s)
      : options(std::move(o)),
        store(std::move(s)),
        live(options.shard_fingers),
        workers(options.threads) {}

  Status rebuild() {
    return store->scan(kRebuildBatch, [&](std::vector<Store::Pair> pairs) -> Status {
      WHORL_ASSIGN(auto batch, prepare_batch(pairs, workers));
      live.insert(std::move(batch));
      return {};
    });
  }

  // The person's encounters, or kNotFound. Call with the person's stripe held.
  Result<std::shared_ptr<const EncounterList>> encounters_of(const std::string& person_id) const {
    const auto person = live.find(person_id);
    if (!person) return not_found("no person " + person_id, "personId");
    return person->encounters.get();
  }

  Status check_new(const EncounterRecord& record, bool new_person) const {
    const auto person = live.find(record.person_id);
    if (new_person && person) return already_exists("person " + record.person_id + " exists", "personId");
    if (!new_person && !person) return not_found("no person " + record.person_id, "personId");
    if (!person) return {};
    const auto list = person->encounters.get();
    const auto same = [&](const auto& encounter) { return encounter->id == record.encounter_id; };
    if (std::none_of(list->begin(), list->end(), same)) return {};
    return already_exists("encounter " + record.encounter_id + " of person " + record.person_id + " exists",
                          "encounterId");
  }

  Status check_galleries(const EncounterRecord& record) const {
    const auto names = live.snapshot()->names;
    for (const std::string& gallery : record.galleries) {
      if (gallery == kAllGalleries) return invalid_input("ALL names every gallery and cannot be one", "galleries");
      if (names->count(gallery) == 0 && names->size() >= kMaxGalleries) {
        return exhausted("there are " + std::to_string(kMaxGalleries) + " galleries already");
      }
    }
    return {};
  }

  Status erase(const std::string& person_id, const EncounterList& encounters) {
    std::vector<std::string> ids;
    for (const auto& encounter : encounters) ids.push_back(encounter->id);
    const auto erased = store->erase(person_id, ids);
    if (!erased.ok()) return erased.error();
    live.erase(person_id, encounters);
    return {};
  }

  const GalleryOptions options;
  std::unique_ptr<Store> store;
  LiveSet live;
  Stripes stripes;
  const Workers workers;
};

Gallery::Gallery(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Gallery::~Gallery() = default;

Result<std::unique_ptr<Gallery>> Gallery::open(GalleryOptions options) {
  if (options.shard_fingers < kMaxFingers) return invalid_input("shards hold at least 10 fingers", "shard_fingers");
  try {
    WHORL_ASSIGN(auto store, Store::open(options.directory, options.create_if_missing, options.extractor_version));
    auto parts = std::make_unique<Parts>(std::move(options), std::move(store));
    WHORL_TRY(parts->rebuild());
    return std::unique_ptr<Gallery>(new Gallery(std::move(parts)));
  } catch (const std::bad_alloc&) {
    return exhausted("not enough memory for the gallery");
  } catch (const std::exception& e) {
    return internal_error(std::string("opening the gallery: ") + e.what());
  }
}

Result<std::uint64_t> Gallery::add(const EncounterRecord& record, bool new_person) {
  WHORL_TRY(check_record(record));
  WHORL_TRY(parts_->check_galleries(record));
  WHORL_ASSIGN(auto prepared, prepare(record));
  std::vector<NewEncounter> batch;
  batch.push_back(std::move(prepared));
  const auto stripe = parts_->stripes.lock(record.person_id);
  WHORL_TRY(parts_->check_new(record, new_person));
  WHORL_ASSIGN(const std::uint64_t sequence, parts_->store->put(record));
  parts_->live.insert(std::move(batch));
  return sequence;
}

Status Gallery::erase_person(const std::string& person_id) {
  const auto stripe = parts_->stripes.lock(person_id);
  WHORL_ASSIGN(const auto encounters, parts_->encounters_of(person_id));
  return parts_->erase(person_id, *encounters);
}

Status Gallery::erase_encounter(const std::string& person_id, const std::string& encounter_id) {
  const auto stripe = parts_->stripes.lock(person_id);
  WHORL_ASSIGN(const auto encounters, parts_->encounters_of(person_id));
  for (const auto& encounter : *encounters) {
    if (encounter->id == encounter_id) return parts_->erase(person_id, {encounter});
  }
  return not_found("no encounter " + encounter_id + " of person " + person_id, "encounterId");
}

Result<std::vector<EncounterRecord>> Gallery::encounters(const std::string& person_id) const {
  if (!is_valid_id(person_id)) return not_found("no person of that identifier", "personId");
  WHORL_ASSIGN(auto records, parts_->store->person(person_id));
  if (records.empty()) return not_found("no person " + person_id, "personId");
  return records;
}

Result<EncounterRecord> Gallery::encounter(const std::string& person_id, const std::string& encounter_id) const {
  if (!is_valid_id(person_id)) return not_found("no person of that identifier", "personId");
  if (!is_valid_id(encounter_id)) return not_found("no encounter of that identifier", "encounterId");
  return parts_->store->get(person_id, encounter_id);
}

std::vector<GalleryCounts> Gallery::galleries() const {
  const auto snapshot = parts_->live.snapshot();
  std::vector<GalleryCounts> out;
  for (const auto& [name, number] : *snapshot->names) {
    const Counts& counts = snapshot->galleries[number];
    if (counts.encounters > 0) out.push_back({name, counts.persons, counts.encounters, counts.fingers});
  }
  const auto is_default = [](const auto& gallery) { return gallery.gallery_id == kDefaultGallery; };
  if (std::none_of(out.begin(), out.end(), is_default)) out.push_back({std::string(kDefaultGallery), 0, 0, 0});
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.gallery_id < b.gallery_id; });
  return out;
}

Result<SearchResult> Gallery::search(const SearchRequest& request) const {
  try {
    WHORL_ASSIGN(const Scope scope, make_scope(parts_->live.snapshot(), request.gallery_id));
    SearchResult result;
    const Persons persons = choose_persons(scope, request, parts_->options, parts_->workers, result);
    compare_persons(scope, request, persons, parts_->workers, result);
    if (request.expired && request.expired()) return unavailable("the deadline passed before the search was done");
    return result;
  } catch (const std::bad_alloc&) {
    return exhausted("not enough memory for the search");
  } catch (const std::exception& e) {
    return internal_error(std::string("searching: ") + e.what());
  }
}

Result<PersonScore> Gallery::compare(const std::string& gallery_id, const std::string& person_id,
                                     std::span<const ProbeFinger> probe,
                                     const std::function<bool()>& expired) const {
  try {
    WHORL_ASSIGN(const Scope scope, make_scope(parts_->live.snapshot(), gallery_id));
    const auto person = parts_->live.find(person_id);
    if (!person) return not_found("no person " + person_id, "personId");
    if (expired && expired()) return unavailable("the deadline passed before the comparison was made");
    PersonScore score = compare_person(scope, *person, probe);
    if (score.encounter_ids.empty()) {
      return not_found("person " + person_id + " is not in gallery " + gallery_id, "personId");
    }
    return score;
  } catch (const std::exception& e) {
    return internal_error(std::string("comparing: ") + e.what());
  }
}

void Gallery::parallel(std::size_t n, const std::function<void(std::size_t)>& body) const {
  parts_->workers.each(n, 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) body(i);
  });
}

}  // namespace whorl::index
