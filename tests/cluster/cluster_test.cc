// Four parts and a front: what they answer together, what is said where one is missing, and who is let in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/cluster/cluster_fixture.h"
#include "tests/engine/answer_text.h"
#include "tests/support/wished.h"

namespace whorl::cluster {
namespace {

using engine::Decision;
using testing::HasSubstr;

constexpr int kPeople = 48;

// As many searches as CI has time for; all of them where WHORL_CLUSTER_SEARCHES says so (scripts/cluster-test --full).
int searches() { return tests::wished("WHORL_CLUSTER_SEARCHES", 60); }

std::string galleries_of(const Result<engine::IdentifyAnswer>& answer) {
  std::string out;
  if (!answer.ok()) return out;
  for (const auto& candidate : answer->candidates) {
    for (const auto& score : candidate.scores) {
      for (const auto& gallery : score.galleries) out += gallery + ' ';
    }
  }
  return out;
}

class Clusters : public testing::TestWithParam<Over> {
 protected:
  void SetUp() override {
    if (GetParam() == Over::kNats && NatsBroker::program().empty()) GTEST_SKIP() << "nats-server is not installed";
    cluster_.emplace(GetParam());
    ASSERT_TRUE(cluster_->ready()) << "nats-server did not start";
    cluster_->start();
  }
  void enrol_everybody() {
    for (int i = 0; i < kPeople; ++i) {
      const auto enrolled = front().enrol({}, enrolment_of(i));
      ASSERT_TRUE(enrolled.ok()) << enrolled.error().text();
    }
  }
  Front& front() { return cluster_->front(); }
  // The part that has the person.
  std::size_t place_of(int i) { return cluster_->config().slices.part_of("person-" + std::to_string(i)); }
  std::size_t persons_of(std::size_t part) { return cluster_->part(part).galleries({}).at(0).persons; }

