// The bus over a NATS broker, with the client library of the same project. The only file that knows it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "cluster/bus.h"

namespace whorl::cluster {

struct BrokerConfig {
  // "nats://127.0.0.1:4222", "tls://10.0.0.1:4222"; without TLS on this machine alone. One of them is reached.
  std::vector<std::string> servers;
  // Of TLS; empty: none.
  std::filesystem::path authorities;
  std::filesystem::path certificate;
  std::filesystem::path private_key;
  // Empty: none.
  std::string user;
  std::filesystem::path password;  // its file
};

// Connects, and connects again for as long as it lives. `client`: how the broker's log names this end. Errors:
// kUnavailable (none is reached, or it refuses), kInvalidInput (a server's address; files).
Result<std::unique_ptr<Bus>> connect_nats(const BrokerConfig& config, const std::string& client);

// That no broker lets in who shows no certificate and names nobody; tried at each server that is reached. Nothing where
// this end does neither itself, on one machine. Errors: kUnauthorised: one does, which is named.
Status check_door(const BrokerConfig& config);

}  // namespace whorl::cluster
