#include "engine/evaluation/run_folder.h"

#include <algorithm>
#include <boost/json.hpp>
#include <vector>

#include "base/bytes.h"
#include "base/files.h"
#include "base/identifier.h"
#include "base/json_text.h"
#include "base/sha256.h"
#include "engine/evaluation/page/page.h"
#include "engine/evaluation/run_json.h"
#include "engine/evaluation/run_table.h"

namespace whorl::evaluation {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::size_t kMostEntries = 5000;  // of the folder that are looked at
constexpr std::size_t kMostProvenanceBytes = std::size_t{256} << 10;
constexpr std::size_t kMostKept = 4;
constexpr const char* kRates = "rates.json";

Error unknown_run() { return not_found("no evaluation of that name", "evaluation"); }
Error unreadable_run() { return invalid_input("its files are not those that whorl evaluate writes", "evaluation"); }

// No link is followed, and nothing is waited for.
bool is_plain_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(fs::symlink_status(path, error)) && !error;
}
bool is_plain_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(fs::symlink_status(path, error)) && !error;
}

Result<json::value> parsed(const Bytes& bytes) {
  boost::system::error_code error;
  json::value root = json::parse(as_text(bytes), error);
  if (error || !root.is_object()) return unreadable_run();
  return root;
}

// Whatever is wrong with it, for whoever asks it is a run that cannot be read.
Result<json::value> read_json(const fs::path& path, std::size_t most_bytes, std::string* sha256) {
  const auto bytes = read_file(path, most_bytes);
  if (!bytes.ok()) return unreadable_run();
  if (sha256 != nullptr) *sha256 = hex_of(sha256_of({*bytes}));
  return parsed(*bytes);
}

struct Found {
  std::string id;
  fs::file_time_type changed;
};

// The latest first; of one time, by name.
std::vector<Found> runs_in(const fs::path& folder, std::error_code& error) {
  std::vector<Found> out;
  std::size_t looked_at = 0;
  for (fs::directory_iterator at(folder, error), end; !error && at != end && looked_at < kMostEntries;
       at.increment(error), ++looked_at) {
    const std::string id = at->path().filename().string();
    if (!is_run_name(id) || !is_plain_folder(at->path()) || !is_plain_file(at->path() / kRates)) continue;
    std::error_code gone;
    const auto changed = fs::last_write_time(at->path() / kRates, gone);
    if (!gone) out.push_back({id, changed});
  }
  std::sort(out.begin(), out.end(), [](const Found& a, const Found& b) {
    return a.changed != b.changed ? a.changed > b.changed : a.id < b.id;
  });
  return out;
}

// What provenance.json says of a file of the run; empty where it says nothing.
std::string digest_said(const json::value& provenance, std::string_view name) {
  const json::value* files = provenance.get_object().if_contains("files");
  if (files == nullptr || !files->is_array()) return {};
  for (const json::value& each : files->get_array()) {
    if (!each.is_object()) continue;
    const json::value* file = each.get_object().if_contains("file");
    const json::value* sha256 = each.get_object().if_contains("sha256");
    if (file == nullptr || sha256 == nullptr || !file->is_string() || !sha256->is_string()) continue;
    if (std::string_view(file->get_string()) == name) return std::string(sha256->get_string());
  }
  return {};
}

}  // namespace

bool is_run_name(const std::string& id) { return is_identifier(id) && id.front() != '.'; }

Result<fs::path> RunFolder::file_of(const std::string& id, const char* name, std::uintmax_t most_bytes) const {
  if (!is_run_name(id) || !is_plain_folder(folder_ / id)) return unknown_run();
  fs::path path = folder_ / id / name;
  if (!is_plain_file(path)) return not_found(std::string("the run has no ") + name, "evaluation");
  std::error_code error;
  const std::uintmax_t bytes = fs::file_size(path, error);
  if (error || bytes > most_bytes)
    return invalid_input(std::string("the run's ") + name + " is too large", "evaluation");
  return path;
}

std::optional<RunFolder::Sent> RunFolder::sent(const std::string& id) const {
  constexpr std::size_t kMost = 4096;
  const fs::path path = folder_ / id / kSent;
  std::error_code error;
  if (fs::symlink_status(path, error).type() == fs::file_type::not_found) return std::nullopt;
  Sent out;
  const auto read = is_plain_file(path) ? read_json(path, kMost, nullptr) : Result<json::value>(unreadable_run());
  if (!read.ok()) return out;
  const json::value* by = read->get_object().if_contains("sentBy");
  const json::value* bytes = read->get_object().if_contains("bytes");
  if (by != nullptr && by->is_string()) out.by = std::string(by->get_string());
  if (bytes != nullptr && bytes->is_int64() && bytes->get_int64() > 0) {
    out.bytes = static_cast<std::uint64_t>(bytes->get_int64());
  }
  return out;
}

