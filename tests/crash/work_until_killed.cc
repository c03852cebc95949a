// Enrols, erases and bulk-loads on one gallery until it is killed, and writes the oracle
// (tests/crash/oracle.h). Whatever goes otherwise than it must ends it with an exit status, which the test
// sees.
//
// Usage: work_until_killed DIRECTORY ORACLE SEED    or, to open the gallery and change nothing: ... open
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <thread>

#include "index/gallery.h"
#include "tests/crash/oracle.h"

namespace whorl::crash {
namespace {

using index::Gallery;
using Kind = Operation::Kind;

constexpr std::uint64_t kClerks = 2;
constexpr std::size_t kPersonsOfClerk = 100;  // about, in the long run
constexpr std::size_t kMostPersons = 360;     // the loader waits above it

[[noreturn]] void fail(const std::string& what, const Error& error) {
  std::fprintf(stderr, "%s: %s\n", what.c_str(), error.text().c_str());
  std::_Exit(5);
}

void require(const Operation& operation, const Status& status) {
  if (!status.ok()) fail(operation.text(), status.error());
}

// Changes persons that no other clerk changes, so that the order of their changes is known.
class Clerk {
 public:
  Clerk(Gallery& gallery, const OracleWriter& writer, const Oracle& oracle, std::uint64_t number, std::uint64_t seed,
        std::atomic<std::size_t>& persons)
      : gallery_(gallery),
        writer_(writer),
        random_(seed * kClerks + number),
        persons_(persons),
        prefix_("c" + std::to_string(seed) + "-" + std::to_string(number) + "-") {
    const auto is_mine = [&](const std::string& person) {
      return std::hash<std::string>()(person) % kClerks == number;
    };
    for (const auto& [person, encounters] : oracle.persons) {
      if (is_mine(person)) mine_.emplace_back(person, encounters);
    }
    for (const std::string& person : oracle.erased) {
      if (is_mine(person)) erased_.push_back(person);
    }
  }

  [[noreturn]] void run() {
    for (;;) step();
  }

 private:
  using Person = std::pair<std::string, Oracle::Encounters>;

  void step() {
    const std::uint64_t dice = random_() % 100;
    if (mine_.empty() || random_() % (2 * kPersonsOfClerk) >= mine_.size()) {
      if (dice < 60 || mine_.empty()) return enrol({prefix_ + std::to_string(next_++), {}});
      if (dice < 75 && !erased_.empty()) return enrol_again();
      return add_encounter(any());
    }
    if (dice < 70) return erase_person(any());
    erase_encounter(any());
  }

  std::size_t any() { return random_() % mine_.size(); }

  void perform(const Operation& operation, const std::function<Status()>& body) {
    writer_.write("i " + operation.text());
    require(operation, body());
    writer_.write("a " + operation.text());
  }

  void add(Person& person, index::PersonRule rule) {
    Operation operation;
    operation.person = person.first;
    operation.encounter = "e" + std::to_string(random_() % 4);
    while (person.second.count(operation.encounter) > 0) operation.encounter += "x";
    operation.capture = random_() % 1'000'000'000;
    const auto record = record_of(operation.person, operation.encounter, operation.capture);
    perform(operation, [&]() -> Status {
      const auto added = gallery_.add(record, rule);
      if (!added.ok()) return added.error();
      return {};
    });
    person.second[operation.encounter] = operation.capture;
  }

  void enrol(Person person) {
    add(person, index::PersonRule::kNew);
    mine_.push_back(std::move(person));
    ++persons_;
  }

  // A name, and often an encounter's name, that older snapshots know with other fingers' bytes.
  void enrol_again() {
    const std::size_t which = random_() % erased_.size();
    std::swap(erased_[which], erased_.back());
    const std::string person = erased_.back();
    erased_.pop_back();
    enrol({person, {}});
  }

  void add_encounter(std::size_t which) {
    if (mine_[which].second.size() < 3) add(mine_[which], index::PersonRule::kExisting);
  }

  void forget(std::size_t which) {
    std::swap(mine_[which], mine_.back());
    erased_.push_back(mine_.back().first);
    mine_.pop_back();
    --persons_;
  }

  void erase_person(std::size_t which) {
    Operation operation;
    operation.kind = Kind::kErasePerson;
    operation.person = mine_[which].first;
    perform(operation, [&] { return gallery_.erase_person(operation.person); });
    forget(which);
  }

  void erase_encounter(std::size_t which) {
    auto& encounters = mine_[which].second;
    Operation operation;
    operation.kind = Kind::kEraseEncounter;
    operation.person = mine_[which].first;
    operation.encounter =
        std::next(encounters.begin(), static_cast<std::ptrdiff_t>(random_() % encounters.size()))->first;
    perform(operation, [&] { return gallery_.erase_encounter(operation.person, operation.encounter); });
    encounters.erase(operation.encounter);
    if (encounters.empty()) forget(which);
  }

