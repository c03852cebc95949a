// What verbs do with a gallery that a server has open: they ask the server.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "cli/node_options.h"
#include "cli/verb.h"
#include "index/gallery.h"
#include "index/upkeep_request.h"

namespace whorl::cli {

// The gallery that the configuration names, which must be there. Errors: as engine::check and index::Gallery::open.
Result<std::unique_ptr<index::Gallery>> open_existing(const engine::NodeConfig& config);

bool is_in_use(const Result<std::unique_ptr<index::Gallery>>& gallery);
// Errors: as index::ask_upkeep; with the hint that it may be another program that has it open.
Result<std::string> ask_server(const std::filesystem::path& gallery, index::UpkeepVerb verb,
                               const std::filesystem::path& folder);
std::optional<std::filesystem::path> root_key_of(const engine::NodeConfig& config);

}  // namespace whorl::cli
