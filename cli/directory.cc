// whorl directory: who the members of an exchange are, and by which keys; a note that the regional office signs.
#include "exchange/directory/directory.h"

#include <boost/json.hpp>

#include "base/files.h"
#include "base/world.h"
#include "cli/note_files.h"
#include "cli/print.h"
#include "cli/verb.h"
#include "crypto/jose/base64url.h"
#include "crypto/jose/jwk.h"
#include "exchange/directory/pins.h"

namespace whorl::cli {
namespace {

namespace json = boost::json;
using namespace exchange;

struct KeyOptions : CommonOptions {
  std::string name;
  std::string secret;
};
struct CheckOptions : CommonOptions {
  std::string file;
  std::vector<std::string> office;
  std::string pins;
  std::string at;
};
struct ShowOptions : CommonOptions {
  std::string file;
};

Result<int> make_key(const KeyOptions& options) {
  WHORL_ASSIGN(const auto key, crypto::PrivateKey::make(crypto::KeyKind::kEd25519));
  WHORL_ASSIGN(const auto signer, crypto::NoteSigner::of(options.name, crypto::NoteKeyKind::kSignature, key));
  const std::string kid = crypto::key_id(key.public_key());
  const auto text = crypto::private_jwk_text(key, kid);
  WHORL_TRY(write_file(options.secret, as_text(text.view()), NewFile::kPrivate));
  const std::string thumbprint = hex_of(crypto::jwk_thumbprint(key.public_key()));
  const std::string identity = "eddsa:" + crypto::base64url(key.public_key().bytes());
  if (options.json) {
    print_json({{"identity", identity},
                {"key", signer.verifier().text()},
                {"kid", kid},
                {"thumbprint", thumbprint},
                {"private", options.secret}});
  } else {
    print(signer.verifier().text() + "\n");
    print_notice("the private part is in " + options.secret + "; as an identity it is " + identity +
                 ", and the thumbprint to read aloud and to pin is " + thumbprint);
  }
  return 0;
}

Result<int> sign(const SignOptions& options) {
  WHORL_ASSIGN(const std::string text, text_of_file(options.file));
  WHORL_TRY(parse_directory(text_in_note(text)));
  return sign_note(options, text);
}

json::object json_of(const std::string& name, const DirectoryMember& member) {
  json::array tls;
  for (const Sha256& each : member.tls) tls.emplace_back(hex_of(each));
  json::array identity;
  for (const crypto::Jwk& each : member.identity) {
    identity.push_back({{"kid", each.kid},
                        {"algorithm", each.key.kind() == crypto::KeyKind::kEd25519 ? "EdDSA" : "ES256"},
                        {"thumbprint", hex_of(crypto::jwk_thumbprint(each.key))}});
  }
  return {
      {"name", name}, {"country", member.country}, {"tls", tls}, {"identity", identity}, {"note", member.note.text()}};
}

void print_directory(const Directory& directory, bool as_json, json::object more) {
  if (as_json) {
    json::array members;
    for (const auto& [name, member] : directory.members) members.push_back(json_of(name, member));
    more["serial"] = directory.serial;
    more["valid_from"] = rfc3339(directory.valid_from);
    more["valid_until"] = rfc3339(directory.valid_until);
    more["members"] = std::move(members);
    print_json(more);
    return;
  }
  std::string out = "directory " + std::to_string(directory.serial) + ", in force from " +
                    rfc3339(directory.valid_from) + " until " + rfc3339(directory.valid_until) + "\n";
  for (const auto& [name, member] : directory.members) {
    out += name + " (" + member.country + ")\n";
    for (const crypto::Jwk& each : member.identity) {
      out += std::string("  identity ") + (each.key.kind() == crypto::KeyKind::kEd25519 ? "EdDSA " : "ES256 ") +
             hex_of(crypto::jwk_thumbprint(each.key)) + "\n";
    }
    for (const Sha256& each : member.tls) out += "  TLS key  " + hex_of(each) + "\n";
  }
  print(out);
}

Result<int> check(const CheckOptions& options) {
  WHORL_ASSIGN(const std::string note, text_of_file(options.file));
  WHORL_ASSIGN(const auto office, note_keys(options.office));
  WHORL_ASSIGN(const auto now, time_of(options.at));
  WHORL_ASSIGN(const Directory directory, open_directory(note, office, now));
  json::object more{{"signed", true}};
  if (!options.pins.empty()) {
    WHORL_ASSIGN(const std::string text, text_of_file(options.pins));
    WHORL_ASSIGN(const Pins pins, parse_pins(text));
    WHORL_ASSIGN(const Directory known, partners(directory, pins));
    more["pinned"] = known.members.size();
    if (!options.json)
      print(std::to_string(known.members.size()) + " of its members are pinned, and have the keys that were agreed\n");
  }
  print_directory(directory, options.json, std::move(more));
  return 0;
}

Result<int> show(const ShowOptions& options) {
  WHORL_ASSIGN(const std::string text, text_of_file(options.file));
  WHORL_ASSIGN(const Directory directory, parse_directory(text_in_note(text)));
  print_notice("nothing was verified: whorl directory check does that");
  print_directory(directory, options.json, {{"signed", nullptr}});
  return 0;
}

}  // namespace

void add_directory(CLI::App& app, Chosen& chosen) {
  CLI::App* group =
      add_group(app, "directory", "Who the members of an exchange are, and by which keys (docs/exchange.md)");
  {
    auto options = std::make_shared<KeyOptions>();
    CLI::App* verb = add_verb(
        *group, "key", "Make a key that signs directories, policies or messages (Ed25519), and print its public part",
        "  whorl directory key --name rbdes.test/office --private office.jwk", *options);
    verb->add_option("--name", options->name, "Whose it is: the office's name, or a member's")->required();
    verb->add_option("--private", options->secret, "The file for the private part")->required();
    on_chosen(verb, chosen, options, make_key);
  }
  {
    auto options = std::make_shared<SignOptions>();
    CLI::App* verb = add_verb(
        *group, "sign", "Sign a directory, or add a signature to one that is signed",
        "  whorl directory sign members.txt --name rbdes.test/office --key office.jwk --out members.note", *options);
    add_sign_options(*verb, *options, "The text", "Who signs");
    on_chosen(verb, chosen, options, sign);
  }
  {
    auto options = std::make_shared<CheckOptions>();
    CLI::App* verb = add_verb(*group, "check",
                              "Check that the office has signed a directory, that it is in force, and that pinned "
                              "members have the keys that were agreed",
                              "  whorl directory check members.note --office office.pub --pins pins.txt", *options);
    verb->add_option("file", options->file, "The note")->required();
    verb->add_option("--office", options->office, "The office's key, or a file that holds it; several are taken")
        ->required();
    verb->add_option("--pins", options->pins, "File of pinned keys: a member's name and a thumbprint a line");
    verb->add_option("--at", options->at, "When, e.g. 2026-12-01T00:00:00Z; now without it");
    on_chosen(verb, chosen, options, check);
  }
  {
    auto options = std::make_shared<ShowOptions>();
    CLI::App* verb = add_verb(*group, "show", "Print a directory, and verify nothing",
                              "  whorl directory show members.note", *options);
    verb->add_option("file", options->file, "The text, or the note")->required();
    on_chosen(verb, chosen, options, show);
  }
}

}  // namespace whorl::cli
