// whorl workload: what a threshold means for a day's work.
#include "engine/evaluation/workload.h"

#include <boost/json.hpp>
#include <cmath>

#include "base/catalogue.h"
#include "base/files.h"
#include "base/text.h"
#include "cli/print.h"
#include "cli/verb.h"

namespace whorl::cli {
namespace {

using evaluation::Day;
using evaluation::MeasuredRates;

constexpr std::size_t kMaxReportBytes = std::size_t{64} << 20;

struct Options : CommonOptions {
  evaluation::Workload workload;
  std::string rates;
  std::string set;
  int fingers = 1;
  std::optional<double> fnir;
  std::optional<double> fnir_review;
  evaluation::WantedThreshold wanted;
};

// Two numbers as a measurement: at and above the threshold the one, below it the other.
MeasuredRates given_rates(const Options& options, double threshold_db) {
  constexpr std::uint64_t kTrials = 1'000'000'000;
  const auto exactly = [](double rate) {
    const auto errors = static_cast<std::uint64_t>(std::llround(rate * kTrials));
    return evaluation::Rate{errors, kTrials, rate, rate};
  };
  MeasuredRates out;
  out.fingers = options.fingers;
  const double line = std::max(0.0, threshold_db - options.workload.review_band_db);
  if (line < threshold_db) out.levels.push_back({line, exactly(*options.fnir_review), {}});
  out.levels.push_back({threshold_db, exactly(*options.fnir), {}});
  return out;
}

Result<MeasuredRates> rates_at(const Options& options, double threshold_db) {
  if (options.fnir && options.fnir_review) return given_rates(options, threshold_db);
  if (options.rates.empty()) return failure(ErrorCode::kRatesNotGiven, "--rates");
  WHORL_ASSIGN(const Bytes bytes, read_file(options.rates, kMaxReportBytes));
  auto rates = evaluation::measured_rates(as_text(bytes), options.set, options.fingers);
  if (!rates.ok()) return rates.error().within(options.rates);
  return rates;
}

// The rates are those of no threshold in particular: only limits of a day look at them, and these need --rates.
Result<double> threshold_of(const Options& options) {
  MeasuredRates rates;
  if (options.wanted.max_reviews || options.wanted.max_false_answers) {
    WHORL_ASSIGN(rates, rates_at(options, 0));
  }
  auto found = evaluation::threshold_of(options.workload, rates, options.wanted);
  if (found.ok()) return found;
  Error error = found.error();
  error.field = options.wanted.max_reviews ? "--max-reviews" : "--max-false-answers";
  return error;
}

Result<int> run(const Options& options) {
  WHORL_ASSIGN(const double threshold_db, threshold_of(options));
  WHORL_ASSIGN(const MeasuredRates rates, rates_at(options, threshold_db));
  const Day day = evaluation::day_at(options.workload, rates, threshold_db);
  if (options.json) {
    print_json(evaluation::day_json(options.workload, rates, day));
  } else {
    print(evaluation::day_text(options.workload, rates, day));
  }
  return 0;
}

void add_rates_options(CLI::App& verb, Options& options) {
  verb.add_option("--rates", options.rates, "Measured rates: rates.json of whorl evaluate");
  verb.add_option("--set", options.set, "Set of --rates; the only one when absent");
  verb.add_option("--fingers", options.fingers, "Fingers of a search, as --rates has them")->check(CLI::Range(1, 10));
  verb.add_option("--fnir", options.fnir, "In place of --rates: share of enrolled people below the threshold")
      ->check(CLI::Range(0.0, 1.0));
  verb.add_option("--fnir-review", options.fnir_review, "The same below the review line")->check(CLI::Range(0.0, 1.0));
  only_with(verb, "--rates", {"--set"});
  only_with(verb, "--fnir", {"--fnir-review"});
  only_with(verb, "--fnir-review", {"--fnir"});
  never_with(verb, "--rates", {"--fnir", "--fnir-review"});
}

// One of these gives the threshold.
void add_threshold_options(CLI::App& verb, Options& options) {
  CLI::Option_group* group = verb.add_option_group("threshold", "One of these");
  group->add_option("--threshold-db", options.wanted.threshold_db, "The threshold")->check(CLI::Range(0.0, 200.0));
  group
      ->add_option("--target-fpir", options.wanted.target_fpir, "The threshold that gives this FPIR over all galleries")
      ->check(CLI::Range(1e-12, 0.5));
  CLI::Option* reviews = group->add_option("--max-reviews", options.wanted.max_reviews,
                                           "The lowest threshold with at most so many reviews a day (needs --rates)");
  CLI::Option* wrong = group->add_option("--max-false-answers", options.wanted.max_false_answers,
                                         "The same for false answers (needs --rates)");
  for (CLI::Option* option : {reviews, wrong}) {
    option->check(CLI::Range(0.0, 1e12))->needs(verb.get_option("--rates"));
  }
  group->require_option(1);
}

}  // namespace

void add_workload(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = add_verb(
      app, "workload", "Say how many false answers, reviews and misses a day a threshold brings, and the reverse",
      "  whorl workload --rates results/rates.json --records 10000 --galleries 3 --searches 1000 --known 0.3 "
      "--threshold-db 45\n"
      "  whorl workload --rates results/rates.json --records 10000 --searches 1000 --known 0.3 --max-reviews 20",
      *options);
  evaluation::Workload& w = options->workload;
  verb->add_option("--records", w.records, "References in a gallery")
      ->required()
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{10'000'000'000}));
  verb->add_option("--galleries", w.galleries, "Galleries that each search asks: the own and the partners'")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{10'000}));
  verb->add_option("--searches", w.searches, "Searches a day")->required()->check(CLI::Range(0.0, 1e9));
  verb->add_option("--known", w.known, "Share of the searches that are for people who are enrolled")
      ->required()
      ->check(CLI::Range(0.0, 1.0));
  verb->add_option("--review-band-db", w.review_band_db, "So far below the threshold a person looks at the answer")
      ->check(CLI::Range(0.0, 60.0));
  add_rates_options(*verb, *options);
  add_threshold_options(*verb, *options);
  on_chosen(verb, chosen, options, run);
}

}  // namespace whorl::cli
