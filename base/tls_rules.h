// What every TLS socket of the house keeps to. Whoever includes this links OpenSSL::SSL.
#pragma once

#include <openssl/ssl.h>

namespace whorl {

// TLS 1.3 alone, security level 2 (2,048 bits of RSA or 224 of an elliptic curve at least, SHA-256 or better), chains
// of at most four CAs; no tickets, no resumption, no early data, so that every connection has keys of its own.
inline void set_tls_rules(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
  SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION);
  SSL_CTX_set_security_level(context, 2);
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_max_early_data(context, 0);
  SSL_CTX_set_verify_depth(context, 4);
}

}  // namespace whorl
