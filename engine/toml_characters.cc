#include "engine/toml_characters.h"

#include <algorithm>

namespace whorl::engine {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kMaxClosingQuotes = 5;  // of a long string: two of its own, and the three that close it

bool is_beyond_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80; }

bool begins_with_three(std::string_view text, char quote) {
  return text.size() >= 3 && text[0] == quote && text[1] == quote && text[2] == quote;
}

// Past the end of a string that begins at `at`. A short one that a line ends is an error, which the parser reports
// there.
std::size_t past_string(std::string_view toml, std::size_t at) {
  const char quote = toml[at];
  const bool escapes = quote == '"';
  const bool is_long = begins_with_three(toml.substr(at), quote);
  for (at += is_long ? 3 : 1; at < toml.size(); ++at) {
    if (escapes && toml[at] == '\\') {
      ++at;
    } else if (is_long && begins_with_three(toml.substr(at), quote)) {
      const std::size_t quotes = toml.substr(at, kMaxClosingQuotes).find_first_not_of(quote);
      return quotes == std::string_view::npos ? at + toml.substr(at, kMaxClosingQuotes).size() : at + quotes;
    } else if (!is_long && (toml[at] == quote || toml[at] == '\n')) {
      return at + 1;
    }
  }
  return toml.size();
}

}  // namespace

std::string ascii_shape(std::string_view toml) {
  std::string out(toml.substr(toml.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0));
  std::replace_if(out.begin(), out.end(), is_beyond_ascii, 'x');
  return out;
}

std::optional<std::size_t> foreign_character(std::string_view toml) {
  std::size_t at = toml.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  while (at < toml.size()) {
    const char c = toml[at];
    if (c == '"' || c == '\'') {
      at = past_string(toml, at);
    } else if (c == '#') {
      at = toml.find('\n', at);  // past the end where no line follows, which ends the loop
    } else if (is_beyond_ascii(c)) {
      return at;
    } else {
      ++at;
    }
  }
  return std::nullopt;
}

}  // namespace whorl::engine
