#include "cluster/part_work.h"

#include <exception>
#include <stdexcept>

#include "index/search/search_types.h"

namespace whorl::cluster {
namespace {

// How long a front has to say what an enrolment's answer is.
constexpr std::chrono::milliseconds kAskBackFor{2000};

Result<Done> done(const Status& status) {
  if (!status.ok()) return status.error();
  return Done{};
}

// One question at work.
class Work {
 public:
  Work(engine::Engine& engine, const SliceMap& slices, std::size_t place, const Asker& asker, Until came,
       const AskBack& back)
      : engine_(engine), slices_(slices), place_(place), back_(back) {
    call_.who = {asker.issuer, asker.subject, {}, asker.by, asker.roles};
    call_.purpose = asker.purpose;
    call_.request_id = asker.request_id;
    if (asker.wait_ms) call_.deadline = came + std::chrono::milliseconds(*asker.wait_ms);
  }

  Result<engine::PartAnswer> operator()(const SearchPart& asked) const {
    auto out = engine_.own_part().search(asked.probe, asked.query, call_.deadline);
    if (out.ok() && asked.query.gallery_id == index::kAllGalleries) name_galleries(*out);
    return out;
  }
  Result<engine::ScoredPerson> operator()(const ComparePerson& asked) const {
    return engine_.own_part().compare(asked.probe, asked.gallery_id, asked.person_id, call_.deadline);
  }
  Result<engine::EnrolReceipt> operator()(const EnrolEncounter& asked) const {
    WHORL_TRY(require_mine(asked.request.person_id));
    engine::EnrolRequest request = asked.request;
    if (asked.key) {
      request.keep = engine::AnswerToKeep{
          *asked.key, [this](const engine::EnrolReceipt& receipt) { return answer_to_keep(receipt); }};
    }
    return asked.update ? engine_.update(call_, request) : engine_.enrol(call_, request);
  }
  Result<std::optional<std::string>> operator()(const KeptAnswerOf& asked) const {
    return engine_.kept_answer(call_, asked.key);
  }
  Result<Done> operator()(const ErasePerson& asked) const { return done(engine_.erase_person(call_, asked.person_id)); }
  Result<Done> operator()(const EraseEncounter& asked) const {
    return done(engine_.erase_encounter(call_, asked.person_id, asked.encounter_id));
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
    return done(engine_.set_status(call_, asked.person_id, asked.encounter_id, asked.active));
  }
  Result<Done> operator()(const SetGalleries& asked) const {
    return done(engine_.set_galleries(call_, asked.person_id, asked.encounter_id, asked.galleries));
  }
  Result<Done> operator()(const SetHold& asked) const {
    return done(engine_.set_hold(call_, asked.person_id, asked.encounter_id, asked.held));
  }
  Result<Done> operator()(const MoveEncounters& asked) const {
    WHORL_TRY(require_mine(asked.into));
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
  // A front with another map is refused before (seal.h); this holds whatever it asks.
  [[nodiscard]] Status require_mine(const std::string& person_id) const {
    if (slices_.part_of(person_id) == place_) return {};
    return internal_error("the person lies in a slice of another part");
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
  const SliceMap& slices_;
  std::size_t place_;
  const AskBack& back_;
  engine::Call call_;
};

template <class Answer>
Bytes as_message(const Result<Answer>& answer) {
  const auto out = encode(answer);
  return out.ok() ? *out : PartWork::refused(internal_error("the answer: " + out.error().message));
}

}  // namespace

Bytes PartWork::refused(const Error& error) {
  Error shown = error;
  shown.message.resize(std::min<std::size_t>(shown.message.size(), 4096));
  const auto out = encode(Result<Done>(shown));
  return out.ok() ? *out : Bytes();
}

Bytes PartWork::answer(ByteView question, Until came, const AskBack& back) const {
  try {
    const auto asked = decode_asked(question);
    if (!asked.ok()) return refused(internal_error(asked.error().message));
    const Work work(*engine_, slices_, place_, asked->asker, came, back);
    return std::visit([&](const auto& each) { return as_message(work(each)); }, asked->question);
  } catch (const std::bad_alloc&) {
    return refused(exhausted("out of memory"));
  } catch (const std::exception& e) {
    return refused(unavailable(e.what()));
  }
}

}  // namespace whorl::cluster
