#include "crypto/vault/token_key.h"

#include <algorithm>
#include <array>
#include <mutex>

#include "crypto/aead.h"
#include "crypto/vault/token_session.h"

namespace whorl::crypto {
namespace {

// Modules differ in what they bear of several threads; uses are few.
std::mutex& one_at_a_time() {
  static std::mutex mutex;
  return mutex;
}

class KeyInToken final : public RootKey {
 public:
  KeyInToken(TokenAddress address, Random& random) : address_(std::move(address)), random_(&random) {}

  [[nodiscard]] Status look() const {
    return with_key<Status>([](const TokenSession& session, CK_OBJECT_HANDLE key) { return session.check(key); });
  }

  Result<Bytes> seal(ByteView bound, ByteView key) override {
    // The buffer, not the nonce that was put into it, is kept: some tokens draw their own, and write it there.
    std::array<std::uint8_t, kAeadNonceBytes> nonce{};
    WHORL_TRY(random_->fill(nonce));
    WHORL_ASSIGN(const Bytes sealed, with_key<Result<Bytes>>([&](const TokenSession& session, CK_OBJECT_HANDLE root) {
                   return session.seal(root, nonce, bound, key);
                 }));
    return ByteWriter().bytes(nonce).bytes(sealed).take();
  }

  Result<SecretBytes> open(ByteView bound, ByteView sealed) override {
    if (sealed.size() < kAeadNonceBytes + kAeadTagBytes) return corruption("a sealed key is too short");
    return with_key<Result<SecretBytes>>([&](const TokenSession& session, CK_OBJECT_HANDLE root) {
      return session.open(root, sealed.first(kAeadNonceBytes), bound, sealed.subspan(kAeadNonceBytes));
    });
  }

 private:
  template <class Answer, class Use>
  [[nodiscard]] Answer with_key(Use use) const {
    const std::lock_guard lock(one_at_a_time());
    WHORL_ASSIGN(const TokenSession session, TokenSession::open(address_, TokenUse::kRead));
    WHORL_ASSIGN(const CK_OBJECT_HANDLE key, session.key(address_));
    return use(session, key);
  }

  TokenAddress address_;
  Random* random_;
};

}  // namespace

Result<std::unique_ptr<RootKey>> token_root_key(const std::string& address, Random& random) {
  WHORL_ASSIGN(TokenAddress parsed, TokenAddress::parse(address));
  auto key = std::make_unique<KeyInToken>(std::move(parsed), random);
  WHORL_TRY(key->look());
  return std::unique_ptr<RootKey>(std::move(key));
}

Status make_token_key(const std::string& address) {
  WHORL_ASSIGN(const TokenAddress parsed, TokenAddress::parse(address));
  const std::lock_guard lock(one_at_a_time());
  WHORL_ASSIGN(const TokenSession session, TokenSession::open(parsed, TokenUse::kChange));
  const auto there = session.key(parsed);
  if (there.ok()) return already_exists("the token holds a key of that name already");
  if (there.error().kind != ErrorKind::kNotFound) return there.error();
  WHORL_TRY(session.make_key(parsed));
  WHORL_ASSIGN(const CK_OBJECT_HANDLE made, session.key(parsed));
  return session.check(made);
}

}  // namespace whorl::crypto
