// HTTP as bytes: framing, limits, slow and hostile clients, full queues, stopping.
#include <csignal>
#include <functional>
#include <future>
#include <memory>
#include <thread>
#include <vector>

#include "base/base64.h"
#include "templates/image/encode.h"
#include "tests/server/server_fixture.h"

namespace whorl::tests {
namespace {

using namespace std::chrono_literals;

using WireTest = ServerTest;
constexpr const char* kIdentify = "/v1/identify/ALL?transactionId=t";

TEST_F(WireTest, ManyRequestsShareAConnection) {
  start();
  HttpClient client(server_->port());
  for (int i = 0; i < 5; ++i) {
    const auto enrolled = client.ask("POST", "/v1/persons?transactionId=t", encounter_body());
    ASSERT_TRUE(enrolled.has_value());
    EXPECT_EQ(enrolled->status, 200);
    EXPECT_TRUE(enrolled->keep_alive);
    const auto refused = client.ask("POST", "/v1/persons?transactionId=t", "{");
    ASSERT_TRUE(refused.has_value());
    EXPECT_EQ(refused->status, 400);
  }
  EXPECT_EQ(service_->writes(), 5);
}

TEST_F(WireTest, PipelinedRequestsAreAnsweredInOrder) {
  start();
  HttpClient client(server_->port());
  const std::string three = HttpClient::request_text("GET", "/livez") +
                            HttpClient::request_text("POST", "/v1/persons?transactionId=t", encounter_body()) +
                            HttpClient::request_text("GET", "/v1/galleries?transactionId=t");
  ASSERT_TRUE(client.send(three));
  EXPECT_EQ(client.receive()->body, "alive\n");
  EXPECT_EQ(json_of(*client.receive()).at("personId").as_string(), "P1");
  EXPECT_EQ(client.receive()->body, R"(["default","VIP"])");
}

// RFC 9110, 5.3: a list that is sent in several fields is one list.
TEST_F(WireTest, AcceptIsOneListHoweverManyFieldsItHas) {
  start();
  HttpClient client(server_->port());
  const std::string special = "application/vnd.whorl.error+json";
  for (const auto& [fields, wanted] : {std::pair<std::string, std::string>{"text/html\r\nAccept: " + special, special},
                                       {"*/*\r\nAccept: " + special + ";q=0", "application/json"},
                                       {special + "\r\nAccept: application/json;q=0.5", special}}) {
    const auto answer = client.ask("GET", "/v1/persons/nobody/encounters?transactionId=t", {}, {{"Accept", fields}});
    ASSERT_TRUE(answer.has_value()) << fields;
    EXPECT_EQ(answer->status, 404);
    EXPECT_EQ(answer->headers.at("content-type"), wanted) << fields;
  }
}

TEST_F(WireTest, AConnectionThatTheClientWantsToEndIsClosedAfterItsAnswer) {
  start();
  for (const std::string& text :
       {HttpClient::request_text("GET", "/livez", {}, {{"Connection", "close"}}),
        HttpClient::request_text("POST", "/v1/persons?transactionId=t", encounter_body(), {{"Connection", "close"}}),
        HttpClient::request_text("POST", "/v1/persons?transactionId=t", "{", {{"Connection", "close"}}),
        std::string("GET /livez HTTP/1.0\r\n\r\n")}) {
    HttpClient client(server_->port());
    ASSERT_TRUE(client.send(text));
    const auto answer = client.receive();
    ASSERT_TRUE(answer.has_value()) << text;
    EXPECT_FALSE(answer->keep_alive) << text;
    EXPECT_TRUE(client.closed_by_server()) << text;
  }
}

TEST_F(WireTest, ChunkedBodiesAreRead) {
  start();
  HttpClient client(server_->port());
  const std::string body = identify_body();
  char size[16];
  std::snprintf(size, sizeof size, "%zx", body.size() - 7);
  ASSERT_TRUE(
      client.send("POST " + std::string(kIdentify) +
                  " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "7\r\n" +
                  body.substr(0, 7) + "\r\n" + size + "\r\n" + body.substr(7) + "\r\n0\r\n\r\n"));
  const auto answer = client.receive();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 200);
}

TEST_F(WireTest, ExpectContinueIsAnsweredBeforeTheBody) {
  start();
  HttpClient client(server_->port());
  const std::string body = identify_body();
  ASSERT_TRUE(client.send("POST " + std::string(kIdentify) +
                          " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
                          "Content-Length: " +
                          std::to_string(body.size()) + "\r\n\r\n"));
  EXPECT_EQ(client.receive()->status, 100);
  ASSERT_TRUE(client.send(body));
  EXPECT_EQ(client.receive()->status, 200);
}

TEST_F(WireTest, AnOversizedBodyIsRefusedByItsLengthBeforeItIsRead) {
  server::ServerConfig config;
  config.max_body_bytes = 10'000;
  start(config);
  HttpClient client(server_->port());
  ASSERT_TRUE(
      client.send("POST /v1/persons?transactionId=t HTTP/1.1\r\nHost: localhost\r\n"
                  "Content-Type: application/json\r\nContent-Length: 1000000000000\r\n\r\n"));
  const auto answer = client.receive();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 413);
  EXPECT_FALSE(answer->keep_alive);
  EXPECT_EQ(service_->calls(), 0);
}

