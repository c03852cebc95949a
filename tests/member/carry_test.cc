// Protection goes with whom it protects: at merges and moves, in the batch of the move, and before a search sees it.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "audit/export_folder.h"
#include "member/row_names.h"
#include "member/rows.h"
#include "member/shield.h"
#include "tests/member/fake_node.h"
#include "tests/member/member_fixture.h"
#include "tests/server/fake_desk.h"
#include "tests/support/faulty_disk.h"

namespace whorl::member {
namespace {

namespace fs = std::filesystem;
using engine::Protection;
using exchange::Outcome;

const Protection kOwnCitizen{"own", false, {}, {}};

// The desk that the engine asks when somebody moves.
class ShieldDesk final : public tests::FakeDesk {
 public:
  explicit ShieldDesk(Shield& shield) : shield_(shield) {}
  Status carry_protection(const std::string& from, const std::string& into,
                          const std::function<Status(const Carry&)>& move) override {
    return shield_.carry(from, into, move);
  }

 private:
  Shield& shield_;
};

// A member over a disk that can fail: p1 to p4, each with the encounter "e" and their number.
class CarryTest : public testing::Test {
 protected:
  CarryTest() {
    for (auto& [asker, pairs] : standing_->policy.pairs) pairs["bel"].per_day = pairs["bel"].per_year = 1'000'000;
    open();
    for (int i = 1; i <= 4; ++i) enrol("p" + std::to_string(i), i, "e" + std::to_string(i));
  }
  ~CarryTest() override { close(); }

  void close() {
    answering_.reset();
    engine_.reset();
    shield_.reset();
  }
  // As after the end of the process: what is on disk is read.
  void open() { open(folder_.path() / "gallery"); }
  void open(const fs::path& gallery) {
    close();
    engine::EngineConfig config;
    config.directory = gallery;
    config.calibrations[Modality::kFinger] = engine::test_calibration();
    config.threads = 2;
    config.least_free_bytes = 0;
    config.env = disk_.env();
    config.files = disk_.files();
    auto opened = engine::Engine::open(std::move(config), world_);
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    engine_ = std::move(opened).value();
    shield_ = std::make_unique<Shield>(config_, *engine_, *engine_->exchange_rows());
    for (const auto& row : protections()) {
      EXPECT_TRUE(shield_->take(row.head).ok());
    }
    answering_ = std::make_unique<Answering>(
        Answering::With{keys_, *engine_, *engine_->exchange_rows(), *shield_, world_, crypto::system_random()});
    engine_->set_member_desk(std::make_shared<ShieldDesk>(*shield_));
  }
  void enrol(const std::string& id, int person, const std::string& encounter) {
    engine::EnrolRequest request;
    request.person_id = id;
    request.encounter_id = encounter;
    request.person_rule = engine::PersonRule::kEither;
    request.samples = Responder::fingers(person, 1);
    const auto receipt = engine_->enrol({}, request);
    ASSERT_TRUE(receipt.ok()) << receipt.error().text();
  }
  void protect(const std::string& id, const Protection& protection) {
    const Status set = shield_->set({}, id, protection, standing_->policy);
    ASSERT_TRUE(set.ok()) << set.error().text();
  }
  // What another member would be answered of these fingers.
  Answering::Composed abroad(int person, std::uint64_t capture = 99) {
    auto out = answering_->compose(question(standing_, "aru", "border.identity", Responder::fingers(person, capture)));
    EXPECT_TRUE(out.ok()) << out.error().text();
    return std::move(*out);
  }
  static Outcome outcome_of(const Answering::Composed& composed) {
    return std::get<exchange::Answer>(composed.message.body).outcome;
  }
  // Not told abroad, and the protection desk reads of whom.
  void expect_hidden(int person, const std::string& id) {
    const auto answer = abroad(person);
    EXPECT_EQ(outcome_of(answer), Outcome::kNoMatch) << id;
    ASSERT_EQ(answer.hidden.size(), 1U) << id;
    EXPECT_EQ(answer.hidden[0].person_id, id);
  }
  std::vector<engine::KeptTask> protections() {
    std::size_t damaged = 0;
    auto all = engine_->exchange_rows()->all(damaged);
    EXPECT_TRUE(all.ok());
    EXPECT_EQ(damaged, 0U);
    std::erase_if(*all, [](const auto& row) { return !row.id.starts_with(kProtectionRows); });
    return std::move(*all);
  }
  bool is_kept(const std::string& id) {
    const auto all = protections();
    return std::any_of(all.begin(), all.end(), [&](const auto& row) { return row.id == protection_name(id); });
  }
  [[nodiscard]] bool is_there(const std::string& id) const { return engine_->encounters({}, id).ok(); }
  // Closes it, and reads every leaf.
  std::vector<audit::Leaf> leaves() {
    close();
    index::GalleryOptions options;
    options.directory = folder_.path() / "gallery";
    const auto gallery = index::Gallery::open(options);
    EXPECT_TRUE(gallery.ok());
    const fs::path folder = folder_.path() / "log";
    const auto size = (*gallery)->export_audit(folder);
    EXPECT_TRUE(size.ok());
    audit::ExportFolder log(folder);
    const auto bytes = log.entries({0, 0, static_cast<unsigned>(*size)});
    const auto entries = crypto::entries_of_bundle(*bytes, static_cast<unsigned>(*size));
    std::vector<audit::Leaf> out;
    for (const Bytes& entry : *entries) out.push_back(*audit::parse_leaf(entry));
    return out;
  }
  static std::vector<audit::Leaf> of(const std::vector<audit::Leaf>& all, audit::Operation operation) {
    std::vector<audit::Leaf> out;
    for (const audit::Leaf& leaf : all) {
      if (leaf.operation == operation) out.push_back(leaf);
    }
    return out;
  }

