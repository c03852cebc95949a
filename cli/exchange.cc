// whorl exchange: to become a member of an exchange (docs/exchange.md).
#include <boost/json.hpp>
#include <filesystem>
#include <vector>

#include "base/files.h"
#include "base/world.h"
#include "cli/exchange_ask.h"
#include "cli/exchange_cancel.h"
#include "cli/exchange_desk.h"
#include "cli/exchange_later.h"
#include "cli/exchange_release.h"
#include "cli/note_files.h"
#include "cli/print.h"
#include "cli/verb.h"
#include "crypto/jose/jwk.h"
#include "exchange/directory/directory.h"
#include "exchange/directory/pins.h"
#include "member/standing.h"
#include "relay/hop_tls.h"

namespace whorl::cli {
namespace {

namespace fs = std::filesystem;
using crypto::KeyKind;
using crypto::PrivateKey;

struct InitOptions : CommonOptions {
  std::string name;
  std::string country;
  std::string certificate;
  std::string out;
};

struct JoinOptions : CommonOptions {
  std::string folder;
  std::string name;
  std::string directory;
  std::string policy;
  std::string office;
  std::string national;
  std::string certificate;
  std::string key;
  std::string switch_ca;
  std::vector<std::string> switches;  // and of each the key
  std::vector<std::string> switch_keys;
};

Status keep_key(const PrivateKey& key, const fs::path& file) {
  const auto text = crypto::private_jwk_text(key, crypto::key_id(key.public_key()));
  return write_file(file, as_text(text.view()), NewFile::kPrivate);
}

// A key that is there is a member's identity: it is never written over.
Status require_new(const fs::path& file) {
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return {};
  return already_exists("there is a key already; a member that has lost its keys takes another folder", file.string());
}

Result<int> init(const InitOptions& options) {
  const fs::path folder = options.out;
  const fs::path identity_file = folder / "identity.jwk";
  const fs::path note_file = folder / "note.jwk";
  if (!exchange::is_member_name(options.name)) return invalid_input("is no member's name: a.example.org", "--name");
  WHORL_TRY(require_new(identity_file));
  WHORL_TRY(require_new(note_file));
  WHORL_ASSIGN(const Sha256 tls, relay::tls_key_of(options.certificate));
  WHORL_ASSIGN(const auto identity, PrivateKey::make(KeyKind::kEd25519));
  WHORL_ASSIGN(const auto note_key, PrivateKey::make(KeyKind::kEd25519));
  WHORL_ASSIGN(const auto signer, crypto::NoteSigner::of(options.name, crypto::NoteKeyKind::kSignature, note_key));
  WHORL_ASSIGN(const crypto::Jwk known,
               crypto::parse_jwk(crypto::jwk_text(identity.public_key(), crypto::key_id(identity.public_key()))));
  const exchange::DirectoryMember member{options.country, {tls}, {known}, signer.verifier()};
  const std::string line = exchange::member_line(options.name, member);
  WHORL_TRY(exchange::parse_member_line(line));
  WHORL_TRY(make_directory(folder));
  WHORL_TRY(keep_key(identity, identity_file));
  WHORL_TRY(keep_key(note_key, note_file));
  const std::string thumbprint = hex_of(crypto::jwk_thumbprint(identity.public_key()));
  if (options.json) {
    print_json({{"line", line},
                {"thumbprint", thumbprint},
                {"identity", identity_file.string()},
                {"note_key", note_file.string()}});
  } else {
    print(line + "\n");
    print_notice("this line goes to the regional office, for the directory; " + identity_file.string() +
                 " signs messages and " + note_file.string() +
                 " signs policies: both stay here. The thumbprint to read aloud to every partner is " + thumbprint);
  }
  return 0;
}

// As a literal text of TOML, which has no escapes.
Result<std::string> quoted(const std::string& text, const std::string& option) {
  if (text.find_first_of("'\n\r") != std::string::npos) return invalid_input("has a quote or a line's end", option);
  return "'" + text + "'";
}

Result<std::string> config_text(const JoinOptions& options) {
  std::string out = "# The member's side of an exchange, for whorl serve --exchange (docs/exchange.md)\n";
  const auto add = [&](const std::string& key, const std::string& value) -> Status {
    WHORL_ASSIGN(const std::string text, quoted(value, "--" + key));
    out += key + " = " + text + "\n";
    return {};
  };
  const auto absolute = [](const fs::path& path) { return fs::absolute(path).lexically_normal().string(); };
  if (options.switches.size() != options.switch_keys.size())
    return invalid_input("is said once for each --switch", "--switch-key");
  WHORL_TRY(add("name", options.name));
  WHORL_TRY(add("identity", absolute(fs::path(options.folder) / "identity.jwk")));
  WHORL_TRY(add("directory", absolute(options.directory)));
  WHORL_TRY(add("policy", absolute(options.policy)));
  WHORL_TRY(add("office", absolute(options.office)));
  WHORL_TRY(add("pins", absolute(fs::path(options.folder) / "pins.txt")));
  WHORL_TRY(add("national", absolute(options.national)));
  WHORL_TRY(add("certificate", absolute(options.certificate)));
  WHORL_TRY(add("key", absolute(options.key)));
  WHORL_TRY(add("switch_ca", absolute(options.switch_ca)));
  for (std::size_t i = 0; i < options.switches.size(); ++i) {
    const std::string& address = options.switches[i];
    const std::size_t colon = address.rfind(':');
    if (colon == std::string::npos) return invalid_input("is ADDRESS:PORT", "--switch");
    out += "\n[[switches]]\n";
    WHORL_TRY(add("address", address.substr(0, colon)));
    out += "port = " + address.substr(colon + 1) + "\n";
    WHORL_TRY(add("key", options.switch_keys[i]));
  }
  return out;
}

std::string pins_of(const exchange::Directory& directory) {
  std::string out = "# Of each partner the thumbprint that was read aloud. Compare before you go on.\n";
  for (const auto& [name, member] : directory.members) {
    for (const crypto::Jwk& key : member.identity) out += name + " " + hex_of(crypto::jwk_thumbprint(key.key)) + "\n";
  }
  return out;
}

Result<int> join(const JoinOptions& options) {
  const fs::path config_file = fs::path(options.folder) / "member.toml";
  const fs::path pins_file = fs::path(options.folder) / "pins.txt";
  WHORL_ASSIGN(const std::string note, text_of_file(options.directory));
  WHORL_ASSIGN(const auto office, note_keys({options.office}));
  WHORL_ASSIGN(const auto now, time_of(""));
  WHORL_ASSIGN(const auto directory, exchange::open_directory(note, office, now));
  std::error_code ignored;
  const bool pinned = fs::exists(pins_file, ignored);
  if (!pinned) WHORL_TRY(write_file(pins_file, pins_of(directory), NewFile::kPrivate));
  WHORL_ASSIGN(const std::string text, config_text(options));
  WHORL_ASSIGN(const member::MemberConfig config, member::parse_member_config(text, config_file));
  WHORL_ASSIGN(const auto standing, member::read_standing(config, now));
  WHORL_TRY(member::read_own_keys(config, standing->partners));
  WHORL_TRY(write_file(config_file, text, NewFile::kPrivate));
  if (options.json) {
    boost::json::array partners;
    for (const auto& [name, member] : standing->partners.members) partners.emplace_back(name);
    print_json({{"config", config_file.string()},
                {"policy", standing->policy.id()},
                {"partners", std::move(partners)},
                {"pins_written", !pinned}});
    return 0;
  }
  print(config_file.string() + "\n");
  if (pinned) return 0;
  print_notice(
      "the thumbprints in " + pins_file.string() +
      " are the directory's. Compare each with what its member reads aloud, then start whorl serve --exchange " +
      config_file.string());
  return 0;
}

}  // namespace

void add_exchange(CLI::App& app, Chosen& chosen) {
  CLI::App* group = add_group(
      app, "exchange",
      "To become a member of an exchange, to ask the others, and to decide what they are given (docs/exchange.md)");
  {
    auto options = std::make_shared<InitOptions>();
    CLI::App* verb = add_verb(
        *group, "init",
        "Make a member's identity and the key that it signs policies with, and print its line of "
        "the directory",
        "  whorl exchange init --name a.rbdes.test --country ARU --certificate tls.pem --out member", *options);
    verb->add_option("--name", options->name, "The member's name, as it stands in its TLS certificate")->required();
    verb->add_option("--country", options->country, "Three capital letters")->required();
    verb->add_option("--certificate", options->certificate, "Its TLS certificate (PEM)")->required();
    verb->add_option("--out", options->out, "The folder for the keys")->required();
    on_chosen(verb, chosen, options, init);
  }
  {
    auto options = std::make_shared<JoinOptions>();
    CLI::App* verb = add_verb(
        *group, "join",
        "Check directory, policy and keys of a member, and write the configuration for whorl serve --exchange",
        "  whorl exchange join --folder member --name a.rbdes.test --directory members.note --policy region.note \\\n"
        "    --office office.pub --national aru.toml --certificate tls.pem --key tls.key --switch-ca ca.pem \\\n"
        "    --switch 192.0.2.7:8443 --switch-key HEX",
        *options);
    verb->add_option("--folder", options->folder, "The folder that whorl exchange init made")->required();
    verb->add_option("--name", options->name, "The member's name")->required();
    verb->add_option("--directory", options->directory, "The directory, a signed note")->required();
    verb->add_option("--policy", options->policy, "The policy, a signed note")->required();
    verb->add_option("--office", options->office, "File of the regional office's key")->required();
    verb->add_option("--national", options->national, "The member's own file, which narrows the policy")->required();
    verb->add_option("--certificate", options->certificate, "Its TLS certificate (PEM)")->required();
    verb->add_option("--key", options->key, "The private key of that (PEM)")->required();
    verb->add_option("--switch-ca", options->switch_ca, "The CA of the switch's certificate (PEM)")->required();
    verb->add_option("--switch", options->switches, "The switch: ADDRESS:PORT; of two both, one after the other")
        ->required();
    verb->add_option("--switch-key", options->switch_keys,
                     "SHA-256 of the switch's TLS key, as its office reads it aloud; in the order of the switches")
        ->required();
    on_chosen(verb, chosen, options, join);
  }
  add_exchange_ask(*group, chosen);
  add_exchange_release(*group, chosen);
  add_exchange_desk(*group, chosen);
  add_exchange_later(*group, chosen);
  add_exchange_cancel(*group, chosen);
}

}  // namespace whorl::cli
