// The parts of a Gallery: the store on disk, the shards in memory, and the housekeeping between them. Private to this
// room.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <future>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "base/workers.h"
#include "base/world.h"
#include "index/gallery.h"
#include "index/live/live_set.h"
#include "index/live/shard_compaction.h"
#include "index/live/snapshot.h"
#include "index/live/space_gate.h"
#include "index/search/whole_samples.h"
#include "index/store/audit_log.h"
#include "index/store/store.h"
#include "index/upkeep_request.h"

namespace whorl::index {

// One lock a person (striped), held while the person is changed; and one lock over all, for a bulk load's step and for
// opening the store again.
class PersonLocks {
 public:
  struct One {
    std::shared_lock<std::shared_mutex> all;
    std::unique_lock<std::mutex> person;
  };
  One one(const std::string& person_id) {
    std::shared_lock<std::shared_mutex> all;
    {
      const std::scoped_lock queue(queue_);
      all = std::shared_lock(all_);
    }
    return {std::move(all), std::unique_lock(mutexes_[std::hash<std::string>{}(person_id) % mutexes_.size()])};
  }
  // Of two persons, who may be the same, in one order whoever asks.
  struct Two {
    std::shared_lock<std::shared_mutex> all;
    std::unique_lock<std::mutex> first;
    std::unique_lock<std::mutex> second;
  };
  Two two(const std::string& a, const std::string& b) {
    std::shared_lock<std::shared_mutex> all;
    {
      const std::scoped_lock queue(queue_);
      all = std::shared_lock(all_);
    }
    std::mutex* first = &mutexes_[std::hash<std::string>{}(a) % mutexes_.size()];
    std::mutex* second = &mutexes_[std::hash<std::string>{}(b) % mutexes_.size()];
    if (second < first) std::swap(first, second);
    Two out{std::move(all), std::unique_lock(*first), {}};
    if (second != first) out.second = std::unique_lock(*second);
    return out;
  }
  std::unique_lock<std::shared_mutex> everybody() {
    const std::scoped_lock queue(queue_);  // those who come later wait, so that the others come to an end
    return std::unique_lock(all_);
  }

 private:
  std::mutex queue_;
  std::shared_mutex all_;
  std::array<std::mutex, 256> mutexes_;
};

// One lock a key of a kept answer (striped), held from the look for it until it is on disk. Taken before a person's.
class AnswerLocks {
 public:
  std::unique_lock<std::mutex> one(const Sha256& key) { return std::unique_lock(mutexes_[key[0] % mutexes_.size()]); }

 private:
  std::array<std::mutex, 64> mutexes_;
};

// Errors: kAlreadyExists when a person who has this many encounters can have none more.
Status refuse_beyond_most(std::size_t encounters, const std::string& person_id);

// Of prepared templates, at most.
std::size_t template_cache_bytes(const GalleryOptions& options);

struct Gallery::Parts {
  Parts(GalleryOptions o, std::unique_ptr<Store> s);
  // Lets what was asked for come to its end, while the housekeeping is there to help.
  ~Parts();
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;

  // Brings records of an earlier format to this build's; gives how many.
  Result<std::uint64_t> convert();
  // Tells in the report, and to whoever listens, how the gallery is sealed and what should be done about it.
  void note_keys();
  // Makes the setting of images what the options say, and reads it.
  Status settle_images();
  [[nodiscard]] MemoryUse memory() const;
  // As WholeSamples::Enrolled.
  [[nodiscard]] std::optional<RecordDigest> enrolled(const std::string& person_id, std::string_view encounter_id) const;
  // Errors: kExhausted when so many bytes more would pass the limit.
  [[nodiscard]] Status check_memory(std::uint64_t more) const;
  // The same of a change, said to whoever listens.
  [[nodiscard]] Status refuse_beyond_memory(std::uint64_t more) const;
  [[nodiscard]] Status check_galleries(const std::vector<std::string>& galleries) const;
  [[nodiscard]] Status check_images(const EncounterRecord& record, std::span<const ImageToKeep> images) const;
  Result<LoadOutcome> load(std::vector<EncodedRecord> batch, const std::string& mark_name, ByteView mark,
                           const audit::Asked& asked);
  // Tells whoever listens.
  void say(Severity severity, std::string code, std::string text) const;
  void say_failed(const std::vector<ShardFailure>& failures) const;
  Status erase(const std::string& person_id, const std::vector<std::string>& encounter_ids, const audit::Asked& asked,
               Erases what, const std::string& why = "erased");
  // The same because somebody asks for it. Errors also: kUnauthorised (one is under a hold; nothing is erased).
  Status erase_asked(const std::string& person_id, const std::vector<std::string>& encounter_ids,
                     const audit::Asked& asked, Erases what);
  // A record that was read, changed, in its own place; `change`: the log's word for it. Under the person's lock.
  Result<std::uint64_t> put_changed(EncounterRecord record, const audit::Asked& asked, const std::string& change);
  // Fills in of whose enrolment the answer is. Under the answer's lock. Errors: kAlreadyExists (the key has one).
  Status sign_answer(const EncounterRecord& record, KeptAnswer& keep) const;
  // As Gallery::kept_answer.
  [[nodiscard]] Result<std::optional<KeptAnswer>> kept_answer(const Sha256& under) const;

