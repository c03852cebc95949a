#include "exchange/envelope/message.h"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <functional>
#include <memory>

#include "base/catalogue.h"
#include "crypto/jose/base64url.h"
#include "crypto/jose/jwk.h"
#include "crypto/jose/wiping_storage.h"
#include "crypto/utf8.h"

namespace whorl::exchange {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostFingers = 20;  // two captures of each
constexpr std::size_t kMostWhyBytes = 64;
constexpr int kLastPosition = 10;
constexpr int kVersion = 1;
constexpr std::size_t kMostDepth = 8;

Error malformed(std::string detail, FieldPath field = {}) {
  return failure(ErrorCode::kEnvelopeMalformed, std::move(field), with<"detail">(std::move(detail)));
}

constexpr std::array<std::pair<std::string_view, Size>, 3> kRooms{
    {{"S", Size::kSmall}, {"M", Size::kMedium}, {"L", Size::kLarge}}};

std::string_view name_of_room(Size room) {
  for (const auto& [name, size] : kRooms) {
    if (size == room) return name;
  }
  return {};
}

std::optional<Size> room_named(std::string_view text) {
  for (const auto& [name, size] : kRooms) {
    if (name == text) return size;
  }
  return std::nullopt;
}

// -- Writing ----------------------------------------------------------------------------------------------------------

// Into memory that is wiped, of a size that is settled: a text that does not fit is seen at the end.
class Writer {
 public:
  explicit Writer(std::size_t most) : out_(most) {}

  Writer& raw(std::string_view text) {
    if (text.size() > out_.size() - std::min(at_, out_.size())) full_ = true;
    if (!full_) std::copy(text.begin(), text.end(), out_.writable().begin() + static_cast<std::ptrdiff_t>(at_));
    at_ += text.size();
    return *this;
  }
  // Texts were checked to need no escape.
  Writer& text(std::string_view name, std::string_view value) {
    return raw(comma()).raw("\"").raw(name).raw("\":\"").raw(value).raw("\"");
  }
  Writer& number(std::string_view name, std::int64_t value) {
    return raw(comma()).raw("\"").raw(name).raw("\":").raw(std::to_string(value));
  }
  Writer& flag(std::string_view name, bool value) {
    return raw(comma()).raw("\"").raw(name).raw(value ? "\":true" : "\":false");
  }
  Writer& secret(std::string_view name, ByteView bytes) {
    const crypto::SecretBytes encoded = crypto::base64url_of_secret(bytes);
    return text(name, as_text(encoded.view()));
  }
  Writer& begin(std::string_view name) {
    raw(comma());
    if (!name.empty()) raw("\"").raw(name).raw("\":");
    first_ = true;
    return raw("{");
  }
  Writer& end() {
    first_ = false;
    return raw("}");
  }
  Writer& begin_list(std::string_view name) {
    raw(comma()).raw("\"").raw(name).raw("\":[");
    first_ = true;
    return *this;
  }
  Writer& end_list() {
    first_ = false;
    return raw("]");
  }
  Writer& element(std::int64_t value) { return raw(comma()).raw(std::to_string(value)); }
  Writer& element(std::string_view value) { return raw(comma()).raw("\"").raw(value).raw("\""); }

  [[nodiscard]] bool full() const { return full_; }
  [[nodiscard]] std::size_t size() const { return at_; }
  crypto::SecretBytes take() { return std::move(out_); }

 private:
  std::string_view comma() { return std::exchange(first_, false) ? "" : ","; }

