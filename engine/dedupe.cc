// persons in their order -> each looked for by what is kept of them -> pairs at or above the threshold -> kept, with
// how far it is, a batch at a time
#include "engine/dedupe.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "base/catalogue.h"
#include "engine/best_samples.h"
#include "engine/call_record.h"
#include "engine/deadline.h"
#include "engine/engine_state.h"
#include "engine/merge.h"
#include "engine/question.h"
#include "engine/read_probe.h"
#include "engine/threshold.h"

namespace whorl::engine {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kMostIdBytes = 1024;
constexpr double kMostFalsePairs = 1e6;
constexpr double kLeastThreshold_db = 10;
constexpr double kMostThreshold_db = 1000;
// Persons whose work is kept together: at most these are looked for twice where the process ends.
constexpr std::size_t kBatch = 64;
// Of one person: somebody who is enrolled more often is found from the others, too.
constexpr std::size_t kMostOfPerson = 32;

std::int64_t thousandths(double db) { return std::llround(db * 1000); }

Bytes encoded(const DedupeState& state) {
  return ByteWriter()
      .u8(kVersion)
      .u64(static_cast<std::uint64_t>(thousandths(state.threshold_db)))
      .u64(static_cast<std::uint64_t>(std::llround(state.false_pairs * 1e6)))
      .u8(static_cast<std::uint8_t>(state.accuracy))
      .u64(state.began_ms)
      .u64(state.ended_ms)
      .u64(state.persons)
      .u64(state.done)
      .u64(state.without_samples)
      .u64(state.found)
      .sized(state.last_person)
      .sized(state.task)
      .take();
}

Result<DedupeState> parsed(const std::string& gallery_id, ByteView bytes) {
  ByteReader in(bytes);
  DedupeState out;
  out.gallery_id = gallery_id;
  const std::uint8_t version = in.u8();
  out.threshold_db = static_cast<double>(in.u64()) / 1000;
  out.false_pairs = static_cast<double>(in.u64()) / 1e6;
  const std::uint8_t accuracy = in.u8();
  out.accuracy = static_cast<Accuracy>(accuracy);
  out.began_ms = in.u64();
  out.ended_ms = in.u64();
  out.persons = in.u64();
  out.done = in.u64();
  out.without_samples = in.u64();
  out.found = in.u64();
  out.last_person = as_text(in.sized(kMostIdBytes));
  out.task = as_text(in.sized(kMostIdBytes));
  if (version != kVersion || accuracy > static_cast<std::uint8_t>(Accuracy::kExhaustive) || !in.finished()) {
    return corruption("how far a deduplication is, is malformed");
  }
  return out;
}

std::uint64_t now_ms(World& world) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(world.now().time_since_epoch()).count());
}

Status validate(const DedupeRequest& request) {
  if (!(request.false_pairs > 0 && request.false_pairs <= kMostFalsePairs)) {
    return failure(ErrorCode::kNumberOutOfRange, "false_pairs", with<"least">(0.0), with<"most">(kMostFalsePairs));
  }
  const auto& db = request.threshold_db;
  if (db && !(*db >= kLeastThreshold_db && *db <= kMostThreshold_db)) {
    return failure(ErrorCode::kNumberOutOfRange, "threshold_db", with<"least">(kLeastThreshold_db),
                   with<"most">(kMostThreshold_db));
  }
  return {};
}

Result<std::optional<DedupeState>> state_of(const index::Gallery& gallery, const std::string& gallery_id) {
  WHORL_ASSIGN(const auto kept, gallery.deduplication(gallery_id));
  if (!kept) return std::optional<DedupeState>();
  WHORL_ASSIGN(DedupeState state, parsed(gallery_id, *kept));
  return std::optional(std::move(state));
}

// Each pair of persons once.
DedupeState begun(const DedupeRequest& request, std::uint64_t persons, World& world) {
  DedupeState out;
  out.gallery_id = request.gallery_id;
  out.accuracy = request.accuracy;
  out.false_pairs = request.false_pairs;
  out.persons = persons;
  out.began_ms = now_ms(world);
  const std::uint64_t pairs = std::max<std::uint64_t>(1, persons * (std::max<std::uint64_t>(persons, 1) - 1) / 2);
  out.threshold_db = request.threshold_db.value_or(identify_threshold_db(request.false_pairs, pairs));
  return out;
}

