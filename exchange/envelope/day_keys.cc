#include "exchange/envelope/day_keys.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/catalogue.h"
#include "crypto/jose/base64url.h"
#include "crypto/jose/jws.h"
#include "exchange/envelope/envelope.h"

namespace whorl::exchange {
namespace {

namespace json = boost::json;
using std::chrono::sys_seconds;

constexpr std::string_view kType = "rbdes-keys+jws";
constexpr std::uint8_t kSavedVersion = 1;

Error refused(std::string detail) { return failure(ErrorCode::kDayKeysRefused, with<"detail">(std::move(detail))); }

std::int64_t unix_of(sys_seconds time) { return time.time_since_epoch().count(); }
sys_seconds time_of(std::int64_t seconds) { return sys_seconds(std::chrono::seconds(seconds)); }

struct KeySet {
  std::string iss;
  sys_seconds made;
  sys_seconds expires;
  std::vector<DayKey> keys;
};

std::string text_of(const KeySet& set) {
  std::string out = R"({"iss":")" + set.iss + R"(","iat":)" + std::to_string(unix_of(set.made)) + R"(,"exp":)" +
                    std::to_string(unix_of(set.expires)) + R"(,"keys":[)";
  for (const DayKey& each : set.keys) {
    out += std::string(&each == set.keys.data() ? "" : ",") + R"({"kid":")" + each.kid +
           R"(","kty":"OKP","crv":"X25519","x":")" + crypto::base64url(each.key.bytes()) + R"(","nbf":)" +
           std::to_string(unix_of(each.not_before)) + R"(,"exp":)" + std::to_string(unix_of(each.expires)) + "}";
  }
  return out + "]}";
}

// A time that arithmetic bears: before the year 5138.
std::optional<sys_seconds> time_in(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || !value->is_int64() || value->get_int64() < 0 || value->get_int64() > 100'000'000'000)
    return std::nullopt;
  return time_of(value->get_int64());
}

std::optional<DayKey> key_in(const json::value& value) {
  if (!value.is_object()) return std::nullopt;
  const json::object& object = value.get_object();
  const json::value* x = object.if_contains("x");
  const auto from = time_in(object, "nbf");
  const auto until = time_in(object, "exp");
  if (x == nullptr || !x->is_string() || !from || !until || *until <= *from) return std::nullopt;
  const auto bytes = crypto::decode_base64url(x->get_string());
  if (!bytes || bytes->size() != 32) return std::nullopt;
  auto key = crypto::PublicKey::of(crypto::KeyKind::kX25519, *bytes);
  if (!key.ok()) return std::nullopt;
  std::string kid = crypto::key_id(*key);
  return DayKey{std::move(kid), std::move(*key), *from, *until};
}

