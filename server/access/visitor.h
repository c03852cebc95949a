// What a request shows of who sends it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/access/sign_in.h"

namespace whorl::server {

struct Visitor {
  std::vector<std::string> authorizations;      // every value of Authorization
  std::optional<access::PeerCertificate> peer;  // of TLS
  bool peer_taken = true;                       // by the access files of now
  std::string address;                          // of the other machine; for limits, never for the log
  bool by_script = false;                       // of a page: a browser must not ask for a password by itself
  std::vector<std::string> cookies = {};        // every value of Cookie
  std::vector<std::string> guards = {};         // every value of Whorl-Csrf
  bool changes = false;                         // by any method but GET and HEAD
  bool own_page = false;                        // a browser says that it is of a page of this server
};

}  // namespace whorl::server