  crypto::SecretBytes out_;
  std::size_t at_ = 0;
  bool full_ = false;
  bool first_ = true;
};

void write_key(Writer& out, std::string_view name, const crypto::PublicKey& key) {
  out.text(name, crypto::base64url(key.bytes()));
}

void write_probe(Writer& out, const Probe& probe) {
  out.begin("probe").text("format", probe.format).begin_list("fingers");
  for (const ProbeFinger& finger : probe.fingers) {
    out.begin("").number("pos", finger.position).secret("data", finger.data.view()).number("quality", finger.quality);
    out.number("ppi", finger.ppi).end();
  }
  out.end_list();
  if (!probe.face.empty()) out.secret("face", probe.face.view());
  out.begin_list("missing");
  for (const int position : probe.missing) out.element(position);
  out.end_list().end();
}

void write_by(Writer& out, const By& by) {
  out.begin("by").text("role", by.role).text("officer", by.officer).text("reason", by.reason);
  out.text("case", by.matter).end();
}

void write_body(Writer& out, const Check& check) {
  out.text("ref", check.ref)
      .number("attempt", check.attempt)
      .text("purpose", check.purpose)
      .text("lane", name_of(check.lane));
  write_by(out, check.by);
  out.begin("subject").text("age", name_of(check.age)).end();
  out.text("fpir", check.fpir);
  write_probe(out, check.probe);
  write_key(out, "reply", check.reply);
}

void write_body(Writer& out, const Answer& answer) {
  out.text("ref", answer.ref).text("re", answer.re).text("req", answer.req).text("outcome", name_of(answer.outcome));
  out.text("why", answer.why).number("score_db", answer.score_db).flag("complete", answer.complete);
  out.number("size", answer.size_decade).begin("probe").begin_list("quality");
  for (const int each : answer.quality) out.element(each);
  out.end_list().end().text("model", answer.model);
  out.begin("release").text("handle", answer.handle);
  write_key(out, "key", answer.release);
  out.end();
}

void write_items(Writer& out, const std::vector<Item>& items) {
  out.begin_list("items");
  for (const Item item : items) out.element(name_of(item));
  out.end_list();
}

void write_body(Writer& out, const ReleaseRequest& request) {
  out.text("ref", request.ref).text("handle", request.handle).text("purpose", request.purpose);
  write_by(out, request.by);
  write_items(out, request.items);
  out.secret("basis", request.basis.view()).text("room", name_of_room(request.room));
  write_probe(out, request.probe);
  write_key(out, "reply", request.reply);
}

void write_body(Writer& out, const Release& release) {
  out.text("ref", release.ref).text("handle", release.handle).text("re", release.re).text("req", release.req);
  out.text("decision", name_of(release.decision)).text("why", release.why).text("officer", release.officer);
  out.text("second", release.second).number("decided_at", release.decided_at);
  out.begin("terms").begin_list("purposes");
  for (const std::string& purpose : release.purposes) out.element(purpose);
  out.end_list().flag("onward", false).number("delete_by", release.delete_by).end();
  write_items(out, release.items);
  out.secret("data", release.data.view());
}

void write_body(Writer& out, const Notice& notice) {
  out.text("ref", notice.ref).text("handle", notice.handle).text("re", notice.re).number("number", notice.number);
  out.text("notice", name_of(notice.what));
  write_items(out, notice.items);
  out.secret("data", notice.data.view());
}

void write_body(Writer& out, const Cancel& cancel) { out.text("ref", cancel.ref); }
void write_body(Writer& out, const Noop& noop) {
  if (noop.reply) write_key(out, "reply", *noop.reply);
}

// Up to the padding.
void write_all(Writer& out, const Message& message) {
  const Common& common = message.common;
  out.begin("")
      .number("v", kVersion)
      .text("kind", kind_of(message.body))
      .text("iss", common.iss)
      .text("aud", common.aud);
  out.text("jti", common.jti).number("iat", common.iat).number("exp", common.exp).text("policy", common.policy);
  std::visit([&](const auto& body) { write_body(out, body); }, message.body);
}

constexpr std::string_view kPadBegins = ",\"pad\":\"";
constexpr std::string_view kPadEnds = "\"}";

// -- Checking ---------------------------------------------------------------------------------------------------------

bool is_policy_id(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos || slash == 0 || slash > 19 || text.size() - slash - 1 != 16) return false;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(slash), digit) &&
         std::all_of(text.begin() + static_cast<std::ptrdiff_t>(slash) + 1, text.end(),
                     [&](char c) { return digit(c) || (c >= 'a' && c <= 'f'); });
}

// A decimal above 0 and at most 1, of at most 12 characters: "0.0001".
bool is_rate(std::string_view text) {
  if (text.size() < 3 || text.size() > 12 || !text.starts_with("0.")) return false;
  return std::all_of(text.begin() + 2, text.end(), [](char c) { return c >= '0' && c <= '9'; }) && text.back() != '0';
}

Status check_common(const Common& common) {
  if (!is_member_name(common.iss)) return malformed("is no member's name", "iss");
  if (!is_member_name(common.aud)) return malformed("is no member's name", "aud");
  if (!is_message_id(common.jti)) return malformed("is no id", "jti");
  if (common.iat < 0 || common.exp <= common.iat || common.exp > kLatestSecond)
    return malformed("is not after iat", "exp");
  if (!is_policy_id(common.policy)) return malformed("is no policy's number", "policy");
  return {};
}

