// Hosts, origins and lengths: what no request may come in with, on any route.
#include "server/http/admission.h"

#include <functional>
#include <string>
#include <tuple>

#include "server/routes.h"
#include "tests/server/server_fixture.h"

namespace whorl::tests {
namespace {

class AdmissionTest : public ServerTest {
 protected:
  // The status of the answer to these bytes, on a connection of its own.
  int status_of(const std::string& bytes) {
    if (!server_) start();
    HttpClient client(server_->port());
    EXPECT_TRUE(client.send(bytes));
    const auto answer = client.receive();
    EXPECT_TRUE(answer.has_value()) << bytes;
    return answer ? answer->status : 0;
  }
  int status_with(const std::string& headers, const std::string& line = "GET /livez HTTP/1.1") {
    return status_of(line + "\r\n" + headers + "\r\n");
  }
};

TEST_F(AdmissionTest, AHostThatIsNotThisServersIsRefused) {
  start();
  const std::string port = std::to_string(server_->port());
  for (const std::string& own : {std::string("localhost"), std::string("LocalHost:1"), "127.0.0.1:" + port,
                                 std::string("[::1]"), std::string("[::1]:8080"), std::string("127.0.0.1:")}) {
    EXPECT_EQ(status_with("Host: " + own + "\r\n"), 200) << own;
  }
  for (const char* foreign : {"rebind.attacker.example:8080", "localhost.attacker.example", "192.0.2.1", "127.0.0.2",
                              "[::2]", "localhost.", "0.0.0.0"}) {
    EXPECT_EQ(status_with(std::string("Host: ") + foreign + "\r\n"), 403) << foreign;
  }
  for (const char* malformed : {"", "a b", "user@localhost", "localhost:http", "localhost:123456", "[::1", "::1", "a/b",
                                "[]", "localhost,localhost", "127.0.0.1:80:80"}) {
    EXPECT_EQ(status_with(std::string("Host: ") + malformed + "\r\n"), 400) << malformed;
  }
}

TEST_F(AdmissionTest, TwoHostsOrNoneAreRefused) {
  EXPECT_EQ(status_with(""), 400);
  EXPECT_EQ(status_with("Host: localhost\r\nHost: localhost\r\n"), 400);
  EXPECT_EQ(status_with("Host: localhost\r\nHost: attacker.example\r\n"), 400);
  EXPECT_EQ(status_with("", "GET /livez HTTP/1.0"), 200) << "HTTP/1.0 knows no Host";
}

TEST_F(AdmissionTest, TheOperatorAllowsANameWhateverItsCase) {
  server::ServerConfig config;
  config.allowed_hosts = {"Whorl.Example"};
  start(config);
  EXPECT_EQ(status_with("Host: whorl.EXAMPLE:443\r\n"), 200);
  EXPECT_EQ(status_with("Host: other.example\r\n"), 403);
}

TEST_F(AdmissionTest, PagesOfOtherOriginsAreRefused) {
  const std::string host = "Host: 127.0.0.1:8080\r\n";
  for (const char* own : {"http://127.0.0.1:8080", "HTTP://127.0.0.1:8080", "https://127.0.0.1:8080"}) {
    EXPECT_EQ(status_with(host + "Origin: " + own + "\r\n"), 200) << own;
  }
  EXPECT_EQ(status_with("Host: localhost\r\nOrigin: http://localhost:80\r\n"), 200);
  EXPECT_EQ(status_with("Host: localhost:443\r\nOrigin: https://localhost\r\n"), 200);
  for (const char* foreign : {"http://attacker.example", "null", "http://127.0.0.1:3000", "http://127.0.0.1",
                              "http://localhost:8080", "file://", "ftp://127.0.0.1:8080", "127.0.0.1:8080", ""}) {
    EXPECT_EQ(status_with(host + "Origin: " + foreign + "\r\n"), 403) << foreign;
  }
  EXPECT_EQ(status_with(host + "Origin: http://127.0.0.1:8080\r\nOrigin: http://attacker.example\r\n"), 403);
}

TEST_F(AdmissionTest, FetchesFromOtherSitesAreRefused) {
  for (const auto& [site, status] :
       {std::pair("same-origin", 200), {"none", 200}, {"cross-site", 403}, {"same-site", 403}, {"new-word", 403}}) {
    EXPECT_EQ(status_with("Host: localhost\r\nSec-Fetch-Site: " + std::string(site) + "\r\n"), status) << site;
  }
}

TEST_F(AdmissionTest, NoRouteIsOpenToAnotherSite) {
  for (const server::Route& route : server::served_routes().rows()) {
    const std::string line = std::string(route.method) + " " + std::string(route.path) + "?transactionId=t HTTP/1.1";
    for (const char* header : {"Host: attacker.example", "Host: localhost\r\nOrigin: http://attacker.example",
                               "Host: localhost\r\nSec-Fetch-Site: cross-site"}) {
      // An identity provider sends the browser to this one: its attempt's cookie and state are what counts there.
      const bool sent_back =
          route.from_elsewhere && std::string_view(header).find("Sec-Fetch") != std::string_view::npos;
      EXPECT_EQ(route.from_elsewhere, route.path == "/v1/sign-in/callback");
      EXPECT_EQ(status_with(std::string(header) + "\r\nContent-Length: 0\r\n", line), sent_back ? 404 : 403) << line;
    }
  }
  EXPECT_EQ(status_with("Host: attacker.example\r\n", "GET /v1/nothing HTTP/1.1"), 403);
  EXPECT_EQ(service_->calls(), 0);
}

TEST_F(AdmissionTest, ALengthThatTwoReadersCouldSeeDifferentlyIsRefusedAndTheConnectionClosed) {
  start();
  const std::string smuggled = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
  for (const auto& [headers, status] : {std::pair("Transfer-Encoding: identity\r\nContent-Length: 20\r\n", 400),
                                        {"Transfer-Encoding: identity\r\n", 400},
                                        {"Transfer-Encoding: gzip\r\n", 400},
                                        {"Transfer-Encoding: chunked, gzip\r\n", 400},
                                        {"Transfer-Encoding: xchunked\r\n", 400},
                                        {"Transfer-Encoding: \r\n", 400},
                                        {"Transfer-Encoding: chunked, chunked\r\n", 400},
                                        {"Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n", 501},
                                        {"Transfer-Encoding: gzip, chunked\r\n", 501},
                                        {"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", 400},
                                        {"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", 400},
                                        {"Content-Length: 3\r\nContent-Length: 4\r\n", 400},
                                        {"Content-Length: +3\r\n", 400}}) {
    HttpClient client(server_->port());
    ASSERT_TRUE(
        client.send("POST /v1/identify/ALL?transactionId=t HTTP/1.1\r\nHost: localhost\r\n"
                    "Content-Type: application/json\r\n" +
                    std::string(headers) + "\r\n" + smuggled));
    const auto answer = client.receive();
    ASSERT_TRUE(answer.has_value()) << headers;
    EXPECT_EQ(answer->status, status) << headers;
    EXPECT_FALSE(answer->keep_alive) << headers;
    EXPECT_TRUE(client.closed_by_server()) << headers;
  }
  EXPECT_EQ(status_of("POST /v1/identify/ALL?transactionId=t HTTP/1.0\r\nContent-Type: application/json\r\n"
                      "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            400)
      << "HTTP/1.0 knows no chunks";
  EXPECT_EQ(service_->calls(), 0);
}

TEST_F(AdmissionTest, AnAbsoluteTargetIsReadAsTheOriginFormAndNamesTheHost) {
  const std::string host = "Host: 127.0.0.1\r\n";
  for (const auto& [target, status] : {std::pair("http://127.0.0.1/livez", 200),
                                       {"HTTP://LOCALHOST:8080/livez", 200},
                                       {"https://localhost/v1/galleries?transactionId=t", 200},
                                       {"http://attacker.example/livez", 403},
                                       {"http://user@127.0.0.1/livez", 400},
                                       {"http:///livez", 400},
                                       {"http://127.0.0.1", 303},
                                       {"ftp://127.0.0.1/livez", 400},
                                       {"127.0.0.1:80", 400},
                                       {"*", 400}}) {
    EXPECT_EQ(status_with(host, "GET " + std::string(target) + " HTTP/1.1"), status) << target;
  }
  EXPECT_EQ(status_with("", "GET http://127.0.0.1/livez HTTP/1.1"), 400) << "without a Host";
}

TEST_F(AdmissionTest, HeadIsAnsweredWhereverGetIsWithoutABody) {
  ASSERT_EQ(ask("POST", "/v1/persons/x/encounters/x?transactionId=t", encounter_body()).status, 200);
  for (const server::Route& route : server::served_routes().rows()) {
    if (route.method != "GET") continue;
    std::string target(route.path);
    for (auto at = target.find('{'); at != std::string::npos; at = target.find('{')) {
      target.replace(at, target.find('}') - at + 1, "x");
    }
    target += "?transactionId=t";
    const auto got = ask("GET", target);
    HttpClient client(server_->port());
    ASSERT_TRUE(client.send(HttpClient::request_text("HEAD", target) + HttpClient::request_text("GET", "/livez")));
    const auto head = client.receive_head();
    ASSERT_TRUE(head.has_value()) << target;
    EXPECT_EQ(head->status, got.status) << target;
    EXPECT_EQ(head->headers.at("content-type"), got.headers.at("content-type")) << target;
    if (route.path != "/metrics") {
      EXPECT_EQ(head->headers.at("content-length"), std::to_string(got.body.size())) << target;
    }
    EXPECT_EQ(client.receive()->body, "alive\n") << target << " had a body";
  }
}

}  // namespace
}  // namespace whorl::tests