// What it says; that nothing else is there shows when it is written again.
std::optional<KeySet> read_set(std::string_view text) {
  json::error_code error;
  json::parse_options options;
  options.max_depth = 4;
  const json::value value = json::parse(text, error, {}, options);
  if (error || !value.is_object()) return std::nullopt;
  const json::object& object = value.get_object();
  const json::value* iss = object.if_contains("iss");
  const json::value* keys = object.if_contains("keys");
  const auto made = time_in(object, "iat");
  const auto expires = time_in(object, "exp");
  if (iss == nullptr || !iss->is_string() || keys == nullptr || !keys->is_array() || !made || !expires)
    return std::nullopt;
  if (keys->get_array().empty() || keys->get_array().size() > kMostDayKeys || !is_member_name(iss->get_string()))
    return std::nullopt;
  KeySet out{std::string(iss->get_string()), *made, *expires, {}};
  for (const json::value& each : keys->get_array()) {
    auto key = key_in(each);
    if (!key) return std::nullopt;
    out.keys.push_back(std::move(*key));
  }
  return text_of(out) == text ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace

Result<DayKey> read_day_keys(std::string_view jws, const std::string& member, const Directory& partners,
                             sys_seconds now) {
  if (jws.size() > kMostDayKeysBytes) return refused("is longer than a set of keys can be");
  const auto find = [&](std::string_view kid) -> const crypto::Jwk* {
    const auto identity = partners.identity(kid);
    return identity && *identity->member == member ? identity->key : nullptr;
  };
  crypto::JwsRules rules;
  rules.most_bytes = kMostDayKeysBytes;
  rules.types = {std::string(kType)};
  WHORL_ASSIGN(const crypto::Jws signed_set, crypto::verify_jws(jws, find, rules));
  const auto set = read_set(as_text(signed_set.payload));
  if (!set) return refused("is no set of keys, or not written in the one way");
  if (set->iss != member) return refused("is of another member");
  if (set->made > now + kMostClockDifference) return refused("was made in the future: do the clocks agree?");
  if (now > set->made + kOldestDayKeySet || now >= set->expires)
    return refused("is older than 26 hours: the newer one is held back, or the member is away");
  const DayKey* best = nullptr;
  for (const DayKey& each : set->keys) {
    if (each.not_before > now + kMostClockDifference || each.expires <= now) continue;
    if (best == nullptr || each.not_before > best->not_before) best = &each;
  }
  if (best == nullptr) return refused("has no key that is valid now");
  return *best;
}

DayKeyRing::Own DayKeyRing::own_of(crypto::PrivateKey key, sys_seconds made) {
  Own out;
  out.made = made;
  out.kid = crypto::key_id(key.public_key());
  out.key.algorithm = crypto::JweAlgorithm::kEcdhEs;
  out.key.key = std::move(key);
  return out;
}

Result<bool> DayKeyRing::turn(sys_seconds now, sys_seconds settled, crypto::Random& random) {
  bool changed = std::erase_if(keys_, [&](const Own& each) { return settled >= each.made + kDayKeyKept; }) > 0;
  for (Own& each : keys_) {
    if (each.made <= now + kMostClockDifference) continue;
    each.made = now;
    changed = true;
  }
  if (!keys_.empty() && now < keys_.back().made + kDayKeyPublished) return changed;
  WHORL_ASSIGN(crypto::PrivateKey key, crypto::PrivateKey::make(crypto::KeyKind::kX25519, random));
  if (keys_.size() >= kMostOwnDayKeys) keys_.erase(keys_.begin());
  keys_.push_back(own_of(std::move(key), now));
  return true;
}

const crypto::JweKey* DayKeyRing::find(std::string_view kid) const {
  const auto found = std::find_if(keys_.begin(), keys_.end(), [&](const Own& each) { return each.kid == kid; });
  return found == keys_.end() ? nullptr : &found->key;
}

Result<std::string> DayKeyRing::publish(const std::string& me, const crypto::PrivateKey& identity,
                                        sys_seconds now) const {
  if (keys_.empty()) return internal_error("there is no key of the day yet");
  const Own& latest = keys_.back();
  const KeySet set{me,
                   now,
                   now + kOldestDayKeySet,
                   {{latest.kid, latest.key.key->public_key(), latest.made, latest.made + kOldestDayKeySet}}};
  const crypto::JoseHeader header{.kid = crypto::key_id(identity.public_key()), .typ = std::string(kType)};
  return crypto::sign_jws(identity, header, as_bytes(text_of(set)));
}

crypto::SecretBytes DayKeyRing::save() const {
  constexpr std::size_t kEach = 8 + 32;
  crypto::SecretBytes out(2 + keys_.size() * kEach);
  auto at = out.writable();
  at[0] = kSavedVersion;
  at[1] = static_cast<std::uint8_t>(keys_.size());
  at = at.subspan(2);
  for (const Own& each : keys_) {
    const auto made = static_cast<std::uint64_t>(unix_of(each.made));
    for (std::size_t i = 0; i < 8; ++i) at[i] = static_cast<std::uint8_t>(made >> (56 - 8 * i));
    const ByteView secret = each.key.key->secret();
    std::copy(secret.begin(), secret.end(), at.begin() + 8);
    at = at.subspan(kEach);
  }
  return out;
}

Result<DayKeyRing> DayKeyRing::restore(ByteView saved) {
  ByteReader in(saved);
  DayKeyRing out;
  if (in.u8() != kSavedVersion) return invalid_input("these are no keys of the day that this build knows");
  const std::size_t count = in.u8();
  for (std::size_t i = 0; i < count && !in.failed(); ++i) {
    const std::uint64_t made = in.u64();
    const ByteView secret = in.bytes(32);
    if (in.failed() || made > 100'000'000'000) return invalid_input("the keys of the day are cut short");
    WHORL_ASSIGN(crypto::PrivateKey key, crypto::PrivateKey::of(crypto::KeyKind::kX25519, secret));
    out.keys_.push_back(own_of(std::move(key), time_of(static_cast<std::int64_t>(made))));
  }
  if (!in.finished()) return invalid_input("the keys of the day are cut short");
  return out;
}

}  // namespace whorl::exchange
