#include "index/record/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <string>

#include "base/sha256.h"

namespace whorl::index {
namespace {

struct FreeContext {
  void operator()(EVP_MAC_CTX* c) const { EVP_MAC_CTX_free(c); }
};

// OpenSSL fails here only when memory is short.
void require(int ok) {
  if (ok != 1) throw std::bad_alloc();
}

}  // namespace

RecordDigest record_digest(ByteView key, ByteView value) {
  const Sha256 whole = sha256_of({key, value});
  RecordDigest out;
  std::memcpy(out.data(), whole.data(), out.size());
  return out;
}

void SetDigest::add(std::string_view person_id, std::string_view encounter_id, const RecordDigest& record) {
  constexpr std::string_view kZero("\0", 1);
  const Sha256 one = sha256_of({as_bytes(person_id), as_bytes(kZero), as_bytes(encounter_id), as_bytes(kZero), record});
  ByteReader in(one);
  for (std::uint64_t& lane : lanes_) lane += in.u64();
}

SetDigest::Value SetDigest::value() const {
  ByteWriter out;
  for (const std::uint64_t lane : lanes_) out.u64(lane);
  Value value;
  std::memcpy(value.data(), out.view().data(), value.size());
  return value;
}

Result<SnapshotKey> SnapshotKey::load_or_make(const std::filesystem::path& directory, FileSystem& files) {
  SnapshotKey key;
  const auto path = directory / "snapshot.key";
  WHORL_ASSIGN(const auto kept, files.read(path, kBytes + 1));
  if (kept && kept->size() == kBytes) {
    std::copy(kept->begin(), kept->end(), key.key_.begin());
    return key;
  }
  if (RAND_bytes(key.key_.data(), static_cast<int>(kBytes)) != 1) return internal_error("no random bytes for a key");
  WHORL_TRY(files.write_private(path, key.key_));
  return key;
}

SnapshotKey::Mac SnapshotKey::mac(std::initializer_list<ByteView> pieces) const {
  static EVP_MAC* const hmac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  const std::unique_ptr<EVP_MAC_CTX, FreeContext> context(EVP_MAC_CTX_new(hmac));
  if (!context) throw std::bad_alloc();
  std::string digest = "SHA256";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string("digest", digest.data(), 0),
                                   OSSL_PARAM_construct_end()};
  require(EVP_MAC_init(context.get(), key_.data(), key_.size(), parameters));
  for (const ByteView piece : pieces) require(EVP_MAC_update(context.get(), piece.data(), piece.size()));
  Mac out{};
  std::size_t size = 0;
  require(EVP_MAC_final(context.get(), out.data(), &size, out.size()));
  return out;
}

bool equal(const SnapshotKey::Mac& a, const SnapshotKey::Mac& b) {
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace whorl::index
