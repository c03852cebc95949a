#include "relay/hop_tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "base/catalogue.h"
#include "base/files.h"
#include "crypto/private_file.h"

namespace whorl::relay {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostPemBytes = std::size_t{1} << 20;

using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES_free>>;

Error unusable(const fs::path& file, std::string detail) {
  if (const char* reason = ERR_reason_error_string(ERR_peek_last_error())) detail += std::string(": ") + reason;
  ERR_clear_error();
  return failure(ErrorCode::kTlsFile, file.string(), with<"detail">(std::move(detail)));
}

int no_passphrase(char*, int, int, void*) { return -1; }

Result<std::vector<Certificate>> certificates_in(const fs::path& file) {
  WHORL_ASSIGN(const auto pem, crypto::read_private_file(file, kMostPemBytes, crypto::OthersMay::kReadIt));
  const Bio bio(BIO_new_mem_buf(pem.view().data(), static_cast<int>(pem.size())));
  std::vector<Certificate> out;
  while (Certificate next{PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)})
    out.push_back(std::move(next));
  ERR_clear_error();
  if (out.empty()) return unusable(file, "holds no certificate in PEM");
  return out;
}

Status use_own(SSL_CTX* context, const HopTlsFiles& files) {
  WHORL_ASSIGN(const auto chain, certificates_in(files.certificate));
  if (SSL_CTX_use_certificate(context, chain.front().get()) != 1) return unusable(files.certificate, "cannot be used");
  for (std::size_t i = 1; i < chain.size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context, chain[i].get()) != 1) return unusable(files.certificate, "cannot be used");
  }
  WHORL_ASSIGN(const auto pem, crypto::read_private_file(files.key, kMostPemBytes, crypto::OthersMay::kNothing));
  const Bio bio(BIO_new_mem_buf(pem.view().data(), static_cast<int>(pem.size())));
  const Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  if (!key) return unusable(files.key, "holds no private key in PEM, or one that is encrypted");
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
    return unusable(files.key, "is not the key of the certificate");
  }
  return {};
}

Status take(SSL_CTX* context, const fs::path& file) {
  WHORL_ASSIGN(const auto authorities, certificates_in(file));
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

std::vector<std::string> names_of(X509* certificate) {
  std::vector<std::string> out;
  const Names names(static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_DNS) continue;
    const unsigned char* bytes = ASN1_STRING_get0_data(name->d.dNSName);
    std::string text(bytes, bytes + ASN1_STRING_length(name->d.dNSName));
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    if (text.find('\0') == std::string::npos) out.push_back(std::move(text));
  }
  return out;
}

}  // namespace

void FreeSslContext::operator()(ssl_ctx_st* context) const { SSL_CTX_free(context); }

Result<SslContext> hop_context(const HopTlsFiles& files, HopSide side) {
  ERR_clear_error();
  SslContext out(SSL_CTX_new(side == HopSide::kSwitch ? TLS_server_method() : TLS_client_method()));
  if (!out) return internal_error("OpenSSL makes no context");
  SSL_CTX* const context = out.get();
  SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
  SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION);
  SSL_CTX_set_security_level(context, 2);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_max_early_data(context, 0);
  SSL_CTX_set_mode(context,
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_verify_depth(context, 4);
  WHORL_TRY(use_own(context, files));
  WHORL_TRY(take(context, files.authorities));
  return out;
}

std::optional<HopPeer> hop_peer(ssl_st* connection) {
  X509* const certificate = SSL_get0_peer_certificate(connection);
  if (certificate == nullptr || SSL_get_verify_result(connection) != X509_V_OK) return std::nullopt;
  const auto key = key_of(certificate);
  if (!key.ok()) return std::nullopt;
  return HopPeer{names_of(certificate), *key};
}

Result<Sha256> tls_key_of(const fs::path& certificate) {
  WHORL_ASSIGN(const Bytes pem, read_file(certificate, kMostPemBytes));
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const Certificate first(PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr));
  if (!first) return unusable(certificate, "holds no certificate in PEM");
  return key_of(first.get());
}

}  // namespace whorl::relay
