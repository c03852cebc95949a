// whorl capacity: what a gallery of so many people takes.
#include "index/capacity.h"

#include <boost/json.hpp>
#include <thread>

#include "base/text.h"
#include "cli/print.h"
#include "cli/verb.h"

namespace whorl::cli {
namespace {

struct Options : CommonOptions {
  std::uint64_t people = 0;
  int fingers = 2;
  int face_numbers = 0;
  int cores = 0;
};

Result<int> run(const Options& options) {
  const unsigned found = std::thread::hardware_concurrency();
  const int cores = options.cores > 0 ? options.cores : static_cast<int>(found == 0 ? 1 : found);
  const index::Capacity c = index::predict({options.people, options.fingers, options.face_numbers, cores});
  if (options.json) {
    print_json({{"people", options.people},
                {"fingers", c.fingers},
                {"face_numbers", options.face_numbers},
                {"cores", cores},
                {"memory_bytes", c.memory_bytes},
                {"memory_while_merging_bytes", c.memory_while_merging_bytes},
                {"disk_bytes", c.disk_bytes},
                {"disk_while_merging_bytes", c.disk_while_merging_bytes},
                {"open_s", c.open_s},
                {"load_s", c.load_s},
                {"search_s", c.search_s}});
    return 0;
  }
  print("about, for " + std::to_string(options.people) + " people with " + std::to_string(options.fingers) +
        " fingers" + (options.face_numbers > 0 ? " and a face" : "") + " each, on " + std::to_string(cores) +
        " cores:\n" + "  memory       " + gibibytes(c.memory_bytes) + " (" + gibibytes(c.memory_while_merging_bytes) +
        " while shards are merged)\n" + "  disk         " + gibibytes(c.disk_bytes) + " (" +
        gibibytes(c.disk_while_merging_bytes) + " while shards are merged)\n" + "  opening      " + fixed(c.open_s) +
        " s where the disk keeps up\n" + "  bulk load    " + fixed(c.load_s / 60) + " min\n" + "  one finger   " +
        fixed(1000 * c.search_s) + " ms, where its position is known and nobody else searches\n");
  return 0;
}

}  // namespace

void add_capacity(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = add_verb(app, "capacity", "Say what memory, disk and time a gallery of a given size takes",
                            "  whorl capacity --people 1000000 --fingers 2", *options);
  verb->add_option("--people", options->people, "Persons, each with one encounter")
      ->required()
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}));
  verb->add_option("--fingers", options->fingers, "Fingers of each")->check(CLI::Range(1, 10));
  verb->add_option("--face-numbers", options->face_numbers,
                   "Numbers in the face template of each (256 with retail_0095); 0: no faces")
      ->check(CLI::Range(0, 4096));
  verb->add_option("--cores", options->cores, "Cores of the machine; 0 for those of this one")
      ->check(CLI::Range(0, 1024));
  on_chosen(verb, chosen, options, run);
}

}  // namespace whorl::cli
