// kill -9 in the middle of enrolling, again and again: nothing acknowledged is lost, nothing is there by half.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <map>
#include <random>
#include <set>
#include <thread>

#include "index/gallery.h"
#include "tests/support/random_prints.h"
#include "tests/support/shared_data.h"

namespace whorl::index {
namespace {

using Acknowledged = std::set<std::pair<std::string, std::string>>;

Acknowledged read_oracle(const std::filesystem::path& path) {
  Acknowledged out;
  std::ifstream file(path);
  std::string person;
  std::string encounter;
  while (file >> person >> encounter) out.emplace(person, encounter);
  return out;
}

pid_t start(const std::filesystem::path& gallery, const std::filesystem::path& oracle, int round) {
  const pid_t child = fork();
  if (child != 0) return child;
  const std::string number = std::to_string(round);
  execl(WHORL_ENROL_FOREVER, "enrol_forever", gallery.c_str(), oracle.c_str(), number.c_str(), nullptr);
  _exit(127);
}

// Lets the child work until the oracle has grown by `bytes`, then `extra_us` more, then kills it.
void kill_in_the_middle(pid_t child, const std::filesystem::path& oracle, std::uintmax_t bytes, int extra_us) {
  std::error_code code;
  const auto size = [&] {
    const auto n = std::filesystem::file_size(oracle, code);
    return code ? std::uintmax_t{0} : n;
  };
  const std::uintmax_t goal = size() + bytes;
  while (size() < goal && waitpid(child, nullptr, WNOHANG) == 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  std::this_thread::sleep_for(std::chrono::microseconds(extra_us));
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
}

void expect_whole(const Gallery& gallery, const Acknowledged& acknowledged) {
  std::map<std::string, std::size_t> persons;
  for (const auto& [person, encounter] : acknowledged) {
    const auto record = gallery.encounter(person, encounter);
    ASSERT_TRUE(record.ok()) << record.error().text();
    EXPECT_EQ(record->fingers.size(), 2U);
    ++persons[person];
  }
  const auto counts = gallery.galleries().at(0);
  // At most one encounter a thread and round was on its way when the process died.
  EXPECT_GE(counts.encounters, acknowledged.size());
  EXPECT_GE(counts.persons, persons.size());
  EXPECT_EQ(counts.fingers, counts.encounters * 2);
}

TEST(Crash, KillNineLosesNothingAcknowledged) {
  const tests::TemporaryDirectory directory;
  const auto path = directory.path() / "gallery";
  const auto oracle = directory.path() / "oracle";
  std::mt19937 random(20241118);
  GalleryOptions options;
  options.directory = path;
  options.threads = 2;
  constexpr int kRounds = 10;
  constexpr int kThreads = 3;
  for (int round = 0; round < kRounds; ++round) {
    const pid_t child = start(path, oracle, round);
    ASSERT_GT(child, 0);
    kill_in_the_middle(child, oracle, 100 + random() % 900, static_cast<int>(random() % 20'000));
    const Acknowledged acknowledged = read_oracle(oracle);
    ASSERT_GT(acknowledged.size(), static_cast<std::size_t>(round) * 5);
    const auto gallery = Gallery::open(options);
    ASSERT_TRUE(gallery.ok()) << gallery.error().text();
    expect_whole(**gallery, acknowledged);
    EXPECT_LE((*gallery)->galleries().at(0).encounters,
              acknowledged.size() + static_cast<std::size_t>(kThreads * (round + 1)));
  }
}

}  // namespace
}  // namespace whorl::index
