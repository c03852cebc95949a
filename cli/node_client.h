// A client of a running node's HTTP interface: one request at a time, each over a connection of its own.
//
// https with certificates checked (TLS 1.3); plain http to this machine alone, as what goes over it can be read by
// whoever is in between. Thread-safety: belongs to one thread.
#pragma once

#include <boost/json/fwd.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace whorl::cli {

// One request. `body`: JSON, or empty for none. The other texts may be empty.
struct NodeRequest {
  std::string method = "GET";
  std::string path;  // with its query
  std::string body = {};
  std::string accept = {};
  std::string idempotency_key = {};
};

struct NodeAt {
  std::string url = "http://127.0.0.1:8080";  // without a path
  std::filesystem::path token;                // file of a bearer token, its owner's alone; empty: none
  std::filesystem::path authorities;          // PEM of CAs; empty: those that the system trusts
};

class NodeClient {
 public:
  // Longer than this a node does not take for one answer.
  static constexpr std::chrono::seconds kPatience{60};

  // Errors: kInvalidInput (no such address; plain http to another machine; CAs that cannot be read), those of
  // read_private_file.
  static Result<NodeClient> open(const NodeAt& at);
  NodeClient(NodeClient&&) noexcept;
  NodeClient& operator=(NodeClient&&) noexcept;
  ~NodeClient();

  // The JSON that the node answers with; null where it answers with nothing. Errors: the node's own, by its status;
  // kInvalidInput for what is no method; kUnavailable when nobody answers, or what comes is no answer of a node.
  Result<boost::json::value> ask(const NodeRequest& request);
  // The same in short.
  Result<boost::json::value> post(const std::string& path, std::string body, std::string_view idempotency_key);
  Result<boost::json::value> get(const std::string& path);

 private:
  struct Parts;
  explicit NodeClient(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace whorl::cli
