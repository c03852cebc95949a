// whorl convert: a gallery of an earlier format to this build's.
#include <boost/json.hpp>

#include "base/progress_bar.h"
#include "cli/node_options.h"
#include "cli/print.h"
#include "cli/verb.h"
#include "index/gallery.h"

namespace whorl::cli {
namespace {

struct Options : CommonOptions {
  NodeOptions node;
};

Result<int> run(const Options& options) {
  WHORL_ASSIGN(const engine::NodeConfig config, options.node.config());
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

}  // namespace

void add_convert(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb =
      add_verb(app, "convert",
               "Bring a gallery of an earlier format to this build's, as every other verb does when it "
               "opens one. After an interruption it goes on where it stopped. Copy the folder first: earlier "
               "builds will not open it any more",
               "  whorl convert --gallery-dir gallery --progress", *options);
  add_progress_option(*verb, *options);
  add_storage_options(*verb, options->node);
  on_chosen(verb, chosen, options, run);
}

}  // namespace whorl::cli
