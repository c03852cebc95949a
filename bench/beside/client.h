// One connection to a server, for measurements.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace whorl::bench {

// The body of an identification by one right index finger.
std::string identify_body(const Bytes& image, double ppi);

// Blocking; one thread at a time.
class Client {
 public:
  // Errors: kUnavailable where nobody listens at the IP address.
  static Result<std::unique_ptr<Client>> connect(const std::string& address, std::uint16_t port);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Asks who it is and waits for the answer, whose HTTP status is returned. Errors: kUnavailable where the connection
  // ends.
  Result<int> identify(const std::string& body);

 private:
  struct Parts;
  explicit Client(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace whorl::bench
