#include "server/tls/client_context.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/catalogue.h"
#include "base/pem.h"
#include "base/tls_rules.h"
#include "engine/access/private_file.h"
#include "server/tls/tls_context.h"

namespace whorl::server {
namespace ssl = boost::asio::ssl;

Result<std::shared_ptr<ssl::context>> client_context(const std::filesystem::path& ca) {
  ERR_clear_error();
  const auto unusable = [&](std::string detail) {
    return failure(ErrorCode::kTlsFile, ca.string(), with<"detail">(std::move(detail)));
  };
  auto out = std::make_shared<ssl::context>(ssl::context::tls_client);
  set_tls_rules(out->native_handle());
  out->set_verify_mode(ssl::verify_peer);
  if (ca.empty()) {
    boost::system::error_code error;
    out->set_default_verify_paths(error);
    if (error) return unusable("the system's CAs cannot be read: " + error.message());
    return out;
  }
  WHORL_ASSIGN(const auto pem, access::read_private_file(ca, kMostPemBytes, access::OthersMay::kReadIt));
  const auto authorities = pem::certificates_in(pem.view());
  if (!authorities.ok()) return authorities.error().within(ca.string());
  for (const pem::Certificate& each : *authorities) {
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(out->native_handle()), each.get()) != 1) {
      return unusable(pem::said());
    }
  }
  return out;
}

// What SSL_set_tlsext_host_name() stands for, without its cast.
bool name_server(ssl_st* connection, const std::string& host) {
  std::string name = host;
  return SSL_ctrl(connection, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data()) == 1;
}

}  // namespace whorl::server
