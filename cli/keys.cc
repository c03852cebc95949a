// whorl keys: which keys a gallery has, a new one, and one for somebody who keeps it elsewhere.
#include <boost/json.hpp>
#include <chrono>

#include "base/catalogue.h"
#include "base/files.h"
#include "cli/gallery_in_use.h"
#include "cli/print.h"
#include "crypto/jose/jwe.h"
#include "crypto/jose/jwe_keys.h"
#include "crypto/jose/jwk.h"
#include "crypto/vault/root_source.h"
#include "crypto/vault/token_key.h"
#include "index/key_care.h"

namespace whorl::cli {
namespace {

namespace fs = std::filesystem;

struct StatusOptions : CommonOptions {
  NodeOptions node;
};

struct RotateOptions : StatusOptions {
  std::string new_root;
};

struct TokenOptions : CommonOptions {
  std::string address;
};

struct EscrowOptions : StatusOptions {
  std::string recipient;
  std::string out;
};

void print_keys(const index::KeysReport& keys, bool json) {
  if (json) {
    print_json({{"gallery", keys.gallery},
                {"epoch", keys.epoch},
                {"earlier_epochs", boost::json::value_from(keys.earlier_epochs)},
                {"root_key", keys.root_key.string()},
                {"root_key_made_by_whorl", keys.root_key_made_by_whorl}});
  } else {
    print("gallery " + keys.gallery + "\nkey of epoch " + std::to_string(keys.epoch) + "\nroot key " +
          keys.root_key.string() + "\n");
  }
  index::OpeningReport report;
  report.keys = keys;
  for (const auto& notice : index::keys_notices(report)) print_notice(notice.text);
}

Result<int> run_status(const StatusOptions& options) {
  WHORL_ASSIGN(const engine::NodeConfig config, options.node.config());
  WHORL_ASSIGN(const auto keys, index::keys_report(config.gallery, root_key_of(config)));
  print_keys(keys, options.json);
  return 0;
}

void print_rotated(std::uint32_t epoch, bool json) {
  if (json) {
    print_json({{"epoch", epoch}});
  } else {
    print("the gallery has a new key, of epoch " + std::to_string(epoch) + "; the earlier one is destroyed\n");
  }
}

Result<int> run_rotate(const RotateOptions& options) {
  WHORL_ASSIGN(const engine::NodeConfig config, options.node.config());
  // Before anything changes.
  if (!options.new_root.empty()) WHORL_TRY(crypto::root_key_at(options.new_root));
  const auto gallery = open_existing(config);
  if (is_in_use(gallery)) {
    if (!options.new_root.empty()) return gallery.error();  // the server knows its root by its own configuration
    WHORL_ASSIGN(const std::string epoch, ask_server(config.gallery, index::UpkeepVerb::kRotate, {}));
    print_rotated(static_cast<std::uint32_t>(std::strtoul(epoch.c_str(), nullptr, 10)), options.json);
    return 0;
  }
  if (!gallery.ok()) return gallery.error();
  WHORL_ASSIGN(const index::Rotation done, (*gallery)->rotate_keys());
  if (!options.new_root.empty()) {
    WHORL_TRY((*gallery)->move_keys(options.new_root));
    print_notice("the gallery opens with the root key " + options.new_root +
                 " from now on; destroy the earlier one when no other gallery needs it");
  }
  print_rotated(done.epoch, options.json);
  return 0;
}

Result<int> run_make(const TokenOptions& options) {
  if (!crypto::is_token_address(options.address)) {
    return invalid_input("must be the address of a key in a token: pkcs11:...", "address");
  }
  WHORL_TRY(crypto::make_token_key(options.address));
  if (options.json) {
    print_json({{"root_key", options.address}});
  } else {
    print("the token has made the key; name it with --root-key, or root_key under [gallery]\n");
  }
  print_notice(
      "who loses the token, and every copy of it that its maker's tools can make, loses every gallery under it");
  return 0;
}

Result<int> run_escrow(const EscrowOptions& options) {
  WHORL_ASSIGN(const engine::NodeConfig config, options.node.config());
  WHORL_ASSIGN(const Bytes text, read_file(options.recipient, crypto::kMostJwkBytes));
  WHORL_ASSIGN(const crypto::EncryptionKey recipient, crypto::parse_encryption_key(as_text(text)));
  WHORL_ASSIGN(const auto keys, index::keys_report(config.gallery, root_key_of(config)));
  WHORL_ASSIGN(const crypto::SecretBytes key, index::escrowed_key(config.gallery, root_key_of(config)));
  crypto::JweHeader header;
  header.common.kid = recipient.kid.empty() ? crypto::key_id(recipient.key) : recipient.kid;
  WHORL_ASSIGN(const std::string jwe, crypto::encrypt_jwe(recipient.key, recipient.algorithm, header, key.view()));
  WHORL_TRY(write_file(options.out, jwe + "\n", NewFile::kPrivate));
  if (options.json) {
    print_json({{"gallery", keys.gallery}, {"epoch", keys.epoch}, {"file", options.out}});
  } else {
    print("the key of epoch " + std::to_string(keys.epoch) + " is in " + options.out +
          " for whoever has the private key " + header.common.kid + "\n");
  }
  print_notice("it opens every backup that was made since the last rotation: destroy it with the last of them");
  return 0;
}

}  // namespace

void add_keys(CLI::App& app, Chosen& chosen) {
  CLI::App* keys = add_group(app, "keys", "The keys under which a gallery is sealed (docs/keys.md)");
  {
    auto options = std::make_shared<StatusOptions>();
    CLI::App* verb = add_verb(*keys, "status", "Say which keys a gallery has, where its root key lies, and what to do",
                              "  whorl keys status --gallery-dir gallery", *options);
    add_storage_options(*verb, options->node);
    on_chosen(verb, chosen, options, run_status);
  }
  {
    auto options = std::make_shared<RotateOptions>();
    CLI::App* verb =
        add_verb(*keys, "rotate",
                 "Give a gallery a new key and destroy the earlier one, so that whoever was erased cannot be "
                 "read in earlier copies. A server that has the gallery open does it. After an interruption "
                 "the same command goes on",
                 "  whorl keys rotate --gallery-dir gallery", *options);
    add_storage_options(*verb, options->node);
    verb->add_option("--new-root", options->new_root,
                     "File of another root key, or a token's address, under which the gallery's key is sealed from now "
                     "on; not while "
                     "a server has the gallery open");
    on_chosen(verb, chosen, options, run_rotate);
  }
  {
    auto options = std::make_shared<TokenOptions>();
    CLI::App* verb = add_verb(
        *keys, "make", "Have a PKCS#11 token make a root key, which never leaves it",
        "  whorl keys make 'pkcs11:token=whorl;object=root?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=/etc/"
        "whorl/token.pin'",
        *options);
    verb->add_option("address", options->address, "The token and the label of the key (RFC 7512, docs/keys.md)")
        ->required();
    on_chosen(verb, chosen, options, run_make);
  }
  {
    auto options = std::make_shared<EscrowOptions>();
    CLI::App* verb =
        add_verb(*keys, "escrow", "Encrypt the gallery's key to somebody who keeps it elsewhere, for restores",
                 "  whorl keys escrow --gallery-dir gallery --recipient recovery.pub.json --out key.jwe", *options);
    add_storage_options(*verb, options->node);
    verb->add_option("--recipient", options->recipient,
                     "Public key (JWK, or a set of one: X25519, P-256 or RSA) of who keeps it")
        ->required();
    verb->add_option("--out", options->out, "The file to write")->required();
    on_chosen(verb, chosen, options, run_escrow);
  }
}

}  // namespace whorl::cli
