#include <filesystem>

#include "audit/verification.h"
#include "base/files.h"
#include "base/world.h"
#include "cli/note_files.h"
#include "cli/papers/sources.h"
#include "crypto/log/checkpoint.h"

namespace whorl::cli::papers {
namespace {

namespace fs = std::filesystem;

std::string time_text(std::uint64_t ms) {
  return rfc3339(std::chrono::system_clock::time_point(std::chrono::milliseconds(ms)));
}

Result<crypto::NoteVerifier> key_named(const std::string& key) {
  WHORL_ASSIGN(const auto keys, note_keys({key}));
  return keys.front();
}

Status add_folder(const std::string& folder, const std::string& key, Facts& facts) {
  audit::ExportFolder log(folder);
  std::string named = key;
  if (named.empty()) {
    WHORL_ASSIGN(named, log.key());
  }
  WHORL_ASSIGN(crypto::NoteVerifier verifier, key_named(named));
  WHORL_ASSIGN(const audit::Verified done, audit::verify(log, {std::move(verifier)}));
  facts["audit.state"] =
      "The log " + escaped(done.origin) + " was verified whole: " + std::to_string(done.leaves) + " leaves from " +
      time_text(done.first_ms) + " to " + time_text(done.last_ms) + ", " + std::to_string(done.checkpoints) +
      (done.checkpoints == 1 ? " signed checkpoint, root " : " signed checkpoints, root ") + hex_of(done.root) + ". " +
      (key.empty() ? "The key was the folder's own, which shows no more than that the folder fits "
                     "itself."
                   : "The key was given from elsewhere.");
  facts["audit.encounters"] = std::to_string(done.encounters);
  std::vector<std::vector<std::string>> rows{{"operation", "leaves"}};
  for (const auto& [name, count] : done.operations) rows.push_back({escaped(name), std::to_string(count)});
  facts["audit.counts"] = table_text(rows);
  return {};
}

Status add_checkpoint(const std::string& file, const std::string& key, Facts& facts) {
  if (key.empty()) return invalid_input("is a checkpoint, which is verified with its log's key: --audit-key", "audit");
  WHORL_ASSIGN(const std::string note, text_of_file(file));
  WHORL_ASSIGN(const crypto::NoteVerifier verifier, key_named(key));
  WHORL_ASSIGN(const crypto::OpenedCheckpoint opened, crypto::open_checkpoint(note, verifier, {}));
  facts["audit.state"] = "A checkpoint of the log " + escaped(opened.checkpoint.origin) +
                         ", signed by its key, states " + std::to_string(opened.checkpoint.size) + " leaves, root " +
                         hex_of(opened.checkpoint.root) + ". The leaves themselves were not looked at.";
  return {};
}

}  // namespace

Status add_audit_facts(const std::string& path, const std::string& key, Facts& facts) {
  std::error_code ignored;
  return fs::is_directory(path, ignored) ? add_folder(path, key, facts) : add_checkpoint(path, key, facts);
}

}  // namespace whorl::cli::papers
