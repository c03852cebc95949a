#include "cli/settings.h"

#include "base/files.h"

namespace whorl::cli {

Result<engine::Calibration> read_calibration(const std::string& path) {
  WHORL_ASSIGN(const Bytes file, read_file(path, engine::Calibration::kMaxJsonBytes));
  auto parsed = engine::Calibration::parse(as_text(file));
  if (!parsed.ok()) return parsed.error().within(path);
  return parsed;
}

Result<engine::Calibration> load_calibration(const std::string& path) {
  if (path.empty()) return engine::Calibration::shipped();
  WHORL_ASSIGN(auto calibration, read_calibration(path));
  WHORL_TRY(calibration.check_versions());
  return calibration;
}

}  // namespace whorl::cli
