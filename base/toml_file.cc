#include "base/toml_file.h"

#include <algorithm>

#include "base/catalogue.h"
#include "base/toml_characters.h"

namespace whorl {
namespace {

namespace fs = std::filesystem;

Result<toml::table> parsed(std::string_view text, const fs::path& file) {
  toml::parse_result result = toml::parse(text);
  if (result) return std::move(result).table();
  return failure(ErrorCode::kNotToml, toml_place(file, result.error().source()),
                 with<"cause">(result.error().description()));
}

std::string line_of(std::string_view text, std::size_t offset, const fs::path& file) {
  const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n');
  return file.string() + ":" + std::to_string(line);
}

}  // namespace

Result<toml::table> parse_toml(std::string_view text, const fs::path& file, std::size_t most_bytes) {
  if (text.size() > most_bytes) {
    return failure(ErrorCode::kFileTooLong, file.string(), with<"most_bytes">(most_bytes));
  }
  const std::string shape = ascii_shape(text);
  if (const auto nameless = nameless_header(shape)) {
    return failure(ErrorCode::kNotToml, line_of(shape, *nameless, file),
                   with<"cause">("no name of a table begins after the bracket"));
  }
  WHORL_TRY(parsed(shape, file));
  if (const auto foreign = foreign_character(text)) {
    return failure(ErrorCode::kNotToml, line_of(text, *foreign, file),
                   with<"cause">("a character beyond ASCII stands outside quotes and comments"));
  }
  return parsed(text, file);
}

std::string toml_place(const fs::path& file, const toml::source_region& at) {
  return file.string() + ":" + std::to_string(at.begin.line);
}

Result<std::string> toml_text(const toml::node& node, std::size_t most_bytes) {
  const auto text = node.value_exact<std::string>();
  if (!text) return failure(ErrorCode::kWrongType, with<"type">(PhraseCode::kQuotedText));
  if (text->size() > most_bytes) return failure(ErrorCode::kTextTooLong, with<"most_bytes">(most_bytes));
  if (text->find('\0') != std::string::npos) {
    return failure(ErrorCode::kWrongType, with<"type">(PhraseCode::kTextWithoutZero));
  }
  return *text;
}

}  // namespace whorl
