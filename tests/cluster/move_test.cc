// Slices move between parts while people are searched, enrolled and erased: nobody is missed, nobody counted twice,
// nobody comes back, wherever a move is interrupted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "cluster/cluster_moves.h"
#include "cluster/held_slices.h"
#include "cluster/part_work.h"
#include "index/gallery.h"
#include "tests/cluster/replica_fixture.h"

namespace whorl::cluster {
namespace {

using engine::Decision;
using testing::HasSubstr;

// -- Interrupted at every write ---------------------------------------------------------------------------------------

// Rows of a process that ends after so many writes: nothing is written from then on.
class EndingRows final : public engine::TaskStore {
 public:
  EndingRows(engine::TaskStore& rows, int& left) : rows_(rows), left_(left) {}
  Status put(const std::string& id, ByteView head, ByteView request, std::span<const engine::TaskName> names) override {
    return writes() ? rows_.put(id, head, request, names) : ended();
  }
  Status begin(const std::string& id) override { return rows_.begin(id); }
  void end(const std::string& id) override { rows_.end(id); }
  Status change(const std::string& id, ByteView head, const std::optional<Bytes>& result,
                std::span<const engine::TaskName> names) override {
    return writes() ? rows_.change(id, head, result, names) : ended();
  }
  Status erase(std::span<const std::string> ids) override { return writes() ? rows_.erase(ids) : ended(); }
  Result<std::optional<Bytes>> request(const std::string& id) override { return rows_.request(id); }
  Result<std::optional<Bytes>> result(const std::string& id) override { return rows_.result(id); }
  Result<bool> has_result(const std::string& id) override { return rows_.has_result(id); }
  Result<std::optional<Bytes>> effect(const std::string& id) override { return rows_.effect(id); }
  Result<std::vector<engine::KeptTask>> all(std::size_t& damaged) override { return rows_.all(damaged); }

