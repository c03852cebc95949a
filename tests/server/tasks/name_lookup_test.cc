// Names of callbacks: one that hangs delays nobody else's.
#include "server/tasks/name_lookup.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <future>
#include <mutex>

namespace whorl::server {
namespace {

namespace asio = boost::asio;
using Found = NameLookup::Found;

class NameLookupTest : public testing::Test {
 protected:
  NameLookupTest() : hanging_(hang_.get_future().share()) {}
  ~NameLookupTest() override {
    if (!released_) hang_.set_value();
  }
  NameLookup::Resolve resolve() {
    return [calls = calls_, hanging = hanging_](const std::string& host) {
      ++*calls;
      if (host == "hangs") hanging.wait();
      return Found{{asio::ip::make_address("127.0.0.1")}, ""};
    };
  }
  void find(NameLookup& names, const std::string& host) {
    asio::co_spawn(
        io_,
        [this, &names, host]() -> asio::awaitable<void> {
          Found found = co_await names.find(host);
          order_.push_back(host + (found.failure.empty() ? "" : ": " + found.failure));
        },
        asio::detached);
  }

  asio::io_context io_{1};
  std::promise<void> hang_;
  bool released_ = false;
  std::shared_future<void> hanging_;
  std::shared_ptr<std::atomic<int>> calls_ = std::make_shared<std::atomic<int>>(0);
  std::vector<std::string> order_;
};

TEST_F(NameLookupTest, ANameThatHangsDelaysNobodyElsesAndIsGivenUp) {
  NameLookup names(io_, std::chrono::seconds(3), resolve());
  for (int i = 0; i < 20; ++i) find(names, "hangs");
  for (int i = 0; i < 3; ++i) find(names, "name" + std::to_string(i));
  io_.run();
  ASSERT_EQ(order_.size(), 23U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(order_[i].rfind("name", 0), 0U) << order_[i];
  for (std::size_t i = 3; i < 23; ++i) EXPECT_EQ(order_[i], "hangs: the name is still being looked up");
  EXPECT_EQ(*calls_, 4) << "one lookup for all who ask for one name";
}

TEST_F(NameLookupTest, WhatIsFoundTooLateIsOfUseToWhoAsksNext) {
  NameLookup names(io_, std::chrono::seconds(2), resolve());
  find(names, "hangs");
  io_.run();
  EXPECT_EQ(order_.size(), 1U);
  hang_.set_value();
  released_ = true;
  io_.restart();
  find(names, "name");
  io_.run();
  EXPECT_EQ(order_.back(), "name");
}

TEST_F(NameLookupTest, NobodyWaitsForAHangingLookupAtTheEnd) {
  {
    NameLookup names(io_, std::chrono::milliseconds(1), resolve());
    find(names, "hangs");
    io_.run();
  }
  hang_.set_value();  // it comes home to nobody
  released_ = true;
  SUCCEED();
}

}  // namespace
}  // namespace whorl::server
