// Who comes in: of every request it is settled, before its body is read, who sends it, whether they may do that, and
// whether they have asked too often. Private to server/.
//
// Where no access files are configured the server listens on loopback alone, and everybody is the local user.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/world.h"
#include "engine/access/rate_limit.h"
#include "engine/access/recent_sign_ins.h"
#include "engine/access/sign_in.h"
#include "engine/call.h"
#include "server/access/access_files.h"
#include "server/access/door_log.h"
#include "server/access/provider_sign_in.h"
#include "server/access/visitor.h"
#include "server/http/message.h"
#include "server/http/router.h"
#include "server/http/worker_queue.h"
#include "server/operations/metrics.h"

namespace whorl::server {

// Either somebody who may ask what they ask, or the reply that says why not.
struct Admission {
  engine::Principal who;
  std::optional<Reply> refused = {};
};

// Belongs to the network thread.
class Door {
 public:
  // `world`, `metrics`, `log` and `files` (null: everybody is the local user) outlive it.
  Door(World& world, Metrics& metrics, DoorLog& log, AccessFiles* files);

  // 401 with WWW-Authenticate for who is not known, 400 for two headers, 403 for who may not, or would have to sign in
  // again for a route that decides, 429 with Retry-After for who asks too often, 503 where too many passwords are being
  // looked at. A route without a scope is open to everybody.
  boost::asio::awaitable<Admission> admit(const RouteMatch& match, const Visitor& visitor);

  // Where people sign in at a provider, and out.
  [[nodiscard]] ProviderSignIn& provider() { return provider_; }
  [[nodiscard]] const ProviderSignIn& provider() const { return provider_; }

  // Drops the passwords that wait to be looked at.
  void stop() { passwords_.reset(); }

 private:
  boost::asio::awaitable<Result<engine::Principal>> sign_in(const Access& access, const Visitor& visitor);
  boost::asio::awaitable<Result<engine::Principal>> by_token(const Access& access, const std::string& token,
                                                             const access::PeerCertificate* peer);
  boost::asio::awaitable<Result<engine::Principal>> by_password(const Access& access, const std::string& name,
                                                                std::string password, const Visitor& visitor);
  Reply refused_sign_in(const Access& access, const Visitor& visitor, const Error& error);
  std::optional<Reply> refused_rate(const access::LimitConfig& limits, const RouteMatch& match,
                                    const engine::Principal& who);
  Reply too_often(const Error& error, std::chrono::seconds wait, std::string_view limit);

  World& world_;
  Metrics& metrics_;
  DoorLog& log_;
  AccessFiles* const files_;
  ProviderSignIn provider_;
  std::shared_ptr<const Access> seen_;  // the reading that `recent_` is of
  access::RateLimits limits_;
  access::RecentSignIns recent_;
  std::optional<WorkerQueue> passwords_;
};

// One key for each caller: of limits, and of turns at the workers. Empty for the local user.
std::string caller_key(const engine::Principal& who);

}  // namespace whorl::server
