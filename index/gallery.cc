// The gallery's changes and searches: each a few lines over the store, the live set and the stages of a search.
#include "index/gallery.h"

#include <algorithm>

#include "index/comparator/face_space.h"
#include "index/gallery_impl.h"
#include "index/live/footprint.h"
#include "index/live/reconciliation.h"
#include "index/live/recovery.h"
#include "index/record/refusals.h"
#include "index/search/candidate_stage.h"
#include "index/search/exact_stage.h"
#include "index/shard/face_index.h"
#include "index/shard/sample_preparation.h"

namespace whorl::index {

// A limit is for those who are searched for first of all.
std::size_t template_cache_bytes(const GalleryOptions& options) {
  constexpr std::uint64_t kShareOfLimit = 8;
  if (options.memory_limit_bytes == 0) return options.template_cache_bytes;
  return std::min<std::uint64_t>(options.template_cache_bytes, options.memory_limit_bytes / kShareOfLimit);
}

namespace {

// How often a search begins anew when encounters that it came upon have been exchanged for others meanwhile.
constexpr int kMostTries = 8;

}  // namespace

Gallery::Parts::Parts(GalleryOptions o, std::unique_ptr<Store> s)
    : options(std::move(o)),
      world(options.world == nullptr ? real_world() : *options.world),
      store(std::move(s)),
      workers(options.threads),
      live(options.shard_fingers),
      whole_samples(
          store->records(), template_cache_bytes(options),
          [this](const std::string& person, std::string_view encounter) { return enrolled(person, encounter); }),
      compaction({options.shard_fingers, [this](std::size_t bytes) { return check_memory(bytes).ok(); },
                  [this](const char* code, const std::string& text) { say(Severity::kWarning, code, text); },
                  [this] { return now_ms(); }, [this] { chores(); }},
                 live, *store, workers) {}

Result<std::uint64_t> Gallery::Parts::convert() {
  WHORL_ASSIGN(const ConversionNeed need, store->conversion_need());
  if (!need.needed) return 0;
  const std::string begun = need.begun ? "a conversion of the gallery goes on: "
                                       : "the gallery has format " + std::to_string(need.format) + ": ";
  say(Severity::kInfo, "gallery_converting",
      begun + "its records (about " + std::to_string(need.records) +
          ") are sealed in the format of this build; earlier builds will not open it");
  WHORL_ASSIGN(const std::uint64_t done, store->convert(options.converting));
  say(Severity::kInfo, "gallery_converted", std::to_string(done) + " records were sealed");
  return done;
}

void Gallery::Parts::note_keys() {
  opening.read_only = store->read_only();
  opening.keys = store->keys();
  for (const auto& [code, notice] : keys_notices(opening)) say(Severity::kWarning, code, notice);
}

Status Gallery::Parts::settle_images() {
  WHORL_ASSIGN(keeps_images, store->images().keeps());
  if (options.keep_images.value_or(keeps_images) == keeps_images) return {};
  keeps_images = *options.keep_images;
  WHORL_TRY(store->images().set_keeps(keeps_images));
  opening.keeps_images_now = keeps_images;
  say(Severity::kInfo, "images_setting", images_notice(keeps_images));
  return {};
}

std::uint64_t Gallery::Parts::now_ms() const {
  const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(world.now().time_since_epoch()).count();
  return static_cast<std::uint64_t>(std::max<std::int64_t>(since, 0));
}

Status Gallery::Parts::ensure_store() {
  if (!store->broken()) return {};
  const std::scoped_lock one(mending);
  if (!store->broken()) return {};
  const auto now = world.ticks();
  if (mended_last && now - *mended_last < options.reopen_after) return store->health();
  mended_last = now;
  const auto all = locks.everybody();
  WHORL_TRY(store->reopen());
  if (Status same = reconcile(*store, live, spaces, now_ms()); !same.ok()) {
    store->set_broken(same.error().message);
    return same;
  }
  mended_last.reset();
  say(Severity::kInfo, "storage_back", "the gallery's disk takes changes again");
  compaction.wake();
  return {};
}

void Gallery::Parts::chores() {
  static_cast<void>(ensure_store().ok());  // who is refused meanwhile hears why
  tend_audit();
  prune_audit_in_time();
  drop_old_answers();
  erase_due_in_time();
  rotate_when_due();
  answer_requests();
  const auto since = store->records().erased_since();
  if (!since.ok() || !*since) return;
  const auto kept = std::chrono::milliseconds(now_ms() - std::min(now_ms(), **since));
  if (kept < options.purge_after) return;
  // A purge that failed is tried again, but not at every call.
  constexpr std::chrono::minutes kBeforeRetry{1};
  const auto now = std::chrono::steady_clock::now();
  if (purged_last && now - *purged_last < kBeforeRetry) return;
  purged_last = now;
  compaction.purge_soon();
}

void Gallery::Parts::drop_old_answers() {
  constexpr std::chrono::minutes kBetween{10};
  const auto now = std::chrono::steady_clock::now();
  if (answers_dropped_last && now - *answers_dropped_last < kBetween) return;
  answers_dropped_last = now;
  if (!options.lets_go_when_told) {
    const auto dropped = store->answers().drop_expired(now_ms());
    if (!dropped.ok()) say(Severity::kWarning, "answers_kept_too_long", dropped.error().message);
  }
  const Status swept = store->tasks().sweep();
  if (!swept.ok()) say(Severity::kWarning, "task_names_kept_too_long", swept.error().message);
}

std::optional<RecordDigest> Gallery::Parts::enrolled(const std::string& person_id,
                                                     std::string_view encounter_id) const {
  for (const auto& place : live.directory().places(person_id)) {
    if (place.shard->encounter_id(place.index) == encounter_id) return place.shard->digest(place.index);
  }
  return {};
}

MemoryUse Gallery::Parts::memory() const {
  MemoryUse out;
  const auto now = live.snapshot();  // held: a change beside this puts another in its place
  for (const auto& view : now->shards) {
    (view.sealed ? out.sealed_bytes : out.head_bytes) += view.shard->memory_bytes();
  }
  out.directory_bytes = live.directory().memory_bytes();
  out.store_bytes = Store::memory_bytes();
  out.cache_bytes = whole_samples.cache().bytes;
  return out;
}

Status Gallery::Parts::check_memory(std::uint64_t more) const {
  if (options.memory_limit_bytes == 0) return {};
  const std::uint64_t needed = memory().total() + more;
  if (needed <= options.memory_limit_bytes) return {};
  return failure(ErrorCode::kMemoryLimit, with<"needed_bytes">(needed),
                 with<"limit_bytes">(options.memory_limit_bytes));
}

Status Gallery::Parts::refuse_beyond_memory(std::uint64_t more) const {
  Status checked = check_memory(more);
  if (!checked.ok()) say(Severity::kWarning, "memory_limit", checked.error().message);
  return checked;
}

Status Gallery::Parts::check_galleries(const std::vector<std::string>& galleries) const {
  const auto names = live.snapshot()->names;
  for (const std::string& gallery : galleries) {
    if (gallery == kAllGalleries) return failure(ErrorCode::kNoGalleryOfAll, "galleries");
    // Marked names (shard.h) are there beside their own.
    if (names->count(gallery) == 0 && names->count(kInactiveMark + gallery) == 0 && names->size() >= kMaxGalleries) {
      return failure(ErrorCode::kTooManyGalleries, with<"most">(kMaxGalleries));
    }
  }
  return {};
}

Status Gallery::Parts::check_images(const EncounterRecord& record, std::span<const ImageToKeep> images) const {
  if (!keeps_images && !images.empty()) return invalid_input("the gallery keeps no images", "images");
  return index::check_images(record, images);
}

void Gallery::Parts::say(Severity severity, std::string code, std::string text) const {
  if (options.events) options.events({severity, std::move(code), std::move(text)});
}

void Gallery::Parts::say_failed(const std::vector<ShardFailure>& failures) const {
  for (const ShardFailure& failure : failures) {
    say(Severity::kError, "shard_failed",
        "shard " + std::to_string(failure.shard) + " could not be searched: " + failure.reason);
  }
}

Status refuse_beyond_most(std::size_t encounters, const std::string& person_id) {
  if (encounters < kMaxEncountersOfPerson) return {};
  return failure(ErrorCode::kTooManyEncounters, "person_id", with<"person">(person_id), with<"encounters">(encounters));
}

namespace {

StoreOptions store_options(const GalleryOptions& from) {
  return {from.directory,
          from.create_if_missing,
          from.keep_images.value_or(false),
          from.env,
          from.files,
          from.least_free_bytes,
          from.events,
          from.root_key,
          from.seal,
          from.audit_checkpoints,
          from.world};
}

Status check_new(const Directory& directory, const EncounterRecord& record, PersonRule rule) {
  const bool person = directory.contains(record.person_id);
  if (rule == PersonRule::kNew && person)
    return failure(ErrorCode::kPersonExists, "person_id", with<"person">(record.person_id));
  if (rule == PersonRule::kExisting && !person) return unknown_person(record.person_id);
  if (!person) return {};
  if (directory.contains(record.person_id, record.encounter_id)) {
    return encounter_exists(record.person_id, record.encounter_id);
  }
  return refuse_beyond_most(directory.encounters(record.person_id), record.person_id);
}

}  // namespace

Gallery::Gallery(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Gallery::~Gallery() = default;

Result<std::unique_ptr<Gallery>> Gallery::open(GalleryOptions options) {
  if (options.shard_fingers < kMaxFingers) return invalid_input("shards hold at least 10 fingers", "shard_fingers");
  FaceIndex::use(options.face_index);
  try {
    WHORL_ASSIGN(auto store, Store::open(store_options(options)));
    auto parts = std::make_unique<Parts>(std::move(options), std::move(store));
    WHORL_ASSIGN(const std::uint64_t converted, parts->convert());
    WHORL_TRY(parts->spaces.open(*parts->store));
    WHORL_ASSIGN(parts->opening, fill_from_store(parts->options, *parts->store, parts->workers, parts->spaces,
                                                 parts->live, parts->compaction));
    parts->opening.records_converted = converted;
    parts->note_keys();
    WHORL_TRY(parts->settle_images());
    WHORL_TRY(parts->settle_retention());
    if (!parts->opening.other_extractors.empty()) {
      parts->say(Severity::kInfo, "other_extractors", other_extractors_notice(parts->opening.other_extractors));
    }
    for (const std::string& reason : parts->opening.snapshots_dropped) {
      parts->say(Severity::kWarning, "snapshot_dropped", reason + "; made again from the records");
    }
    WHORL_TRY(parts->check_memory(0));
    if (!parts->store->read_only()) parts->compaction.start();
    return std::unique_ptr<Gallery>(new Gallery(std::move(parts)));
  } catch (const std::bad_alloc&) {
    return failure(ErrorCode::kOutOfMemory, with<"detail">("not enough memory for the gallery"));
  } catch (const std::exception& e) {
    return internal_error(std::string("opening the gallery: ") + e.what());
  }
}

Status Gallery::Parts::sign_answer(const EncounterRecord& record, KeptAnswer& keep) const {
  WHORL_ASSIGN(const auto kept, kept_answer(keep.key));
  if (kept) return failure(ErrorCode::kKeyInUse);
  keep.created_ms = now_ms();
  keep.person_id = record.person_id;
  keep.encounter_id = record.encounter_id;
  return {};
}

namespace {

bool are_of(const std::vector<PreparedSample>& prepared, const std::vector<SampleRecord>& records) {
  return std::equal(prepared.begin(), prepared.end(), records.begin(), records.end(),
                    [](const PreparedSample& sample, const SampleRecord& record) {
                      return sample.modality == record.modality && sample.position == record.position;
                    });
}

// An image's bytes are copied on their way to the disk: into its value, the batch, and the database's buffer.
std::uint64_t copies_of(std::span<const ImageToKeep> images) {
  constexpr std::uint64_t kCopies = 3;
  std::uint64_t out = 0;
  for (const ImageToKeep& image : images) out += kCopies * image.bytes.size();
  return out;
}

}  // namespace

Result<std::uint64_t> Gallery::add(const EncounterRecord& record, PersonRule rule, std::optional<KeptAnswer> keep,
                                   std::span<const ImageToKeep> images, const audit::Asked& asked) {
  WHORL_TRY(check_new_ids(record));
  WHORL_TRY(check_record(record));
  WHORL_ASSIGN(NewEncounter prepared, prepare_new(record, {}, Validation::kWhole));
  return add(KeptEncounter{record, std::move(prepared.samples)}, rule, std::move(keep), images, asked);
}

Result<std::uint64_t> Gallery::add(KeptEncounter encounter, PersonRule rule, std::optional<KeptAnswer> keep,
                                   std::span<const ImageToKeep> images, const audit::Asked& asked) {
  const EncounterRecord& record = encounter.record;
  WHORL_TRY(parts_->ensure_store());
  WHORL_TRY(check_new_ids(record));
  WHORL_TRY(parts_->check_galleries(record.galleries));
  WHORL_TRY(parts_->check_images(record, images));
  WHORL_ASSIGN(const EncodedRecord stored, encoded(record));
  const RecordDigest digest = record_digest(stored.key, stored.value);
  NewEncounter fresh{record.person_id, record.encounter_id, digest,
                     shard_galleries(record.galleries, record.status == EncounterStatus::kActive),
                     std::move(encounter.prepared)};
  make_rows(fresh.samples);
  if (!are_of(fresh.samples, record.samples)) return internal_error("the prepared samples are not the record's");
  const std::uint64_t leap = parts_->live.growth_bytes(fresh.samples.size());
  WHORL_TRY(parts_->refuse_beyond_memory(fresh.bytes() + kMarkBytesOfEncounter + leap + copies_of(images)));
  std::unique_lock<std::mutex> answer_lock;
  if (keep) {
    answer_lock = parts_->answer_locks.one(keep->key);
    WHORL_TRY(parts_->sign_answer(record, *keep));
  }
  const auto lock = parts_->locks.one(record.person_id);
  WHORL_TRY(check_new(parts_->live.directory(), record, rule));
  WHORL_TRY(parts_->spaces.admit(fresh.samples, *parts_->store));
  WHORL_ASSIGN(const std::uint64_t leaf, parts_->store->records().put(stored, index_entry(record, digest), asked,
                                                                      keep ? &*keep : nullptr, images));
  std::vector<NewEncounter> batch;
  batch.push_back(std::move(fresh));
  parts_->live.insert(std::move(batch));
  parts_->compaction.wake();
  return leaf;
}

Result<std::optional<KeptAnswer>> Gallery::Parts::kept_answer(const Sha256& under) const {
  WHORL_ASSIGN(auto answer, store->answers().get(under));
  if (!answer || !is_kept(*answer, now_ms())) return std::optional<KeptAnswer>();
  if (answer->erased()) return failure(ErrorCode::kErasedMeanwhile);
  // An encounter that a failing disk took back was answered in vain.
  if (!live.directory().contains(answer->person_id, answer->encounter_id)) return std::optional<KeptAnswer>();
  return answer;
}

Result<std::optional<KeptAnswer>> Gallery::kept_answer(const Sha256& key) const { return parts_->kept_answer(key); }

Status Gallery::Parts::erase(const std::string& person_id, const std::vector<std::string>& encounter_ids,
                             const audit::Asked& asked, Erases what, const std::string& why) {
  const PersonChange change{person_id, encounter_ids, what != Erases::kSome, {}, asked.task};
  const auto people = store->tasks().people().change(std::span(&change, 1));
  const auto erased = store->records().erase(person_id, encounter_ids, now_ms(), asked, what, why);
  if (!erased.ok()) return erased.error();
  const auto places = live.directory().places(person_id);
  live.erase(person_id, encounter_ids);
  for (const auto& place : places) whole_samples.forget(place.shard->digest(place.index));
  compaction.wake();
  return {};
}

// The person's lock is held: nobody sets a hold in between.
Status Gallery::Parts::erase_asked(const std::string& person_id, const std::vector<std::string>& encounter_ids,
                                   const audit::Asked& asked, Erases what) {
  for (const std::string& id : encounter_ids) {
    WHORL_ASSIGN(const IndexEntry entry, store->records().entry(encounter_key(person_id, id)));
    if (entry.hold) return under_hold(person_id, id);
  }
  return erase(person_id, encounter_ids, asked, what);
}

Status Gallery::erase_person(const std::string& person_id, const audit::Asked& asked) {
  WHORL_TRY(parts_->ensure_store());
  const auto lock = parts_->locks.one(person_id);
  std::vector<std::string> ids;
  for (const auto& place : parts_->live.directory().places(person_id)) {
    ids.emplace_back(place.shard->encounter_id(place.index));
  }
  if (ids.empty()) return unknown_person(person_id);
  return parts_->erase_asked(person_id, ids, asked, Erases::kPerson);
}

Status Gallery::erase_encounter(const std::string& person_id, const std::string& encounter_id,
                                const audit::Asked& asked) {
  WHORL_TRY(parts_->ensure_store());
  const auto lock = parts_->locks.one(person_id);
  const Directory& directory = parts_->live.directory();
  if (!directory.contains(person_id)) return unknown_person(person_id);
  if (!directory.contains(person_id, encounter_id)) {
    return unknown_encounter(person_id, encounter_id);
  }
  return parts_->erase_asked(person_id, {encounter_id}, asked, parts_->erases(person_id, 1));
}

Result<std::vector<EncounterRecord>> Gallery::encounters(const std::string& person_id) const {
  if (!is_valid_id(person_id)) return failure(ErrorCode::kUnknownPerson, "person_id");
  WHORL_ASSIGN(auto records, parts_->store->records().person(person_id));
  if (records.empty()) return unknown_person(person_id);
  return records;
}

Result<EncounterRecord> Gallery::encounter(const std::string& person_id, const std::string& encounter_id) const {
  if (!is_valid_id(person_id)) return failure(ErrorCode::kUnknownPerson, "person_id");
  if (!is_valid_id(encounter_id)) return failure(ErrorCode::kUnknownEncounter, "encounter_id");
  return parts_->store->records().get(person_id, encounter_id);
}

std::vector<GalleryCounts> Gallery::galleries() const {
  const auto snapshot = parts_->live.snapshot();
  std::vector<GalleryCounts> out;
  for (const auto& [name, number] : *snapshot->names) {
    if (snapshot->inactive_names[number] != 0) {
      const std::string own = name.substr(1);
      const bool alone = snapshot->galleries[number].encounters > 0 && snapshot->counts_of(own).encounters == 0;
      if (alone) out.push_back({own, 0, 0, {}});
      continue;
    }
    const Counts& counts = snapshot->galleries[number];
    if (counts.encounters > 0) out.push_back({name, counts.persons, counts.encounters, counts.samples});
  }
  const auto is_default = [](const auto& gallery) { return gallery.gallery_id == kDefaultGallery; };
  if (std::none_of(out.begin(), out.end(), is_default)) out.push_back({std::string(kDefaultGallery), 0, 0, {}});
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.gallery_id < b.gallery_id; });
  return out;
}

