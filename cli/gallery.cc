// whorl gallery: an earlier format is sealed, a gallery is copied, a copy is put back.
#include <boost/json.hpp>

#include "base/files.h"
#include "base/progress_bar.h"
#include "cli/gallery_in_use.h"
#include "cli/print.h"
#include "crypto/jose/jwe.h"
#include "crypto/jose/jwe_keys.h"
#include "crypto/jose/jwk.h"
#include "index/key_care.h"

namespace whorl::cli {
namespace {

namespace fs = std::filesystem;

struct SealOptions : CommonOptions {
  NodeOptions node;
};

struct BackupOptions : SealOptions {
  std::string to;
};

struct RestoreOptions : CommonOptions {
  std::string from;
  std::string to;
  std::string keys;
  std::string escrow;
  std::string recovery_key;
  std::string root_key;
};

Result<int> run_seal(const SealOptions& options) {
  WHORL_ASSIGN(const engine::NodeConfig config, options.node.config());
  WHORL_TRY(engine::check(config));
  ProgressBar bar("sealing", wants_progress(options.progress));
  index::GalleryOptions wanted = gallery_options(config);
  wanted.create_if_missing = false;
  wanted.seal = true;
  wanted.converting = [&bar](const Progress& now) { bar.update(now.done, now.total); };
  WHORL_ASSIGN(const auto gallery, index::Gallery::open(std::move(wanted)));
  gallery->settle();
  const std::uint64_t sealed = gallery->opening().records_converted;
  for (const auto& notice : index::keys_notices(gallery->opening())) print_notice(notice.text);
  if (options.json) {
    print_json({{"sealed", sealed}});
  } else {
    print(sealed == 0 ? "the gallery is sealed already\n" : "sealed " + std::to_string(sealed) + " records\n");
  }
  return 0;
}

Result<int> run_backup(const BackupOptions& options) {
  WHORL_ASSIGN(const engine::NodeConfig config, options.node.config());
  const fs::path to = fs::absolute(options.to).lexically_normal();
  const auto gallery = open_existing(config);
  if (is_in_use(gallery)) {
    WHORL_TRY(ask_server(config.gallery, index::UpkeepVerb::kBackup, to));
  } else {
    if (!gallery.ok()) return gallery.error();
    WHORL_TRY((*gallery)->backup(to));
  }
  if (options.json) {
    print_json({{"backup", to.string()}});
  } else {
    print("the gallery is copied to " + to.string() + "\n");
  }
  print_notice("its keys are not in the copy: keep them elsewhere (whorl keys escrow)");
  return 0;
}

// An error of the option, and of the file that it names.
Error of_option(Error error, const std::string& option, const std::string& file) {
  error.field = FieldPath(option + " " + file);
  return error;
}

// The key that was encrypted to the owner of a private key.
Result<crypto::SecretBytes> escrowed(const RestoreOptions& options) {
  constexpr std::size_t kMostBytes = 16 * 1024;
  auto text = read_file(options.recovery_key, crypto::kMostJwkBytes);
  if (!text.ok()) return of_option(std::move(text).error(), "--recovery-key", options.recovery_key);
  auto own = crypto::parse_decryption_key(as_text(*text));
  crypto::wipe(*text);
  if (!own.ok()) {
    Error error = std::move(own).error();
    const std::string member = error.field.empty() ? "" : error.field.text() + " ";
    error.message = "is no private key (JWK) that could open an escrow: " + member + error.message;
    return of_option(std::move(error), "--recovery-key", options.recovery_key);
  }
  const auto file = read_file(options.escrow, kMostBytes);
  if (!file.ok()) return of_option(file.error(), "--escrow", options.escrow);
  std::string_view jwe = as_text(*file);
  while (!jwe.empty() && (jwe.back() == '\n' || jwe.back() == '\r')) jwe.remove_suffix(1);
  std::vector<const crypto::JweKey*> keys = {&own->key};
  // A key that does not say for which of the two it is opens both.
  const crypto::JweKey wrapped{crypto::JweAlgorithm::kEcdhEsA256Kw, own->key.key, {}};
  if (own->key.key && own->key.algorithm != wrapped.algorithm) keys.push_back(&wrapped);
  auto opened = crypto::decrypt_jwe_by_any(jwe, [&keys](std::string_view) { return keys; });
  if (!opened.ok()) return of_option(std::move(opened).error(), "--escrow", options.escrow);
  crypto::SecretBytes out = crypto::SecretBytes::copy_of(opened->plaintext);
  crypto::wipe(opened->plaintext);
  return out;
}

Result<int> run_restore(const RestoreOptions& options) {
  index::Restoration what;
  what.from = options.from;
  what.to = options.to;
  if (!options.root_key.empty()) what.root_key = options.root_key;
  crypto::SecretBytes key;
  if (!options.escrow.empty()) {
    WHORL_ASSIGN(key, escrowed(options));
    what.escrowed = &key;
  } else if (!options.keys.empty()) {
    what.keys = options.keys;
  }
  const auto done = index::restore_gallery(what);
  if (!done.ok()) {
    const bool escrowed = done.error().field == "escrow";
    if (!escrowed && done.error().field != "keys") return done.error();
    return of_option(done.error(), escrowed ? "--escrow" : "--keys", escrowed ? options.escrow : options.keys);
  }
  const index::Restored& restored = *done;
  if (options.json) {
    print_json({{"encounters", restored.encounters}, {"epoch", restored.keys.epoch}});
  } else {
    print("restored " + std::to_string(restored.encounters) + " encounters to " + options.to + "\n");
  }
  print_notice(
      "people who were erased since the copy was made are in it again: erase them again, then rotate its keys");
  return 0;
}

}  // namespace

void add_gallery(CLI::App& app, Chosen& chosen) {
  CLI::App* gallery = add_group(app, "gallery", "Seal, copy and restore galleries");
  {
    auto options = std::make_shared<SealOptions>();
    CLI::App* verb =
        add_verb(*gallery, "seal",
                 "Seal a gallery of an earlier format, which is only read otherwise. After an interruption it "
                 "goes on where it stopped. Copy the folder first: earlier builds will not open it any more",
                 "  whorl gallery seal --gallery-dir gallery --progress", *options);
    add_progress_option(*verb, *options);
    add_storage_options(*verb, options->node);
    on_chosen(verb, chosen, options, run_seal);
  }
  {
    auto options = std::make_shared<BackupOptions>();
    CLI::App* verb =
        add_verb(*gallery, "backup",
                 "Copy a gallery as it is at one moment, without its keys. A server that has it open goes on "
                 "meanwhile, and makes the copy",
                 "  whorl gallery backup --gallery-dir gallery --to /mnt/backup/monday", *options);
    add_storage_options(*verb, options->node);
    verb->add_option("--to", options->to, "A folder that is not there yet")->required();
    on_chosen(verb, chosen, options, run_backup);
  }
  {
    auto options = std::make_shared<RestoreOptions>();
    CLI::App* verb = add_verb(*gallery, "restore", "Make a gallery of a copy and its keys, and open every record once",
                              "  whorl gallery restore --from /mnt/backup/monday --to gallery --escrow key.jwe "
                              "--recovery-key recovery.jwk",
                              *options);
    verb->add_option("--from", options->from, "The copy, of whorl gallery backup")->required();
    verb->add_option("--to", options->to, "A folder that is not there yet")->required();
    CLI::Option* keys =
        verb->add_option("--keys", options->keys, "A copy of the folder keys/, under the same root key");
    CLI::Option* escrow = verb->add_option("--escrow", options->escrow, "Or the file of whorl keys escrow");
    escrow->excludes(keys);
    verb->add_option("--recovery-key", options->recovery_key, "The private key (JWK) that it was encrypted to")
        ->needs(escrow);
    escrow->needs("--recovery-key");
    verb->add_option("--root-key", options->root_key,
                     "File of the root key, or a token's address; when absent, as for every other verb (whorl keys "
                     "status names it)");
    on_chosen(verb, chosen, options, run_restore);
  }
}

}  // namespace whorl::cli
