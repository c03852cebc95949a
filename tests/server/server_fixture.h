// A server on a free port before a fake service.
#pragma once

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <memory>
#include <string>

#include "server/server.h"
#include "tests/server/fake_service.h"
#include "tests/server/http_client.h"
#include "tests/server/requests.h"

namespace whorl::tests {

class ServerTest : public testing::Test {
 protected:
  // Starts (or restarts) the server.
  void start(server::ServerConfig config = {}) {
    server_.reset();
    if (config.threads == 0) config.threads = 2;
    auto started = server::Server::start(config, service_, world());
    ASSERT_TRUE(started.ok()) << started.error().text();
    server_ = std::move(started).value();
  }

  // Whose clock and randomness the server takes.
  virtual World& world() { return real_world(); }

  // One request on a connection of its own.
  HttpAnswer ask(std::string_view method, std::string_view target, std::string_view body = {},
                 const Headers& headers = {}) {
    if (!server_) start();
    HttpClient client(server_->port());
    auto answer = client.ask(method, target, body, headers);
    EXPECT_TRUE(answer.has_value()) << method << " " << target << " got no answer";
    return answer.value_or(HttpAnswer{});
  }

  static boost::json::value json_of(const HttpAnswer& answer) {
    boost::system::error_code error;
    auto value = boost::json::parse(answer.body, error);
    EXPECT_FALSE(error) << answer.body;
    return value;
  }

  // The text of an Error body, checked for its shape.
  static std::string message_of(const HttpAnswer& answer) {
    const auto value = json_of(answer);
    if (!value.is_object() || value.as_object().size() != 2) {
      ADD_FAILURE() << "not an Error: " << answer.body;
      return {};
    }
    EXPECT_EQ(value.at("code").as_int64(), answer.status);
    return std::string(value.at("message").as_string().c_str());
  }

  std::shared_ptr<FakeService> service_ = std::make_shared<FakeService>();
  std::unique_ptr<server::Server> server_;
};

}  // namespace whorl::tests
