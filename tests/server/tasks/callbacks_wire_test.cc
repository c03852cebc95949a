// Requests with a callback, through a real socket, with a real HTTP server that takes the results.
#include <set>

#include "tests/server/callback_server.h"
#include "tests/server/server_fixture.h"

namespace whorl::tests {
namespace {

class CallbackTest : public ServerTest {
 protected:
  void start_with(const std::string& origin, std::size_t task_workers = 1) {
    server::ServerConfig config;
    config.callback_origins = {origin};
    config.task_workers = task_workers;
    start(config);
  }
  HttpAnswer send(const std::string& method, const std::string& target, const std::string& callback,
                  const std::string& body = "", const Headers& headers = {}) {
    return ask(method, target + "&callback=" + escaped(callback), body, headers);
  }
  static std::string task_of(const HttpAnswer& answer) {
    EXPECT_EQ(answer.status, 202) << answer.body;
    return answer.status == 202 ? std::string(json_of(answer).at("taskId").as_string().c_str()) : std::string();
  }
  std::string status_of(const std::string& task) {
    return ask("GET", "/v1/tasks/" + task + "/status?transactionId=t").body;
  }
  // What the task comes to, however long that takes.
  std::string settled(const std::string& task, const std::string& wanted) {
    std::string now;
    for (int i = 0; i < 3000 && now != wanted; ++i) {
      now = status_of(task);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return now;
  }
};

TEST_F(CallbackTest, TheResultArrivesOnceWithItsNumbers) {
  CallbackServer client;
  start_with("http://127.0.0.1:" + std::to_string(client.port()));
  const auto task =
      task_of(send("POST", "/v1/persons/p/encounters/e?transactionId=a%20b", client.url("/r?s=1"), encounter_body()));
  const auto got = client.wait_for(1).front();
  EXPECT_EQ(got.target, "/r?s=1&transactionId=a%20b&taskId=" + task);
  EXPECT_EQ(got.headers.at("content-type"), "application/json");
  const auto body = boost::json::parse(got.body);
  EXPECT_EQ(body.at("personId"), "p");
  EXPECT_EQ(body.at("encounterId"), "e");
  EXPECT_EQ(settled(task, R"("COMPLETED")"), R"("COMPLETED")");
  EXPECT_EQ(client.count(), 1U);
  EXPECT_EQ(service_->writes(), 1);
}

TEST_F(CallbackTest, AnErrorArrivesAsAnError) {
  CallbackServer client;
  start_with("http://127.0.0.1:*");
  send("GET", "/v1/persons/nobody/encounters?transactionId=t", client.url());
  const auto got = client.wait_for(1).front();
  EXPECT_EQ(got.headers.at("content-type"), "application/error+json");
  EXPECT_EQ(boost::json::parse(got.body).at("code"), 404);
}

TEST_F(CallbackTest, WhatHasNoContentIsOk) {
  CallbackServer client;
  start_with("http://127.0.0.1:*");
  ask("POST", "/v1/persons/p/encounters/e?transactionId=t", encounter_body());
  send("PUT", "/v1/persons/p/encounters/e/status?transactionId=t&status=INACTIVE", client.url());
  EXPECT_EQ(client.wait_for(1).front().body, R"("OK")");
}

TEST_F(CallbackTest, ABadRequestIsRefusedAtOnceAndNothingIsDone) {
  CallbackServer client;
  start_with("http://127.0.0.1:*");
  EXPECT_EQ(send("POST", "/v1/persons?transactionId=t", client.url(), "{}").status, 400);
  EXPECT_EQ(send("POST", "/v1/identify/ALL?transactionId=t&maxNbCand=0", client.url(), identify_body()).status, 400);
  EXPECT_EQ(send("POST", "/v1/persons?transactionId=t", "nonsense", encounter_body()).status, 400);
  EXPECT_EQ(send("POST", "/v1/persons?transactionId=t&priority=10", client.url(), encounter_body()).status, 400);
  EXPECT_EQ(service_->calls(), 0);
  EXPECT_EQ(service_->task_store().size(), 0U);
}

TEST_F(CallbackTest, EveryRowWithABodyReadsItBeforeItDoesAnything) {
  start_with("http://127.0.0.1:1");  // where nobody listens
  service_->fail_with(internal_error("asked"));
  EXPECT_EQ(send("POST", "/v1/persons?transactionId=t", "http://127.0.0.1:1/x", encounter_body()).status, 202);
  for (const char* target : {"/v1/identify/ALL", "/v1/verify/ALL/p", "/v1/verify", "/v1/identify/ALL/p"}) {
    const std::string path = target;
    const std::string bad = "[]";
    const int before = service_->calls();
    const auto answer = send("POST", path + "?transactionId=t", "http://127.0.0.1:1/x", bad);
    EXPECT_EQ(answer.status, 400) << target << answer.body;
    EXPECT_LE(service_->calls(), before + 1) << target;  // the task above
  }
}

TEST_F(CallbackTest, NobodyIsCalledWhoIsNotAllowed) {
  CallbackServer client;
  start_with("http://127.0.0.1:" + std::to_string(client.port()));
  const std::string port = std::to_string(client.port());
  for (const std::string& url : std::vector<std::string>{
           "http://localhost:" + port + "/", "http://127.0.0.1:" + std::to_string(client.port() + 1) + "/",
           "http://2130706433:" + port + "/", "http://0x7f000001:" + port + "/",
           "http://[::ffff:127.0.0.1]:" + port + "/", "http://127.1:" + port + "/",
           "http://127.0.0.1:" + port + "@evil.example/", "http://evil.example@127.0.0.1:" + port + "/",
           "https://127.0.0.1:" + port + "/", "http://169.254.169.254/latest/meta-data/", "file:///etc/passwd"}) {
    EXPECT_EQ(send("GET", "/v1/galleries?transactionId=t", url).status, 400) << url;
  }
  EXPECT_EQ(client.count(), 0U);
}

TEST_F(CallbackTest, WithoutAnAllowedAddressNothingIsAccepted) {
  const auto answer = send("GET", "/v1/galleries?transactionId=t", "http://127.0.0.1:1/");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.headers.at("whorl-reason"), "callbacks_off");
}

// The answer that counts is the final one, whatever came before it; and there is an end to what may come.
TEST_F(CallbackTest, InterimAnswersAreReadOver) {
  const auto interim = [](int count) {
    std::string out;
    for (int i = 0; i < count; ++i) {
      out += i % 2 == 0 ? "HTTP/1.1 100 Continue\r\n\r\n" : "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
    }
    return out;
  };
  const std::string taken = CallbackServer::status(204);
  const std::pair<std::string, bool> table[] = {
      {interim(1) + taken, true},
      {interim(2) + CallbackServer::status(200), true},
      {interim(8) + taken, true},
      {interim(9) + taken, false},
      {interim(1) + CallbackServer::status(500), false},
      {interim(1), false},
      {"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n" + taken, false},
  };
  for (const auto& [answer, well] : table) {
    // Whatever fails is sent once more, and is taken then.
    CallbackServer client([&, bytes = answer](std::size_t n) { return n == 0 ? bytes : taken; });
    start_with("http://127.0.0.1:" + std::to_string(client.port()));
    const auto task = task_of(send("GET", "/v1/galleries?transactionId=t", client.url()));
    client.wait_for(well ? 1 : 2);
    EXPECT_EQ(settled(task, R"("COMPLETED")"), R"("COMPLETED")") << answer;
    EXPECT_EQ(client.count(), well ? 1U : 2U) << answer;
    server_.reset();
  }
}

TEST_F(CallbackTest, RedirectsAreNotFollowed) {
  CallbackServer other;
  CallbackServer client([&](std::size_t n) {
    return n == 0 ? CallbackServer::status(302, "Location: " + other.url() + "\r\n") : CallbackServer::status(204);
  });
  start_with("http://127.0.0.1:*");
  const auto task = task_of(send("GET", "/v1/galleries?transactionId=t", client.url()));
  client.wait_for(2);  // tried again, at the same place
  EXPECT_EQ(settled(task, R"("COMPLETED")"), R"("COMPLETED")");
  EXPECT_EQ(other.count(), 0U);
}

TEST_F(CallbackTest, AFailedDeliveryIsTriedAgainAndMayBeAskedForAgain) {
  CallbackServer client([](std::size_t n) { return CallbackServer::status(n < 2 ? 500 : 204); });
  start_with("http://127.0.0.1:*");
  const auto task = task_of(send("GET", "/v1/galleries?transactionId=t", client.url()));
  const auto got = client.wait_for(3);
  EXPECT_EQ(got[0].body, got[2].body);
  EXPECT_EQ(settled(task, R"("COMPLETED")"), R"("COMPLETED")");
  EXPECT_EQ(ask("POST", "/v1/tasks/" + task + "/redeliver?transactionId=t").status, 204);
  EXPECT_EQ(client.wait_for(4)[3].body, got[0].body);
}

TEST_F(CallbackTest, ASilentOrEndlessClientDelaysNobodyElse) {
  CallbackServer silent([](std::size_t) { return std::string(); });
  CallbackServer endless(
      [](std::size_t) { return "HTTP/1.1 204 X\r\nX-Long: " + std::string(1u << 20, 'a') + "\r\n\r\n"; });
  CallbackServer client;
  start_with("http://127.0.0.1:*");
  for (int i = 0; i < 8; ++i) {
    send("GET", "/v1/galleries?transactionId=t", silent.url());
    send("GET", "/v1/galleries?transactionId=t", endless.url());
  }
  const auto task = task_of(send("GET", "/v1/galleries?transactionId=t", client.url()));
  client.wait_for(1);
  EXPECT_EQ(settled(task, R"("COMPLETED")"), R"("COMPLETED")");
}

TEST_F(CallbackTest, WorkGoesByPriority) {
  CallbackServer client;
  start_with("http://127.0.0.1:*", 1);
  service_->hold();
  std::vector<std::string> expected{
      task_of(send("POST", "/v1/identify/ALL?transactionId=first", client.url(), identify_body()))};
  service_->wait_until_inside(1);  // the one worker is busy
  std::vector<std::string> by_priority;
  for (int priority = 0; priority <= 9; ++priority) {
    by_priority.push_back(task_of(send("POST", "/v1/identify/ALL?transactionId=t&priority=" + std::to_string(priority),
                                       client.url(), identify_body())));
  }
  expected.insert(expected.end(), by_priority.rbegin(), by_priority.rend());
  service_->release();
  std::set<std::string> tasks;
  for (const Received& each : client.wait_for(11)) tasks.insert(each.parameter("taskId"));
  EXPECT_EQ(tasks, std::set<std::string>(expected.begin(), expected.end()));
  EXPECT_EQ(service_->searched_for(), expected);
}

TEST_F(CallbackTest, AcceptedWorkIsDoneOnceAfterARestart) {
  CallbackServer client;
  start_with("http://127.0.0.1:*");
  service_->fail_with(unavailable("not now"));  // accepted, and cannot be done yet
  const auto task = task_of(send("POST", "/v1/persons/p/encounters/e?transactionId=t", client.url(), encounter_body()));
  EXPECT_EQ(status_of(task), R"("PENDING")");
  server_.reset();
  service_->fail_with({});
  // As if the process had ended between the effect and the note of its result.
  service_->task_store().note_effect(task, R"({"personId":"p","encounterId":"e"})");
  const int writes = service_->writes();
  start_with("http://127.0.0.1:*");
  const auto got = client.wait_for(1).front();
  EXPECT_EQ(got.body, R"({"personId":"p","encounterId":"e"})");
  EXPECT_EQ(service_->writes(), writes);
}

TEST_F(CallbackTest, TasksThatWereAcceptedAreDoneThoughNothingMoreIsAllowed) {
  start_with("http://127.0.0.1:*");
  service_->fail_with(unavailable("not now"));
  const auto task = task_of(send("GET", "/v1/persons/p/encounters?transactionId=t", "http://127.0.0.1:1/"));
  service_->fail_with({});
  start({});
  // It is not sent: the address is not allowed any more.
  EXPECT_EQ(settled(task, R"("RESPONSE_RETRY")"), R"("RESPONSE_RETRY")");
}

TEST_F(CallbackTest, AnUnknownTaskIs404) {
  start_with("http://127.0.0.1:*");
  EXPECT_EQ(ask("GET", "/v1/tasks/nothing/status?transactionId=t").status, 404);
  EXPECT_EQ(ask("POST", "/v1/tasks/nothing/redeliver?transactionId=t").status, 404);
}

TEST_F(CallbackTest, RequestsAboutOnePersonAreDoneInTheirOrderByHoweverMany) {
  CallbackServer client;
  start_with("http://127.0.0.1:*", 4);
  constexpr std::size_t kPersons = 20;
  for (std::size_t i = 0; i < kPersons; ++i) {
    const std::string person = std::to_string(i);
    send("POST", "/v1/persons/p" + person + "/encounters/e?transactionId=create", client.url(), encounter_body());
    send("POST", "/v1/persons/q" + person + "/move/p" + person + "/encounters/e?transactionId=move&priority=9",
         client.url());
  }
  for (const Received& each : client.wait_for(2 * kPersons)) {
    EXPECT_EQ(each.headers.at("content-type"), "application/json") << each.parameter("transactionId") << each.body;
  }
}

TEST_F(CallbackTest, WhoWasAboutToBeEnrolledAndIsErasedStaysAway) {
  CallbackServer client;
  start_with("http://127.0.0.1:*");
  service_->hold();
  send("POST", "/v1/identify/ALL?transactionId=first", client.url(), identify_body());
  service_->wait_until_inside(1);  // the one worker is busy
  send("POST", "/v1/persons/p/encounters/e?transactionId=t", client.url(), encounter_body());
  EXPECT_EQ(ask("DELETE", "/v1/persons/p?transactionId=t").status, 204);
  service_->release();
  for (const Received& got : client.wait_for(2)) {
    if (got.parameter("transactionId") != "t") continue;
    EXPECT_EQ(got.headers.at("content-type"), "application/error+json");
    EXPECT_EQ(got.headers.at("whorl-reason"), "erased_meanwhile");
  }
  EXPECT_EQ(ask("GET", "/v1/persons/p/encounters?transactionId=t").status, 404);
  EXPECT_EQ(ask("DELETE", "/v1/persons/p?transactionId=t").status, 404);
}

TEST_F(CallbackTest, WhatAnErasureTookIsNeitherDoneNorSent) {
  CallbackServer client([](std::size_t n) { return CallbackServer::status(n == 0 ? 500 : 204); });
  start_with("http://127.0.0.1:*");
  const auto task = task_of(send("GET", "/v1/galleries?transactionId=t", client.url()));
  client.wait_for(1);
  service_->task_store().erase_bodies(task);
  const auto status = [&] { return ask("GET", "/v1/tasks/" + task + "/status?transactionId=t").status; };
  for (int i = 0; i < 3000 && status() == 200; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(status(), 404);
  EXPECT_EQ(client.count(), 1U) << "no empty result was sent";
}

TEST_F(CallbackTest, AClaimOfAFewNamesThemThoughItsPathDoesNot) {
  CallbackServer client;
  start_with("http://127.0.0.1:*");
  service_->hold();
  send("POST", "/v1/identify/ALL?transactionId=first", client.url(), identify_body());
  service_->wait_until_inside(1);  // the one worker is busy
  const auto task = task_of(send("POST", "/v1/verify/ALL?transactionId=t", client.url(),
                                 R"({"personIds":["anna","bert"],"biometricData":[)" + kFinger + "]}"));
  EXPECT_EQ(service_->task_store().names_of(task), (std::vector<engine::TaskName>{{"anna", ""}, {"bert", ""}}));
  EXPECT_EQ(ask("DELETE", "/v1/persons/bert?transactionId=t").status, 204) << "who was only about to be asked for";
  service_->release();
  for (const Received& got : client.wait_for(2)) {
    if (got.parameter("transactionId") != "t") continue;
    EXPECT_EQ(got.headers.at("whorl-reason"), "erased_meanwhile");
    EXPECT_EQ(got.body.find("bert"), std::string::npos);
  }
}

TEST_F(CallbackTest, AKeyThatIsSentTwiceWithACallbackIsOneTaskAndOneEnrolment) {
  CallbackServer client;
  start_with("http://127.0.0.1:*");
  const Headers key{{"Idempotency-Key", "one"}};
  const std::string target = "/v1/persons/p/encounters/e?transactionId=t";
  const auto first = task_of(send("POST", target, client.url(), encounter_body(), key));
  EXPECT_EQ(task_of(send("POST", target, client.url(), encounter_body(), key)), first);
  client.wait_for(1);
  EXPECT_EQ(service_->writes(), 1);
  EXPECT_EQ(send("POST", "/v1/persons/q/encounters/e?transactionId=t", client.url(), encounter_body(), key).status,
            409);
  EXPECT_EQ(send("POST", target, client.url(), encounter_body(), {{"Idempotency-Key", "two words"}}).status, 400);
}

TEST_F(CallbackTest, LongWorkIsDoneInSlicesAndAnsweredOnce) {
  CallbackServer client;
  start_with("http://127.0.0.1:*");
  const auto direct = ask("POST", "/v1/galleries/default/dedupe?transactionId=t");
  EXPECT_EQ(direct.status, 400);
  EXPECT_EQ(direct.headers.at("whorl-reason"), "callback_needed");
  send("POST", "/v1/galleries/default/dedupe?transactionId=t", client.url());
  const auto got = client.wait_for(1).front();
  const auto body = boost::json::parse(got.body);
  EXPECT_EQ(body.at("done"), 2);  // the fake needs two slices
  EXPECT_EQ(body.at("finished"), true);
  EXPECT_EQ(body.at("pairs").as_array().size(), 1U);
  EXPECT_EQ(ask("GET", "/v1/galleries/default/duplicates?transactionId=t").status, 200);
}

TEST_F(CallbackTest, TasksAreCounted) {
  CallbackServer client;
  start_with("http://127.0.0.1:*");
  const auto task = task_of(send("GET", "/v1/galleries?transactionId=t", client.url()));
  client.wait_for(1);
  EXPECT_EQ(settled(task, R"("COMPLETED")"), R"("COMPLETED")");
  const std::string page = ask("GET", "/metrics").body;
  for (const char* line :
       {"whorl_tasks_waiting 0\n", "whorl_tasks_unsent 0\n", "whorl_tasks_kept 1\n", "whorl_tasks_accepted_total 1\n",
        "whorl_tasks_answered_total 1\n", "whorl_callbacks_delivered_total 1\n", "whorl_callbacks_failed_total 0\n"}) {
    EXPECT_NE(page.find(line), std::string::npos) << line;
  }
}

}  // namespace
}  // namespace whorl::tests
