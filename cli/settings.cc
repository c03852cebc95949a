#include "cli/settings.h"

#include "cli/files.h"

namespace whorl::cli {

Result<engine::Calibration> load_calibration(const std::string& path) {
  if (path.empty()) return engine::Calibration::shipped();
  WHORL_ASSIGN(const Bytes file, read_file(path, engine::Calibration::kMaxJsonBytes));
  auto parsed = engine::Calibration::parse(as_text(file));
  if (!parsed.ok()) return parsed.error().within(path);
  if (const Status checked = parsed->check_versions(); !checked.ok()) return checked.error();
  return parsed;
}

}  // namespace whorl::cli
