// What waits in moves, and nothing else with it: people who do not fit, a part that is gone, a slice that cannot move;
// and a part's folder in the middle of a move, which nobody changes meanwhile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cluster/cluster_moves.h"
#include "cluster/held_slices.h"
#include "cluster/part_folder.h"
#include "cluster/part_work.h"
#include "index/gallery.h"
#include "tests/cli/run_whorl.h"
#include "tests/cluster/replica_fixture.h"

namespace whorl::cluster {
namespace {

using testing::HasSubstr;

// -- Room -------------------------------------------------------------------------------------------------------------

// A part without a process around it, which takes what comes from "a".
struct Target {
  Target(const std::filesystem::path& folder, std::uint64_t limit) {
    engine::EngineConfig config = engine_at(folder);
    config.memory_limit_bytes = limit;
    auto opened = engine::Engine::open(std::move(config));
    if (!opened.ok()) return;
    engine = std::move(*opened);
    slices = HeldSlices::open(*engine->exchange_rows(), engine->own_gallery()).value();
    EXPECT_TRUE(slices->begin({}).ok());
    work = std::make_unique<PartWork>(*engine, *slices);
  }
  template <class Asking>
  Result<typename Asking::Answer> ask(const Asking& question) {
    Asked asked;
    asked.question = question;
    const AskBack nobody = [](ByteView, Until) -> Result<Bytes> { return unavailable("nobody"); };
    return decode_answer<typename Asking::Answer>(work->answer(*encode(asked), Until::clock::now(), nobody));
  }
  // Whoever is enrolled beside it has slices of their own.
  void hold_all_but(const std::set<std::uint16_t>& coming) {
    SliceBook book;
    SliceSet held;
    for (std::uint16_t slice = 0; slice < kSlices; ++slice) held[slice] = !coming.contains(slice);
    book.begin(held);
    EXPECT_TRUE(slices->replace(book, {}).ok());
  }
  std::unique_ptr<engine::Engine> engine;
  std::unique_ptr<HeldSlices> slices;
  std::unique_ptr<PartWork> work;
};

class Room : public testing::Test {
 protected:
  void SetUp() override {
    source_ = engine::Engine::open(engine_at(folder_.path() / "a")).value();
    for (int i = 0; i < 6; ++i) ASSERT_TRUE(source_->enrol({}, enrolment_of(i)).ok());
    const auto at = source_->own_gallery().moment().value();
    for (int i = 0; i < 6; ++i) {
      const std::string person = "person-" + std::to_string(i);
      const auto all = source_->own_gallery().named_of(person).value();
      for (const auto& named : all) {
        stage_.encounters.push_back({at->record(named.person_id, named.encounter_id).value(), {}});
        list_.encounters.push_back(named);
      }
      slices_.insert(static_cast<std::uint16_t>(slice_of(person)));
    }
    for (const std::uint16_t slice : slices_) list_.slices.push_back({slice, 1});
    stage_.from = "a";
    stage_.slices = list_.slices;
  }
  engine::EnrolRequest somebody_else(int& next) const {
    engine::EnrolRequest out = enrolment_of(next++);
    while (slices_.contains(static_cast<std::uint16_t>(slice_of(out.person_id)))) out = enrolment_of(next++);
    out.galleries = {"default"};
    return out;
  }
  tests::TemporaryDirectory folder_;
  std::unique_ptr<engine::Engine> source_;
  std::set<std::uint16_t> slices_;
  SliceManifest list_;
  StageSlices stage_;
};

TEST_F(Room, WhoIsPromisedARoomUnderTheMemoryLimitFindsItAndOthersDoNotCome) {
  const std::uint64_t empty = Target(folder_.path() / "measured", 0).engine->own_gallery().memory().total();
  const std::uint64_t most = empty * 8 / 7;
  int refused = 0;
  int taken = 0;
  int turned_away = 0;
  for (int step = 0; step < 14; ++step) {
    Target target(folder_.path() / std::to_string(step), most + static_cast<std::uint64_t>(step) * (128U << 10U));
    if (!target.engine) continue;
    target.hold_all_but(slices_);
    const auto staged = target.ask(stage_);
    if (!staged.ok()) {
      ++refused;
      EXPECT_EQ(staged.error().kind, ErrorKind::kExhausted) << staged.error().text();
      EXPECT_THAT(staged.error().message, HasSubstr("do not fit"));
      EXPECT_FALSE(target.slices->book().any(SliceIs::kComing));
      continue;
    }
    const auto missing = target.ask(AskMissing{list_});
    ASSERT_TRUE(missing.ok()) << missing.error().text();
    ASSERT_TRUE(missing->encounters.empty());
    // They leave their part now. Whoever is enrolled here until they come takes no room of theirs.
    int next = 100;
    for (int i = 0; i < 3; ++i) {
      const auto enrolled = target.ask(EnrolEncounter{somebody_else(next)});
      if (enrolled.ok()) continue;
      EXPECT_EQ(enrolled.error().kind, ErrorKind::kExhausted) << enrolled.error().text();
      EXPECT_THAT(enrolled.error().message, HasSubstr("6 encounters that come from other parts"));
      ++turned_away;
    }
    const auto came = target.ask(TakeSlices{"a", list_});
    ASSERT_TRUE(came.ok()) << step << ": " << came.error().text();
    ++taken;
    // And nothing is kept for anybody any more.
    EXPECT_TRUE(target.slices->room_beside({}).ok());
  }
  EXPECT_GT(refused, 0);
  EXPECT_GT(taken, 0);
  EXPECT_GT(turned_away, 0);
}

TEST_F(Room, IsGivenBackWhenTheMoveIsGivenUp) {
  const std::uint64_t empty = Target(folder_.path() / "measured", 0).engine->own_gallery().memory().total();
  std::unique_ptr<Target> target;
  for (int step = 0; step < 200; ++step) {
    target.reset();
    target =
        std::make_unique<Target>(folder_.path() / "b", empty * 8 / 7 + static_cast<std::uint64_t>(step) * (64U << 10U));
    if (!target->engine) continue;
    target->hold_all_but(slices_);
    if (target->ask(stage_).ok()) break;
  }
  ASSERT_TRUE(target->slices->book().any(SliceIs::kComing));
  index::Coming more;
  more.encounters = 1;
  more.bytes = 192U << 10U;
  EXPECT_FALSE(target->slices->room_beside(more).ok());
  ASSERT_TRUE(target->ask(LetGoOfSlices{list_.slices}).ok());
  EXPECT_TRUE(target->slices->room_beside(more).ok());
}

TEST_F(Room, ThereAreNoMoreGalleriesThanThereMayBe) {
  Target target(folder_.path() / "b", 0);
  target.hold_all_but(slices_);
  int next = 100;
  int named = 0;
  // "visa" and "default" come with the others.
  while (named < static_cast<int>(index::kMaxGalleries) - 1) {
    engine::EnrolRequest request = somebody_else(next);
    request.galleries.clear();
    for (int i = 0; i < 16 && named < static_cast<int>(index::kMaxGalleries) - 1; ++i) {
      request.galleries.push_back("g" + std::to_string(named++));
    }
    const auto enrolled = target.ask(EnrolEncounter{request});
    ASSERT_TRUE(enrolled.ok()) << enrolled.error().text();
  }
  const auto refused = target.ask(stage_);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("galleries"));
  EXPECT_FALSE(target.slices->book().any(SliceIs::kComing));
}

// -- What waits, waits alone ------------------------------------------------------------------------------------------

class WaitingMoves : public testing::Test {
 protected:
  void SetUp() override {
    std::ifstream in(cluster_.folder("cluster.toml"));
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    std::string changed = text.substr(0, text.find("[[parts]]"));
    for (const auto& [name, slices] : {std::pair{"a", "\"0-4095\""}, {"b", ""}, {"c", ""}, {"d", ""}}) {
      changed += std::string("[[parts]]\nname = \"") + name + "\"\nslices = [" + slices + "]\n";
    }
    std::ofstream(cluster_.folder("cluster.toml")) << changed;
    cluster_.start();
    for (int i = 0; i < 12; ++i) ASSERT_TRUE(cluster_.front().enrol(for_seconds(30), enrolment_of(i)).ok());
    key_.emplace(Keys::read(cluster_.config().key).value());
    bus_ = cluster_.bus();
    moves_.emplace(ClusterMoves::open(cluster_.config(), setting(), key_->view(), *bus_).value());
  }
  void TearDown() override {
    moves_.reset();
    bus_.reset();
  }
  [[nodiscard]] Setting setting() const { return setting_of(cluster_.config(), engine_at({}).calibrations); }
  [[nodiscard]] PartMoves source() { return moves_->look(std::chrono::seconds(5)).at(0); }
  static std::vector<std::uint16_t> slices(std::uint16_t first, std::uint16_t last) {
    std::vector<std::uint16_t> out;
    for (std::uint16_t slice = first; slice <= last; ++slice) out.push_back(slice);
    return out;
  }
  TestCluster cluster_{Over::kProcess};
  std::optional<crypto::SecretBytes> key_;
  std::unique_ptr<Bus> bus_;
  std::optional<ClusterMoves> moves_;
};

TEST_F(WaitingMoves, PartsThatAreGoneKeepWhatMovesToThemAndNothingElse) {
  cluster_.stop_part(1);
  cluster_.stop_part(2);
  ASSERT_TRUE(moves_
                  ->order({{"a", "b", slices(0, 99)}, {"a", "c", slices(100, 199)}, {"a", "d", slices(200, 2000)}},
                          std::chrono::seconds(10))
                  .ok());
  ASSERT_TRUE(comes_to_be([&] { return source().book.under_way().size() == 200; })) << source().says.trouble;
  EXPECT_TRUE(source().book.holds(0));
  EXPECT_FALSE(source().book.holds(200));
  ASSERT_TRUE(comes_to_be([&] {
    const std::string trouble = source().says.trouble;
    return trouble.find("part b") != std::string::npos && trouble.find("part c") != std::string::npos;
  })) << source().says.trouble;
  ASSERT_TRUE(cluster_.start_part(1).ok());
  ASSERT_TRUE(comes_to_be([&] { return source().book.under_way().size() == 100; })) << source().says.trouble;
  ASSERT_TRUE(cluster_.start_part(2).ok());
  ASSERT_TRUE(comes_to_be([&] { return source().book.under_way().empty(); })) << source().says.trouble;
}

TEST_F(WaitingMoves, ASliceThatCannotMoveKeepsNoOtherAndSaysWhy) {
  const auto target = PartGroup::make(cluster_.config(), 1, setting(), key_->view(), *bus_).value();
  ASSERT_TRUE(target->ask(for_seconds(10), LetGoOfSlices{{{3, 9}}}).ok());
  ASSERT_TRUE(moves_->order({{"a", "b", slices(0, 500)}}, std::chrono::seconds(10)).ok());
  ASSERT_TRUE(comes_to_be([&] { return source().book.under_way() == std::vector<std::uint16_t>{3}; }))
      << told(source().book.under_way()) << source().says.trouble;
  EXPECT_TRUE(source().book.holds(3));
  ASSERT_TRUE(comes_to_be([&] { return source().says.trouble.find("slice 3 ") != std::string::npos; }));
  EXPECT_THAT(source().says.trouble, HasSubstr("give the move up and order it anew"));
}

// -- Books that contradict each other ---------------------------------------------------------------------------------

PartMoves part_with(const std::string& name, const SliceBook& book) {
  PartMoves out;
  out.name = name;
  out.book = book;
  return out;
}
SliceBook holding(std::uint16_t first, std::uint16_t last) {
  SliceSet held;
  for (std::size_t slice = first; slice <= last; ++slice) held[slice] = true;
  SliceBook out;
  out.begin(held);
  return out;
}
SliceBook nothing_held() {
  SliceBook out;
  out.begin({});
  return out;
}
std::vector<std::string> wrong_of(const SliceBook& a, const SliceBook& b) {
  return wrong_slices({part_with("a", a), part_with("b", b)});
}

TEST(BooksOfParts, ASliceInTwoIsNamedWithThePartWhoseNumberIsTheLater) {
  SliceBook b = nothing_held();
  ASSERT_TRUE(b.take({7, 1}, "a").ok());
  ASSERT_TRUE(b.taken({7, 1}).ok());
  const auto wrong = wrong_of(holding(0, 4095), b);
  ASSERT_EQ(wrong.size(), 1U);
  EXPECT_THAT(wrong[0], HasSubstr("slices 7: a (move 0), b (move 1)"));
  EXPECT_THAT(wrong[0], HasSubstr("whorl cluster move --to b"));
  EXPECT_THAT(wrong_of(holding(0, 4095), holding(9, 10)).at(0), HasSubstr("slices 9-10"));
  EXPECT_THAT(wrong_of(holding(0, 4095), holding(9, 10)).at(0), HasSubstr("do not say which is the older"));
}

TEST(BooksOfParts, ASliceInNoneIsNamedWhenAllAnswer) {
  std::vector<PartMoves> parts{part_with("a", holding(0, 4000)), part_with("b", nothing_held())};
  ASSERT_EQ(wrong_slices(parts).size(), 1U);
  EXPECT_THAT(wrong_slices(parts)[0], HasSubstr("no part holds slices 4001-4095"));
  parts[1].missing = unavailable("away");
  EXPECT_TRUE(wrong_slices(parts).empty());
}

TEST(BooksOfParts, NumbersThatContradictAndRoomThatIsKeptForNobodyAreNamed) {
  SliceBook a = holding(0, 4095);
  ASSERT_TRUE(a.order("b", {5}).ok());
  SliceBook b = nothing_held();
  ASSERT_TRUE(b.come({5, 1}, "a").ok());
  EXPECT_TRUE(wrong_of(a, b).empty());
  EXPECT_THAT(wrong_of(holding(0, 4095), b).at(0), HasSubstr("part b keeps room for slices 5 of part a"));
  ASSERT_TRUE(a.fence({5, 1}).ok());
  ASSERT_TRUE(a.leave({5, 1}).ok());
  ASSERT_TRUE(a.left({5, 1}).ok());
  EXPECT_TRUE(wrong_of(a, b).empty()) << "just moving";
  ASSERT_TRUE(b.let_go({5, 2}).ok());
  EXPECT_THAT(wrong_of(a, b).at(0), HasSubstr("slices 5, which have left part a for part b"));
}

// -- A part's folder between two steps --------------------------------------------------------------------------------

TEST(FoldersOfParts, NobodyIsErasedOutOfOneInTheMiddleOfAMove) {
  tests::TemporaryDirectory folder;
  const auto slice = static_cast<std::uint16_t>(slice_of("person-1"));
  const auto erase = [&] {
    return tests::run_whorl({"erase", "--gallery-dir", folder.path().string(), "--person", "person-1"});
  };
  const auto with_rows = [&](const auto& what) {
    const auto engine = engine::Engine::open(engine_at(folder.path())).value();
    what(*engine);
  };
  with_rows([&](engine::Engine& engine) {
    ASSERT_TRUE(engine.enrol({}, enrolment_of(1)).ok());
    const auto slices = HeldSlices::open(*engine.exchange_rows(), engine.own_gallery()).value();
    ASSERT_TRUE(slices->begin({{slice}}).ok());
    ASSERT_TRUE(slices->order({"b", {slice}}).ok());
    ASSERT_TRUE(slices->fence({{{slice, 1}}}).ok());
  });
  // As a process leaves it that ends before anybody went.
  with_rows([&](engine::Engine& engine) {
    const auto slices = HeldSlices::open(*engine.exchange_rows(), engine.own_gallery()).value();
    SliceBook book = slices->book();
    ASSERT_TRUE(book.leave({slice, 1}).ok());
    ASSERT_TRUE(engine.exchange_rows()->put(kBookRow, book.encoded(), {}).ok());
  });
  const auto refused = erase();
  EXPECT_NE(refused.status, 0);
  EXPECT_THAT(refused.err, HasSubstr("in the middle of a move with part b"));
  EXPECT_THAT(refused.err, HasSubstr("whorl part"));
  const std::string at = folder.path().string();
  for (const std::vector<std::string>& verb :
       std::vector<std::vector<std::string>>{{"retention", "hold", "--gallery-dir", at, "--person", "person-1"},
                                             {"retention", "lift", "--gallery-dir", at, "--person", "person-1"},
                                             {"load", "--gallery-dir", at, (folder.path() / "none.enc").string()},
                                             {"dedupe", "--gallery-dir", at}}) {
    const auto other = tests::run_whorl(verb);
    EXPECT_NE(other.status, 0) << verb[0];
    EXPECT_THAT(other.err, HasSubstr("in the middle of a move with part b")) << verb[0];
  }
  with_rows([&](engine::Engine& engine) {
    EXPECT_EQ(engine.gallery_content({}, "ALL", 0, 10)->total, 1U) << "who was not erased is said to be";
    SliceBook settled;
    SliceSet held;
    held[slice] = true;
    settled.begin(held);
    ASSERT_TRUE(engine.exchange_rows()->put(kBookRow, settled.encoded(), {}).ok());
  });
  const auto erased = erase();
  EXPECT_EQ(erased.status, 0) << erased.err;
}

}  // namespace
}  // namespace whorl::cluster