 private:
  bool writes() { return left_ > 0 && left_-- > 0; }
  static Status ended() { return unavailable("the process has ended"); }
  engine::TaskStore& rows_;
  int& left_;
};

// A part without a process around it.
struct BarePart {
  BarePart(const std::filesystem::path& folder, std::size_t first, std::size_t last) {
    engine = engine::Engine::open(engine_at(folder)).value();
    start(1'000'000);
    BeginSlices all;
    for (std::size_t slice = first; slice < last; ++slice) all.held.push_back(static_cast<std::uint16_t>(slice));
    EXPECT_TRUE(slices->begin(all).ok());
  }
  // A process that ends after so many writes.
  void start(int writes) {
    left = writes;
    slices.reset();
    rows = std::make_unique<EndingRows>(*engine->exchange_rows(), left);
    auto opened = HeldSlices::open(*rows, engine->own_gallery());
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    slices = std::move(*opened);
  }
  [[nodiscard]] std::set<std::string> people() const {
    std::set<std::string> out;
    const auto content = engine->gallery_content({}, "ALL", 0, SIZE_MAX);
    if (!content.ok()) return out;
    for (const auto& entry : content->entries) out.insert(entry.person_id);
    return out;
  }
  std::unique_ptr<engine::Engine> engine;
  int left = 0;
  std::unique_ptr<EndingRows> rows;
  std::unique_ptr<HeldSlices> slices;
};

class InterruptedMoves : public testing::Test {
 protected:
  void SetUp() override {
    for (int i = 0; i < 6; ++i) {
      ASSERT_TRUE(a_.engine->enrol({}, enrolment_of(i)).ok());
      const auto slice = static_cast<std::uint16_t>(slice_of("person-" + std::to_string(i)));
      slices_.insert(slice);
    }
  }
  SliceManifest manifest() {
    SliceManifest out;
    for (const std::uint16_t slice : slices_) out.slices.push_back({slice, a_.slices->book().row(slice).move + 1});
    if (a_.slices->book().any(SliceIs::kLeft)) return a_.slices->manifest_of(*slices_.begin()).value();
    for (const std::string& person : a_.people()) {
      const auto named = a_.engine->own_gallery().named_of(person).value();
      out.encounters.insert(out.encounters.end(), named.begin(), named.end());
    }
    return out;
  }
  // All that is left of a move, from wherever both books are. Errors: where a process ended.
  Status go_on() {
    WHORL_TRY(a_.slices->mend());
    WHORL_TRY(b_.slices->mend());
    const std::vector<std::uint16_t> all(slices_.begin(), slices_.end());
    const SliceBook at = a_.slices->book();
    const SliceManifest moved = manifest();
    const auto is = [&](SliceIs what) { return at.row(all[0]).is == what; };
    if (is(SliceIs::kElsewhere)) return {};
    if (is(SliceIs::kHeld) && at.row(all[0]).other == 0) WHORL_TRY(a_.slices->order({"b", all}));
    if (!is(SliceIs::kLeft)) {
      WHORL_ASSIGN(StillMissing missing, b_.slices->missing({moved}));
      StageSlices stage{"a", moved.slices, {}, {}};
      const auto moment = a_.engine->own_gallery().moment().value();
      for (const std::uint32_t i : missing.encounters) {
        const auto& named = moved.encounters[i];
        stage.encounters.push_back({moment->record(named.person_id, named.encounter_id).value(), {}});
      }
      if (!stage.encounters.empty()) WHORL_TRY(b_.slices->stage(stage, 0));
      WHORL_TRY(a_.slices->fence({moved.slices}));
      WHORL_ASSIGN(const SlicesLeft left, a_.slices->leave({moved}));
      EXPECT_TRUE(left.left);
    }
    WHORL_TRY(b_.slices->take({"a", moved}));
    return a_.slices->settle({moved.slices});
  }
  // Whoever asks finds somebody once, or is not answered.
  void expect_nobody_twice() {
    const SliceBook a = a_.slices->book();
    const SliceBook b = b_.slices->book();
    EXPECT_FALSE((a.held() & b.held()).any());
    if (a.is_between() || b.is_between()) return;
    for (const std::string& person : a_.people()) EXPECT_TRUE(a.may_have_people(slice_of(person)));
    for (const std::string& person : b_.people()) EXPECT_TRUE(b.may_have_people(slice_of(person)));
  }
  tests::TemporaryDirectory folder_;
  BarePart a_{folder_.path() / "a", 0, kSlices};
  BarePart b_{folder_.path() / "b", 0, 0};
  std::set<std::uint16_t> slices_;
};

TEST_F(InterruptedMoves, EndWithEverybodyAtTheTargetOnceWhereverEitherProcessEnds) {
  const std::set<std::string> everybody = a_.people();
  int interruptions = 0;
  for (int writes = 0; writes < 24; ++writes) {
    for (const bool of_source : {true, false}) {
      (of_source ? a_ : b_).start(writes);
      const Status first = go_on();
      if (!first.ok()) ++interruptions;
      expect_nobody_twice();
      a_.start(1'000'000);
      b_.start(1'000'000);
      const Status second = go_on();
      ASSERT_TRUE(second.ok()) << writes << of_source << second.error().text();
      EXPECT_EQ(b_.people(), everybody) << writes;
      EXPECT_TRUE(a_.people().empty()) << writes;
      for (const std::uint16_t slice : slices_) {
        EXPECT_TRUE(b_.slices->book().takes_changes(slice));
        EXPECT_EQ(a_.slices->book().row(slice).is, SliceIs::kElsewhere);
      }
      std::size_t damaged = 0;
      for (auto* part : {&a_, &b_}) {
        part->start(1'000'000);
        EXPECT_EQ(part->rows->all(damaged)->size(), 1U) << "of a move nothing stays but the book";
      }
      std::swap(a_.engine, b_.engine);  // and back
      a_.start(1'000'000);
      b_.start(1'000'000);
    }
  }
  EXPECT_GT(interruptions, 10) << "the move was never interrupted: too few writes were counted";
}

TEST_F(InterruptedMoves, WhoWasErasedAfterTheyWereSentDoesNotComeBack) {
  const std::vector<std::uint16_t> all(slices_.begin(), slices_.end());
  ASSERT_TRUE(a_.slices->order({"b", all}).ok());
  const SliceManifest before = manifest();
  StageSlices stage{"a", before.slices, {}, {}};
  {
    const auto moment = a_.engine->own_gallery().moment().value();
    for (const auto& named : before.encounters) {
      stage.encounters.push_back({moment->record(named.person_id, named.encounter_id).value(), {}});
    }
  }
  ASSERT_TRUE(b_.slices->stage(stage, 0).ok());
  ASSERT_TRUE(a_.slices->fence({before.slices}).ok());
  // Past the part, as what is due goes: the manifest of before is none any more.
  ASSERT_TRUE(a_.engine->erase_person({}, "person-2").ok());
  EXPECT_FALSE(a_.slices->leave({before})->left);
  EXPECT_EQ(a_.people().size(), 5U);
  ASSERT_TRUE(go_on().ok());
  EXPECT_EQ(b_.people().size(), 5U);
  EXPECT_FALSE(b_.people().contains("person-2"));
}

TEST_F(InterruptedMoves, APartOfAnOldBackupGivesUpWhatIsAnothersByNow) {
  const std::set<std::string> everybody = a_.people();
  const SliceBook old_book = a_.slices->book();
  ASSERT_TRUE(go_on().ok());
  ASSERT_EQ(b_.people(), everybody);
  // As the first part was before.
  ASSERT_TRUE(a_.slices->replace(old_book, {}).ok());
  for (int i = 0; i < 6; ++i) ASSERT_TRUE(a_.engine->enrol({}, enrolment_of(i)).ok());
  ASSERT_TRUE((a_.slices->book().held() & b_.slices->book().held()).any());
  const std::uint64_t version = b_.slices->book().version();
  ASSERT_TRUE(go_on().ok());
  EXPECT_EQ(b_.people(), everybody);
  EXPECT_EQ(b_.slices->book().version(), version);
  EXPECT_TRUE(a_.people().empty());
  EXPECT_FALSE((a_.slices->book().held() & b_.slices->book().held()).any());
}

TEST_F(InterruptedMoves, NobodyLeavesForAPartThatKnowsALaterMoveAndHoldsNothing) {
  const std::vector<std::uint16_t> all(slices_.begin(), slices_.end());
  LetGoOfSlices later;
  for (const std::uint16_t slice : all) later.slices.push_back({slice, 2});
  ASSERT_TRUE(b_.slices->let_go(later).ok());
  const std::set<std::string> everybody = a_.people();
  EXPECT_EQ(go_on().error().kind, ErrorKind::kInvalidInput);
  EXPECT_EQ(a_.people(), everybody);
  // Each order that is given up uses a number.
  for (int numbers = 0; numbers < 2; ++numbers) {
    if (numbers > 0) {
      ASSERT_TRUE(a_.slices->order({"b", all}).ok());
    }
    ASSERT_TRUE(a_.slices->give_up().ok());
    SettleSlices settled;
    for (const std::uint16_t slice : all) settled.slices.push_back({slice, a_.slices->book().row(slice).move});
    ASSERT_TRUE(a_.slices->settle(settled).ok());
  }
  const Status moved = go_on();
  ASSERT_TRUE(moved.ok()) << moved.error().text();
  EXPECT_EQ(b_.people(), everybody);
}

TEST_F(InterruptedMoves, ALateStepOfAMoveThatWasGivenUpTakesNobodyOut) {
  const std::vector<std::uint16_t> all(slices_.begin(), slices_.end());
  ASSERT_TRUE(a_.slices->order({"b", all}).ok());
  const SliceManifest first = manifest();
  ASSERT_TRUE(a_.slices->fence({first.slices}).ok());
  ASSERT_TRUE(a_.slices->give_up().ok());
  ASSERT_TRUE(a_.slices->settle({first.slices}).ok());
  ASSERT_TRUE(a_.slices->order({"b", all}).ok());
  ASSERT_TRUE(a_.slices->fence({manifest().slices}).ok());
  EXPECT_FALSE(a_.slices->leave({first}).ok());
  EXPECT_EQ(a_.people().size(), 6U);
}

TEST_F(InterruptedMoves, OnAReplicaWhoIsInTheListLeavesHoweverTheirEncounterIsThere) {
  const std::vector<std::uint16_t> all(slices_.begin(), slices_.end());
  ASSERT_TRUE(a_.slices->order({"b", all}).ok());
  SliceManifest list = manifest();
  list.encounters.at(1).digest[0] ^= 1;
  ASSERT_TRUE(a_.engine->erase_person({}, "person-2").ok());
  ASSERT_TRUE(a_.slices->fence({list.slices}).ok());
  EXPECT_FALSE(a_.slices->leave({list})->left) << "of a part of one process";
  a_.slices->set_entry(12);
  const auto left = a_.slices->leave({list});
  ASSERT_TRUE(left.ok()) << left.error().text();
  EXPECT_TRUE(left->left);
  EXPECT_TRUE(a_.people().empty());
  EXPECT_EQ(a_.slices->book().row(all.front()).is, SliceIs::kLeft);
  a_.engine.reset();
  a_.engine = engine::Engine::open(engine_at(folder_.path() / "a")).value();
  EXPECT_TRUE(a_.people().empty()) << "nor does the disk have anybody";
  a_.start(1'000'000);
}

TEST(LogsFromBefore, AChangeThatWasAcknowledgedBeforeThereWereSlicesIsMade) {
  tests::TemporaryDirectory folder;
  const auto engine = engine::Engine::open(engine_at(folder.path())).value();
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(engine->enrol({}, enrolment_of(i)).ok());
  const auto slices = HeldSlices::open(*engine->exchange_rows(), engine->own_gallery()).value();
  ASSERT_FALSE(slices->book().begun());
  const PartWork work(*engine, *slices);
  const Bytes now = *encode(Asked{{}, ErasePerson{"person-1"}});
  // Without the version of slices, before the number of the question.
  Bytes before = now;
  const auto question = before.end() - 1 - 4 - 8;
  before.erase(question - 8, question);
  before[0] = kSlicesWireVersion - 1;
  const auto refused = decode_answer<Done>(work.make({1, 1000, {}, now}, 1).answer);
  ASSERT_FALSE(refused.ok());
  EXPECT_TRUE(is_moved(refused.error()));
  const auto made = decode_answer<Done>(work.make({1, 1000, {}, before}, 2).answer);
  ASSERT_TRUE(made.ok()) << made.error().text();
  EXPECT_EQ(engine->gallery_content({}, "ALL", 0, 10)->total, 1U);
}

TEST_F(InterruptedMoves, ASliceIsNotTakenBeforeAllHaveCome) {
  const std::vector<std::uint16_t> all(slices_.begin(), slices_.end());
  ASSERT_TRUE(a_.slices->order({"b", all}).ok());
  const SliceManifest whole = manifest();
  const Status refused = b_.slices->take({"a", whole});
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("6 encounters"));
  EXPECT_TRUE(b_.people().empty());
}

TEST_F(InterruptedMoves, WhoeverIsEnrolledAfterAnOrderIsNotedAndAnEarlierLookIsNone) {
  const auto slice = static_cast<std::uint16_t>(slice_of("person-1"));
  ASSERT_TRUE(a_.slices->order({"b", {slice}}).ok());
  const std::uint64_t looked = a_.slices->orders();
  EXPECT_LE(a_.slices->ordered(slice), looked);
  ASSERT_TRUE(a_.slices->check("person-1").ok());
  ASSERT_TRUE(a_.slices->give_up().ok());
  ASSERT_TRUE(a_.slices->settle({{{slice, 1}}}).ok());
  ASSERT_TRUE(a_.slices->check("person-1").ok());  // noted by nobody: nothing moves
  ASSERT_TRUE(a_.slices->order({"b", {slice}}).ok());
  EXPECT_GT(a_.slices->ordered(slice), looked);
  EXPECT_TRUE(a_.slices->noted(slice).empty());
}

TEST_F(InterruptedMoves, ImagesDoNotComeWhereNoneAreKept) {
  const std::vector<std::uint16_t> all(slices_.begin(), slices_.end());
  ASSERT_TRUE(a_.slices->order({"b", all}).ok());
  const SliceManifest whole = manifest();
  const auto moment = a_.engine->own_gallery().moment().value();
  const auto& named = whole.encounters.front();
  StageSlices stage{"a", whole.slices, {}, {}};
  stage.encounters.push_back({moment->record(named.person_id, named.encounter_id).value(), {index::KeptImage{}}});
  const Status refused = b_.slices->stage(stage, 0);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("--keep-images"));
}