Status check_probe(const Probe& probe) {
  if (!is_word(probe.format)) return malformed("is no word", "probe.format");
  if (probe.fingers.size() > kMostFingers) return malformed("has too many", "probe.fingers");
  for (const ProbeFinger& finger : probe.fingers) {
    const bool sound = finger.position >= 0 && finger.position <= kLastPosition && finger.quality >= 0 &&
                       finger.quality <= 100 && finger.ppi >= 0 && finger.ppi <= 2000 && !finger.data.empty();
    if (!sound) return malformed("has a finger that cannot be", "probe.fingers");
  }
  if (probe.fingers.empty() && probe.face.empty()) return malformed("holds nothing", "probe");
  for (const int position : probe.missing) {
    if (position < 1 || position > kLastPosition) return malformed("is no finger", "probe.missing");
  }
  if (probe.missing.size() > kLastPosition) return malformed("has too many", "probe.missing");
  return {};
}

Status check_by(const By& by) {
  if (!is_word(by.role) || !is_word(by.reason)) return malformed("role and reason are words", "by");
  if (!is_message_id(by.officer) || !is_message_id(by.matter)) return malformed("is no pseudonym", "by");
  return {};
}

Status check_body(const Check& check) {
  if (!is_message_id(check.ref)) return malformed("is no reference", "ref");
  if (check.attempt < 1 || check.attempt > 3) return malformed("is 1 to 3", "attempt");
  if (!is_word(check.purpose)) return malformed("is no word", "purpose");
  WHORL_TRY(check_by(check.by));
  if (!is_rate(check.fpir)) return malformed("is a decimal above 0 and below 1, such as 0.0001", "fpir");
  if (check.reply.kind() != crypto::KeyKind::kX25519) return malformed("is no key of X25519", "reply");
  return check_probe(check.probe);
}

Status check_body(const Answer& answer) {
  if (!is_message_id(answer.ref) || !is_message_id(answer.re)) return malformed("is no reference", "ref");
  const auto digest = crypto::decode_base64url(answer.req);
  if (answer.req.size() != 43 || !digest) return malformed("is no SHA-256", "req");
  if (!answer.why.empty() && (answer.why.size() > kMostWhyBytes || !is_word(answer.why)))
    return malformed("is no word", "why");
  if (answer.outcome == Outcome::kRefused && !refusal_named(answer.why)) return malformed("is no refusal", "why");
  const bool match = answer.outcome == Outcome::kMatch;
  if (answer.score_db < 0 || answer.score_db > 999 || (!match && answer.score_db != 0)) {
    return malformed("is 0 to 999, and 0 unless it is a match", "score_db");
  }
  if (answer.size_decade < 0 || answer.size_decade > 12) return malformed("is 0 to 12", "size");
  const bool sound =
      std::all_of(answer.quality.begin(), answer.quality.end(), [](int each) { return each >= 0 && each <= 100; });
  if (answer.quality.size() > kMostFingers || !sound) return malformed("is 0 to 100 a finger", "probe.quality");
  if (!answer.model.empty() && !is_word(answer.model)) return malformed("is no word", "model");
  if (!is_message_id(answer.handle)) return malformed("is no handle", "release.handle");
  if (answer.release.kind() != crypto::KeyKind::kX25519) return malformed("is no key of X25519", "release.key");
  return {};
}

// In the order of kAllItems, none twice.
bool in_order(const std::vector<Item>& items) {
  return std::adjacent_find(items.begin(), items.end(), std::greater_equal<>()) == items.end();
}

Status check_body(const ReleaseRequest& request) {
  if (!is_message_id(request.ref)) return malformed("is no reference", "ref");
  if (!is_message_id(request.handle)) return malformed("is no handle", "handle");
  if (!is_word(request.purpose)) return malformed("is no word", "purpose");
  WHORL_TRY(check_by(request.by));
  if (request.items.empty() || !in_order(request.items)) return malformed("are in order, one at least", "items");
  if (request.basis.size() > kMostBasisBytes || !crypto::is_utf8(as_text(request.basis.view())))
    return malformed("is UTF-8 of at most 500 bytes", "basis");
  if (name_of_room(request.room).empty()) return malformed("is S, M or L", "room");
  if (request.reply.kind() != crypto::KeyKind::kX25519) return malformed("is no key of X25519", "reply");
  return check_probe(request.probe);
}

