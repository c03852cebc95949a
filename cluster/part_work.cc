#include "cluster/part_work.h"

#include <exception>
#include <stdexcept>

#include "base/catalogue.h"
#include "cluster/replica_world.h"
#include "index/gallery.h"
#include "index/search/search_types.h"

namespace whorl::cluster {
namespace {

// How long a front has to say what an enrolment's answer is.
constexpr std::chrono::milliseconds kAskBackFor{2000};
// Of a replica that is asked for more than it has made yet; the front asks another meanwhile.
constexpr std::chrono::milliseconds kCatchUpWithin{1000};
constexpr std::chrono::milliseconds kLongestWait{30'000};
// Ends an enrolment that was begun to learn its answer.
struct Learnt : std::exception {};

Result<Done> done(const Status& status) {
  if (!status.ok()) return status.error();
  return Done{};
}

// One question at work.
class Work {
 public:
  Work(engine::Engine& engine, HeldSlices& slices, const Asker& asker, Until came, const AskBack& back)
      : engine_(engine), slices_(slices), back_(back) {
    call_.who = {asker.issuer, asker.subject, {}, asker.by, asker.roles};
    call_.purpose = asker.purpose;
    call_.request_id = asker.request_id;
    if (asker.wait_ms) call_.deadline = came + std::chrono::milliseconds(*asker.wait_ms);
  }

  // The work of an entry of the log: noted under this task, in the change's own batch.
  void set_task(const std::string& task) { call_.task = task; }
  void set_entry(std::uint64_t index) { entry_ = index; }
  // Of an entry from before there were slices: some replicas have made it, without asking whose the person is.
  void set_before_slices(bool before) { before_slices_ = before; }
  void set_progress(const std::function<void(PartSlices&)>& progress) { progress_ = &progress; }

  // Between replicas: a part that has but one hears none of these.
#define WHORL_NO_REPLICA(Asking) \
  Result<Asking::Answer> operator()(const Asking&) const { return no_replica(); }
  WHORL_ASKED_OF_REPLICAS(WHORL_NO_REPLICA)
#undef WHORL_NO_REPLICA
  // Of a part with one replica: what it holds now.
  Result<PartDigest> operator()(const TakeDigest&) const { return digest_now(); }
  Result<PartDigest> operator()(const TellDigest&) const { return digest_now(); }
  // Of a slice whose people are counted for its move nobody goes; the next order follows soon.
  Result<Done> operator()(const LetGo& asked) const {
    if (slices_.any_fenced()) return Done{};
    return done(engine_.own_gallery().let_go(asked.keep_days));
  }

  Result<PartSlices> operator()(const TellSlices&) const {
    PartSlices out;
    out.book = slices_.book().encoded();
    if (progress_ != nullptr && *progress_) (*progress_)(out);
    return out;
  }
  Result<Done> operator()(const BeginSlices& asked) const { return done(slices_.begin(asked)); }
  Result<Done> operator()(const OrderMoves& asked) const { return done(slices_.order(asked)); }
  Result<Done> operator()(const GiveUpMoves&) const { return done(slices_.give_up()); }
  Result<StillMissing> operator()(const AskMissing& asked) const { return slices_.missing(asked); }
  Result<Done> operator()(const StageSlices& asked) const { return done(slices_.stage(asked, entry_)); }
  Result<Done> operator()(const TakeSlices& asked) const { return done(slices_.take(asked)); }
  Result<Done> operator()(const LetGoOfSlices& asked) const { return done(slices_.let_go(asked)); }
  Result<Done> operator()(const FenceSlices& asked) const { return done(slices_.fence(asked)); }
  Result<SlicesLeft> operator()(const LeaveSlices& asked) const { return slices_.leave(asked); }
  Result<Done> operator()(const SettleSlices& asked) const { return done(slices_.settle(asked)); }

  Result<engine::PartAnswer> operator()(const SearchPart& asked) const {
    auto out = engine_.own_part().search(asked.probe, asked.query, call_.deadline);
    if (out.ok() && asked.query.gallery_id == index::kAllGalleries) name_galleries(*out);
    return out;
  }
  Result<engine::ScoredPerson> operator()(const ComparePerson& asked) const {
    return engine_.own_part().compare(asked.probe, asked.gallery_id, asked.person_id, call_.deadline);
  }
  Result<engine::EnrolReceipt> operator()(const EnrolEncounter& asked) const {
    const auto changing = slices_.changing();
    WHORL_TRY(check(asked.request.person_id));
    engine::EnrolRequest request = asked.request;
    if (asked.key) {
      request.keep = engine::AnswerToKeep{*asked.key, [this, &asked](const engine::EnrolReceipt& receipt) {
                                            return asked.answer ? *asked.answer : answer_to_keep(receipt);
                                          }};
    }
    if (!call_.task.empty()) request.task_answer = receipt_as_text;
    return asked.update ? engine_.update(call_, request) : engine_.enrol(call_, request);
  }
  // What a front says that its enrolment is answered; nobody is enrolled. Errors: those of enrolling before anything
  // is written.
  [[nodiscard]] Result<std::string> words_of(const EnrolEncounter& asked) const {
    engine::EnrolRequest request = asked.request;
    std::string words;
    request.keep = engine::AnswerToKeep{*asked.key, [&](const engine::EnrolReceipt& receipt) -> std::string {
                                          words = answer_to_keep(receipt);
                                          throw Learnt();
                                        }};
    try {
      const auto out = engine_.enrol(call_, request);
      return out.ok() ? Result<std::string>(internal_error("an enrolment was not to be made")) : out.error();
    } catch (const Learnt&) {
      return words;
    }
  }
  Result<std::optional<std::string>> operator()(const KeptAnswerOf& asked) const {
    return engine_.kept_answer(call_, asked.key);
  }
  Result<Done> operator()(const ErasePerson& asked) const {
    return changed(asked, [&] { return engine_.erase_person(call_, asked.person_id); });
  }
  Result<Done> operator()(const EraseEncounter& asked) const {
    return changed(asked, [&] { return engine_.erase_encounter(call_, asked.person_id, asked.encounter_id); });
  }
  Result<std::vector<engine::EncounterView>> operator()(const ReadEncounters& asked) const {
    return engine_.encounters(call_, asked.person_id);
  }
  Result<engine::EncounterView> operator()(const ReadEncounter& asked) const {
    return engine_.encounter(call_, asked.person_id, asked.encounter_id);
  }
  Result<std::vector<engine::TemplateView>> operator()(const ReadTemplates& asked) const {
    return engine_.templates(call_, asked.person_id, asked.encounter_id);
  }
  Result<Done> operator()(const SetStatus& asked) const {
    return changed(asked, [&] { return engine_.set_status(call_, asked.person_id, asked.encounter_id, asked.active); });
  }
  Result<Done> operator()(const SetGalleries& asked) const {
    return changed(asked,
                   [&] { return engine_.set_galleries(call_, asked.person_id, asked.encounter_id, asked.galleries); });
  }
  Result<Done> operator()(const SetHold& asked) const {
    return changed(asked, [&] { return engine_.set_hold(call_, asked.person_id, asked.encounter_id, asked.held); });
  }
  Result<Done> operator()(const MoveEncounters& asked) const {
    const auto changing = slices_.changing();
    WHORL_TRY(check(asked.into));
    WHORL_TRY(check(asked.from));
    if (!asked.encounter_id) return done(engine_.merge_persons(call_, asked.into, asked.from));
    return done(engine_.move_encounter(call_, asked.into, asked.from, *asked.encounter_id));
  }
  Result<engine::GalleryContent> operator()(const ReadContent& asked) const {
    return engine_.gallery_content(call_, asked.gallery_id, asked.offset, asked.limit);
  }
  Result<PartStatus> operator()(const TellStatus&) const {
    const engine::NodeHealth health = engine_.health(call_);
    const engine::NodeDuties duties = engine_.duties(call_);
    PartStatus out;
    out.galleries = health.galleries;
    out.memory = health.memory;
    out.snapshots_written = health.snapshots_written;
    out.shards_written = health.shards_written;
    out.housekeeping_failures = health.housekeeping_failures;
    out.last_failure = health.last_failure;
    out.changes_refused = health.changes_refused;
    out.due_not_erased = duties.due_not_erased;
    out.due_held = duties.due_held;
    out.erased_when_due = duties.erased_when_due;
    return out;
  }

 private:
  [[nodiscard]] Result<PartDigest> digest_now() const {
    WHORL_ASSIGN(const auto moment, engine_.own_gallery().moment());
    PartDigest out;
    WHORL_ASSIGN(out.galleries, moment->digests());
    return out;
  }
  [[nodiscard]] Status check(const std::string& person_id) const {
    return before_slices_ ? Status() : slices_.check(person_id);
  }
  static Error no_replica() { return invalid_input("this part has no other replicas"); }
  // What a change leaves with its effect is its answer.
  static std::string receipt_as_text(const engine::EnrolReceipt& receipt) {
    const auto bytes = encode(Result<engine::EnrolReceipt>(receipt));
    return bytes.ok() ? std::string(as_text(*bytes)) : std::string();
  }

  // A change of somebody: it is made where their slice is, and not while that leaves.
  template <class Asking, class Change>
  Result<Done> changed(const Asking& asked, const Change& change) const {
    const auto changing = slices_.changing();
    WHORL_TRY(check(asked.person_id));
    return done(change());
  }

  // In a search of all galleries, in which ones each score's encounter is; none where it was erased meanwhile.
  void name_galleries(engine::PartAnswer& answer) const {
    for (engine::ScoredPerson& person : answer.persons) {
      for (engine::SampleScore& score : person.scores) {
        auto read = engine_.encounter(call_, person.person_id, score.encounter_id);
        if (read.ok()) score.galleries = std::move(read->galleries);
      }
    }
  }

  // Only the front knows how the answer is worded. Nothing has been written: what is thrown ends the enrolment.
  [[nodiscard]] std::string answer_to_keep(const engine::EnrolReceipt& receipt) const {
    const auto words = [&]() -> Result<std::optional<std::string>> {
      WHORL_ASSIGN(const Bytes question, encode(Result<engine::EnrolReceipt>(receipt)));
      WHORL_ASSIGN(const Bytes answer, back_(question, Until::clock::now() + kAskBackFor));
      return decode_answer<std::optional<std::string>>(answer);
    }();
    if (!words.ok() || !*words) {
      throw std::runtime_error("the front did not say what the enrolment is answered; nothing was enrolled");
    }
    return **words;
  }

  engine::Engine& engine_;
  HeldSlices& slices_;
  const AskBack& back_;
  engine::Call call_;
  std::uint64_t entry_ = 0;
  bool before_slices_ = false;
  const std::function<void(PartSlices&)>* progress_ = nullptr;
};

// What a change may need in the gallery. Of samples nothing is read yet: they are images, or templates.
struct Needed {
  bool keeps_images = false;
  std::optional<index::Coming> operator()(const EnrolEncounter& asked) const {
    constexpr std::uint64_t kOfSample = std::uint64_t{16} << 10;
    index::Coming out = one(asked.request.galleries);
    for (const Sample& sample : asked.request.samples) {
      out.bytes += kOfSample + (keeps_images ? index::kCopiesOfImage * sample.bytes.size() : 0);
    }
    return out;
  }
  std::optional<index::Coming> operator()(const SetGalleries& asked) const { return one(asked.galleries); }
  std::optional<index::Coming> operator()(const SetStatus&) const { return one(); }
  std::optional<index::Coming> operator()(const SetHold&) const { return one(); }
  std::optional<index::Coming> operator()(const MoveEncounters&) const { return one(); }
  template <class Asking>
  std::optional<index::Coming> operator()(const Asking&) const {
    return {};
  }

 private:
  static index::Coming one() {
    constexpr std::uint64_t kOfChange = std::uint64_t{64} << 10;
    index::Coming out;
    out.encounters = 1;
    out.bytes = kOfChange;
    return out;
  }
  static index::Coming one(const std::vector<std::string>& galleries) {
    index::Coming out = one();
    out.galleries.insert(galleries.begin(), galleries.end());
    if (galleries.empty()) out.galleries.insert(std::string(index::kDefaultGallery));
    return out;
  }
};

template <class Answer>
Bytes as_message(const Result<Answer>& answer) {
  const auto out = encode(answer);
  return out.ok() ? *out : PartWork::refused(internal_error("the answer: " + out.error().message));
}

template <class Answering>
Bytes caught(const Answering& answering) {
  try {
    return answering();
  } catch (const std::bad_alloc&) {
    return PartWork::refused(exhausted("out of memory"));
  } catch (const std::exception& e) {
    return PartWork::refused(unavailable(e.what()));
  }
}

// What other replicas ask; nothing where a question is not theirs.
struct OfReplica {
  Replica& replica;
  std::optional<Bytes> operator()(const AskVote& asked) const { return as_message(replica.vote(asked)); }
  std::optional<Bytes> operator()(const AppendEntries& asked) const { return as_message(replica.append(asked)); }
  std::optional<Bytes> operator()(const TellPosition&) const {
    return as_message(Result<Position>(replica.position()));
  }
  std::optional<Bytes> operator()(const BeginCopy&) const { return as_message(replica.begin_copy()); }
  std::optional<Bytes> operator()(const ReadCopySliceRow& asked) const {
    return as_message(replica.slices().row(asked.row));
  }
  template <class Asking>
  std::optional<Bytes> operator()(const Asking& asked) const {
    if constexpr (requires { replica.copies().answer(asked); }) return as_message(replica.copies().answer(asked));
    return {};
  }
};

// The same on every replica.
bool depends_on_the_people(const Error& error) {
  switch (error.kind) {
    case ErrorKind::kInvalidInput:
    case ErrorKind::kNotFound:
    case ErrorKind::kAlreadyExists:
    case ErrorKind::kUnauthorised: return true;
    default: return error.reason.code == ErrorCode::kTooManyGalleries || is_moved(error);
  }
}

}  // namespace

Bytes PartWork::refused(const Error& error) {
  Error shown = error;
  shown.message.resize(std::min<std::size_t>(shown.message.size(), 4096));
  const auto out = encode(Result<Done>(shown));
  return out.ok() ? *out : Bytes();
}

// What a library threw is the answer.
Bytes PartWork::answer(ByteView question, Until came, const AskBack& back) const {
  return caught([&]() -> Bytes {
    auto asked = decode_asked(question);
    if (!asked.ok()) return refused(internal_error(asked.error().message));
    if (replica_ != nullptr) return replicated(std::move(asked).value(), came, back);
    return at_one(*asked, came, back);
  });
}

// Of a part that holds what the asker takes it to hold, before and after.
Bytes PartWork::at_one(const Asked& asked, Until came, const AskBack& back) const {
  const auto other = [&] { return asked.slices != 0 && !slices_->is_at(asked.slices); };
  const auto refuse = [] { return refused(slice_moved("the part's slices are others by now, or are just moving")); };
  if (other()) return refuse();
  std::unique_ptr<HeldSlices::Room> room;
  if (replica_ == nullptr) {
    auto kept = room_of(asked);
    if (!kept.ok()) return refused(kept.error());
    room = std::move(*kept);
  }
  Work work(*engine_, *slices_, asked.asker, came, back);
  work.set_progress(progress_);
  Bytes out = std::visit([&](const auto& each) { return as_message(work(each)); }, asked.question);
  return other() ? refuse() : out;
}

// What comes from other parts is to find its room (held_slices.h).
Result<std::unique_ptr<HeldSlices::Room>> PartWork::room_of(const Asked& asked) const {
  if (const auto* stage = std::get_if<StageSlices>(&asked.question)) {
    WHORL_TRY(slices_->room_for(*stage));
    return std::unique_ptr<HeldSlices::Room>();
  }
  auto needed = std::visit(Needed{engine_->own_gallery().keeps_images()}, asked.question);
  if (!needed) return std::unique_ptr<HeldSlices::Room>();
  return slices_->room_beside(std::move(*needed));
}

Bytes PartWork::replicated(Asked asked, Until came, const AskBack& back) const {
  if (auto answer = std::visit(OfReplica{*replica_}, asked.question)) return std::move(*answer);
  const Until until = came + std::chrono::milliseconds(asked.asker.wait_ms.value_or(kLongestWait.count()));
  const bool change =
      std::visit([](const auto& each) { return kIsChange<std::decay_t<decltype(each)>>; }, asked.question);
  if (change) return logged(std::move(asked), until, came, back);
  const Status current = replica_->wait_for(asked.at_least, std::min(until, came + kCatchUpWithin));
  if (!current.ok()) return refused(current.error());
  if (const auto* tell = std::get_if<TellDigest>(&asked.question)) {
    const Status made = replica_->wait_for(tell->index, until);
    return made.ok() ? as_message(digests_->get(tell->index, until)) : refused(made.error());
  }
  return at_one(asked, came, back);
}

// What is to be kept under a key is asked back for before the change is put into the log, since no replica can do so
// when it makes it. Reading the samples once more is the price.
Bytes PartWork::logged(Asked asked, Until until, Until came, const AskBack& back) const {
  if (const Status takes = replica_->leads(); !takes.ok()) return refused(takes.error());
  std::unique_ptr<HeldSlices::Room> room;
  // Whoever asks once more for what lies in the log has all this, and may find themselves there already.
  if (!replica_->knows(asked.operation)) {
    if (const auto refusing = engine_->health({}).changes_refused) return refused(*refusing);
    auto kept = room_of(asked);
    if (!kept.ok()) return refused(kept.error());
    room = std::move(kept).value();
    auto* enrol = std::get_if<EnrolEncounter>(&asked.question);
    if (enrol != nullptr && enrol->key) {
      const Work work(*engine_, *slices_, asked.asker, came, back);
      const auto words = work.words_of(*enrol);
      if (!words.ok()) return refused(words.error());
      enrol->answer = *words;
    }
  }
  // Every replica makes it, whenever that is.
  asked.asker.wait_ms.reset();
  const auto change = encode(asked);
  if (!change.ok()) return refused(change.error());
  const auto made = replica_->change(asked.operation, *change, until);
  return made.ok() ? *made : refused(made.error());
}

// What depends on this machine alone is no answer: the change waits until it can be made.
Replica::Made PartWork::make(const LogEntry& entry, std::uint64_t index) const {
  bool settled = true;
  bool lets_go = false;
  Bytes answer = caught([&]() -> Bytes {
    settled = false;
    const auto asked = decode_asked(entry.change);
    if (!asked.ok()) return refused(corruption(asked.error().message));
    const AskBack nobody = [](ByteView, Until) -> Result<Bytes> { return unavailable("nobody waits for it"); };
    Work work(*engine_, *slices_, asked->asker, Until::clock::now(), nobody);
    work.set_entry(index);
    work.set_before_slices(asked->wire_version < kSlicesWireVersion);
    slices_->set_entry(index);
    // Which digest it is is told later, to whoever asks for it.
    if (std::holds_alternative<TakeDigest>(asked->question)) {
      settled = true;
      digests_->take(index, engine_->own_gallery().moment());
      return as_message(Result<PartDigest>(PartDigest{index, {}}));
    }
    // What lets go may be made again, and is not noted: a note that some went would say that all did.
    const bool may_be_made_again = std::holds_alternative<LetGo>(asked->question);
    lets_go = may_be_made_again && !slices_->any_fenced();
    if (!may_be_made_again) work.set_task(ReplicaLog::task_of(index));
    const ReplicaWorld::At then(entry.time_ms);
    return std::visit(
        [&](const auto& each) {
          const auto out = work(each);
          // How many galleries there are is of this replica alone, too: people who come wait until there is room.
          constexpr bool takes = std::is_same_v<std::decay_t<decltype(each)>, TakeSlices>;
          settled = out.ok() || (depends_on_the_people(out.error()) &&
                                 !(takes && out.error().reason.code == ErrorCode::kTooManyGalleries));
          return as_message(out);
        },
        asked->question);
  });
  return {settled, lets_go, std::move(answer)};
}

}  // namespace whorl::cluster
