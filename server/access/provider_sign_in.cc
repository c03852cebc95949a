#include "server/access/provider_sign_in.h"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <optional>
#include <utility>

#include "base/base64.h"
#include "base/catalogue.h"
#include "server/access/cookies.h"
#include "server/http/deadline_timer.h"
#include "server/json/json_text.h"

namespace whorl::server {
namespace {

namespace asio = boost::asio;
using access::ProviderPerson;

constexpr std::string_view kSession = "__Host-whorl";
constexpr std::string_view kAttempt = "__Host-whorl-attempt";
constexpr std::chrono::seconds kPatience{8};  // beyond that of a question itself
constexpr int kBeginsFactor = 6;              // who begins has failed at nothing yet

std::string cookie(std::string_view name, std::string_view value, std::string_view same_site, long seconds) {
  return std::string(name) + '=' + std::string(value) +
         "; Path=/; Secure; HttpOnly; SameSite=" + std::string(same_site) + "; Max-Age=" + std::to_string(seconds);
}
std::string no_cookie(std::string_view name, std::string_view same_site) { return cookie(name, "", same_site, 0); }

access::Sessions::Life life_of(const Access& access) {
  const access::ProviderConfig& config = *access.sign_in->config().provider;
  return {config.idle, config.longest};
}

Reply unknown_path() { return error_reply(404, failure(ErrorCode::kUnknownPath)); }

// A page that leads on. A redirection would not take a strict cookie along, since it began at another site.
Reply leading_to(const std::string& page, int status) {
  Reply out;
  out.status = status;
  out.content_type = "text/html; charset=utf-8";
  out.body = "<!doctype html><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"0;url=/" + page +
             "\"><title>Whorl</title><p><a href=\"/" + page + "\">Whorl</a></p>\n";
  out.headers = {{"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"},
                 {"Referrer-Policy", "no-referrer"}};
  return out;
}

// "a=b&c=d"
std::string form_of(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
  std::string out;
  for (const auto& [name, value] : fields) {
    if (value.empty()) continue;
    out += (out.empty() ? "" : "&") + std::string(name) + '=' + percent_encoded(value);
  }
  return out;
}

Result<Question> code_question(const Access& access, const ProviderDescription& about, const access::Attempt& attempt,
                               const std::string& code) {
  const access::ProviderConfig& config = *access.sign_in->config().provider;
  WHORL_ASSIGN(const std::string secret, client_secret(config));
  Question out{.address = about.token, .context = access.provider->source().context};
  out.most_bytes = kMostProviderJsonBytes;
  out.form = form_of({{"grant_type", "authorization_code"},
                      {"code", code},
                      {"redirect_uri", config.redirect},
                      {"code_verifier", attempt.verifier},
                      {"client_id", secret.empty() ? config.client : ""}});
  if (!secret.empty()) {
    const std::string pair = percent_encoded(config.client) + ':' + percent_encoded(secret);
    out.headers.emplace_back("Authorization", "Basic " + encode_base64(as_bytes(pair)));
  }
  return out;
}

// Something that another thread finds out, and how long the network thread waits for it.
template <class T>
struct Awaited {
  std::optional<T> found;
  DeadlineTimer done;
  Awaited(const asio::any_io_executor& executor, World& world) : done(executor, world, world.ticks() + kPatience) {}
};

asio::awaitable<Result<std::string>> asked(Fetcher& fetcher, Question question, World& world) {
  const auto network = co_await asio::this_coro::executor;
  auto awaited = std::make_shared<Awaited<Result<std::string>>>(network, world);
  fetcher.ask(std::move(question), [awaited, network](Result<std::string> found) {
    asio::post(network, [awaited, found = std::make_unique<Result<std::string>>(std::move(found))] {
      awaited->found = std::move(*found);
      awaited->done.stop();
    });
  });
  co_await awaited->done.wait();
  if (!awaited->found) co_return unavailable("it did not answer in time");
  co_return std::move(*awaited->found);
}

Status check_issuer(const ProviderAnswer& answer, const ProviderDescription& about, const std::string& issuer) {
  const bool right = answer.issuer ? *answer.issuer == issuer : !about.says_issuer;
  return right ? Status() : unauthorised("the answer is of another provider");
}

// Whether they showed who they are for this attempt, by the provider's clock: a provider may heed neither `prompt` nor
// `max_age`, and what it says of the time is all that there is to go by.
bool is_anew(const ProviderPerson& person, const access::Attempt& attempt, std::chrono::seconds leeway) {
  return person.signed_in_at && *person.signed_in_at + leeway >= attempt.began;
}

// What the page says of it; the log has more.
const char* told(const Error& error) {
  if (error.kind == ErrorKind::kUnavailable) return "unavailable";
  if (error.field == FieldPath("again")) return "not_again";
  return error.field == FieldPath("roles") ? "no_role" : "refused";
}

}  // namespace

asio::awaitable<bool> fetched_anew(RemoteKeys& keys, World& world) {
  const auto network = co_await asio::this_coro::executor;
  auto awaited = std::make_shared<Awaited<bool>>(network, world);
  const bool begun = keys.refresh([awaited, network] { asio::post(network, [awaited] { awaited->done.stop(); }); });
  if (begun) co_await awaited->done.wait();
  co_return begun;
}

ProviderSignIn::ProviderSignIn(World& world, DoorLog& log, AccessFiles* files)
    : world_(world), log_(log), files_(files) {}

std::shared_ptr<const Access> ProviderSignIn::access() const {
  auto out = files_ == nullptr ? nullptr : files_->now();
  return out && out->provider ? out : nullptr;
}

std::optional<SessionGauges> ProviderSignIn::sessions() const {
  const auto now = access();
  if (!now) return std::nullopt;
  return SessionGauges{sessions_.open(life_of(*now), world_.ticks()), sessions_.counts()};
}

Result<engine::Principal> ProviderSignIn::by_session(const Access& access, const Visitor& visitor) {
  const std::string name = cookie_value(visitor.cookies, kSession);
  if (name.empty() || !access.provider) return failure(ErrorCode::kNotSignedIn);
  const auto found = sessions_.find(name, life_of(access), world_.ticks());
  if (!found) return failure(ErrorCode::kNotSignedIn);
  if (visitor.changes) {
    const bool guarded = visitor.guards.size() == 1 && found->is_guarded_by(visitor.guards.front());
    if (!guarded || !visitor.own_page) return failure(ErrorCode::kSiteForeign, "Whorl-Csrf");
  }
  return access.sign_in->of_person(found->who);
}

Reply ProviderSignIn::ways(const Visitor& visitor) {
  Reply out;
  const auto now = access();
  std::string guard = "null";
  if (now) {
    const std::string name = cookie_value(visitor.cookies, kSession);
    const auto found = sessions_.find(name, life_of(*now), world_.ticks());
    if (found) guard = '"' + found->guard + '"';
  }
  out.body = std::string("{\"provider\":") + (now ? "true" : "false") + ",\"csrf\":" + guard + "}";
  return out;
}

std::optional<Reply> ProviderSignIn::too_often(const Visitor& visitor, std::string_view what, int most) {
  const access::RateLimits::Limit limit[] = {{std::string(what) + '\n' + visitor.address, most}};
  const auto wait = limits_.take(limit, world_.ticks());
  if (!wait) return std::nullopt;
  const Error error = failure(ErrorCode::kSignInsTooMany, with<"seconds">(wait->count()));
  log_.refused_from(visitor.address, error.code());
  Reply out = error_reply(429, error);
  out.headers.emplace_back("Retry-After", std::to_string(wait->count()));
  return out;
}

Reply ProviderSignIn::begin(const Visitor& visitor, std::string_view page, bool again) {
  const auto now = access();
  if (!now) return unknown_path();
  const access::AccessConfig& config = now->sign_in->config();
  if (auto reply = too_often(visitor, "begin", kBeginsFactor * config.limits.failed_sign_ins)) return *reply;
  const auto about = now->provider->description();
  const std::string back(page.empty() ? "check" : page);
  if (!about) return refused(visitor, back, unavailable("the provider could not be asked yet"));
  const auto attempt = attempts_.begin(back, again, world_.now());
  if (!attempt.ok()) return refused(visitor, back, attempt.error());
  Reply out = no_content();
  out.status = 303;
  out.content_type = "text/plain; charset=utf-8";
  out.headers = {
      {"Location", about->authorization + '?' +
                       form_of({{"response_type", "code"},
                                {"client_id", config.provider->client},
                                {"redirect_uri", config.provider->redirect},
                                {"scope", config.provider->scope},
                                {"state", attempt->state},
                                {"nonce", attempt->nonce},
                                {"code_challenge", attempt->challenge},
                                {"code_challenge_method", "S256"},
                                {"prompt", again ? "login" : ""},
                                {"max_age", again ? "0" : ""}})},
      {"Set-Cookie", cookie(kAttempt, attempt->cookie, "Lax", std::chrono::seconds(access::Attempts::kLife).count())},
      {"Referrer-Policy", "no-referrer"}};
  return out;
}

asio::awaitable<Reply> ProviderSignIn::finish(Visitor visitor, std::string target) {
  const auto now = access();
  if (!now) co_return unknown_path();
  if (auto reply = too_often(visitor, "finish", kBeginsFactor * now->sign_in->config().limits.failed_sign_ins)) {
    co_return *reply;
  }
  auto answer = read_provider_answer(target);
  if (!answer.ok()) co_return refused(visitor, "check", answer.error());
  const auto attempt = attempts_.resume(cookie_value(visitor.cookies, kAttempt), answer->state, world_.now());
  if (!attempt.ok()) co_return refused(visitor, "check", attempt.error());
  auto person = co_await known(now, *attempt, std::move(*answer));
  if (person.ok() && attempt->again && !is_anew(*person, *attempt, now->sign_in->config().provider->leeway)) {
    person = unauthorised("the provider did not have them sign in again").within("again");
  }
  if (!person.ok()) co_return refused(visitor, attempt->page, person.error());
  const auto session = sessions_.begin(std::move(*person), world_.ticks());
  if (!session.ok()) co_return refused(visitor, attempt->page, session.error());
  // Whoever had a session in this browser has none any more.
  sessions_.end(cookie_value(visitor.cookies, kSession));
  Reply out = leading_to(attempt->page, 200);
  out.headers.emplace_back("Set-Cookie",
                           cookie(kSession, *session, "Strict", now->sign_in->config().provider->longest.count()));
  out.headers.emplace_back("Set-Cookie", no_cookie(kAttempt, "Lax"));
  co_return out;
}

asio::awaitable<Result<ProviderPerson>> ProviderSignIn::known(std::shared_ptr<const Access> access,
                                                              access::Attempt attempt, ProviderAnswer answer) {
  const auto about = access->provider->description();
  if (!about) co_return unavailable("the provider could not be asked yet");
  const auto issued = check_issuer(answer, *about, access->sign_in->config().provider->issuer);
  if (!issued.ok()) co_return issued.error();
  if (!answer.error.empty()) co_return unauthorised("the provider says " + answer.error);
  auto question = code_question(*access, *about, attempt, answer.code);
  if (!question.ok()) co_return question.error();
  const auto text = co_await asked(files_->fetcher(), std::move(*question), world_);
  if (!text.ok()) co_return text.error();
  auto token = read_id_token(*text);
  if (!token.ok()) co_return token.error();
  co_return co_await read(access, std::move(*token), attempt.nonce);
}

// Once more where the provider has a new key.
asio::awaitable<Result<ProviderPerson>> ProviderSignIn::read(std::shared_ptr<const Access> access, std::string id_token,
                                                             std::string nonce) {
  auto person = access->sign_in->by_id_token(id_token, nonce, world_.now());
  if (person.ok() || person.error().code() != ErrorCode::kKeyUnknown.name()) co_return person;
  if (!co_await fetched_anew(*access->provider, world_)) co_return person;
  co_return access->sign_in->by_id_token(id_token, nonce, world_.now());
}

Reply ProviderSignIn::refused(const Visitor& visitor, const std::string& page, const Error& error) {
  const std::string why = told(error);
  log_.refused_from(visitor.address, why == "unavailable" ? "provider_unavailable" : "sign_in_refused");
  Reply out = leading_to(page + "?signIn=" + why, why == "unavailable" ? 503 : 403);
  out.headers.emplace_back("Set-Cookie", no_cookie(kAttempt, "Lax"));
  out.log = "sign-in at the provider refused: " + error.text();
  return out;
}

Result<Reply> ProviderSignIn::end(const Visitor& visitor) {
  const auto now = access();
  Reply out;
  out.body = R"({"provider":null})";
  out.headers.emplace_back("Set-Cookie", no_cookie(kSession, "Strict"));
  if (!now) return out;
  const auto who = by_session(*now, visitor);
  // Who has none has nothing to end; a page of another site may end nobody's.
  if (!who.ok() && who.error().code() == ErrorCode::kSiteForeign.name()) return who.error();
  sessions_.end(cookie_value(visitor.cookies, kSession));
  const auto about = now->provider->description();
  if (about && !about->end_session.empty()) {
    out.body = "{\"provider\":\"" + about->end_session + '?' +
               form_of({{"client_id", now->sign_in->config().provider->client}}) + "\"}";
  }
  return out;
}

}  // namespace whorl::server
