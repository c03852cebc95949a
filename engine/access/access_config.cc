#include "engine/access/access_config.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "engine/access/access_table.h"
#include "engine/access/private_file.h"
#include "engine/access/roles.h"
#include "engine/access/scopes.h"

namespace whorl::access {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kMostNameBytes = 128;
constexpr std::size_t kMostDnsBytes = 253;
constexpr std::int64_t kMostPerMinute = 1'000'000;

Result<std::optional<TlsFiles>> tls_in(Table& table) {
  TlsFiles out;
  WHORL_ASSIGN(out.certificate, table.path("certificate"));
  WHORL_ASSIGN(out.key, table.path("key"));
  WHORL_ASSIGN(out.client_ca, table.path("client_ca"));
  WHORL_ASSIGN(out.revoked, table.path("revoked"));
  WHORL_ASSIGN(const std::string asked, table.text("clients"));
  WHORL_TRY(table.check_names());
  for (const auto& [key, path] : {std::pair{"certificate", &out.certificate}, {"key", &out.key}}) {
    if (path->empty()) return table.at(key, failure(ErrorCode::kMissingProperty));
  }
  out.clients = out.client_ca.empty() ? ClientCertificates::kNotAsked : ClientCertificates::kAccepted;
  if (!asked.empty()) {
    constexpr ClientCertificates kAll[] = {ClientCertificates::kNotAsked, ClientCertificates::kAccepted,
                                           ClientCertificates::kRequired};
    const auto* const at =
        std::find_if(std::begin(kAll), std::end(kAll), [&](ClientCertificates each) { return name_of(each) == asked; });
    if (at == std::end(kAll)) {
      return table.at("clients", failure(ErrorCode::kNotOneOf, with<"allowed">("not_asked, accepted, required")));
    }
    out.clients = *at;
  }
  if ((out.clients == ClientCertificates::kNotAsked) != out.client_ca.empty()) {
    return table.at("client_ca", malformed("clients are asked for certificates of a client_ca, and of nothing else"));
  }
  if (out.client_ca.empty() && !out.revoked.empty()) {
    return table.at("revoked", malformed("revokes certificates of a client_ca, and there is none"));
  }
  return std::optional(std::move(out));
}

Result<std::optional<TokenConfig>> tokens_in(Table& table) {
  TokenConfig out;
  WHORL_ASSIGN(out.issuer, table.required_text("issuer"));
  WHORL_ASSIGN(out.audience, table.required_text("audience"));
  WHORL_ASSIGN(out.keys, table.path("keys"));
  WHORL_ASSIGN(out.keys_url, table.https("keys_url"));
  WHORL_ASSIGN(out.keys_ca, table.path("keys_ca"));
  WHORL_ASSIGN(out.roles_claim, table.text("roles_claim"));
  WHORL_ASSIGN(out.bound, table.flag("bound"));
  WHORL_ASSIGN(const std::int64_t leeway, table.whole("leeway_s", out.leeway.count(), 0, 300));
  WHORL_ASSIGN(const std::int64_t life, table.whole("longest_life_s", out.longest_life.count(), 60, 86'400));
  WHORL_TRY(table.check_names());
  if (out.keys.empty() && out.keys_url.empty()) return table.at("keys", failure(ErrorCode::kMissingProperty));
  if (!out.keys.empty() && !out.keys_url.empty()) {
    return table.at("keys_url", malformed("the keys are those of a file or those of an address, not both"));
  }
  if (out.keys_url.empty() != out.keys_ca.empty()) {
    return table.at("keys_ca", malformed("names the CAs of keys_url, which it needs"));
  }
  out.leeway = std::chrono::seconds(leeway);
  out.longest_life = std::chrono::seconds(life);
  return std::optional(std::move(out));
}

Status limits_in(Table& table, LimitConfig& out) {
  const std::pair<const char*, int*> rows[] = {{"identify_of_person", &out.identify_of_person},
                                               {"identify_of_machine", &out.identify_of_machine},
                                               {"verify", &out.verify},
                                               {"other", &out.other},
                                               {"identify_of_gallery", &out.identify_of_gallery},
                                               {"failed_sign_ins", &out.failed_sign_ins}};
  for (const auto& [key, value] : rows) {
    WHORL_ASSIGN(const std::int64_t read, table.whole(key, *value, 0, kMostPerMinute));
    *value = static_cast<int>(read);
  }
  return table.check_names();
}

Status decisions_in(Table& table, DecisionConfig& out) {
  WHORL_ASSIGN(const std::int64_t within, table.whole("signed_in_within_s", out.signed_in_within.count(),
                                                      kLeastSignedInWithin.count(), kMostSignedInWithin.count()));
  out.signed_in_within = std::chrono::seconds(within);
  return table.check_names();
}

bool is_name_character(char c) { return c > ' ' && c <= '~' && c != ':' && c != '"' && c != '\\'; }

Result<std::string> name_in(Table& table) {
  WHORL_ASSIGN(std::string name, table.required_text("name"));
  if (name.size() > kMostNameBytes || !std::all_of(name.begin(), name.end(), is_name_character)) {
    return table.at("name", malformed("a name is 1 to 128 visible ASCII characters without spaces, colons and quotes"));
  }
  return name;
}

Result<std::string> dns_in(Table& table) {
  WHORL_ASSIGN(std::string name, table.text("dns"));
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; };
  if (name.size() > kMostDnsBytes || !std::all_of(name.begin(), name.end(), fits)) {
    return table.at("dns", malformed("a host's name is of lower-case letters, digits, points and hyphens"));
  }
  return name;
}

// 64 hexadecimal digits, with or without colons between the bytes, as openssl prints them.
std::optional<Sha256> digest_of(std::string text) {
  std::erase(text, ':');
  Sha256 out{};
  if (text.size() != 2 * out.size()) return std::nullopt;
  const auto value = [](char c) -> int {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
  };
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = value(text[2 * i]);
    const int low = value(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out[i] = static_cast<std::uint8_t>(16 * high + low);
  }
  return out;
}

Result<std::optional<Sha256>> certificate_in(Table& table) {
  WHORL_ASSIGN(const std::string text, table.text("certificate"));
  if (text.empty()) return std::optional<Sha256>();
  const auto digest = digest_of(text);
  if (!digest) return table.at("certificate", malformed("is no SHA-256 of a certificate: 64 hexadecimal digits"));
  return digest;
}

Result<std::vector<std::string>> scopes_in(Table& table) {
  WHORL_ASSIGN(const auto names, table.texts("scopes"));
  if (!names) return std::vector<std::string>();
  for (const std::string& name : *names) {
    if (is_scope(name)) continue;
    return table.at("scopes",
                    failure(ErrorCode::kUnknownScope, with<"nearest">(nearest(name, names_of(scope_rows())))));
  }
  return with_included(*names);
}

Result<std::optional<std::vector<std::string>>> galleries_in(Table& table) {
  WHORL_ASSIGN(auto names, table.texts("galleries"));
  if (names && names->empty()) return table.at("galleries", malformed("name some, or leave it out for all"));
  return names;
}

Result<Machine> machine_in(Table& table) {
  Machine out;
  WHORL_ASSIGN(out.name, name_in(table));
  WHORL_ASSIGN(out.dns, dns_in(table));
  WHORL_ASSIGN(out.certificate, certificate_in(table));
  WHORL_ASSIGN(out.token_subject, table.text("token_subject"));
  WHORL_ASSIGN(out.scopes, scopes_in(table));
  WHORL_ASSIGN(out.galleries, galleries_in(table));
  WHORL_TRY(table.check_names());
  if (out.dns.empty() && !out.certificate && out.token_subject.empty()) {
    return table.at("name", malformed("nobody could be this machine: give dns, certificate or token_subject"));
  }
  if (out.scopes.empty()) return table.at("scopes", malformed("a machine without scopes may do nothing"));
  return out;
}

Result<Person> person_in(Table& table) {
  Person out;
  WHORL_ASSIGN(out.name, name_in(table));
  WHORL_ASSIGN(const std::string password, table.text("password"));
  WHORL_ASSIGN(out.certificate, certificate_in(table));
  WHORL_ASSIGN(out.token_subject, table.text("token_subject"));
  WHORL_ASSIGN(out.roles, roles_in(table, "roles"));
  WHORL_ASSIGN(const auto scopes, scopes_in(table));
  WHORL_ASSIGN(out.galleries, galleries_in(table));
  WHORL_TRY(table.check_names());
  if (!password.empty()) {
    auto hash = crypto::parse_password_hash(password);
    if (!hash.ok()) return table.at("password", hash.error());
    out.password = std::move(*hash);
  }
  if (!out.password && out.token_subject.empty()) {
    return table.at("name", malformed("nobody could be this person: give password or token_subject"));
  }
  if (out.certificate && !out.password) {
    return table.at("certificate", malformed("is asked for beside a password, and there is none"));
  }
  out.scopes = scopes_of_roles(out.roles);
  out.scopes.insert(out.scopes.end(), scopes.begin(), scopes.end());
  out.scopes = with_included(out.scopes);
  if (out.scopes.empty()) return table.at("roles", malformed("a person without roles and scopes may do nothing"));
  return out;
}

// [[name]] entries.
template <class Entry>
Status entries_in(const toml::node& node, std::string_view name, const fs::path& file, Result<Entry> (*read)(Table&),
                  std::vector<Entry>& out) {
  const toml::array* items = node.as_array();
  const auto wrong = [&](const Error& error) { return error.within(name).within(toml_place(file, node.source())); };
  if (items == nullptr) return wrong(malformed("is a list of tables: write [[" + std::string(name) + "]]"));
  if (items->size() > kMostEntries) return wrong(failure(ErrorCode::kTooManyItems, with<"most">(kMostEntries)));
  for (std::size_t i = 0; i < items->size(); ++i) {
    const toml::table* item = (*items)[i].as_table();
    if (item == nullptr) return wrong(failure(ErrorCode::kWrongType, with<"type">(PhraseCode::kTable)));
    Table table(*item, FieldPath(name, i), file);
    WHORL_ASSIGN(Entry entry, read(table));
    out.push_back(std::move(entry));
  }
  return {};
}

// What one entry is known by must not be what another is known by.
class Known {
 public:
  Status add(const FieldPath& field, const std::string& value) {
    if (value.empty() || seen_.insert(value).second) return {};
    return malformed("stands twice: it must tell one entry from all others").within(field);
  }

 private:
  std::set<std::string> seen_;
};

std::string text_of(const std::optional<Sha256>& digest) {
  return digest ? std::string(digest->begin(), digest->end()) : std::string();
}

Status check_unique(const AccessConfig& config) {
  Known names;
  Known hosts;
  Known certificates;
  Known subjects;
  for (std::size_t i = 0; i < config.machines.size(); ++i) {
    const Machine& each = config.machines[i];
    const FieldPath field("machines", i);
    WHORL_TRY(names.add(field / "name", each.name));
    WHORL_TRY(hosts.add(field / "dns", each.dns));
    WHORL_TRY(certificates.add(field / "certificate", text_of(each.certificate)));
    WHORL_TRY(subjects.add(field / "token_subject", each.token_subject));
  }
  for (std::size_t i = 0; i < config.people.size(); ++i) {
    const Person& each = config.people[i];
    const FieldPath field("people", i);
    WHORL_TRY(names.add(field / "name", each.name));
    WHORL_TRY(subjects.add(field / "token_subject", each.token_subject));
  }
  return {};
}

// What an entry is known by must be asked for.
Status check_ways(const AccessConfig& config) {
  const bool certificates = config.tls && config.tls->clients != ClientCertificates::kNotAsked;
  const auto without_ca = [](const FieldPath& field) {
    return malformed("no client certificates are asked for: give tls.client_ca").within(field);
  };
  const auto without_tokens = [](const FieldPath& field) {
    return malformed("no tokens are taken: give [tokens]").within(field);
  };
  if (config.provider && !config.tls) {
    return malformed("people who sign in there come over TLS: give [tls]").within("provider");
  }
  if (config.tokens && config.tokens->bound && !certificates) return without_ca("tokens.bound");
  for (std::size_t i = 0; i < config.machines.size(); ++i) {
    const Machine& each = config.machines[i];
    const FieldPath field("machines", i);
    if (!each.dns.empty() && !certificates) return without_ca(field / "dns");
    if (each.certificate && !certificates) return without_ca(field / "certificate");
    if (!each.token_subject.empty() && !config.tokens) return without_tokens(field / "token_subject");
  }
  for (std::size_t i = 0; i < config.people.size(); ++i) {
    const Person& each = config.people[i];
    const FieldPath field("people", i);
    if (each.certificate && !certificates) return without_ca(field / "certificate");
    if (!each.token_subject.empty() && !config.tokens && !config.provider) {
      return without_tokens(field / "token_subject");
    }
  }
  return {};
}

Status read_root(const toml::table& root, const fs::path& file, AccessConfig& out) {
  const std::vector<std::string> known = {"tls",       "tokens", "provider", "limits",
                                          "decisions", "blocks", "machines", "people"};
  for (const auto& [key, node] : root) {
    const std::string name(key.str());
    const auto where = toml_place(file, node.source());
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      return nearest_of(name, known).within(name).within(where);
    }
    if (name == "machines") {
      WHORL_TRY(entries_in(node, name, file, machine_in, out.machines));
      continue;
    }
    if (name == "people") {
      WHORL_TRY(entries_in(node, name, file, person_in, out.people));
      continue;
    }
    if (!node.is_table()) {
      return failure(ErrorCode::kWrongType, with<"type">(PhraseCode::kTable)).within(name).within(where);
    }
    if (name == "provider") {
      WHORL_ASSIGN(out.provider, provider_in(*node.as_table(), file));
      continue;
    }
    if (name == "blocks") {
      WHORL_ASSIGN(out.blocks, blocks_in(*node.as_table(), file));
      continue;
    }
    Table table(*node.as_table(), name, file);
    if (name == "tls") {
      WHORL_ASSIGN(out.tls, tls_in(table));
    } else if (name == "tokens") {
      WHORL_ASSIGN(out.tokens, tokens_in(table));
    } else if (name == "decisions") {
      WHORL_TRY(decisions_in(table, out.decisions));
    } else {
      WHORL_TRY(limits_in(table, out.limits));
    }
  }
  return {};
}

}  // namespace

