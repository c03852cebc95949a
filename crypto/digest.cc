#include "crypto/digest.h"

#include <openssl/evp.h>

namespace whorl::crypto {
namespace {

const EVP_MD* library_kind(DigestKind kind) {
  switch (kind) {
    case DigestKind::kSha256: return EVP_sha256();
    case DigestKind::kSha384: return EVP_sha384();
    case DigestKind::kSha512: break;
  }
  return EVP_sha512();
}

}  // namespace

Result<Bytes> digest_of(DigestKind kind, ByteView bytes) {
  Bytes out(EVP_MAX_MD_SIZE);
  unsigned int length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), out.data(), &length, library_kind(kind), nullptr) != 1) {
    return internal_error("the digest cannot be computed");
  }
  out.resize(length);
  return out;
}

}  // namespace whorl::crypto
