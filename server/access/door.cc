#include "server/access/door.h"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <utility>

#include "base/catalogue.h"
#include "engine/access/authorise.h"
#include "engine/access/fresh_sign_in.h"
#include "engine/access/scopes.h"
#include "server/access/authorization.h"
#include "server/http/deadline_timer.h"

namespace whorl::server {
namespace {

namespace asio = boost::asio;
using engine::Principal;

constexpr std::size_t kPasswordsWaiting = 8;
constexpr std::chrono::seconds kPasswordTime{10};
// A name may be tried from many addresses; so it has a limit of its own, which is wider.
constexpr int kNameFactor = 6;

// A password that is being looked at, on a thread of its own: it takes long, and searches must not wait for it.
struct PasswordCheck {
  std::shared_ptr<const access::SignIn> sign_in;
  std::string name;
  std::string password;
  std::optional<access::PeerCertificate> peer;
  std::optional<Result<Principal>> answer;  // written by the worker, read by the network thread after the post
  DeadlineTimer done;

  PasswordCheck(const asio::any_io_executor& executor, World& world)
      : done(executor, world, world.ticks() + kPasswordTime) {}
};

void look_at(const std::shared_ptr<PasswordCheck>& check, const asio::any_io_executor& network) {
  auto answer = check->sign_in->by_password(check->name, check->password, check->peer ? &*check->peer : nullptr);
  asio::post(network, [check, answer = std::make_unique<Result<Principal>>(std::move(answer))]() mutable {
    check->answer = std::move(*answer);
    check->done.stop();
  });
}

ByteView certificate_of(const Visitor& visitor) { return visitor.peer ? ByteView(visitor.peer->digest) : ByteView(); }

// Where Basic stands in it, a browser asks for name and password in a window of its own, and keeps them: a page that
// signs people in is not offered it.
std::string challenge(const access::AccessConfig& config, bool shown, std::string_view more, bool by_script) {
  std::string out = R"(Bearer realm="whorl")";
  if (shown) out += R"(, error=")" + std::string(more) + '"';
  if (by_script) return out;
  const bool passwords = std::any_of(config.people.begin(), config.people.end(),
                                     [](const access::Person& each) { return each.password.has_value(); });
  return passwords ? out + R"(, Basic realm="whorl", charset="UTF-8")" : out;
}

std::string_view gallery_of(const RouteMatch& match) {
  for (const auto& [name, value] : match.path.all()) {
    if (name == "galleryId") return value;
  }
  return {};
}

// How long the error says to wait.
std::chrono::seconds seconds_of(const Error& error) {
  const auto* value = std::get_if<std::int64_t>(&error.reason.arguments.front().value);
  return std::chrono::seconds(value == nullptr ? 1 : *value);
}

Status check_gallery(const RouteMatch& match, const Principal& who) {
  const std::string_view gallery = gallery_of(match);
  if (gallery.empty() || access::may_use_gallery(who, gallery)) return {};
  return failure(ErrorCode::kGalleryForbidden, "galleryId");
}

// With what would be enough, for programs (RFC 6750, 3; RFC 9470, 3).
Reply forbidden(const RouteMatch& match, const Error& error, std::chrono::seconds within) {
  Reply out = error_reply(403, error);
  const auto challenge = [&](const std::string& what) {
    out.headers.emplace_back("WWW-Authenticate", R"(Bearer realm="whorl", error=")" + what + '"');
  };
  if (error.reason.code == ErrorCode::kScopeLacking) {
    challenge(R"(insufficient_scope", scope=")" + std::string(match.route->scope));
  }
  if (error.reason.code == ErrorCode::kSignInAgain) {
    challenge(R"(insufficient_user_authentication", max_age=")" + std::to_string(within.count()));
  }
  return out;
}

}  // namespace

std::string caller_key(const Principal& who) { return who.is_local() ? "" : who.issuer + '\n' + who.subject; }

Door::Door(World& world, Metrics& metrics, DoorLog& log, AccessFiles* files)
    : world_(world), metrics_(metrics), log_(log), files_(files), provider_(world, log, files) {
  if (files_ != nullptr) passwords_.emplace(1, kPasswordsWaiting, WorkerQueue::Priority::kLow);
}

