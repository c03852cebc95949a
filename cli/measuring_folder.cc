#include "cli/measuring_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cmath>
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

std::string file_name(const engine::ScoresToMeasure& scores) {
  return scores.id + (is_matrix(scores) ? ".mtx" : ".txt");
}

std::chrono::steady_clock::time_point after(double seconds) {
  return std::chrono::steady_clock::now() + std::chrono::milliseconds(std::llround(seconds * 1000));
}

std::string seconds_text(double seconds) { return std::to_string(std::llround(seconds)); }

std::size_t bytes_of(const engine::ScoresToMeasure& scores) { return scores.scores.size() + scores.more.size(); }

// What was wrong with the scores, without a word of them: whoever may read evaluations may not read names of samples.
Error without_names(const Error& error) {
  const std::string field = error.field.text();
  const auto colon = field.rfind(':');
  std::string line;
  for (auto at = colon; at != std::string::npos && ++at < field.size() && field[at] >= '0' && field[at] <= '9';) {
    line += field[at];
  }
  Error out = error;
  out.field = {};
  out.message = "the scores cannot be measured: the code says why" + (line.empty() ? "" : "; line " + line);
  return out;
}

// Nothing that is there is replaced.
Status rename_new(const fs::path& from, const fs::path& to) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return {};
  if (errno == EEXIST || errno == ENOTEMPTY) return already_exists("there is a run of that name", "evaluationId");
  return unavailable("the folder of evaluations takes no new run");
}

void remove_halves(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> left;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (at->path().filename().string().starts_with(kHalf)) left.push_back(at->path());
  }
  for (const fs::path& each : left) fs::remove_all(each, error);
}

// Not every file system can rename to what is not there.
bool can_rename(const fs::path& folder) {
  const fs::path from = folder / (std::string(kHalf) + "from");
  const fs::path to = folder / (std::string(kHalf) + "to");
  std::error_code ignored;
  fs::create_directory(from, ignored);
  const bool can = rename_new(from, to).ok();
  fs::remove(from, ignored);
  fs::remove(to, ignored);
  return can;
}

std::uintmax_t bytes_in(const fs::path& folder) {
  std::error_code error;
  std::uintmax_t out = 0;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    out += fs::file_size(at->path(), error);
  }
  return out;
}

}  // namespace

MeasuringFolder::MeasuringFolder(fs::path folder, MeasuringLimits limits)
    : RunFolder(std::move(folder)), limits_(limits) {
  [[maybe_unused]] const Status taken = take_folder();  // a folder that may not be written is read
  worker_ = std::thread([this] { work(); });
}

MeasuringFolder::~MeasuringFolder() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  worker_.join();
  if (held_ >= 0) close(held_);
}

Status MeasuringFolder::take_folder() {
  if (held_ >= 0) return {};
  if (access(folder().c_str(), W_OK) != 0) return unavailable("the folder of evaluations may not be written");
  const int opened = open(folder().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0 || flock(opened, LOCK_EX | LOCK_NB) != 0) {
    if (opened >= 0) close(opened);
    return unavailable("another node measures in the folder of evaluations");
  }
  remove_halves(folder());
  if (!can_rename(folder())) {
    close(opened);
    return unavailable("the file system of the folder of evaluations takes no new run");
  }
  held_ = opened;
  return {};
}

