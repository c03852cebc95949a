#include "index/record/digest.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <new>
#include <string>

namespace whorl::index {
namespace {

using Sha256 = std::array<std::uint8_t, 32>;

struct FreeContext {
  void operator()(EVP_MD_CTX* c) const { EVP_MD_CTX_free(c); }
  void operator()(EVP_MAC_CTX* c) const { EVP_MAC_CTX_free(c); }
};

// OpenSSL fails here only when memory is short.
void require(int ok) {
  if (ok != 1) throw std::bad_alloc();
}

Sha256 sha256(std::initializer_list<ByteView> pieces) {
  static const EVP_MD* const kind = EVP_sha256();
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  if (!context) throw std::bad_alloc();
  Sha256 out{};
  require(EVP_DigestInit_ex(context.get(), kind, nullptr));
  for (const ByteView piece : pieces) require(EVP_DigestUpdate(context.get(), piece.data(), piece.size()));
  require(EVP_DigestFinal_ex(context.get(), out.data(), nullptr));
  return out;
}

// A file descriptor that closes itself.
class File {
 public:
  File(const std::filesystem::path& path, int flags, unsigned mode = 0) : fd_(::open(path.c_str(), flags, mode)) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

Error refused(const std::filesystem::path& path, const char* doing) {
  return unavailable(std::string("cannot ") + doing + " " + path.string() + ": " + std::strerror(errno));
}

Status write_key(const std::filesystem::path& directory, ByteView key) {
  const auto path = directory / "snapshot.key";
  const auto part = directory / "snapshot.key.part";
  {
    const File file(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file.fd() < 0 || ::write(file.fd(), key.data(), key.size()) != static_cast<ssize_t>(key.size()) ||
        ::fsync(file.fd()) != 0) {
      return refused(part, "write");
    }
  }
  if (::rename(part.c_str(), path.c_str()) != 0) return refused(path, "write");
  const File folder(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder.fd() < 0 || ::fsync(folder.fd()) != 0) return refused(directory, "sync");
  return {};
}

}  // namespace

RecordDigest record_digest(ByteView key, ByteView value) {
  const Sha256 whole = sha256({key, value});
  RecordDigest out;
  std::memcpy(out.data(), whole.data(), out.size());
  return out;
}

void SetDigest::add(std::string_view person_id, std::string_view encounter_id, const RecordDigest& record) {
  constexpr std::string_view kZero("\0", 1);
  const Sha256 one = sha256({as_bytes(person_id), as_bytes(kZero), as_bytes(encounter_id), as_bytes(kZero), record});
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

Result<SnapshotKey> SnapshotKey::load_or_make(const std::filesystem::path& directory) {
  SnapshotKey key;
  const auto path = directory / "snapshot.key";
  {
    const File file(path, O_RDONLY | O_CLOEXEC);
    if (file.fd() < 0 && errno != ENOENT) return refused(path, "read");
    if (file.fd() >= 0) {
      std::array<std::uint8_t, kBytes + 1> bytes{};
      const ssize_t n = ::read(file.fd(), bytes.data(), bytes.size());
      if (n < 0) return refused(path, "read");
      std::memcpy(key.key_.data(), bytes.data(), kBytes);
      if (n == static_cast<ssize_t>(kBytes)) return key;
    }
  }
  if (RAND_bytes(key.key_.data(), static_cast<int>(kBytes)) != 1) return internal_error("no random bytes for a key");
  WHORL_TRY(write_key(directory, key.key_));
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
