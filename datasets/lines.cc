#include "datasets/lines.h"

#include <algorithm>

#include "base/catalogue.h"
#include "base/files.h"

namespace whorl::datasets {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMaxFileBytes = 256u << 20;
constexpr std::size_t kMaxFieldBytes = 512;

// How many bytes a character that begins with `lead` has; 0 where none begins so.
std::size_t length_of(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

// RFC 3629: no overlong form, no surrogate, nothing above U+10FFFF.
bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t length = length_of(lead);
    if (length == 0 || length > text.size()) return false;
    const std::string_view rest = text.substr(1, length - 1);
    const auto follows = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; };
    if (!std::all_of(rest.begin(), rest.end(), follows)) return false;
    const unsigned char next = rest.empty() ? 0 : static_cast<unsigned char>(rest.front());
    if ((lead == 0xe0 && next < 0xa0) || (lead == 0xed && next >= 0xa0) || (lead == 0xf0 && next < 0x90) ||
        (lead == 0xf4 && next >= 0x90)) {
      return false;
    }
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace

Result<std::string> read_text(const fs::path& path) {
  WHORL_ASSIGN(const Bytes bytes, read_file(path, kMaxFileBytes));
  return std::string(as_text(bytes));
}

Result<std::string_view> csv_text(std::string_view bytes, const fs::path& file) {
  const std::string_view begin = bytes.substr(0, 64);
  const auto zeros = static_cast<std::size_t>(std::count(begin.begin(), begin.end(), '\0'));
  // ASCII in UTF-16 has a zero in every second byte.
  if (bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff") || zeros > begin.size() / 4) {
    return at_line(file, 1, failure(ErrorCode::kNotUtf8));
  }
  if (bytes.starts_with("\xef\xbb\xbf")) bytes.remove_prefix(3);
  return bytes;
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
         std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }) &&
         is_utf8(text);
}

Error at_line(const fs::path& file, std::size_t line, const Error& error) {
  return error.within(file.string() + ":" + std::to_string(line));
}

}  // namespace whorl::datasets
