#include "relay/hop_tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/catalogue.h"
#include "base/files.h"
#include "base/pem.h"
#include "base/tls_rules.h"
#include "crypto/private_file.h"

namespace whorl::relay {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostPemBytes = std::size_t{1} << 20;

using namespace pem;

Error unusable(const fs::path& file, std::string detail) {
  if (const char* reason = ERR_reason_error_string(ERR_peek_last_error())) detail += std::string(": ") + reason;
  ERR_clear_error();
  return failure(ErrorCode::kTlsFile, file.string(), with<"detail">(std::move(detail)));
}

Result<std::vector<Certificate>> certificates_of(const fs::path& file) {
  WHORL_ASSIGN(const auto text, crypto::read_private_file(file, kMostPemBytes, crypto::OthersMay::kReadIt));
  auto out = certificates_in(text.view());
  if (!out.ok()) return out.error().within(file.string());
  return out;
}

Status use_own(SSL_CTX* context, const HopTlsFiles& files) {
  WHORL_ASSIGN(const auto chain, certificates_of(files.certificate));
  if (SSL_CTX_use_certificate(context, chain.front().get()) != 1) return unusable(files.certificate, "cannot be used");
  for (std::size_t i = 1; i < chain.size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context, chain[i].get()) != 1) return unusable(files.certificate, "cannot be used");
  }
  WHORL_ASSIGN(const auto text, crypto::read_private_file(files.key, kMostPemBytes, crypto::OthersMay::kNothing));
  const Key key = private_key_in(text.view());
  if (!key) return unusable(files.key, "holds no private key in PEM, or one that is encrypted");
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
    return unusable(files.key, "is not the key of the certificate");
  }
  return {};
}

Status take(SSL_CTX* context, const fs::path& file) {
  WHORL_ASSIGN(const auto authorities, certificates_of(file));
  for (const Certificate& each : authorities) {
    if (X509_check_ca(each.get()) == 0) return unusable(file, "a certificate in it is not that of a CA");
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), each.get()) != 1) return unusable(file, "cannot be used");
  }
  return {};
}

Result<Sha256> key_of(X509* certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
  if (size <= 0) return internal_error("the key of a certificate cannot be read");
  const std::unique_ptr<unsigned char, void (*)(unsigned char*)> held(der,
                                                                      [](unsigned char* each) { OPENSSL_free(each); });
  return sha256_of({{der, static_cast<std::size_t>(size)}});
}

}  // namespace

void FreeSslContext::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

Result<SslContext> hop_context(const HopTlsFiles& files, HopSide side) {
  ERR_clear_error();
  SslContext out(SSL_CTX_new(side == HopSide::kSwitch ? TLS_server_method() : TLS_client_method()));
  if (!out) return internal_error("OpenSSL makes no context");
  SSL_CTX* const context = out.get();
  set_tls_rules(context);
  SSL_CTX_set_mode(context,
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  WHORL_TRY(use_own(context, files));
  WHORL_TRY(take(context, files.authorities));
  return out;
}

std::optional<HopPeer> hop_peer(ssl_st* connection) {
  X509* const certificate = SSL_get0_peer_certificate(connection);
  if (certificate == nullptr || SSL_get_verify_result(connection) != X509_V_OK) return std::nullopt;
  const auto key = key_of(certificate);
  if (!key.ok()) return std::nullopt;
  return HopPeer{dns_names_of(certificate), *key};
}

Result<Sha256> tls_key_of(const fs::path& certificate) {
  WHORL_ASSIGN(const Bytes text, read_file(certificate, kMostPemBytes));
  const auto chain = certificates_in(text);
  if (!chain.ok()) return chain.error().within(certificate.string());
  return key_of(chain->front().get());
}

}  // namespace whorl::relay
