// TLS 1.3 between a member and the switch: both show a certificate, and each holds the other's key against the
// directory.
//
// No earlier versions, no tickets, no resumption, no early data. Chains are checked by OpenSSL at security level 2;
// then the name (a dNSName of the certificate, never its subject) and the key, by its SHA-256, must be those that the
// directory has. Thread-safety: a context may be used for connections of one thread at a time.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/freed.h"
#include "base/result.h"
#include "base/sha256.h"

struct ssl_ctx_st;
struct ssl_st;

namespace whorl::relay {

// PEM. The key's file is its owner's alone.
struct HopTlsFiles {
  std::filesystem::path certificate;  // and those between it and its CA
  std::filesystem::path key;
  std::filesystem::path authorities;  // whose certificates are taken of the other side
};

enum class HopSide { kSwitch, kMember };

struct FreeSslContext {
  void operator()(ssl_ctx_st* context) const;
};
using SslContext = std::unique_ptr<ssl_ctx_st, FreeSslContext>;

// Errors: those of crypto::read_private_file; kInvalidInput (tls_file_unusable; the field is the file).
Result<SslContext> hop_context(const HopTlsFiles& files, HopSide side);

// What the other side's certificate says, once the handshake is through.
struct HopPeer {
  std::vector<std::string> names;  // dNSNames, in lower case
  Sha256 key{};                    // of its SubjectPublicKeyInfo
};
std::optional<HopPeer> hop_peer(ssl_st* connection);

// The SHA-256 of the SubjectPublicKeyInfo of a certificate in PEM: what a directory's tls= says. Errors:
// tls_file_unusable.
Result<Sha256> tls_key_of(const std::filesystem::path& certificate);

}  // namespace whorl::relay