  Gallery& gallery_;
  const OracleWriter& writer_;
  std::mt19937_64 random_;
  std::atomic<std::size_t>& persons_;
  const std::string prefix_;
  std::uint64_t next_ = 0;
  std::vector<Person> mine_;
  std::vector<std::string> erased_;
};

// One bulk load after another, going on where the killed one stopped.
class Loader {
 public:
  Loader(Gallery& gallery, const OracleWriter& writer, const Oracle& oracle, std::atomic<std::size_t>& persons)
      : gallery_(gallery), writer_(writer), persons_(persons), load_(oracle.load), batch_(oracle.batch) {}

  [[noreturn]] void run() {
    for (;;) {
      if (persons_ > kMostPersons) {
        std::this_thread::sleep_for(std::chrono::milliseconds(4));
        continue;
      }
      load_batch();
    }
  }

 private:
  void load_batch() {
    Operation operation;
    operation.kind = Kind::kLoad;
    operation.load = load_;
    operation.batch = batch_;
    std::vector<index::EncodedRecord> records;
    for (const Operation& add : encounters_of_batch(load_, batch_)) {
      auto encoded = index::encoded(record_of(add.person, add.encounter, add.capture));
      if (!encoded.ok()) fail(operation.text(), encoded.error());
      records.push_back(std::move(encoded).value());
    }
    const std::size_t n = records.size();
    writer_.write("i " + operation.text());
    const auto outcome = gallery_.load(std::move(records), kMarkName, mark_of(load_, batch_ + 1));
    if (!outcome.ok()) fail(operation.text(), outcome.error());
    if (!outcome->refused.empty()) fail(operation.text() + " refused one", outcome->refused[0].error);
    if (outcome->encounters != n)
      fail(operation.text(), internal_error("loaded " + std::to_string(outcome->encounters)));
    writer_.write("a " + operation.text());
    persons_ += 12;
    if (++batch_ < kBatchesOfLoad) return;
    require(operation, gallery_.drop_load_mark(kMarkName));
    batch_ = 0;
    ++load_;
  }

  Gallery& gallery_;
  const OracleWriter& writer_;
  std::atomic<std::size_t>& persons_;
  std::uint64_t load_;
  std::uint64_t batch_;
};

[[noreturn]] void watch(const Gallery& gallery, const OracleWriter& writer) {
  std::uint64_t seen = 0;
  for (;;) {
    std::this_thread::sleep_for(std::chrono::milliseconds(4));
    const auto keeping = gallery.keeping();
    if (keeping.failures > 0) fail("housekeeping", internal_error(keeping.last_failure));
    if (keeping.shards_written + keeping.snapshots_written == seen) continue;
    seen = keeping.shards_written + keeping.snapshots_written;
    writer.note("k " + std::to_string(keeping.shards_written) + " " + std::to_string(keeping.snapshots_written));
  }
}

std::unique_ptr<Gallery> open(const char* directory) {
  index::GalleryOptions options;
  options.directory = directory;
  options.threads = 2;
  options.shard_fingers = index::kMaxFingers;
  auto gallery = Gallery::open(options);
  if (!gallery.ok()) fail("opening", gallery.error());
  return std::move(gallery).value();
}

int open_only(char** arguments) {
  const auto gallery = open(arguments[1]);
  OracleWriter(arguments[2]).write("o");
  for (;;) pause();
}

int run(char** arguments) {
  Oracle oracle;
  oracle.read(arguments[2]);
  if (!oracle.pending.empty()) fail("the oracle", internal_error("has operations that nobody looked into"));
  const auto gallery = open(arguments[1]);
  const OracleWriter writer(arguments[2]);
  writer.write("o");
  const auto seed = std::strtoull(arguments[3], nullptr, 10);
  std::atomic<std::size_t> persons = oracle.persons.size();
  std::vector<std::jthread> threads;
  for (std::uint64_t number = 0; number < kClerks; ++number) {
    threads.emplace_back([&, number] { Clerk(*gallery, writer, oracle, number, seed, persons).run(); });
  }
  threads.emplace_back([&] { Loader(*gallery, writer, oracle, persons).run(); });
  threads.emplace_back([&] { watch(*gallery, writer); });
  return 0;  // joins for ever
}

}  // namespace
}  // namespace whorl::crash

int main(int argc, char** argv) {
  if (argc != 4) return 3;
  return std::string_view(argv[3]) == "open" ? whorl::crash::open_only(argv) : whorl::crash::run(argv);
}
