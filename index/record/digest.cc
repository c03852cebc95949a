#include "index/record/digest.h"

#include <openssl/rand.h>

#include <algorithm>
#include <cstring>

#include "base/sha256.h"
#include "crypto/hmac.h"
#include "crypto/secret_bytes.h"

namespace whorl::index {
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
  return crypto::HmacSha256(key_).of(pieces);
}

bool equal(const SnapshotKey::Mac& a, const SnapshotKey::Mac& b) { return crypto::equal_in_constant_time(a, b); }

}  // namespace whorl::index