TEST_F(InterruptedMoves, AChangeOfWhoLeavesIsRefusedAsMoved) {
  const auto slice = static_cast<std::uint16_t>(slice_of("person-1"));
  ASSERT_TRUE(a_.slices->check("person-1").ok());
  ASSERT_TRUE(a_.slices->order({"b", {slice}}).ok());
  ASSERT_TRUE(a_.slices->check("person-1").ok());
  EXPECT_EQ(a_.slices->noted(slice), std::set<std::string>{"person-1"});
  ASSERT_TRUE(a_.slices->fence({{{slice, 1}}}).ok());
  EXPECT_TRUE(is_moved(a_.slices->check("person-1").error()));
  EXPECT_TRUE(is_moved(b_.slices->check("person-1").error()));
  ASSERT_TRUE(a_.slices->give_up().ok());
  EXPECT_TRUE(a_.slices->check("person-1").ok());
}

// -- A cluster under load ---------------------------------------------------------------------------------------------

constexpr int kPeople = 32;

class Moves : public testing::TestWithParam<Over> {
 protected:
  void SetUp() override {
    if (GetParam() == Over::kNats && NatsBroker::program().empty()) GTEST_SKIP() << "nats-server is not installed";
    cluster_.emplace(GetParam());
    ASSERT_TRUE(cluster_->ready());
    // The third and the fourth begin with nothing.
    std::ifstream in(cluster_->folder("cluster.toml"));
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    std::string changed = text.substr(0, text.find("[[parts]]"));
    for (const auto& [name, slices] : {std::pair{"a", "\"0-2047\""}, {"b", "\"2048-4095\""}, {"c", ""}, {"d", ""}}) {
      changed += std::string("[[parts]]\nname = \"") + name + "\"\nslices = [" + slices + "]\n";
    }
    std::ofstream(cluster_->folder("cluster.toml")) << changed;
    cluster_->start();
    for (int i = 0; i < kPeople; ++i) {
      const auto enrolled = front().enrol(for_seconds(30), enrolment_of(i));
      ASSERT_TRUE(enrolled.ok()) << enrolled.error().text();
    }
    bus_ = cluster_->bus();
    const auto key = Keys::read(cluster_->config().key);
    moves_.emplace(ClusterMoves::open(cluster_->config(), setting_of(cluster_->config(), engine_at({}).calibrations),
                                      key->view(), *bus_)
                       .value());
  }
  void TearDown() override {
    moves_.reset();
    bus_.reset();
  }
  Front& front() { return cluster_->front(); }
  std::vector<PartHolds> holds() {
    auto out = ClusterMoves::holds(moves_->look(std::chrono::seconds(5)));
    EXPECT_TRUE(out.ok()) << out.error().text();
    return out.ok() ? *out : std::vector<PartHolds>();
  }
  void order(const Result<std::vector<PlannedMove>>& plan) {
    ASSERT_TRUE(plan.ok()) << plan.error().text();
    const Status ordered = moves_->order(*plan, std::chrono::seconds(10));
    ASSERT_TRUE(ordered.ok()) << ordered.error().text();
  }
  bool nothing_moves() {
    for (const PartMoves& part : moves_->look(std::chrono::seconds(5))) {
      if (part.missing || !part.book.under_way().empty() || part.book.any(SliceIs::kComing)) return false;
    }
    return true;
  }
  std::string state() {
    std::string out;
    for (const PartMoves& part : moves_->look(std::chrono::seconds(5))) {
      out += part.name + ": " + (part.missing ? part.missing->message : told(part.book.under_way())) + "; " +
             part.says.doing + "; " + part.says.trouble + "\n";
    }
    return out;
  }
  std::uint64_t persons_of(std::size_t part) { return cluster_->part(part).galleries({}).at(0).persons; }

