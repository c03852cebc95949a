// whorl erase: a person, or one encounter, out of the gallery.
#include <boost/json.hpp>

#include "cli/print.h"
#include "cli/samples.h"
#include "cli/verb.h"

namespace whorl::cli {
namespace {

struct Options : CommonOptions {
  NodeOptions node;
  std::string person;
  std::string encounter;
};

Result<int> run(const Options& options) {
  WHORL_ASSIGN(const auto engine, open_engine_for({}, options.node, false));
  WHORL_TRY(options.encounter.empty() ? engine->erase_person({}, options.person)
                                      : engine->erase_encounter({}, options.person, options.encounter));
  if (options.json) {
    print_json({{"erased", true}, {"person_id", options.person}, {"encounter_id", options.encounter}});
  } else {
    print("erased " + (options.encounter.empty() ? "" : "encounter " + options.encounter + " of ") + "person " +
          options.person + "\n");
  }
  return 0;
}

}  // namespace

void add_erase(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = add_verb(app, "erase", "Erase a person or one of their encounters, for good",
                            "  whorl erase --gallery-dir gallery --person P1", *options);
  add_storage_options(*verb, options->node);
  verb->add_option("--person", options->person, "The person to erase")->required();
  verb->add_option("--encounter", options->encounter, "Only this encounter; the last one takes the person with it");
  on_chosen(verb, chosen, options, run);
}

}  // namespace whorl::cli
