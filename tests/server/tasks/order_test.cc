// In which order work is done and results are sent.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "base/catalogue.h"
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

using Names = std::vector<engine::TaskName>;

Names names_in(const std::string& json) {
  Reply reply;
  reply.body = json;
  return named_in(reply);
}

TEST(TaskNamesTest, WhomAResultNamesIsFound) {
  EXPECT_EQ(
      names_in(R"([{"personId":"anna","rank":1},{"personId":"bert"},{"otherPersonId":"carl","personId":"anna"}])"),
      (Names{{"anna", ""}, {"bert", ""}, {"carl", ""}}));
  EXPECT_EQ(names_in(R"({"reasonArguments":{"person":"dora","other_person":"emil"},"candidates":[]})"),
            (Names{{"dora", ""}, {"emil", ""}}))
      << "no candidate does";
  EXPECT_EQ(names_in(R"({"pairs": [ { "personId" : "anna", "score":1, "otherPersonId" : "bert" } ]})"),
            (Names{{"anna", ""}, {"bert", ""}}))
      << "however it is written";
  EXPECT_EQ(names_in(R"({"personId":"\u0061nna","encounterId":"visit"})"), (Names{{"anna", "visit"}}));
  EXPECT_EQ(names_in(R"([{"encounterId":"e1","personId":"anna"},{"personId":"anna","encounterId":"e2"}])"),
            (Names{{"anna", "e1"}, {"anna", "e2"}}));
  EXPECT_EQ(names_in(R"({"reasons":[{"code":"c","arguments":{"person":"anna","encounter":"e"}}]})"),
            (Names{{"anna", "e"}}));
}

TEST(TaskNamesTest, WhatOnlyLooksLikeANameNamesNobody) {
  for (const char* json :
       {R"({"contextualData":{"contactPerson":"anna"}})", R"({"contactPerson":"anna","thirdPersonId":"bert"})",
        R"({"biographicData":{"personId":"anna","parents":[{"personId":"bert"}]}})",
        R"({"clientData":"\"personId\":\"anna\""})", R"({"note":"the \"personId\":\"anna\" was said"})",
        R"({"person":"anna"})", R"({"persons":["anna"],"personId":7})", R"({"personId":null})", R"("personId")",
        R"([])"}) {
    EXPECT_EQ(names_in(json), Names{}) << json;
  }
  EXPECT_EQ(names_in(R"({"contextualData":{"a":[{"b":{}}],"personId":"bert"},"personId":"anna"})"),
            (Names{{"anna", ""}}))
      << "what comes after it is read again";
}

TEST(TaskNamesTest, AnErrorNamesWhomItsReasonNames) {
  const auto named = [](const Error& error) { return named_in(error_reply(error, "request")); };
  EXPECT_EQ(named(failure(ErrorCode::kUnknownPerson, "personIds", with<"person">("anna"))), (Names{{"anna", ""}}));
  EXPECT_EQ(named(failure(ErrorCode::kEncounterExists, with<"encounter">("e"), with<"person">("anna"))),
            (Names{{"anna", "e"}}));
  EXPECT_EQ(named(failure(ErrorCode::kTasksFull)), Names{});
  EXPECT_EQ(named(internal_error("about anna")), Names{}) << "which is not told";
  EXPECT_EQ(named(invalid_input("anna is not well")), Names{{}}) << "it may be anybody";
}

TEST(TaskNamesTest, WhatCannotBeReadMayNameAnybody) {
  Reply reply;
  reply.body = "personId,encounterId\r\nanna,e\r\n";
  reply.content_type = "text/csv";
  EXPECT_EQ(named_in(reply), Names{{}});
  EXPECT_EQ(names_in(R"({"personId":"anna")"), Names{{}});
  EXPECT_EQ(names_in(R"({"personId":"anna"} and more)"), Names{{}});
  std::string many = "[";
  for (int i = 0; i < 3000; ++i) many += (i == 0 ? "" : ",") + (R"({"personId":"p)" + std::to_string(i)) + "\"}";
  EXPECT_EQ(names_in(many + "]"), Names{{}});
  reply.content_type.clear();
  reply.body.clear();
  EXPECT_TRUE(named_in(reply).empty());
}

TEST(TaskNamesTest, ARequestNamesWhomItsListNames) {
  EXPECT_EQ(named_in_request(R"({"personIds":["anna","bert"],"biometricData":[{"image":"AAEC"}]})"),
            (Names{{"anna", ""}, {"bert", ""}}));
  EXPECT_EQ(named_in_request(R"({"contextualData":{"personIds":["anna"]},"biometricData":[]})"), Names{});
  EXPECT_EQ(named_in_request(""), Names{});
  EXPECT_EQ(named_in_request("nonsense"), Names{});
}

}  // namespace
}  // namespace whorl::server
