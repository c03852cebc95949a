#include "cli/data_options.h"

#include <CLI/CLI.hpp>

#include "cli/node_options.h"
#include "cli/print.h"
#include "cli/verb.h"

namespace whorl::cli {

void add_data_options(CLI::App& verb, datasets::DataOptions& options) {
  verb.add_option("--manifest", options.manifest, "CSV file that lists the images of one or more sets");
  verb.add_option("--set", options.sets, "Sets of the manifest to use; all when absent");
  verb.add_option(
      "--fvc", options.fvc,
      "Folder of images named FINGER_IMPRESSION.*, as the FVC contests had them, or of records of other systems");
  verb.add_option("--synthetic", options.synthetic, "Make this many synthetic fingers of 8 impressions")
      ->check(CLI::Range(0, 100000));
  verb.add_option("--seed", options.seed, "Seed of the synthetic fingers and of the bootstrap");
  verb.add_option("--ppi", options.ppi, "Resolution of the images, whatever they say")
      ->check(CLI::Range(100.0, 4000.0));
  verb.add_option("--protocol", options.protocol,
                  "all-pairs: every non-mated pair; fvc: of those the first impressions alone")
      ->check(CLI::IsMember({"all-pairs", "fvc"}));
  only_with(verb, "--manifest", {"--set"});
}

void add_pair_options(CLI::App& verb, datasets::PairOptions& options, engine::FaceConfig& networks) {
  verb.add_option("--pairs", options.list, "Faces: CSV file of pairs (columns a, b, mated, and fold where there are)");
  verb.add_option("--images", options.images, "Folder of the images of --pairs; the list's own when absent");
  verb.add_option("--metadata", options.metadata, "CSV file about the images, with a column \"file\"");
  verb.add_option("--group", options.groups, "Columns of --metadata: error rates apart for each of their values");
  verb.add_flag(
      "--cross", options.cross,
      "Also compare every two images of --pairs (subject: the column so named and grouped by, or the folder)");
  add_face_options_of(verb, networks, "--pairs");
  only_with(verb, "--pairs", {"--images", "--cross"});
  only_with(verb, "--metadata", {"--group"});
  only_with(verb, "--group", {"--metadata"});
}

std::string repeated_text(std::uint64_t lines, const std::string& file) {
  return file + ": " + std::to_string(lines) +
         (lines == 1 ? " line names a pair that was there before; it is counted once"
                     : " lines name pairs that were there before; each pair is counted once");
}

Result<datasets::FaceTrials> run_face_trials(datasets::PairOptions options, const engine::FaceConfig& networks,
                                             bool progress) {
  options.face = networks.options;
  WHORL_ASSIGN(const datasets::PairList list, datasets::read_pair_list(options.list));
  if (list.repeated > 0) print_notice(repeated_text(list.repeated, options.list));
  return datasets::run_face_trials(options, list, opener_of(networks), progress);
}

}  // namespace whorl::cli
