// How this server speaks TLS: its certificate and key, whose client certificates it takes, and what is revoked.
//
// TLS 1.3 alone; no tickets, no resumption, no early data, so that every connection has keys of its own. Certificates
// and CRLs are checked by OpenSSL (RFC 5280) at security level 2: 2,048 bits of RSA or 224 of an elliptic curve at
// least, SHA-256 or better. A CRL that is past its next update refuses everybody, until there is a newer one.
//
// Immutable once made; thread-safe but for context(), which belongs to the network thread.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/access/access_config.h"
#include "engine/access/sign_in.h"

namespace whorl::server {

inline constexpr std::size_t kMostPemBytes = std::size_t{1} << 20;
inline constexpr std::size_t kMostCrlBytes = std::size_t{16} << 20;

class TlsContext {
 public:
  using Time = std::chrono::system_clock::time_point;

  // Errors: those of access::read_private_file, the key's strictest; kInvalidInput (tls_file_unusable; the field is the
  // file) for what is no PEM, a key of another certificate, one that is encrypted, a weak key or digest, a certificate
  // that is not valid at `now` or not for servers, and a CRL that is of none of the CAs or past its next update.
  static Result<std::shared_ptr<const TlsContext>> load(const access::TlsFiles& files, Time now);

  // For the handshake of a new connection.
  [[nodiscard]] boost::asio::ssl::context& context() const { return *context_; }
  // The dNSNames of this server's certificate, in lower case.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] Time expires() const { return expires_; }
  // When the first of the CRLs is past its next update.
  [[nodiscard]] std::optional<Time> revocations_until() const { return revocations_until_; }

  // Whether the client certificate of a connection that came in under another context would come in under this one.
  // Cost: a verification of its chain.
  [[nodiscard]] bool still_takes(ssl_st* connection) const;

 private:
  TlsContext() = default;

  std::unique_ptr<boost::asio::ssl::context> context_;
  std::vector<std::string> names_;
  Time expires_;
  std::optional<Time> revocations_until_;
};

// What the client's certificate says, once the handshake is through; nothing where it showed none.
std::optional<access::PeerCertificate> peer_of(ssl_st* connection);

}  // namespace whorl::server
