// What is kept of tasks when people are erased: the whole way through a real socket, with the real engine and a real
// HTTP server that takes the results.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <thread>

#include "server/server.h"
#include "tests/engine/engine_fixture.h"
#include "tests/server/callback_server.h"
#include "tests/server/http_client.h"
#include "tests/server/native_items.h"
#include "tests/server/requests.h"

namespace whorl::tests {
namespace {

class ErasureWireTest : public testing::Test {
 protected:
  void SetUp() override { open(); }
  void TearDown() override { close(); }

  void open() {
    engine_ = engine::opened_engine(directory_.path() / "gallery");
    server::ServerConfig config;
    config.callback_origins = {"http://127.0.0.1:*"};
    auto started = server::Server::start(config, engine_);
    ASSERT_TRUE(started.ok()) << started.error().text();
    server_ = std::move(started).value();
  }
  void close() {
    server_.reset();
    engine_.reset();
  }

  HttpAnswer ask(std::string_view method, const std::string& target, const std::string& body = {},
                 const Headers& headers = {}) {
    HttpClient http(server_->port());
    const char sign = target.find('?') == std::string::npos ? '?' : '&';
    auto answer = http.ask(method, target + sign + "transactionId=t", body, headers);
    EXPECT_TRUE(answer.has_value()) << method << " " << target;
    return answer.value_or(HttpAnswer{});
  }

  void enrol(const std::string& person, const std::string& encounter, unsigned fingers,
             const std::string& gallery = "default") {
    std::string body = encounter_body(native_pair(fingers));
    body.replace(body.find("default"), 7, gallery);
    const auto answer = ask("POST", "/v1/persons/" + person + "/encounters/" + encounter, body);
    ASSERT_EQ(answer.status, 200) << answer.body;
  }

  // A task that was done, and what was sent of it, once the client has it.
  struct Sent {
    std::string task;
    std::string body;
  };
  Sent sent(std::string_view method, const std::string& target, const std::string& body = {},
            const Headers& headers = {}) {
    const std::size_t before = client_.count();
    const char sign = target.find('?') == std::string::npos ? '?' : '&';
    const auto answer = ask(method, target + sign + "callback=" + escaped(client_.url()), body, headers);
    EXPECT_EQ(answer.status, 202) << answer.body;
    if (answer.status != 202) return {};
    Sent out;
    out.task = boost::json::parse(answer.body).at("taskId").as_string().c_str();
    out.body = client_.wait_for(before + 1).back().body;
    EXPECT_TRUE(is_delivered(out.task));
    return out;
  }

