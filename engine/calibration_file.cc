#include "engine/calibration_file.h"

#include "base/files.h"

namespace whorl::engine {

Result<Calibration> read_calibration(const std::filesystem::path& file,
                                     const std::optional<Calibration::Origin>& wanted) {
  WHORL_ASSIGN(const Bytes bytes, read_file(file, Calibration::kMaxJsonBytes));
  auto parsed = Calibration::parse(as_text(bytes));
  if (!parsed.ok()) return parsed.error().within(file.string());
  if (!wanted) return parsed;
  if (const Status checked = parsed->check_origin(*wanted); !checked.ok()) {
    Error error = checked.error();
    error.field = file.string();
    return error;
  }
  return parsed;
}

Result<Calibration> fingerprint_calibration(const std::filesystem::path& file) {
  if (file.empty()) return Calibration::shipped();
  return read_calibration(file, Calibration::fingerprints());
}

}  // namespace whorl::engine