asio::awaitable<Admission> Door::admit(const RouteMatch& match, const Visitor& visitor) {
  if (match.route == nullptr) co_return Admission{};
  if (files_ == nullptr) {
    if (match.route->reads_of_people()) log_.read({}, std::string(gallery_of(match)));
    co_return Admission{};
  }
  if (match.route->scope.empty() && !match.route->signed_in) co_return Admission{};
  const std::shared_ptr<const Access> access = files_->now();
  if (access != seen_) recent_.forget();
  seen_ = access;
  auto who = co_await sign_in(*access, visitor);
  if (!who.ok()) co_return Admission{{}, refused_sign_in(*access, visitor, who.error())};
  Admission out{std::move(*who)};
  Status allowed = match.route->scope.empty() ? Status() : access::authorise(out.who, match.route->needs());
  if (allowed.ok()) allowed = check_gallery(match, out.who);
  const std::chrono::seconds within = access->sign_in->config().decisions.signed_in_within;
  if (allowed.ok() && match.route->decides) allowed = access::require_fresh_sign_in(out.who, within, world_.now());
  if (!allowed.ok()) {
    metrics_.count_refused("forbidden");
    log_.refused(out.who, allowed.error().code());
    out.refused = forbidden(match, allowed.error(), within);
    co_return out;
  }
  out.refused = refused_rate(access->sign_in->config().limits, match, out.who);
  if (out.refused) {
    log_.refused(out.who, ErrorCode::kRequestsTooMany.name());
  } else if (match.route->reads_of_people()) {
    log_.read(out.who, std::string(gallery_of(match)));
  }
  co_return out;
}

asio::awaitable<Result<Principal>> Door::sign_in(const Access& access, const Visitor& visitor) {
  if (visitor.peer && !visitor.peer_taken) co_return failure(ErrorCode::kCertificateRefused);
  const auto shown = read_authorization(visitor.authorizations);
  if (!shown.ok()) co_return shown.error();
  const access::PeerCertificate* peer = visitor.peer ? &*visitor.peer : nullptr;
  if (const auto* bearer = std::get_if<BearerToken>(&*shown)) {
    co_return co_await by_token(access, bearer->token, peer);
  }
  if (const auto* named = std::get_if<NameAndPassword>(&*shown)) {
    co_return co_await by_password(access, named->name, named->password, visitor);
  }
  if (!visitor.cookies.empty()) {
    auto of_session = provider_.by_session(access, visitor);
    if (of_session.ok() || of_session.error().code() != ErrorCode::kNotSignedIn.name()) co_return of_session;
  }
  if (peer == nullptr) co_return failure(ErrorCode::kNotSignedIn);
  co_return access.sign_in->by_certificate(*peer);
}

// Once more where the issuer has a new key.
asio::awaitable<Result<Principal>> Door::by_token(const Access& access, const std::string& token,
                                                  const access::PeerCertificate* peer) {
  auto who = access.sign_in->by_token(token, peer, world_.now());
  if (who.ok() || !access.token_keys || who.error().code() != ErrorCode::kKeyUnknown.name()) co_return who;
  if (!co_await fetched_anew(*access.token_keys, world_)) co_return who;
  co_return access.sign_in->by_token(token, peer, world_.now());
}