Status check_body(const Release& release) {
  if (!is_message_id(release.ref) || !is_message_id(release.re)) return malformed("is no reference", "ref");
  if (!is_message_id(release.handle)) return malformed("is no handle", "handle");
  if (release.req.size() != 43 || !crypto::decode_base64url(release.req)) return malformed("is no SHA-256", "req");
  const bool refused = release.decision == Released::kRefused;
  if (refused ? !is_word(release.why) : !release.why.empty()) return malformed("is a word of a refusal", "why");
  if (!is_message_id(release.officer)) return malformed("is no pseudonym", "officer");
  if (!release.second.empty() && !is_message_id(release.second)) return malformed("is no pseudonym", "second");
  if (release.decided_at < 0 || release.delete_by < 0 ||
      std::max(release.decided_at, release.delete_by) > kLatestSecond)
    return malformed("is no time", "decided_at");
  if (!in_order(release.items)) return malformed("are in order", "items");
  if (release.purposes.size() > kMostTermPurposes ||
      !std::all_of(release.purposes.begin(), release.purposes.end(), is_word))
    return malformed("are words", "purposes");
  // Nothing travels with a refusal, and no data without their terms.
  const bool bare = release.items.empty() && release.data.empty() && release.delete_by == 0 && release.purposes.empty();
  const bool whole = !release.items.empty() && !release.data.empty() && release.delete_by > release.decided_at &&
                     !release.purposes.empty();
  return (refused ? bare : whole) ? Status() : malformed("does not fit the decision", "data");
}

Status check_body(const Notice& notice) {
  if (!is_message_id(notice.ref) || !is_message_id(notice.re)) return malformed("is no reference", "ref");
  if (!is_message_id(notice.handle)) return malformed("is no handle", "handle");
  if (notice.number < 1) return malformed("is 1 or more", "number");
  if (!in_order(notice.items)) return malformed("are in order", "items");
  const bool bare = notice.items.empty() && notice.data.empty();
  const bool whole = !notice.items.empty() && !notice.data.empty();
  return (notice.what == Noticed::kCorrected ? whole : bare) ? Status() : malformed("does not fit the notice", "data");
}

Status check_body(const Cancel& cancel) {
  return is_message_id(cancel.ref) ? Status() : malformed("is no reference", "ref");
}
Status check_body(const Noop& noop) {
  const bool sound = !noop.reply || noop.reply->kind() == crypto::KeyKind::kX25519;
  return sound ? Status() : malformed("is no key of X25519", "reply");
}

Status check_message(const Message& message) {
  WHORL_TRY(check_common(message.common));
  return std::visit([](const auto& body) { return check_body(body); }, message.body);
}

// -- Reading ----------------------------------------------------------------------------------------------------------

// Members of an object; the first that is not as it should be is kept, and what follows reads as empty. That nothing
// else is there, and nothing twice, shows when the message is written again.
class Reader {
 public:
  Reader(const json::object& object, bool& fault) : object_(object), fault_(fault) {}

  std::string text(std::string_view name) const {
    const json::value* value = object_.if_contains(name);
    if (value == nullptr || !value->is_string() || value->get_string().size() > 256) return wrong(), std::string();
    return std::string(value->get_string());
  }
  std::int64_t number(std::string_view name) const {
    const json::value* value = object_.if_contains(name);
    if (value == nullptr || !value->is_int64()) return wrong(), 0;
    return value->get_int64();
  }
  int small(std::string_view name) const {
    const std::int64_t value = number(name);
    return value < -1 || value > 1'000'000 ? (wrong(), 0) : static_cast<int>(value);
  }
  bool flag(std::string_view name) const {
    const json::value* value = object_.if_contains(name);
    if (value == nullptr || !value->is_bool()) return wrong(), false;
    return value->get_bool();
  }
  crypto::SecretBytes secret(std::string_view name) const {
    const json::value* value = object_.if_contains(name);
    if (value == nullptr || !value->is_string()) return wrong(), crypto::SecretBytes();
    auto bytes = crypto::decode_base64url_secret(value->get_string());
    return bytes ? std::move(*bytes) : (wrong(), crypto::SecretBytes());
  }
  std::optional<crypto::PublicKey> key(std::string_view name) const {
    const auto bytes = crypto::decode_base64url(text(name));
    if (!bytes || bytes->size() != 32) return wrong(), std::nullopt;
    auto key = crypto::PublicKey::of(crypto::KeyKind::kX25519, *bytes);
    if (!key.ok()) return wrong(), std::nullopt;
    return std::move(*key);
  }
  [[nodiscard]] bool has(std::string_view name) const { return object_.contains(name); }
  Reader object(std::string_view name) const {
    static const json::object kNone;
    const json::value* value = object_.if_contains(name);
    if (value == nullptr || !value->is_object()) return wrong(), Reader(kNone, fault_);
    return {value->get_object(), fault_};
  }
  const json::array& list(std::string_view name) const {
    static const json::array kNone;
    const json::value* value = object_.if_contains(name);
    if (value == nullptr || !value->is_array() || value->get_array().size() > kMostFingers) return wrong(), kNone;
    return value->get_array();
  }
  std::vector<int> numbers(std::string_view name) const {
    std::vector<int> out;
    for (const json::value& each : list(name)) {
      if (!each.is_int64() || each.get_int64() < 0 || each.get_int64() > 1000) return wrong(), out;
      out.push_back(static_cast<int>(each.get_int64()));
    }
    return out;
  }
  void wrong() const { fault_ = true; }

