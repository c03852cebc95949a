#include "server/access/remote_keys.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <mutex>
#include <utility>

#include "engine/access/sign_in.h"

namespace whorl::server {
namespace asio = boost::asio;
namespace {

using Ticks = std::chrono::steady_clock::time_point;

// One reading of both. A description without keys is none.
struct Fetched {
  std::shared_ptr<const ProviderDescription> description;
  std::shared_ptr<const crypto::JwkSet> keys;
  Ticks at;
};

Error in(const char* what, const Error& error) { return unavailable(std::string(what) + ": " + error.text()); }

}  // namespace

struct RemoteKeys::State {
  State(Fetcher& fetcher_in, Source source_in, Pace pace_in, World& world_in, EventSink events_in)
      : fetcher(fetcher_in),
        source(std::move(source_in)),
        pace(pace_in),
        world(world_in),
        events(std::move(events_in)),
        timer(fetcher_in.io()) {}

  Fetcher& fetcher;
  const Source source;
  const Pace pace;
  World& world;
  const EventSink events;
  asio::steady_timer timer;  // of the fetcher's thread

  std::mutex mutex;
  std::optional<Fetched> has;     // guarded by mutex, as all below
  std::optional<Ticks> tried;     // when the last fetch ended
  std::string last_failure = {};  // of it; empty: it went well
  bool under_way = true;          // the first is about to begin
  bool stopped = false;
  std::vector<std::function<void()>> waiting = {};

  asio::awaitable<Result<Fetched>> fetch();
  void take(Result<Fetched> fetched);
  std::chrono::milliseconds pause();
  static asio::awaitable<void> run(std::shared_ptr<State> state);
};

asio::awaitable<Result<Fetched>> RemoteKeys::State::fetch() {
  Fetched out;
  std::optional<CallbackAddress> at = https_address(source.url);
  if (!source.issuer.empty()) {
    const auto about = description_address(source.issuer);
    if (!about) co_return unavailable("the issuer is no https address");
    Question question{.address = *about, .context = source.context};
    question.most_bytes = kMostProviderJsonBytes;
    const auto text = co_await fetcher.answer(std::move(question));
    if (!text.ok()) co_return in("the description of the provider", text.error());
    auto read = read_description(*text, source.issuer);
    if (!read.ok()) co_return in("the description of the provider", read.error());
    out.description = std::make_shared<const ProviderDescription>(std::move(*read));
    at = out.description->keys;
  }
  if (!at) co_return unavailable("the keys' address is none");
  Question question{.address = *at, .context = source.context};
  const auto text = co_await fetcher.answer(std::move(question));
  if (!text.ok()) co_return in("the keys", text.error());
  auto keys = access::parse_keys(*text);
  if (!keys.ok()) co_return in("the keys", keys.error());
  out.keys = std::move(*keys);
  co_return out;
}

void RemoteKeys::State::take(Result<Fetched> fetched) {
  std::vector<std::function<void()>> told;
  std::optional<Event> event;
  {
    const std::lock_guard lock(mutex);
    tried = world.ticks();
    const bool first = !has;
    if (fetched.ok()) {
      has = std::move(*fetched);
      has->at = *tried;
      if (first || !last_failure.empty()) {
        event = Event{Severity::kInfo, "keys_fetched", "The keys of " + source.name() + " were fetched."};
      }
      last_failure.clear();
    } else {
      const std::string why = fetched.error().message;
      if (has && *tried - has->at > pace.keep) has.reset();
      if (why != last_failure) {
        event = Event{Severity::kError, "keys_not_fetched",
                      "The keys of " + source.name() + " were not fetched" +
                          (has ? ", and those before hold: " : ", and there are none: ") + why};
      }
      last_failure = why;
    }
    under_way = false;
    told.swap(waiting);
  }
  if (event && events) events(*event);
  for (const auto& each : told) each();
}

std::chrono::milliseconds RemoteKeys::State::pause() {
  const std::lock_guard lock(mutex);
  return last_failure.empty() ? pace.every : pace.retry;
}

asio::awaitable<void> RemoteKeys::State::run(std::shared_ptr<State> state) {
  for (;;) {
    auto fetched = co_await state->fetch();
    state->take(std::move(fetched));
    {
      const std::lock_guard lock(state->mutex);
      if (state->stopped) co_return;
    }
    state->timer.expires_after(state->pause());
    boost::system::error_code woken;
    co_await state->timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    const std::lock_guard lock(state->mutex);
    if (state->stopped) co_return;
    state->under_way = true;
  }
}

RemoteKeys::RemoteKeys(Fetcher& fetcher, Source source, Pace pace, World& world, EventSink events,
                       const RemoteKeys* before)
    : state_(std::make_shared<State>(fetcher, std::move(source), pace, world, std::move(events))) {
  if (before != nullptr) {
    const std::lock_guard lock(before->state_->mutex);
    state_->has = before->state_->has;
  }
  asio::co_spawn(fetcher.io(), State::run(state_), asio::detached);
}

RemoteKeys::~RemoteKeys() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopped = true;
    state_->waiting.clear();
  }
  asio::post(state_->fetcher.io(), [state = state_] { state->timer.cancel(); });
}

std::shared_ptr<const crypto::JwkSet> RemoteKeys::keys() const {
  const std::lock_guard lock(state_->mutex);
  return state_->has ? state_->has->keys : nullptr;
}

std::shared_ptr<const ProviderDescription> RemoteKeys::description() const {
  const std::lock_guard lock(state_->mutex);
  return state_->has ? state_->has->description : nullptr;
}

const RemoteKeys::Source& RemoteKeys::source() const { return state_->source; }

bool RemoteKeys::refresh(std::function<void()> done) {
  {
    const std::lock_guard lock(state_->mutex);
    const auto gap = state_->last_failure.empty() ? state_->pace.least : state_->pace.retry;
    if (!state_->under_way && state_->tried && state_->world.ticks() - *state_->tried < gap) return false;
    state_->waiting.push_back(std::move(done));
    if (state_->under_way) return true;
    state_->under_way = true;
  }
  asio::post(state_->fetcher.io(), [state = state_] { state->timer.cancel(); });
  return true;
}

}  // namespace whorl::server