  HttpAnswer status_of(const std::string& task) { return ask("GET", "/v1/tasks/" + task + "/status"); }
  bool is_delivered(const std::string& task) {
    for (int i = 0; i < 3000; ++i) {
      if (status_of(task).body == R"("COMPLETED")") return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }

  bool is_gone(const std::string& task) {
    return status_of(task).status == 404 && ask("POST", "/v1/tasks/" + task + "/redeliver").status == 404;
  }
  // Whether a head, or a result, of any task has the text in it.
  bool is_kept_anywhere(const std::string& text) {
    std::size_t damaged = 0;
    const auto all = engine_->tasks()->all(damaged);
    EXPECT_TRUE(all.ok());
    EXPECT_EQ(damaged, 0U);
    for (const engine::KeptTask& each : *all) {
      const auto result = engine_->tasks()->result(each.id);
      EXPECT_TRUE(result.ok());
      if (as_text(each.head).find(text) != std::string_view::npos) return true;
      if (*result && as_text(**result).find(text) != std::string_view::npos) return true;
    }
    return false;
  }

  static std::string claim_of(const std::string& person, const std::string& items) {
    return R"({"personIds":[")" + person + R"("],"biometricData":[)" + items + "]}";
  }

  TemporaryDirectory directory_;
  CallbackServer client_;
  std::shared_ptr<engine::Engine> engine_;
  std::unique_ptr<server::Server> server_;
};

// Four answers about anna are kept: what is known of her, a search that found her, a claim, and an error that names
// her.
TEST_F(ErasureWireTest, NothingNamesWhoWasErasedHoweverTheyWereCalledWhenItWasAnswered) {
  enrol("anna", "a1", 1);
  enrol("bert", "b1", 2);
  enrol("carl", "c1", 3);
  enrol("dora", "d1", 4, "VIP");
  const Headers whole{{"Accept", "application/vnd.whorl.identify+json"}};
  std::vector<Sent> of_anna;
  of_anna.push_back(sent("GET", "/v1/persons/anna/encounters"));
  EXPECT_NE(of_anna.back().body.find("\"a1\""), std::string::npos);
  of_anna.push_back(sent("POST", "/v1/identify/ALL?threshold=40", identify_body(native_pair(1, 2)), whole));
  EXPECT_NE(of_anna.back().body.find("Match with person anna"), std::string::npos) << of_anna.back().body;
  of_anna.push_back(sent("POST", "/v1/verify/ALL?threshold=20", claim_of("anna", native_pair(1, 2))));
  EXPECT_NE(of_anna.back().body.find("\"personId\":\"anna\""), std::string::npos) << of_anna.back().body;
  of_anna.push_back(sent("POST", "/v1/verify/VIP?threshold=20", claim_of("anna", native_pair(1, 2))));
  EXPECT_NE(of_anna.back().body.find("person anna is not in gallery VIP"), std::string::npos) << of_anna.back().body;
  const Sent of_carl = sent("POST", "/v1/identify/ALL?threshold=40", identify_body(native_pair(3, 2)));
  EXPECT_NE(of_carl.body.find("carl"), std::string::npos);

  // She is found to be bert, and then what was hers turns out to be dora's.
  EXPECT_EQ(ask("POST", "/v1/persons/bert/merge/anna").status, 204);
  EXPECT_EQ(ask("POST", "/v1/persons/dora/move/bert/encounters/a1").status, 204);
  for (const Sent& each : of_anna) EXPECT_EQ(status_of(each.task).body, R"("COMPLETED")");
  EXPECT_TRUE(is_kept_anywhere("anna"));
  EXPECT_EQ(ask("DELETE", "/v1/persons/dora").status, 204);
  const std::size_t before = client_.count();
  for (const Sent& each : of_anna) EXPECT_TRUE(is_gone(each.task)) << each.body;
  EXPECT_FALSE(is_kept_anywhere("anna"));
  EXPECT_EQ(status_of(of_carl.task).body, R"("COMPLETED")") << "nobody erased carl";

  close();
  open();
  for (const Sent& each : of_anna) EXPECT_TRUE(is_gone(each.task)) << each.body;
  EXPECT_FALSE(is_kept_anywhere("anna"));
  EXPECT_EQ(client_.count(), before) << "nothing was sent again";
  EXPECT_EQ(ask("POST", "/v1/tasks/" + of_carl.task + "/redeliver").status, 204);
  EXPECT_EQ(client_.wait_for(before + 1).back().body, of_carl.body);
}

// The same where nobody asks between the erasure and the restart.
TEST_F(ErasureWireTest, WhatWasDeliveredBeforeAnErasureIsNotThereAfterARestart) {
  enrol("anna", "a1", 1);
  const Sent found = sent("POST", "/v1/identify/ALL?threshold=40", identify_body(native_pair(1, 2)));
  const Sent read = sent("GET", "/v1/persons/anna/encounters/a1");
  EXPECT_EQ(ask("DELETE", "/v1/persons/anna/encounters/a1").status, 204);
  close();
  open();
  EXPECT_FALSE(is_kept_anywhere("anna"));
  EXPECT_TRUE(is_gone(found.task));
  EXPECT_TRUE(is_gone(read.task));
  EXPECT_EQ(client_.count(), 2U);
}

TEST_F(ErasureWireTest, ALateRepeatOfAnEnrolmentWithACallbackBringsNobodyBack) {
  const Headers key{{"Idempotency-Key", "k1"}};
  const std::string target = "/v1/persons/anna/encounters/a1";
  const Sent first = sent("POST", target, encounter_body(native_pair(1)), key);
  EXPECT_EQ(ask("DELETE", "/v1/persons/anna").status, 204);
  EXPECT_TRUE(is_gone(first.task));
  const Sent late = sent("POST", target, encounter_body(native_pair(1)), key);
  EXPECT_NE(late.task, first.task);
  EXPECT_NE(late.body.find("was erased after this was accepted"), std::string::npos) << late.body;
  EXPECT_EQ(ask("GET", "/v1/persons/anna/encounters").status, 404);
}

// What a sender says of somebody else makes nobody's answer theirs.
TEST_F(ErasureWireTest, AnAnswerThatOnlyMentionsSomebodyStays) {
  enrol("anna", "a1", 1);
  const std::string told = encounter_body(native_pair(2), R"(,"contextualData":{"contactPerson":"anna"})");
  ASSERT_EQ(ask("POST", "/v1/persons/bert/encounters/b1", told).status, 200);
  const Sent of_bert = sent("GET", "/v1/persons/bert/encounters/b1");
  EXPECT_NE(of_bert.body.find("contactPerson"), std::string::npos);
  EXPECT_EQ(ask("DELETE", "/v1/persons/anna").status, 204);
  EXPECT_EQ(status_of(of_bert.task).body, R"("COMPLETED")");
  EXPECT_EQ(ask("POST", "/v1/tasks/" + of_bert.task + "/redeliver").status, 204);
  EXPECT_EQ(client_.wait_for(2).back().body, of_bert.body);
}

}  // namespace
}  // namespace whorl::tests
