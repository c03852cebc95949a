// In which order work is done and results are sent.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "server/tasks/send_order.h"
#include "server/tasks/task_names.h"
#include "server/tasks/work_order.h"

namespace whorl::server {
namespace {

Task task_of(std::uint64_t number, const std::vector<std::string>& persons, int priority = kUsualPriority) {
  Task out;
  out.id = "t" + std::to_string(number);
  out.number = number;
  out.priority = priority;
  for (const std::string& person : persons) out.names.push_back({person, {}});
  return out;
}

TEST(WorkOrderTest, WhatNamesOnePersonIsDoneInTheOrderInWhichItCame) {
  WorkOrder work;
  work.add(task_of(1, {"anna"}));          // makes her
  work.add(task_of(2, {"bert", "anna"}));  // moves something of hers
  work.add(task_of(3, {"carl"}));
  EXPECT_EQ(work.take(0), "t1");
  EXPECT_EQ(work.take(0), "t3") << "passes over what waits for the first";
  EXPECT_EQ(work.take(0), std::nullopt);
  work.remove("t1");
  EXPECT_EQ(work.take(0), "t2");
}

TEST(WorkOrderTest, AnUrgentRequestBringsWhatItWaitsForForward) {
  WorkOrder work;
  work.add(task_of(1, {"anna"}, 0));
  work.add(task_of(2, {"bert"}, 5));
  work.add(task_of(3, {"anna"}, 9));
  EXPECT_EQ(work.take(0), "t1");
  EXPECT_EQ(work.take(0), "t2");
  work.remove("t1");
  EXPECT_EQ(work.take(0), "t3");
}

TEST(WorkOrderTest, WhatIsPutOffHoldsUpThoseAboutTheSamePersonAlone) {
  WorkOrder work;
  work.add(task_of(1, {"anna"}));
  work.add(task_of(2, {"anna"}));
  work.add(task_of(3, {}));
  EXPECT_EQ(work.take(0), "t1");
  work.put_back("t1", 100);
  EXPECT_EQ(work.take(0), "t3");
  EXPECT_EQ(work.take(50), std::nullopt);
  EXPECT_EQ(work.take(100), "t1");
  work.remove("t1");
  EXPECT_EQ(work.take(100), "t2");
}

TEST(WorkOrderTest, WhatGoesOnLetsOthersGoFirst) {
  WorkOrder work;
  work.add(task_of(1, {}));
  work.add(task_of(2, {}));
  EXPECT_EQ(work.take(0), "t1");
  work.put_back("t1", 0, 3);
  EXPECT_EQ(work.take(0), "t2");
  EXPECT_EQ(work.take(0), "t1");
}

TEST(WorkOrderTest, SomebodysRequestsAreNeverWorkedOnTwoAtATimeNorOutOfOrder) {
  std::mt19937 random(17);
  for (int round = 0; round < 50; ++round) {
    WorkOrder work;
    std::map<std::string, std::uint64_t> last;  // by person, the last number that was begun
    std::map<std::string, std::vector<std::string>> under_way;
    std::set<std::string> busy;
    std::map<std::string, std::pair<std::uint64_t, std::vector<std::string>>> all;
    constexpr std::uint64_t kTasks = 60;
    for (std::uint64_t n = 1; n <= kTasks; ++n) {
      std::vector<std::string> persons;
      for (auto i = random() % 3; i > 0; --i) persons.emplace_back(1, static_cast<char>(0x61 + random() % 5));
      all["t" + std::to_string(n)] = {n, persons};
      work.add(task_of(n, persons, static_cast<int>(random() % 10)));
    }
    std::size_t done = 0;
    while (done < kTasks) {
      const auto id = work.take(0);
      if (id && under_way.size() < 4) {
        for (const std::string& person : all.at(*id).second) {
          EXPECT_EQ(busy.count(person), 0U) << person;
          EXPECT_LE(last[person], all.at(*id).first);
          last[person] = all.at(*id).first;
        }
        for (const std::string& person : all.at(*id).second) busy.insert(person);
        under_way[*id] = all.at(*id).second;
        continue;
      }
      if (id) work.put_back(*id, 0);
      ASSERT_FALSE(under_way.empty()) << "nothing can be done, and nothing is";
      for (const std::string& person : under_way.begin()->second) busy.erase(person);
      work.remove(under_way.begin()->first);
      under_way.erase(under_way.begin());
      ++done;
    }
  }
}

TEST(SendOrderTest, OriginsTakeTurnsAndASlowOneHasNoMoreThanItsPlaces) {
  SendOrder sending;
  for (int i = 0; i < 100; ++i) sending.add("slow", 0, "s" + std::to_string(i));
  sending.add("quick", 0, "q");
  sending.add("later", 50, "l");
  const auto first = sending.take(0, 10, 2);
  EXPECT_EQ(first.size(), 3U);
  EXPECT_EQ(std::count(first.begin(), first.end(), "q"), 1);
  EXPECT_TRUE(sending.take(0, 10, 2).empty()) << "the slow one has its two";
  sending.over("slow");
  EXPECT_EQ(sending.take(0, 10, 2).size(), 1U);
  EXPECT_EQ(sending.take(50, 10, 2), std::vector<std::string>{"l"});
  EXPECT_EQ(sending.size(), 97U);
}

TEST(TaskNamesTest, WhomAResultNamesIsFound) {
  Reply reply;
  reply.body = R"([{"personId":"anna","rank":1},{"personId":"bert"},{"otherPersonId":"carl","personId":"anna"}])";
  EXPECT_EQ(persons_of(named_in(reply)), (std::vector<std::string>{"anna", "bert", "carl"}));
  reply.body = R"({"reasonArguments":{"person":"dora","other_person":"emil"},"candidates":[]})";
  EXPECT_EQ(persons_of(named_in(reply)), (std::vector<std::string>{"dora", "emil"})) << "no candidate does";
  reply.body = "personId,encounterId\r\nanna,e\r\n";
  reply.content_type = "text/csv";
  EXPECT_EQ(persons_of(named_in(reply)), std::vector<std::string>{""}) << "it may be anybody";
  reply.content_type.clear();
  reply.body.clear();
  EXPECT_TRUE(named_in(reply).empty());
}

}  // namespace
}  // namespace whorl::server