std::string_view name_of(ClientCertificates asked) {
  switch (asked) {
    case ClientCertificates::kNotAsked: return "not_asked";
    case ClientCertificates::kAccepted: return "accepted";
    case ClientCertificates::kRequired: break;
  }
  return "required";
}

Result<AccessConfig> parse_access_config(std::string_view text, const fs::path& file) {
  WHORL_ASSIGN(const toml::table parsed, parse_toml(text, file, kMostAccessFileBytes));
  AccessConfig out;
  WHORL_TRY(read_root(parsed, file, out));
  for (const Status& checked : {check_unique(out), check_ways(out)}) {
    if (!checked.ok()) return checked.error().within(file.string());
  }
  return out;
}

Result<AccessConfig> read_access_config(const fs::path& file) {
  WHORL_ASSIGN(const auto bytes, read_private_file(file, kMostAccessFileBytes, OthersMay::kReadIt));
  WHORL_ASSIGN(AccessConfig out, parse_access_config(as_text(bytes.view()), file));
  const bool secret =
      std::any_of(out.people.begin(), out.people.end(), [](const Person& each) { return each.password.has_value(); });
  if (secret) WHORL_TRY(read_private_file(file, kMostAccessFileBytes, OthersMay::kNothing));
  return out;
}

}  // namespace whorl::access
