// Tasks as bytes, and the desk: order, room, restarts, whose they are.
#include "server/tasks/task.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "base/catalogue.h"
#include "server/tasks/task_desk.h"
#include "tests/server/fake_task_store.h"

namespace whorl::server {
namespace {

using tests::FakeTaskStore;

Task full_task() {
  Task task;
  task.id = "id";
  task.number = 7;
  task.state = TaskState::kRetry;
  task.priority = 9;
  task.service_level = 3;
  task.tries = 4;
  task.created_ms = 5;
  task.done_ms = 6;
  task.next_ms = 8;
  task.callback = "http://127.0.0.1:1/x";
  task.transaction_id = "t";
  task.who = {
      "issuer", "desk", {"abis.identify"}, engine::SignedInBy::kToken, {"officer"}, std::vector<std::string>{"asylum"}};
  task.request.method = "POST";
  task.request.target = "/v1/persons";
  task.request.accept = "a";
  task.request.keys = {"k"};
  task.request.id = "r";
  task.request_bytes = 11;
  task.begun = 2;
  task.result_bytes = 12;
  task.names = {{"anna", "visit"}, {"bert", ""}};
  task.key.emplace().key[3] = 5;
  task.status = 200;
  task.content_type = "application/json";
  task.headers = {{"Whorl-Decision", "match"}};
  return task;
}

TEST(TaskBytesTest, WhatIsKeptComesBack) {
  const Bytes bytes = encode_task(full_task());
  const auto back = parse_task("id", bytes);
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(encode_task(*back), bytes);
  EXPECT_EQ(back->who.galleries, full_task().who.galleries);
  EXPECT_EQ(back->headers, full_task().headers);
  EXPECT_EQ(back->names, full_task().names);
  EXPECT_EQ(back->key->key, full_task().key->key);
}

TEST(TaskBytesTest, TasksOfBeforeThereWereNamesAreRead) {
  Task task = full_task();
  task.names.clear();
  task.key.reset();
  task.begun = 0;
  task.result_bytes = 0;
  Bytes bytes = encode_task(task);
  bytes[0] = 1;
  bytes.resize(bytes.size() - (4 + 8 + 2 + 1));
  const auto back = parse_task("id", bytes);
  ASSERT_TRUE(back.ok()) << back.error().text();
  EXPECT_EQ(encode_task(*back), encode_task(task));
}

TEST(TaskBytesTest, NoCutOrChangedBytesAreTakenForATaskWithoutNotice) {
  const Bytes bytes = encode_task(full_task());
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    EXPECT_FALSE(parse_task("id", ByteView(bytes).first(n)).ok()) << n;
  }
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    Bytes changed = bytes;
    changed[i] ^= 0xff;
    const auto read = parse_task("id", changed);  // no crash; what is read is within its bounds
    if (!read.ok()) continue;
    EXPECT_LE(read->priority, kHighestPriority);
  }
}

