#include "crypto/jose/compact.h"

#include <algorithm>

#include "crypto/jose/base64url.h"

namespace whorl::crypto {
namespace {

bool is_plain(std::string_view text, std::size_t most) {
  return text.size() <= most &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
}

std::string in_small(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  constexpr std::string_view kPrefix = "application/";
  return out.starts_with(kPrefix) ? out.substr(kPrefix.size()) : out;
}

}  // namespace

Result<boost::json::object> read_header(std::string_view encoded, std::size_t most_bytes) {
  if (encoded.size() > base64url_size(most_bytes)) return jose_malformed("the header is longer than it may be");
  const auto text = decode_base64url(encoded);
  if (!text) return jose_malformed("the header is not base64url");
  WHORL_ASSIGN(boost::json::object header, parse_jose_json(as_text(*text), most_bytes));
  for (const std::string_view name : {"crit", "b64", "zip"}) {
    if (header.contains(name)) return jose_malformed("extensions and compression are not taken", FieldPath(name));
  }
  return header;
}

Result<JoseHeader> common_members(const JoseMembers& members) {
  WHORL_ASSIGN(const auto kid, members.text("kid", kMostKidBytes));
  WHORL_ASSIGN(const auto typ, members.text("typ", kMostJoseTypeBytes));
  WHORL_ASSIGN(const auto cty, members.text("cty", kMostJoseTypeBytes));
  return JoseHeader{std::string(kid.value_or("")), std::string(typ.value_or("")), std::string(cty.value_or(""))};
}

Result<std::string> common_text(const JoseHeader& header) {
  if (!is_plain(header.kid, kMostKidBytes) || !is_plain(header.typ, kMostJoseTypeBytes) ||
      !is_plain(header.cty, kMostJoseTypeBytes)) {
    return invalid_input("a header's texts are short, of ASCII without quotation marks and backslashes");
  }
  std::string out;
  if (!header.kid.empty()) out += R"(,"kid":")" + header.kid + "\"";
  if (!header.typ.empty()) out += R"(,"typ":")" + header.typ + "\"";
  if (!header.cty.empty()) out += R"(,"cty":")" + header.cty + "\"";
  return out;
}

bool is_type_of(std::string_view typ, const std::vector<std::string>& names) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return in_small(typ) == in_small(name); });
}

}  // namespace whorl::crypto
