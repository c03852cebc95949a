// whorl enrol: one person from files, or everybody of a data set.
#include <boost/json.hpp>

#include "base/catalogue.h"
#include "base/identifier.h"
#include "base/progress_bar.h"
#include "cli/answers.h"
#include "cli/enrol_many.h"
#include "cli/exit_codes.h"
#include "cli/print.h"
#include "cli/samples.h"
#include "cli/verb.h"
#include "engine/node.h"
#include "engine/rehearsal.h"

namespace whorl::cli {
namespace {

struct Options : CommonOptions {
  NodeOptions node;
  SampleOptions samples;
  PeopleOptions people;
  std::vector<std::string> galleries = {"default"};
  std::vector<std::string> missing;
  std::string person;
  std::string encounter;
  bool add = false;
};

// Before a gallery is made for what is then refused: an empty one answers that it knows nobody.
Status check_names(const Options& options) {
  if (options.add && options.person.empty()) return failure(ErrorCode::kPersonNeeded, "--person");
  if (!options.person.empty()) WHORL_TRY(check_id(options.person, "--person"));
  if (!options.encounter.empty()) WHORL_TRY(check_id(options.encounter, "--encounter"));
  for (const std::string& gallery : options.galleries) {
    WHORL_TRY(check_id(gallery, "--gallery"));
    if (gallery == index::kAllGalleries) return failure(ErrorCode::kNoGalleryOfAll, "--gallery");
  }
  return {};
}

// The same of the samples: where there is no gallery yet, they are read before one is made.
Status rehearse(const engine::EnrolRequest& request, const GivenSamples& given, const Options& options) {
  WHORL_ASSIGN(const engine::NodeConfig config, config_for(given, options.node));
  if (engine::holds_gallery(config.gallery)) return {};
  WHORL_ASSIGN(const auto rehearsal, engine::Rehearsal::open(config));
  const Status done = rehearsal->enrol(request);
  return done.ok() ? done : Status(given.in_flags(done.error()));
}

// Of everybody: nothing where one at least would be taken, or there is a gallery.
Result<std::optional<EnrolSummary>> rehearse(const std::vector<PersonFiles>& people, const Options& options) {
  WHORL_ASSIGN(const engine::NodeConfig config, config_for({}, options.node));
  if (engine::holds_gallery(config.gallery)) return std::optional<EnrolSummary>();
  WHORL_ASSIGN(const auto rehearsal, engine::Rehearsal::open(config));
  return all_refused(*rehearsal, people, options.galleries);
}

int answer(const EnrolSummary& summary, const Options& options) {
  if (options.json) {
    print_json({{"persons", summary.persons},
                {"encounters", summary.encounters},
                {"fingers", summary.fingers},
                {"refused", json_of(summary.refused)},
                {"elapsed_s", summary.elapsed_s}});
  } else {
    print("enrolled " + std::to_string(summary.persons) + " persons, " + std::to_string(summary.encounters) +
          " encounters, " + std::to_string(summary.fingers) + " fingers in " + fixed(summary.elapsed_s) + " s\n");
  }
  for (const Refusal& r : summary.refused) {
    print_error(r.error.within("person " + r.person_id + " encounter " + r.encounter_id), false);
  }
  if (summary.refused.empty()) return kExitOk;
  return exit_code(summary.refused.front().error.kind);
}

Result<int> enrol_one(const Options& options) {
  WHORL_TRY(check_names(options));
  engine::EnrolRequest request;
  request.person_id = options.person;
  request.encounter_id = options.encounter;
  request.person_rule = options.add ? engine::PersonRule::kExisting : engine::PersonRule::kNew;
  request.galleries = options.galleries;
  WHORL_ASSIGN(request.missing, missing_fingers(options.missing));
  WHORL_ASSIGN(GivenSamples given, read_samples(options.samples));
  request.samples = given.samples;
  WHORL_TRY(rehearse(request, given, options));
  WHORL_ASSIGN(const auto engine, open_engine_for(given, options.node, true));
  WHORL_ASSIGN(const engine::EnrolReceipt receipt, given.in_flags(engine->enrol({}, request)));
  print_answer(receipt, options.json);
  return 0;
}

Result<int> enrol_manifest(const Options& options) {
  WHORL_TRY(check_names(options));
  WHORL_ASSIGN(const std::vector<PersonFiles> people, people_of(options.people, options.samples.ppi));
  WHORL_ASSIGN(const auto nobody, rehearse(people, options));
  if (nobody) return answer(*nobody, options);
  WHORL_ASSIGN(const auto engine, open_engine_for({}, options.node, true));
  ProgressBar bar("enrolling", wants_progress(options.progress));
  return answer(enrol_many(*engine, people, options.galleries, bar.callback()), options);
}

Result<int> run(const Options& options) {
  if (options.people.manifest.empty()) return enrol_one(options);
  if (!options.samples.fingers.empty() || !options.samples.face.empty() || !options.person.empty() ||
      !options.encounter.empty() || options.add || !options.missing.empty()) {
    return failure(ErrorCode::kManifestNamesPersons, "--manifest");
  }
  return enrol_manifest(options);
}

}  // namespace

void add_enrol(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = add_verb(app, "enrol", "Enrol a person from image files, or everybody of a manifest",
                            "  whorl enrol --gallery-dir gallery --person P1 --finger right_index=a.png --finger "
                            "right_thumb=b.png\n"
                            "  whorl enrol --gallery-dir gallery --manifest people/manifest.csv --impressions 1-4",
                            *options);
  add_progress_option(*verb, *options);
  add_gallery_options(*verb, options->node);
  add_quality_option(*verb, options->node);
  add_keep_images_option(*verb, options->node);
  add_sample_options(*verb, options->samples, options->node.node.face);
  verb->add_option("--person", options->person, "The person's identifier; one is made when absent");
  verb->add_option("--encounter", options->encounter, "The encounter's identifier; one is made when absent");
  verb->add_flag("--add", options->add, "Add an encounter to a person who is enrolled already");
  verb->add_option("--missing", options->missing, "POSITION=REASON for a finger that is absent; repeat for more");
  verb->add_option("--gallery", options->galleries, "Gallery to put the person in; repeat for more");
  verb->add_option("--manifest", options->people.manifest, "Enrol everybody this CSV file lists");
  verb->add_option("--set", options->people.sets, "Sets of the manifest to use; all when absent");
  verb->add_option("--impressions", options->people.impressions,
                   "Impressions to enrol, e.g. 1-4 or 1,3; all when absent. Each becomes an encounter");
  only_with(*verb, "--manifest", {"--set", "--impressions"});
  on_chosen(verb, chosen, options, run);
}

}  // namespace whorl::cli
