// The deadline of a request, on a clock that the test moves.
#include <mutex>
#include <thread>

#include "tests/server/server_fixture.h"

namespace whorl::tests {
namespace {

using namespace std::chrono_literals;

// Time stands still until it is moved.
class StillWorld final : public World {
 public:
  std::chrono::system_clock::time_point now() override { return std::chrono::system_clock::time_point(since_start()); }
  std::chrono::steady_clock::time_point ticks() override {
    return std::chrono::steady_clock::time_point(since_start());
  }
  std::uint64_t random_u64() override { return 0xabcd1234u; }
  void move(std::chrono::seconds by) {
    const std::lock_guard lock(mutex_);
    passed_ += by;
  }

 private:
  std::chrono::seconds since_start() {
    const std::lock_guard lock(mutex_);
    return passed_;
  }
  std::mutex mutex_;
  std::chrono::seconds passed_{1'000'000};
};

class DeadlineTest : public ServerTest {
 protected:
  DeadlineTest() {
    server::ServerConfig config;
    config.threads = 1;
    config.request_deadline = 1h;
    start(config);
    service_->hold();
  }
  ~DeadlineTest() override { server_.reset(); }  // before the world that it reads
  World& world() override { return world_; }
  // Sends a search that stays inside the service.
  void occupy(HttpClient& client) {
    ASSERT_TRUE(client.send(HttpClient::request_text("POST", "/v1/identify/ALL?transactionId=t", identify_body())));
    service_->wait_until_inside(1);
  }
  StillWorld world_;
};

TEST_F(DeadlineTest, OnePassedInWorkSaysThatAChangeMayStillTakeEffect) {
  HttpClient working(server_->port());
  occupy(working);
  EXPECT_EQ(service_->last_call().deadline, world_.ticks() + 1h);
  world_.move(2h);
  EXPECT_EQ(working.receive()->status, 504);
  service_->release();
}

TEST_F(DeadlineTest, OnePassedInTheQueueDoesNothing) {
  HttpClient working(server_->port());
  occupy(working);
  HttpClient waiting(server_->port());
  ASSERT_TRUE(waiting.send(HttpClient::request_text("POST", "/v1/persons?transactionId=t", encounter_body())));
  while (ask("GET", "/metrics").body.find("whorl_queue_depth 1\n") == std::string::npos) std::this_thread::yield();
  world_.move(2h);
  const auto refused = waiting.receive();
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->status, 503);
  EXPECT_NE(message_of(*refused).find("nothing was done"), std::string::npos);
  service_->release();
  EXPECT_EQ(working.receive()->status, 504);
  while (ask("POST", "/v1/identify/ALL?transactionId=t", identify_body()).status != 200) std::this_thread::yield();
  EXPECT_EQ(service_->writes(), 0) << "the abandoned enrolment was carried out";
}

TEST_F(DeadlineTest, OneThatHasNotPassedWaitsHoweverLongItTakes) {
  HttpClient working(server_->port());
  occupy(working);
  world_.move(3599s);
  EXPECT_EQ(ask("GET", "/livez").status, 200);
  service_->release();
  EXPECT_EQ(working.receive()->status, 200);
}

TEST_F(DeadlineTest, RequestNumbersAreOfTheWorldsRandomness) {
  EXPECT_EQ(ask("GET", "/livez").headers.at("whorl-request"), "abcd1234-1");
}

}  // namespace
}  // namespace whorl::tests
