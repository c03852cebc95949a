// What one process asks of the one that has a gallery open: a copy of it, its audit log, a new
// key, or what is kept for how long. Asked and
// answered by files in requests/ in the gallery's folder, which its owner alone may enter: whoever may write there may
// read the gallery's files anyway.
//
// Thread-safe.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace whorl::index {

enum class UpkeepVerb { kBackup, kRotate, kExportAudit, kRetention, kKeepDays, kHold, kLift, kPruneAudit };

struct UpkeepRequest {
  UpkeepVerb verb = UpkeepVerb::kBackup;
  // Of a copy or an audit log: where to. Of kKeepDays and kPruneAudit: the days. Of kHold and kLift: the person, and
  // after a slash the encounter, where one is meant.
  std::filesystem::path folder{};
  std::filesystem::path answer{};  // the file that is waited for
};

// Asks, and waits. Gives what is answered: of a rotation its epoch, of an audit log its leaves, of
// kRetention the line of retention_line(), of kHold and kLift how many encounters changed, of kPruneAudit the first
// leaf that is kept. Errors: the answer's; kUnavailable (the folder cannot be written; nobody answered in time).
Result<std::string> ask_upkeep(const std::filesystem::path& gallery, UpkeepVerb verb,
                               const std::filesystem::path& folder, std::chrono::seconds patience);

// Takes what is asked away, each once. Files that are no requests are removed. Cheap where nobody asks.
std::vector<UpkeepRequest> take_upkeep_requests(const std::filesystem::path& gallery);
void answer_upkeep(const UpkeepRequest& request, const Result<std::string>& answer);

}  // namespace whorl::index
