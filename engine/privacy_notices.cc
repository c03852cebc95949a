#include "engine/privacy_notices.h"

#include <algorithm>
#include <boost/json.hpp>
#include <cctype>
#include <optional>
#include <utility>

#include "base/bytes.h"
#include "base/catalogue.h"
#include "base/files.h"
#include "base/path_failure.h"

namespace whorl::engine {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::string_view kSuffix = ".txt";
constexpr std::size_t kMostVersionBytes = 32;
constexpr std::size_t kMostLanguageBytes = 35;  // RFC 5646, 4.4.1
constexpr std::size_t kMostHeardInBytes = 256;

bool is_word(std::string_view text, std::size_t most_bytes) {
  return !text.empty() && text.size() <= most_bytes && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-';
  });
}

struct Name {
  std::string version;
  std::string language;
};

std::optional<Name> name_of(std::string_view file) {
  if (!file.ends_with(kSuffix)) return std::nullopt;
  file.remove_suffix(kSuffix.size());
  const auto point = file.find('.');
  if (point == std::string_view::npos) return std::nullopt;
  const std::string_view version = file.substr(0, point);
  const std::string_view language = file.substr(point + 1);
  if (!is_word(version, kMostVersionBytes) || !is_word(language, kMostLanguageBytes)) return std::nullopt;
  return Name{std::string(version), std::string(language)};
}

// The parser of JSON refuses a text that is none.
bool is_utf8(const std::string& text) {
  boost::system::error_code error;
  json::parse(json::serialize(json::value(text)), error);
  return !error;
}

Result<std::string> text_of(const fs::path& path) {
  WHORL_ASSIGN(const Bytes bytes, read_file(path, PrivacyNotices::kMostTextBytes));
  std::string text(as_text(bytes));
  const bool blank =
      std::all_of(text.begin(), text.end(), [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; });
  if (blank || !is_utf8(text)) return invalid_input(path.string() + " is no UTF-8 text that anybody could read");
  return text;
}

}  // namespace

Result<PrivacyNotices> PrivacyNotices::read(const fs::path& folder) {
  std::error_code error;
  PrivacyNotices out;
  std::size_t looked_at = 0;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (++looked_at > kMostFiles) return invalid_input("more than 1,000 files in " + folder.string());
    const auto name = name_of(at->path().filename().string());
    std::error_code gone;
    if (!name || !fs::is_regular_file(at->symlink_status(gone))) continue;
    WHORL_ASSIGN(out.by_version_[name->version][name->language], text_of(at->path()));
  }
  if (error) {
    return of_path_failure(not_found("no folder of notices can be read at " + folder.string() + ": " + error.message()),
                           error.value());
  }
  if (out.by_version_.empty()) {
    return invalid_input("no notice in " + folder.string() + ": name its files as 2026-11-01.en.txt (docs/notices.md)");
  }
  return out;
}

std::vector<std::string> PrivacyNotices::versions() const {
  std::vector<std::string> out;
  for (auto at = by_version_.rbegin(); at != by_version_.rend(); ++at) out.push_back(at->first);
  return out;
}

std::vector<std::string> PrivacyNotices::languages(std::string_view version) const {
  std::vector<std::string> out;
  const auto found = by_version_.find(version);
  if (found == by_version_.end()) return out;
  for (const auto& [language, text] : found->second) out.push_back(language);
  return out;
}

const std::string* PrivacyNotices::text(std::string_view version, std::string_view language) const {
  const auto found = by_version_.find(version);
  if (found == by_version_.end()) return nullptr;
  const auto text = found->second.find(language);
  return text == found->second.end() ? nullptr : &text->second;
}

std::optional<json::object> heard_notice(std::string_view contextual_data) {
  boost::system::error_code error;
  const json::value said = json::parse(contextual_data.empty() ? "{}" : contextual_data, error);
  const json::object* const object = error ? nullptr : said.if_object();
  const json::value* const notice = object == nullptr ? nullptr : object->if_contains("notice");
  return notice == nullptr || !notice->is_object() ? std::nullopt : std::optional(notice->get_object());
}

Status require_notice(const PrivacyNotices& notices, std::string_view contextual_data) {
  const auto heard = heard_notice(contextual_data);
  const auto text = [&](std::string_view name) -> std::string_view {
    const json::value* value = heard ? heard->if_contains(name) : nullptr;
    return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
  };
  const std::string_view heard_in = text("language");
  if (heard_in.empty() || heard_in.size() > kMostHeardInBytes || notices.languages(text("version")).empty()) {
    return failure(ErrorCode::kNoticeNeeded, FieldPath("contextual_data") / "notice",
                   with<"version">(notices.in_force()));
  }
  return {};
}

}  // namespace whorl::engine
