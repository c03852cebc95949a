// whorl re-extract: templates anew from the images that a gallery keeps.
#include "engine/re_extract.h"

#include <boost/json.hpp>
#include <chrono>

#include "base/progress_bar.h"
#include "cli/answers.h"
#include "cli/exit_codes.h"
#include "cli/node_options.h"
#include "cli/print.h"
#include "cli/verb.h"

namespace whorl::cli {
namespace {

struct Options : CommonOptions {
  NodeOptions node;
  bool all = false;
};

std::string text_of(const engine::ReExtractReport& report, double elapsed_s) {
  std::string out = "extracted " + std::to_string(report.samples) + " samples of " + std::to_string(report.encounters) +
                    " encounters again in " + fixed(elapsed_s) + " s";
  if (report.resumed_after > 0) {
    out += ", going on after the " + std::to_string(report.resumed_after) + " encounters of before";
  }
  out += "\n  " + std::to_string(report.without_image) +
         " samples have no kept image and stay as they are until the people come again\n  " +
         std::to_string(report.failed) + " could not be extracted and stay as they were\n";
  if (report.changed > 0) {
    out += "  " + std::to_string(report.changed) + " encounters were changed or erased meanwhile\n";
  }
  return out;
}

void print_report(const Options& options, const engine::ReExtractReport& report, double elapsed_s) {
  std::vector<index::LoadOutcome::Refusal> failures;
  for (const auto& f : report.failures) failures.push_back({f.person_id, f.encounter_id, f.error});
  if (options.json) {
    print_json({{"samples", report.samples},
                {"encounters", report.encounters},
                {"without_image", report.without_image},
                {"failed", report.failed},
                {"changed_meanwhile", report.changed},
                {"resumed_after", report.resumed_after},
                {"failures", json_of(failures)},
                {"elapsed_s", elapsed_s}});
  } else {
    print(text_of(report, elapsed_s));
  }
  for (const auto& f : failures) {
    print_error(f.error.within("person " + f.person_id + " encounter " + f.encounter_id), false);
  }
  if (report.failed > failures.size()) {
    print_notice("and " + std::to_string(report.failed - failures.size()) + " more failed");
  }
}

// Makes shards and their snapshots of the new templates, so that the next opening need not.
Status renew_shards(const engine::NodeConfig& config) {
  WHORL_ASSIGN(const auto gallery, index::Gallery::open(gallery_options(config)));
  gallery->settle();
  return {};
}

Result<int> run(const Options& options) {
  const auto started = std::chrono::steady_clock::now();
  WHORL_ASSIGN(engine::NodeConfig config, options.node.config());
  config.create = false;
  WHORL_ASSIGN(auto engine, open_engine(config));
  ProgressBar bar("extracting again", wants_progress(options.progress));
  engine::ReExtractRequest request;
  request.all = options.all;
  request.progress = bar.callback();
  WHORL_ASSIGN(const auto report, engine->re_extract(request));
  engine.reset();
  const double elapsed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  print_report(options, report, elapsed_s);
  if (report.encounters > 0) WHORL_TRY(renew_shards(config));
  return report.failed == 0 ? kExitOk : exit_code(report.failures.front().error.kind);
}

}  // namespace

void add_re_extract(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = add_verb(
      app, "re-extract",
      "Make the templates of other extractor versions anew, of the images that the gallery keeps. One "
      "encounter at a time: it may be stopped or killed at any moment, and the same command goes on. What has "
      "no kept image, or cannot be extracted from it, stays as it is; so do faces of another extractor version, which "
      "are another network's than the gallery's",
      "  whorl re-extract --gallery-dir gallery --progress", *options);
  add_progress_option(*verb, *options);
  add_storage_options(*verb, options->node);
  add_quality_option(*verb, options->node);
  add_face_options(*verb, options->node.node.face);
  verb->add_flag("--all", options->all, "Every sample with a kept image, whatever version made its template");
  on_chosen(verb, chosen, options, run);
}

}  // namespace whorl::cli