  tests::TemporaryDirectory folder_;
  tests::FaultyDisk disk_;
  tests::SetWorld world_{tests::kNow};
  const MemberConfig config_;
  const OwnKeys keys_ = keys_of("bel");
  const std::shared_ptr<Standing> standing_ = std::make_shared<Standing>(*standing_of("bel"));
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<Shield> shield_;
  std::unique_ptr<Answering> answering_;
};

TEST_F(CarryTest, AMergedPersonStaysHidden) {
  EXPECT_EQ(outcome_of(abroad(3)), Outcome::kMatch) << "the control: who is not protected is found";
  protect("p3", kOwnCitizen);
  expect_hidden(3, "p3");
  ASSERT_TRUE(engine_->merge_persons({}, "p1", "p3").ok());
  expect_hidden(3, "p1");
  expect_hidden(1, "p1");
  EXPECT_EQ(shield_->of("p3"), kOwnCitizen) << "for whoever is enrolled under that name again";
  open();
  expect_hidden(3, "p1");
  ASSERT_TRUE(engine_->merge_persons({}, "p2", "p1").ok());
  open();
  expect_hidden(3, "p2");
  expect_hidden(2, "p2");
  EXPECT_EQ(outcome_of(abroad(4)), Outcome::kMatch) << "nobody else is hidden";
}

TEST_F(CarryTest, AnEncounterTakesTheProtectionAlongAndLeavesIt) {
  enrol("p3", 7, "e7");
  protect("p3", {"other", false, {"a.rbdes.test"}, 1990});
  ASSERT_TRUE(engine_->move_encounter({}, "new", "p3", "e7").ok());
  expect_hidden(7, "new");
  expect_hidden(3, "p3");
  open();
  expect_hidden(7, "new");
  expect_hidden(3, "p3");
  EXPECT_EQ(shield_->of("new"), shield_->of("p3"));
}

TEST_F(CarryTest, OfTwoProtectionsTheTargetHasBoth) {
  protect("p1", {"own", false, {"a.rbdes.test"}, 1980});
  protect("p2", {"resident", true, {"c.rbdes.test", "a.rbdes.test"}, 2016});
  ASSERT_TRUE(engine_->merge_persons({}, "p1", "p2").ok());
  const Protection both{"own_and_resident", true, {"a.rbdes.test", "c.rbdes.test"}, 2016};
  EXPECT_EQ(shield_->of("p1"), both);
  open();
  EXPECT_EQ(shield_->of("p1"), both);
}

TEST_F(CarryTest, WhereThereIsNothingToCarryNothingIsWritten) {
  protect("p1", {"own", true, {"a.rbdes.test"}, {}});
  protect("p2", {"other", true, {}, {}});
  ASSERT_TRUE(engine_->merge_persons({}, "p1", "p2").ok()) << "p1 has all of it";
  ASSERT_TRUE(engine_->merge_persons({}, "p1", "p3").ok()) << "of p3 nothing was entered";
  ASSERT_TRUE(engine_->move_encounter({}, "new", "p4", "e4").ok());
  EXPECT_EQ(protections().size(), 2U);
  EXPECT_EQ(of(leaves(), audit::Operation::kProtect).size(), 2U);
}

TEST_F(CarryTest, AMoveThatIsRefusedProtectsNobody) {
  protect("p3", kOwnCitizen);
  enrol("p1", 5, "e3");
  EXPECT_FALSE(engine_->merge_persons({}, "p1", "p3").ok()) << "both have an encounter e3";
  EXPECT_FALSE(engine_->merge_persons({}, "nobody", "p3").ok());
  EXPECT_FALSE(engine_->merge_persons({}, "p3", "p3").ok());
  EXPECT_FALSE(engine_->move_encounter({}, "p2", "p3", "e9").ok());
  for (const std::string id : {"p1", "p2", "nobody"}) EXPECT_EQ(shield_->of(id), Protection()) << id;
  EXPECT_EQ(protections().size(), 1U);
}

// Whichever name a search finds them under, from the first moment of it.
TEST_F(CarryTest, NoSearchFromAbroadSeesWhoMovesUnprotected) {
  protect("p3", kOwnCitizen);
  std::atomic<bool> over{false};
  std::atomic<int> asked{0};
  std::thread abroad_asks([&] {
    while (!over) {
      EXPECT_EQ(outcome_of(abroad(3, 200 + static_cast<std::uint64_t>(asked))), Outcome::kNoMatch);
      ++asked;
    }
  });
  std::string at = "p3";
  for (int i = 0; i < 40 || asked < 20; ++i) {
    const std::string next = "q" + std::to_string(i);
    EXPECT_TRUE(engine_->move_encounter({}, next, at, "e3").ok());
    at = next;
  }
  over = true;
  abroad_asks.join();
  expect_hidden(3, at);
}

// Wherever the disk ends: who has moved is protected there, and who has not is not known by the other name.
TEST_F(CarryTest, OnADiskThatFillsUpMoveAndProtectionAreThereTogether) {
  constexpr std::uint64_t kStep = 1000;
  constexpr std::uint64_t kMost = 40'000;
  protect("p3", kOwnCitizen);
  std::string at = "p3";
  int moved = 0;
  int stayed = 0;
  for (std::uint64_t room = 0; room < kMost; room += kStep) {
    const std::string next = "r" + std::to_string(room);
    disk_.fill(room, std::uint64_t{1} << 30);
    const bool done = engine_->move_encounter({}, next, at, "e3").ok();
    disk_.make_room();
    open();
    const bool there = is_there(next);
    EXPECT_EQ(is_there(at), !there) << room;
    EXPECT_EQ(is_kept(next), there) << room;
    EXPECT_TRUE(there || !done) << room;
    expect_hidden(3, there ? next : at);
    (there ? moved : stayed) += 1;
    if (there) at = next;
  }
  EXPECT_GT(moved, 0);
  EXPECT_GT(stayed, 0) << "else the disk never ended in between";
}

TEST_F(CarryTest, AMoveThatNobodyKnowsOfIsProtectedEitherWay) {
  protect("p3", kOwnCitizen);
  disk_.fail_syncs(true);
  ASSERT_FALSE(engine_->move_encounter({}, "q", "p3", "e3").ok());
  EXPECT_EQ(shield_->of("q"), kOwnCitizen) << "the disk may have the move";
  EXPECT_EQ(shield_->of("p3"), kOwnCitizen);
  const fs::path cut = folder_.path() / "cut";
  disk_.copy_as_cut(folder_.path() / "gallery", cut);
  disk_.fail_syncs(false);
  // The disk is tried again: the same move once more, or what became of it.
  Status again = engine_->move_encounter({}, "q", "p3", "e3");
  for (int i = 0; i < 600 && !again.ok() && again.error().kind != ErrorKind::kNotFound; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    again = engine_->move_encounter({}, "q", "p3", "e3");
  }
  ASSERT_TRUE(is_there("q"));
  expect_hidden(3, "q");
  open();
  EXPECT_EQ(shield_->of("q"), kOwnCitizen) << "a move that is made again carries again";
  expect_hidden(3, "q");
  open(cut);
  EXPECT_EQ(is_kept("q"), is_there("q"));
  expect_hidden(3, is_there("q") ? "q" : "p3");
}

TEST_F(CarryTest, EveryChangeOfProtectionHasItsLeafAboutThePerson) {
  protect("p3", kOwnCitizen);
  protect("later", kOwnCitizen);
  ASSERT_TRUE(engine_->merge_persons({}, "p1", "p3").ok());
  protect("p1", {});
  const auto all = leaves();
  const auto enrolled = of(all, audit::Operation::kEnrol);
  const auto protects = of(all, audit::Operation::kProtect);
  ASSERT_EQ(enrolled.size(), 4U);
  ASSERT_EQ(protects.size(), 4U);
  EXPECT_EQ(protects[0].outcome, "set");
  EXPECT_EQ(protects[0].subject, enrolled[2].subject);
  EXPECT_EQ(protects[1].outcome, "set");
  EXPECT_EQ(protects[1].subject, audit::Tag{}) << "nobody is enrolled under that name";
  EXPECT_EQ(protects[2].outcome, "carried");
  EXPECT_EQ(protects[2].subject, enrolled[2].subject);
  EXPECT_EQ(all[protects[2].n - 1].outcome, "moved") << "they are of one batch";
  EXPECT_EQ(protects[3].outcome, "lifted");
  EXPECT_TRUE(protects[3].subject == enrolled[0].subject || protects[3].subject == enrolled[2].subject);
}

TEST_F(CarryTest, WithoutItsLeafOnTheDiskProtectionIsNotEntered) {
  disk_.fail_syncs(true);
  EXPECT_FALSE(shield_->set({}, "p3", kOwnCitizen, standing_->policy).ok());
  EXPECT_EQ(shield_->of("p3"), Protection());
  disk_.fail_syncs(false);
  open();
  const bool kept = is_kept("p3");
  EXPECT_EQ(of(leaves(), audit::Operation::kProtect).size(), kept ? 1U : 0U) << "both or neither";
}

TEST_F(CarryTest, WhatSaysNothingTakesProtectionAway) {
  protect("p3", {"own", true, {"a.rbdes.test"}, 1990});
  expect_hidden(3, "p3");
  protect("p3", {});
  EXPECT_EQ(outcome_of(abroad(3)), Outcome::kMatch);
  open();
  EXPECT_EQ(outcome_of(abroad(3)), Outcome::kMatch);
}

// -- Entered while somebody moves -------------------------------------------------------------------------------------

class EnteredMeanwhile : public testing::Test {
 protected:
  // Enters protection of "anna" from another thread while `then` is the rest of a move that has asked what to carry.
  Status entered_during(const std::function<void()>& then) {
    Status entered;
    std::atomic<bool> over{false};
    std::thread desk;
    const Status moved = shield_.carry("anna", "bela", [&](const engine::MemberDesk::Carry& carry) -> Status {
      EXPECT_TRUE(carry().ok());
      desk = std::thread([&] {
        entered = shield_.set({}, "anna", {"own", true, {}, {}}, policy_);
        over = true;
      });
      while (node_.reads == 0) std::this_thread::yield();  // it has seen that anna is there
      EXPECT_FALSE(over);
      then();
      EXPECT_FALSE(over);
      return {};
    });
    EXPECT_TRUE(moved.ok());
    desk.join();
    return entered;
  }

