// whorl audit: the log of what was done and asked, out of a gallery, and whether it is whole.
#include <boost/json.hpp>
#include <chrono>
#include <fstream>
#include <iostream>

#include "audit/checkpoint_file.h"
#include "audit/proof_file.h"
#include "audit/verification.h"
#include "audit/witness.h"
#include "base/files.h"
#include "base/sha256.h"
#include "base/world.h"
#include "cli/gallery_in_use.h"
#include "cli/print.h"
#include "crypto/jose/jwk.h"

namespace whorl::cli {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

struct ExportOptions : CommonOptions {
  NodeOptions node;
  std::string to;
};

struct TagOptions : CommonOptions {
  NodeOptions node;
  std::string month;
  std::string issuer;
  std::string who;
  std::string gallery;
  std::string request;
  std::string person;
};

// Of a log that was exported.
struct LogOptions : CommonOptions {
  std::string folder;
  std::string key;
};

struct LeafOptions : LogOptions {
  std::uint64_t leaf = 0;
  std::uint64_t count = 1;
  std::string out = "-";
};

struct VerifyOptions : LogOptions {
  std::vector<std::string> since;
  std::vector<std::string> witnesses;
  std::size_t least_witnesses = 0;
  std::string proof;
  std::string entry;
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

Result<int> run_export(const ExportOptions& options) {
  WHORL_ASSIGN(const engine::NodeConfig config, options.node.config());
  const fs::path to = fs::absolute(options.to).lexically_normal();
  const auto gallery = open_existing(config);
  std::string leaves;
  if (is_in_use(gallery)) {
    WHORL_ASSIGN(leaves, ask_server(config.gallery, index::UpkeepVerb::kExportAudit, to));
  } else {
    if (!gallery.ok()) return gallery.error();
    WHORL_ASSIGN(const std::uint64_t written, (*gallery)->export_audit(to));
    leaves = std::to_string(written);
  }
  WHORL_ASSIGN(const std::string key, audit::ExportFolder(to).key());
  if (options.json) {
    print_json({{"folder", to.string()}, {"leaves", std::strtoull(leaves.c_str(), nullptr, 10)}, {"key", key}});
  } else {
    print(leaves + " leaves are in " + to.string() + "\nkey " + key + "\n");
  }
  return 0;
}

Result<int> run_tag(const TagOptions& options) {
  WHORL_ASSIGN(const engine::NodeConfig config, options.node.config());
  WHORL_ASSIGN(const auto gallery, open_existing(config));
  const std::string month =
      options.month.empty() ? rfc3339(std::chrono::system_clock::now()).substr(0, 7) : options.month;
  json::array tags;
  const auto add = [&](const char* member, const audit::Tag& tag) {
    tags.push_back({{"member", member}, {"tag", hex_of(tag)}});
    if (!options.json) print(std::string(member) + " " + hex_of(tag) + "\n");
  };
  if (!options.who.empty()) {
    WHORL_ASSIGN(const audit::Tag tag, gallery->audit_tag(month, "who", options.issuer + '\0' + options.who));
    add("who", tag);
  }
  if (!options.gallery.empty()) {
    WHORL_ASSIGN(const audit::Tag tag, gallery->audit_tag(month, "gallery", options.gallery));
    add("galleries", tag);
  }
  if (!options.request.empty()) {
    WHORL_ASSIGN(const audit::Tag tag, gallery->audit_tag(month, "request", options.request));
    add("req", tag);
  }
  if (!options.person.empty()) {
    WHORL_ASSIGN(const std::vector<audit::Tag> subjects, gallery->audit_subjects(options.person));
    for (const audit::Tag& tag : subjects) add("subject", tag);
  }
  if (options.json) print_json({{"tags", std::move(tags)}});
  return 0;
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

Result<int> run_prove(const LeafOptions& options) {
  audit::ExportFolder log(options.folder);
  WHORL_ASSIGN(const crypto::NoteVerifier key, key_of(options, log));
  WHORL_ASSIGN(const audit::ProofFile proof, audit::prove(log, key, options.leaf));
  const std::string text = proof.text();
  if (options.out != "-") WHORL_TRY(write_file(options.out, text));
  if (options.json) {
    print_json({{"leaf", options.leaf}, {"hashes", proof.hashes.size()}, {"proof", text}});
  } else if (options.out == "-") {
    print(text);
  }
  return 0;
}

Result<int> run_verify_proof(const VerifyOptions& options) {
  WHORL_ASSIGN(const Bytes text, read_file(options.proof, audit::kMostProofFileBytes));
  WHORL_ASSIGN(const audit::ProofFile proof, audit::ProofFile::parse(as_text(text)));
  WHORL_ASSIGN(Bytes entry, read_file(options.entry, audit::kLongLeafBytes + 1));
  while (!entry.empty() && entry.back() == '\n') entry.pop_back();
  WHORL_ASSIGN(const audit::Leaf leaf, audit::parse_leaf(entry));
  WHORL_ASSIGN(const crypto::NoteVerifier key, verifier_of(options.key));
  WHORL_TRY(audit::verify_proof(proof, key, entry));
  if (options.json) {
    print_json({{"verified", true}, {"leaf", leaf.n}});
  } else {
    print("leaf " + std::to_string(leaf.n) + " is in the log " + key.name() + "\n");
  }
  return 0;
}

Result<audit::VerifyWhat> what_of(const VerifyOptions& options, const audit::ExportFolder& log) {
  WHORL_ASSIGN(auto key, key_of(options, log));
  audit::VerifyWhat what{std::move(key), {}, {}, options.least_witnesses};
  for (const std::string& file : options.since) {
    WHORL_ASSIGN(const Bytes text, read_file(file, audit::kMostCheckpointFileBytes));
    std::vector<std::string> notes = audit::notes_of(as_text(text));
    if (notes.empty()) return invalid_input(file + " holds no checkpoint", "since");
    what.earlier.insert(what.earlier.end(), notes.begin(), notes.end());
  }
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
                {"encounters", done.encounters},
                {"operations", std::move(operations)},
                {"witnesses", std::move(witnesses)}});
    return;
  }
  print("the log " + done.origin + " is whole: " + std::to_string(done.leaves) + " leaves, " +
        std::to_string(done.checkpoints) + " checkpoints\n" + counts + signers +
        "encounters by the log: " + std::to_string(done.encounters) + "\n");
}