using Pairs = std::map<std::pair<std::string, std::string>, std::int64_t>;

// What one person's search came to.
struct Looked {
  Status status;
  bool without_samples = false;
  std::vector<ScoredPerson> persons;  // at or above the threshold, and not themselves
};

// Looks for persons, several at the same time.
class Batch {
 public:
  Batch(EngineState& state, const Call& call, const DedupeState& work) : state_(state), call_(call), work_(work) {}

  Result<Pairs> look(std::span<const std::string> persons, std::uint64_t& without_samples) const {
    std::vector<Looked> all(persons.size());
    state_.workers.each(persons.size(), 1, [&](std::size_t begin, std::size_t end) {
      for (std::size_t i = begin; i < end; ++i) all[i].status = look_for(persons[i], all[i]);
    });
    Pairs out;
    for (std::size_t i = 0; i < all.size(); ++i) {
      WHORL_TRY(all[i].status);
      without_samples += all[i].without_samples ? 1 : 0;
      for (const ScoredPerson& other : all[i].persons) {
        std::int64_t& score = out[std::minmax(persons[i], other.person_id)];
        score = std::max(score, thousandths(other.score_db));
      }
    }
    return out;
  }

 private:
  Status look_for(const std::string& person_id, Looked& out) const {
    const auto records = state_.gallery->encounters(person_id);
    if (!records.ok() && records.error().kind == ErrorKind::kNotFound) return {};  // erased meanwhile
    WHORL_TRY(records);
    const auto samples = best_samples(searched_in(*records));
    out.without_samples = samples.empty();
    if (samples.empty()) return {};
    const auto stop = past_deadline(call_.deadline, state_.world);
    WHORL_ASSIGN(const ReadProbe read, read_probe(samples, state_.config, state_.workers, stop));
    if (read.probe.samples.empty()) return {};
    Query query{work_.gallery_id, work_.accuracy, kMostOfPerson, {}};
    // Quickly, each pair is looked at from one side; else from both, for who is not found from one.
    if (work_.accuracy == Accuracy::kFast) query.pair_of = person_id;
    WHORL_ASSIGN(Found found, merge(ask_parts(state_.parts, read.probe, query, call_.deadline, state_.workers),
                                    query.max_candidates));
    WHORL_TRY(require_complete(found.receipt, false));
    out.persons = std::move(found.persons);
    std::erase_if(out.persons, [&](const ScoredPerson& other) {
      return other.person_id == person_id || other.score_db < work_.threshold_db;
    });
    return {};
  }

  // What of a person searches of the gallery look at.
  [[nodiscard]] std::vector<index::EncounterRecord> searched_in(std::vector<index::EncounterRecord> records) const {
    std::erase_if(records, [&](const index::EncounterRecord& record) {
      const auto& in = record.galleries;
      const bool there =
          work_.gallery_id == index::kAllGalleries || std::find(in.begin(), in.end(), work_.gallery_id) != in.end();
      return !there || record.status != index::EncounterStatus::kActive;
    });
    return records;
  }

  EngineState& state_;
  const Call& call_;
  const DedupeState& work_;
};

Status keep(index::Gallery& gallery, const DedupeState& state, const Pairs& pairs) {
  std::vector<index::KeptDuplicate> found;
  for (const auto& [persons, score] : pairs) found.push_back({persons.first, persons.second, score});
  return gallery.put_duplicates(state.gallery_id, encoded(state), found);
}

bool passed(const Call& call, World& world) { return call.deadline && world.ticks() >= *call.deadline; }

