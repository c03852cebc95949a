// kill -9 in the middle of enrolling, erasing, loading and opening, again and again: nothing acknowledged is
// lost, nothing erased comes back, nothing is there by half or twice.
//
// WHORL_CRASH_CYCLES: how many kills (default 10). WHORL_CRASH_SEED: of the choices (default 1); the moments
// of the kills differ even so. WHORL_CRASH_DIRECTORY: an empty folder to work in, which is left as it is at
// the end.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <optional>
#include <thread>

#include "tests/crash/check.h"
#include "tests/support/shared_data.h"

namespace whorl::crash {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

enum class When { kOpening, kAnyTime, kLoading };

// What the kills met.
struct Kills {
  std::uint64_t opening = 0;   // before the gallery was open
  std::uint64_t loading = 0;   // with a batch of a bulk load under way
  std::uint64_t changing = 0;  // with any operation under way
  std::uint64_t opened = 0;
  std::uint64_t sealing = 0;       // cycles in which shards were sealed or merged
  std::uint64_t snapshotting = 0;  // and written
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

  void start(std::uint64_t seed) {
    child_ = fork();
    ASSERT_GE(child_, 0);
    if (child_ != 0) return;
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // whoever stops the test stops the child
    const std::string number = std::to_string(seed);
    execl(WHORL_WORK_UNTIL_KILLED, "work_until_killed", gallery_.c_str(), file_.c_str(), number.c_str(),
          nullptr);
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
      if (waitid(P_PID, static_cast<id_t>(child_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
          info.si_pid != 0) {
        return false;
      }
      std::this_thread::sleep_for(milliseconds(1));
    }
  }

  bool reach(When when) {
    const auto start = Clock::now();
    if (when == When::kOpening) {
      std::this_thread::sleep_for(std::chrono::duration<double>(opening_s_ * below(1000) / 1000));
      return true;
    }
    const std::uint64_t opened = oracle_.opened;
    if (!wait_for([&] { return oracle_.opened > opened; })) return false;
    opening_s_ = seconds_since(start);
    const std::uint64_t goal = oracle_.acknowledged + 30 + random_() % 120;
    if (!wait_for([&] { return oracle_.acknowledged >= goal && oracle_.snapshots > 0; })) return false;
    const auto is_load = [](const auto& pending) { return pending.second.kind == Operation::Kind::kLoad; };
    if (when == When::kLoading &&
        !wait_for([&] { return std::any_of(oracle_.pending.begin(), oracle_.pending.end(), is_load); })) {
      return false;
    }
    std::this_thread::sleep_for(std::chrono::microseconds(random_() % 20'000));
    return true;
  }

  void kill_child(When when) {
    const std::uint64_t opened = oracle_.opened;
    const bool reached = reach(when);
    kill(child_, SIGKILL);
    int status = 0;
    ASSERT_EQ(waitpid(child_, &status, 0), child_);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        << "the child ended by itself: " << status;
    ASSERT_TRUE(reached) << "the child did nothing for minutes";
    oracle_.read(file_);
    oracle_.cut_torn_line(file_);
    count_kill(oracle_.opened > opened);
  }

  void count_kill(bool opened) {
    ++(opened ? kills_.opened : kills_.opening);
    if (!opened) return;
    kills_.changing += oracle_.pending.empty() ? 0 : 1;
    for (const auto& [text, operation] : oracle_.pending) {
      kills_.loading += operation.kind == Operation::Kind::kLoad ? 1 : 0;
    }
    kills_.sealing += oracle_.shards > 0 ? 1 : 0;
    kills_.snapshotting += oracle_.snapshots > 0 ? 1 : 0;
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
      (*gallery)->settle();
      EXPECT_EQ((*gallery)->keeping().failures, 0U) << (*gallery)->keeping().last_failure;
    }
    check_records(gallery_, oracle_, tally_);
    oracle_.recent.clear();
  }

  void progress(std::uint64_t cycle, std::uint64_t cycles) const {
    const double left_s =
        seconds_since(began_) / static_cast<double>(cycle) * static_cast<double>(cycles - cycle);
    std::fprintf(
        stderr,
        "%s%llu of %llu kills, %llu operations acknowledged, %zu persons, %llu losses, %.1f min left%s",
        isatty(2) != 0 ? "\r" : "", static_cast<unsigned long long>(cycle),
        static_cast<unsigned long long>(cycles), static_cast<unsigned long long>(oracle_.acknowledged),
        oracle_.persons.size(), static_cast<unsigned long long>(tally_.lost), left_s / 60,
        isatty(2) != 0 && cycle < cycles ? "   " : "\n");
  }

  void report(std::uint64_t cycles) const {
    const auto print = [](const char* what, std::uint64_t n) {
      std::printf("%10llu %s\n", static_cast<unsigned long long>(n), what);
    };
    print("kills", cycles);
    print("while the gallery was being opened", kills_.opening);
    print("with operations under way", kills_.changing);
    print("with a batch of a bulk load under way", kills_.loading);
    print("cycles that sealed or merged shards", kills_.sealing);
    print("cycles that wrote snapshots", kills_.snapshotting);
    print("operations acknowledged", oracle_.acknowledged - tally_.done);
    print("operations not acknowledged, wholly there", tally_.done);
    print("operations not acknowledged, wholly not there", tally_.not_done);
    print("bulk loads completed", oracle_.load);
    print("searches with an enrolled capture, person at rank 1", tally_.found);
    print("searches for somebody erased, not found", tally_.gone);
    print("records and index entries held against the oracle", tally_.records);
    print("shard entries held against the oracle", tally_.shard_entries);
    print("of them read from snapshots", tally_.from_snapshots);
    print("losses", tally_.lost);
  }

  [[nodiscard]] double below(std::uint64_t n) { return static_cast<double>(random_() % n); }

  std::optional<tests::TemporaryDirectory> temporary_;
  std::filesystem::path gallery_;
  std::filesystem::path file_;
  std::mt19937_64 random_{from_environment("WHORL_CRASH_SEED", 1)};
  pid_t child_ = -1;
  Oracle oracle_;
  Kills kills_;
  Tally tally_;
  double opening_s_ = 0.1;
  Clock::time_point began_ = Clock::now();
};

TEST_F(Crash, KillNineLosesNothingAcknowledged) {
  const std::uint64_t cycles = from_environment("WHORL_CRASH_CYCLES", 10);
  ASSERT_GT(cycles, 0U);
  for (std::uint64_t cycle = 1; cycle <= cycles; ++cycle) {
    start(cycle);
    ASSERT_GT(child_, 0);
    const std::uint64_t dice = random_() % 10;
    // The first has something to open for those that follow.
    kill_child(cycle == 1 || dice >= 5 ? When::kAnyTime : dice < 2 ? When::kOpening : When::kLoading);
    if (HasFatalFailure()) break;
    check();
    if (HasFailure()) break;
    if (isatty(2) != 0 || cycle % 10 == 0 || cycle == cycles) progress(cycle, cycles);
  }
  report(cycles);
  EXPECT_EQ(tally_.lost, 0U);
  EXPECT_GT(oracle_.acknowledged, tally_.done);
  EXPECT_EQ(kills_.sealing, kills_.opened);
  EXPECT_EQ(kills_.snapshotting, kills_.opened);
}

}  // namespace
}  // namespace whorl::crash
