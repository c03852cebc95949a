// Names of servers to numbers. The system's lookup blocks, for half a minute where a name server is silent: each name
// is looked up on a thread of its own, once for all who wait for it, and who waits gives up after a while. So a name
// that hangs delays nobody else's.
//
// Belongs to the thread of its io_context. Private to server/.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "server/tasks/callback_address.h"

namespace whorl::server {

class NameLookup {
 public:
  // What a name resolves to, or why it does not.
  struct Found {
    std::vector<boost::asio::ip::address> numbers;
    std::string failure;
  };
  // Blocks; called on threads of its own, which may outlive this object, and on several at once.
  using Resolve = std::function<Found(const std::string& host)>;
  static Found of_system(const std::string& host);

  NameLookup(boost::asio::io_context& io, std::chrono::milliseconds patience, Resolve resolve = of_system);
  // Lookups that hang are left to themselves.
  ~NameLookup();
  NameLookup(const NameLookup&) = delete;
  NameLookup& operator=(const NameLookup&) = delete;

  // Gives up after the time that was given.
  boost::asio::awaitable<Found> find(std::string host);
  // Of an address that says its number nothing is looked up.
  boost::asio::awaitable<Found> find(const CallbackAddress& address);

 private:
  struct Lookup {
    bool done = false;
    Found found;
    std::set<boost::asio::steady_timer*> waiting;
  };
  struct Mailbox;  // where threads leave what they found, as long as somebody takes it
  void start(const std::string& host, const std::shared_ptr<Lookup>& lookup);

  boost::asio::io_context& io_;
  const std::chrono::milliseconds patience_;
  const Resolve resolve_;
  std::map<std::string, std::shared_ptr<Lookup>> under_way_;
  std::shared_ptr<Mailbox> mailbox_;
};

}  // namespace whorl::server
