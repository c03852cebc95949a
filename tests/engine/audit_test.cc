// Questions and the audit log: an answer whose leaf is not on the disk is not given.
#include <gtest/gtest.h>

#include <thread>

#include "audit/export_folder.h"
#include "audit/leaf.h"
#include "index/gallery.h"
#include "tests/engine/engine_fixture.h"
#include "tests/support/faulty_disk.h"

namespace whorl::engine {
namespace {

class EngineAudit : public EngineTest {
 protected:
  void SetUp() override {
    EngineConfig faulty = config();
    faulty.directory += "-audited";
    faulty.env = disk_.env();
    faulty.files = disk_.files();
    directory_ = faulty.directory;
    auto opened = Engine::open(std::move(faulty));
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    engine_ = std::move(opened).value();
  }
  // Closes the engine, and reads every leaf of its gallery.
  std::vector<audit::Leaf> leaves() {
    engine_.reset();
    index::GalleryOptions options;
    options.directory = directory_;
    const auto gallery = index::Gallery::open(options);
    EXPECT_TRUE(gallery.ok());
    const std::filesystem::path folder = directory_.string() + "-log";
    const auto size = (*gallery)->export_audit(folder);
    EXPECT_TRUE(size.ok());
    audit::ExportFolder log(folder);
    const auto bytes = log.entries({0, 0, static_cast<unsigned>(*size)});
    const auto entries = crypto::entries_of_bundle(*bytes, static_cast<unsigned>(*size));
    std::vector<audit::Leaf> out;
    for (const Bytes& entry : *entries) out.push_back(*audit::parse_leaf(entry));
    return out;
  }

  tests::FaultyDisk disk_;
  std::filesystem::path directory_;
  std::unique_ptr<Engine> engine_;
};

TEST_F(EngineAudit, AQuestionHasItsLeaf) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(engine_->enrol({}, enrol_request(i)).ok());
  Call call;
  call.who = {"https://idp.test", "u-17", {}, SignedInBy::kToken, {"officer"}};
  call.purpose = "border.identity";
  const auto found = engine_->identify(call, identify_person(3));
  ASSERT_TRUE(found.ok());
  VerifyRequest claim;
  claim.person_id = "p3";
  claim.samples = fingers_of(3, 7);
  ASSERT_TRUE(engine_->verify(call, claim).ok());
  const auto all = leaves();
  ASSERT_EQ(all.size(), 8U);
  EXPECT_EQ(all[6].operation, audit::Operation::kIdentify);
  EXPECT_EQ(all[6].outcome, name_of(found->decision));
  EXPECT_EQ(all[6].auth, "token");
  EXPECT_EQ(all[6].role, "officer");
  EXPECT_EQ(all[6].purpose, "border.identity");
  EXPECT_EQ(all[6].persons, 5U);
  EXPECT_EQ(all[6].galleries.size(), 1U);
  EXPECT_EQ(all[7].operation, audit::Operation::kVerify);
  EXPECT_EQ(all[6].subject, all[7].subject) << "who was found is who was claimed";
  EXPECT_EQ(all[6].subject, all[4].subject) << "and who was enrolled";
}

TEST_F(EngineAudit, AQuestionThatFailsHasALeafToo) {
  ASSERT_TRUE(engine_->enrol({}, enrol_request(1)).ok());
  EXPECT_FALSE(engine_->identify({}, IdentifyRequest{}).ok());
  VerifyRequest claim;
  claim.person_id = "nobody";
  claim.samples = fingers_of(1, 7);
  EXPECT_FALSE(engine_->verify({}, claim).ok());
  const auto all = leaves();
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[2].outcome, "invalid_input");
  EXPECT_EQ(all[3].outcome, "not_found");
}

TEST_F(EngineAudit, WithoutItsLeafOnTheDiskThereIsNoAnswer) {
  ASSERT_TRUE(engine_->enrol({}, enrol_request(1)).ok());
  ASSERT_TRUE(engine_->identify({}, identify_person(1)).ok());
  disk_.fail_syncs(true);
  const auto refused = engine_->identify({}, identify_person(1));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::kUnavailable) << refused.error().text();
  disk_.fail_syncs(false);
  Result<IdentifyAnswer> answer = engine_->identify({}, identify_person(1));
  for (int i = 0; i < 600 && !answer.ok(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));  // until the disk is tried again
    answer = engine_->identify({}, identify_person(1));
  }
  ASSERT_TRUE(answer.ok()) << answer.error().text();
  EXPECT_EQ(answer->decision, Decision::kMatch);
}

}  // namespace
}  // namespace whorl::engine
