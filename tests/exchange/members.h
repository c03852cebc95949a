// Three or more members with keys of their own, an office, and the directory and policy that it signed.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "crypto/log/note.h"
#include "exchange/directory/directory.h"
#include "exchange/envelope/envelope.h"
#include "exchange/policy/policy.h"

namespace whorl::tests {

struct MemberKeys {
  std::string name;
  crypto::PrivateKey identity;
  crypto::NoteSigner note;
  Sha256 tls{};
};

struct Office {
  crypto::NoteSigner signer;
};

Office make_office();
// Of Ed25519, or of P-256 for names that begin with "p".
MemberKeys make_member(const std::string& name);

exchange::Directory directory_of(const std::vector<const MemberKeys*>& members);
// "valid" from 2026-11-01 to 2027-02-01.
inline constexpr std::chrono::sys_seconds kNow{std::chrono::seconds(1'796'083'200)};  // 2026-12-01T00:00:00Z

// Signed by the office, and by these.
std::string note_of(const std::string& text, const Office& office, const std::vector<const MemberKeys*>& members);

// The answer to a check, and a check of `fingers` fingers of `bytes` each.
exchange::Message check_between(const std::string& from, const std::string& to, const crypto::PublicKey& reply,
                                std::size_t fingers = 2, std::size_t bytes = 1000);
exchange::Message answer_between(const std::string& from, const std::string& to, exchange::Outcome outcome);

crypto::PrivateKey agreement_key();

}  // namespace whorl::tests
