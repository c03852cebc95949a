#include "cli/measuring_folder.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>

#include "base/files.h"
#include "base/json_text.h"
#include "base/world.h"
#include "cli/evaluate.h"
#include "datasets/score_table.h"

namespace whorl::cli {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::string_view kHalf = ".whorl-measuring-";  // no run's name begins so
constexpr const char* kScores = "scores.csv";
constexpr std::uint64_t kSeed = 1;
constexpr int kDraws = 1000;

Error bad_name() {
  return invalid_input("a name is letters, digits and . _ : - and does not begin with a dot", "evaluationId");
}

// Names that are words of the interface.
bool may_be_run(const std::string& id) { return evaluation::is_run_name(id) && id != "compare"; }

// Two files in formats that have two.
Status check_format(const engine::ScoresToMeasure& scores) {
  const auto format = datasets::score_format_named(scores.format);
  if (!format) return invalid_input("not one of whorl, bob, pyeer, openbr", "format");
  const bool two = *format == datasets::ScoreFormat::kPyeer || *format == datasets::ScoreFormat::kOpenbr;
  if (scores.scores.empty()) return invalid_input("there are no scores in it", "scores");
  if (two == !scores.more.empty()) return {};
  return invalid_input(two ? "the format has a second file" : "the format has no second file", "scoresMore");
}

// The matrix of NIST's BEE begins with the kind of its numbers; what does not is a table.
std::string file_name(const engine::ScoresToMeasure& scores) {
  const std::string_view text = as_text(scores.scores);
  const bool matrix = scores.format == "openbr" && text.size() > 2 && text[1] == '2';
  return scores.id + (matrix ? ".mtx" : ".txt");
}

std::size_t bytes_of(const engine::ScoresToMeasure& scores) { return scores.scores.size() + scores.more.size(); }

Error without_path(Error error, const fs::path& path) {
  const std::string prefix = path.string() + "/";
  for (auto at = error.message.find(prefix); at != std::string::npos; at = error.message.find(prefix, at)) {
    error.message.erase(at, prefix.size());
  }
  return error;
}

// Nothing that is there is replaced.
Status rename_new(const fs::path& from, const fs::path& to) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return {};
  if (errno == EEXIST || errno == ENOTEMPTY) return already_exists("there is a run of that name", "evaluationId");
  return unavailable("the folder of evaluations takes no new run");
}

std::size_t folders_in(const fs::path& folder) {
  std::error_code error;
  std::size_t out = 0;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) ++out;
  return out;
}

}  // namespace

MeasuringFolder::MeasuringFolder(fs::path folder, MeasuringLimits limits)
    : RunFolder(std::move(folder)), limits_(limits) {
  std::error_code error;
  std::vector<fs::path> left;
  for (fs::directory_iterator at(this->folder(), error), end; !error && at != end; at.increment(error)) {
    if (at->path().filename().string().starts_with(kHalf)) left.push_back(at->path());
  }
  for (const fs::path& each : left) fs::remove_all(each, error);
  worker_ = std::thread([this] { work(); });
}

MeasuringFolder::~MeasuringFolder() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  worker_.join();
}

Result<std::string> MeasuringFolder::compare(const std::string& a, const std::string& b) {
  WHORL_ASSIGN(const fs::path of_a, file_of(a, kScores, limits_.most_compared_bytes));
  WHORL_ASSIGN(const fs::path of_b, file_of(b, kScores, limits_.most_compared_bytes));
  const std::unique_lock one(comparing_, std::try_to_lock);
  if (!one.owns_lock()) return exhausted("two runs are being compared: ask again");
  auto trials = datasets::read_score_table(of_a, datasets::ScoreFormat::kWhorl);
  if (!trials.ok()) return invalid_input("its scores.csv is not one that whorl evaluate writes", "a");
  const auto other = datasets::scores_of_pairs(*trials, of_b);
  if (!other.ok()) return invalid_input("its scores.csv is not one that whorl evaluate writes", "b");
  std::vector<evaluation::RunDifference> differences;
  for (std::size_t t = 0; t < trials->trials.size(); ++t) {
    auto difference = evaluation::difference_of(trials->trials[t], trials->samples[t], (*other)[t], {kDraws, kSeed});
    if (difference.ok()) differences.push_back(std::move(difference).value());
  }
  if (differences.empty()) return invalid_input("the two runs have no pairs of samples in common", "b");
  return json_text(json::object{{"a", a},
                                {"b", b},
                                {"draws", kDraws},
                                {"seed", kSeed},
                                {"comparison", evaluation::differences_json(differences)}});
}

bool MeasuringFolder::is_run(const std::string& id) const {
  std::error_code error;
  return fs::symlink_status(folder() / id, error).type() != fs::file_type::not_found;
}

