// whorl convert: a file of one format to another, or a gallery of an earlier format to this build's.
#include <boost/json.hpp>

#include "base/progress_bar.h"
#include "cli/convert_file.h"
#include "cli/node_options.h"
#include "cli/print.h"
#include "cli/verb.h"
#include "index/gallery.h"

namespace whorl::cli {
namespace {

struct Options : CommonOptions {
  NodeOptions node;
  FileConversion file;
};

Result<int> convert_gallery(const Options& options) {
  WHORL_ASSIGN(const engine::NodeConfig config, options.node.config());
  if (config.gallery.empty())
    return invalid_input("give the file to read and the one to write, or --gallery-dir", "in");
  WHORL_TRY(engine::check(config));
  ProgressBar bar("converting", wants_progress(options.progress));
  index::GalleryOptions wanted = gallery_options(config);
  wanted.create_if_missing = false;
  wanted.seal = true;
  wanted.converting = [&bar](const Progress& now) { bar.update(now.done, now.total); };
  WHORL_ASSIGN(const auto gallery, index::Gallery::open(std::move(wanted)));
  const std::uint64_t converted = gallery->opening().records_converted;
  if (options.json) {
    print_json({{"converted", converted}});
  } else {
    print(converted == 0 ? "the gallery has this build's format already\n"
                         : "converted " + std::to_string(converted) + " records\n");
  }
  return 0;
}

Result<int> run(const Options& options) {
  return options.file.in.empty() ? convert_gallery(options) : convert_file(options.file, options.json);
}

}  // namespace

void add_convert(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = add_verb(
      app, "convert",
      "Convert a file of a fingerprint or a face to a format of other systems, or back (docs/interchange.md). Or, "
      "with --gallery-dir, bring a gallery of an earlier format to this build's, as every other verb does when it "
      "opens one: after an interruption it goes on where it stopped; copy the folder first, since earlier builds "
      "will not open it any more",
      "  whorl convert finger.png card.fmr --to iso-19794-2-2005 --most-minutiae 60\n"
      "  whorl convert finger.whorl finger.fmr\n"
      "  whorl convert --gallery-dir gallery --progress",
      *options);
  add_progress_option(*verb, *options);
  add_file_conversion(*verb, options->file);
  add_storage_options(*verb, options->node);
  verb->get_option("--gallery-dir")->required(false);
  never_with(*verb, "in", {"--gallery-dir"});
  on_chosen(verb, chosen, options, run);
}

}  // namespace whorl::cli