  std::optional<TestCluster> cluster_;
};

TEST_P(Clusters, AnswerAsOneProcessDoesToTheByte) {
  enrol_everybody();
  auto one = engine::Engine::open(engine_at(cluster_->folder("one")));
  ASSERT_TRUE(one.ok());
  for (int i = 0; i < kPeople; ++i) ASSERT_TRUE((*one)->enrol({}, enrolment_of(i)).ok());
  for (std::size_t part = 0; part < kPartsOfTest; ++part) EXPECT_GT(persons_of(part), 0U) << part;
  std::map<std::string, int> decisions;
  for (int n = 0; n < searches(); ++n) {
    engine::IdentifyRequest request;
    request.samples = {finger_of(n % (2 * kPeople), static_cast<std::uint64_t>(100 + n))};
    if (n % 4 == 1) request.gallery_id = "ALL";
    if (n % 7 == 2) request.gallery_id = n % 2 == 0 ? "visa" : "nowhere";
    if (n % 3 == 0) request.show_all = true;
    if (n % 5 == 3) request.accuracy = engine::Accuracy::kExhaustive;
    const auto compare = [&] {
      const auto together = front().identify({}, request);
      auto alone = (*one)->identify({}, request);
      EXPECT_EQ(text_of(together), text_of(alone)) << n;
      EXPECT_EQ(galleries_of(together), galleries_of(alone)) << n;
      ++decisions[alone.ok() ? std::string(name_of(alone->decision)) : "refused"];
      return alone;
    };
    const auto alone = compare();
    // Once more with the threshold a little above the best score, so that the answer lies in the band of review.
    if (n % 6 == 4 && alone.ok() && !alone->candidates.empty()) {
      request.threshold_db = std::max(10.0, alone->candidates[0].score_db + 2);
      EXPECT_TRUE(compare().ok()) << n;
    }
    engine::VerifyRequest claim;
    claim.person_id = "person-" + std::to_string(n % kPeople);
    claim.samples = request.samples;
    EXPECT_EQ(text_of(front().verify({}, claim)), text_of((*one)->verify({}, claim))) << n;
  }
  for (const char* decision : {"match", "no_match", "indeterminate", "refused"}) {
    EXPECT_GT(decisions[decision], 0) << decision << " was never answered: the searches cover too little";
  }
}

// More people than are compared whole: each part screens its own, and all together compare as many as one process.
TEST(ClustersOfMiddleSize, AnswerAsOneProcessDoesAndCompareAsMany) {
  constexpr int kMany = 2600;
  TestCluster cluster(Over::kProcess);
  cluster.start();
  auto one = engine::Engine::open(engine_at(cluster.folder("one")));
  ASSERT_TRUE(one.ok());
  for (int i = 0; i < kMany; ++i) {
    ASSERT_TRUE(cluster.front().enrol({}, enrolment_of(i)).ok());
    ASSERT_TRUE((*one)->enrol({}, enrolment_of(i)).ok());
  }
  std::uint64_t compared_by_one = 0;
  std::uint64_t compared_by_parts = 0;
  std::map<Decision, int> decisions;
  for (int n = 0; n < searches(); ++n) {
    const int searched_for = n % 2 == 0 ? n * 37 % kMany : kMany + n;
    const engine::IdentifyRequest request = search_for(searched_for);
    auto together = cluster.front().identify({}, request);
    auto alone = (*one)->identify({}, request);
    ASSERT_TRUE(together.ok()) << together.error().text();
    ASSERT_TRUE(alone.ok()) << alone.error().text();
    ASSERT_LT(alone->receipt.compared, 2000U) << "everybody is compared";
    compared_by_one += alone->receipt.compared;
    compared_by_parts += together->receipt.compared;
    ++decisions[alone->decision];
    // Which strangers are likest, and so are compared, may differ: then one names a stranger whom the other does not.
    // Who is named by both has one score, and whoever was searched for is named by both.
    for (auto [answer, other] : {std::pair{&*together, &*alone}, std::pair{&*alone, &*together}}) {
      std::erase_if(answer->candidates, [&, other = other](const auto& each) {
        return each.person_id != "person-" + std::to_string(searched_for) &&
               std::ranges::count(other->candidates, each.person_id, &engine::Candidate::person_id) == 0;
      });
    }
    for (auto* answer : {&*together, &*alone}) {
      std::erase_if(answer->why.arguments, [](const auto& each) { return each.name == "score_db"; });
      answer->reason.clear();
    }
    EXPECT_EQ(text_of(together), text_of(alone)) << n;
  }
  EXPECT_GT(decisions[Decision::kMatch], 0);
  EXPECT_GT(decisions[Decision::kNoMatch], 0);
  EXPECT_EQ(compared_by_parts, compared_by_one);
}

// Identifiers may be chosen, and galleries be loaded part by part.
TEST(ClustersOfMiddleSize, APartThatHasMoreThanItsShareIsAskedForWhatItHas) {
  constexpr int kMany = 2400;
  TestCluster cluster(Over::kProcess);
  cluster.start();
  const auto slices = cluster.config().slices;
  int enrolled = 0;
  for (int i = 0; enrolled < kMany; ++i) {
    engine::EnrolRequest request = enrolment_of(i);
    if (slices.part_of(request.person_id) != 0 && i % 8 != 0) continue;
    ASSERT_TRUE(cluster.front().enrol({}, request).ok());
    ++enrolled;
  }
  const auto answer = cluster.front().identify({}, search_for(10'000'000));
  ASSERT_TRUE(answer.ok()) << answer.error().text();
  EXPECT_EQ(answer->receipt.searched, static_cast<std::uint64_t>(kMany));
  const auto persons = cluster.part(0).galleries({}).at(0).persons;
  ASSERT_GT(persons, static_cast<std::uint64_t>(kMany) * 6 / 10);
  EXPECT_LT(answer->receipt.compared, 2000U) << "everybody is compared";
  EXPECT_GE(answer->receipt.compared, 600U * persons / kMany + 3 * 24U);
}

TEST_P(Clusters, APartThatIsGoneIsNamedAndNobodyIsRuledOut) {
  enrol_everybody();
  const std::size_t gone = place_of(3);
  cluster_->stop_part(gone);
  const std::string name = kPartNames[gone];
  for (const int who : {3, 4, 777}) {
    const auto refused = front().identify({}, search_for(who));
    ASSERT_FALSE(refused.ok()) << who;
    EXPECT_EQ(refused.error().kind, ErrorKind::kUnavailable);
    EXPECT_THAT(refused.error().message, HasSubstr("(" + name + ": "));
    engine::IdentifyRequest partial = search_for(who);
    partial.partial_ok = true;
    const auto answer = front().identify({}, partial);
    ASSERT_TRUE(answer.ok()) << answer.error().text();
    EXPECT_EQ(answer->decision, Decision::kIndeterminate) << who;
    EXPECT_EQ(answer->receipt.parts_ok, 3);
    EXPECT_EQ(answer->receipt.parts_total, 4);
    ASSERT_EQ(answer->receipt.failures.size(), 1U);
    EXPECT_EQ(answer->receipt.failures[0].part, name);
    EXPECT_THAT(answer->reason, HasSubstr(name));
  }
  EXPECT_EQ(front().erase_person({}, "person-3").error().kind, ErrorKind::kUnavailable);
  for (const PartView& part : front().parts()) EXPECT_EQ(part.missing.has_value(), part.name == name) << part.name;
  ASSERT_TRUE(front().health({}).changes_refused);
  EXPECT_THAT(front().health({}).changes_refused->message, HasSubstr("part " + name));

  const Status back = cluster_->start_part(gone);
  ASSERT_TRUE(back.ok()) << back.error().text();
  const auto whole = front().identify({}, search_for(3));
  ASSERT_TRUE(whole.ok()) << whole.error().text();
  EXPECT_EQ(whole->decision, Decision::kMatch);
  EXPECT_TRUE(whole->receipt.complete());
  EXPECT_EQ(whole->receipt.gallery_size, static_cast<std::uint64_t>(kPeople));
  EXPECT_EQ(front().identify({}, search_for(777))->decision, Decision::kNoMatch);
}

TEST_P(Clusters, AChangeLiesInThePersonsPartWithItsLeafAndAQuestionAtTheFront) {
  const auto leaves = [&](engine::Service& of) { return of.duties({}).log.value().leaves; };
  std::array<std::uint64_t, kPartsOfTest> before{};
  for (std::size_t part = 0; part < kPartsOfTest; ++part) before[part] = leaves(cluster_->part(part));
  const std::uint64_t asked = leaves(front());
  ASSERT_TRUE(front().enrol({}, enrolment_of(3)).ok());
  ASSERT_TRUE(front().set_status({}, "person-3", "e1", false).ok());
  EXPECT_FALSE(front().encounter({}, "person-3", "e1")->active);
  ASSERT_TRUE(front().set_status({}, "person-3", "e1", true).ok());
  ASSERT_TRUE(front().identify({}, search_for(3)).ok());
  ASSERT_TRUE(front().erase_person({}, "person-3").ok());
  EXPECT_EQ(front().encounters({}, "person-3").error().kind, ErrorKind::kNotFound);
  for (std::size_t part = 0; part < kPartsOfTest; ++part) {
    EXPECT_EQ(leaves(cluster_->part(part)) - before[part], part == place_of(3) ? 4U : 0U) << part;
  }
  EXPECT_EQ(leaves(front()) - asked, 1U);
}

TEST_P(Clusters, AnEnrolmentThatIsSentAgainGetsItsAnswerAgain) {
  engine::EnrolRequest request = enrolment_of(3);
  engine::RequestKey key;
  key.key.fill(3);
  key.request.fill(4);
  int worded = 0;
  request.keep =
      engine::AnswerToKeep{key, [&](const engine::EnrolReceipt& receipt) {
                             ++worded;
                             return "enrolled " + receipt.person_id + " with " + std::to_string(receipt.samples.size());
                           }};
  EXPECT_EQ(front().kept_answer({}, key).value(), std::nullopt);
  const auto enrolled = front().enrol({}, request);
  ASSERT_TRUE(enrolled.ok()) << enrolled.error().text();
  EXPECT_EQ(worded, 1);
  EXPECT_EQ(front().kept_answer({}, key).value(), "enrolled person-3 with 1");
  engine::RequestKey other = key;
  other.request.fill(5);
  EXPECT_EQ(front().kept_answer({}, other).error().kind, ErrorKind::kAlreadyExists);
  EXPECT_EQ(front().enrol({}, request).error().kind, ErrorKind::kAlreadyExists);
}

TEST_P(Clusters, WhoeverHasNoIdentifierGetsOneAndIsFoundByIt) {
  engine::EnrolRequest request = enrolment_of(3);
  request.person_id.clear();
  request.encounter_id.clear();
  const auto enrolled = front().enrol({}, request);
  ASSERT_TRUE(enrolled.ok()) << enrolled.error().text();
  EXPECT_EQ(front().encounters({}, enrolled->person_id)->at(0).encounter_id, enrolled->encounter_id);
  request.samples[0].bytes = {1, 2, 3};
  const auto refused = front().enrol({}, request);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, ErrorKind::kInvalidInput);
  EXPECT_THAT(refused.error().field.text(), HasSubstr("samples[0]"));
}

TEST_P(Clusters, AGallerysContentIsThatOfAllPartsInOrder) {
  enrol_everybody();
  std::vector<std::string> names;
  for (int i = 0; i < kPeople; ++i) names.push_back("person-" + std::to_string(i));
  std::sort(names.begin(), names.end());
  std::vector<std::string> read;
  for (std::size_t offset = 0; offset < names.size() + 5; offset += 5) {
    const auto page = front().gallery_content({}, "ALL", offset, 5);
    ASSERT_TRUE(page.ok()) << page.error().text();
    EXPECT_EQ(page->total, names.size());
    for (const auto& entry : page->entries) read.push_back(entry.person_id);
  }
  EXPECT_EQ(read, names);
  EXPECT_EQ(front().gallery_content({}, "nowhere", 0, 5).error().kind, ErrorKind::kNotFound);
  front().parts();
  EXPECT_EQ(front().galleries({}).at(0).persons, static_cast<std::uint64_t>(kPeople));
}

TEST_P(Clusters, SomebodyEnrolledIsLookedForAmongAllParts) {
  enrol_everybody();
  engine::EnrolRequest twin = enrolment_of(7);
  twin.person_id = "twin";
  ASSERT_TRUE(front().enrol({}, twin).ok());
  const auto found = front().identify_enrolled({}, {"person-7", {}}, {});
  ASSERT_TRUE(found.ok()) << found.error().text();
  EXPECT_EQ(found->decision, Decision::kMatch);
  EXPECT_EQ(found->candidates.at(0).person_id, "twin");
  EXPECT_EQ(front().identify_enrolled({}, {"nobody", {}}, {}).error().kind, ErrorKind::kNotFound);
}

INSTANTIATE_TEST_SUITE_P(All, Clusters, testing::Values(Over::kProcess, Over::kNats),
                         [](const auto& of) { return of.param == Over::kNats ? "OverNats" : "InOneProcess"; });

// -- Who is let in ----------------------------------------------------------------------------------------------------

class ClusterDoor : public testing::Test {
 protected:
  void SetUp() override { cluster_.start(); }
  TestCluster cluster_{Over::kProcess};
};

TEST_F(ClusterDoor, WhatTheBrokerHoldsNamesNobodyAndShowsNoTemplate) {
  ASSERT_TRUE(cluster_.front().enrol({}, enrolment_of(3)).ok());
  ASSERT_TRUE(cluster_.front().identify({}, search_for(3)).ok());
  const auto seen = cluster_.local().seen();
  ASSERT_GT(seen.size(), 8U);
  const Bytes kept = finger_of(3, 1).bytes;
  const std::string part_of_template(as_text(ByteView(kept).subspan(kept.size() / 2, 12)));
  for (const Bytes& message : seen) {
    EXPECT_EQ(as_text(message).find("person-3"), std::string::npos);
    EXPECT_EQ(as_text(message).find(part_of_template), std::string::npos);
  }
}

TEST_F(ClusterDoor, AMessageThatIsSentAgainDoesNothing) {
  ASSERT_TRUE(cluster_.front().enrol({}, enrolment_of(3)).ok());
  const std::size_t before = cluster_.local().seen().size();
  ASSERT_TRUE(cluster_.front().erase_person({}, "person-3").ok());
  const auto seen = cluster_.local().seen();
  ASSERT_TRUE(cluster_.front().enrol({}, enrolment_of(3)).ok());
  const std::size_t place = cluster_.config().slices.part_of("person-3");
  const auto replay_and_start_anew = [&] {
    const auto hear = cluster_.local().listener(cluster_.config().subject_of(kPartNames[place]));
    for (std::size_t i = before; i < seen.size(); ++i) hear({seen[i], [](ByteView) {}, {}});
    // A part that ends works off what has come.
    cluster_.stop_part(place);
    const Status started = cluster_.start_part(place);
    ASSERT_TRUE(started.ok()) << started.error().text();
    EXPECT_TRUE(cluster_.front().encounters({}, "person-3").ok());
  };
  replay_and_start_anew();
  // This one has no session of before.
  replay_and_start_anew();
}

TEST_F(ClusterDoor, AFrontWithAnotherKeyGetsNoAnswer) {
  cluster_.write_key("other.key", 8);
  cluster_.write_config("other-key.toml", "0-1023", "1024-2047", "other.key");
  ClusterConfig config = cluster_.config("other-key.toml");
  config.answer_within = std::chrono::milliseconds(50);
  auto stranger = Front::open(config, engine_at(cluster_.folder("front of other-key")), cluster_.bus());
  ASSERT_TRUE(stranger.ok()) << stranger.error().text();
  engine::Call call;
  call.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(200);
  EXPECT_FALSE((*stranger)->enrol(call, enrolment_of(3)).ok());
  EXPECT_FALSE((*stranger)->identify({}, search_for(3)).ok());
  for (std::size_t part = 0; part < kPartsOfTest; ++part) {
    EXPECT_EQ(cluster_.part(part).galleries({}).at(0).persons, 0U);
  }
}

TEST_F(ClusterDoor, AFrontWhoseFileIsOldLearnsFromThePartsWhatTheyHold) {
  cluster_.write_config("other-map.toml", "0-1000", "1001-2047");
  auto front = Front::open(cluster_.config("other-map.toml"), engine_at(cluster_.folder("old front")), cluster_.bus());
  ASSERT_TRUE(front.ok()) << front.error().text();
  engine::EnrolRequest request = enrolment_of(3);
  for (int i = 0; slice_of(request.person_id) < 1001 || slice_of(request.person_id) > 1023; ++i) {
    request.person_id = "somebody-" + std::to_string(i);
  }
  ASSERT_TRUE((*front)->enrol({}, request).ok());
  EXPECT_EQ(cluster_.part(0).galleries({}).at(0).persons, 1U);
  EXPECT_TRUE(cluster_.front().encounters({}, request.person_id).ok());
  EXPECT_EQ((*front)->identify({}, search_for(3))->decision, Decision::kMatch);
}

TEST_F(ClusterDoor, APartOfOneNameIsThereOnce) {
  const ClusterConfig config = cluster_.config();
  const auto bus = cluster_.bus();
  const auto second =
      PartServer::start(cluster_.part(0), *bus, config, "a", setting_of(config, engine_at({}).calibrations));
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().kind, ErrorKind::kAlreadyExists);
  const auto unknown =
      PartServer::start(cluster_.part(0), *bus, config, "z", setting_of(config, engine_at({}).calibrations));
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().kind, ErrorKind::kNotFound);
}

