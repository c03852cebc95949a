// kill -9 in the middle of enrolling, erasing, loading and opening, again and again: nothing acknowledged is
// lost, nothing erased comes back, nothing is there by half or twice.
//
// WHORL_CRASH_CYCLES: how many rounds of killing and checking (default 10). WHORL_CRASH_SEED: of the choices
// (default 1); the moments of the kills differ even so. WHORL_CRASH_DIRECTORY: an empty folder to work in,
// which is left as it is at the end.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <thread>

#include "tests/crash/check.h"
#include "tests/support/shared_data.h"
#include "tests/support/wished.h"

namespace whorl::crash {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

// What the kills met.
struct Kills {
  std::uint64_t working = 0;
  std::uint64_t loading = 0;       // with a batch of a bulk load under way
  std::uint64_t changing = 0;      // with any operation under way
  std::uint64_t sealing = 0;       // after shards were sealed or merged
  std::uint64_t snapshotting = 0;  // and written
  std::uint64_t opening = 0;       // before the gallery was open, what an earlier kill left
  std::uint64_t opened = 0;        // as it had just been opened
};

class Crash : public testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("WHORL_CRASH_DIRECTORY");
    if (folder == nullptr) temporary_.emplace();
    const std::filesystem::path base = folder == nullptr ? temporary_->path() : std::filesystem::path(folder);
    gallery_ = base / "gallery";
    file_ = base / "oracle";
  }

  // `what`: a seed, or "open".
  void start(const std::string& what) {
    child_ = fork();
    ASSERT_GE(child_, 0);
    if (child_ != 0) return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // whoever stops the test stops the child
    execl(WHORL_WORK_UNTIL_KILLED, "work_until_killed", gallery_.c_str(), file_.c_str(), what.c_str(), nullptr);
    _exit(127);
  }

  // Waits for `done`, reading the oracle on; false when the child ended or nothing comes.
  template <class Done>
  bool wait_for(Done done) {
    const auto start = Clock::now();
    for (;;) {
      oracle_.read(file_);
      if (done()) return true;
      if (seconds_since(start) > 180) return false;
      siginfo_t info{};
      if (waitid(P_PID, static_cast<id_t>(child_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != 0) {
        return false;
      }
      std::this_thread::sleep_for(milliseconds(3));
    }
  }

  // Lets the child do something of everything, and then a little more.
  bool let_work(bool until_loading) {
    const auto start = Clock::now();
    const std::uint64_t opened = oracle_.opened;
    if (!wait_for([&] { return oracle_.opened > opened; })) return false;
    opening_s_ = seconds_since(start);
    const std::uint64_t goal = oracle_.acknowledged + 30 + random_() % 120;
    if (!wait_for([&] { return oracle_.acknowledged >= goal && oracle_.snapshots > 0; })) return false;
    if (until_loading && !wait_for([&] { return loads_under_way() > 0; })) return false;
    std::this_thread::sleep_for(std::chrono::microseconds(random_() % 20'000));
    return true;
  }

  [[nodiscard]] std::uint64_t loads_under_way() const {
    return static_cast<std::uint64_t>(
        std::count_if(oracle_.pending.begin(), oracle_.pending.end(),
                      [](const auto& pending) { return pending.second.kind == Operation::Kind::kLoad; }));
  }

  void kill_child() {
    kill(child_, SIGKILL);
    int status = 0;
    ASSERT_EQ(waitpid(child_, &status, 0), child_);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "the child ended by itself: " << status;
    oracle_.read(file_);
    oracle_.cut_torn_line(file_);
  }

  void kill_at_work(std::uint64_t cycle) {
    ASSERT_NO_FATAL_FAILURE(start(std::to_string(cycle)));
    const bool worked = let_work(random_() % 2 == 0);
    ASSERT_NO_FATAL_FAILURE(kill_child());
    ASSERT_TRUE(worked) << "the child did nothing for minutes";
    ++kills_.working;
    kills_.changing += oracle_.pending.empty() ? 0 : 1;
    kills_.loading += loads_under_way();
    kills_.sealing += oracle_.shards > 0 ? 1 : 0;
    kills_.snapshotting += oracle_.snapshots > 0 ? 1 : 0;
  }

  void kill_while_opening() {
    const std::uint64_t opened = oracle_.opened;
    ASSERT_NO_FATAL_FAILURE(start("open"));
    const double share = static_cast<double>(random_() % 1000) / 1000;
    std::this_thread::sleep_for(std::chrono::duration<double>(opening_s_ * share));
    ASSERT_NO_FATAL_FAILURE(kill_child());
    ++(oracle_.opened > opened ? kills_.opened : kills_.opening);
  }

  void check() {
    index::GalleryOptions options;
    options.directory = gallery_;
    options.threads = 2;
    options.shard_fingers = index::kMaxFingers;
    {
      const auto gallery = index::Gallery::open(options);
      ASSERT_TRUE(gallery.ok()) << gallery.error().text();
      look_into_pending(**gallery, oracle_, file_, tally_);
      check_gallery(**gallery, oracle_, random_, tally_);
      check_audit(**gallery, oracle_, gallery_.parent_path() / "audit-log", tally_);
      if (random_() % 2 == 0) (*gallery)->settle();
      EXPECT_EQ((*gallery)->keeping().failures, 0U) << (*gallery)->keeping().last_failure;
    }
    check_records(gallery_, oracle_, tally_);
    oracle_.recent.clear();
  }

  void progress(std::uint64_t cycle, std::uint64_t cycles) const {
    const double left_s = seconds_since(began_) / static_cast<double>(cycle) * static_cast<double>(cycles - cycle);
    std::fprintf(
        stderr, "%s%llu of %llu cycles, %llu operations acknowledged, %zu persons, %llu losses, %.1f min left%s",
        isatty(2) != 0 ? "\r" : "", static_cast<unsigned long long>(cycle), static_cast<unsigned long long>(cycles),
        static_cast<unsigned long long>(oracle_.acknowledged), oracle_.persons.size(),
        static_cast<unsigned long long>(tally_.lost), left_s / 60, isatty(2) != 0 && cycle < cycles ? "   " : "\n");
  }

  void report(std::uint64_t cycles) const {
    const auto print = [](const char* what, std::uint64_t n) {
      std::printf("%10llu %s\n", static_cast<unsigned long long>(n), what);
    };
    print("cycles, each checked", cycles);
    print("kills at work", kills_.working);
    print("of them with operations under way", kills_.changing);
    print("with a batch of a bulk load under way", kills_.loading);
    print("after shards were sealed or merged", kills_.sealing);
    print("after snapshots were written", kills_.snapshotting);
    print("kills while opening what a kill had left", kills_.opening);
    print("kills just after that", kills_.opened);
    print("operations acknowledged", oracle_.acknowledged - tally_.done);
    print("operations not acknowledged, wholly there", tally_.done);
    print("operations not acknowledged, wholly not there", tally_.not_done);
    print("bulk loads completed", oracle_.load);
    print("searches with an enrolled capture, person at rank 1", tally_.found);
    print("searches for somebody erased, not found", tally_.gone);
    print("records and index entries held against the oracle", tally_.records);
    print("shard entries held against the oracle", tally_.shard_entries);
    print("of them read from snapshots", tally_.from_snapshots);
    print("leaves of the audit log", tally_.leaves);
    print("losses", tally_.lost);
  }

  std::optional<tests::TemporaryDirectory> temporary_;
  std::filesystem::path gallery_;
  std::filesystem::path file_;
  std::mt19937_64 random_{tests::wished<std::uint64_t>("WHORL_CRASH_SEED", 1)};
  pid_t child_ = -1;
  Oracle oracle_;
  Kills kills_;
  Tally tally_;
  double opening_s_ = 0.1;
  Clock::time_point began_ = Clock::now();
};

TEST_F(Crash, KillNineLosesNothingAcknowledged) {
  const std::uint64_t cycles = tests::wished<std::uint64_t>("WHORL_CRASH_CYCLES", 10);
  ASSERT_GT(cycles, 0U);
  for (std::uint64_t cycle = 1; cycle <= cycles; ++cycle) {
    kill_at_work(cycle);
    for (std::uint64_t n = random_() % 4; n > 1 && !HasFatalFailure(); --n) kill_while_opening();
    if (HasFatalFailure()) break;
    check();
    if (HasFailure()) break;
    if (isatty(2) != 0 || cycle % 10 == 0 || cycle == cycles) progress(cycle, cycles);
  }
  report(cycles);
  EXPECT_EQ(tally_.lost, 0U);
  EXPECT_GT(oracle_.acknowledged, tally_.done);
  // On a busy machine a kill can come before a shard is full: most came later, or the test looks at nothing.
  EXPECT_GE(10 * kills_.sealing, 7 * cycles);
  EXPECT_GE(10 * kills_.snapshotting, 7 * cycles);
}

}  // namespace
}  // namespace whorl::crash
