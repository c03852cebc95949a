#include "tests/exchange/members.h"

#include <cstdlib>

#include "crypto/jose/base64url.h"
#include "crypto/jose/jwk.h"

namespace whorl::tests {
namespace {

using namespace exchange;
using crypto::KeyKind;
using crypto::PrivateKey;

// Of what cannot fail here.
template <class T>
T sure(Result<T> result) {
  if (!result.ok()) std::abort();
  return std::move(result).value();
}

crypto::NoteSigner note_signer(const std::string& name) {
  return sure(crypto::NoteSigner::of(name, crypto::NoteKeyKind::kSignature, sure(PrivateKey::make(KeyKind::kEd25519))));
}

Common common_between(const std::string& from, const std::string& to) {
  const std::int64_t now = kNow.time_since_epoch().count();
  return {from, to, sure(new_id()), now, now + 60, "17/0123456789abcdef"};
}

}  // namespace

Office make_office() { return {note_signer("rbdes.test/office")}; }

MemberKeys make_member(const std::string& name) {
  const KeyKind kind = name.starts_with("p") ? KeyKind::kP256 : KeyKind::kEd25519;
  MemberKeys out{name, sure(PrivateKey::make(kind)), note_signer(name), {}};
  out.tls = sha256_of({as_bytes("tls"), as_bytes(name)});
  return out;
}

Directory directory_of(const std::vector<const MemberKeys*>& members) {
  Directory out;
  out.serial = 17;
  out.valid_from = std::chrono::sys_days(std::chrono::year(2026) / 11 / 1);
  out.valid_until = std::chrono::sys_days(std::chrono::year(2027) / 2 / 1);
  std::string country = "AAA";
  for (const MemberKeys* each : members) {
    const crypto::PublicKey& key = each->identity.public_key();
    out.members.emplace(each->name,
                        DirectoryMember{country,
                                        {each->tls},
                                        {sure(crypto::parse_jwk(crypto::jwk_text(key, crypto::key_id(key))))},
                                        each->note.verifier()});
    ++country[2];
  }
  return out;
}

std::string note_of(const std::string& text, const Office& office, const std::vector<const MemberKeys*>& members) {
  crypto::SignedNote note = sure(crypto::SignedNote::of(text));
  if (!note.add(office.signer).ok()) std::abort();
  for (const MemberKeys* each : members) {
    if (!note.add(each->note).ok()) std::abort();
  }
  return note.note();
}

Message check_between(const std::string& from, const std::string& to, const crypto::PublicKey& reply,
                      std::size_t fingers, std::size_t bytes) {
  Check check{sure(new_id()),
              1,
              "asylum.registration",
              Lane::kUrgent,
              {"officer", sure(new_id()), "claim_review", sure(new_id())},
              AgeGroup::kAdult,
              "0.0005",
              {},
              reply};
  check.probe.format = "native";
  for (std::size_t i = 0; i < fingers; ++i) {
    crypto::SecretBytes data(bytes);
    for (std::size_t at = 0; at < bytes; ++at) data.writable()[at] = static_cast<std::uint8_t>(at * 31 + i);
    check.probe.fingers.push_back({static_cast<int>(i % 10) + 1, 70, 0, std::move(data)});
  }
  check.probe.missing = {10};
  return {common_between(from, to), std::move(check)};
}

Message answer_between(const std::string& from, const std::string& to, Outcome outcome) {
  Answer answer{sure(new_id()),
                sure(new_id()),
                crypto::base64url(sha256_of({as_bytes("check")})),
                outcome,
                outcome == Outcome::kRefused ? "quota" : "",
                outcome == Outcome::kMatch ? 57 : 0,
                true,
                6,
                {61, 44},
                "1.1",
                sure(new_id()),
                agreement_key().public_key()};
  return {common_between(from, to), std::move(answer)};
}

PrivateKey agreement_key() { return sure(PrivateKey::make(KeyKind::kX25519)); }

}  // namespace whorl::tests
