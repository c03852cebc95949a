#include "crypto/vault/key_ring.h"

#include <algorithm>

namespace whorl::crypto {
namespace {

constexpr std::uint8_t kVersion = 1;

bool is_name(std::string_view name) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           std::string_view(".-_:/").find(c) != std::string_view::npos;
  };
  return !name.empty() && name.size() <= KeyRing::kMostNameBytes && std::all_of(name.begin(), name.end(), is_letter);
}

// Fills bytes from their beginning; there is room for all that is put.
class Filling {
 public:
  explicit Filling(std::span<std::uint8_t> out) : out_(out) {}
  void put(ByteView bytes) {
    std::copy(bytes.begin(), bytes.end(), out_.begin());
    out_ = out_.subspan(bytes.size());
  }
  void u8(std::size_t v) {
    const auto byte = static_cast<std::uint8_t>(v);
    put(ByteView(&byte, 1));
  }
  void u16(std::size_t v) {
    u8(v >> 8);
    u8(v & 0xFF);
  }

 private:
  std::span<std::uint8_t> out_;
};

}  // namespace

const SecretBytes* KeyRing::find(std::string_view name) const {
  const auto at = secrets_.find(name);
  return at == secrets_.end() ? nullptr : &at->second;
}

Status KeyRing::put(std::string_view name, SecretBytes secret) {
  if (!is_name(name)) return invalid_input("a secret's name is 1 to 64 of a-z, 0-9, '.', '-', '_', ':' and '/'");
  if (secret.empty() || secret.size() > kMostSecretBytes) return invalid_input("a secret has 1 to 8,192 bytes");
  const auto at = secrets_.find(name);
  if (at != secrets_.end()) {
    at->second = std::move(secret);
    return {};
  }
  if (secrets_.size() >= kMostSecrets) return exhausted("the ring holds 1,024 secrets already");
  secrets_.emplace(std::string(name), std::move(secret));
  return {};
}

bool KeyRing::erase(std::string_view name) {
  const auto at = secrets_.find(name);
  if (at == secrets_.end()) return false;
  secrets_.erase(at);
  return true;
}

void KeyRing::each(const std::function<void(std::string_view, const SecretBytes&)>& see) const {
  for (const auto& [name, secret] : secrets_) see(name, secret);
}

SecretBytes KeyRing::encoded() const {
  std::size_t bytes = 3;
  for (const auto& [name, secret] : secrets_) bytes += 3 + name.size() + secret.size();
  SecretBytes out(bytes);
  Filling filling(out.writable());
  filling.u8(kVersion);
  filling.u16(secrets_.size());
  for (const auto& [name, secret] : secrets_) {
    filling.u8(name.size());
    filling.put(as_bytes(name));
    filling.u16(secret.size());
    filling.put(secret.view());
  }
  return out;
}

Result<KeyRing> KeyRing::decode(ByteView bytes) {
  const auto damaged = [] { return corruption("a ring of keys is damaged"); };
  ByteReader in(bytes);
  if (in.u8() != kVersion) return damaged();
  const std::size_t count = in.u16();
  if (in.failed() || count > kMostSecrets) return damaged();
  KeyRing ring;
  std::string_view before;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view name = as_text(in.bytes(in.u8()));
    const ByteView secret = in.bytes(in.u16());
    if (in.failed() || (i > 0 && name <= before)) return damaged();
    if (!ring.put(name, SecretBytes::copy_of(secret)).ok()) return damaged();
    before = name;
  }
  if (!in.finished()) return damaged();
  return ring;
}

}  // namespace whorl::crypto
