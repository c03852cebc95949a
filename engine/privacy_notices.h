// What people are told before their fingers are taken: the operator's own texts, from a folder (docs/notices.md).
//
// Immutable once read. Thread-safe.
#pragma once

#include <boost/json/fwd.hpp>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace whorl::engine {

class PrivacyNotices {
 public:
  static constexpr std::size_t kMostTextBytes = std::size_t{32} << 10;
  static constexpr std::size_t kMostFiles = 1'000;

  // Files "<version>.<language>.txt" of UTF-8 text: a version is 1 to 32 letters, digits and "-", a language a tag of
  // BCP 47 ("en", "ar", "zh-Hant"). Other files are passed over; no link is followed. Errors: kNotFound (no such
  // folder), kInvalidInput (no notice in it, a text that is empty, no UTF-8 or longer than kMostTextBytes; more files
  // than kMostFiles).
  static Result<PrivacyNotices> read(const std::filesystem::path& folder);

  // The version whose name sorts last: dates do ("2026-11-01").
  [[nodiscard]] const std::string& in_force() const { return by_version_.rbegin()->first; }
  [[nodiscard]] std::vector<std::string> versions() const;  // the latest first
  // Empty for a version that is none.
  [[nodiscard]] std::vector<std::string> languages(std::string_view version) const;
  // Null where there is none.
  [[nodiscard]] const std::string* text(std::string_view version, std::string_view language) const;

 private:
  using Texts = std::map<std::string, std::string, std::less<>>;  // by language
  std::map<std::string, Texts, std::less<>> by_version_;          // never empty
};

// What an encounter's contextual data (JSON, or empty) has under "notice"; empty where that is no object.
std::optional<boost::json::object> heard_notice(std::string_view contextual_data);

// Of an encounter's contextual data: "notice" names a version that is there and the language in which
// the person heard it. Errors: kInvalidInput (notice_needed).
Status require_notice(const PrivacyNotices& notices, std::string_view contextual_data);

}  // namespace whorl::engine