  // Opens the store again where a change has failed, and makes shards and records the same. Called before every change
  // and by the housekeeping. Errors: kExhausted, kUnavailable (the disk still refuses: says why).
  Status ensure_store();
  // What the housekeeping does beside its shards, now and then.
  void chores();
  void drop_old_answers();
  // The gallery's key is changed when people were erased long enough ago and their bytes have left the files.
  void rotate_when_due();
  Result<Rotation> rotate(std::uint64_t erasures, const RotationWatch& watch, const audit::Asked& asked);
  // Reads the setting.
  Status settle_retention();
  // As Gallery::erase_due, by so many days; what is left of a pass that was cut short comes in the next.
  Result<RetentionReport> erase_due(std::uint64_t days);
  // Gives how many went. Errors: as Gallery::erase_encounter.
  Result<std::uint64_t> erase_due_of(const std::string& person_id, const std::vector<std::string>& encounter_ids,
                                     std::uint64_t days);
  // What it is to erase so many encounters of a person, whose lock the caller has.
  [[nodiscard]] Erases erases(const std::string& person_id, std::size_t encounters) const {
    return live.directory().encounters(person_id) == encounters ? Erases::kLast : Erases::kSome;
  }
  // As Gallery::let_go.
  Status let_go(std::uint64_t days);
  // Whether an encounter that is copied is to be put; one that is here and is another one was erased. Errors: as erase.
  Result<bool> make_way(const EncounterIds& ids, const RecordDigest& digest, const audit::Asked& asked);
  Status set_keep_days(std::uint64_t days, const audit::Asked& asked);
  Result<std::uint64_t> set_hold(const std::string& person_id, const std::optional<std::string>& encounter_id,
                                 bool held, const audit::Asked& asked);
  [[nodiscard]] RetentionReport retention_report() const;
  Result<std::string> answer_retention(const UpkeepRequest& request);
  // On a thread of its own, now and then by the world's clock, and when something has changed what is due.
  void erase_due_in_time();
  // Signs the audit log, and puts its checkpoint where it is to be kept; a failure is said once.
  void tend_audit();
  // The event is of the person's first encounter, in the order of rows, where there is one. Errors: as
  // RecordTable::tags_of.
  Status name_subject(audit::Event& event, const std::string& person) const;
  Result<std::uint64_t> export_audit(const std::filesystem::path& folder);
  // As Gallery::prune_audit.
  Result<std::uint64_t> prune_audit(std::uint64_t days, const audit::Asked& asked);
  void prune_audit_in_time();
  // What other processes ask of the one that has the gallery open (upkeep_request.h).
  void answer_requests();
  void answer(const UpkeepRequest& request);
  [[nodiscard]] std::uint64_t now_ms() const;

  const GalleryOptions options;
  World& world;
  const std::unique_ptr<Store> store;
  const Workers workers;
  SpaceGate spaces;
  bool keeps_images = false;  // settled when the gallery is opened
  LiveSet live;
  WholeSamples whole_samples;
  AnswerLocks answer_locks;
  PersonLocks locks;
  OpeningReport opening;
  std::mutex mending;                                                // held by who opens the store again
  std::optional<std::chrono::steady_clock::time_point> mended_last;  // guarded by mending; the last try that failed
  // The housekeeping alone: when it last asked for a purge, and let old answers go.
  std::optional<std::chrono::steady_clock::time_point> purged_last;
  std::optional<std::chrono::steady_clock::time_point> answers_dropped_last;
  std::optional<std::chrono::steady_clock::time_point> rotated_last;
  std::optional<std::chrono::steady_clock::time_point> pruned_last;
  bool audit_failed = false;  // it was said
  std::mutex rotating;        // held by who changes the gallery's key
  std::mutex sweeping;        // held by who erases what is due
  std::atomic<std::uint64_t> keep_days = 0;
  std::atomic<bool> look_soon = false;  // for what is due
  mutable std::mutex retention_mutex;
  RetentionReport retention;  // guarded by retention_mutex
  // The housekeeping alone.
  std::optional<std::chrono::steady_clock::time_point> swept_last;
  std::future<void> sweep;  // guarded by upkeep_mutex
  std::mutex upkeep_mutex;
  std::atomic<bool> closing = false;      // set under upkeep_mutex
  std::vector<std::future<void>> upkeep;  // guarded by upkeep_mutex; what was asked for and takes long
  ShardCompaction compaction;             // last: its thread ends before anything it uses
};

}  // namespace whorl::index