TEST(TaskBytesTest, WaitsGrowAndEnd) {
  EXPECT_EQ(wait_ms(1), 1000U);
  EXPECT_EQ(wait_ms(2), 2000U);
  EXPECT_EQ(wait_ms(5), 16000U);
  EXPECT_EQ(wait_ms(1000), 600'000U);
  // Three tries in the first minute.
  EXPECT_LT(wait_ms(1) + wait_ms(2) + wait_ms(3), 60'000U);
}

class TaskDeskTest : public testing::Test {
 protected:
  std::unique_ptr<TaskDesk> open(TaskLimits limits = {}, World& world = real_world()) {
    auto desk = TaskDesk::open(store_, world, rules_, limits);
    EXPECT_TRUE(desk.ok());
    return std::move(desk).value();
  }
  Task task(int priority, const std::string& subject = "local") {
    Task out;
    out.priority = priority;
    out.callback = "http://127.0.0.1:9/x";
    out.request.method = "GET";
    out.request.target = "/v1/galleries?transactionId=t";
    if (subject != "local") {
      out.who.subject = subject;
      out.who.by = engine::SignedInBy::kToken;
    }
    return out;
  }
  std::string accept(TaskDesk& desk, Task task, const std::string& body = "") {
    auto id = desk.accept(std::move(task), body);
    EXPECT_TRUE(id.ok()) << id.error().text();
    return id.ok() ? *id : "";
  }

  FakeTaskStore store_;
  std::shared_ptr<const CallbackRules> rules_ = *CallbackRules::load({}, {"http://127.0.0.1:*"});
};

TEST_F(TaskDeskTest, WorkGoesByPriorityThenLevelThenArrival) {
  const auto desk = open();
  const std::string low = accept(*desk, task(0));
  const std::string usual = accept(*desk, task(5));
  Task level = task(5);
  level.service_level = 9;
  const std::string better = accept(*desk, level);
  const std::string second = accept(*desk, task(5));
  const std::string high = accept(*desk, task(9));
  std::vector<std::string> order;
  for (int i = 0; i < 5; ++i) order.push_back(desk->take()->id);
  EXPECT_EQ(order, (std::vector<std::string>{high, better, usual, second, low}));
}

TEST_F(TaskDeskTest, WhatWasAcceptedIsThereAfterARestartAndInItsOrder) {
  std::string first;
  std::string second;
  {
    const auto desk = open();
    first = accept(*desk, task(5));
    second = accept(*desk, task(5));
    EXPECT_EQ(desk->take()->id, first);  // and the process ends while it is worked on
  }
  const auto desk = open();
  EXPECT_EQ(desk->take()->id, first);
  EXPECT_EQ(desk->take()->id, second);
  EXPECT_EQ(*desk->state(first, {}), TaskState::kPending);
}

TEST_F(TaskDeskTest, AResultIsSentUntilItArrivesAndOnceMoreWhereItIsAskedFor) {
  const auto desk = open();
  const std::string id = accept(*desk, task(5));
  ASSERT_TRUE(desk->take());
  EXPECT_TRUE(desk->due(9, 9).empty());
  Reply reply;
  reply.body = "[]";
  desk->done(id, reply);
  EXPECT_EQ(*desk->state(id, {}), TaskState::kScheduled);
  ASSERT_EQ(desk->due(9, 9).size(), 1U);
  EXPECT_TRUE(desk->due(9, 9).empty());  // it is under way
  EXPECT_EQ(desk->counts().unsent, 1U);  // and not there yet
  desk->not_sent(id);
  EXPECT_EQ(*desk->state(id, {}), TaskState::kRetry);
  EXPECT_TRUE(desk->due(9, 9).empty());  // not yet
  ASSERT_TRUE(desk->send_again(id, {}).ok());
  ASSERT_EQ(desk->due(9, 9).size(), 1U);
  desk->sent(id);
  EXPECT_EQ(*desk->state(id, {}), TaskState::kCompleted);
  ASSERT_TRUE(desk->send_again(id, {}).ok());
  ASSERT_EQ(desk->due(9, 9).size(), 1U);
  EXPECT_EQ(std::string(as_text(**store_.result(id))), "[]");
  EXPECT_FALSE((*store_.request(id)).has_value());
}

TEST_F(TaskDeskTest, SendingEndsAfterSoManyTriesUntilItIsAskedFor) {
  const auto desk = open({.most_sendings = 1});
  const std::string id = accept(*desk, task(5));
  ASSERT_TRUE(desk->take());
  desk->done(id, Reply{});
  ASSERT_EQ(desk->due(9, 9).size(), 1U);
  desk->not_sent(id);
  EXPECT_EQ(*desk->state(id, {}), TaskState::kError);
  EXPECT_TRUE(desk->due(9, 9).empty());
  ASSERT_TRUE(desk->send_again(id, {}).ok());
  EXPECT_EQ(desk->due(9, 9).size(), 1U);
}

TEST_F(TaskDeskTest, OneSlowOriginTakesNotAllThePlaces) {
  const auto desk = open();
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(accept(*desk, task(5)));
  Task other = task(5);
  other.callback = "http://127.0.0.1:10/x";
  ids.push_back(accept(*desk, other));
  for (std::size_t i = 0; i < ids.size(); ++i) desk->done(desk->take()->id, Reply{});
  const auto due = desk->due(9, 2);
  ASSERT_EQ(due.size(), 3U);
  EXPECT_EQ(std::count_if(due.begin(), due.end(), [&](const Task& t) { return t.id == ids.back(); }), 1);
}

TEST_F(TaskDeskTest, FloodsEndAtTheirBounds) {
  const auto desk = open({.most_waiting = 4, .most_waiting_bytes = 100});
  EXPECT_FALSE(desk->accept(task(5), std::string(101, 'x')).ok());
  accept(*desk, task(5, "a"));
  accept(*desk, task(5, "a"));
  EXPECT_FALSE(desk->accept(task(5, "a"), "").ok());  // half of what is left is for others
  accept(*desk, task(5, "b"));
  accept(*desk, task(5));
  const auto full = desk->accept(task(5), "");
  ASSERT_FALSE(full.ok());
  EXPECT_EQ(full.error().kind, ErrorKind::kExhausted);
  EXPECT_EQ(store_.size(), 4U);
}

TEST_F(TaskDeskTest, DeliveredResultsMakeRoomAndOthersDoNot) {
  const auto desk = open({.most_kept = 2});
  const std::string first = accept(*desk, task(5));
  accept(*desk, task(5));
  EXPECT_FALSE(desk->accept(task(5), "").ok());
  desk->done(desk->take()->id, Reply{});
  EXPECT_FALSE(desk->accept(task(5), "").ok());
  ASSERT_EQ(desk->due(1, 1).size(), 1U);
  desk->sent(first);
  accept(*desk, task(5));
  EXPECT_FALSE(desk->state(first, {}).ok());
}

TEST_F(TaskDeskTest, ResultsAreKeptForTheirTimeAlone) {
  const auto desk = open({.keep = std::chrono::milliseconds(0)});
  const std::string id = accept(*desk, task(5));
  desk->tidy();
  EXPECT_TRUE(desk->state(id, {}).ok());  // accepted work does not age
  ASSERT_TRUE(desk->take());
  desk->done(id, Reply{});
  desk->tidy();
  EXPECT_FALSE(desk->state(id, {}).ok());
  EXPECT_EQ(store_.size(), 0U);
}

TEST_F(TaskDeskTest, SomebodyElsesTaskIsNoTask) {
  const auto desk = open();
  const std::string id = accept(*desk, task(5, "a"));
  const engine::Principal owner = task(5, "a").who;
  EXPECT_TRUE(desk->state(id, owner).ok());
  EXPECT_FALSE(desk->state(id, task(5, "b").who).ok());
  EXPECT_FALSE(desk->send_again(id, {}).ok());
  engine::Principal other_issuer = owner;
  other_issuer.issuer = "another";
  EXPECT_FALSE(desk->state(id, other_issuer).ok());
}

TEST_F(TaskDeskTest, WhatTheDiskRefusesIsNotAccepted) {
  const auto desk = open();
  store_.refuse(unavailable("the disk is full"));
  EXPECT_FALSE(desk->accept(task(5), "").ok());
  EXPECT_EQ(desk->counts().waiting, 0U);
  store_.refuse({});
  const std::string id = accept(*desk, task(5));
  ASSERT_TRUE(desk->take());
  store_.refuse(unavailable("the disk is full"));
  desk->done(id, Reply{});
  EXPECT_EQ(*desk->state(id, {}), TaskState::kPending);  // its result is not kept: it is worked on again
}

TEST_F(TaskDeskTest, AddressesThatAreNotAllowedAreRefused) {
  const auto desk = open();
  for (const char* url : {"http://localhost:9/x", "http://[::1]:9/", "http://2130706433:9/", "https://127.0.0.1:9/",
                          "http://127.0.0.1.nip.example:9/"}) {
    Task bad = task(5);
    bad.callback = url;
    EXPECT_FALSE(desk->accept(bad, "").ok()) << url;
  }
  EXPECT_EQ(store_.size(), 0U);
}

TEST_F(TaskDeskTest, WorkThatEndsTheProcessIsNotTriedForEver) {
  std::string id;
  for (std::uint32_t start = 0; start < TaskLimits{}.most_begun; ++start) {
    const auto desk = open();
    if (start == 0) id = accept(*desk, task(5));
    ASSERT_EQ(desk->take()->id, id);
    const auto begun = desk->begin(id);
    ASSERT_TRUE(begun.ok());
    EXPECT_TRUE(*begun) << start;  // and the process ends
  }
  const auto desk = open();
  ASSERT_EQ(desk->take()->id, id);
  EXPECT_FALSE(*desk->begin(id));
}

TEST_F(TaskDeskTest, WorkThatIsPutOffMayBeginAgain) {
  const auto desk = open();
  const std::string id = accept(*desk, task(5));
  for (std::uint32_t i = 0; i <= TaskLimits{}.most_begun; ++i) {
    ASSERT_TRUE(desk->begin(id).ok());
    desk->go_on(id);
  }
  EXPECT_TRUE(*desk->begin(id));
  EXPECT_EQ(*desk->state(id, {}), TaskState::kPending);
}

TEST_F(TaskDeskTest, ResultsHaveABoundInBytesAndNobodyHasAllOfIt) {
  // What was done first goes first: no two are done in one millisecond of this clock.
  const auto world = make_seeded_world(7);
  const auto desk = open({.most_kept_bytes = 40'000, .most_runs = 2}, *world);
  Reply large;
  large.body = std::string(15'000, 'x');
  const auto finish = [&](const std::string& subject) {
    std::string id = accept(*desk, task(5, subject));
    const auto taken = desk->take();
    if (!taken) return std::string();
    desk->done(taken->id, large);
    return id;
  };
  const std::string first = finish("a");
  const std::string second = finish("a");
  EXPECT_EQ(desk->counts().kept_bytes, 30'000U);
  EXPECT_FALSE(desk->accept(task(5, "a"), "").ok()) << "the rest is for others";
  // There is no room for what this one comes to: it is tried again, and then answered with that.
  const std::string third = accept(*desk, task(5, "b"));
  ASSERT_EQ(desk->take()->id, third);
  desk->done(third, large);
  EXPECT_EQ(*desk->state(third, task(5, "b").who), TaskState::kPending);
  desk->done(third, large);
  EXPECT_EQ(*desk->state(third, task(5, "b").who), TaskState::kScheduled);
  EXPECT_NE(as_text(**store_.result(third)).find("too many"), std::string_view::npos);
  EXPECT_LE(desk->counts().kept_bytes, 40'000U);
  // What is delivered makes room.
  for (const Task& each : desk->due(9, 9)) desk->sent(each.id);
  EXPECT_TRUE(desk->accept(task(5, "a"), "").ok());
  EXPECT_FALSE(desk->state(first, task(5, "a").who).ok());
}

TEST_F(TaskDeskTest, WhoIsErasedIsNotBroughtBackByWhatWaits) {
  const auto desk = open();
  Task put = task(5);
  put.names = {{"anna", "visit"}};
  Task other = task(5);
  other.names = {{"anna", "another"}};
  const std::string id = accept(*desk, put);
  const std::string another = accept(*desk, other);
  EXPECT_TRUE(*desk->clear({"anna", "visit"}, {}));
  EXPECT_EQ(*desk->state(id, {}), TaskState::kScheduled);
  EXPECT_NE(as_text(**store_.result(id)).find("erased"), std::string_view::npos);
  EXPECT_EQ(as_text(**store_.result(id)).find("anna"), std::string_view::npos);
  EXPECT_EQ(*desk->state(another, {}), TaskState::kPending);
  EXPECT_TRUE(*desk->clear({"anna", ""}, {}));
  EXPECT_EQ(*desk->state(another, {}), TaskState::kScheduled);
  EXPECT_FALSE(*desk->clear({"anna", ""}, {}));
}

TEST_F(TaskDeskTest, AnErasureWaitsForWhatIsWorkedOn) {
  const auto desk = open();
  Task put = task(5);
  put.names = {{"anna", ""}};
  const std::string id = accept(*desk, put);
  ASSERT_TRUE(desk->take());
  EXPECT_FALSE(desk->clear({"anna", ""}, std::chrono::steady_clock::now()).ok());
  std::thread worker([&] { desk->done(id, Reply{}); });
  // Whichever is first, nothing about them is worked on any more when the erasure goes on.
  EXPECT_TRUE(desk->clear({"anna", ""}, std::chrono::steady_clock::now() + std::chrono::seconds(60)).ok());
  EXPECT_EQ(*desk->state(id, {}), TaskState::kScheduled);
  worker.join();
}

TEST_F(TaskDeskTest, ASearchThatFoundWhoWasErasedMeanwhileNamesNobody) {
  const auto desk = open();
  const std::string id = accept(*desk, task(5));
  ASSERT_TRUE(desk->take());
  ASSERT_TRUE(*desk->begin(id));
  EXPECT_EQ(store_.begun(), std::vector<std::string>{id});
  store_.erase_while_worked_on("anna");
  Reply found;
  found.body = R"([{"personId":"anna","rank":1}])";
  desk->done(id, found);
  EXPECT_EQ(*desk->state(id, {}), TaskState::kScheduled);
  const std::string told(as_text(**store_.result(id)));
  EXPECT_NE(told.find("was erased after this was accepted"), std::string::npos) << told;
  EXPECT_EQ(told.find("anna"), std::string::npos);
  ASSERT_EQ(desk->due(9, 9).size(), 1U) << "its sender is told";
}

TEST_F(TaskDeskTest, AResultNamesWhomItsRequestNamed) {
  const auto desk = open();
  Task read = task(5);
  read.names = {{"anna", "visit"}};
  const std::string id = accept(*desk, read);
  ASSERT_TRUE(desk->take());
  Reply found;
  found.body = R"({"encounterId":"visit","biometricData":[]})";
  desk->done(id, found);
  const std::vector<engine::TaskName> once{{"anna", "visit"}};
  auto names = store_.names_of(id);
  EXPECT_EQ(names.size(), 2U) << "of the request, and of the result";
  EXPECT_EQ(names.front(), once.front());
  EXPECT_EQ(names.back(), once.front());
}

TEST_F(TaskDeskTest, OneKeyIsOneTask) {
  const auto desk = open();
  Task keyed = task(5);
  keyed.key.emplace().key[0] = 1;
  const std::string id = accept(*desk, keyed);
  EXPECT_EQ(accept(*desk, keyed), id);
  Task other = keyed;
  other.key->request[0] = 1;
  const auto refused = desk->accept(other, "");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().reason.code, ErrorCode::kKeyReused);
  EXPECT_EQ(store_.size(), 1U);
  store_.refuse(unavailable("the disk is full"));
  Task third = task(5);
  third.key.emplace().key[0] = 3;
  EXPECT_FALSE(desk->accept(third, "").ok());
  store_.refuse({});
  EXPECT_TRUE(desk->accept(third, "").ok()) << "what was not accepted has no key";
}

TEST_F(TaskDeskTest, WhatAnErasureTookIsNoTaskAnyMoreWhateverWasKnownOfIt) {
  const auto desk = open();
  const auto delivered = [&] {
    std::string id = accept(*desk, task(5));
    desk->done(desk->take()->id, Reply{});
    for (const Task& each : desk->due(9, 9)) desk->sent(each.id);
    EXPECT_EQ(*desk->state(id, {}), TaskState::kCompleted);
    return id;
  };
  const std::string asked = delivered();
  const std::string wanted = delivered();
  const std::string kept = delivered();
  store_.erase_bodies(asked);
  store_.erase_bodies(wanted);
  EXPECT_EQ(desk->state(asked, {}).error().reason.code, ErrorCode::kUnknownTask);
  EXPECT_EQ(desk->send_again(wanted, {}).error().reason.code, ErrorCode::kUnknownTask);
  EXPECT_TRUE(desk->due(9, 9).empty());
  EXPECT_EQ(store_.size(), 1U) << "nothing of them is kept";
  EXPECT_EQ(desk->counts().kept, 1U);
  EXPECT_EQ(*desk->state(kept, {}), TaskState::kCompleted);
  store_.refuse_reading(unavailable("the disk does not say"));
  EXPECT_EQ(desk->state(kept, {}).error().kind, ErrorKind::kUnavailable);
  store_.refuse_reading({});
  EXPECT_EQ(*desk->state(kept, {}), TaskState::kCompleted);
}

TEST_F(TaskDeskTest, WhatAnErasureTookWhileItWasSentIsNotPutBack) {
  const auto desk = open();
  for (const bool arrived : {true, false}) {
    const std::string id = accept(*desk, task(5));
    desk->done(desk->take()->id, Reply{});
    ASSERT_EQ(desk->due(9, 9).size(), 1U);
    store_.erase_bodies(id);
    EXPECT_FALSE(desk->state(id, {}).ok());
    arrived ? desk->sent(id) : desk->not_sent(id);
    EXPECT_EQ(store_.size(), 0U) << arrived;
    EXPECT_EQ(desk->counts().kept, 0U);
  }
  // The places of its address are free again.
  for (int i = 0; i < 2; ++i) accept(*desk, task(5));
  for (int i = 0; i < 2; ++i) desk->done(desk->take()->id, Reply{});
  EXPECT_EQ(desk->due(9, 2).size(), 2U);
}

TEST_F(TaskDeskTest, WhatAnErasureTookIsNotThereAfterARestart) {
  std::string gone;
  std::string kept;
  {
    const auto desk = open();
    gone = accept(*desk, task(5));
    kept = accept(*desk, task(5));
    for (int i = 0; i < 2; ++i) desk->done(desk->take()->id, Reply{});
    store_.erase_bodies(gone);
  }
  const auto desk = open();
  EXPECT_FALSE(desk->state(gone, {}).ok());
  EXPECT_EQ(*desk->state(kept, {}), TaskState::kScheduled);
  EXPECT_EQ(desk->due(9, 9).size(), 1U);
  EXPECT_EQ(store_.size(), 1U);
}

TEST_F(TaskDeskTest, AResultThatVanishedWithWhomItNamesIsNoTaskAnyMore) {
  const auto desk = open();
  const std::string id = accept(*desk, task(5));
  ASSERT_TRUE(desk->take());
  desk->done(id, Reply{});
  ASSERT_EQ(desk->due(1, 1).size(), 1U);
  desk->vanished(id);
  EXPECT_FALSE(desk->state(id, {}).ok());
  EXPECT_EQ(store_.size(), 0U);
  EXPECT_EQ(desk->counts().kept, 0U);
}

}  // namespace
}  // namespace whorl::server
