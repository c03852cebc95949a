#include "base/toml_characters.h"

#include <algorithm>

namespace whorl {
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

constexpr std::string_view kBlanks = " \t";
constexpr std::string_view kBeginNames = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-\"'";

std::size_t past(std::string_view toml, std::size_t at, std::string_view what) {
  return std::min(toml.find_first_not_of(what, at), toml.size());
}

// Where the name of a header that begins at `at` would begin.
std::size_t name_of_header(std::string_view toml, std::size_t at) {
  at = past(toml, at + 1, kBlanks);
  if (at < toml.size() && toml[at] == '[') at = past(toml, at + 1, kBlanks);
  return at;
}

// Past what stands at `at`: a string, a comment, or one character.
std::size_t past_item(std::string_view toml, std::size_t at) {
  if (toml[at] == '"' || toml[at] == '\'') return past_string(toml, at);
  if (toml[at] == '#') return std::min(toml.find('\n', at), toml.size());
  return at + 1;
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

std::optional<std::size_t> nameless_header(std::string_view toml) {
  std::size_t depth = 0;  // of arrays and inline tables
  bool line_begins = true;
  for (std::size_t at = past(toml, 0, kBlanks); at < toml.size();) {
    const char c = toml[at];
    if (line_begins && depth == 0 && c == '[') {
      const std::size_t name = name_of_header(toml, at);
      if (name == toml.size() || kBeginNames.find(toml[name]) == std::string_view::npos) return at;
      at = name;
    } else if (c == '[' || c == '{') {
      ++depth;
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
    line_begins = toml[at] == '\n';
    at = past_item(toml, at);
    if (line_begins) at = past(toml, at, kBlanks);
  }
  return std::nullopt;
}

}  // namespace whorl
