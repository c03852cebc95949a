#include "cluster/slice_mover.h"

#include <algorithm>
#include <future>

#include "cluster/replica_terms.h"
#include "crypto/random.h"

namespace whorl::cluster {
namespace {

constexpr std::chrono::milliseconds kLookEvery{200};
constexpr std::chrono::milliseconds kAfterTrouble{1000};
constexpr std::chrono::milliseconds kAnswerWithin{10'000};
constexpr std::chrono::milliseconds kTakeWithin{30'000};
constexpr std::chrono::milliseconds kOwnWithin{30'000};
constexpr std::chrono::milliseconds kBeginWithin{1500};
// What leaves together: searches wait for as long as these are taken out here and put in there.
constexpr std::size_t kMostSlices = 64;
constexpr std::size_t kMostPeople = 500;
// Slices whose people are looked for at once, which is a look through all names.
constexpr std::size_t kLookedFor = 256;
constexpr std::size_t kPage = 4096;
constexpr std::size_t kAnswersOfPage = 64;
// Rounds of sending before the slices take no change, and after.
constexpr int kRounds = 3;
constexpr int kMostRounds = 20;

std::uint16_t slice16(const std::string& person_id) { return static_cast<std::uint16_t>(slice_of(person_id)); }

std::string named(const std::vector<SliceMove>& some) {
  std::string out = (some.size() == 1 ? "slice " : "slices ") + std::to_string(some.front().slice);
  return some.size() == 1 ? out : out + "-" + std::to_string(some.back().slice);
}

// Of one encounter in a message.
std::size_t size_of(const index::CopiedEncounter& one) {
  std::size_t out = one.record.key.size() + one.record.value.size() + 64;
  for (const auto& image : one.images) out += image.bytes.size() + 32;
  return out;
}

}  // namespace

// -- What is told -----------------------------------------------------------------------------------------------------

void MoveProgress::add_to(PartSlices& out) const {
  const std::scoped_lock lock(mutex_);
  out.slices_moved = now_.slices_moved;
  out.encounters_moved = now_.encounters_moved;
  out.doing = now_.doing;
  out.trouble = now_.trouble;
}
void MoveProgress::doing(std::string what) {
  const std::scoped_lock lock(mutex_);
  now_.doing = std::move(what);
}
void MoveProgress::trouble(std::string why) {
  const std::scoped_lock lock(mutex_);
  why.resize(std::min<std::size_t>(why.size(), 2000));
  now_.trouble = std::move(why);
}
void MoveProgress::moved(std::size_t slices, std::size_t encounters) {
  const std::scoped_lock lock(mutex_);
  now_.slices_moved += slices;
  now_.encounters_moved += encounters;
}

// -- The thread -------------------------------------------------------------------------------------------------------

SliceMover::SliceMover(Setup setup) : setup_(std::move(setup)) {
  thread_ = std::jthread([this] { work(); });
}

SliceMover::~SliceMover() { stop(); }

void SliceMover::stop() {
  const std::scoped_lock lock(mutex_);
  stopping_ = true;
  stopped_.notify_all();
}

Status SliceMover::go_on() const {
  const std::scoped_lock lock(mutex_);
  return stopping_ ? Status(unavailable("the part is being stopped")) : Status();
}

void SliceMover::work() {
  while (go_on().ok()) {
    const bool leads = setup_.leads();
    auto done = leads ? one_step() : Result<bool>(false);
    if (!leads) {
      people_.clear();
      pauses_.keep_only({});
    }
    const std::string trouble = done.ok() ? pauses_.told() : done.error().message;
    setup_.progress->trouble(trouble);
    if (!trouble.empty() && trouble != told_ && setup_.events) {
      setup_.events({Severity::kWarning, "cluster_slices", "a move of slices does not go on: " + trouble});
    }
    told_ = trouble;
    // Between two moves there is room for whatever has to find nothing fenced.
    const auto wait = done.ok() ? (*done ? std::chrono::milliseconds(10) : kLookEvery) : kAfterTrouble;
    std::unique_lock lock(mutex_);
    stopped_.wait_for(lock, wait, [&] { return stopping_; });
  }
}

Result<bool> SliceMover::one_step() {
  const SliceBook book = setup_.slices->book();
  if (!book.begun()) {
    WHORL_TRY(begin(setup_));
    return true;
  }
  pauses_.keep_only(book);
  pauses_.hurry(!book.all(SliceIs::kLeft).empty());
  if (book.under_way().empty()) {
    people_.clear();
    setup_.progress->doing("");
    return false;
  }
  return finish_left(book) || settle_kept(book) || move_some(book);
}

std::vector<std::uint16_t> SliceMover::movable(const SliceBook& book, SliceIs state) {
  std::map<std::string, bool> answering;
  std::vector<std::uint16_t> out;
  for (const std::uint16_t slice : book.under_way()) {
    if (book.row(slice).is != state || pauses_.waits(slice)) continue;
    const std::string target = book.other(slice);
    const auto at = answering.find(target);
    if (at != answering.end() ? at->second : (answering[target] = pauses_.answers(target, other(target))))
      out.push_back(slice);
  }
  return out;
}

bool SliceMover::tried(const Slices& some, const std::string& target, const std::function<Status(PartGroup&)>& what) {
  const auto group = other(target);
  const Status done = what(*group);
  if (done.ok()) {
    pauses_.moved(some);
    pauses_.answered(target);
    return true;
  }
  // It may be the target that is gone.
  if (done.error().kind == ErrorKind::kUnavailable) pauses_.ask_again(target);
  pauses_.failed(some, done.error());
  return false;
}

template <class Asking>
Result<typename Asking::Answer> SliceMover::own(const Setup& setup, Asking question) {
  Asked asked;
  asked.asker.subject = "slices";
  asked.question = std::move(question);
  WHORL_ASSIGN(const Bytes bytes, encode(asked));
  WHORL_ASSIGN(const Bytes answer, setup.own(bytes, Until::clock::now() + kOwnWithin));
  return decode_answer<typename Asking::Answer>(answer);
}

Status SliceMover::begin(const Setup& setup) {
  std::vector<std::pair<std::string, std::future<Result<PartSlices>>>> asked;
  if (setup.file.any()) {
    for (const auto& [name, group] : setup.others) {
      asked.emplace_back(name, std::async(std::launch::async,
                                          [group = group] { return group->ask(within(kBeginWithin), TellSlices{}); }));
    }
  }
  for (auto& [name, answer] : asked) {
    const auto said = answer.get();
    if (!said.ok()) continue;
    WHORL_ASSIGN(const SliceBook book, SliceBook::parse(said->book));
    for (std::size_t slice = 0; book.begun() && slice < kSlices; ++slice) {
      if (!setup.file[slice] || (!book.may_have_people(slice) && book.row(slice).is != SliceIs::kLeft)) continue;
      return invalid_input("this part is new, and slice " + std::to_string(slice) +
                           " that the cluster's file gives it " + "is part " + name +
                           "'s: a new part is written with slices = [], and gets some with " + "whorl cluster add");
    }
  }
  BeginSlices first;
  for (std::uint16_t slice = 0; slice < kSlices; ++slice) {
    if (setup.file[slice]) first.held.push_back(slice);
  }
  const auto begun = own(setup, std::move(first));
  return begun.ok() ? Status() : Status(begun.error());
}

std::shared_ptr<PartGroup> SliceMover::other(const std::string& name) const {
  const auto at = setup_.others.find(name);
  return at == setup_.others.end() ? nullptr : at->second;
}

// -- What was begun before --------------------------------------------------------------------------------------------

bool SliceMover::finish_left(const SliceBook& book) {
  const auto left = movable(book, SliceIs::kLeft);
  if (left.empty()) return false;
  const std::uint16_t first = left.front();
  const auto manifest = setup_.slices->manifest_of(first);
  // Those that left together are taken together.
  const Slices together = manifest.ok() ? manifest->slices : Slices{{first, book.row(first).move}};
  return tried(together, book.other(first), [&](PartGroup& target) -> Status {
    return manifest.ok() ? finish(*manifest, target) : Status(manifest.error());
  });
}

bool SliceMover::settle_kept(const SliceBook& book) {
  const auto kept = movable(book, SliceIs::kKept);
  if (kept.empty()) return false;
  Slices some;
  for (const std::uint16_t slice : kept) {
    if (book.other(slice) == book.other(kept.front())) some.push_back({slice, book.row(slice).move});
  }
  return tried(some, book.other(kept.front()), [&](PartGroup& target) -> Status {
    setup_.progress->doing("gives up the move of " + named(some) + " to " + target.name());
    WHORL_TRY(target.ask(within(kAnswerWithin), LetGoOfSlices{some}));
    WHORL_TRY(own(setup_, SettleSlices{some}));
    return {};
  });
}

// -- A move -----------------------------------------------------------------------------------------------------------

bool SliceMover::move_some(const SliceBook& book) {
  auto wanted = movable(book, SliceIs::kFenced);
  if (wanted.empty()) wanted = movable(book, SliceIs::kHeld);
  if (wanted.empty()) return false;
  if (!is_looked_for(wanted.front())) {
    if (const Status looked = look_for_people(book, wanted); !looked.ok()) {
      pauses_.failed({{wanted.front(), 0}}, looked.error());
      return false;
    }
  }
  const Slices some = bundle(book, wanted);
  return tried(some, book.other(wanted.front()), [&](PartGroup& target) { return move(some, target); });
}

bool SliceMover::is_looked_for(std::uint16_t slice) const {
  return people_.contains(slice) && setup_.slices->ordered(slice) <= looked_at_;
}

// Whoever is enrolled from now on is noted (HeldSlices::check), since the slices are to move already.
Status SliceMover::look_for_people(const SliceBook& before, const std::vector<std::uint16_t>& wanted) {
  people_.clear();
  looked_at_ = setup_.slices->orders();
  const SliceBook book = setup_.slices->book();
  if (book.row(wanted.front()) != before.row(wanted.front())) return unavailable("the moves are others by now");
  for (const std::uint16_t slice : wanted) {
    if (people_.size() < kLookedFor) people_[slice];
  }
  setup_.progress->doing("looks for the people of " + std::to_string(people_.size()) + " slices");
  // Nobody is known of any slice before all names were looked through.
  std::map<std::uint16_t, std::set<std::string>> found = std::exchange(people_, {});
  WHORL_ASSIGN(const auto moment, setup_.gallery->moment());
  Bytes from;
  do {
    WHORL_ASSIGN(index::Moment::Names page, moment->names(from, kPage));
    for (const auto& named : page.encounters) {
      const auto at = found.find(slice16(named.person_id));
      if (at != found.end()) at->second.insert(named.person_id);
    }
    WHORL_TRY(go_on());
    from = std::move(page.next);
  } while (!from.empty());
  people_ = std::move(found);
  return {};
}

// In one state, to one part, and not too many people.
SliceMover::Slices SliceMover::bundle(const SliceBook& book, const std::vector<std::uint16_t>& from) const {
  const std::uint16_t first = from.front();
  Slices out{{first, book.row(first).move + 1}};
  if (pauses_.goes_alone(first)) return out;
  std::size_t people = people_.at(first).size();
  for (const std::uint16_t slice : from) {
    const auto& row = book.row(slice);
    if (slice == first || !is_looked_for(slice) || pauses_.goes_alone(slice)) continue;
    if (row.is != book.row(first).is || row.other != book.row(first).other) continue;
    const std::size_t more = people_.at(slice).size();
    if (people + more > kMostPeople || out.size() >= kMostSlices) break;
    people += more;
    out.push_back({slice, row.move + 1});
  }
  return out;
}

Result<SliceManifest> SliceMover::manifest_of(const Slices& some) const {
  SliceManifest out;
  out.slices = some;
  for (const SliceMove& each : some) {
    if (!is_looked_for(each.slice)) return unavailable("the moves are others by now");
    std::set<std::string> people = setup_.slices->noted(each.slice);
    if (const auto known = people_.find(each.slice); known != people_.end()) {
      people.insert(known->second.begin(), known->second.end());
    }
    for (const std::string& person : people) {
      WHORL_ASSIGN(auto encounters, setup_.gallery->named_of(person));
      std::move(encounters.begin(), encounters.end(), std::back_inserter(out.encounters));
    }
  }
  return out;
}

Status SliceMover::find_answers(SliceManifest& manifest) {
  answers_.clear();
  SliceSet wanted;
  for (const SliceMove& each : manifest.slices) wanted[each.slice] = true;
  WHORL_ASSIGN(const auto moment, setup_.gallery->moment());
  Bytes from;
  do {
    WHORL_ASSIGN(index::Moment::Answers page, moment->answers(from, kAnswersOfPage));
    for (auto& each : page.answers) {
      // Of whoever was erased nothing says in which slice they were; every part is asked about a key.
      if (each.erased() || !wanted[slice16(each.person_id)]) continue;
      manifest.answers.push_back(each.key);
      answers_[each.key] = std::move(each);
    }
    from = std::move(page.next);
  } while (!from.empty());
  return {};
}

Status SliceMover::move(const Slices& some, PartGroup& target) {
  if (some.empty()) return internal_error("no slice is to move");
  setup_.progress->doing("sends " + named(some) + " to " + target.name());
  bool all_come = false;
  for (int round = 0; round < kRounds && !all_come; ++round) {
    WHORL_ASSIGN(const SliceManifest manifest, manifest_of(some));
    WHORL_ASSIGN(all_come, all_there(manifest, target));
    // Others come meanwhile: what is fenced has room, all the same.
    if (!all_come && round + 1 == kRounds) WHORL_TRY(has_room(manifest, target));
  }
  setup_.progress->doing("hands " + named(some) + " over to " + target.name());
  WHORL_TRY(own(setup_, FenceSlices{some}));
  for (int round = 0; round < kMostRounds; ++round) {
    WHORL_ASSIGN(SliceManifest manifest, manifest_of(some));
    WHORL_TRY(find_answers(manifest));
    WHORL_ASSIGN(const bool all, all_there(manifest, target));
    if (!all) continue;
    WHORL_ASSIGN(const SlicesLeft gone, own(setup_, LeaveSlices{manifest}));
    if (gone.left) return finish(manifest, target);
  }
  return unavailable("what is sent of " + named(some) + " does not come to be all there");
}

Status SliceMover::finish(const SliceManifest& manifest, PartGroup& target) {
  setup_.progress->doing("hands " + named(manifest.slices) + " over to " + target.name());
  WHORL_TRY(target.ask(within(kTakeWithin), TakeSlices{setup_.part, manifest}));
  WHORL_TRY(own(setup_, SettleSlices{manifest.slices}));
  setup_.progress->moved(manifest.slices.size(), manifest.encounters.size());
  for (const SliceMove& each : manifest.slices) people_.erase(each.slice);
  return {};
}

Result<bool> SliceMover::all_there(const SliceManifest& manifest, PartGroup& target) {
  WHORL_ASSIGN(const StillMissing missing, target.ask(within(kAnswerWithin), AskMissing{manifest}));
  if (missing.held) return true;
  if (missing.encounters.empty() && missing.answers.empty()) {
    WHORL_TRY(has_room(manifest, target));
    return true;
  }
  WHORL_TRY(send(manifest, missing, target));
  return false;
}

Status SliceMover::has_room(const SliceManifest& manifest, PartGroup& target) {
  if (target.count() == 1) return {};  // it has just answered
  const auto all = target.ask_each(Until::clock::now() + kAnswerWithin, AskMissing{manifest});
  if (!all.ok()) return all.error();
  std::size_t have = 0;
  Error last = unavailable("too few replicas of part " + target.name() + " say whether they have room");
  for (const auto& each : *all) {
    if (each.ok()) {
      ++have;
    } else if (each.error().kind != ErrorKind::kUnavailable) {
      return each.error();
    } else {
      last = each.error();
    }
  }
  return have >= target.needed() ? Status() : Status(last);
}

Status SliceMover::send(const SliceManifest& manifest, const StillMissing& missing, PartGroup& target) {
  WHORL_ASSIGN(const auto moment, setup_.gallery->moment());
  StageSlices message{setup_.part, manifest.slices, {}, {}};
  const std::size_t most = std::min(kMostSent, setup_.most_bytes / 2);
  std::size_t size = 0;
  std::size_t sent = 0;
  const auto flush = [&]() -> Status {
    if (message.encounters.empty() && message.answers.empty()) return {};
    WHORL_TRY(go_on());
    WHORL_TRY(target.ask(within(kAnswerWithin), message));
    sent += message.encounters.size();
    setup_.progress->doing("sends " + named(manifest.slices) + " to " + target.name() + ": " + std::to_string(sent) +
                           " of " + std::to_string(missing.encounters.size()) + " encounters");
    message.encounters.clear();
    message.answers.clear();
    size = 0;
    return {};
  };
  for (const std::uint32_t which : missing.encounters) {
    if (which >= manifest.encounters.size()) return corruption("what is missing was not there");
    const auto& named = manifest.encounters[which];
    auto record = moment->record(named.person_id, named.encounter_id);
    if (!record.ok() && record.error().kind == ErrorKind::kNotFound) continue;  // erased meanwhile
    if (!record.ok()) return record.error();
    index::CopiedEncounter one{std::move(*record), {}};
    WHORL_ASSIGN(const auto parsed, index::parse_record(one.record.key, one.record.value));
    for (const index::ImageReference& image : index::images_named(parsed)) {
      WHORL_ASSIGN(one.images.emplace_back(), moment->image(named.person_id, named.encounter_id, image));
    }
    if (size > 0 && size + size_of(one) > most) WHORL_TRY(flush());
    size += size_of(one);
    message.encounters.push_back(std::move(one));
  }
  for (const std::uint32_t which : missing.answers) {
    if (which >= manifest.answers.size()) return corruption("what is missing was not there");
    const auto at = answers_.find(manifest.answers[which]);
    if (at == answers_.end()) continue;
    if (size > 0 && size + at->second.answer.size() + 512 > most) WHORL_TRY(flush());
    size += at->second.answer.size() + 512;
    message.answers.push_back(at->second);
  }
  return flush();
}

}  // namespace whorl::cluster
