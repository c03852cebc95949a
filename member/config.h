// What a member of an exchange is run with: one file of TOML, which `whorl exchange join` writes.
//
//   name = "a.rbdes.test"          [[switches]]
//   identity = "identity.jwk"      address = "192.0.2.7"
//   directory = "directory.note"   port = 8443
//   policy = "policy.note"         key = "HEX"
//   office = "office.pub"
//   pins = "pins.txt"              [secrets]
//   national = "national.toml"     "b.rbdes.test" = "b.secret"
//   certificate = "tls.pem"
//   key = "tls.key"                [citizens]
//   switch_ca = "switch-ca.pem"    own = ["passports"]
//   desk_key_kept = "24h"
//
// Paths are relative to the file's folder. docs/exchange.md says what each is. Thread-safety: plain values and pure
// functions.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/sha256.h"
#include "relay/hop_tls.h"

namespace whorl::member {

inline constexpr std::size_t kMostConfigBytes = std::size_t{64} << 10;
inline constexpr std::size_t kMostSwitches = 4;
// How long the key of desks opens what was sealed for it, once another has followed it.
inline constexpr std::chrono::seconds kDeskKeyKept{24 * 3600};
inline constexpr std::chrono::seconds kLeastDeskKeyKept{60};
inline constexpr std::chrono::seconds kMostDeskKeyKept{90 * 24 * 3600};

struct SwitchAddress {
  std::string address;  // a number: 192.0.2.7
  std::uint16_t port = 0;
  Sha256 key{};  // SHA-256 of the SubjectPublicKeyInfo of its TLS key
};

struct MemberConfig {
  std::string name;
  std::filesystem::path identity;  // private JWK
  std::filesystem::path directory;
  std::filesystem::path policy;
  std::filesystem::path office;  // the office's key as `whorl directory key` prints it; a line each
  std::filesystem::path pins;
  std::filesystem::path national;
  relay::HopTlsFiles tls;
  std::vector<SwitchAddress> switches;
  std::map<std::string, std::filesystem::path> secrets;  // by member: 32 bytes
  std::vector<std::string> own_citizens;                 // galleries whose people are own citizens,
  std::vector<std::string> residents;                    // and residents
  std::chrono::seconds desk_key_kept = kDeskKeyKept;
};

// Errors: kInvalidInput; the field is "FILE:LINE" and the key.
Result<MemberConfig> parse_member_config(std::string_view toml, const std::filesystem::path& file);
// The same of a file. Errors: also those of read_file.
Result<MemberConfig> read_member_config(const std::filesystem::path& file);

}  // namespace whorl::member