// The report that whorl evaluate put there itself has no picture, and names no sample.
Result<engine::RunPage> RunFolder::report(const std::string& id) {
  WHORL_ASSIGN(const fs::path path, file_of(id, "report.html", kMaxPageBytes));
  WHORL_ASSIGN(const fs::path said_in, file_of(id, "provenance.json", kMostProvenanceBytes));
  const auto bytes = read_file(path, kMaxPageBytes);
  if (!bytes.ok()) return unreadable_run();
  WHORL_ASSIGN(const json::value provenance, read_json(said_in, kMostProvenanceBytes, nullptr));
  if (digest_said(provenance, "report.html") != hex_of(sha256_of({*bytes}))) {
    return invalid_input("the run's report.html is not the one that whorl evaluate --out wrote", "evaluation");
  }
  const std::string_view html = as_text(*bytes);
  if (html.find("<img") != std::string_view::npos) {
    return invalid_input("the run's report.html has pictures of samples: it is not shown", "evaluation");
  }
  return engine::RunPage{std::string(html), report_policy()};
}

Result<std::string> RunFolder::table(const std::string& id) {
  WHORL_ASSIGN(const auto found, run(id));
  return run_table(run_figures(found->rates.get_object(), kMostPoints));
}

Result<std::string> RunFolder::list() {
  std::error_code error;
  std::vector<Found> found = runs_in(folder_, error);
  if (error) return unavailable("the folder of evaluations cannot be read");
  const std::size_t all = found.size();
  if (all > kMostListed) {  // what was sent does not push out what the operator measured
    std::size_t sent_ones = 0;
    std::stable_partition(found.begin(), found.end(), [&](const Found& each) {
      return !is_plain_file(folder_ / each.id / kSent) || ++sent_ones <= kMostSentListed;
    });
    found.resize(kMostListed);
  }
  json::array runs;
  for (const Found& each : found) {
    json::object run{{"id", each.id}, {"provenance", nullptr}};
    const fs::path path = folder_ / each.id / "provenance.json";
    if (is_plain_file(path)) {
      const auto read = read_json(path, kMostProvenanceBytes, nullptr);
      if (read.ok()) run["provenance"] = run_provenance(read->get_object());
    }
    runs.push_back(std::move(run));
  }
  return json_text(json::object{{"evaluations", std::move(runs)}, {"all", all}});
}

Result<std::shared_ptr<const RunFolder::Run>> RunFolder::run(const std::string& id) {
  const fs::path path = folder_ / id / kRates;
  if (!is_run_name(id) || !is_plain_folder(folder_ / id) || !is_plain_file(path)) return unknown_run();
  std::error_code gone;
  const auto changed = fs::last_write_time(path, gone);
  if (gone) return unknown_run();
  {
    const std::lock_guard lock(mutex_);
    const auto kept = read_.find(id);
    if (kept != read_.end() && kept->second->changed == changed) return kept->second;
  }
  auto out = std::make_shared<Run>();
  out->changed = changed;
  WHORL_ASSIGN(out->rates, read_json(path, kMostBytes, &out->sha256));
  const std::lock_guard lock(mutex_);
  if (read_.size() >= kMostKept) read_.clear();
  read_[id] = out;
  return std::shared_ptr<const Run>(out);
}

Result<std::string> RunFolder::read(const std::string& id) {
  WHORL_ASSIGN(const auto found, run(id));
  json::object out = run_figures(found->rates.get_object(), kMostPoints);
  out["id"] = id;
  out["sha256"] = found->sha256;
  return json_text(out);
}

Result<std::string> RunFolder::workload(const engine::WorkloadQuestion& asked) {
  WHORL_ASSIGN(const auto found, run(asked.evaluation));
  WHORL_ASSIGN(const MeasuredRates rates, measured_rates(found->rates, asked.set, asked.fingers));
  const Workload workload{asked.records, asked.galleries, asked.searches, asked.known, asked.review_band_db};
  const WantedThreshold wanted{asked.threshold_db, asked.target_fpir, asked.max_reviews, asked.max_false_answers};
  WHORL_ASSIGN(const double threshold_db, threshold_of(workload, rates, wanted));
  json::object out = day_json(workload, rates, day_at(workload, rates, threshold_db));
  out["evaluation"] = asked.evaluation;
  out["supported_db"] = supported_db(rates);
  return json_text(out);
}

Result<std::string> RunFolder::state(const std::string& id) {
  WHORL_ASSIGN([[maybe_unused]] const fs::path path, file_of(id, kRates, kMostBytes));
  json::object out{{"evaluationId", id}, {"state", "done"}, {"error", nullptr}, {"sentBy", nullptr}};
  if (const auto by = sent(id)) out["sentBy"] = by->by;
  return json_text(out);
}

Result<engine::ThresholdBasis> RunFolder::basis(const std::string& id, const std::string& set, int fingers) {
  WHORL_ASSIGN(const auto found, run(id));
  WHORL_ASSIGN(const MeasuredRates rates, measured_rates(found->rates, set, fingers));
  // Scores that somebody sent may be made up: they support no threshold by themselves.
  const double supported = sent(id) ? 0 : supported_db(rates);
  return engine::ThresholdBasis{id, rates.set, rates.fingers, found->sha256, supported};
}

}  // namespace whorl::evaluation
