// Members a and b (and p, whose identity key is of P-256), with what b needs to open what the others send.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "crypto/jose/jwk.h"
#include "tests/exchange/members.h"

namespace whorl::tests {

class TwoMembers : public testing::Test {
 protected:
  TwoMembers() {
    day_key_.key = day_;
    secret_.kid = std::string(22, 's');
    secret_.bytes = crypto::SecretBytes::copy_of(Bytes(32, 9));
  }

  // Of b.
  [[nodiscard]] exchange::Opening opening() const {
    exchange::Opening out;
    out.me = b_.name;
    out.partners = &partners_;
    out.keys = [this](std::string_view kid) { return kid == crypto::key_id(day_.public_key()) ? &day_key_ : nullptr; };
    return out;
  }

  const MemberKeys a_ = make_member("a.rbdes.test"), b_ = make_member("b.rbdes.test"), p_ = make_member("p.rbdes.test");
  const exchange::Directory partners_ = directory_of({&a_, &b_, &p_});
  const crypto::PrivateKey day_ = agreement_key();
  const crypto::PrivateKey reply_ = agreement_key();
  crypto::JweKey day_key_;
  exchange::PairSecret secret_;
};

}  // namespace whorl::tests
