// whorl access: who may come in to a node, looked at before anybody does; and keys, tokens and passwords for trials and
// for nodes without an identity provider.
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <iostream>

#include "base/files.h"
#include "base/world.h"
#include "cli/print.h"
#include "cli/verb.h"
#include "crypto/jose/jwk.h"
#include "crypto/jose/jws.h"
#include "crypto/password.h"
#include "crypto/secret_bytes.h"
#include "engine/access/private_file.h"
#include "engine/access/sign_in.h"
#include "server/access/access_files.h"
#include "server/routes.h"

namespace whorl::cli {
namespace {

namespace json = boost::json;
using Names = std::vector<std::string>;

std::string listed(const Names& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + printable(name);
  return out;
}

json::array json_of(const Names& names) { return json::array(names.begin(), names.end()); }

// -- check ------------------------------------------------------------------------------------------------------------

struct CheckOptions : CommonOptions {
  std::string file;
};

// One of those whom the file names, as both ways of printing need it.
struct Named {
  std::string kind;
  std::string name;
  Names by;  // how they sign in
  Names roles;
  Names scopes;
  std::optional<Names> galleries;
};

std::vector<Named> everybody(const access::AccessConfig& config) {
  std::vector<Named> out;
  for (const access::Machine& each : config.machines) {
    Named one{"machine", each.name, {}, {}, each.scopes, each.galleries};
    if (!each.dns.empty()) one.by.push_back("certificate of " + each.dns);
    if (each.certificate) one.by.emplace_back("one certificate");
    if (!each.token_subject.empty()) one.by.push_back("tokens of " + each.token_subject);
    out.push_back(std::move(one));
  }
  for (const access::Person& each : config.people) {
    Named one{"person", each.name, {}, each.roles, each.scopes, each.galleries};
    if (each.password) one.by.emplace_back(each.certificate ? "password with certificate" : "password");
    if (!each.token_subject.empty()) one.by.push_back("tokens of " + each.token_subject);
    out.push_back(std::move(one));
  }
  return out;
}

// "POST /v1/persons" of every route that these scopes allow, and that is not for everybody.
Names routes_of(const Names& scopes) {
  Names out;
  for (const server::Route& route : server::served_routes().rows()) {
    if (route.scope.empty() || std::find(scopes.begin(), scopes.end(), route.needs()) == scopes.end()) continue;
    out.push_back(std::string(route.method) + " " + std::string(route.path));
  }
  return out;
}

// What is sound, and yet may not be meant.
Names warnings_of(const server::Access& access) {
  const access::AccessConfig& config = access.sign_in->config();
  Names out;
  if (!access.tls) out.emplace_back("there is no [tls]: the server can listen on loopback alone");
  if (!config.knows_anybody()) out.emplace_back("nobody can sign in");
  if (config.tls && !config.tls->client_ca.empty() && config.tls->revoked.empty()) {
    out.emplace_back("there is no list of revoked certificates: a stolen one is taken until it expires");
  }
  if (config.tokens && !config.tokens->bound) {
    out.emplace_back("tokens need not be bound to a client certificate: a stolen one is good until it expires");
  }
  if (access.tls && access.tls->expires() < real_world().now() + std::chrono::hours(24 * 14)) {
    out.push_back("the server's certificate expires on " + rfc3339(access.tls->expires()));
  }
  return out;
}

Names names_of(const std::vector<access::BlockConfig::Named>& parties) {
  Names out;
  for (const auto& each : parties) out.push_back(each.name);
  return out;
}

json::object json_of(const server::Access& access) {
  json::object out;
  if (access.tls) {
    json::object tls{{"names", json_of(access.tls->names())},
                     {"expires", rfc3339(access.tls->expires())},
                     {"clients", access::name_of(access.sign_in->config().tls->clients)}};
    if (access.tls->revocations_until()) tls["revocations_until"] = rfc3339(*access.tls->revocations_until());
    out["tls"] = std::move(tls);
  }
  if (const auto& tokens = access.sign_in->config().tokens) {
    out["tokens"] = {{"issuer", tokens->issuer},
                     {"audience", tokens->audience},
                     {"keys", json_of(access.sign_in->key_names())},
                     {"bound", tokens->bound}};
  }
  if (const auto& provider = access.sign_in->config().provider) {
    json::object roles;
    for (const auto& [word, each] : provider->roles) roles[word] = json_of(each);
    out["provider"] = {{"issuer", provider->issuer}, {"client", provider->client}, {"roles", std::move(roles)}};
  }
  if (const auto& blocks = access.sign_in->config().blocks) {
    out["blocks"] = {
        {"decrypt", json_of(access.blocks->decryption_kids())}, {"sign", access.blocks->signing_kid()},
        {"signers", json_of(names_of(blocks->signers))},        {"recipients", json_of(names_of(blocks->recipients))},
        {"encryption_required", blocks->encryption_required},   {"integrity_required", blocks->integrity_required}};
  }
  out["decisions"] = {{"signed_in_within_s", access.sign_in->config().decisions.signed_in_within.count()}};
  json::array principals;
  for (const Named& each : everybody(access.sign_in->config())) {
    json::object one{{"kind", each.kind},
                     {"name", each.name},
                     {"by", json_of(each.by)},
                     {"roles", json_of(each.roles)},
                     {"scopes", json_of(each.scopes)},
                     {"routes", json_of(routes_of(each.scopes))}};
    one["galleries"] = each.galleries ? json::value(json_of(*each.galleries)) : json::value(nullptr);
    principals.push_back(std::move(one));
  }
  out["principals"] = std::move(principals);
  out["warnings"] = json_of(warnings_of(access));
  return out;
}

std::string text_of(const server::Access& access) {
  std::string out;
  if (access.tls) {
    out += "TLS as " + listed(access.tls->names()) + " until " + rfc3339(access.tls->expires()) +
           "; client certificates " + std::string(access::name_of(access.sign_in->config().tls->clients)) + "\n";
  }
  if (const auto& tokens = access.sign_in->config().tokens) {
    out += "tokens of " + printable(tokens->issuer) + " for " + printable(tokens->audience) + " by the keys " +
           (tokens->keys_url.empty() ? listed(access.sign_in->key_names()) : "of " + printable(tokens->keys_url)) +
           "\n";
  }
  if (const auto& provider = access.sign_in->config().provider) {
    out += "people sign in at " + printable(provider->issuer) + " through the client " + printable(provider->client) +
           "\n";
    for (const auto& [word, roles] : provider->roles) out += "  " + printable(word) + ": " + listed(roles) + "\n";
  }
  if (const auto& blocks = access.sign_in->config().blocks) {
    const auto named = [&](const char* what, const Names& names) {
      if (!names.empty()) out += std::string("data is ") + what + listed(names) + "\n";
    };
    named("decrypted with the keys ", access.blocks->decryption_kids());
    if (!access.blocks->signing_kid().empty()) named("signed with the key ", {access.blocks->signing_kid()});
    named("taken with signatures of ", names_of(blocks->signers));
    named("encrypted for ", names_of(blocks->recipients));
    if (blocks->encryption_required) out += "images and templates are taken encrypted alone\n";
    if (blocks->integrity_required) out += "captures are taken with a signature over all of them alone\n";
  }
  out += "what cannot be taken back is decided by who signed in within the last " +
         std::to_string(access.sign_in->config().decisions.signed_in_within.count()) + " s\n";
  for (const Named& each : everybody(access.sign_in->config())) {
    out += each.kind + " " + each.name + " by " + listed(each.by) + "\n";
    if (!each.roles.empty()) out += "  roles: " + listed(each.roles) + "\n";
    out += "  scopes: " + listed(each.scopes) +
           "\n  galleries: " + (each.galleries ? listed(*each.galleries) : std::string("all")) + "\n";
    for (const std::string& route : routes_of(each.scopes)) out += "  may " + route + "\n";
  }
  for (const std::string& warning : warnings_of(access)) out += "note: " + warning + "\n";
  return out;
}

Result<int> check(const CheckOptions& options) {
  WHORL_ASSIGN(const auto access, server::read_access(options.file, real_world().now()));
  if (options.json) {
    print_json(json_of(*access));
  } else {
    print(text_of(*access));
  }
  return 0;
}

// -- key, token, password ---------------------------------------------------------------------------------------------

struct KeyOptions : CommonOptions {
  std::string secret;
  std::string set;
  std::string use = "signatures";
};

// Of a key that decrypts, so that nobody signs with it: what stands after the brace that a JWK begins with.
constexpr std::string_view kEncryptionUse = R"("use":"enc","alg":"ECDH-ES",)";

crypto::SecretBytes with_use(ByteView jwk, std::string_view use) {
  crypto::SecretBytes out(jwk.size() + use.size());
  auto at = std::copy(jwk.begin(), jwk.begin() + 1, out.writable().begin());
  at = std::copy(use.begin(), use.end(), at);
  std::copy(jwk.begin() + 1, jwk.end(), at);
  return out;
}

Result<int> make_key(const KeyOptions& options) {
  const bool encrypts = options.use == "encryption";
  WHORL_ASSIGN(const auto key, crypto::PrivateKey::make(encrypts ? crypto::KeyKind::kP256 : crypto::KeyKind::kEd25519));
  const std::string kid = crypto::key_id(key.public_key());
  const std::string_view use = encrypts ? kEncryptionUse : std::string_view();
  const auto text = with_use(crypto::private_jwk_text(key, kid).view(), use);
  const auto known = with_use(as_bytes(crypto::jwk_text(key.public_key(), kid)), use);
  WHORL_TRY(write_file(options.secret, as_text(text.view()), NewFile::kPrivate));
  WHORL_TRY(write_file(options.set, "{\"keys\":[" + std::string(as_text(known.view())) + "]}\n"));
  if (options.json) {
    print_json({{"kid", kid}, {"private", options.secret}, {"set", options.set}});
  } else {
    print("key " + kid + ": the private part in " + options.secret + ", the set of public keys in " + options.set +
          "\n");
  }
  return 0;
}

struct TokenOptions : CommonOptions {
  std::string secret;
  std::string issuer;
  std::string audience;
  std::string subject;
  std::string scope;
  Names roles;
  std::int64_t seconds = 600;
  std::int64_t signed_in_ago = 0;
};

Result<int> make_token(const TokenOptions& options) {
  WHORL_ASSIGN(const auto text,
               access::read_private_file(options.secret, crypto::kMostJwkBytes, access::OthersMay::kNothing));
  WHORL_ASSIGN(const auto key, crypto::parse_private_jwk(as_text(text.view())));
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(real_world().now().time_since_epoch()).count();
  json::object claims{{"iss", options.issuer},        {"aud", options.audience}, {"sub", options.subject}, {"iat", now},
                      {"exp", now + options.seconds}, {"scope", options.scope}};
  if (options.roles.empty()) claims["client_id"] = options.subject;
  if (!options.roles.empty()) {
    claims["roles"] = json_of(options.roles);
    claims["auth_time"] = now - options.signed_in_ago;
  }
  WHORL_ASSIGN(const std::string token,
               crypto::sign_jws(key.key, {.kid = key.kid, .typ = "at+jwt"}, as_bytes(json::serialize(claims))));
  if (options.json) {
    print_json({{"token", token}, {"seconds", options.seconds}});
  } else {
    print(token + "\n");
  }
  return 0;
}

// What is typed on a terminal is not shown while this lives.
class NoEcho {
 public:
  NoEcho() : terminal_(::isatty(STDIN_FILENO) == 1 && ::tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!terminal_) return;
    termios without = before_;
    without.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSANOW, &without);
  }
  ~NoEcho() {
    if (terminal_) ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
  }
  NoEcho(const NoEcho&) = delete;
  NoEcho& operator=(const NoEcho&) = delete;

