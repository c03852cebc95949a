// How this server speaks TLS where it is the client: TLS 1.3 alone, servers of the CAs that the operator named, and of
// the name that was asked for.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "base/result.h"

struct ssl_st;

namespace whorl::server {

// The system's CAs where `ca` is empty. Errors: those of access::read_private_file; kInvalidInput (tls_file_unusable;
// the field is the file). The context belongs to one thread.
Result<std::shared_ptr<boost::asio::ssl::context>> client_context(const std::filesystem::path& ca);

// Says in the handshake that is to come which server is meant. False where it cannot be said. Not for numbers.
bool name_server(ssl_st* connection, const std::string& host);

}  // namespace whorl::server
