// People who sign in at the operator's identity provider (OpenID Connect, code flow with PKCE), and their sessions
// here.
//
// The browser holds two cookies: that of an attempt, which lives for five minutes and comes along from the provider
// (SameSite=Lax), and that of the session (SameSite=Strict). No token of the provider reaches it. docs/access.md says
// what is checked.
//
// Belongs to the network thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/world.h"
#include "engine/access/attempts.h"
#include "engine/access/rate_limit.h"
#include "engine/access/sessions.h"
#include "engine/call.h"
#include "server/access/access_files.h"
#include "server/access/door_log.h"
#include "server/access/visitor.h"
#include "server/http/message.h"
#include "server/operations/metrics.h"

namespace whorl::server {

class ProviderSignIn {
 public:
  // `world`, `log` and `files` (null: nobody signs in) outlive it.
  ProviderSignIn(World& world, DoorLog& log, AccessFiles* files);

  // Who has the session of this cookie. Errors: not_signed_in; site_foreign for a change that does not come from a page
  // of this server; those of SignIn::of_person.
  Result<engine::Principal> by_session(const Access& access, const Visitor& visitor);

  // GET /v1/sign-in: {"provider", "csrf"}: whether people sign in there, and what a page says with a change.
  Reply ways(const Visitor& visitor);
  // Sends the browser to the provider, and from there back to `page`. `again`: whoever is signed in there already shows
  // anew who they are, and what the provider says of when counts. 404 where there is none, 503 where it could not
  // be asked yet, 429 for who begins too often.
  Reply begin(const Visitor& visitor, std::string_view page, bool again);
  // What the browser brings from there. A page that goes on to the one that was wanted; it says ?signIn=... where it
  // did not succeed. Waits for the provider, for 5 s at most each time that it is asked.
  boost::asio::awaitable<Reply> finish(Visitor visitor, std::string target);
  // Ends the session: {"provider"}, where the person can sign out there, too, or null.
  Result<Reply> end(const Visitor& visitor);

  // Nothing where people sign in at no provider. Takes time by the number of sessions, 10,000 at most.
  [[nodiscard]] std::optional<SessionGauges> sessions() const;

 private:
  // Nothing where there is no provider.
  std::shared_ptr<const Access> access() const;
  boost::asio::awaitable<Result<access::ProviderPerson>> known(std::shared_ptr<const Access> access,
                                                               access::Attempt attempt, ProviderAnswer answer);
  boost::asio::awaitable<Result<access::ProviderPerson>> read(std::shared_ptr<const Access> access,
                                                              std::string id_token, std::string nonce);
  Reply refused(const Visitor& visitor, const std::string& page, const Error& error);
  std::optional<Reply> too_often(const Visitor& visitor, std::string_view what, int most);

  World& world_;
  DoorLog& log_;
  AccessFiles* const files_;
  const access::Attempts attempts_;
  access::Sessions sessions_;
  access::RateLimits limits_;
};

// Waits until the keys were fetched anew. False where they are as new as may be.
boost::asio::awaitable<bool> fetched_anew(RemoteKeys& keys, World& world);

}  // namespace whorl::server
