// Questions to servers that the operator has named: key sets, the description of an identity provider, a code for a
// token. Over TLS 1.3 to a server of pinned CAs, never redirected, bounded in time and size as a whole.
//
// A thread of its own: nothing of it holds up the network thread. Thread-safe.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/result.h"
#include "server/tasks/callback_address.h"
#include "server/tasks/name_lookup.h"

namespace whorl::server {

struct Question {
  CallbackAddress address;
  std::shared_ptr<boost::asio::ssl::context> context;
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string form = {};                            // with one it is a POST
  std::size_t most_bytes = std::size_t{256} << 10;  // of the answer's body
  std::chrono::milliseconds patience{5'000};        // from the look-up of the name to the last byte
};

// "https://NAME[:PORT]/..."; nothing for anything else.
std::optional<CallbackAddress> https_address(std::string_view url);

class Fetcher {
 public:
  using Answered = std::function<void(Result<std::string>)>;

  Fetcher();
  ~Fetcher();
  Fetcher(const Fetcher&) = delete;
  Fetcher& operator=(const Fetcher&) = delete;

  // The body of an answer with status 200. Errors: kUnavailable, saying what went wrong and nothing of what was sent or
  // came; a redirection is one. `answered` is called on the fetcher's thread.
  void ask(Question question, Answered answered);
  // The same for what runs on the fetcher's thread.
  boost::asio::awaitable<Result<std::string>> answer(Question question);

  [[nodiscard]] boost::asio::io_context& io() { return io_; }

  // Drops what is under way: nobody is told. Idempotent; of the owner's thread.
  void stop();

 private:
  void run();

  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};
  NameLookup names_;
  std::thread thread_;
};

}  // namespace whorl::server