  // Searches, enrols, changes and erases until it is told to end, and holds every answer against what must be so.
  void load(std::atomic<bool>& over, int seed) {
    std::mt19937 random(static_cast<unsigned>(seed));
    const int own = kPeople + seed;  // this thread's alone
    bool there = false;
    while (!over) {
      const int who = static_cast<int>(random() % kPeople);
      const auto answer = front().identify(for_seconds(30), search_for(who));
      ASSERT_TRUE(answer.ok()) << answer.error().text();
      EXPECT_EQ(answer->decision, Decision::kMatch) << who;
      ASSERT_FALSE(answer->candidates.empty());
      EXPECT_EQ(answer->candidates[0].person_id, "person-" + std::to_string(who));
      EXPECT_TRUE(answer->receipt.complete());
      EXPECT_GE(answer->receipt.gallery_size, static_cast<std::uint64_t>(kPeople));
      EXPECT_LE(answer->receipt.gallery_size, static_cast<std::uint64_t>(kPeople) + 3) << "somebody is counted twice";
      std::set<std::string> names;
      for (const auto& candidate : answer->candidates) EXPECT_TRUE(names.insert(candidate.person_id).second);
      if (there) {
        const Status erased = front().erase_person(for_seconds(30), "person-" + std::to_string(own));
        ASSERT_TRUE(erased.ok()) << erased.error().text();
      } else {
        const auto enrolled = front().enrol(for_seconds(30), enrolment_of(own));
        ASSERT_TRUE(enrolled.ok()) << enrolled.error().text();
      }
      there = !there;
      const auto mine = front().identify(for_seconds(30), search_for(own));
      ASSERT_TRUE(mine.ok()) << mine.error().text();
      EXPECT_EQ(mine->decision, there ? Decision::kMatch : Decision::kNoMatch);
      EXPECT_EQ(front().encounters(for_seconds(30), "person-" + std::to_string(own)).ok(), there);
      EXPECT_TRUE(front().set_status(for_seconds(30), "person-" + std::to_string(who), "e1", true).ok());
      ++rounds_;
    }
    if (!there) return;
    EXPECT_TRUE(front().erase_person(for_seconds(30), "person-" + std::to_string(own)).ok());
  }
  template <class Work>
  void under_load(const Work& work) {
    std::atomic<bool> over = false;
    {
      std::vector<std::jthread> threads;
      for (int seed = 0; seed < 3; ++seed) threads.emplace_back([this, &over, seed] { load(over, seed); });
      work();
      over = true;
    }
    EXPECT_GT(rounds_, 3);
  }
  void expect_all_once() {
    EXPECT_EQ(front().gallery_content({}, "ALL", 0, 1000)->total, static_cast<std::uint64_t>(kPeople));
    std::uint64_t sum = 0;
    for (std::size_t part = 0; part < kPartsOfTest; ++part) sum += persons_of(part);
    EXPECT_EQ(sum, static_cast<std::uint64_t>(kPeople));
    EXPECT_THAT(wrong_slices(moves_->look(std::chrono::seconds(5))), testing::IsEmpty());
    EXPECT_EQ(front().identify({}, search_for(777))->decision, Decision::kNoMatch);
  }

