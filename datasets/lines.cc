#include "datasets/lines.h"

#include <algorithm>

#include "base/files.h"

namespace whorl::datasets {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMaxFileBytes = 256u << 20;
constexpr std::size_t kMaxFieldBytes = 512;

}  // namespace

Result<std::string> read_text(const fs::path& path) {
  WHORL_ASSIGN(const Bytes bytes, read_file(path, kMaxFileBytes));
  return std::string(as_text(bytes));
}

std::string_view without_mark(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  return text;
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool stays_inside(const fs::path& file) {
  if (file.empty() || file.is_absolute()) return false;
  return std::none_of(file.begin(), file.end(), [](const fs::path& part) { return part == ".."; });
}

bool printable(const std::string& text) {
  return text.size() <= kMaxFieldBytes &&
         std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

}  // namespace whorl::datasets
