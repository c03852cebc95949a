// A desk that is sometimes offline: whorl exchange ask --later, whorl exchange send, whorl exchange answers. Private to
// this room.
#pragma once

#include <string>

#include "base/result.h"
#include "cli/node_client.h"

namespace CLI {
class App;
}

namespace whorl::cli {

struct Chosen;

// Seals the request into the folder and sends nothing. The node's key is asked for where the folder has none yet.
Result<int> keep_for_later(const std::string& folder, const NodeAt& at, const std::string& body, bool json);

void add_exchange_later(CLI::App& group, Chosen& chosen);

}  // namespace whorl::cli