Result<int> run_verify(const VerifyOptions& options) {
  if (!options.proof.empty()) return run_verify_proof(options);
  if (options.folder.empty()) return invalid_input("name the folder (--export) or a proof (--proof)", "export");
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

void add_export(CLI::App& audit, Chosen& chosen) {
  auto options = std::make_shared<ExportOptions>();
  CLI::App* verb = add_verb(audit, "export",
                            "Write a gallery's audit log to a folder of files for whoever is to check it. It holds no "
                            "secret. A server that has the gallery open does it; called again, it adds what is new",
                            "  whorl audit export --gallery-dir gallery --to audit-log", *options);
  add_storage_options(*verb, options->node);
  verb->add_option("--to", options->to, "The folder; made where it is not there")->required();
  on_chosen(verb, chosen, options, run_export);
}

void add_tag(CLI::App& audit, Chosen& chosen) {
  auto options = std::make_shared<TagOptions>();
  CLI::App* verb = add_verb(audit, "tag",
                            "Say by what a caller, a gallery, a request or a person stands in the log. Not while a "
                            "server has the gallery open",
                            "  whorl audit tag --gallery-dir gallery --month 2026-11 --who anna", *options);
  add_storage_options(*verb, options->node);
  verb->add_option("--month", options->month, "Of the leaves, e.g. 2026-11; the present one when absent");
  verb->add_option("--issuer", options->issuer, "Who vouches for the caller; empty for the local user");
  verb->add_option("--who", options->who, "The caller's name, e.g. local");
  verb->add_option("--gallery", options->gallery, "A gallery's name");
  verb->add_option("--request", options->request, "A request's number, as the log of the server has it");
  verb->add_option("--person", options->person, "A person's identifier: the subjects of their encounters");
  on_chosen(verb, chosen, options, run_tag);
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
  {
    auto options = std::make_shared<LeafOptions>();
    CLI::App* verb =
        add_verb(audit, "prove", "Prove that a leaf is in an exported log, as a text that stands by itself",
                 "  whorl audit prove --export audit-log --leaf 7 --out proof.txt", *options);
    add_log_options(*verb, *options);
    verb->add_option("--leaf", options->leaf, "The number of the leaf")->required();
    verb->add_option("--out", options->out, "The file to write; - for standard output");
    on_chosen(verb, chosen, options, run_prove);
  }
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
  verb->add_option("--entry", options->entry, "The leaf that it proves, of whorl audit show")->needs(proof);
  proof->needs("--entry")->needs("--key");
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

void add_audit(CLI::App& app, Chosen& chosen) {
  CLI::App* audit = add_group(app, "audit", "The log of what was done and asked (docs/audit.md)");
  add_export(*audit, chosen);
  add_verify_export(*audit, chosen);
  add_leaf_verbs(*audit, chosen);
  add_tag(*audit, chosen);
  add_cosign(*audit, chosen);
}

}  // namespace whorl::cli