asio::awaitable<Result<Principal>> Door::by_password(const Access& access, const std::string& name,
                                                     std::string password, const Visitor& visitor) {
  const std::string& shown = visitor.authorizations.front();
  // The password stands in this very request: who has it is there now, whether or not it is looked at again.
  const auto there_now = [this](Principal who) {
    who.signed_in_at = world_.now();
    return who;
  };
  if (auto known = recent_.find(shown, certificate_of(visitor), world_.ticks())) co_return there_now(*known);
  const int most = access.sign_in->config().limits.failed_sign_ins;
  const access::RateLimits::Limit tried[] = {{"failed\n" + visitor.address, most},
                                             {"name\n" + name.substr(0, 128), kNameFactor * most}};
  if (const auto wait = limits_.wait(tried, world_.ticks())) {
    co_return failure(ErrorCode::kSignInsTooMany, with<"seconds">(wait->count()));
  }
  const auto network = co_await asio::this_coro::executor;
  auto check = std::make_shared<PasswordCheck>(network, world_);
  check->sign_in = access.sign_in;
  check->name = name;
  check->password = std::move(password);
  check->peer = visitor.peer;
  const bool taken =
      passwords_ && passwords_->try_submit(world_.ticks(), [check, network] { look_at(check, network); });
  if (!taken) co_return failure(ErrorCode::kBusy);
  co_await check->done.wait();
  if (!check->answer) co_return failure(ErrorCode::kBusy);
  if (check->answer->ok()) {
    recent_.keep(shown, certificate_of(visitor), **check->answer, world_.ticks());
    co_return there_now(**check->answer);
  }
  limits_.take(std::span(tried).subspan(1), world_.ticks());
  co_return std::move(*check->answer);
}

Reply Door::refused_sign_in(const Access& access, const Visitor& visitor, const Error& error) {
  const std::string_view code = error.code();
  if (code == ErrorCode::kHeaderTwice.name()) return error_reply(400, error);
  if (code == ErrorCode::kBusy.name()) return error_reply(503, error);
  if (code == ErrorCode::kSiteForeign.name()) return error_reply(403, error);
  const bool tried = !visitor.authorizations.empty();  // who shows nothing has not tried yet
  if (tried || visitor.peer) log_.refused_from(visitor.address, code);
  if (code == ErrorCode::kSignInsTooMany.name()) return too_often(error, seconds_of(error), "sign_in");
  if (tried) {
    const int most = access.sign_in->config().limits.failed_sign_ins;
    const access::RateLimits::Limit failed[] = {{"failed\n" + visitor.address, most}};
    if (const auto wait = limits_.take(failed, world_.ticks())) {
      return too_often(failure(ErrorCode::kSignInsTooMany, with<"seconds">(wait->count())), *wait, "sign_in");
    }
  }
  metrics_.count_refused("not_signed_in");
  Reply reply = error_reply(401, access::told_of(error));
  reply.headers.emplace_back("WWW-Authenticate",
                             challenge(access.sign_in->config(), tried, "invalid_token", visitor.by_script));
  reply.log = "sign-in refused: " + std::string(code);
  return reply;
}

std::optional<Reply> Door::refused_rate(const access::LimitConfig& limits, const RouteMatch& match,
                                        const Principal& who) {
  const std::string caller = caller_key(who);
  const bool search = match.route->scope == access::scope::kIdentify;
  const bool person = who.by == engine::SignedInBy::kPassword || !who.roles.empty();
  std::vector<access::RateLimits::Limit> taken;
  if (search) {
    taken.push_back({"identify\n" + caller, person ? limits.identify_of_person : limits.identify_of_machine});
    taken.push_back({"gallery\n" + std::string(gallery_of(match)), limits.identify_of_gallery});
  } else if (match.route->scope == access::scope::kCaseOpen) {  // a search, too; which gallery's stands in its body
    taken.push_back({"identify\n" + caller, person ? limits.identify_of_person : limits.identify_of_machine});
  } else if (match.route->scope == access::scope::kVerify || match.route->scope == access::scope::kExplain) {
    taken.push_back({"verify\n" + caller, limits.verify});
  } else {
    taken.push_back({"other\n" + caller, limits.other});
  }
  const auto wait = limits_.take(taken, world_.ticks());
  if (!wait) return std::nullopt;
  const bool own = limits_.wait(std::span(taken).first(1), world_.ticks()).has_value();
  return too_often(failure(ErrorCode::kRequestsTooMany, with<"seconds">(wait->count())), *wait,
                   own ? "caller" : "gallery");
}

Reply Door::too_often(const Error& error, std::chrono::seconds wait, std::string_view limit) {
  metrics_.count_limited(limit);
  Reply reply = error_reply(429, error);
  reply.headers.emplace_back("Retry-After", std::to_string(wait.count()));
  return reply;
}

}  // namespace whorl::server
