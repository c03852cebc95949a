// To whom results may be sent, as the operator says: nobody else. An entry is an origin (scheme, host, port) with the
// networks that its name may lie in, and what is shown to it: a client certificate, a bearer token.
//
// What is allowed is checked twice: the address as the client writes it when the request comes, and the number that it
// resolves to before each connection, which is made to that number. Plain http is for loopback alone.
//
// Immutable; thread-safe but for the TLS contexts, which belong to the thread that sends.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/context.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "server/tasks/address_range.h"
#include "server/tasks/callback_address.h"

namespace whorl::server {

struct CallbackTarget {
  bool tls = false;
  std::string host;                                         // lower case
  std::optional<std::uint16_t> port;                        // any where there is none
  std::string path = "/";                                   // the address's path begins so
  std::vector<AddressRange> networks = {};                  // where the host may lie; empty: at public addresses alone
  std::filesystem::path token_file = {};                    // of a bearer token; empty: none
  std::shared_ptr<boost::asio::ssl::context> context = {};  // of https

  [[nodiscard]] bool is_of(const CallbackAddress& address) const;
  // Whether a connection may be made to this number.
  [[nodiscard]] bool may_reach(const boost::asio::ip::address& number) const;
};

class CallbackRules {
 public:
  // `file`: TOML (docs/callbacks.md); empty: none. `origins`: "https://client.example", "http://127.0.0.1:9000", or
  // with any port "http://127.0.0.1:*"; of loopback they allow loopback, else public addresses. Errors: kInvalidInput
  // naming the place; those of the files it names.
  static Result<std::shared_ptr<const CallbackRules>> load(const std::filesystem::path& file,
                                                           const std::vector<std::string>& origins);

  [[nodiscard]] bool empty() const { return targets_.empty(); }
  // Whose address it is; null: nobody's who is allowed.
  [[nodiscard]] const CallbackTarget* find(const CallbackAddress& address) const;

 private:
  std::vector<CallbackTarget> targets_;
};

}  // namespace whorl::server
