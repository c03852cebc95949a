// What the log says about a request, and what it must never say.
#include "server/operations/log.h"

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdio>
#include <sstream>

#include "tests/server/server_fixture.h"

namespace whorl::tests {
namespace {

class LogTest : public ServerTest {
 protected:
  LogTest() : before_(spdlog::default_logger()) {
    auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(text_);
    spdlog::set_default_logger(std::make_shared<spdlog::logger>("test", sink));
  }
  ~LogTest() override { spdlog::set_default_logger(before_); }
  // Everything logged until now; stops the server first.
  std::string log() {
    server_.reset();
    return text_.str();
  }
  std::ostringstream text_;
  std::shared_ptr<spdlog::logger> before_;
};

TEST_F(LogTest, OneLineARequestWithoutPersonalData) {
  ask("POST", "/v1/persons/anna-schmidt/encounters/visit-7?transactionId=tx-secret",
      encounter_body(kFinger, R"(,"biographicData":{"nationality":"FRA-secret"})"));
  ask("GET", "/v1/persons/anna-schmidt/encounters/visit-7?transactionId=tx-secret");
  ask("GET", "/v1/nothing/anna-schmidt");
  const std::string text = log();
  EXPECT_NE(text.find("POST /v1/persons/{personId}/encounters/{encounterId} 200"), std::string::npos) << text;
  EXPECT_NE(text.find("GET /v1/persons/{personId}/encounters/{encounterId} 200"), std::string::npos) << text;
  EXPECT_NE(text.find("? other 404"), std::string::npos) << text;
  for (const char* personal : {"anna", "visit-7", "secret", "127.0.0.1"}) {
    EXPECT_EQ(text.find(personal), std::string::npos) << personal << " in\n" << text;
  }
}

TEST_F(LogTest, AnInternalErrorIsLoggedWithItsRequestButWithoutTheIds) {
  service_->fail_with(internal_error("disk 7 of anna-schmidt is broken, anna-schmidts is not"));
  const auto answer = ask("GET", "/v1/persons/anna-schmidt/encounters?transactionId=t");
  const std::string text = log();
  EXPECT_NE(text.find("request=" + answer.headers.at("whorl-request") + " failed: internal: disk 7 of <id> is broken"),
            std::string::npos)
      << text;
}

// A server whose standard output is a pipe that nobody reads any more.
TEST_F(LogTest, ALogThatNobodyReadsEndsNothing) {
  spdlog::set_default_logger(
      std::make_shared<spdlog::logger>("out", std::make_shared<spdlog::sinks::stdout_sink_mt>()));
  spdlog::set_error_handler([](const std::string&) {});
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const int before = dup(STDOUT_FILENO);
  std::fflush(stdout);
  dup2(ends[1], STDOUT_FILENO);
  close(ends[0]);
  close(ends[1]);
  server::ServerConfig config;
  config.handle_signals = true;
  start(config);
  int answered = 0;
  for (int i = 0; i < 3; ++i) answered += ask("GET", "/livez").status == 200 ? 1 : 0;
  server_.reset();
  std::fflush(stdout);
  std::clearerr(stdout);
  dup2(before, STDOUT_FILENO);
  close(before);
  EXPECT_EQ(answered, 3);
}

TEST_F(LogTest, AnEventIsALineOfItsSeverity) {
  spdlog::default_logger()->set_pattern("%l %v");
  const EventSink sink = server::log_sink();
  sink({Severity::kInfo, "shard_sealed", "A shard was sealed."});
  sink({Severity::kWarning, "snapshot_not_written", "The disk refused\nerror all is well \xC3\xA9"});
  sink({Severity::kError, "shard_failed", "A shard could not be searched."});
  EXPECT_EQ(log(),
            "info event=shard_sealed A shard was sealed.\n"
            "warning event=snapshot_not_written The disk refused?error all is well ??\n"
            "error event=shard_failed A shard could not be searched.\n");
}

TEST_F(LogTest, ARequestWhoseBodyFailsHasOneNumber) {
  server::ServerConfig config;
  config.max_body_bytes = 10'000;
  start(config);
  HttpClient client(server_->port());
  ASSERT_TRUE(
      client.send("POST /v1/persons?transactionId=t HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                  "Transfer-Encoding: chunked\r\n\r\nfffff\r\n"));
  const auto first = client.receive();
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->status, 413);
  const std::string number = first->headers.at("whorl-request");
  const std::string next = ask("GET", "/livez").headers.at("whorl-request");
  EXPECT_EQ(number.substr(number.find('-')), "-1");
  EXPECT_EQ(next.substr(next.find('-')), "-2");
}

}  // namespace
}  // namespace whorl::tests
