#include "relay/switch.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/catalogue.h"
#include "base/files.h"
#include "exchange/policy/policy_note.h"
#include "relay/connection.h"
#include "relay/switch_core.h"

namespace whorl::relay {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using asio::ip::tcp;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds kTick{100};
constexpr std::chrono::milliseconds kPauseAfterFailure{100};
constexpr std::chrono::seconds kWriteEvery{60};
constexpr std::chrono::seconds kLookEvery{2};

Result<std::string> text_of(const fs::path& file) {
  WHORL_ASSIGN(const Bytes bytes, read_file(file, crypto::kMostNoteBytes));
  return std::string(as_text(bytes));
}

// The latest change of any of the files.
fs::file_time_type changed_at(const SwitchConfig& config) {
  fs::file_time_type out = fs::file_time_type::min();
  for (const fs::path* file :
       {&config.directory, &config.policy, &config.tls.certificate, &config.tls.key, &config.tls.authorities}) {
    std::error_code error;
    const auto at = fs::last_write_time(*file, error);
    if (!error) out = std::max(out, at);
  }
  return out;
}

}  // namespace

Result<std::shared_ptr<const Standing>> read_standing(const SwitchConfig& config, std::chrono::sys_seconds now,
                                                      std::uint64_t least_serial) {
  auto out = std::make_shared<Standing>();
  WHORL_ASSIGN(out->directory_note, text_of(config.directory));
  WHORL_ASSIGN(out->directory, exchange::open_directory(out->directory_note, config.office, now, least_serial));
  WHORL_ASSIGN(out->policy_note, text_of(config.policy));
  WHORL_ASSIGN(auto policy, exchange::open_policy(out->policy_note, config.office, out->directory));
  out->policy = std::move(policy.policy);
  if (now < out->policy.valid_from || now >= out->policy.valid_until) {
    return failure(ErrorCode::kOutOfForce, with<"from">(rfc3339(out->policy.valid_from)),
                   with<"until">(rfc3339(out->policy.valid_until)), with<"now">(rfc3339(now)))
        .within(config.policy.string());
  }
  WHORL_ASSIGN(SslContext context, hop_context(config.tls, HopSide::kSwitch));
  out->tls = std::make_shared<asio::ssl::context>(context.release());
  return std::shared_ptr<const Standing>(std::move(out));
}

Status Switch::Core::listen() {
  boost::system::error_code error;
  const auto address = asio::ip::make_address(config.address, error);
  if (error) return failure(ErrorCode::kAddressMalformed, "address");
  const tcp::endpoint endpoint(address, config.port);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (!error) port = acceptor.local_endpoint(error).port();
  if (!error) return {};
  return failure(ErrorCode::kCannotListen, with<"address">(config.address), with<"port">(config.port),
                 with<"cause">(error.message()));
}

// At the limit the connection that has not shown a certificate for longest makes room; where each has, the new one
// goes.
asio::awaitable<void> Switch::Core::accept() {
  while (!stopping) {
    auto [error, socket] = co_await acceptor.async_accept(kTuple);
    if (stopping) co_return;
    if (error) {
      asio::steady_timer pause(io, kPauseAfterFailure);
      co_await pause.async_wait(kTuple);
      continue;
    }
    if (connections.size() >= config.most_connections) {
      Connection* oldest = nullptr;
      for (Connection* each : connections) {
        if (!each->is_known() && (oldest == nullptr || each->deadline() < oldest->deadline())) oldest = each;
      }
      if (oldest == nullptr) continue;
      oldest->close();
    }
    const auto connection = std::make_shared<Connection>(*this, std::move(socket));
    asio::co_spawn(io, connection->run(), [connection](const std::exception_ptr&) {});
  }
}

void Switch::Core::close_late() {
  const auto at = std::chrono::steady_clock::now();
  for (Connection* each : connections) {
    if (at > each->deadline()) each->close();
  }
}

void Switch::Core::read_again() {
  const auto changed = changed_at(config);
  if (changed == files_read) return;
  files_read = changed;
  auto read = read_standing(config, now(), standing->directory.serial);
  if (!read.ok()) return log("the files changed and are not taken: " + read.error().text());
  standing = std::move(*read);
  std::erase_if(day_keys, [&](const auto& each) { return !standing->directory.members.contains(each.first); });
  log("directory " + std::to_string(standing->directory.serial) + ", policy " + standing->policy.id());
}

asio::awaitable<void> Switch::Core::tick() {
  auto written = std::chrono::steady_clock::now();
  auto looked = written;
  while (!stopping) {
    ticking.expires_after(kTick);
    co_await ticking.async_wait(kTuple);
    const auto at = std::chrono::steady_clock::now();
    rendezvous.pass_time(world.ticks());
    close_late();
    if (at - looked >= kLookEvery) {
      looked = at;
      read_again();
    }
    if (at - written < kWriteEvery) continue;
    written = at;
    if (const Status status = counters.write(now()); !status.ok())
      log("the counters are not written: " + status.error().text());
  }
}

void Switch::Core::stop() {
  if (stopping) return;
  stopping = true;
  boost::system::error_code ignored;
  acceptor.close(ignored);
  ticking.cancel();
  const std::vector<Connection*> open(connections.begin(), connections.end());
  for (Connection* each : open) each->close();
  if (const Status status = counters.write(now()); !status.ok())
    log("the counters are not written: " + status.error().text());
  log("stopped");
  io.stop();
}

Switch::Switch(std::unique_ptr<Core> core) : core_(std::move(core)) {}

Result<std::unique_ptr<Switch>> Switch::start(SwitchConfig config, World& world, Log log) {
  if (config.switches == 0) return invalid_input("is 1 or more", "switches");
  const auto now = std::chrono::floor<std::chrono::seconds>(world.now());
  const auto changed = changed_at(config);
  WHORL_ASSIGN(auto standing, read_standing(config, now, 0));
  WHORL_ASSIGN(Counters counters, Counters::open(config.counters, now, real_file_system()));
  auto core =
      std::make_unique<Core>(std::move(config), world, std::move(log), std::move(standing), std::move(counters));
  core->files_read = changed;
  WHORL_TRY(core->listen());
  Core* const running = core.get();
  running->log("listening on " + running->config.address + " port " + std::to_string(running->port) + ", directory " +
               std::to_string(running->standing->directory.serial) + ", policy " + running->standing->policy.id());
  asio::co_spawn(running->io, running->accept(), asio::detached);
  asio::co_spawn(running->io, running->tick(), asio::detached);
  running->thread = std::thread([running] { running->io.run(); });
  return std::unique_ptr<Switch>(new Switch(std::move(core)));
}

Switch::~Switch() {
  request_stop();
  wait();
  core_->rendezvous = Rendezvous(core_->config.limits);  // its callbacks hold timers, which must not outlive the loop
}

std::uint16_t Switch::port() const { return core_->port; }
std::uint64_t Switch::delivered() const { return core_->delivered; }

void Switch::request_stop() {
  asio::post(core_->io, [core = core_.get()] { core->stop(); });
}

void Switch::wait() {
  if (core_->thread.joinable()) core_->thread.join();
}

}  // namespace whorl::relay
