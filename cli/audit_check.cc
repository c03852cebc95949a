// whorl audit, of a log that was exported: whether it is whole, what is in it, and proofs of that.
#include "cli/audit_check.h"

#include <boost/json.hpp>
#include <chrono>

#include "audit/checkpoint_file.h"
#include "audit/growth_file.h"
#include "audit/proof_file.h"
#include "audit/verification.h"
#include "audit/witness.h"
#include "base/base64.h"
#include "base/files.h"
#include "base/sha256.h"
#include "base/world.h"
#include "cli/print.h"
#include "crypto/jose/jwk.h"

namespace whorl::cli {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

// Of a log that was exported.
struct LogOptions : CommonOptions {
  std::string folder;
  std::string key;
};

struct LeafOptions : LogOptions {
  std::uint64_t leaf = 0;
  std::uint64_t count = 1;
};

struct ProveOptions : LogOptions {
  std::optional<std::uint64_t> leaf;
  std::optional<std::uint64_t> from;
  std::optional<std::uint64_t> to;
  std::string out = "-";
};

struct VerifyOptions : LogOptions {
  std::vector<std::string> since;
  std::vector<std::string> witnesses;
  std::size_t least_witnesses = 0;
  std::string proof;
  std::string entry;
  std::string leaf_hash;
  std::string growth;
};

struct CosignOptions : LogOptions {
  std::string name;
  std::string private_key;
  std::string seen;
};

std::string without_line_ends(std::string text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  return text;
}

// A key by itself, or the name of a file that holds one.
Result<crypto::NoteVerifier> verifier_of(const std::string& text) {
  constexpr std::size_t kMostBytes = 1024;
  if (auto key = crypto::NoteVerifier::parse(text); key.ok()) return key;
  WHORL_ASSIGN(const Bytes bytes, read_file(text, kMostBytes));
  return crypto::NoteVerifier::parse(without_line_ends(std::string(as_text(bytes))));
}

// The log's key: as it was given, else as the folder has it, which shows no more than that the folder fits itself.
Result<crypto::NoteVerifier> key_of(const LogOptions& options, const audit::ExportFolder& log) {
  if (!options.key.empty()) return verifier_of(options.key);
  WHORL_ASSIGN(const std::string text, log.key());
  WHORL_ASSIGN(auto key, crypto::NoteVerifier::parse(text));
  print_notice("the key is the folder's own, " + text + ": name one that you have from elsewhere (--key)");
  return key;
}

struct LastCheckpoint {
  std::string note;
  crypto::Checkpoint checkpoint;
};

// Of the log; its signature fits the key.
Result<LastCheckpoint> last_checkpoint(const LogOptions& options, const audit::ExportFolder& log) {
  WHORL_ASSIGN(const crypto::NoteVerifier key, key_of(options, log));
  WHORL_ASSIGN(std::string note, log.checkpoint());
  WHORL_ASSIGN(crypto::OpenedCheckpoint opened, crypto::open_checkpoint(note, key, {}));
  return LastCheckpoint{std::move(note), std::move(opened.checkpoint)};
}

Result<int> run_head(const LogOptions& options) {
  const audit::ExportFolder log(options.folder);
  WHORL_ASSIGN(const LastCheckpoint last, last_checkpoint(options, log));
  if (options.json) {
    print_json({{"origin", last.checkpoint.origin},
                {"leaves", last.checkpoint.size},
                {"root", hex_of(last.checkpoint.root)},
                {"note", last.note}});
  } else {
    print(last.note);
  }
  return 0;
}

Result<Bytes> entry_of(audit::ExportFolder& log, std::uint64_t size, std::uint64_t leaf) {
  if (leaf >= size) return not_found("the log has no leaf " + std::to_string(leaf), "leaf");
  const std::uint64_t bundle = leaf / crypto::kTileWidth;
  const unsigned width = crypto::tile_width(0, bundle, size);
  WHORL_ASSIGN(const Bytes bytes, log.entries({0, bundle, width}));
  WHORL_ASSIGN(std::vector<Bytes> entries, crypto::entries_of_bundle(bytes, width));
  return std::move(entries[leaf % crypto::kTileWidth]);
}

// Leaves are JSON: with --json, too, they are printed as they are.
Result<int> run_show(const LeafOptions& options) {
  audit::ExportFolder log(options.folder);
  WHORL_ASSIGN(const LastCheckpoint last, last_checkpoint(options, log));
  const std::uint64_t size = last.checkpoint.size;
  for (std::uint64_t n = options.leaf; n < options.leaf + options.count && (n < size || n == options.leaf); ++n) {
    WHORL_ASSIGN(const Bytes entry, entry_of(log, size, n));
    WHORL_TRY(audit::parse_leaf(entry));
    print(std::string(as_text(entry)) + "\n");
  }
  return 0;
}

Result<int> run_prove(const ProveOptions& options) {
  audit::ExportFolder log(options.folder);
  WHORL_ASSIGN(const LastCheckpoint last, last_checkpoint(options, log));
  const std::uint64_t size = last.checkpoint.size;
  std::string text;
  std::size_t hashes = 0;
  if (options.leaf) {
    WHORL_ASSIGN(const audit::ProofFile proof, audit::prove(log, last.note, size, *options.leaf));
    hashes = proof.hashes.size();
    text = proof.text();
  } else {
    WHORL_ASSIGN(const audit::GrowthFile growth,
                 audit::prove_growth(log, last.note, size, *options.from, options.to.value_or(size)));
    hashes = growth.hashes.size();
    text = growth.text();
  }
  if (options.out != "-") WHORL_TRY(write_file(options.out, text));
  if (options.json) {
    json::object out{{"hashes", hashes}, {"proof", text}};
    if (options.leaf) out["leaf"] = *options.leaf;
    print_json(out);
  } else if (options.out == "-") {
    print(text);
  }
  return 0;
}

// Of the leaf that was named: as it is, or by its hash.
Result<crypto::TreeHash> named_leaf(const VerifyOptions& options) {
  if (!options.leaf_hash.empty()) {
    const auto bytes = decode_base64(options.leaf_hash);
    crypto::TreeHash out{};
    if (!bytes || bytes->size() != out.size()) return invalid_input("is no hash of a leaf in base64", "leaf-hash");
    std::copy(bytes->begin(), bytes->end(), out.begin());
    return out;
  }
  if (options.entry.empty()) return invalid_input("name the leaf (--entry) or its hash (--leaf-hash)", "entry");
  WHORL_ASSIGN(Bytes entry, read_file(options.entry, audit::kLongLeafBytes + 1));
  while (!entry.empty() && entry.back() == '\n') entry.pop_back();
  WHORL_TRY(audit::parse_leaf(entry));
  return crypto::leaf_hash(entry);
}

int print_proved(const VerifyOptions& options, std::string_view what, std::uint64_t number, const std::string& words) {
  if (options.json) {
    print_json({{"verified", true}, {what, number}});
  } else {
    print(words + "\n");
  }
  return 0;
}

Result<int> run_verify_proof(const VerifyOptions& options) {
  WHORL_ASSIGN(const Bytes text, read_file(options.proof, audit::kMostProofFileBytes));
  WHORL_ASSIGN(const audit::ProofFile proof, audit::ProofFile::parse(as_text(text)));
  WHORL_ASSIGN(const crypto::TreeHash hash, named_leaf(options));
  WHORL_ASSIGN(const crypto::NoteVerifier key, verifier_of(options.key));
  WHORL_TRY(audit::verify_proof(proof, key, hash));
  return print_proved(options, "leaf", proof.leaf,
                      "leaf " + std::to_string(proof.leaf) + " is in the log " + key.name());
}

Result<std::vector<std::string>> kept_checkpoints(const VerifyOptions& options) {
  std::vector<std::string> out;
  for (const std::string& file : options.since) {
    WHORL_ASSIGN(const Bytes text, read_file(file, audit::kMostCheckpointFileBytes));
    const std::vector<std::string> notes = audit::notes_of(as_text(text));
    if (notes.empty()) return invalid_input(file + " holds no checkpoint", "since");
    out.insert(out.end(), notes.begin(), notes.end());
  }
  return out;
}

Result<int> run_verify_growth(const VerifyOptions& options) {
  WHORL_ASSIGN(const Bytes text, read_file(options.growth, audit::kMostGrowthFileBytes));
  WHORL_ASSIGN(const audit::GrowthFile growth, audit::GrowthFile::parse(as_text(text)));
  WHORL_ASSIGN(const crypto::NoteVerifier key, verifier_of(options.key));
  WHORL_ASSIGN(const std::vector<std::string> kept, kept_checkpoints(options));
  WHORL_TRY(audit::verify_growth(growth, key, kept));
  return print_proved(options, "leaves", growth.to,
                      "the log " + key.name() + " of " + std::to_string(growth.to) +
                          " leaves has grown out of that of " + std::to_string(growth.from));
}

Result<audit::VerifyWhat> what_of(const VerifyOptions& options, const audit::ExportFolder& log) {
  WHORL_ASSIGN(auto key, key_of(options, log));
  audit::VerifyWhat what{std::move(key), {}, {}, options.least_witnesses};
  WHORL_ASSIGN(what.earlier, kept_checkpoints(options));
  for (const std::string& witness : options.witnesses) {
    WHORL_ASSIGN(auto verifier, verifier_of(witness));
    what.witnesses.push_back(std::move(verifier));
  }
  return what;
}

void print_verified(const audit::Verified& done, bool as_json) {
  json::object operations;
  std::string counts;
  for (const auto& [name, count] : done.operations) {
    operations[name] = count;
    counts += "  " + name + " " + std::to_string(count) + "\n";
  }
  json::array witnesses;
  std::string signers;
  for (const crypto::NoteSigned& witness : done.witnesses) {
    witnesses.push_back({{"name", witness.name}, {"unix_seconds", witness.unix_seconds.value_or(0)}});
    signers += "cosigned by " + witness.name + "\n";
  }
  if (as_json) {
    print_json({{"verified", true},
                {"origin", done.origin},
                {"leaves", done.leaves},
                {"root", hex_of(done.root)},
                {"checkpoints", done.checkpoints},
                {"pruned", done.pruned},
                {"encounters", done.encounters},
                {"operations", std::move(operations)},
                {"witnesses", std::move(witnesses)}});
    return;
  }
  print("the log " + done.origin + " is whole: " + std::to_string(done.leaves) + " leaves, " +
        std::to_string(done.checkpoints) + " checkpoints\n" +
        (done.pruned > 0 ? std::to_string(done.pruned) + " leaves were pruned, as the log says\n" : "") + counts +
        signers + "encounters by the log: " + std::to_string(done.encounters) + "\n");
}

Result<int> run_verify(const VerifyOptions& options) {
  if (!options.proof.empty()) return run_verify_proof(options);
  if (!options.growth.empty()) return run_verify_growth(options);
  if (options.folder.empty()) {
    return invalid_input("name the folder (--export) or a proof (--proof, --growth)", "export");
  }
  audit::ExportFolder log(options.folder);
  WHORL_ASSIGN(const audit::VerifyWhat what, what_of(options, log));
  WHORL_ASSIGN(const audit::Verified done, audit::verify(log, what));
  print_verified(done, options.json);
  return 0;
}

// What the witness remembers is a file of one checkpoint, unsigned: it is the witness's own.
Result<int> run_cosign(const CosignOptions& options) {
  audit::ExportFolder log(options.folder);
  WHORL_ASSIGN(const crypto::NoteVerifier key, key_of(options, log));
  WHORL_ASSIGN(Bytes text, read_file(options.private_key, crypto::kMostJwkBytes));
  auto own = crypto::parse_private_jwk(as_text(text));
  crypto::wipe(text);
  if (!own.ok()) return std::move(own).error();
  WHORL_ASSIGN(const auto witness,
               crypto::NoteSigner::of(options.name, crypto::NoteKeyKind::kCosignature, std::move(own->key)));
  std::optional<crypto::Checkpoint> seen;
  std::error_code failed;
  if (fs::exists(options.seen, failed)) {
    WHORL_ASSIGN(const Bytes kept, read_file(options.seen, crypto::kMostNoteBytes));
    WHORL_ASSIGN(seen, crypto::Checkpoint::parse(as_text(kept)));
    if (seen->origin != key.name()) return invalid_input(options.seen + " is of another log", "seen");
  }
  const auto now = std::chrono::duration_cast<std::chrono::seconds>(real_world().now().time_since_epoch()).count();
  WHORL_ASSIGN(const audit::Witnessed done,
               audit::cosign(log, key, seen, witness, static_cast<std::uint64_t>(std::max<std::int64_t>(now, 0))));
  WHORL_TRY(write_file(options.seen, done.checkpoint.text()));
  WHORL_TRY(write_file(fs::path(options.folder) / "checkpoint", done.note));
  if (options.json) {
    print_json({{"leaves", done.checkpoint.size}, {"witness", witness.verifier().text()}, {"note", done.note}});
  } else {
    print(done.note);
  }
  return 0;
}

void add_log_options(CLI::App& verb, LogOptions& options, bool required = true) {
  CLI::Option* folder = verb.add_option("--export", options.folder, "Folder that whorl audit export wrote");
  if (required) folder->required();
  verb.add_option("--key", options.key, "The log's key, as whorl audit export prints it, or a file that holds it");
}

void add_leaf_verbs(CLI::App& audit, Chosen& chosen) {
  {
    auto options = std::make_shared<LogOptions>();
    CLI::App* verb = add_verb(audit, "head", "Print the last signed checkpoint of an exported log",
                              "  whorl audit head --export audit-log", *options);
    add_log_options(*verb, *options);
    on_chosen(verb, chosen, options, run_head);
  }
  {
    auto options = std::make_shared<LeafOptions>();
    CLI::App* verb = add_verb(audit, "show", "Print leaves of an exported log, a line of JSON each",
                              "  whorl audit show --export audit-log --leaf 0 --count 10", *options);
    add_log_options(*verb, *options);
    verb->add_option("--leaf", options->leaf, "The number of the first");
    verb->add_option("--count", options->count, "How many");
    on_chosen(verb, chosen, options, run_show);
  }
}

void add_prove(CLI::App& audit, Chosen& chosen) {
  auto options = std::make_shared<ProveOptions>();
  CLI::App* verb =
      add_verb(audit, "prove",
               "Prove that a leaf is in an exported log, or that the log has grown out of an earlier size, "
               "as a text that stands by itself",
               "  whorl audit prove --export audit-log --leaf 7 --out proof.txt", *options);
  add_log_options(*verb, *options);
  CLI::Option* leaf = verb->add_option("--leaf", options->leaf, "The number of the leaf");
  CLI::Option* from = verb->add_option("--from", options->from, "The earlier size, of a checkpoint that was kept");
  verb->add_option("--to", options->to, "The later size; the log's last checkpoint's when absent")->needs(from);
  verb->add_option("--out", options->out, "The file to write; - for standard output");
  auto* which = verb->add_option_group("which");
  which->add_options(leaf, from);
  which->require_option(1);
  on_chosen(verb, chosen, options, run_prove);
}

void add_verify_export(CLI::App& audit, Chosen& chosen) {
  auto options = std::make_shared<VerifyOptions>();
  CLI::App* verb = add_verb(audit, "verify",
                            "Check that an exported log is whole: every leaf, the tree of their hashes, the signed "
                            "checkpoints, and that it has grown out of those that you kept. Or check one proof",
                            "  whorl audit verify --export audit-log --key log.key --since kept-checkpoint", *options);
  add_log_options(*verb, *options, false);
  verb->add_option("--since", options->since, "Files of checkpoints that you kept; several are taken");
  verb->add_option("--witness", options->witnesses, "Keys of witnesses whose cosignatures are looked for");
  verb->add_option("--witnesses", options->least_witnesses, "How many of them must have cosigned");
  CLI::Option* proof = verb->add_option("--proof", options->proof, "A proof, of whorl audit prove");
  CLI::Option* entry = verb->add_option("--entry", options->entry, "The leaf that it proves, of whorl audit show");
  CLI::Option* hash =
      verb->add_option("--leaf-hash", options->leaf_hash, "Its hash instead, of the header Whorl-Audit-Leaf");
  entry->needs(proof)->excludes(hash);
  hash->needs(proof);
  proof->needs("--key");
  verb->add_option("--growth", options->growth, "A proof, of whorl audit prove --from, against --since")
      ->needs("--key")
      ->needs("--since")
      ->excludes(proof);
  on_chosen(verb, chosen, options, run_verify);
}

void add_cosign(CLI::App& audit, Chosen& chosen) {
  auto options = std::make_shared<CosignOptions>();
  CLI::App* verb =
      add_verb(audit, "cosign",
               "As a witness: check that an exported log has grown out of what was seen of it last, and sign "
               "its checkpoint",
               "  whorl audit cosign --export audit-log --key log.key --name witness.b.example "
               "--private-key witness.jwk --seen log.seen",
               *options);
  add_log_options(*verb, *options);
  verb->add_option("--name", options->name, "The witness's name")->required();
  verb->add_option("--private-key", options->private_key, "Its Ed25519 key (JWK)")->required();
  verb->add_option("--seen", options->seen, "File in which the witness remembers the log; made the first time")
      ->required();
  on_chosen(verb, chosen, options, run_cosign);
}

}  // namespace

void add_audit_checks(CLI::App& audit, Chosen& chosen) {
  add_verify_export(audit, chosen);
  add_leaf_verbs(audit, chosen);
  add_prove(audit, chosen);
  add_cosign(audit, chosen);
}

}  // namespace whorl::cli
