// A hostile member, a hostile switch, somebody on the network: what they make of an envelope, and that it is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <iostream>
#include <map>

#include "crypto/aead.h"
#include "crypto/hmac.h"
#include "crypto/jose/base64url.h"
#include "crypto/jose/jws.h"
#include "exchange/envelope/envelope.h"
#include "exchange/envelope/replay_table.h"
#include "tests/exchange/two_members.h"

namespace whorl::tests {
namespace {

using namespace exchange;

constexpr std::string_view kType = "rbdes+jws";

class ForgeTest : public TwoMembers {
 protected:
  ForgeTest() : check_(check_between(a_.name, b_.name, reply_.public_key())) {}

  [[nodiscard]] std::string payload(const Message& message) const {
    return std::string(as_text(write_message(message, Size::kSmall)->view()));
  }
  [[nodiscard]] std::string honest() const {
    return seal(check_, Size::kSmall, a_.identity, day_.public_key(), nullptr)->envelope;
  }
  // A JWS as its maker wants it.
  [[nodiscard]] std::string jws(const std::string& text, const crypto::PrivateKey& key, std::string kid = {},
                                std::string typ = std::string(kType), std::string cty = {}) const {
    if (kid.empty()) kid = crypto::key_id(key.public_key());
    return *crypto::sign_jws(key, {.kid = std::move(kid), .typ = std::move(typ), .cty = std::move(cty)},
                             as_bytes(text));
  }
  // A JWE of it, likewise.
  [[nodiscard]] std::string jwe(const std::string& inner, const std::string& apu, const std::string& apv,
                                std::string cty = "JWS", const crypto::PublicKey* to = nullptr,
                                const std::string& kid = {}) const {
    const crypto::PublicKey& key = to != nullptr ? *to : day_.public_key();
    crypto::JweHeader header;
    header.common = {.kid = kid.empty() ? crypto::key_id(key) : kid, .cty = std::move(cty)};
    header.apu = Bytes(apu.begin(), apu.end());
    header.apv = Bytes(apv.begin(), apv.end());
    return *crypto::encrypt_jwe(key, crypto::JweAlgorithm::kEcdhEs, header, as_bytes(inner));
  }
  // "HEADER.PAYLOAD.SIGNATURE" with another header, signed rightly over it by `sign`.
  [[nodiscard]] std::string with_header(const std::string& header,
                                        const std::function<Bytes(std::string_view)>& sign) const {
    const std::string text = crypto::base64url(as_bytes(header)) + "." + crypto::base64url(as_bytes(payload(check_)));
    return text + "." + crypto::base64url(sign(text));
  }
  [[nodiscard]] Message changed(const std::function<void(Message&)>& change) const {
    Message out = check_between(a_.name, b_.name, reply_.public_key());
    out.common = check_.common;
    change(out);
    return out;
  }
  void refused(const std::string& name, const std::string& envelope) {
    Opening rules = opening();
    rules.hop_from = a_.name;
    rules.hop_id = check_.common.jti;
    const auto opened = open(envelope, rules);
    EXPECT_FALSE(opened.ok()) << name;
    if (!opened.ok()) {
      ++refusals_;
      said_[name] = std::string(opened.error().code());
    }
    ++tampered_;
  }