std::optional<face::NetworkId> Gallery::face_network() const {
  const auto space = parts_->spaces.get(Modality::kFace);
  if (!space) return {};
  const auto parsed = parse_space(*space);
  return parsed.ok() ? std::optional(parsed->network) : std::nullopt;
}

Result<SearchResult> Gallery::search(const SearchRequest& request) const {
  try {
    WHORL_ASSIGN(const auto seekers, make_seekers(request.probe, parts_->spaces));
    SearchResult result;
    for (int tried = 1;; ++tried) {
      const std::uint64_t exchanges = parts_->live.exchanges();
      result = {};
      std::optional<Filtered> left;
      if (!request.filter.terms.empty()) {
        WHORL_ASSIGN(left, filtered(parts_->store->records(), request.filter, request.gallery_id, parts_->workers,
                                    request.expired));
      }
      WHORL_ASSIGN(const Scope scope, make_scope(parts_->live.snapshot(), request.gallery_id, left ? &*left : nullptr));
      WHORL_ASSIGN(const auto chosen, choose_persons(scope, request, seekers, parts_->workers, result));
      compare_persons(scope, request, seekers, chosen, parts_->whole_samples, parts_->workers, result);
      // What the index said of whom the filter leaves may be older than what was searched.
      const bool moved_on =
          left && result.failures.empty() &&
          (result.searched != result.gallery_size || result.searched_encounters != left->counts.encounters);
      if (left) result.absent = std::move(left->absent);
      const bool exchanged = result.left_out > 0 && !parts_->live.unchanged_since(exchanges);
      if (!moved_on && !exchanged) break;
      if (tried == kMostTries) return failure(ErrorCode::kNotWhole);
    }
    parts_->say_failed(result.failures);
    if (request.expired && request.expired())
      return failure(ErrorCode::kDeadlinePassed, with<"before">(PhraseCode::kSearchDone));
    return result;
  } catch (const std::bad_alloc&) {
    return failure(ErrorCode::kOutOfMemory, with<"detail">("not enough memory for the search"));
  } catch (const std::exception& e) {
    return internal_error(std::string("searching: ") + e.what());
  }
}