 private:
  termios before_{};
  bool terminal_;
};

Result<int> hash_password(const CommonOptions& options) {
  std::string password;
  {
    const NoEcho quiet;
    if (::isatty(STDIN_FILENO) == 1) print_notice("type the password and the return key; it is not shown");
    std::getline(std::cin, password);
  }
  auto hash = crypto::hash_password(password);
  crypto::wipe({reinterpret_cast<std::uint8_t*>(password.data()), password.size()});
  if (!hash.ok()) return hash.error();
  const std::string text = crypto::password_hash_text(*hash);
  if (options.json) {
    print_json({{"password", text}});
  } else {
    print(text + "\n");
  }
  return 0;
}

void add_token(CLI::App& group, Chosen& chosen) {
  auto options = std::make_shared<TokenOptions>();
  CLI::App* verb =
      add_verb(group, "token", "A bearer token by a key of whorl access key: for trials, and for a node alone",
               "  whorl access token --private issuer.jwk --issuer https://here.test --audience "
               "https://node.test --subject desk-1 --scope 'abis.identify'",
               *options);
  verb->add_option("--private", options->secret, "The private key, of mode 0400 or 0600")->required();
  verb->add_option("--issuer", options->issuer, "As in [tokens] of the access file")->required();
  verb->add_option("--audience", options->audience, "As in [tokens] of the access file")->required();
  verb->add_option("--subject", options->subject, "Who will have it")->required();
  verb->add_option("--scope", options->scope, "What they may do: scopes with spaces between them")->required();
  verb->add_option("--role", options->roles, "A role of a person, in the claim `roles`; without one it is a machine's");
  verb->add_option(
          "--signed-in-ago", options->signed_in_ago,
          "How many seconds ago a person (--role) signed in, in the claim `auth_time`; 0 where it is not given")
      ->check(CLI::Range(0, 86'400));
  verb->add_option("--seconds", options->seconds, "How long it is good for")->check(CLI::Range(1, 3600));
  on_chosen(verb, chosen, options, make_token);
}

}  // namespace

void add_access(CLI::App& app, Chosen& chosen) {
  CLI::App* group = add_group(app, "access", "Who may come in to a node: check the file; make keys, tokens, passwords");
  auto checked = std::make_shared<CheckOptions>();
  CLI::App* verb = add_verb(*group, "check", "Read an access file and what it names, and say what each of them may do",
                            "  whorl access check access.toml", *checked);
  verb->add_option("file", checked->file, "The access file (docs/access.md)")->required();
  on_chosen(verb, chosen, checked, check);
  auto key = std::make_shared<KeyOptions>();
  verb = add_verb(*group, "key", "A new key to sign tokens or data with, or to decrypt data with, and its public part",
                  "  whorl access key --private issuer.jwk --set jwks.json\n"
                  "  whorl access key --for encryption --private data.jwk --set data-public.json",
                  *key);
  verb->add_option("--private", key->secret, "Where the private key goes, with mode 0600")->required();
  verb->add_option("--set", key->set, "Where the set of public keys goes")->required();
  verb->add_option("--for", key->use,
                   "What it is for: signatures (Ed25519), or encryption (P-256) of data that is sent "
                   "to whoever has it; signatures without it")
      ->check(CLI::IsMember({"signatures", "encryption"}));
  on_chosen(verb, chosen, key, make_key);
  add_token(*group, chosen);
  auto password = std::make_shared<CommonOptions>();
  verb = add_verb(*group, "password", "A password from standard input to the text that the access file keeps",
                  "  whorl access password", *password);
  on_chosen(verb, chosen, password, hash_password);
}

}  // namespace whorl::cli
