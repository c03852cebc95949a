#include "server/tls/tls_context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <utility>

#include "base/catalogue.h"
#include "base/pem.h"
#include "base/tls_rules.h"
#include "engine/access/private_file.h"

namespace whorl::server {
namespace {

namespace fs = std::filesystem;
using access::OthersMay;
using access::read_private_file;
using namespace pem;

using Check = std::unique_ptr<X509_STORE_CTX, Freed<X509_STORE_CTX_free>>;

Error unusable(const fs::path& file, std::string detail) {
  return failure(ErrorCode::kTlsFile, file.string(), with<"detail">(std::move(detail)));
}

template <class T>
Result<T> in_file(const fs::path& file, Result<T> parsed) {
  if (parsed.ok()) return parsed;
  return parsed.error().within(file.string());
}

void set_rules(SSL_CTX* context, access::ClientCertificates clients) {
  set_tls_rules(context);
  int mode = SSL_VERIFY_NONE;
  if (clients != access::ClientCertificates::kNotAsked) mode = SSL_VERIFY_PEER;
  if (clients == access::ClientCertificates::kRequired) mode |= SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  SSL_CTX_set_verify(context, mode, nullptr);
}

Status check_own(const fs::path& file, X509* certificate, TlsContext::Time now) {
  const auto begins = time_of(X509_get0_notBefore(certificate));
  const auto ends = time_of(X509_get0_notAfter(certificate));
  if (!begins || !ends) return unusable(file, "its times of validity cannot be read");
  if (now < *begins) return unusable(file, "is not valid yet");
  if (now >= *ends) return unusable(file, "has expired");
  if (X509_check_purpose(certificate, X509_PURPOSE_SSL_SERVER, 0) != 1) {
    return unusable(file, "is no certificate for servers (extended key usage)");
  }
  return {};
}

Status use_own(SSL_CTX* context, const access::TlsFiles& files, const std::vector<Certificate>& chain) {
  if (SSL_CTX_use_certificate(context, chain.front().get()) != 1) return unusable(files.certificate, said());
  for (std::size_t i = 1; i < chain.size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context, chain[i].get()) != 1) return unusable(files.certificate, said());
  }
  WHORL_ASSIGN(const auto pem, read_private_file(files.key, kMostPemBytes, OthersMay::kNothing));
  const Key key = private_key_in(pem.view());
  if (!key) return unusable(files.key, "holds no private key in PEM, or one that is encrypted: " + said());
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1) {
    return unusable(files.key, "is not the key of the certificate: " + said());
  }
  return {};
}

Status take_clients_of(SSL_CTX* context, const access::TlsFiles& files, const std::vector<Certificate>& authorities) {
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  for (const Certificate& each : authorities) {
    if (X509_check_ca(each.get()) == 0) return unusable(files.client_ca, "a certificate in it is not that of a CA");
    if (X509_STORE_add_cert(store, each.get()) != 1 || SSL_CTX_add_client_CA(context, each.get()) != 1) {
      return unusable(files.client_ca, said());
    }
  }
  return {};
}

bool is_of(X509_CRL* crl, X509* authority) {
  if (X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_subject_name(authority)) != 0) return false;
  EVP_PKEY* key = X509_get0_pubkey(authority);
  return key != nullptr && X509_CRL_verify(crl, key) == 1;
}

Result<TlsContext::Time> refuse_revoked(SSL_CTX* context, const fs::path& file, const std::vector<Crl>& crls,
                                        const std::vector<Certificate>& authorities, TlsContext::Time now) {
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  TlsContext::Time until = TlsContext::Time::max();
  for (const Crl& crl : crls) {
    const bool known = std::any_of(authorities.begin(), authorities.end(),
                                   [&](const Certificate& each) { return is_of(crl.get(), each.get()); });
    ERR_clear_error();
    if (!known) return unusable(file, "a CRL in it is signed by none of the CAs of client certificates");
    const auto next = time_of(X509_CRL_get0_nextUpdate(crl.get()));
    if (!next) return unusable(file, "a CRL in it does not say when the next one comes");
    if (*next <= now) return unusable(file, "a CRL in it is past its next update: get a newer one");
    if (X509_STORE_add_crl(store, crl.get()) != 1) return unusable(file, said());
    until = std::min(until, *next);
  }
  X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
  return until;
}

}  // namespace

Result<std::shared_ptr<const TlsContext>> TlsContext::load(const access::TlsFiles& files, Time now) {
  ERR_clear_error();
  std::shared_ptr<TlsContext> out(new TlsContext());
  out->context_ = std::make_unique<boost::asio::ssl::context>(boost::asio::ssl::context::tls_server);
  SSL_CTX* const context = out->context_->native_handle();
  set_rules(context, files.clients);
  WHORL_ASSIGN(const auto own, read_private_file(files.certificate, kMostPemBytes, OthersMay::kReadIt));
  WHORL_ASSIGN(const auto chain, in_file(files.certificate, certificates_in(own.view())));
  WHORL_TRY(check_own(files.certificate, chain.front().get(), now));
  WHORL_TRY(use_own(context, files, chain));
  out->names_ = dns_names_of(chain.front().get());
  out->expires_ = *time_of(X509_get0_notAfter(chain.front().get()));
  if (files.client_ca.empty()) return std::shared_ptr<const TlsContext>(std::move(out));
  WHORL_ASSIGN(const auto ca, read_private_file(files.client_ca, kMostPemBytes, OthersMay::kReadIt));
  WHORL_ASSIGN(const auto authorities, in_file(files.client_ca, certificates_in(ca.view())));
  WHORL_TRY(take_clients_of(context, files, authorities));
  if (!files.revoked.empty()) {
    WHORL_ASSIGN(const auto pem, read_private_file(files.revoked, kMostCrlBytes, OthersMay::kReadIt));
    WHORL_ASSIGN(const auto crls, in_file(files.revoked, crls_in(pem.view())));
    WHORL_ASSIGN(out->revocations_until_, refuse_revoked(context, files.revoked, crls, authorities, now));
  }
  return std::shared_ptr<const TlsContext>(std::move(out));
}

bool TlsContext::still_takes(ssl_st* connection) const {
  X509* const peer = SSL_get0_peer_certificate(connection);
  if (peer == nullptr) {
    return (SSL_CTX_get_verify_mode(context_->native_handle()) & SSL_VERIFY_FAIL_IF_NO_PEER_CERT) == 0;
  }
  const Check check(X509_STORE_CTX_new());
  X509_STORE* const store = SSL_CTX_get_cert_store(context_->native_handle());
  if (!check || X509_STORE_CTX_init(check.get(), store, peer, SSL_get_peer_cert_chain(connection)) != 1) return false;
  X509_STORE_CTX_set_default(check.get(), "ssl_client");
  X509_VERIFY_PARAM* const rules = X509_STORE_CTX_get0_param(check.get());
  X509_VERIFY_PARAM_set_auth_level(rules, 2);
  X509_VERIFY_PARAM_set_depth(rules, 4);
  const bool good = X509_verify_cert(check.get()) == 1;
  ERR_clear_error();
  return good;
}

std::optional<access::PeerCertificate> peer_of(ssl_st* connection) {
  X509* const certificate = SSL_get0_peer_certificate(connection);
  if (certificate == nullptr) return std::nullopt;
  access::PeerCertificate out;
  unsigned size = 0;
  if (X509_digest(certificate, EVP_sha256(), out.digest.data(), &size) != 1 || size != out.digest.size()) {
    return std::nullopt;
  }
  out.dns_names = dns_names_of(certificate);
  return out;
}

}  // namespace whorl::server