TEST_F(WireTest, AnOversizedChunkedBodyIsRefusedOnTheWay) {
  server::ServerConfig config;
  config.max_body_bytes = 10'000;
  start(config);
  HttpClient client(server_->port());
  std::string chunks;
  for (int i = 0; i < 20; ++i) chunks += "400\r\n" + std::string(1024, ' ') + "\r\n";
  ASSERT_TRUE(
      client.send("POST /v1/persons?transactionId=t HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                  "Transfer-Encoding: chunked\r\n\r\n" +
                  chunks + "0\r\n\r\n"));
  const auto answer = client.receive();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 413);
  EXPECT_EQ(service_->calls(), 0);
}

TEST_F(WireTest, AnOversizedHeaderIsRefused) {
  start();
  HttpClient client(server_->port());
  ASSERT_TRUE(client.send("GET /livez HTTP/1.1\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n"));
  const auto answer = client.receive();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 431);
}

TEST_F(WireTest, LargeBodiesTogetherAreBounded) {
  server::ServerConfig config;
  config.max_body_bytes = 10'000;
  config.max_bodies_bytes = 15'000;
  start(config);
  const auto start_of = [](int bytes) {
    return "POST /v1/persons?transactionId=t HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
           "Expect: 100-continue\r\nContent-Length: " +
           std::to_string(bytes) + "\r\n\r\n";
  };
  HttpClient first(server_->port());
  ASSERT_TRUE(first.send(start_of(9000)));
  ASSERT_EQ(first.receive()->status, 100);
  HttpClient second(server_->port());
  ASSERT_TRUE(second.send(start_of(9000)));
  EXPECT_EQ(second.receive()->status, 503);
  ASSERT_TRUE(first.send(std::string(9000, ' ')));
  EXPECT_EQ(first.receive()->status, 400);
  HttpClient third(server_->port());
  ASSERT_TRUE(third.send(start_of(9000)));
  EXPECT_EQ(third.receive()->status, 100) << "the first one's share was not given back";
}

// The head of a request with a body of this many bytes, whose client waits to be told to go on.
std::string head_of_body(std::size_t bytes) {
  return "POST /v1/persons?transactionId=t HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
         "Expect: 100-continue\r\nContent-Length: " +
         std::to_string(bytes) + "\r\n\r\n";
}

