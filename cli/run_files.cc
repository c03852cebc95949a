// A run as JSON, as a page, and as the folder of --out.
#include <boost/json.hpp>

#include "cli/evaluate.h"

namespace whorl::cli {

boost::json::object run_json(const Evaluated& run) {
  boost::json::object out = figures_json(run.figures, run.calibration ? &*run.calibration : nullptr);
  if (!run.judged.empty()) out["assertions"] = evaluation::judged_json(run.judged);
  out["provenance"] = evaluation::provenance_json(run.provenance);
  return out;
}

evaluation::PageContent page_of(const Evaluated& run) {
  evaluation::PageContent page;
  page.provenance = run.provenance;
  page.calibration = run.calibration ? &*run.calibration : nullptr;
  page.rates = run.figures.rates;
  page.claims = run.figures.claims;
  page.discard = run.figures.discard;
  page.searches = run.figures.searches;
  page.splits = run.figures.splits;
  // Who is seen is nobody's to read of a report that goes round.
  std::erase_if(page.splits.splits, [](const evaluation::Split& split) { return split.by == "subject"; });
  page.differences = run.figures.differences;
  page.judged = run.judged;
  page.plots = plots_of(run.trials, run.figures, page.calibration);
  return page;
}

Result<std::string> write_run(const std::filesystem::path& folder, const Evaluated& run,
                              const evaluation::PageContent& content) {
  // Of so many sets that it would be larger than a report may be there is none.
  const Result<std::string> page = evaluation::report_page(content);
  const std::string files = (page.ok() ? "report.html " : "") + figure_files(run.figures);
  WHORL_ASSIGN(ResultsFolder out, ResultsFolder::make(folder, files, run.provenance));
  if (page.ok()) WHORL_TRY(out.write("report.html", *page));
  WHORL_TRY(write_figures(out, run.trials, run.figures, content.plots, content.calibration, run_json(run)));
  return files;
}

}  // namespace whorl::cli