Result<std::string> MeasuringFolder::compare(const std::string& a, const std::string& b) {
  WHORL_ASSIGN(const fs::path of_a, file_of(a, kScores, limits_.most_compared_bytes));
  WHORL_ASSIGN(const fs::path of_b, file_of(b, kScores, limits_.most_compared_bytes));
  const std::unique_lock one(comparing_, std::try_to_lock);
  if (!one.owns_lock()) return exhausted("two runs are being compared: ask again");
  auto trials = datasets::read_score_table(of_a, datasets::ScoreFormat::kWhorl);
  if (!trials.ok()) return invalid_input("its scores.csv is not one that whorl evaluate writes", "a");
  WHORL_TRY(check_counts(*trials, limits_, kDraws));
  const auto other = datasets::scores_of_pairs(*trials, of_b);
  if (!other.ok()) return invalid_input("its scores.csv is not one that whorl evaluate writes", "b");
  const auto until = after(limits_.most_comparing_seconds);
  const auto stop = [&] { return stopped_ || std::chrono::steady_clock::now() >= until; };
  std::vector<evaluation::RunDifference> differences;
  for (std::size_t t = 0; t < trials->trials.size(); ++t) {
    auto difference =
        evaluation::difference_of(trials->trials[t], trials->samples[t], (*other)[t], {kDraws, kSeed}, stop);
    if (stop()) {
      return exhausted("comparing took longer than the " + seconds_text(limits_.most_comparing_seconds) + " s it may");
    }
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

std::size_t MeasuringFolder::waiting_of(const std::string& by) const {
  return static_cast<std::size_t>(
      std::count_if(waiting_.begin(), waiting_.end(), [&](const auto& each) { return each.asked_by == by; }));
}

Status MeasuringFolder::check_room(const engine::ScoresToMeasure& scores) {
  if (waiting_.size() >= limits_.most_waiting || waiting_bytes_ + bytes_of(scores) > limits_.most_waiting_bytes) {
    return exhausted("too many scores wait to be measured");
  }
  if (waiting_of(scores.asked_by) >= limits_.most_waiting_of_one) {
    return exhausted("of one sender at most " + std::to_string(limits_.most_waiting_of_one) + " wait to be measured");
  }
  const auto known = told_.find(scores.id);
  const bool is_at_work =
      known != told_.end() && (known->second.state == State::kWaiting || known->second.state == State::kWorking);
  if (is_run(scores.id) || is_at_work) return already_exists("there is a run of that name", "evaluationId");
  return check_sent(scores.asked_by);
}

Status MeasuringFolder::check_sent(const std::string& by) const {
  std::size_t all = waiting_.size();
  std::size_t theirs = waiting_of(by);
  std::uintmax_t bytes = 0;
  std::error_code error;
  for (fs::directory_iterator at(folder(), error), end; !error && at != end; at.increment(error)) {
    const auto run = sent(at->path().filename().string());
    if (!run) continue;
    ++all;
    theirs += run->by == by ? 1 : 0;
    bytes += run->bytes;
  }
  if (all >= limits_.most_runs) return exhausted("the folder of evaluations holds as many sent runs as it may");
  if (theirs >= limits_.most_runs_of_one) {
    return exhausted("of one sender the folder holds at most " + std::to_string(limits_.most_runs_of_one) + " runs");
  }
  if (bytes >= limits_.most_sent_bytes) return exhausted("the sent runs fill the bytes that they may have");
  const fs::space_info space = fs::space(folder(), error);
  if (error || space.available < limits_.least_free_bytes) return exhausted("the disk has too little room for a run");
  return {};
}

Result<std::string> MeasuringFolder::measure(engine::ScoresToMeasure scores) {
  if (scores.id.empty()) {
    const std::string now = rfc3339(real_world().now());
    scores.id = "scores-" + now.substr(0, 10) + "-" + real_world().new_uuid().substr(0, 8);
  }
  if (!may_be_run(scores.id)) return bad_name();
  WHORL_TRY(check_format(scores));
  WHORL_TRY(check_lines(scores, limits_));
  const std::string id = scores.id;
  {
    const std::lock_guard lock(mutex_);
    WHORL_TRY(take_folder());
    WHORL_TRY(check_room(scores));
    told_[id] = {State::kWaiting, next_number_++, scores.asked_by, {}};
    waiting_bytes_ += bytes_of(scores);
    waiting_.push_back(std::move(scores));
  }
  changed_.notify_all();
  return id;
}

Result<std::string> MeasuringFolder::state(const std::string& id) {
  constexpr const char* kNames[] = {"waiting", "working", "done", "failed"};
  {
    const std::lock_guard lock(mutex_);
    const auto known = told_.find(id);
    if (known != told_.end() && known->second.state != State::kDone) {
      const Told& told = known->second;
      json::object out{{"evaluationId", id}, {"error", nullptr}, {"sentBy", told.sent_by}};
      out["state"] = kNames[static_cast<int>(told.state)];
      if (told.error) {
        out["error"] = json::object{{"reasonCode", told.error->code()}, {"message", told.error->message}};
      }
      return json_text(out);
    }
  }
  return RunFolder::state(id);
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
  std::error_code ignored;
  fs::remove_all(half, ignored);
  Status measured = measure_in(half, scores);
  fs::remove_all(half, ignored);
  return measured;
}

Status MeasuringFolder::measure_in(const fs::path& half, const engine::ScoresToMeasure& scores) const {
  const fs::path given = half / "given";
  WHORL_TRY(make_directory(half));
  fs::permissions(half, fs::perms::owner_all);
  WHORL_TRY(make_directory(given));
  std::optional<Error> own;  // of ours, that holds no word of the scores
  const auto noted = [&](Status status) {
    if (!status.ok()) own = status.error();
    return status;
  };
  const auto until = after(limits_.most_seconds);
  EvaluateOptions options;
  options.scores = (given / file_name(scores)).string();
  options.scores_format = scores.format;
  options.command = "POST /v1/evaluations (format " + scores.format + "), sent by " + scores.asked_by;
  options.data.seed = kSeed;
  options.bootstrap = kDraws;
  options.progress = false;
  options.go_on = [&]() -> Status {
    if (stopped_) return noted(unavailable("the node ends: send the scores again"));
    if (std::chrono::steady_clock::now() < until) return {};
    return noted(exhausted("measuring took longer than the " + seconds_text(limits_.most_seconds) + " s it may"));
  };
  options.admit = [&](const datasets::Trials& trials) { return noted(check_counts(trials, limits_, kDraws)); };
  WHORL_TRY(write_file(options.scores, scores.scores, NewFile::kPrivate));
  if (!scores.more.empty()) {
    options.scores_more = (given / "more.txt").string();
    WHORL_TRY(write_file(options.scores_more, scores.more, NewFile::kPrivate));
  }
  const auto run = evaluated(options);
  if (!run.ok()) return own ? *own : without_names(run.error());
  WHORL_TRY(options.go_on());
  if (const auto written = write_run(half / "run", *run, page_of(*run)); !written.ok())
    return without_names(written.error());
  return finish_run(half / "run", scores);
}

// Scores name samples: the run is nobody else's to read.
Status MeasuringFolder::finish_run(const fs::path& run, const engine::ScoresToMeasure& scores) const {
  std::error_code error;
  if (fs::file_size(run / "rates.json", error) > kMostBytes || error) {
    return exhausted("the run's figures are more than the " + std::to_string(kMostBytes) + " bytes that are read");
  }
  const json::object sent{{"sentBy", scores.asked_by}, {"bytes", bytes_in(run)}};
  WHORL_TRY(write_file(run / kSent, json_text(sent) + "\n", NewFile::kPrivate));
  fs::permissions(run, fs::perms::owner_all, error);
  if (error) return unavailable("the folder of evaluations takes no new run");
  return rename_new(run, folder() / scores.id);
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
