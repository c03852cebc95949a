#include "cli/gallery_in_use.h"

#include "base/catalogue.h"

namespace whorl::cli {

Result<std::unique_ptr<index::Gallery>> open_existing(const engine::NodeConfig& config) {
  WHORL_TRY(engine::check(config));
  index::GalleryOptions wanted = gallery_options(config);
  wanted.create_if_missing = false;
  return index::Gallery::open(std::move(wanted));
}

bool is_in_use(const Result<std::unique_ptr<index::Gallery>>& gallery) {
  return !gallery.ok() && gallery.error().code() == failure(ErrorCode::kGalleryInUse, with<"folder">("")).code();
}

Result<std::string> ask_server(const std::filesystem::path& gallery, index::UpkeepVerb verb,
                               const std::filesystem::path& folder) {
  constexpr std::chrono::hours kPatience{1};
  return index::ask_upkeep(gallery, verb, folder, kPatience);
}

std::optional<std::filesystem::path> root_key_of(const engine::NodeConfig& config) {
  if (config.root_key.empty()) return {};
  return config.root_key;
}

}  // namespace whorl::cli