Result<PersonScore> Gallery::compare(const std::string& gallery_id, const std::string& person_id,
                                     std::span<const ProbeSample> probe, const std::function<bool()>& expired) const {
  try {
    WHORL_ASSIGN(const auto seekers, make_seekers(probe, parts_->spaces));
    for (int tried = 1;; ++tried) {
      const std::uint64_t exchanges = parts_->live.exchanges();
      WHORL_ASSIGN(const Scope scope, make_scope(parts_->live.snapshot(), gallery_id));
      const auto places = parts_->live.directory().places(person_id);
      if (places.empty()) return unknown_person(person_id);
      if (expired && expired()) return failure(ErrorCode::kDeadlinePassed, with<"before">(PhraseCode::kComparisonMade));
      std::vector<PersonEncounter> found;
      for (const auto& place : places) {
        if (scope.holds(*place.shard, place.index)) found.push_back({0, place.index, place.shard.get()});
      }
      std::sort(found.begin(), found.end(), [](const PersonEncounter& a, const PersonEncounter& b) {
        return a.shard->encounter_id(a.index) < b.shard->encounter_id(b.index);
      });
      ComparedPerson compared = compare_person(found, seekers, parts_->whole_samples);
      if ((compared.left_out > 0 || found.size() < places.size()) && !parts_->live.unchanged_since(exchanges)) {
        if (tried == kMostTries) return failure(ErrorCode::kNotWhole);
        continue;
      }
      if (!compared.failures.empty()) return compared.failures.front().error;
      PersonScore& score = compared.score;
      if (score.encounter_ids.empty()) {
        return failure(ErrorCode::kPersonNotInGallery, "person_id", with<"person">(person_id),
                       with<"gallery">(gallery_id));
      }
      return std::move(score);
    }
  } catch (const std::exception& e) {
    return internal_error(std::string("comparing: ") + e.what());
  }
}

const OpeningReport& Gallery::opening() const { return parts_->opening; }

KeepingReport Gallery::keeping() const {
  const ShardCompaction::Report report = parts_->compaction.report();
  return {report.merges, report.snapshots, report.failures, report.last_failure};
}

MemoryUse Gallery::memory() const { return parts_->memory(); }

std::vector<SearchedBy> Gallery::searched_by() const {
  const auto snapshot = parts_->live.snapshot();
  std::uint64_t indexed = 0;
  for (const auto& view : snapshot->shards) indexed += FaceIndex::is_used() ? view.shard->indexed_faces() : 0;
  const std::uint64_t faces = snapshot->all.samples[Modality::kFace];
  indexed = std::min(indexed, faces);  // it counts erased ones, too
  return {{Modality::kFinger, "scan", snapshot->all.samples[Modality::kFinger]},
          {Modality::kFace, "scan", faces - indexed},
          {Modality::kFace, FaceIndex::kType, indexed}};
}

void Gallery::settle() { parts_->compaction.settle(); }

Status Gallery::health() const { return parts_->store->health(); }

Status Gallery::purge_erased() {
  if (parts_->store->read_only()) return parts_->store->health();
  return parts_->compaction.purge();
}

}  // namespace whorl::index
