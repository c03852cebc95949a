// whorl load: files of encounters into a gallery, in bulk.
#include <boost/json.hpp>
#include <chrono>

#include "base/progress_bar.h"
#include "cli/answers.h"
#include "cli/exit_codes.h"
#include "cli/node_options.h"
#include "cli/print.h"
#include "cli/verb.h"
#include "index/load_file.h"

namespace whorl::cli {
namespace {

struct Options : CommonOptions {
  NodeOptions node;
  std::vector<std::string> files;
};

// Without an engine: what is loaded is neither read nor compared.
Result<std::unique_ptr<index::Gallery>> open_gallery(const engine::NodeConfig& config) {
  WHORL_TRY(engine::check(config));
  const bool made = !engine::holds_gallery(config.gallery);
  WHORL_ASSIGN(auto gallery, index::Gallery::open(gallery_options(config)));
  if (made) print_notice(engine::made_notice(config.gallery));
  for (const std::string& notice : gallery->opening().notices()) print_notice(notice);
  return gallery;
}

struct Total {
  index::LoadReport report;
  double elapsed_s = 0;
};

void add(index::LoadReport&& one, index::LoadReport& all) {
  all.encounters += one.encounters;
  all.fingers += one.fingers;
  all.resumed_after += one.resumed_after;
  all.refused += one.refused;
  for (auto& refusal : one.refusals) {
    if (all.refusals.size() < index::LoadReport::kMaxRefusals) all.refusals.push_back(std::move(refusal));
  }
}

Result<Total> load_all(const Options& options, index::Gallery& gallery) {
  const auto started = std::chrono::steady_clock::now();
  Total total;
  for (const std::string& file : options.files) {
    ProgressBar bar("loading", wants_progress(options.progress));
    auto report =
        index::load_file(gallery, file, [&](std::uint64_t done, std::uint64_t size) { bar.update(done, size); });
    if (!report.ok()) {
      Error error = report.error();
      if (error.field.empty()) error.field = file;
      return error;
    }
    add(std::move(*report), total.report);
  }
  total.elapsed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return total;
}

void print_answer(const Options& options, const Total& total) {
  const index::LoadReport& report = total.report;
  if (options.json) {
    print_json({{"encounters", report.encounters},
                {"fingers", report.fingers},
                {"resumed_after", report.resumed_after},
                {"refused", report.refused},
                {"refusals", json_of(report.refusals)},
                {"elapsed_s", total.elapsed_s}});
  } else {
    const std::string resumed =
        report.resumed_after == 0 ? "" : ", going on after the " + std::to_string(report.resumed_after) + " of before";
    print("loaded " + std::to_string(report.encounters) + " encounters, " + std::to_string(report.fingers) +
          " fingers in " + fixed(total.elapsed_s) + " s" + resumed + "\n");
  }
  for (const auto& r : report.refusals) {
    const std::string who = r.person_id.empty() ? "a record" : "person " + r.person_id + " encounter " + r.encounter_id;
    print_error(r.error.within(who), false);
  }
  if (report.refused > report.refusals.size()) {
    print_notice("and " + std::to_string(report.refused - report.refusals.size()) + " more were refused");
  }
}

Result<int> run(const Options& options) {
  WHORL_ASSIGN(const engine::NodeConfig config, options.node.config());
  WHORL_ASSIGN(const auto gallery, open_gallery(config));
  WHORL_ASSIGN(const Total total, load_all(options, *gallery));
  print_answer(options, total);
  if (total.report.refused == 0) return kExitOk;
  return exit_code(total.report.refusals.front().error.kind);
}

}  // namespace

void add_load(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = add_verb(app, "load",
                            "Load files of encounters into a gallery. After an interruption the same command goes on "
                            "where it stopped. What is enrolled already is refused one by one",
                            "  whorl load --gallery-dir gallery million.enc --progress", *options);
  add_progress_option(*verb, *options);
  add_storage_options(*verb, options->node);
  add_keep_images_option(*verb, options->node);
  verb->add_option("files", options->files, "Files of encounters, e.g. of whorl synth --templates")->required();
  on_chosen(verb, chosen, options, run);
}

}  // namespace whorl::cli