TEST_F(WireTest, LengthsThatAreOnlyAnnouncedHoldUpNobody) {
  start();
  std::vector<std::unique_ptr<HttpClient>> idle;
  for (int i = 0; i < 60; ++i) {
    idle.push_back(std::make_unique<HttpClient>(server_->port()));
    ASSERT_TRUE(idle.back()->send(head_of_body(20u << 20)));
    ASSERT_EQ(idle.back()->receive()->status, 100) << i;
    ASSERT_TRUE(idle.back()->send("{"));
  }
  HttpClient client(server_->port());
  const std::string body = encounter_body();
  const std::string padded = body + std::string((20u << 20) - body.size(), ' ');
  ASSERT_TRUE(client.send(head_of_body(padded.size())));
  ASSERT_EQ(client.receive()->status, 100);
  ASSERT_TRUE(client.send(padded));
  EXPECT_EQ(client.receive()->status, 200);
}

TEST_F(WireTest, ABodyThatOutgrowsTheMemoryForBodiesIsRefusedOnTheWay) {
  constexpr std::size_t kFirstShare = 256u << 10;
  server::ServerConfig config;
  config.max_body_bytes = 8 * kFirstShare;
  config.max_bodies_bytes = 8 * kFirstShare;
  start(config);
  const auto begin = [&](std::size_t bytes) {
    auto client = std::make_unique<HttpClient>(server_->port());
    EXPECT_TRUE(client->send(head_of_body(bytes)));
    EXPECT_EQ(client->receive()->status, 100);
    return client;
  };
  const auto growing = begin(8 * kFirstShare);
  std::vector<std::unique_ptr<HttpClient>> others;
  for (int i = 0; i < 7; ++i) others.push_back(begin(kFirstShare));
  ASSERT_TRUE(growing->send(std::string(2 * kFirstShare, ' ')));
  const auto refused = growing->receive();
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->status, 503);
  EXPECT_FALSE(refused->keep_alive);
  ASSERT_TRUE(others.front()->send(std::string(kFirstShare, ' ')));
  EXPECT_EQ(others.front()->receive()->status, 400) << "one that was there is read to its end";
}

TEST_F(WireTest, MalformedHttpIsToldAndCut) {
  start();
  for (const std::string& text :
       {std::string("NONSENSE\r\n\r\n"), std::string("GET /livez HTTP/9.9\r\n\r\n"), std::string("\r\n\r\n\r\n"),
        std::string("GET  /livez HTTP/1.1\r\n\r\n"), std::string("GET /livez HTTP/1.1\r\nbad header\r\n\r\n"),
        std::string("POST /v1/persons HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n"),
        std::string("POST /v1/persons HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"),
        std::string("POST /v1/persons HTTP/1.1\r\nContent-Length: -5\r\n\r\n"),
        std::string("\x16\x03\x01\x02\x00", 5) + "\r\n\r\n"}) {
    HttpClient client(server_->port());
    ASSERT_TRUE(client.send(text));
    const auto answer = client.receive();
    ASSERT_TRUE(answer.has_value()) << text;
    EXPECT_EQ(answer->status, 400) << text;
    EXPECT_TRUE(client.closed_by_server()) << text;
  }
  EXPECT_EQ(ask("GET", "/livez").status, 200);
  EXPECT_EQ(service_->calls(), 0);
}

TEST_F(WireTest, ABodyCutShortReachesNobody) {
  start();
  {
    HttpClient client(server_->port());
    ASSERT_TRUE(
        client.send("POST /v1/persons?transactionId=t HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    "Content-Length: 500\r\n\r\n" +
                    encounter_body()));
  }
  EXPECT_EQ(ask("GET", "/livez").status, 200);
  EXPECT_EQ(service_->calls(), 0);
}

