#include "server/tasks/name_lookup.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <mutex>
#include <thread>

namespace whorl::server {

namespace asio = boost::asio;

namespace {

// As many threads as may hang at once. Names are the operator's, so there are no more of them than of his entries.
constexpr std::size_t kMostAtOnce = 256;

}  // namespace

struct NameLookup::Mailbox {
  std::mutex mutex;
  asio::io_context* io = nullptr;  // null: nobody takes it any more
};

NameLookup::Found NameLookup::of_system(const std::string& host) {
  Found out;
  try {
    asio::io_context io;
    asio::ip::tcp::resolver resolver(io);
    boost::system::error_code error;
    const auto found = resolver.resolve(host, std::string(), error);
    if (error) out.failure = "the name is not found: " + error.message();
    for (const auto& each : found) out.numbers.push_back(each.endpoint().address());
  } catch (const std::exception& e) {
    out.failure = std::string("looking up a name: ") + e.what();
  }
  return out;
}

NameLookup::NameLookup(asio::io_context& io, std::chrono::milliseconds patience, Resolve resolve)
    : io_(io), patience_(patience), resolve_(std::move(resolve)), mailbox_(std::make_shared<Mailbox>()) {
  mailbox_->io = &io_;
}

NameLookup::~NameLookup() {
  const std::scoped_lock lock(mailbox_->mutex);
  mailbox_->io = nullptr;
}

void NameLookup::start(const std::string& host, const std::shared_ptr<Lookup>& lookup) {
  std::thread([this, host, lookup, mailbox = mailbox_, resolve = resolve_] {
    Found found = resolve(host);
    const std::scoped_lock lock(mailbox->mutex);
    if (mailbox->io == nullptr) return;  // and this object is gone
    asio::post(*mailbox->io, [this, host, lookup, found = std::move(found)]() mutable {
      lookup->found = std::move(found);
      lookup->done = true;
      under_way_.erase(host);
      for (asio::steady_timer* each : lookup->waiting) each->cancel();
    });
  }).detach();
}

asio::awaitable<NameLookup::Found> NameLookup::find(const CallbackAddress& address) {
  if (address.number) co_return Found{{*address.number}, {}};
  co_return co_await find(address.host);
}

asio::awaitable<NameLookup::Found> NameLookup::find(std::string host) {
  std::shared_ptr<Lookup> lookup;
  if (const auto at = under_way_.find(host); at != under_way_.end()) {
    lookup = at->second;
  } else {
    if (under_way_.size() >= kMostAtOnce) co_return Found{{}, "too many names are being looked up"};
    lookup = std::make_shared<Lookup>();
    start(host, lookup);
    under_way_.emplace(host, lookup);
  }
  asio::steady_timer timer(io_, patience_);
  lookup->waiting.insert(&timer);
  boost::system::error_code ended;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ended));
  lookup->waiting.erase(&timer);
  if (!lookup->done) co_return Found{{}, "the name is still being looked up"};
  co_return lookup->found;
}

}  // namespace whorl::server
