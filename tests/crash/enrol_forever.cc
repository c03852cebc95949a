// Enrols until it is killed. Each identifier is appended to the oracle file only after the gallery has
// acknowledged the encounter, so whatever the oracle names must survive.
//
// Usage: enrol_forever DIRECTORY ORACLE ROUND
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "index/gallery.h"
#include "tests/support/random_prints.h"

namespace whorl::index {
namespace {

EncounterRecord next_record(int round, int thread, int number, const Bytes& finger) {
  EncounterRecord record;
  record.person_id = "r" + std::to_string(round) + "-t" + std::to_string(thread) + "-" + std::to_string(number / 2);
  record.encounter_id = "e" + std::to_string(number % 2);
  record.galleries = {"default"};
  record.fingers.assign(2, {FingerPosition::kUnknown, 80, 40, finger});
  return record;
}

void enrol(Gallery& gallery, int oracle, int round, int thread) {
  const Bytes finger = tests::native(tests::random_finger(static_cast<std::uint64_t>(thread)));
  for (int number = 0;; ++number) {
    const EncounterRecord record = next_record(round, thread, number, finger);
    if (!gallery.add(record, number % 2 == 0).ok()) std::abort();
    const std::string line = record.person_id + " " + record.encounter_id + "\n";
    if (write(oracle, line.data(), line.size()) != static_cast<ssize_t>(line.size())) std::abort();
  }
}

int run(char** arguments) {
  GalleryOptions options;
  options.directory = arguments[1];
  options.threads = 1;
  auto gallery = Gallery::open(options);
  if (!gallery.ok()) {
    std::fprintf(stderr, "%s\n", gallery.error().text().c_str());
    return 1;
  }
  const int oracle = open(arguments[2], O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (oracle < 0) return 2;
  const int round = std::atoi(arguments[3]);
  std::vector<std::jthread> threads;
  for (int t = 0; t < 3; ++t) threads.emplace_back([&, t] { enrol(**gallery, oracle, round, t); });
  return 0;  // joins for ever
}

}  // namespace
}  // namespace whorl::index

int main(int argc, char** argv) { return argc == 4 ? whorl::index::run(argv) : 3; }
