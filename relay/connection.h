// One member's connection to the switch. Private to this room.
#pragma once

#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "relay/admission.h"
#include "relay/switch_core.h"
#include "relay/wiped.h"

namespace whorl::relay {

// Lives as long as its run() coroutine and what waits for it, on the thread of the switch.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Switch::Core& core, boost::asio::ip::tcp::socket socket);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  boost::asio::awaitable<void> run();

  [[nodiscard]] bool is_known() const { return !member_.empty(); }
  [[nodiscard]] std::chrono::steady_clock::time_point deadline() const { return deadline_; }
  // Whatever it waits for fails.
  void close();

 private:
  using Body = boost::beast::http::basic_string_body<char, std::char_traits<char>, WipingAllocator<char>>;
  using Parser = boost::beast::http::request_parser<Body>;
  using Headers = std::vector<std::pair<std::string_view, std::string>>;
  using Wait = std::chrono::milliseconds;

  bool identify();
  [[nodiscard]] bool still_known() const;
  void give_time(Wait time) { deadline_ = std::chrono::steady_clock::now() + time; }
  boost::asio::awaitable<bool> first_bytes();
  boost::asio::awaitable<bool> serve_one();
  boost::asio::awaitable<bool> read_body();
  boost::asio::awaitable<bool> send();
  boost::asio::awaitable<bool> next();
  boost::asio::awaitable<bool> put_keys();
  boost::asio::awaitable<bool> get(std::string_view path);
  boost::asio::awaitable<bool> refuse(Undelivered why, bool body_was_read);
  boost::asio::awaitable<bool> answer(int status, const Headers& headers, std::string_view body, bool keep);
  boost::asio::awaitable<Delivered> hand_over(SendTicket ticket);
  [[nodiscard]] std::string header(std::string_view name) const;
  void listen_for_the_end();
  void wipe();

  Switch::Core& core_;
  boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream_;
  std::shared_ptr<boost::asio::steady_timer> bell_;
  boost::beast::basic_flat_buffer<WipingAllocator<char>> buffer_{64u << 10};
  std::optional<Parser> parser_;
  std::string member_;
  Sha256 key_{};
  std::chrono::steady_clock::time_point deadline_;
  bool receives_ = false;
  bool reading_ = false;  // a read waits for the next request, or the end
  bool ended_ = false;
};

}  // namespace whorl::relay
