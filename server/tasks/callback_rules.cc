#include "server/tasks/callback_rules.h"

#include <openssl/ssl.h>

#include <algorithm>

#include "base/catalogue.h"
#include "base/pem.h"
#include "base/text.h"
#include "base/toml_file.h"
#include "engine/access/private_file.h"
#include "server/http/message.h"
#include "server/tls/client_context.h"
#include "server/tls/tls_context.h"

namespace whorl::server {
namespace fs = std::filesystem;
namespace ssl = boost::asio::ssl;
namespace {

using access::OthersMay;
using access::read_private_file;
using namespace pem;

constexpr std::size_t kMostFileBytes = std::size_t{256} << 10;
constexpr std::size_t kMostTextBytes = 4096;
constexpr std::size_t kMostTargets = 256;
constexpr std::size_t kMostNetworks = 64;
constexpr std::string_view kKeys[] = {"origin", "path", "networks", "ca", "certificate", "key", "token_file"};

Error malformed(std::string detail) { return failure(ErrorCode::kCallbacksFile, with<"detail">(std::move(detail))); }

std::vector<AddressRange> loopback_ranges() {
  return {*AddressRange::parse("127.0.0.0/8"), *AddressRange::parse("::1")};
}

// "https://client.example:8443", the port a number or '*'.
Result<CallbackTarget> target_of(std::string origin) {
  CallbackTarget out;
  const bool any_port = origin.ends_with(":*");
  if (any_port) origin.resize(origin.size() - 2);
  const auto address = read_callback(origin);
  if (!address || address->path != "/" || !address->query.empty() || origin.ends_with('/')) {
    return malformed("is no origin: write https://NAME, https://NAME:PORT, or http://127.0.0.1:PORT");
  }
  out.tls = address->tls;
  out.host = address->host;
  if (!any_port) out.port = address->port;
  const bool local = out.host == "localhost" || (address->number && is_loopback(*address->number));
  if (!out.tls && !local) return malformed("sends results in the clear: write https");
  if (local) {
    out.networks = loopback_ranges();
  } else if (address->number) {
    out.networks = {{bytes_of(*address->number), 128}};
  }
  return out;
}

Result<std::string> text_at(const toml::table& table, std::string_view key) {
  const toml::node* node = table.get(key);
  if (node == nullptr) return std::string();
  auto text = toml_text(*node, kMostTextBytes);
  if (!text.ok()) return text.error().within(key);
  return text;
}

Result<fs::path> path_at(const toml::table& table, std::string_view key, const fs::path& file) {
  WHORL_ASSIGN(const std::string text, text_at(table, key));
  return text.empty() ? fs::path() : file.parent_path() / text;
}

Result<std::vector<AddressRange>> networks_at(const toml::table& table) {
  std::vector<AddressRange> out;
  const toml::node* node = table.get("networks");
  if (node == nullptr) return out;
  const toml::array* items = node->as_array();
  if (items == nullptr || items->size() > kMostNetworks)
    return malformed("is a list of at most 64 networks").within("networks");
  for (const toml::node& item : *items) {
    WHORL_ASSIGN(const std::string text, toml_text(item, kMostTextBytes));
    const auto range = AddressRange::parse(text);
    if (!range) return malformed("holds what is no network, such as 10.1.0.0/16: " + text).within("networks");
    out.push_back(*range);
  }
  return out;
}

Result<std::shared_ptr<ssl::context>> context_of(const fs::path& ca, const fs::path& certificate, const fs::path& key) {
  WHORL_ASSIGN(auto out, client_context(ca));
  SSL_CTX* const context = out->native_handle();
  if (certificate.empty() != key.empty()) return malformed("certificate and key go together");
  if (certificate.empty()) return out;
  WHORL_ASSIGN(const auto own, read_private_file(certificate, kMostPemBytes, OthersMay::kReadIt));
  WHORL_ASSIGN(const auto chain, certificates_in(own.view()));
  WHORL_ASSIGN(const auto pem, read_private_file(key, kMostPemBytes, OthersMay::kNothing));
  const Key secret = private_key_in(pem.view());
  bool good = secret != nullptr && SSL_CTX_use_certificate(context, chain.front().get()) == 1;
  for (std::size_t i = 1; good && i < chain.size(); ++i) good = SSL_CTX_add1_chain_cert(context, chain[i].get()) == 1;
  good = good && SSL_CTX_use_PrivateKey(context, secret.get()) == 1 && SSL_CTX_check_private_key(context) == 1;
  if (!good) return malformed("certificate and key do not make a client certificate: " + said());
  return out;
}

Result<CallbackTarget> target_in(const toml::table& table, const fs::path& file) {
  const std::vector<std::string> known(std::begin(kKeys), std::end(kKeys));
  for (const auto& [key, node] : table) {
    const std::string written(key.str());
    if (std::find(known.begin(), known.end(), written) != known.end()) continue;
    return failure(ErrorCode::kUnknownKey, written, with<"nearest">(nearest(written, known)));
  }
  WHORL_ASSIGN(const std::string origin, text_at(table, "origin"));
  auto made = target_of(origin);
  if (!made.ok()) return made.error().within("origin");
  CallbackTarget out = std::move(made).value();
  WHORL_ASSIGN(const std::string path, text_at(table, "path"));
  if (!path.empty()) out.path = path;
  if (!out.path.starts_with('/') || !out.path.ends_with('/')) {
    return malformed("begins and ends with a slash: every address below it is allowed").within("path");
  }
  WHORL_ASSIGN(auto networks, networks_at(table));
  if (!networks.empty()) out.networks = std::move(networks);
  WHORL_ASSIGN(out.token_file, path_at(table, "token_file", file));
  WHORL_ASSIGN(const fs::path ca, path_at(table, "ca", file));
  WHORL_ASSIGN(const fs::path certificate, path_at(table, "certificate", file));
  WHORL_ASSIGN(const fs::path key, path_at(table, "key", file));
  if (out.tls) {
    WHORL_ASSIGN(out.context, context_of(ca, certificate, key));
  } else if (!ca.empty() || !certificate.empty() || !key.empty()) {
    return malformed("ca, certificate and key are of https").within("origin");
  }
  if (!out.token_file.empty()) WHORL_TRY(read_private_file(out.token_file, kMostTextBytes, OthersMay::kNothing));
  return out;
}

}  // namespace

bool CallbackTarget::is_of(const CallbackAddress& address) const {
  return tls == address.tls && host == address.host && (!port || *port == address.port) &&
         address.path.starts_with(path);
}

bool CallbackTarget::may_reach(const boost::asio::ip::address& number) const {
  if (!tls && !is_loopback(number)) return false;
  if (networks.empty()) return is_public(number);
  return std::any_of(networks.begin(), networks.end(), [&](const AddressRange& range) { return range.holds(number); });
}

const CallbackTarget* CallbackRules::find(const CallbackAddress& address) const {
  const auto at =
      std::find_if(targets_.begin(), targets_.end(), [&](const CallbackTarget& each) { return each.is_of(address); });
  return at == targets_.end() ? nullptr : &*at;
}

Result<std::shared_ptr<const CallbackRules>> CallbackRules::load(const fs::path& file,
                                                                 const std::vector<std::string>& origins) {
  auto out = std::make_shared<CallbackRules>();
  for (const std::string& origin : origins) {
    auto target = target_of(origin);
    if (!target.ok()) return target.error().within(origin);
    if (target->tls) {
      WHORL_ASSIGN(target->context, context_of({}, {}, {}));
    }
    out->targets_.push_back(std::move(target).value());
  }
  if (file.empty()) return std::shared_ptr<const CallbackRules>(std::move(out));
  WHORL_ASSIGN(const auto bytes, read_private_file(file, kMostFileBytes, OthersMay::kReadIt));
  WHORL_ASSIGN(const toml::table tables, parse_toml(as_text(bytes.view()), file, kMostFileBytes));
  for (const auto& [key, node] : tables) {
    const std::string place = toml_place(file, node.source());
    if (key.str() != "to" || !node.is_array_of_tables())
      return malformed("holds [[to]] tables and nothing else").within(place);
    const toml::array& items = *node.as_array();
    if (items.size() > kMostTargets) return failure(ErrorCode::kTooManyItems, with<"most">(kMostTargets)).within(place);
    for (const toml::node& item : items) {
      auto target = target_in(*item.as_table(), file);
      if (!target.ok()) return target.error().within(toml_place(file, item.source()));
      out->targets_.push_back(std::move(target).value());
    }
  }
  return std::shared_ptr<const CallbackRules>(std::move(out));
}

}  // namespace whorl::server
