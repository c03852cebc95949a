#include <algorithm>

#include "engine/access/access_table.h"
#include "engine/access/roles.h"

namespace whorl::access {
namespace {

constexpr std::size_t kMostRoleWords = 256;

bool has_word(std::string_view text, std::string_view word) {
  const std::string among = " " + std::string(text) + " ";
  return among.find(" " + std::string(word) + " ") != std::string::npos;
}

Status check_addresses(const Table& table, const ProviderConfig& provider) {
  if (provider.issuer.empty()) return table.at("issuer", failure(ErrorCode::kMissingProperty));
  if (provider.redirect.empty()) return table.at("redirect", failure(ErrorCode::kMissingProperty));
  const std::size_t host_ends = provider.redirect.find('/', std::string_view("https://").size());
  if (host_ends == std::string::npos || provider.redirect.substr(host_ends) != kSignInCallback) {
    return table.at("redirect", malformed("is https://THIS-NODE" + std::string(kSignInCallback)));
  }
  return {};
}

// Words of the provider, each with what it makes of somebody here.
Status read_roles(const toml::table& table, const std::filesystem::path& file, ProviderConfig& out) {
  const toml::table* rows = table["roles"].as_table();
  Table of(table, "provider", file);
  if (rows == nullptr || rows->empty()) {
    return of.at("roles", malformed("says what each word of roles_claim makes of somebody: without it nobody may do "
                                    "anything"));
  }
  if (rows->size() > kMostRoleWords)
    return of.at("roles", failure(ErrorCode::kTooManyItems, with<"most">(kMostRoleWords)));
  Table words(*rows, FieldPath("provider") / "roles", file);
  for (const auto& [key, node] : *rows) {
    const std::string word(key.str());
    WHORL_ASSIGN(out.roles[word], roles_in(words, word));
    if (out.roles[word].empty()) return words.at(word, failure(ErrorCode::kEmpty));
  }
  return {};
}

}  // namespace

Result<std::vector<std::string>> roles_in(Table& table, std::string_view key) {
  WHORL_ASSIGN(const auto names, table.texts(key));
  if (!names) return std::vector<std::string>();
  for (const std::string& name : *names) {
    if (is_role(name)) continue;
    return table.at(key, failure(ErrorCode::kUnknownRole, with<"nearest">(nearest(name, names_of(role_rows())))));
  }
  if (const Status fits = check_roles(*names); !fits.ok()) return table.at(key, fits.error());
  return *names;
}

Result<std::optional<ProviderConfig>> provider_in(const toml::table& written, const std::filesystem::path& file) {
  Table table(written, "provider", file);
  ProviderConfig out;
  WHORL_ASSIGN(out.issuer, table.https("issuer"));
  WHORL_ASSIGN(out.client, table.required_text("client"));
  WHORL_ASSIGN(out.secret, table.path("secret"));
  WHORL_ASSIGN(out.ca, table.path("ca"));
  WHORL_ASSIGN(out.redirect, table.https("redirect"));
  WHORL_ASSIGN(const std::string scope, table.text("scope"));
  WHORL_ASSIGN(out.roles_claim, table.required_text("roles_claim"));
  WHORL_ASSIGN(const std::int64_t leeway, table.whole("leeway_s", out.leeway.count(), 0, 300));
  WHORL_ASSIGN(const std::int64_t idle, table.whole("idle_s", out.idle.count(), 60, 3600));
  WHORL_ASSIGN(const std::int64_t longest, table.whole("longest_s", out.longest.count(), 60, 86'400));
  table.expect("roles");
  WHORL_TRY(table.check_names());
  WHORL_TRY(check_addresses(table, out));
  if (out.ca.empty()) return table.at("ca", failure(ErrorCode::kMissingProperty));
  if (!scope.empty()) out.scope = scope;
  if (!has_word(out.scope, "openid")) return table.at("scope", malformed("is a list of words with openid among them"));
  WHORL_TRY(read_roles(written, file, out));
  out.leeway = std::chrono::seconds(leeway);
  out.idle = std::chrono::seconds(idle);
  out.longest = std::chrono::seconds(longest);
  return std::optional(std::move(out));
}

}  // namespace whorl::access
