// kill -9 in the middle of a bulk load, again and again: it comes to its end with nothing lost and nothing doubled.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>
#include <thread>

#include "index/load_file.h"
#include "tests/support/random_prints.h"
#include "tests/support/shared_data.h"

namespace whorl::index {
namespace {

constexpr int kPersons = 2000;

void write_people(const std::filesystem::path& path) {
  const Bytes finger = tests::native(tests::random_finger(1));
  auto writer = EncounterFileWriter::create(path);
  ASSERT_TRUE(writer.ok());
  for (int i = 0; i < kPersons; ++i) {
    EncounterRecord record;
    record.person_id = "p" + std::to_string(i);
    record.encounter_id = "e";
    record.galleries = {"default"};
    record.fingers.push_back({FingerPosition::kUnknown, 80, 40, finger});
    ASSERT_TRUE(writer->add(record).ok());
  }
  ASSERT_TRUE(writer->finish().ok());
}

// Starts a load and kills it after so long, unless it ended before. The exit status, or -1 when it was killed.
int load_for(const std::filesystem::path& gallery, const std::filesystem::path& file, std::chrono::microseconds time) {
  const pid_t child = fork();
  if (child == 0) {
    execl(WHORL_LOAD_ONCE, "load_once", gallery.c_str(), file.c_str(), nullptr);
    _exit(127);
  }
  std::this_thread::sleep_for(time);
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(KilledLoad, GoesOnWithoutLossOrDoubles) {
  const tests::TemporaryDirectory directory;
  const auto file = directory.path() / "people";
  const auto path = directory.path() / "gallery";
  write_people(file);
  std::mt19937 random(77);
  int killed = 0;
  int status = -1;
  // Each round gets a little longer, so that one comes to its end however slow the machine is.
  for (int round = 0; status == -1; ++round) {
    ASSERT_LT(round, 200);
    const auto time = std::chrono::milliseconds(30 + 25 * round + static_cast<int>(random() % 100));
    status = load_for(path, file, time);
    if (status == -1) ++killed;
  }
  // 4: the kill before came between the load's end and the process's, so everybody was enrolled already.
  EXPECT_TRUE(status == 0 || status == 4) << status;
  EXPECT_GT(killed, 0);
  GalleryOptions options;
  options.directory = path;
  options.create_if_missing = false;
  const auto gallery = Gallery::open(options);
  ASSERT_TRUE(gallery.ok()) << gallery.error().text();
  const GalleryCounts counts = (*gallery)->galleries().at(0);
  EXPECT_EQ(counts.persons, static_cast<std::uint64_t>(kPersons));
  EXPECT_EQ(counts.encounters, static_cast<std::uint64_t>(kPersons));
  for (int i = 0; i < kPersons; i += 37) EXPECT_TRUE((*gallery)->encounter("p" + std::to_string(i), "e").ok());
}

}  // namespace
}  // namespace whorl::index