TEST_F(WireTest, SlowClientsAreCut) {
  server::ServerConfig config;
  config.idle_timeout = config.header_timeout = config.body_timeout = 100ms;
  start(config);
  HttpClient idle(server_->port());
  HttpClient header(server_->port());
  ASSERT_TRUE(header.send("GET /livez HT"));
  HttpClient body(server_->port());
  ASSERT_TRUE(
      body.send("POST /v1/persons?transactionId=t HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                "Content-Length: 50\r\n\r\n{"));
  EXPECT_TRUE(idle.closed_by_server());
  EXPECT_TRUE(header.closed_by_server());
  EXPECT_TRUE(body.closed_by_server());
  EXPECT_EQ(service_->calls(), 0);
}

TEST_F(WireTest, ConnectionsAreLimited) {
  server::ServerConfig config;
  config.max_connections = 2;
  start(config);
  service_->hold();
  HttpClient first(server_->port());
  HttpClient second(server_->port());
  ASSERT_TRUE(first.send(HttpClient::request_text("POST", kIdentify, identify_body())));
  ASSERT_TRUE(second.send(HttpClient::request_text("POST", kIdentify, identify_body())));
  service_->wait_until_inside(2);
  HttpClient third(server_->port());
  const auto refused = third.ask("POST", kIdentify, identify_body());
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(refused->status, 503);
  EXPECT_EQ(message_of(*refused), "too many connections; try again");
  EXPECT_TRUE(refused->headers.contains("retry-after"));
  service_->release();
  EXPECT_EQ(first.receive()->status, 200);
  EXPECT_EQ(second.receive()->status, 200);
}

// Connections that wait for their clients make room: those that never asked first, then those between two requests,
// then those whose header drips in; a request in work is never cut for another client.
TEST_F(WireTest, IdleConnectionsLockNobodyOut) {
  server::ServerConfig config;
  config.max_connections = 4;
  start(config);
  service_->hold();
  HttpClient working(server_->port());
  ASSERT_TRUE(working.send(HttpClient::request_text("POST", kIdentify, identify_body())));
  service_->wait_until_inside(1);
  HttpClient dripping(server_->port());
  ASSERT_TRUE(dripping.send("GET /livez HTTP/1.1\r\n"));
  HttpClient between(server_->port());
  ASSERT_EQ(between.ask("GET", "/livez")->status, 200);
  HttpClient silent(server_->port());
  HttpClient next(server_->port());
  ASSERT_EQ(next.ask("GET", "/livez")->status, 200);
  EXPECT_TRUE(silent.closed_by_server());
  HttpClient after(server_->port());
  ASSERT_EQ(after.ask("GET", "/livez")->status, 200);
  EXPECT_TRUE(between.closed_by_server());
  std::vector<std::unique_ptr<HttpClient>> crowd;  // held: one that closes by itself makes room without anybody's loss
  for (int i = 0; i < 20; ++i) {
    crowd.push_back(std::make_unique<HttpClient>(server_->port()));
    ASSERT_EQ(crowd.back()->ask("GET", "/readyz")->status, 200) << i;
  }
  EXPECT_TRUE(next.closed_by_server());
  EXPECT_TRUE(after.closed_by_server());
  ASSERT_TRUE(dripping.send("Host: localhost\r\n\r\n")) << "there were others to give up first";
  EXPECT_EQ(dripping.receive()->status, 200);
  service_->release();
  EXPECT_EQ(working.receive()->status, 200);
}

// A picture of a size that is refused neither by the header nor by the fake service.
Bytes square_picture(int side_px) {
  image::GreyImage image;
  image.width = image.height = side_px;
  image.pixels.assign(static_cast<std::size_t>(side_px) * static_cast<std::size_t>(side_px), 200);
  return image::encode_png(image).value();
}

std::string finger_of(const Bytes& picture) {
  return R"({"biometricType":"FINGER","biometricSubType":"RIGHT_INDEX","image":")" + encode_base64(picture) + "\"}";
}

std::string large_finger() { return finger_of(square_picture(1300)); }

TEST_F(WireTest, LongWorkHoldsUpLongWorkAlone) {
  server::ServerConfig config;
  config.threads = 1;
  config.queue_capacity = 1;
  start(config);
  service_->hold();
  std::vector<std::unique_ptr<HttpClient>> searches;
  for (int i = 0; i < 2; ++i) {  // one at work in the long lane, one that waits there
    searches.push_back(std::make_unique<HttpClient>(server_->port()));
    ASSERT_TRUE(searches.back()->send(HttpClient::request_text("POST", kIdentify, identify_body(large_finger()))));
    if (i == 0) service_->wait_until_inside(1);
  }
  while (ask("GET", "/metrics").body.find("whorl_queue_depth 1\n") == std::string::npos) std::this_thread::yield();
  EXPECT_EQ(ask("POST", kIdentify, identify_body(large_finger())).status, 503) << "the long lane's queue is full";
  EXPECT_EQ(ask("POST", "/v1/persons?transactionId=t", encounter_body()).status, 200);
  EXPECT_EQ(ask("POST", "/v1/persons?transactionId=t", encounter_body(large_finger())).status, 503);
  EXPECT_EQ(service_->writes(), 1) << "what was put aside was not begun";
  service_->release();
  for (const auto& search : searches) EXPECT_EQ(search->receive()->status, 200);
  EXPECT_EQ(ask("POST", "/v1/persons?transactionId=t", encounter_body(large_finger())).status, 200);
}

TEST_F(WireTest, SmallWorkThatComesSoonAfterLargerGoesFirst) {
  server::ServerConfig config;
  config.threads = 1;
  start(config);
  service_->hold();
  const Bytes larger = square_picture(600);  // more than a usual capture, and not yet long work
  std::vector<std::unique_ptr<HttpClient>> clients;
  for (const std::string& finger :
       {finger_of(square_picture(100)), finger_of(larger), finger_of(square_picture(110))}) {
    clients.push_back(std::make_unique<HttpClient>(server_->port()));
    ASSERT_TRUE(clients.back()->send(HttpClient::request_text("POST", kIdentify, identify_body(finger))));
    const std::string depth = "whorl_queue_depth " + std::to_string(clients.size() - 1) + "\n";
    if (clients.size() == 1) service_->wait_until_inside(1);
    while (ask("GET", "/metrics").body.find(depth) == std::string::npos) std::this_thread::yield();
  }
  service_->release();
  for (const auto& client : clients) EXPECT_EQ(client->receive()->status, 200);
  EXPECT_EQ(service_->last_identify().samples.at(0).bytes, larger);
}

TEST_F(WireTest, AFullQueueAnswers503AtOnce) {
  server::ServerConfig config;
  config.threads = 1;
  config.queue_capacity = 1;
  start(config);
  service_->hold();
  HttpClient working(server_->port());
  ASSERT_TRUE(working.send(HttpClient::request_text("POST", kIdentify, identify_body())));
  service_->wait_until_inside(1);
  HttpClient waiting(server_->port());
  ASSERT_TRUE(waiting.send(HttpClient::request_text("POST", kIdentify, identify_body())));
  while (ask("GET", "/metrics").body.find("whorl_queue_depth 1\n") == std::string::npos) std::this_thread::yield();
  const auto refused = ask("POST", "/v1/persons?transactionId=t", encounter_body());
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.headers.at("retry-after"), "1");
  EXPECT_EQ(service_->writes(), 0);
  service_->release();
  EXPECT_EQ(working.receive()->status, 200);
  EXPECT_EQ(waiting.receive()->status, 200);
}

TEST_F(WireTest, ADeadlinePassedInTheQueueDoesNothingAndOnePassedInWorkSaysSo) {
  server::ServerConfig config;
  config.threads = 1;
  config.request_deadline = 100ms;
  start(config);
  service_->hold();
  HttpClient working(server_->port());
  ASSERT_TRUE(working.send(HttpClient::request_text("POST", kIdentify, identify_body())));
  service_->wait_until_inside(1);
  const auto waited = ask("POST", "/v1/persons?transactionId=t", encounter_body());
  EXPECT_EQ(waited.status, 503);
  EXPECT_NE(message_of(waited).find("nothing was done"), std::string::npos);
  const auto worked = working.receive();
  EXPECT_EQ(worked->status, 504);
  service_->release();
  while (ask("POST", kIdentify, identify_body()).status != 200) std::this_thread::yield();
  EXPECT_EQ(service_->writes(), 0) << "the abandoned enrolment was carried out";
}

TEST_F(WireTest, StoppingFinishesWhatIsInWorkAndTakesNothingNew) {
  start();
  service_->hold();
  const auto port = server_->port();
  HttpClient working(port);
  ASSERT_TRUE(working.send(HttpClient::request_text("POST", kIdentify, identify_body())));
  HttpClient idle(port);
  ASSERT_EQ(idle.ask("GET", "/readyz")->status, 200);
  HttpClient half_ready(port);
  ASSERT_TRUE(half_ready.send("GET /readyz HTTP/1.1\r\nHost: localhost\r\n"));
  HttpClient half_enrol(port);
  ASSERT_TRUE(half_enrol.send("POST /v1/persons?transactionId=t HTTP/1.1\r\nHost: localhost\r\n"));
  service_->wait_until_inside(1);
  ASSERT_EQ(ask("GET", "/livez").status, 200);  // the halves before it have been read
  server_->request_stop();
  EXPECT_TRUE(idle.closed_by_server());
  ASSERT_TRUE(half_ready.send("\r\n"));
  EXPECT_EQ(half_ready.receive()->status, 503);
  ASSERT_TRUE(half_enrol.send("Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"));
  EXPECT_EQ(half_enrol.receive()->status, 503);
  service_->release();
  const auto finished = working.receive();
  ASSERT_TRUE(finished.has_value());
  EXPECT_EQ(finished->status, 200);
  EXPECT_FALSE(finished->keep_alive);
  server_->wait();
  EXPECT_THROW(HttpClient{port}, std::exception) << "still listening";
  EXPECT_EQ(service_->writes(), 0);
}

TEST_F(WireTest, StoppingCutsWhatOutlastsTheGrace) {
  server::ServerConfig config;
  config.grace = 50ms;
  start(config);
  service_->hold();
  HttpClient working(server_->port());
  ASSERT_TRUE(working.send(HttpClient::request_text("POST", kIdentify, identify_body())));
  service_->wait_until_inside(1);
  server_->request_stop();
  std::thread stopper([this] { server_->wait(); });
  service_->release();
  stopper.join();
  server_.reset();
  const auto answer = working.receive();
  EXPECT_TRUE(!answer.has_value() || answer->status == 200);
}

TEST_F(WireTest, SignalsThatAskForAnEndStopGracefully) {
  for (const int signal : {SIGTERM, SIGINT, SIGQUIT, SIGHUP}) {
    server::ServerConfig config;
    config.handle_signals = true;
    start(config);
    const auto port = server_->port();
    service_->hold();
    HttpClient working(port);
    ASSERT_TRUE(working.send(HttpClient::request_text("POST", kIdentify, identify_body())));
    service_->wait_until_inside(1);
    HttpClient idle(port);
    ASSERT_EQ(idle.ask("GET", "/livez")->status, 200);
    std::raise(signal);
    EXPECT_TRUE(idle.closed_by_server()) << signal;
    service_->release();
    const auto finished = working.receive();
    ASSERT_TRUE(finished.has_value()) << signal;
    EXPECT_EQ(finished->status, 200) << signal;
    server_->wait();
    EXPECT_THROW(HttpClient{port}, std::exception) << signal;
  }
}

TEST_F(WireTest, SignalsThatAskForNothingEndNothing) {
  server::ServerConfig config;
  config.handle_signals = true;
  start(config);
  for (const int signal : {SIGPIPE, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGIO, SIGPWR, SIGXFSZ}) {
    std::raise(signal);
    EXPECT_EQ(ask("GET", "/readyz").status, 200) << signal;
  }
}

TEST_F(WireTest, DestructionWithOpenConnectionsIsClean) {
  server::ServerConfig config;
  config.grace = 20ms;
  start(config);
  HttpClient idle(server_->port());
  HttpClient half(server_->port());
  ASSERT_TRUE(half.send("GET /livez"));
  ASSERT_EQ(idle.ask("GET", "/livez")->status, 200);
  start(config);
  HttpClient other(server_->port());
  ASSERT_TRUE(other.send("GET /livez"));
  ASSERT_EQ(ask("GET", "/livez").status, 200);
  server_.reset();
  EXPECT_TRUE(idle.closed_by_server());
  EXPECT_TRUE(other.closed_by_server());
}

TEST_F(WireTest, ManyClientsAtOnceAllGetTheirOwnAnswer) {
  server::ServerConfig config;
  config.threads = 3;
  config.queue_capacity = 1000;
  start(config);
  std::vector<std::future<int>> clients;
  for (int c = 0; c < 8; ++c) {
    clients.push_back(std::async(std::launch::async, [this, c] {
      HttpClient client(server_->port());
      int good = 0;
      for (int i = 0; i < 25; ++i) {
        const std::string id = "p" + std::to_string(c) + "-" + std::to_string(i);
        const auto answer = client.ask("POST", "/v1/persons/" + id + "/encounters?transactionId=t", encounter_body());
        good += answer && answer->status == 200 && answer->body.find("\"" + id + "\"") != std::string::npos ? 1 : 0;
      }
      return good;
    }));
  }
  for (auto& client : clients) EXPECT_EQ(client.get(), 25);
}

TEST(ServerStart, RefusesWhatIsNotLoopbackWithoutAccessFiles) {
  for (const char* address : {"0.0.0.0", "::", "192.0.2.1", "localhost", "", "127.0.0.1:80"}) {
    server::ServerConfig config;
    config.address = address;
    const auto server = server::Server::start(config, std::make_shared<FakeService>());
    ASSERT_FALSE(server.ok()) << address;
    EXPECT_EQ(server.error().kind, ErrorKind::kInvalidInput);
    EXPECT_EQ(server.error().field, "address");
  }
}

TEST(ServerStart, LimitsThatCannotWorkAreRefusedByName) {
  const std::pair<const char*, std::function<void(server::ServerConfig&)>> table[] = {
      {"queue_capacity", [](auto& c) { c.queue_capacity = 0; }},
      {"max_connections", [](auto& c) { c.max_connections = 0; }},
      {"max_header_bytes", [](auto& c) { c.max_header_bytes = 0; }},
      {"max_header_bytes", [](auto& c) { c.max_header_bytes = std::size_t{1} << 40; }},
      {"max_body_bytes", [](auto& c) { c.max_body_bytes = 0; }},
      {"max_bodies_bytes", [](auto& c) { c.max_bodies_bytes = c.max_body_bytes - 1; }},
      {"request_deadline", [](auto& c) { c.request_deadline = 0ms; }}};
  for (const auto& [field, spoil] : table) {
    server::ServerConfig config;
    spoil(config);
    const auto server = server::Server::start(config, std::make_shared<FakeService>());
    ASSERT_FALSE(server.ok()) << field;
    EXPECT_EQ(server.error().field, field);
  }
}

TEST(ServerStart, ATakenPortIsAnErrorThatNamesIt) {
  const auto first = server::Server::start({}, std::make_shared<FakeService>());
  ASSERT_TRUE(first.ok());
  server::ServerConfig config;
  config.port = first.value()->port();
  const auto second = server::Server::start(config, std::make_shared<FakeService>());
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().kind, ErrorKind::kUnavailable);
  EXPECT_NE(second.error().message.find(std::to_string(config.port)), std::string::npos);
}

}  // namespace
}  // namespace whorl::tests
