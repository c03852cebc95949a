// The directory: who the members are, and by which keys. A signed note of the regional office.
//
//   rbdes directory v1
//   serial 17
//   valid 2026-11-01T00:00:00Z 2027-02-01T00:00:00Z
//   member a.rbdes.test ARU tls=HEX[,HEX] id=eddsa:BASE64URL[,es256:BASE64URL] note=NAME+HEX+BASE64
//
// One line a member, in order of name, and one way to write it. `tls` are SHA-256 of the SubjectPublicKeyInfo of the
// TLS certificates' keys; `id` the keys that sign messages, two at most while one replaces the other; `note` the key
// that signs policies. Thread-safety: plain values and pure functions.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/sha256.h"
#include "crypto/jose/jwk.h"
#include "crypto/log/note.h"
#include "exchange/words.h"

namespace whorl::exchange {

inline constexpr std::size_t kMostDirectoryBytes = std::size_t{256} << 10;
inline constexpr std::size_t kMostDirectoryMembers = 256;
inline constexpr std::size_t kMostKeysOfMember = 2;  // of one kind

struct DirectoryMember {
  std::string country;
  std::vector<Sha256> tls;
  std::vector<crypto::Jwk> identity;  // Ed25519 or P-256; `kid` is crypto::key_id
  crypto::NoteVerifier note;
};

struct Directory {
  std::uint64_t serial = 0;
  std::chrono::sys_seconds valid_from;
  std::chrono::sys_seconds valid_until;
  std::map<std::string, DirectoryMember> members;  // by name

  // Whose key it is; nothing where it is nobody's. Pointers live as long as the directory.
  struct Identity {
    const std::string* member;
    const crypto::Jwk* key;
  };
  [[nodiscard]] std::optional<Identity> identity(std::string_view kid) const;
  // The member whose TLS key it is, if `name` is that member's.
  [[nodiscard]] bool knows_tls_key(std::string_view name, const Sha256& spki) const;
  [[nodiscard]] std::string text() const;
};

// Errors: kInvalidInput (directory_malformed; the field is "line N"): another form than the one way to write it, a
// member or a key twice, too many.
Result<Directory> parse_directory(std::string_view text);
// One member's line, without its end.
Result<std::pair<std::string, DirectoryMember>> parse_member_line(std::string_view line);
std::string member_line(const std::string& name, const DirectoryMember& member);

// Signed by one of the office's keys, in force at `now`, and not older than what is known already. Errors:
// directory_not_signed, not_in_force, kCorruption, and directory_malformed for a serial below `least_serial`: somebody
// holds back the newer one.
Result<Directory> open_directory(std::string_view note, std::span<const crypto::NoteVerifier> office,
                                 std::chrono::sys_seconds now, std::uint64_t least_serial = 0);

}  // namespace whorl::exchange
