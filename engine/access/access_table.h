// The tables of an access file as they are read. Private to engine/access.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/catalogue.h"
#include "base/result.h"
#include "base/text.h"
#include "base/toml_file.h"
#include "engine/access/access_config.h"

namespace whorl::access {

inline constexpr std::size_t kMostTextBytes = 512;
inline constexpr std::size_t kMostTexts = 64;

inline Error nearest_of(const std::string& word, const std::vector<std::string>& known) {
  return failure(ErrorCode::kUnknownKey, with<"nearest">(nearest(word, known)));
}

inline Error malformed(std::string detail) {
  return failure(ErrorCode::kAccessFile, with<"detail">(std::move(detail)));
}

template <class Rows>
std::vector<std::string> names_of(const Rows& rows) {
  std::vector<std::string> out;
  for (const auto& row : rows) out.emplace_back(row.name);
  return out;
}

// The values of one table. What has not been asked for when check_names() comes is unknown.
class Table {
 public:
  Table(const toml::table& table, FieldPath name, const std::filesystem::path& file)
      : table_(table), name_(std::move(name)), file_(file) {}

  Result<std::string> text(std::string_view key, std::size_t most = kMostTextBytes) {
    const toml::node* node = find(key);
    if (node == nullptr) return std::string();
    return checked(key, text_in(*node, most));
  }

  Result<std::string> required_text(std::string_view key) {
    WHORL_ASSIGN(std::string out, text(key));
    if (out.empty()) return at(key, failure(ErrorCode::kMissingProperty));
    return out;
  }

  Result<std::filesystem::path> path(std::string_view key) {
    WHORL_ASSIGN(const std::string out, text(key, 4096));
    return out.empty() ? std::filesystem::path() : file_.parent_path() / out;
  }

  // An address that is asked over TLS; empty where there is none.
  Result<std::string> https(std::string_view key) {
    WHORL_ASSIGN(std::string out, text(key));
    if (out.empty() || (out.starts_with("https://") && out.find_first_of(" #?@") == std::string::npos)) return out;
    return at(key, malformed("is an address: https://NAME/..., without a query"));
  }

  Result<bool> flag(std::string_view key) {
    const toml::node* node = find(key);
    if (node == nullptr) return false;
    const auto value = node->value_exact<bool>();
    if (!value) return at(key, failure(ErrorCode::kWrongType, with<"type">(PhraseCode::kBoolean)));
    return *value;
  }

  Result<std::int64_t> whole(std::string_view key, std::int64_t usual, std::int64_t least, std::int64_t most) {
    const toml::node* node = find(key);
    if (node == nullptr) return usual;
    const auto value = node->value_exact<std::int64_t>();
    if (!value) return at(key, failure(ErrorCode::kWrongType, with<"type">(PhraseCode::kWholeNumber)));
    if (*value < least || *value > most) {
      return at(key, failure(ErrorCode::kIntegerOutOfRange, with<"least">(least), with<"most">(most)));
    }
    return *value;
  }

  Result<std::optional<std::vector<std::string>>> texts(std::string_view key) {
    using Texts = std::optional<std::vector<std::string>>;
    const toml::node* node = find(key);
    if (node == nullptr) return Texts();
    const toml::array* items = node->as_array();
    if (items == nullptr) return at(key, failure(ErrorCode::kWrongType, with<"type">(PhraseCode::kTexts)));
    if (items->size() > kMostTexts) return at(key, failure(ErrorCode::kTooManyItems, with<"most">(kMostTexts)));
    std::vector<std::string> out;
    for (const toml::node& item : *items) {
      WHORL_ASSIGN(std::string text, checked(key, text_in(item, kMostTextBytes)));
      out.push_back(std::move(text));
    }
    return Texts(std::move(out));
  }

  // Somebody else reads it.
  void expect(std::string_view key) { asked_.emplace_back(key); }

  Status check_names() const {
    for (const auto& [key, node] : table_) {
      const std::string written(key.str());
      if (std::find(asked_.begin(), asked_.end(), written) != asked_.end()) continue;
      return nearest_of(written, asked_).within(name_ / written).within(toml_place(file_, node.source()));
    }
    return {};
  }

  [[nodiscard]] Error at(std::string_view key, const Error& error) const {
    const toml::node* node = table_.get(key);
    return error.within(name_ / FieldPath(key))
        .within(toml_place(file_, node == nullptr ? table_.source() : node->source()));
  }

 private:
  const toml::node* find(std::string_view key) {
    asked_.emplace_back(key);
    return table_.get(key);
  }

  static Result<std::string> text_in(const toml::node& node, std::size_t most) {
    WHORL_ASSIGN(std::string text, toml_text(node, most));
    if (text.empty()) return failure(ErrorCode::kEmpty);
    return text;
  }

  Result<std::string> checked(std::string_view key, Result<std::string> value) const {
    if (value.ok()) return value;
    return at(key, value.error());
  }

  const toml::table& table_;
  FieldPath name_;
  const std::filesystem::path& file_;
  std::vector<std::string> asked_;
};

// [provider], and [provider.roles] below it.
Result<std::optional<ProviderConfig>> provider_in(const toml::table& table, const std::filesystem::path& file);

// [blocks], with its signers and recipients.
Result<std::optional<BlockConfig>> blocks_in(const toml::table& table, const std::filesystem::path& file);

// A list of roles that one person may have. Errors: also a role that is none.
Result<std::vector<std::string>> roles_in(Table& table, std::string_view key);

}  // namespace whorl::access