  FakeNode node_{{"anna"}};
  const MemberConfig config_{};
  const exchange::Policy policy_ = tests::example_policy();
  Shield shield_{config_, node_, node_.store()};
};

TEST_F(EnteredMeanwhile, UnderANameThatBecameAnothersItIsRefused) {
  const Status entered = entered_during([&] { node_.erase("anna"); });
  ASSERT_FALSE(entered.ok()) << "it would protect nobody, and whoever entered it would not know";
  EXPECT_EQ(entered.error().code(), "unknown_person");
  EXPECT_EQ(shield_.of("anna"), Protection());
  EXPECT_EQ(node_.store().size(), 0U);
}

TEST_F(EnteredMeanwhile, OfWhoIsStillThereItIsEntered) {
  ASSERT_TRUE(entered_during([] {}).ok());
  EXPECT_TRUE(shield_.of("anna").shielded);
  EXPECT_EQ(node_.store().size(), 1U);
}

TEST_F(EnteredMeanwhile, OfWhoIsNotEnrolledYetItIsEntered) {
  EXPECT_TRUE(shield_.set({}, "nobody yet", {"own", true, {}, {}}, policy_).ok());
  EXPECT_TRUE(shield_.of("nobody yet").shielded);
}

// -- Which of two is the stricter -------------------------------------------------------------------------------------

std::vector<Protection> every_protection() {
  const std::vector<std::vector<std::string>> feared{
      {}, {"a.rbdes.test"}, {"c.rbdes.test"}, {"c.rbdes.test", "a.rbdes.test"}};
  std::vector<Protection> out;
  for (const std::string citizenship : {"other", "own", "resident", "own_and_resident"}) {
    for (const bool shielded : {false, true}) {
      for (const auto& never_to : feared) out.push_back({citizenship, shielded, never_to, {}});
    }
  }
  return out;
}

// Policies that hide own citizens, residents, both or neither, each for other purposes.
std::vector<exchange::Policy> every_policy() {
  std::vector<exchange::Policy> out;
  for (const bool own : {false, true}) {
    for (const bool residents : {false, true}) {
      exchange::Policy policy = tests::example_policy();
      policy.rules.own_citizens = {own, {"asylum.registration"}};
      policy.rules.residents = {residents, {"border.identity"}};
      out.push_back(std::move(policy));
    }
  }
  return out;
}

TEST(Stricter, HidesForEveryPolicyWhereEitherHides) {
  MemberConfig config;
  config.residents = {"permits"};
  const auto all = every_protection();
  int hidden = 0;
  int shown = 0;
  for (const exchange::Policy& policy : every_policy()) {
    for (const Protection& one : all) {
      for (const Protection& other : all) {
        const Protection both = stricter(one, other);
        ASSERT_TRUE(check(both, policy).ok());
        for (const auto& [purpose, rules] : policy.purposes) {
          for (const std::string asker : {"aru", "cor", "del"}) {
            for (const std::string gallery : {"default", "permits"}) {
              const auto hides = [&, &asked = purpose](const Protection& each) {
                return hidden_by(each, {gallery}, config, policy, asker, asked).has_value();
              };
              ASSERT_EQ(hides(both), hides(one) || hides(other))
                  << one.citizenship << " and " << other.citizenship << " for " << purpose << " by " << asker;
              (hides(both) ? hidden : shown) += 1;
            }
          }
        }
      }
    }
  }
  EXPECT_GT(hidden, 1000);
  EXPECT_GT(shown, 1000);
}

TEST(Stricter, OfYearsOfBirthItIsTheLater) {
  const auto year = [](std::optional<int> one, std::optional<int> other) {
    return stricter({"other", false, {}, one}, {"other", false, {}, other}).birth_year;
  };
  EXPECT_EQ(year(1980, 2016), 2016);
  EXPECT_EQ(year(2016, 1980), 2016);
  EXPECT_EQ(year(2016, {}), 2016);
  EXPECT_EQ(year({}, 2016), 2016);
  EXPECT_EQ(year({}, {}), std::nullopt);
}

TEST(Stricter, MoreMembersThanARowHoldsAreRefusedAndNothingMoves) {
  FakeNode node;
  const MemberConfig config;
  Shield shield(config, node, node.store());
  const auto keep = [&](const std::string& person, const std::string& beginning) {
    Protection protection;
    for (std::size_t i = 0; i < kMostNeverTo; ++i) protection.never_to.push_back(beginning + std::to_string(i));
    ASSERT_TRUE(shield.take(encoded(ProtectionRow{person, protection})).ok());
  };
  keep("anna", "a");
  keep("bela", "b");
  bool moved = false;
  const Status refused = shield.carry("anna", "bela", [&](const engine::MemberDesk::Carry& carry) -> Status {
    WHORL_TRY(carry());
    moved = true;
    return {};
  });
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::kExhausted);
  EXPECT_FALSE(moved);
  EXPECT_EQ(shield.of("bela").never_to.size(), kMostNeverTo);
}

}  // namespace
}  // namespace whorl::member
