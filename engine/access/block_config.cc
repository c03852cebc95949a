// [blocks] of the access file: keys of OSIA's encryption and integrity blocks.
#include <algorithm>
#include <set>

#include "engine/access/access_table.h"

namespace whorl::access {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostNameBytes = 64;

Status decrypt_in(Table& table, const fs::path& file, BlockConfig& out) {
  WHORL_ASSIGN(const auto names, table.texts("decrypt"));
  if (!names) return {};
  if (names->size() > kMostDecryptionKeys) {
    return table.at("decrypt", failure(ErrorCode::kTooManyItems, with<"most">(kMostDecryptionKeys)));
  }
  for (const std::string& name : *names) out.decrypt.push_back(file.parent_path() / name);
  return {};
}

Status required_in(Table& table, BlockConfig& out) {
  WHORL_ASSIGN(const auto names, table.texts("required"));
  if (!names) return {};
  for (const std::string& name : *names) {
    if (name == "encryption") {
      out.encryption_required = true;
    } else if (name == "integrity") {
      out.integrity_required = true;
    } else {
      return table.at("required", failure(ErrorCode::kNotOneOf, with<"allowed">("encryption, integrity")));
    }
  }
  if (out.encryption_required && out.decrypt.empty()) {
    return table.at("required", malformed("nothing could be decrypted: give blocks.decrypt"));
  }
  if (out.integrity_required && out.signers.empty()) {
    return table.at("required", malformed("nobody's signature would be taken: give [[blocks.signers]]"));
  }
  return {};
}

bool is_name(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  };
  return text.size() <= kMostNameBytes && std::all_of(text.begin(), text.end(), fits);
}

// [[blocks.KEY]]: a name, and the file of the keys under `file_key`.
Result<std::vector<BlockConfig::Named>> parties_in(const toml::table& blocks, std::string_view key,
                                                   std::string_view file_key, Table& of, const fs::path& file) {
  std::vector<BlockConfig::Named> out;
  of.expect(key);
  const toml::node* node = blocks.get(key);
  if (node == nullptr) return out;
  const toml::array* items = node->as_array();
  if (items == nullptr) {
    return of.at(key, malformed("is a list of tables: write [[blocks." + std::string(key) + "]]"));
  }
  if (items->size() > kMostBlockParties) {
    return of.at(key, failure(ErrorCode::kTooManyItems, with<"most">(kMostBlockParties)));
  }
  std::set<std::string> seen;
  for (std::size_t i = 0; i < items->size(); ++i) {
    const toml::table* item = (*items)[i].as_table();
    if (item == nullptr) return of.at(key, failure(ErrorCode::kWrongType, with<"type">(PhraseCode::kTable)));
    Table table(*item, FieldPath("blocks") / FieldPath(key, i), file);
    BlockConfig::Named named;
    WHORL_ASSIGN(named.name, table.required_text("name"));
    WHORL_ASSIGN(named.file, table.path(file_key));
    WHORL_TRY(table.check_names());
    if (!is_name(named.name)) {
      return table.at("name", malformed("a name is 1 to 64 letters, digits, '-', '_' and '.'"));
    }
    if (named.file.empty()) return table.at(file_key, failure(ErrorCode::kMissingProperty));
    if (!seen.insert(named.name).second) return table.at("name", malformed("stands twice"));
    out.push_back(std::move(named));
  }
  return out;
}

}  // namespace

Result<std::optional<BlockConfig>> blocks_in(const toml::table& written, const fs::path& file) {
  Table table(written, "blocks", file);
  BlockConfig out;
  WHORL_TRY(decrypt_in(table, file, out));
  WHORL_ASSIGN(out.sign, table.path("sign"));
  WHORL_ASSIGN(out.signers, parties_in(written, "signers", "keys", table, file));
  WHORL_ASSIGN(out.recipients, parties_in(written, "recipients", "key", table, file));
  WHORL_TRY(required_in(table, out));
  WHORL_TRY(table.check_names());
  return std::optional(std::move(out));
}

}  // namespace whorl::access
