#include "server/access/provider_messages.h"

#include <algorithm>
#include <map>

#include "server/fetch/fetcher.h"
#include "server/http/target.h"
#include "server/json/json_parser.h"
#include "server/json/json_reader.h"

namespace whorl::server {
namespace {

constexpr std::size_t kMostAddressBytes = 1024;
constexpr std::size_t kMostMethods = 16;
constexpr std::size_t kMostIdTokenBytes = 16 * 1024;
constexpr std::size_t kMostStateBytes = 64;
constexpr std::size_t kMostCodeBytes = 4096;
constexpr std::size_t kMostErrorBytes = 64;

Error wrong(std::string_view member, std::string why) { return invalid_input(std::move(why), FieldPath(member)); }

Result<CallbackAddress> address_in(const ObjectReader& members, std::string_view name, const std::string& origin) {
  WHORL_ASSIGN(const std::string_view text, members.required_text(name, kMostAddressBytes));
  auto address = https_address(text);
  if (!address) return wrong(name, "is no https address");
  if (address->origin() != origin) return wrong(name, "is not of the issuer's own origin");
  return std::move(*address);
}

// As a browser is sent there, with parameters behind it.
Result<std::string> plain_address(const ObjectReader& members, std::string_view name, const std::string& origin) {
  WHORL_ASSIGN(const CallbackAddress address, address_in(members, name, origin));
  if (!address.query.empty()) return wrong(name, "has a query");
  return address.origin() + address.path;
}

Status check_challenges(const ObjectReader& members) {
  WHORL_ASSIGN(const auto* methods, members.array("code_challenge_methods_supported", kMostMethods));
  if (methods == nullptr) return {};
  const bool known =
      std::any_of(methods->begin(), methods->end(), [](const boost::json::value& each) { return each == "S256"; });
  if (known) return {};
  return wrong("code_challenge_methods_supported", "lacks S256");
}

// Each of the known parameters, once.
Result<std::map<std::string, std::string>> parameters_of(std::string_view query) {
  constexpr std::string_view kKnown[] = {"state", "code", "error", "iss"};
  std::map<std::string, std::string> out;
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const auto name = decoded_query_text(pair.substr(0, equals));
    auto value = decoded_query_text(pair.substr(std::min(equals + 1, pair.size())));
    if (!name || !value) return invalid_input("is not percent-encoded");
    if (std::find(std::begin(kKnown), std::end(kKnown), *name) == std::end(kKnown)) continue;
    if (!out.emplace(*name, std::move(*value)).second) return wrong(*name, "is there twice");
  }
  return out;
}

bool is_error_word(std::string_view text) {
  return text.size() <= kMostErrorBytes && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
         });
}

Result<boost::json::value> parsed(std::string_view json) {
  if (json.size() > kMostProviderJsonBytes) return invalid_input("is larger than is taken");
  return parse_json(json);
}

}  // namespace

std::optional<CallbackAddress> description_address(const std::string& issuer) {
  const std::string_view base(issuer.data(), issuer.ends_with('/') ? issuer.size() - 1 : issuer.size());
  return https_address(std::string(base) + "/.well-known/openid-configuration");
}

Result<ProviderDescription> read_description(std::string_view json, const std::string& issuer) {
  const auto own = https_address(issuer);
  if (!own) return wrong("issuer", "is no https address");
  WHORL_ASSIGN(const boost::json::value value, parsed(json));
  WHORL_ASSIGN(const ObjectReader members, ObjectReader::of(value));
  WHORL_ASSIGN(const std::string_view named, members.required_text("issuer", kMostAddressBytes));
  if (named != issuer) return wrong("issuer", "is another one");
  WHORL_TRY(check_challenges(members));
  const std::string origin = own->origin();
  ProviderDescription out;
  WHORL_ASSIGN(out.authorization, plain_address(members, "authorization_endpoint", origin));
  WHORL_ASSIGN(out.token, address_in(members, "token_endpoint", origin));
  WHORL_ASSIGN(out.keys, address_in(members, "jwks_uri", origin));
  if (members.find("end_session_endpoint") != nullptr) {
    WHORL_ASSIGN(out.end_session, plain_address(members, "end_session_endpoint", origin));
  }
  const boost::json::value* says = members.find("authorization_response_iss_parameter_supported");
  out.says_issuer = says != nullptr && says->is_bool() && says->get_bool();
  return out;
}

Result<std::string> read_id_token(std::string_view json) {
  WHORL_ASSIGN(const boost::json::value value, parsed(json));
  WHORL_ASSIGN(const ObjectReader members, ObjectReader::of(value));
  WHORL_ASSIGN(const std::string_view token, members.required_text("id_token", kMostIdTokenBytes));
  return std::string(token);
}

Result<ProviderAnswer> read_provider_answer(std::string_view target) {
  WHORL_ASSIGN(auto values, parameters_of(query_text(target)));
  ProviderAnswer out{std::move(values["state"]), std::move(values["code"]), std::move(values["error"]), {}};
  if (const auto issuer = values.find("iss"); issuer != values.end()) out.issuer = std::move(issuer->second);
  if (out.state.empty() || out.state.size() > kMostStateBytes) return wrong("state", "is missing, or none");
  if (out.code.empty() == out.error.empty()) return wrong("code", "there is either a code or an error");
  if (out.code.size() > kMostCodeBytes) return wrong("code", "is longer than is taken");
  if (!is_error_word(out.error)) return wrong("error", "is no name of one");
  if (out.issuer && out.issuer->size() > kMostAddressBytes) return wrong("iss", "is longer than is taken");
  return out;
}

}  // namespace whorl::server
