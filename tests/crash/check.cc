#include "tests/crash/check.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

#include "audit/verification.h"
#include "index/record/record_key.h"
#include "index/store/store.h"

namespace whorl::crash {
namespace {

using index::Gallery;
using Kind = Operation::Kind;

// How many that are not recent are searched for in each cycle.
constexpr std::size_t kSampled = 30;
constexpr std::size_t kSampledErased = 10;

void must(bool good, const std::string& what, Tally& tally) {
  if (good) return;
  ++tally.lost;
  ADD_FAILURE() << what;
}

template <class A, class B>
void same(const A& is, const B& wanted, const std::string& what, Tally& tally) {
  must(is == wanted, what + ": " + std::to_string(is) + ", must be " + std::to_string(wanted), tally);
}

double best_score(const index::PersonScore& person) {
  double best = 0;
  for (const auto& pair : person.pairs) best = std::max(best, pair.score);
  return best;
}

index::SearchResult search(const Gallery& gallery, index::SearchRequest request, Tally& tally) {
  request.rank = best_score;
  auto result = gallery.search(request);
  must(result.ok(), result.ok() ? "" : "a search fails: " + result.error().text(), tally);
  if (!result.ok()) return {};
  must(result->complete(), "an incomplete receipt", tally);
  return std::move(result).value();
}

// Through the candidate stage, which a gallery of this size would not use by itself.
index::SearchResult search_like(const Gallery& gallery, const std::string& person, std::uint64_t capture,
                                std::size_t fingers, Tally& tally) {
  std::deque<index::PreparedSample> prepared;
  std::vector<index::ProbeSample> probe;
  for (std::size_t f = 0; f < fingers; ++f) {
    const auto position = f == 0 ? index::FingerPosition::kRightIndex : index::FingerPosition::kLeftIndex;
    prepared.push_back(index::prepare_probe(finger_of(person, capture, f)));
    probe.push_back({static_cast<std::uint8_t>(position), &prepared.back()});
  }
  index::SearchRequest request;
  request.gallery_id = index::kAllGalleries;
  request.probe = probe;
  request.compare_all_samples = 0;
  request.candidates.persons = 4;
  return search(gallery, request, tally);
}

// By the face alone, through the scan.
index::SearchResult search_face(const Gallery& gallery, const std::string& person, std::uint64_t capture,
                                Tally& tally) {
  const auto face = index::prepare_probe(face_of(person, capture));
  const index::ProbeSample probe{0, &face};
  index::SearchRequest request;
  request.gallery_id = index::kAllGalleries;
  request.probe = std::span(&probe, 1);
  request.compare_all_samples = 0;
  request.candidates.persons = 4;
  request.face_persons = 4;
  return search(gallery, request, tally);
}

// Whether the encounter is there, which it may only be as it was meant.
bool is_there(const Gallery& gallery, const std::string& person, const std::string& encounter, std::uint64_t capture,
              Tally& tally) {
  const auto record = gallery.encounter(person, encounter);
  if (!record.ok()) {
    must(record.error().kind == ErrorKind::kNotFound, record.error().text(), tally);
    return false;
  }
  must(*record == record_of(person, encounter, capture), person + "/" + encounter + " is another one", tally);
  return true;
}

bool all_or_none(const Operation& operation, std::size_t there, std::size_t all, Tally& tally) {
  must(there == 0 || there == all,
       "half done: " + operation.text() + ", " + std::to_string(there) + " of " + std::to_string(all), tally);
  return there == all;
}

bool mark_is(const Gallery& gallery, std::uint64_t load, std::uint64_t batches) {
  const auto mark = gallery.load_mark(kMarkName);
  if (!mark.ok()) return false;
  return batches == 0 ? !mark->has_value() : mark->has_value() && **mark == mark_of(load, batches);
}

bool load_was_done(const Gallery& gallery, const Operation& operation, Tally& tally) {
  const auto adds = encounters_of_batch(operation.load, operation.batch);
  std::size_t there = 0;
  for (const Operation& add : adds) there += is_there(gallery, add.person, add.encounter, add.capture, tally) ? 1 : 0;
  return all_or_none(operation, there, adds.size(), tally);
}

bool was_done(const Gallery& gallery, const Oracle& oracle, const Operation& operation, Tally& tally) {
  if (operation.kind == Kind::kAdd) {
    return is_there(gallery, operation.person, operation.encounter, operation.capture, tally);
  }
  if (operation.kind == Kind::kLoad) return load_was_done(gallery, operation, tally);
  const auto& encounters = oracle.persons.at(operation.person);
  if (operation.kind == Kind::kEraseEncounter) {
    const auto capture = encounters.at(operation.encounter);
    return !is_there(gallery, operation.person, operation.encounter, capture, tally);
  }
  std::size_t gone = 0;
  for (const auto& [encounter, capture] : encounters) {
    gone += is_there(gallery, operation.person, encounter, capture, tally) ? 0 : 1;
  }
  return all_or_none(operation, gone, encounters.size(), tally);
}

void check_mark(const Gallery& gallery, const Oracle& oracle, Tally& tally) {
  const bool between_loads = oracle.batch == 0 && oracle.load > 0 && mark_is(gallery, oracle.load - 1, kBatchesOfLoad);
  must(between_loads || mark_is(gallery, oracle.load, oracle.batch), "the load's mark is another one", tally);
}

void check_counts(const Gallery& gallery, const Oracle& oracle, Tally& tally) {
  std::map<std::string, index::GalleryCounts> wanted;
  for (const auto& [person, encounters] : oracle.persons) {
    std::set<std::string> galleries;
    for (const auto& [encounter, capture] : encounters) {
      const auto place = place_of(person, capture);
      for (const auto& name : place.galleries) {
        galleries.insert(name);
        ++wanted[name].encounters;
        wanted[name].samples[Modality::kFinger] += place.fingers;
        wanted[name].samples[Modality::kFace] += place.face ? 1 : 0;
      }
    }
    for (const auto& name : galleries) ++wanted[name].persons;
  }
  wanted.try_emplace(std::string(index::kDefaultGallery));
  const auto counts = gallery.galleries();
  same(counts.size(), wanted.size(), "galleries", tally);
  for (const auto& count : counts) {
    const auto& want = wanted[count.gallery_id];
    same(count.persons, want.persons, "persons of " + count.gallery_id, tally);
    same(count.encounters, want.encounters, "encounters of " + count.gallery_id, tally);
    for (const ModalityRow& row : modalities()) {
      same(count.samples[row.modality], want.samples[row.modality], std::string(row.name) + "s of " + count.gallery_id,
           tally);
    }
    const auto prepared = index::prepare_probe(finger_of("nobody", 0, 0));
    const index::ProbeSample probe{0, &prepared};
    index::SearchRequest request;
    request.gallery_id = count.gallery_id;
    request.probe = std::span(&probe, 1);
    const auto result = search(gallery, request, tally);
    same(result.gallery_size, want.persons, "gallery_size of " + count.gallery_id, tally);
    same(result.searched, want.persons, "searched of " + count.gallery_id, tally);
    same(result.compared, want.samples[Modality::kFinger], "fingers in the shards of " + count.gallery_id, tally);
  }
}

// One search that gives everybody lists what lies in the shards.
void check_shard_entries(const Gallery& gallery, const Oracle& oracle, Tally& tally) {
  const auto prepared = index::prepare_probe(finger_of("nobody", 0, 0));
  const index::ProbeSample probe{0, &prepared};
  index::SearchRequest request;
  request.gallery_id = index::kAllGalleries;
  request.probe = std::span(&probe, 1);
  request.max_results = 2 * oracle.persons.size() + 1000;
  const auto result = search(gallery, request, tally);
  same(result.gallery_size, oracle.persons.size(), "gallery_size", tally);
  same(result.searched, oracle.persons.size(), "searched", tally);
  same(result.persons.size(), oracle.persons.size(), "persons in shards", tally);
  for (const auto& person : result.persons) {
    std::vector<std::string> wanted;
    const auto it = oracle.persons.find(person.person_id);
    if (it != oracle.persons.end()) {
      for (const auto& [encounter, capture] : it->second) wanted.push_back(encounter);
    }
    must(person.encounter_ids == wanted, "the shards have other encounters of " + person.person_id, tally);
    tally.shard_entries += person.encounter_ids.size();
  }
}

void check_found(const Gallery& gallery, const Oracle& oracle, const std::string& person, const std::string& encounter,
                 Tally& tally) {
  const auto it = oracle.persons.find(person);
  if (it == oracle.persons.end() || it->second.count(encounter) == 0) return;  // erased since
  const std::uint64_t capture = it->second.at(encounter);
  must(is_there(gallery, person, encounter, capture, tally), person + "/" + encounter + " has no record", tally);
  const auto result = search_like(gallery, person, capture, place_of(person, capture).fingers, tally);
  const bool first = !result.persons.empty() && result.persons[0].person_id == person;
  must(first, person + "/" + encounter + " is not found first", tally);
  tally.found += first ? 1 : 0;
  if (!place_of(person, capture).face) return;
  const auto by_face = search_face(gallery, person, capture, tally);
  must(!by_face.persons.empty() && by_face.persons[0].person_id == person,
       person + "/" + encounter + " is not found first by the face", tally);
}

void check_gone(const Gallery& gallery, const Oracle& oracle, const std::string& person, Tally& tally) {
  if (oracle.persons.count(person) > 0) return;  // enrolled again since
  const auto records = gallery.encounters(person);
  must(!records.ok() && records.error().kind == ErrorKind::kNotFound, person + " has records", tally);
  const auto result = search_like(gallery, person, 0, 1, tally);
  const bool there = std::any_of(result.persons.begin(), result.persons.end(),
                                 [&](const auto& found) { return found.person_id == person; });
  must(!there, person + " is found though erased", tally);
  tally.gone += there ? 0 : 1;
}

void check_recent(const Gallery& gallery, const Oracle& oracle, const Operation& operation, Tally& tally) {
  switch (operation.kind) {
    case Kind::kAdd: return check_found(gallery, oracle, operation.person, operation.encounter, tally);
    case Kind::kErasePerson: return check_gone(gallery, oracle, operation.person, tally);
    case Kind::kEraseEncounter: {
      const auto it = oracle.persons.find(operation.person);
      if (it == oracle.persons.end()) return check_gone(gallery, oracle, operation.person, tally);
      if (it->second.count(operation.encounter) > 0) return;  // enrolled again since
      const auto record = gallery.encounter(operation.person, operation.encounter);
      must(!record.ok() && record.error().kind == ErrorKind::kNotFound, "there: " + operation.text(), tally);
      return;
    }
    case Kind::kLoad:
      for (const Operation& add : encounters_of_batch(operation.load, operation.batch)) {
        check_found(gallery, oracle, add.person, add.encounter, tally);
      }
  }
}

void check_opening(const Gallery& gallery, const Oracle& oracle, Tally& tally) {
  const auto& opening = gallery.opening();
  std::uint64_t encounters = 0;
  for (const auto& [person, known] : oracle.persons) encounters += known.size();
  same(opening.encounters_from_snapshots + opening.encounters_prepared, encounters, "encounters opened", tally);
  for (const auto& reason : opening.snapshots_dropped) must(false, "a snapshot was dropped: " + reason, tally);
  tally.from_snapshots += opening.encounters_from_snapshots;
}

}  // namespace

void look_into_pending(const Gallery& gallery, Oracle& oracle, const std::filesystem::path& file, Tally& tally) {
  const OracleWriter writer(file);
  for (const auto& [text, operation] : oracle.pending) {
    const bool done = was_done(gallery, oracle, operation, tally);
    ++(done ? tally.done : tally.not_done);
    writer.write((done ? "a " : "n ") + text);
  }
  oracle.read(file);
  check_mark(gallery, oracle, tally);
}

void check_gallery(const Gallery& gallery, const Oracle& oracle, std::mt19937_64& random, Tally& tally) {
  check_opening(gallery, oracle, tally);
  check_counts(gallery, oracle, tally);
  check_shard_entries(gallery, oracle, tally);
  for (const Operation& operation : oracle.recent) check_recent(gallery, oracle, operation, tally);
  std::vector<std::string> names;
  for (const auto& [person, encounters] : oracle.persons) names.push_back(person);
  std::shuffle(names.begin(), names.end(), random);
  for (std::size_t i = 0; i < std::min(names.size(), kSampled); ++i) {
    check_found(gallery, oracle, names[i], oracle.persons.at(names[i]).begin()->first, tally);
  }
  std::vector<std::string> gone(oracle.erased.begin(), oracle.erased.end());
  std::shuffle(gone.begin(), gone.end(), random);
  for (std::size_t i = 0; i < std::min(gone.size(), kSampledErased); ++i) check_gone(gallery, oracle, gone[i], tally);
}

namespace {

// By encounter's tag: leaves that put it in, less leaves that took it out.
std::map<audit::Tag, int> balances(audit::ExportFolder& log, std::uint64_t leaves) {
  std::map<audit::Tag, int> out;
  for (std::uint64_t bundle = 0; bundle * crypto::kTileWidth < leaves; ++bundle) {
    const unsigned width = crypto::tile_width(0, bundle, leaves);
    const auto bytes = log.entries({0, bundle, width});
    const auto entries = crypto::entries_of_bundle(*bytes, width);
    for (const Bytes& entry : *entries) {
      const audit::Leaf leaf = *audit::parse_leaf(entry);
      if (leaf.operation == audit::Operation::kEnrol) ++out[leaf.subject];
      const bool gone = leaf.operation == audit::Operation::kErase || leaf.operation == audit::Operation::kTakeBack;
      if (gone) --out[leaf.subject];
    }
  }
  return out;
}

}  // namespace

void check_audit(Gallery& gallery, const Oracle& oracle, const std::filesystem::path& folder, Tally& tally) {
  audit::ExportFolder log(folder);
  std::vector<std::string> before;
  if (const auto kept = log.checkpoint(); kept.ok()) before.push_back(*kept);
  const auto leaves = gallery.export_audit(folder);
  must(leaves.ok(), leaves.ok() ? "" : leaves.error().text(), tally);
  if (!leaves.ok()) return;
  const auto verified = audit::verify(log, {*crypto::NoteVerifier::parse(gallery.audit()->key), before, {}, 0});
  must(verified.ok(), verified.ok() ? "" : "the audit log: " + verified.error().text(), tally);
  if (!verified.ok()) return;
  tally.leaves = *leaves;
  std::map<audit::Tag, int> left = balances(log, *leaves);
  std::int64_t encounters = 0;
  for (const auto& [person, known] : oracle.persons) {
    encounters += static_cast<std::int64_t>(known.size());
    const auto tags = gallery.audit_subjects(person);
    same(tags->size(), known.size(), "tags of " + person, tally);
    for (const audit::Tag& tag : *tags) {
      const auto at = left.find(tag);  // those that were loaded have no leaf of their own
      must(at == left.end() || at->second == 1, "the log does not say that " + person + " is enrolled", tally);
      if (at != left.end()) left.erase(at);
    }
  }
  for (const auto& [tag, balance] : left) {
    must(balance == 0 || balance == -1, "the log says that somebody is enrolled who is not there", tally);
  }
  same(verified->encounters, encounters, "encounters by the audit log", tally);
}

void check_records(const std::filesystem::path& directory, const Oracle& oracle, Tally& tally) {
  const auto store = index::Store::open({directory, false});
  must(store.ok(), store.ok() ? "" : store.error().text(), tally);
  if (!store.ok()) return;
  std::set<std::string, std::less<>> keys;
  for (const auto& [person, encounters] : oracle.persons) {
    for (const auto& [encounter, capture] : encounters) keys.emplace(as_text(index::encounter_key(person, encounter)));
  }
  std::set<std::string, std::less<>> records;
  const Status scanned = (*store)->records().scan_records([&](ByteView key, ByteView value) -> Status {
    records.emplace(as_text(key));
    WHORL_ASSIGN(const auto record, index::parse_record(key, value));
    const auto person = oracle.persons.find(record.person_id);
    if (person == oracle.persons.end() || person->second.count(record.encounter_id) == 0) return {};  // seen below
    const auto wanted = place_of(record.person_id, person->second.at(record.encounter_id));
    must(record.created_ms == wanted.created_ms && record.samples.size() == wanted.fingers + (wanted.face ? 1 : 0) &&
             record.galleries == wanted.galleries,
         "the record " + record.person_id + "/" + record.encounter_id + " is another one", tally);
    return {};
  });
  must(scanned.ok(), scanned.ok() ? "" : scanned.error().text(), tally);
  must(records == keys, "the records name other encounters than the oracle", tally);
  std::set<std::string, std::less<>> entries;
  const Status indexed = (*store)->records().scan_index([&](ByteView key, ByteView) -> Status {
    entries.emplace(as_text(key));
    return {};
  });
  must(indexed.ok(), indexed.ok() ? "" : indexed.error().text(), tally);
  must(entries == keys, "the index names other encounters than the oracle", tally);
  tally.records += records.size();
}

}  // namespace whorl::crash