TEST_F(ClusterDoor, APartDoesNotStartWithPeopleOfAnother) {
  engine::EnrolRequest request = enrolment_of(3);
  for (int i = 0; slice_of(request.person_id) <= 1023; ++i) request.person_id = "somebody-" + std::to_string(i);
  ASSERT_TRUE(cluster_.part(0).enrol({}, request).ok());  // past the part
  cluster_.stop_part(0);
  const Status refused = cluster_.start_part(0);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr(request.person_id));
}

TEST_F(ClusterDoor, WhatAPartHoldsIsItsOwnAndNotTheFilesToChange) {
  cluster_.stop_part(0);
  cluster_.write_config("moved.toml", "0", "1-2047");
  ASSERT_TRUE(cluster_.start_part(0, "moved.toml").ok());
  ASSERT_TRUE(cluster_.front().enrol({}, enrolment_of(3)).ok());
  EXPECT_EQ(cluster_.front().identify({}, search_for(3))->decision, Decision::kMatch);
}

TEST_F(ClusterDoor, ANewPartDoesNotBeginWithWhatAnotherHolds) {
  cluster_.stop_part(1);
  std::filesystem::remove_all(cluster_.folder("part-b"));
  cluster_.write_config("greedy.toml", "0-999", "1000-2047");
  const Status refused = cluster_.start_part(1, "greedy.toml");
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("slice 1000"));
  EXPECT_THAT(refused.error().message, HasSubstr("part a's"));
}

TEST_F(ClusterDoor, AFrontDoesNotOpenAGalleryWithPeople) {
  {
    auto one = engine::Engine::open(engine_at(cluster_.folder("people")));
    ASSERT_TRUE((*one)->enrol({}, enrolment_of(3)).ok());
  }
  const auto refused = Front::open(cluster_.config(), engine_at(cluster_.folder("people")), cluster_.bus());
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message, HasSubstr("somebody is enrolled"));
}

}  // namespace
}  // namespace whorl::cluster
