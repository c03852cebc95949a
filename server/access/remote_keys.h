// An issuer's key set, fetched over HTTPS and kept new: every few minutes, and where a key is asked for that is not in
// it. Of an identity provider its description, too, which says where the keys lie.
//
// What cannot be fetched or read changes nothing for a day; then there are no keys. A key that is gone from a set that
// was fetched is gone at once. Thread-safe.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/event.h"
#include "base/world.h"
#include "engine/access/key_source.h"
#include "server/access/provider_messages.h"
#include "server/fetch/fetcher.h"

namespace whorl::server {

class RemoteKeys final : public access::KeySource {
 public:
  // How often is fetched.
  struct Pace {
    std::chrono::milliseconds every{600'000};
    std::chrono::milliseconds least{60'000};  // between two, whoever asks for a key
    std::chrono::milliseconds retry{5'000};   // after one that failed
    std::chrono::milliseconds keep{std::chrono::hours(24)};
  };
  struct Source {
    std::string issuer = {};  // of an identity provider; empty: `url` is the set's
    std::string url = {};
    std::shared_ptr<boost::asio::ssl::context> context = {};

    [[nodiscard]] const std::string& name() const { return issuer.empty() ? url : issuer; }
  };

  // Begins to fetch. `before`: what an earlier one of the same source has, until there is better; may be null.
  // `fetcher` and `world` outlive it.
  RemoteKeys(Fetcher& fetcher, Source source, Pace pace, World& world, EventSink events, const RemoteKeys* before);
  ~RemoteKeys() override;
  RemoteKeys(const RemoteKeys&) = delete;
  RemoteKeys& operator=(const RemoteKeys&) = delete;

  [[nodiscard]] std::shared_ptr<const crypto::JwkSet> keys() const override;
  // Null until it was fetched, and where there is none.
  [[nodiscard]] std::shared_ptr<const ProviderDescription> description() const;
  [[nodiscard]] const Source& source() const;

  // A key was asked for that is not there. False: they are as new as may be; else `done` is called, on another thread,
  // once a fetch has ended.
  bool refresh(std::function<void()> done);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace whorl::server