 private:
  const json::object& object_;
  bool& fault_;
};

Probe read_probe(const Reader& from, bool& fault) {
  Probe out;
  out.format = from.text("format");
  for (const json::value& each : from.list("fingers")) {
    if (!each.is_object()) return from.wrong(), std::move(out);
    const Reader finger(each.get_object(), fault);
    out.fingers.push_back({finger.small("pos"), finger.small("quality"), finger.small("ppi"), finger.secret("data")});
  }
  if (from.has("face")) out.face = from.secret("face");
  out.missing = from.numbers("missing");
  return out;
}

template <class T>
T named(const Reader& from, std::optional<T> value) {
  if (!value) from.wrong();
  return value.value_or(T{});
}

std::optional<Outcome> outcome_named(std::string_view name) {
  for (const Outcome each : {Outcome::kMatch, Outcome::kNoMatch, Outcome::kIndeterminate, Outcome::kRefused}) {
    if (name_of(each) == name) return each;
  }
  return std::nullopt;
}

By read_by(const Reader& by) { return {by.text("role"), by.text("officer"), by.text("reason"), by.text("case")}; }

std::optional<Body> read_check(const Reader& from, bool& fault) {
  auto reply = from.key("reply");
  if (!reply) return std::nullopt;
  return Check{from.text("ref"),           from.small("attempt"),
               from.text("purpose"),       named(from, lane_named(from.text("lane"))),
               read_by(from.object("by")), named(from, age_named(from.object("subject").text("age"))),
               from.text("fpir"),          read_probe(from.object("probe"), fault),
               std::move(*reply)};
}

std::optional<Body> read_answer(const Reader& from) {
  const Reader release = from.object("release");
  auto key = release.key("key");
  if (!key) return std::nullopt;
  return Answer{from.text("ref"),
                from.text("re"),
                from.text("req"),
                named(from, outcome_named(from.text("outcome"))),
                from.text("why"),
                from.small("score_db"),
                from.flag("complete"),
                from.small("size"),
                from.object("probe").numbers("quality"),
                from.text("model"),
                release.text("handle"),
                std::move(*key)};
}

std::vector<Item> read_items(const Reader& from) {
  std::vector<Item> out;
  for (const json::value& each : from.list("items")) {
    const auto item = each.is_string() ? item_named(each.get_string()) : std::nullopt;
    if (!item) return from.wrong(), out;
    out.push_back(*item);
  }
  return out;
}

std::optional<Body> read_release_request(const Reader& from, bool& fault) {
  auto reply = from.key("reply");
  if (!reply) return std::nullopt;
  return ReleaseRequest{from.text("ref"),
                        from.text("handle"),
                        from.text("purpose"),
                        read_by(from.object("by")),
                        read_items(from),
                        from.secret("basis"),
                        named(from, room_named(from.text("room"))),
                        read_probe(from.object("probe"), fault),
                        std::move(*reply)};
}

std::vector<std::string> read_purposes(const Reader& terms) {
  std::vector<std::string> out;
  for (const json::value& each : terms.list("purposes")) {
    if (!each.is_string()) return terms.wrong(), out;
    out.emplace_back(each.get_string());
  }
  return out;
}