Status MeasuringFolder::check_room(const engine::ScoresToMeasure& scores) {
  if (waiting_.size() >= limits_.most_waiting || waiting_bytes_ + bytes_of(scores) > limits_.most_waiting_bytes) {
    return exhausted("too many scores wait to be measured");
  }
  const auto known = told_.find(scores.id);
  if (is_run(scores.id) || (known != told_.end() && known->second.state != State::kFailed)) {
    return already_exists("there is a run of that name", "evaluationId");
  }
  if (folders_in(folder()) + waiting_.size() >= limits_.most_runs) {
    return exhausted("the folder of evaluations holds as many runs as it may");
  }
  return {};
}

Result<std::string> MeasuringFolder::measure(engine::ScoresToMeasure scores) {
  if (scores.id.empty()) {
    const std::string now = rfc3339(real_world().now());
    scores.id = "scores-" + now.substr(0, 10) + "-" + real_world().new_uuid().substr(0, 8);
  }
  if (!may_be_run(scores.id)) return bad_name();
  WHORL_TRY(check_format(scores));
  if (access(folder().c_str(), W_OK) != 0) return unavailable("the folder of evaluations may not be written");
  const std::string id = scores.id;
  {
    const std::lock_guard lock(mutex_);
    WHORL_TRY(check_room(scores));
    told_[id] = {State::kWaiting, next_number_++, {}};
    waiting_bytes_ += bytes_of(scores);
    waiting_.push_back(std::move(scores));
  }
  changed_.notify_all();
  return id;
}

Result<std::string> MeasuringFolder::state(const std::string& id) {
  constexpr const char* kNames[] = {"waiting", "working", "done", "failed"};
  json::object out{{"evaluationId", id}, {"state", "done"}, {"error", nullptr}};
  {
    const std::lock_guard lock(mutex_);
    const auto known = told_.find(id);
    if (known != told_.end()) {
      const Told& told = known->second;
      out["state"] = kNames[static_cast<int>(told.state)];
      if (told.error) {
        out["error"] = json::object{{"reasonCode", told.error->code()}, {"message", told.error->message}};
      }
      return json_text(out);
    }
  }
  WHORL_ASSIGN([[maybe_unused]] const fs::path path, file_of(id, "rates.json", kMostBytes));
  return json_text(out);
}

void MeasuringFolder::tell(const std::string& id, State state, std::optional<Error> error) {
  const std::lock_guard lock(mutex_);
  Told& told = told_[id];
  told.state = state;
  told.error = std::move(error);
  while (told_.size() > limits_.most_told) {
    const auto first = std::min_element(told_.begin(), told_.end(),
                                        [](const auto& x, const auto& y) { return x.second.number < y.second.number; });
    told_.erase(first);
  }
}

Status MeasuringFolder::measure_now(const engine::ScoresToMeasure& scores) const {
  const fs::path half = folder() / (std::string(kHalf) + scores.id);
  const fs::path given = half / "given";
  std::error_code ignored;
  fs::remove_all(half, ignored);
  const auto measured = [&]() -> Status {
    WHORL_TRY(make_directory(half));
    WHORL_TRY(make_directory(given));
    EvaluateOptions options;
    options.scores = (given / file_name(scores)).string();
    options.scores_format = scores.format;
    options.command = "POST /v1/evaluations (format " + scores.format + "), sent by " + scores.asked_by;
    options.data.seed = kSeed;
    options.bootstrap = kDraws;
    options.progress = false;
    WHORL_TRY(write_file(options.scores, scores.scores, NewFile::kPrivate));
    if (!scores.more.empty()) {
      options.scores_more = (given / "more.txt").string();
      WHORL_TRY(write_file(options.scores_more, scores.more, NewFile::kPrivate));
    }
    WHORL_ASSIGN(const Evaluated run, evaluated(options));
    WHORL_TRY(write_run(half / "run", run));
    return rename_new(half / "run", folder() / scores.id);
  }();
  fs::remove_all(half, ignored);
  return measured.ok() ? Status() : without_path(measured.error(), given);
}

void MeasuringFolder::work() {
  constexpr int kNice = 10;  // Linux keeps it for a thread
  setpriority(PRIO_PROCESS, 0, kNice);
  for (;;) {
    engine::ScoresToMeasure scores;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopped_ || !waiting_.empty(); });
      if (stopped_) return;
      scores = std::move(waiting_.front());
      waiting_.pop_front();
      waiting_bytes_ -= bytes_of(scores);
    }
    tell(scores.id, State::kWorking);
    try {
      const Status done = measure_now(scores);
      tell(scores.id, done.ok() ? State::kDone : State::kFailed,
           done.ok() ? std::optional<Error>() : std::optional(done.error()));
    } catch (const std::exception&) {  // no memory is left for so many scores
      tell(scores.id, State::kFailed, exhausted("the scores could not be measured"));
    }
  }
}

}  // namespace whorl::cli