  const Message check_;
  int tampered_ = 0;
  int refusals_ = 0;
  std::map<std::string, std::string> said_;
};

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

std::vector<std::string> parts(const std::string& text) {
  std::vector<std::string> out(1);
  for (const char c : text) {
    if (c == '.') {
      out.emplace_back();
    } else {
      out.back() += c;
    }
  }
  return out;
}
std::string joined(const std::vector<std::string>& all) {
  std::string out;
  for (const std::string& part : all) out += (&part == all.data() ? "" : ".") + part;
  return out;
}
std::string decoded(const std::string& text) { return std::string(as_text(*crypto::decode_base64url(text))); }
std::string encoded(const std::string& text) { return crypto::base64url(as_bytes(text)); }

TEST_F(ForgeTest, EveryTamperingIsRefused) {
  Opening rules = opening();
  rules.hop_from = a_.name;
  rules.hop_id = check_.common.jti;
  ASSERT_TRUE(open(honest(), rules).ok());
  const auto by_a = [&](std::string_view text) { return *crypto::sign(a_.identity, as_bytes(text)); };
  const std::string kid = crypto::key_id(a_.identity.public_key());
  const std::string header = R"({"alg":"EdDSA","kid":")" + kid + R"(","typ":"rbdes+jws"})";
  ASSERT_TRUE(open(jwe(with_header(header, by_a), a_.name, b_.name), rules).ok());  // the forger's tools forge well

  // The signature.
  refused("alg none",
          jwe(with_header(replaced(header, "EdDSA", "none"), [](auto) { return Bytes(); }), a_.name, b_.name));
  refused("alg HS256 under the public key",
          jwe(with_header(replaced(header, "EdDSA", "HS256"),
                          [&](std::string_view text) {
                            const Sha256 mac =
                                crypto::HmacSha256(a_.identity.public_key().bytes()).of({as_bytes(text)});
                            return Bytes(mac.begin(), mac.end());
                          }),
              a_.name, b_.name));
  refused("alg ES256 under a key of EdDSA",
          jwe(with_header(replaced(header, "EdDSA", "ES256"), by_a), a_.name, b_.name));
  refused("a key in the header",
          jwe(with_header(replaced(header, "}", ",\"jwk\":" + crypto::jwk_text(day_.public_key()) + "}"), by_a),
              a_.name, b_.name));
  refused("crit", jwe(with_header(replaced(header, "}", R"(,"crit":["exp"]})"), by_a), a_.name, b_.name));
  refused("a name twice in the header",
          jwe(with_header(replaced(header, "{", R"({"alg":"EdDSA",)"), by_a), a_.name, b_.name));
  refused("another type", jwe(jws(payload(check_), a_.identity, {}, "rbdes-keys+jws"), a_.name, b_.name));
  refused("the name of a key that nobody has",
          jwe(jws(payload(check_), a_.identity, std::string(22, 'x')), a_.name, b_.name));
  refused("another member's signature", jwe(jws(payload(check_), p_.identity), a_.name, b_.name));
  refused("another member's signature under a's key name",
          jwe(jws(payload(check_), p_.identity, kid), a_.name, b_.name));
  refused("a signature cut short", jwe(with_header(header,
                                                   [&](std::string_view text) {
                                                     Bytes out = by_a(text);
                                                     out.resize(32);
                                                     return out;
                                                   }),
                                       a_.name, b_.name));
  refused("no signature around the payload", jwe(payload(check_), a_.name, b_.name));

  // Who, to whom, which.
  refused("p seals and signs as a", jwe(jws(payload(check_), p_.identity), p_.name, b_.name));
  refused("apu of another", jwe(jws(payload(check_), a_.identity), p_.name, b_.name));
  refused("apv of another", jwe(jws(payload(check_), a_.identity), a_.name, p_.name));
  refused("meant for another (surreptitious forwarding)",
          jwe(jws(payload(changed([&](Message& m) { m.common.aud = p_.name; })), a_.identity), a_.name, b_.name));
  refused("said by another",
          jwe(jws(payload(changed([&](Message& m) { m.common.iss = p_.name; })), a_.identity), a_.name, b_.name));
  refused("another number than the switch says",
          jwe(jws(payload(changed([&](Message& m) { m.common.jti = *new_id(); })), a_.identity), a_.name, b_.name));

  // The sealing.
  const std::vector<std::string> sealed = parts(honest());
  const auto with_part = [&](std::size_t at, const std::string& part) {
    auto out = sealed;
    out[at] = part;
    return joined(out);
  };
  const std::string outer = decoded(sealed[0]);
  refused("apu swapped outside", with_part(0, encoded(replaced(outer, encoded(a_.name), encoded(p_.name)))));
  refused("the name of another key of ours",
          with_part(0, encoded(replaced(outer, crypto::key_id(day_.public_key()), std::string(22, 'k')))));
  refused("zip", with_part(0, encoded(replaced(outer, "}", R"(},"zip":"DEF")"))));
  refused("alg dir", with_part(0, encoded(replaced(outer, "ECDH-ES", "dir"))));
  refused("alg RSA1_5", with_part(0, encoded(replaced(outer, "ECDH-ES", "RSA1_5"))));
  refused("enc of another kind", with_part(0, encoded(replaced(outer, "A256GCM", "A128CBC-HS256"))));
  refused("a name twice outside", with_part(0, encoded(replaced(outer, "{", R"({"enc":"A256GCM",)"))));
  refused("an ephemeral key of small order",
          with_part(0, encoded(replaced(outer, outer.substr(outer.find("\"x\":\"") + 5, 43),
                                        crypto::base64url(Bytes(32, 0))))));
  refused("a wrapped key where there is none", with_part(1, encoded(std::string(40, 'w'))));
  refused("another nonce", with_part(2, encoded(std::string(12, 'n'))));
  std::string flipped = sealed[3];
  flipped[flipped.size() / 2] = flipped[flipped.size() / 2] == 'A' ? 'B' : 'A';
  refused("a flipped byte", with_part(3, flipped));
  refused("cut short", with_part(3, sealed[3].substr(0, sealed[3].size() / 2)));
  refused("a letter more", honest() + "A");
  refused("a part more", honest() + ".");
  refused("the tag of another", with_part(4, parts(honest())[4]));
  refused("a nested envelope", jwe(honest(), a_.name, b_.name));
  refused("content of another type", jwe(jws(payload(check_), a_.identity), a_.name, b_.name, "JWE"));
  refused("nothing", "");
  refused("four points", "....");

  // The payload, rightly signed and sealed by a hostile member.
  refused("a payload of none of the four lengths",
          jwe(jws(replaced(payload(check_), "\"pad\":\"000", "\"pad\":\""), a_.identity), a_.name, b_.name));
  refused(
      "a name twice in the payload",
      jwe(jws(replaced(replaced(payload(check_), R"({"v":1,)", R"({"v":1,"v":1,)"), R"("pad":"000000)", R"("pad":")"),
              a_.identity),
          a_.name, b_.name));
  refused("no JSON", jwe(jws(std::string(payload_bytes(Size::kSmall), '['), a_.identity), a_.name, b_.name));

  EXPECT_GE(tampered_, 24);
  EXPECT_EQ(refusals_, tampered_);
  for (const auto& [name, code] : said_) std::cout << "refused: " << name << " (" << code << ")\n";
  std::cout << "tamperings " << tampered_ << ", refused " << refusals_ << "\n";
}

// Bit by bit, but for the few that change nothing: there are none.
TEST_F(ForgeTest, NoByteOfAnEnvelopeCanBeChanged) {
  const std::string envelope =
      seal(answer_between(a_.name, b_.name, Outcome::kMatch), Size::kReply, a_.identity, day_.public_key(), nullptr)
          ->envelope;
  ASSERT_TRUE(open(envelope, opening()).ok());
  for (std::size_t i = 0; i < envelope.size(); ++i) {
    std::string other = envelope;
    other[i] = other[i] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(open(other, opening()).ok()) << i;
  }
  for (std::size_t n = 0; n < envelope.size(); n += 7) EXPECT_FALSE(open(envelope.substr(0, n), opening()).ok()) << n;
}

TEST_F(ForgeTest, TheSameMessageAgainIsToldFromANewOne) {
  ReplayTable seen;
  const auto end = kNow + std::chrono::seconds(60);
  const auto opened = open(honest(), opening());
  EXPECT_EQ(seen.take(a_.name, opened->message.common.jti, end, kNow), ReplayTable::Seen::kNew);
  EXPECT_EQ(seen.take(a_.name, opened->message.common.jti, end, kNow), ReplayTable::Seen::kAgain);
}

// A key that was destroyed opens nothing: what was recorded stays shut.
TEST_F(ForgeTest, WhatWasRecordedOpensNoMoreWithoutTheKey) {
  const std::string recorded = honest();
  Opening later = opening();
  later.keys = [](std::string_view) { return nullptr; };
  EXPECT_EQ(open(recorded, later).error().code(), "key_unknown");
}

}  // namespace
}  // namespace whorl::tests
