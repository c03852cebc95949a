// Old leaves of the audit log go, and what the log shows stays; by a clock that the test moves.
#include <thread>

#include "audit/growth_file.h"
#include "audit/proof_file.h"
#include "audit/verification.h"
#include "index/upkeep_request.h"
#include "tests/index/gallery_fixture.h"
#include "tests/support/moved_world.h"

namespace whorl::index {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::hours kDay{24};

class AuditPruning : public GalleryTest {
 protected:
  void SetUp() override {
    options_.world = &world_;
    reopen();
    add(record_of(1));
    ask(700);
    pass(200 * kDay);
    ask(50);
  }
  void TearDown() override { gallery_.reset(); }

  void pass(std::chrono::seconds time) { world_.ahead = world_.ahead.load() + time; }
  // So many leaves of questions.
  void ask(int times) {
    audit::Event event;
    event.operation = audit::Operation::kIdentify;
    event.outcome = "no_match";
    for (int i = 0; i < times; ++i) ASSERT_TRUE(gallery_->note(event, "").ok());
  }
  Result<audit::Verified> verified(const fs::path& folder, std::vector<std::string> kept = {}) {
    WHORL_TRY(gallery_->export_audit(folder));
    WHORL_ASSIGN(const auto key, crypto::NoteVerifier::parse(gallery_->audit()->key));
    audit::ExportFolder log(folder);
    return audit::verify(log, {key, std::move(kept), {}, 0});
  }
  std::string head() { return std::string(as_text(gallery_->audit_file("checkpoint").value())); }

  tests::MovedWorld world_;
};

TEST_F(AuditPruning, TakesOldLeavesAndLeavesEveryProof) {
  const std::string before = head();
  const fs::path all = directory_.path() / "all";
  ASSERT_TRUE(verified(all).ok());
  const auto first = gallery_->prune_audit(100);
  ASSERT_TRUE(first.ok()) << first.error().text();
  EXPECT_EQ(*first, 512U) << "whole bundles, of which every leaf is old";
  EXPECT_EQ(gallery_->audit()->first, 512U);
  EXPECT_EQ(gallery_->prune_audit(100).value(), 512U) << "nothing more";

  const fs::path left = directory_.path() / "left";
  const auto done = verified(left, {before});
  ASSERT_TRUE(done.ok()) << done.error().text();
  EXPECT_EQ(done->pruned, 512U);
  EXPECT_EQ(done->operations.at("prune"), 1U) << "one that found nothing to do has no leaf";
  EXPECT_EQ(done->encounters, 1);
  EXPECT_FALSE(fs::exists(left / "tile/entries/000"));
  EXPECT_TRUE(verified(all, {before}).ok()) << "who has the old leaves keeps them";

  audit::ExportFolder log(left);
  audit::ExportFolder old(all);
  const auto key = crypto::NoteVerifier::parse(gallery_->audit()->key);
  const auto entries = crypto::entries_of_bundle(old.entries({0, 0, 256}).value(), 256).value();
  const auto proof = audit::prove(log, head(), done->leaves, 7);
  ASSERT_TRUE(proof.ok()) << proof.error().text();
  EXPECT_TRUE(audit::verify_proof(*proof, *key, crypto::leaf_hash(entries[7])).ok());
  const auto growth = audit::prove_growth(log, head(), done->leaves, 752, done->leaves);
  ASSERT_TRUE(growth.ok());
  EXPECT_TRUE(audit::verify_growth(*growth, *key, std::vector{before}).ok());

  reopen();
  EXPECT_EQ(gallery_->audit()->first, 512U);
  EXPECT_TRUE(verified(left, {before}).ok());
  const auto tile = gallery_->audit_file("tile/0/001.p/100");
  ASSERT_TRUE(tile.ok()) << "the tile of an earlier size, of which the leaves are gone";
  EXPECT_EQ(tile->size(), 3200U);
}

TEST_F(AuditPruning, TakesNothingThatIsYoung) {
  EXPECT_EQ(gallery_->prune_audit(300).value(), 0U);
  EXPECT_FALSE(gallery_->prune_audit(0).ok());
  EXPECT_FALSE(gallery_->prune_audit(kLeastAuditDays - 1).ok()) << "nobody hides what they have just done";
  EXPECT_FALSE(gallery_->prune_audit(kMostKeepDays + 1).ok());
  EXPECT_EQ(verified(directory_.path() / "log")->pruned, 0U);
}

TEST_F(AuditPruning, ForgetsWhomTheDigestsOfOldMonthsMeant) {
  const auto first_leaf = [&] {
    return audit::parse_leaf(crypto::entries_of_bundle(gallery_->audit_file("tile/entries/000").value(), 256)->front());
  };
  const auto time = std::chrono::system_clock::time_point(std::chrono::milliseconds(first_leaf()->time_ms));
  const std::string month = rfc3339(time).substr(0, 7);
  const std::string now = rfc3339(world_.now()).substr(0, 7);
  ASSERT_TRUE(gallery_->audit_tag(month, "gallery", "default").ok());
  ASSERT_TRUE(gallery_->prune_audit(100).ok());
  // A leaf of the old month is left in the bundle that was not whole; with the next pruning it goes.
  EXPECT_TRUE(gallery_->audit_tag(month, "gallery", "default").ok());
  ask(300);
  pass(200 * kDay);
  ask(1);
  EXPECT_EQ(gallery_->prune_audit(100).value(), 1024U);
  for (const bool again : {false, true}) {
    if (again) reopen();
    EXPECT_FALSE(gallery_->audit_tag(month, "gallery", "default").ok());
    EXPECT_TRUE(gallery_->audit_tag(now, "gallery", "default").ok());
  }
}

TEST_F(AuditPruning, IsDoneByTheHousekeepingAndForOtherProcesses) {
  const auto asked = ask_upkeep(options_.directory, UpkeepVerb::kPruneAudit, "100", std::chrono::seconds(60));
  ASSERT_TRUE(asked.ok()) << asked.error().text();
  EXPECT_EQ(*asked, "512");
  EXPECT_FALSE(ask_upkeep(options_.directory, UpkeepVerb::kPruneAudit, "3 days", std::chrono::seconds(60)).ok());
  ask(300);
  pass(200 * kDay);
  options_.audit_keep_days = 100;
  reopen();
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (gallery_->audit()->first < 1024U && std::chrono::steady_clock::now() < until) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_EQ(gallery_->audit()->first, 1024U);
}

}  // namespace
}  // namespace whorl::index
