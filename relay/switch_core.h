// What the connections of a switch share. Private to this room.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <optional>
#include <set>
#include <thread>

#include "exchange/directory/directory.h"
#include "exchange/policy/policy.h"
#include "relay/counters.h"
#include "relay/switch.h"

namespace whorl::relay {

class Connection;

// What the operator's files say; counts as a whole or not at all.
struct Standing {
  exchange::Directory directory;
  exchange::Policy policy;
  std::string directory_note;
  std::string policy_note;
  std::shared_ptr<boost::asio::ssl::context> tls;
};
Result<std::shared_ptr<const Standing>> read_standing(const SwitchConfig& config, std::chrono::sys_seconds now,
                                                      std::uint64_t least_serial);

// Belongs to the thread of `io`.
struct Switch::Core {
  Core(SwitchConfig its_config, World& its_world, Log its_log, std::shared_ptr<const Standing> its_standing,
       Counters its_counters)
      : config(std::move(its_config)),
        world(its_world),
        log(std::move(its_log)),
        standing(std::move(its_standing)),
        counters(std::move(its_counters)),
        rendezvous(config.limits) {}

  [[nodiscard]] std::chrono::sys_seconds now() const { return std::chrono::floor<std::chrono::seconds>(world.now()); }

  Status listen();
  boost::asio::awaitable<void> accept();
  boost::asio::awaitable<void> tick();
  void read_again();
  void close_late();
  void stop();

  SwitchConfig config;
  World& world;
  Log log;
  std::shared_ptr<const Standing> standing;
  Counters counters;
  Rendezvous rendezvous;
  std::map<std::string, std::string> day_keys;  // as their members have signed them
  std::map<std::string, std::size_t> connections_of;
  std::set<Connection*> connections;
  std::atomic<std::uint64_t> delivered{0};
  std::filesystem::file_time_type files_read{};
  bool stopping = false;
  std::uint16_t port = 0;

  boost::asio::io_context io{1};
  boost::asio::ip::tcp::acceptor acceptor{io};
  boost::asio::steady_timer ticking{io};
  std::thread thread;
};

}  // namespace whorl::relay
