// A folder of requests that wait until the node can be reached (docs/exchange.md). Private to this room.
//
//   node.jwk     the node's public key
//   NAME.sealed  a request, sealed for it: nothing on this machine opens it
//   NAME.asked   the identifier of its check: the node has it, and its answers are awaited
//
// NAME is the time at which it was sealed and 32 random digits; it is the request's Idempotency-Key. Each step is one
// file, synced: a request is in the folder until the node has it on its own disk, and its check until the answers were
// printed. Belongs to one thread; two programs at once ask nothing twice.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace whorl::cli {

class SealedFolder {
 public:
  explicit SealedFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // Errors: kNotFound where there is no key yet; those of crypto::read_private_file.
  [[nodiscard]] Result<std::string> key() const;
  Status keep_key(std::string_view jwk) const;

  // Seals a request and keeps it; gives its name. Errors: those of key() and member::sealed_check; kUnavailable.
  [[nodiscard]] Result<std::string> add(std::string_view body) const;

  struct Request {
    std::string name;
    bool asked = false;
  };
  // In order of time. Errors: kNotFound, kUnavailable.
  [[nodiscard]] Result<std::vector<Request>> requests() const;
  // The JWE of one that waits; the check's identifier of one that was asked. Errors: those of
  // crypto::read_private_file.
  [[nodiscard]] Result<std::string> text_of(const Request& request) const;
  // The node has it.
  Status mark_asked(Request& request, const std::string& check_id) const;
  // Its answers were printed.
  [[nodiscard]] Status remove(const Request& request) const;
  [[nodiscard]] std::filesystem::path file_of(const Request& request) const;

 private:
  [[nodiscard]] std::filesystem::path file(const std::string& name, std::string_view ending) const;
  std::filesystem::path folder_;
};

}  // namespace whorl::cli