Notice read_notice(const Reader& from) {
  return {from.text("ref"),
          from.text("handle"),
          from.text("re"),
          from.number("number"),
          named(from, noticed_named(from.text("notice"))),
          read_items(from),
          from.secret("data")};
}

Release read_release(const Reader& from) {
  return {from.text("ref"),
          from.text("handle"),
          from.text("re"),
          from.text("req"),
          named(from, released_named(from.text("decision"))),
          from.text("why"),
          from.text("officer"),
          from.text("second"),
          from.number("decided_at"),
          read_purposes(from.object("terms")),
          from.object("terms").number("delete_by"),
          read_items(from),
          from.secret("data")};
}

std::optional<Body> read_body(const Reader& from, bool& fault) {
  const std::string kind = from.text("kind");
  if (kind == "check") return read_check(from, fault);
  if (kind == "answer") return read_answer(from);
  if (kind == "cancel") return Cancel{from.text("ref")};
  if (kind == "noop") return from.has("reply") ? Noop{from.key("reply")} : Noop{};
  if (kind == "release_request") return read_release_request(from, fault);
  if (kind == "release") return read_release(from);
  if (kind == "notice") return read_notice(from);
  return std::nullopt;
}

Result<crypto::SecretBytes> written(const Message& message, std::size_t bytes) {
  WHORL_TRY(check_message(message));
  Writer out(bytes);
  write_all(out, message);
  const std::size_t least = out.size() + kPadBegins.size() + kPadEnds.size();
  if (out.full() || least > bytes) return malformed("is more than this size holds");
  out.raw(kPadBegins).raw(std::string(bytes - least, '0')).raw(kPadEnds);
  return out.take();
}

}  // namespace

bool is_message_id(std::string_view text) {
  if (text.size() != kIdCharacters) return false;
  const auto bytes = crypto::decode_base64url(text);
  return bytes && bytes->size() == kIdBytes;
}

Result<std::string> new_id(crypto::Random& random) {
  std::array<std::uint8_t, kIdBytes> bytes{};
  WHORL_TRY(random.fill(bytes));
  return crypto::base64url(bytes);
}

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::kMatch: return "match";
    case Outcome::kNoMatch: return "no_match";
    case Outcome::kIndeterminate: return "indeterminate";
    case Outcome::kRefused: return "refused";
  }
  return {};
}

std::string_view kind_of(const Body& body) {
  constexpr std::array<std::string_view, 7> kKinds{"check",           "answer",  "cancel", "noop",
                                                   "release_request", "release", "notice"};
  return kKinds[body.index()];
}

Result<crypto::SecretBytes> write_message(const Message& message, Size size) {
  return written(message, payload_bytes(size));
}

Result<Message> read_message(ByteView payload) {
  const bool fits =
      std::any_of(kSizes.begin(), kSizes.end(), [&](Size each) { return payload_bytes(each) == payload.size(); });
  if (!fits) return malformed("a payload has one of four lengths");
  json::parse_options options;
  options.max_depth = kMostDepth;
  json::error_code error;
  const json::value value = json::parse(as_text(payload), error, crypto::wiping_storage(), options);
  if (error || !value.is_object()) return malformed("is no JSON object");
  bool fault = false;
  const Reader from(value.get_object(), fault);
  Common common{from.text("iss"),   from.text("aud"),   from.text("jti"),
                from.number("iat"), from.number("exp"), from.text("policy")};
  auto body = read_body(from, fault);
  if (fault || !body) return malformed("lacks a member, or one is not as it should be");
  Message out{std::move(common), std::move(*body)};
  WHORL_ASSIGN(const crypto::SecretBytes again, written(out, payload.size()));
  if (!std::equal(payload.begin(), payload.end(), again.view().begin(), again.view().end())) {
    return malformed("is not written in the one way");
  }
  return out;
}

Result<Size> size_of(const Message& message) {
  WHORL_TRY(check_message(message));
  // Answers and cancels of one size each, so that nothing shows by it; covers are as small as a request of templates.
  if (std::holds_alternative<Answer>(message.body) || std::holds_alternative<Cancel>(message.body)) return Size::kReply;
  for (const Size size : {Size::kSmall, Size::kMedium, Size::kLarge}) {
    Writer out(payload_bytes(size));
    write_all(out, message);
    if (!out.full() && out.size() + kPadBegins.size() + kPadEnds.size() <= payload_bytes(size)) return size;
  }
  return malformed("is more than the largest size holds");
}

}  // namespace whorl::exchange
