#include "index/upkeep_request.h"

#include <algorithm>
#include <iterator>
#include <thread>

#include "base/files.h"
#include "base/world.h"

namespace whorl::index {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFolder = "requests";
constexpr std::size_t kMostBytes = 8192;
struct VerbRow {
  UpkeepVerb verb;
  std::string_view word;
};
constexpr VerbRow kVerbs[] = {{UpkeepVerb::kBackup, "backup "},      {UpkeepVerb::kRotate, "rotate "},
                              {UpkeepVerb::kExportAudit, "audit "},  {UpkeepVerb::kRetention, "retention "},
                              {UpkeepVerb::kKeepDays, "keep_days "}, {UpkeepVerb::kHold, "hold "},
                              {UpkeepVerb::kLift, "lift "},          {UpkeepVerb::kPruneAudit, "prune_audit "}};
constexpr std::string_view kDone = "done ";
constexpr std::string_view kRefused = "refused ";

std::string_view word_of(UpkeepVerb verb) {
  return std::find_if(std::begin(kVerbs), std::end(kVerbs), [&](const VerbRow& row) { return row.verb == verb; })->word;
}

Result<std::string> answer_in(const fs::path& file) {
  WHORL_ASSIGN(const Bytes bytes, read_file(file, kMostBytes));
  const std::string_view text = as_text(bytes);
  if (text.starts_with(kDone)) return std::string(text.substr(kDone.size()));
  if (text.starts_with(kRefused)) return unavailable(std::string(text.substr(kRefused.size())));
  return unavailable("the answer of the process that has the gallery open is malformed");
}

}  // namespace

Result<std::string> ask_upkeep(const fs::path& gallery, UpkeepVerb verb, const fs::path& folder,
                               std::chrono::seconds patience) {
  const fs::path requests = gallery / kFolder;
  std::error_code failed;
  fs::create_directory(requests, failed);
  fs::permissions(requests, fs::perms::owner_all, failed);
  const std::string name = real_world().new_uuid();
  const fs::path request = requests / (name + ".request");
  const fs::path answer = requests / (name + ".answer");
  const std::string text = std::string(word_of(verb)) + folder.string();
  WHORL_TRY(write_file(request, text, NewFile::kPrivate));
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!fs::exists(answer, failed)) {
    if (std::chrono::steady_clock::now() >= until) {
      fs::remove(request, failed);
      return unavailable("the process that has the gallery open did not answer in time; it may still be at work");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  auto out = answer_in(answer);
  fs::remove(answer, failed);
  return out;
}

std::vector<UpkeepRequest> take_upkeep_requests(const fs::path& gallery) {
  std::vector<UpkeepRequest> out;
  std::error_code failed;
  fs::directory_iterator files(gallery / kFolder, failed);
  if (failed) return out;
  for (const auto& entry : files) {
    if (entry.path().extension() != ".request") continue;
    const auto bytes = read_file(entry.path(), kMostBytes);
    fs::remove(entry.path(), failed);
    if (!bytes.ok() || failed) continue;
    const std::string_view text = as_text(*bytes);
    UpkeepRequest request;
    request.answer = fs::path(entry.path()).replace_extension(".answer");
    const auto* const row = std::find_if(std::begin(kVerbs), std::end(kVerbs),
                                         [&](const VerbRow& each) { return text.starts_with(each.word); });
    if (row == std::end(kVerbs)) continue;
    request.verb = row->verb;
    request.folder = std::string(text.substr(row->word.size()));
    out.push_back(std::move(request));
  }
  return out;
}

void answer_upkeep(const UpkeepRequest& request, const Result<std::string>& answer) {
  const std::string text = answer.ok() ? std::string(kDone) + *answer : std::string(kRefused) + answer.error().message;
  const Status written = write_file(request.answer, text, NewFile::kPrivate);
  static_cast<void>(written.ok());  // who asked hears that nobody answered
}

}  // namespace whorl::index