// Until everybody was looked for, or the deadline; one batch at least, so that a busy machine goes on too.
Status go_through(EngineState& state, const Call& call, DedupeState& work, const ProgressCallback& progress) {
  WHORL_ASSIGN(const auto left, state.gallery->persons_after(work.gallery_id, work.last_person));
  Call of_batch = call;
  of_batch.deadline.reset();
  const auto started = state.world.ticks();
  const std::uint64_t before = work.done;
  for (std::size_t begin = 0; begin < left.size() && (begin == 0 || !passed(call, state.world));) {
    const auto persons = std::span(left).subspan(begin, std::min(kBatch, left.size() - begin));
    DedupeState next = work;
    WHORL_ASSIGN(const Pairs pairs, Batch(state, of_batch, work).look(persons, next.without_samples));
    next.done += persons.size();
    next.last_person = persons.back();
    // The second of two finds the first again.
    for (const auto& [pair, score] : pairs) next.found += pair.first >= persons.front() ? 1 : 0;
    if (next.found > kMostDuplicates) return failure(ErrorCode::kTooManyDuplicates, with<"most">(kMostDuplicates));
    begin += persons.size();
    WHORL_TRY(keep(*state.gallery, next, pairs));
    work = next;
    if (progress) {
      const double elapsed_s = std::chrono::duration<double>(state.world.ticks() - started).count();
      const auto rest = static_cast<double>(left.size() - begin);
      progress({work.done, before + left.size(), elapsed_s, elapsed_s * rest / static_cast<double>(begin)});
    }
  }
  if (!left.empty() && work.last_person != left.back()) return {};
  WHORL_ASSIGN(const auto pairs, state.gallery->duplicates(work.gallery_id));
  work.found = pairs.size();
  work.ended_ms = now_ms(state.world);
  return keep(*state.gallery, work, {});
}

Result<DedupeState> deduplicated(EngineState& state, const Call& call, const DedupeRequest& request,
                                 const ProgressCallback& progress) {
  WHORL_TRY(validate(request));
  const std::unique_lock one(state.deduplicating, std::try_to_lock);
  if (!one.owns_lock()) return failure(ErrorCode::kDeduplicationUnderWay);
  WHORL_ASSIGN(auto work, state_of(*state.gallery, request.gallery_id));
  const bool begins_here = !call.task.empty() && work && work->task == call.task;
  if (!work || (request.anew && !begins_here)) {
    WHORL_ASSIGN(const auto everybody, state.gallery->persons_after(request.gallery_id, ""));
    if (work) WHORL_TRY(state.gallery->drop_duplicates(request.gallery_id));
    work = begun(request, everybody.size(), state.world);
    work->task = call.task;
    WHORL_TRY(keep(*state.gallery, *work, {}));
  }
  Call of_slice = call;
  if (request.slice) {
    const auto end = state.world.ticks() + *request.slice;
    of_slice.deadline = call.deadline ? std::min(*call.deadline, end) : end;
  }
  if (!work->finished()) WHORL_TRY(go_through(state, of_slice, *work, progress));
  return *work;
}

audit::Event question_of(const DedupeRequest& request, const Result<DedupeState>& state) {
  audit::Event out;
  out.operation = audit::Operation::kIdentify;
  out.galleries = {request.gallery_id};
  out.outcome = state.ok() ? "deduplication" : name_of(state.error().kind);
  if (!state.ok()) return out;
  out.persons = state->done;
  out.count = state->found;
  out.threshold_mdb = thousandths(state->threshold_db);
  return out;
}

Result<Duplicates> page_of(EngineState& state, const std::string& gallery_id, std::size_t offset, std::size_t limit) {
  WHORL_ASSIGN(const auto work, state_of(*state.gallery, gallery_id));
  if (!work) return failure(ErrorCode::kNoDeduplication, "gallery_id");
  WHORL_ASSIGN(const auto pairs, state.gallery->duplicates(gallery_id));
  Duplicates out{*work, pairs.size(), {}};
  for (std::size_t i = offset; i < pairs.size() && out.pairs.size() < limit; ++i) {
    const index::KeptDuplicate& pair = pairs[i];
    out.pairs.push_back({pair.person_id, pair.other_person_id, static_cast<double>(pair.score_mdb) / 1000});
  }
  return out;
}

}  // namespace

Result<DedupeState> Engine::dedupe(const Call& call, const DedupeRequest& request, const ProgressCallback& progress) {
  const CallRecord record(call, "dedupe", request.gallery_id);
  auto state = record.concluded(deduplicated(*state_, call, request, progress),
                                [](const DedupeState& done) { return done.finished() ? "finished" : "under way"; });
  audit::Event question = question_of(request, state);
  return noted(*state_, call, std::move(question), "", std::move(state));
}

Result<Duplicates> Engine::duplicates(const Call& call, const std::string& gallery_id, std::size_t offset,
                                      std::size_t limit) {
  const CallRecord record(call, "duplicates", gallery_id);
  return record.concluded(page_of(*state_, gallery_id, offset, limit), [](const Duplicates&) { return "read"; });
}

}  // namespace whorl::engine