  std::optional<TestCluster> cluster_;
  std::unique_ptr<Bus> bus_;
  std::optional<ClusterMoves> moves_;
  std::atomic<int> rounds_ = 0;
};

TEST_P(Moves, APartIsAddedAndOneDrainedUnderLoad) {
  under_load([&] {
    order(plan_add(holds(), "c"));
    ASSERT_TRUE(comes_to_be([&] { return nothing_moves(); }, std::chrono::seconds(120))) << state();
    EXPECT_GT(persons_of(2), 0U);
    order(plan_drain(holds(), "a"));
    ASSERT_TRUE(comes_to_be([&] { return nothing_moves(); }, std::chrono::seconds(120))) << state();
  });
  EXPECT_EQ(persons_of(0), 0U);
  EXPECT_TRUE(holds()[0].book.held().none());
  expect_all_once();
  // One that holds nothing is missed by nobody.
  cluster_->stop_part(0);
  const auto found = front().identify(for_seconds(20), search_for(3));
  ASSERT_TRUE(found.ok()) << found.error().text();
  EXPECT_EQ(found->decision, Decision::kMatch);
}

TEST_P(Moves, GoOnWhereverAPartIsStartedAnew) {
  std::mt19937 random(4);
  order(plan_add(holds(), "c"));
  order(plan_move(holds(), SliceSet().set(0).set(1).set(2), "d"));
  for (int round = 0; round < 8; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50 + random() % 400));
    const std::size_t part = random() % 3;
    cluster_->stop_part(part);
    const Status back = cluster_->start_part(part);
    ASSERT_TRUE(back.ok()) << back.error().text();
    const auto found = front().identify(for_seconds(30), search_for(round));
    ASSERT_TRUE(found.ok()) << found.error().text();
    EXPECT_EQ(found->decision, Decision::kMatch);
    EXPECT_EQ(found->receipt.gallery_size, static_cast<std::uint64_t>(kPeople));
  }
  ASSERT_TRUE(comes_to_be([&] { return nothing_moves(); }, std::chrono::seconds(120))) << state();
  expect_all_once();
}

