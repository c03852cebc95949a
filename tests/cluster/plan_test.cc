// A cluster on paper: more people or searches never take less, limits are kept to or named, one seed gives one answer,
// and the messages that it counts are as long as real ones.
#include "cluster/plan.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "cluster/messages.h"
#include "cluster/plan_costs.h"
#include "cluster/seal.h"
#include "cluster/slices.h"
#include "index/capacity.h"
#include "index/live/footprint.h"
#include "templates/codec/codec.h"
#include "tests/engine/engine_fixture.h"

namespace whorl::cluster {
namespace {

PlanRequest request_of(std::uint64_t people, double searches_per_s) {
  PlanRequest out;
  out.people = people;
  out.searches_per_s = searches_per_s;
  return out;
}

Plan sized(const PlanRequest& request) {
  auto out = size_plan(request);
  EXPECT_TRUE(out.ok()) << out.error().text();
  return std::move(out).value();
}

const Use& use_of(const Plan& plan, const std::string& what) {
  const auto at = std::find_if(plan.uses.begin(), plan.uses.end(), [&](const Use& use) { return use.what == what; });
  EXPECT_NE(at, plan.uses.end()) << what;
  return *at;
}

TEST(ClusterPlan, MorePeopleOrSearchesNeverTakeFewerMachines) {
  std::uint64_t before = 0;
  double cpu = 0;
  for (const std::uint64_t people : {1'000U, 50'000U, 1'000'000U, 3'000'000U, 20'000'000U, 60'000'000U}) {
    const Plan plan = sized(request_of(people, 20));
    EXPECT_GE(plan.machines(), before) << people;
    EXPECT_GT(plan.cpu_s, cpu) << people;
    before = plan.machines();
    cpu = plan.cpu_s;
  }
  before = 0;
  for (const double searches : {0.1, 1.0, 10.0, 50.0, 100.0, 200.0}) {
    const Plan plan = sized(request_of(20'000'000, searches));
    EXPECT_GE(plan.machines(), before) << searches;
    before = plan.machines();
  }
}

TEST(ClusterPlan, EachPartKeepsToItsLimits) {
  for (const double searches : {1.0, 30.0, 150.0}) {
    const Plan plan = sized(request_of(20'000'000, searches));
    for (const Use& use : plan.uses) {
      if (use.what.starts_with("part: ")) {
        EXPECT_LE(use.share, 1) << use.what;
      }
    }
    EXPECT_EQ(plan.parts_for.front().parts, plan.parts);
    EXPECT_TRUE(std::is_sorted(plan.uses.begin(), plan.uses.end(),
                               [](const Use& a, const Use& b) { return a.share > b.share; }));
  }
  // Where memory decides, half of it takes about twice the parts.
  PlanRequest large = request_of(50'000'000, 0.01);
  const Plan plan = sized(large);
  EXPECT_EQ(plan.parts_for.front().what, "memory");
  large.machine.memory_gib /= 2;
  EXPECT_NEAR(static_cast<double>(sized(large).parts), 2.0 * static_cast<double>(plan.parts), 2);
}

TEST(ClusterPlan, ReplicasShareSearchesAndNotPeople) {
  PlanRequest request = request_of(20'000'000, 60);
  request.replicas = 1;
  request.written_by = 1;
  const Plan one = sized(request);
  request.replicas = 3;
  request.written_by = 2;
  const Plan three = sized(request);
  EXPECT_LT(three.parts, one.parts);
  request.searches_per_s = 0.01;
  const Plan idle = sized(request);
  request.replicas = 1;
  request.written_by = 1;
  EXPECT_EQ(idle.parts, sized(request).parts);
  EXPECT_EQ(idle.part_machines, 3 * idle.parts);
}

// -- One replica, one front and one broker away -----------------------------------------------------------------------

TEST(ClusterPlan, TheReplicasThatAreLeftCarryAllSearches) {
  for (const std::uint64_t replicas : {1U, 2U, 3U, 5U}) {
    PlanRequest request = request_of(20'000'000, 50);
    request.replicas = replicas;
    request.written_by = replicas / 2 + 1;
    request.changes_per_s = 0;
    const Plan plan = sized(request);
    const std::string away = replicas > 1 ? ", with one replica away" : "";
    const double left = replicas > 1 ? static_cast<double>(replicas - 1) : 1;
    const double busy = request.searches_per_s * plan.cpu_part_s / left / request.machine.cores;
    EXPECT_NEAR(use_of(plan, "part: cores" + away).share, busy / request.most_use, 1e-9) << replicas;
    EXPECT_LE(busy, request.most_use) << replicas;
    EXPECT_LE(use_of(plan, "part: reading of memory" + away).share, 1);
    EXPECT_GT(use_of(plan, "part: network" + away).share, 0);
    use_of(plan, "part: memory");
  }
}

TEST(ClusterPlan, TwoBrokersCarryWhatThreeDo) {
  const Plan plan = sized(request_of(20'000'000, 50));
  const double limit = plan.request.machine.network_gbit_per_s * 1e9 / 8 * plan.request.most_use;
  // Of three, five thirds of all messages' bytes on three links; of two, three halves on two.
  const double all = plan.broker_link * 3 / (5.0 / 3);
  EXPECT_NEAR(use_of(plan, "brokers: network, with one away").share, all * 1.5 / 2 / limit, 1e-9);
  const double messages_s = plan.messages * cost::kBrokerMessageS;
  EXPECT_NEAR(use_of(plan, "brokers: cores, with one away").share,
              messages_s * 1.5 / 2 / (plan.request.machine.cores * plan.request.most_use), 1e-9);
  const double fronts = use_of(plan, "fronts: network, with one away").share * static_cast<double>(plan.fronts - 1);
  EXPECT_NEAR(fronts, plan.front_link * static_cast<double>(plan.fronts) / limit, 1e-9);
}

// A queue that grows without bound is slower the longer it is looked at.
TEST(ClusterPlan, WithOneReplicaAwayTheQueueHasAnEnd) {
  const auto plan = make_plan(request_of(20'000'000, 50));
  ASSERT_TRUE(plan.ok());
  ASSERT_TRUE(plan->search_one_away.has_value());
  EXPECT_GT(plan->search_one_away->p50_s, plan->search.p50_s);
  EXPECT_GT(plan->search_one_away->p99_s, plan->search.p99_s);
  QueueSetting setting = queue_of(*plan);
  EXPECT_EQ(setting.replicas, 3U);
  const auto slower = [&](std::size_t replicas) {
    setting.replicas = replicas;
    setting.searches = 20'000;
    const double before = simulate_queue(setting).p99_s;
    setting.searches = 80'000;
    return simulate_queue(setting).p99_s / before;
  };
  EXPECT_LT(slower(2), 1.25);
  EXPECT_GT(slower(1), 2);
  PlanRequest one = request_of(1'000'000, 5);
  one.replicas = 1;
  one.written_by = 1;
  const auto alone = make_plan(one);
  ASSERT_TRUE(alone.ok());
  EXPECT_FALSE(alone->search_one_away.has_value());
}

TEST(ClusterPlan, WhatAClusterDoesNotHoldIsSaid) {
  const PlanRequest large = request_of(100'000'000, 1000);
  const Plan plan = sized(large);
  EXPECT_FALSE(plan.fits());
  EXPECT_GT(plan.parts, kMostParts);
  EXPECT_THAT(plan.beyond, testing::Contains(testing::HasSubstr("a cluster has 256 at most")));
  EXPECT_TRUE(sized(request_of(1'000'000, 5)).fits());
}

TEST(ClusterPlan, WhatNoNumberOfPartsHoldsIsRefusedWithWhatToChange) {
  PlanRequest request = request_of(100'000'000, 1000);
  request.machine.cores = 4;
  const auto few_cores = size_plan(request);
  ASSERT_FALSE(few_cores.ok());
  EXPECT_THAT(few_cores.error().message, testing::HasSubstr("--replicas"));
  request = request_of(1'000'000, 1);
  request.machine.memory_gib = 0.1;
  const auto small = size_plan(request);
  ASSERT_FALSE(small.ok());
  EXPECT_EQ(small.error().field, "--memory");
}

TEST(ClusterPlan, NumbersBeyondTheirBoundsAreRefused) {
  const auto refused = [](const char* flag, auto change) {
    PlanRequest request = request_of(1000, 1);
    change(request);
    const auto out = size_plan(request);
    ASSERT_FALSE(out.ok()) << flag;
    EXPECT_EQ(out.error().kind, ErrorKind::kInvalidInput);
    EXPECT_EQ(out.error().field, flag);
  };
  refused("--people", [](PlanRequest& r) { r.people = 0; });
  refused("--people", [](PlanRequest& r) { r.people = 2'000'000'000; });
  refused("--fingers", [](PlanRequest& r) { r.fingers = 11; });
  refused("--search-fingers", [](PlanRequest& r) { r.search_fingers = 11; });
  refused("--searches-per-second", [](PlanRequest& r) { r.searches_per_s = 0; });
  refused("--searches-per-second", [](PlanRequest& r) { r.searches_per_s = std::numeric_limits<double>::quiet_NaN(); });
  refused("--changes-per-second", [](PlanRequest& r) { r.changes_per_s = -1; });
  refused("--unmatched", [](PlanRequest& r) { r.unmatched = 1.5; });
  refused("--replicas", [](PlanRequest& r) { r.replicas = 8; });
  refused("--written-by", [](PlanRequest& r) { r.written_by = 1; });
  refused("--written-by", [](PlanRequest& r) { r.written_by = 4; });
  refused("--most-use", [](PlanRequest& r) { r.most_use = 0.99; });
  refused("--cores", [](PlanRequest& r) { r.machine.cores = 0; });
  refused("--network", [](PlanRequest& r) { r.machine.network_gbit_per_s = 0; });
}

TEST(ClusterPlan, AnotherSeedIsAnotherSimulationOfTheSameCluster) {
  const PlanRequest request = request_of(20'000'000, 40);
  PlanRequest other = request;
  other.seed = 2;
  const auto first = make_plan(request);
  const auto again = make_plan(request);
  const auto second = make_plan(other);
  ASSERT_TRUE(first.ok() && again.ok() && second.ok());
  EXPECT_EQ(first->search.p999_s, again->search.p999_s);
  EXPECT_EQ(first->search.mean_s, again->search.mean_s);
  EXPECT_EQ(first->parts, second->parts);
  EXPECT_NE(first->search.mean_s, second->search.mean_s);
  EXPECT_NEAR(first->search.p50_s, second->search.p50_s, 0.05 * first->search.p50_s);
  EXPECT_LE(first->search.p50_s, first->search.p99_s);
  EXPECT_GE(first->search.p50_s, first->part_busy_s + first->part_alone_s);
}

TEST(ClusterPlan, CostsAreOfAllMachines) {
  PlanRequest request = request_of(5'000'000, 10);
  request.machine.price = 100;
  const Plan plan = sized(request);
  EXPECT_DOUBLE_EQ(plan.month, 100.0 * static_cast<double>(plan.machines()));
  EXPECT_NEAR(plan.million_searches, plan.month / (10 * 2'629'800.0) * 1e6, 1e-6);
}

// With a little less growth than is said the parts hold it, with a little more they are too few.
TEST(ClusterPlan, GrowthUntilALimitIsWhatIsLeftOfIt) {
  const Plan searched = sized(request_of(20'000'000, 32));
  const Use& cores = use_of(searched, "part: cores, with one replica away");
  const double searches = searches_until(cores);
  ASSERT_GT(searches, 1.02);
  EXPECT_EQ(sized(request_of(20'000'000, 32 * searches * 0.995)).parts, searched.parts);
  EXPECT_GT(sized(request_of(20'000'000, 32 * searches * 1.005)).parts, searched.parts);
  const Use& memory = use_of(searched, "part: memory");
  EXPECT_EQ(searches_until(memory), 0);

  const Plan held = sized(request_of(48'000'000, 0.01));
  const double people = people_until(use_of(held, "part: memory"));
  ASSERT_GT(people, 1.02);
  const auto grown = [&](double by) { return static_cast<std::uint64_t>(48e6 * people * by); };
  EXPECT_EQ(sized(request_of(grown(0.99), 0.01)).parts, held.parts);
  EXPECT_GT(sized(request_of(grown(1.01), 0.01)).parts, held.parts);
}

TEST(ClusterPlan, APartsWorkIsThatOfAGallery) {
  const auto one = index::search_work(1'000'000, 1);
  EXPECT_DOUBLE_EQ(index::predict({1'000'000, 2, 0, 4}).search_s, one.fixed_s + one.shared_s() / 4);
  // Several fingers are looked at each, and as much is compared.
  const auto four = index::search_work(1'000'000, 4);
  EXPECT_DOUBLE_EQ(four.look_s, 4 * one.look_s);
  EXPECT_NEAR(four.compare_s, one.compare_s, 1e-6 * one.compare_s);
  EXPECT_EQ(index::elsewhere_work(1'000'000, 1).shared_s(), 0);
  EXPECT_DOUBLE_EQ(index::elsewhere_work(1'000'000, 10).look_s, 9 * one.look_s);
  PlanRequest request = request_of(1'000'000, 0.001);
  request.unmatched = 0;
  EXPECT_DOUBLE_EQ(sized(request).look_s, one.look_s);
}

// -- The bytes that are counted are those of real messages ------------------------------------------------------------

engine::Probe probe_of(std::size_t fingers) {
  engine::Probe out;
  for (std::size_t i = 0; i < fingers; ++i) {
    const auto finger = engine::sample(engine::FingerPosition::kRightIndex, tests::random_finger(40 + i));
    out.samples.push_back(
        {static_cast<std::uint8_t>(i + 1), engine::PreparedContent(codec::read_template(finger).value())});
  }
  return out;
}

double question_bytes(std::size_t fingers) {
  Asker asker{"https://id.example", "officer-17", engine::SignedInBy::kToken, {"officer"}, "border.identity",
              "req-0001",           5000};
  const auto bytes = encode(Asked{asker, SearchPart{probe_of(fingers), {"default"}}});
  EXPECT_TRUE(bytes.ok());
  return static_cast<double>(bytes->size());
}

TEST(ClusterPlan, AQuestionIsAsLongAsIsCounted) {
  const double one = question_bytes(1);
  const double four = question_bytes(4);
  const double each = (four - one) / 3;
  constexpr double kSeal = 46;  // head and tag
  // These prints are smaller than most; a usual one's template is as long as docs/capacity.md says.
  const auto written = [](const engine::ProbeSample& sample) {
    const auto bytes = codec::native_form(Modality::kFinger).write(sample.content.content());
    EXPECT_TRUE(bytes.ok());
    return static_cast<double>(bytes->size());
  };
  double templates = 0;
  for (const auto& sample : probe_of(4).samples) templates += written(sample);
  const double beside = each - (templates - written(probe_of(1).samples[0])) / 3;
  EXPECT_GE(beside, 0);
  EXPECT_LT(beside, 30);
  EXPECT_NEAR(cost::kQuestionFingerBytes, static_cast<double>(index::kRecordFingerBytes) + beside, 30);
  EXPECT_NEAR(cost::kQuestionBytes, one - each + kSeal, 0.2 * (one - each + kSeal));
}

double answer_bytes(std::size_t persons) {
  engine::PartAnswer answer;
  for (std::size_t i = 0; i < persons; ++i) {
    engine::ScoredPerson person;
    person.person_id = "0198c1f2-6a4e-7c11-8f2a-0123456789" + std::to_string(10 + i);
    engine::SampleScore score;
    score.encounter_id = "0198c1f2-6a4e-7c11-8f2a-0123456789ab";
    person.scores.push_back(score);
    person.by_finger.push_back({engine::FingerPosition::kRightIndex, 0, 12.5, true});
    answer.persons.push_back(std::move(person));
  }
  const auto bytes = encode(Result<engine::PartAnswer>(std::move(answer)));
  EXPECT_TRUE(bytes.ok());
  return static_cast<double>(bytes->size());
}

TEST(ClusterPlan, AnAnswerIsAsLongAsIsCounted) {
  constexpr double kSeal = 46;
  const double none = answer_bytes(0);
  const double each = (answer_bytes(10) - none) / 10;
  EXPECT_NEAR(cost::kAnswerPersonBytes, each, 0.2 * each);
  EXPECT_NEAR(cost::kAnswerBytes, none + kSeal, 0.2 * (none + kSeal));
  const auto asked = encode(Asked{{}, TellPosition{}});
  const auto told = encode(Result<Position>(Position{3, 1000, 1000, true, "b1", ""}));
  ASSERT_TRUE(asked.ok() && told.ok());
  const double position = static_cast<double>(asked->size() + told->size()) + 2 * kSeal;
  EXPECT_NEAR(cost::kPositionBytes, position, 0.2 * position);
}

}  // namespace
}  // namespace whorl::cluster