TEST_P(Moves, OneThatIsGivenUpAndOrderedAgainMissesNobodyWhoCameInBetween) {
  under_load([&] {
    for (int round = 0; round < 3; ++round) {
      order(plan_drain(holds(), "b"));
      std::this_thread::sleep_for(std::chrono::milliseconds(150));
      ASSERT_TRUE(moves_->give_up(std::chrono::seconds(10)).ok());
      ASSERT_TRUE(comes_to_be([&] { return nothing_moves(); })) << state();
      EXPECT_TRUE(holds()[1].book.held().any());
    }
    order(plan_drain(holds(), "b"));
    ASSERT_TRUE(comes_to_be([&] { return nothing_moves(); }, std::chrono::seconds(120))) << state();
  });
  EXPECT_TRUE(holds()[1].book.held().none());
  EXPECT_EQ(persons_of(1), 0U);
  expect_all_once();
}

TEST_P(Moves, AnEnrolmentsAnswerGoesWithThePerson) {
  engine::EnrolRequest request = enrolment_of(500);
  engine::RequestKey key;
  key.key.fill(3);
  key.request.fill(4);
  request.keep = engine::AnswerToKeep{key, [](const engine::EnrolReceipt& receipt) { return receipt.person_id; }};
  ASSERT_TRUE(front().enrol(for_seconds(30), request).ok());
  SliceSet one;
  one[slice_of("person-500")] = true;
  order(plan_move(holds(), one, "d"));
  ASSERT_TRUE(comes_to_be([&] { return nothing_moves(); })) << state();
  EXPECT_EQ(persons_of(3), 1U);
  EXPECT_EQ(front().kept_answer(for_seconds(10), key).value(), "person-500");
  EXPECT_EQ(front().enrol(for_seconds(30), request).error().kind, ErrorKind::kAlreadyExists);
  ASSERT_TRUE(front().erase_person(for_seconds(30), "person-500").ok());
}

INSTANTIATE_TEST_SUITE_P(All, Moves, testing::Values(Over::kProcess, Over::kNats),
                         [](const auto& of) { return of.param == Over::kNats ? "OverNats" : "InOneProcess"; });

}  // namespace
}  // namespace whorl::cluster
