#include "bench/texture/dearest.h"

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <opencv2/core.hpp>

#include "templates/fingerprint/extract/extract.h"
#include "templates/image/decode.h"

namespace whorl::bench {
namespace {

constexpr int kRandomPictures = 10;
constexpr int kRunsInSearch = 2;
constexpr int kRunsAtTheEnd = 5;

double processor_s() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

struct Cost {
  double seconds = 0;
  double decoding_s = 0;
  bool taken = false;
  std::string outcome;
};

Cost cost_of(const Bytes& file, double ppi) {
  Cost out;
  const double start = processor_s();
  const auto image = image::decode_to_standard(file, {ppi, {}});
  out.decoding_s = processor_s() - start;
  if (image.ok()) {
    const auto found = fingerprint::extract(*image);
    out.taken = found.ok();
    out.outcome = found.ok() ? std::to_string(found->minutiae.size()) + " minutiae" : found.error().message;
  } else {
    out.outcome = image.error().message;
  }
  out.seconds = processor_s() - start;
  return out;
}

Cost least(const Bytes& file, double ppi, int runs) {
  Cost out = cost_of(file, ppi);
  for (int run = 1; run < runs; ++run) {
    Cost again = cost_of(file, ppi);
    if (again.seconds < out.seconds) out = std::move(again);
  }
  return out;
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double v : values) sum += v;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

// The machine's pace changes, so both are measured by turns.
void measure_anew(Dear& dear, const UsualPrints& usual) {
  if (dear.file.file.empty()) return;
  std::vector<double> each(usual.size(), 1e9);
  dear.dear_s = 1e9;
  for (int run = 0; run < kRunsAtTheEnd; ++run) {
    for (std::size_t i = 0; i < usual.size(); ++i) {
      each[i] = std::min(each[i], cost_of(usual[i], image::kStandardPpi).seconds);
    }
    const Cost cost = cost_of(dear.file.file, dear.file.ppi);
    if (cost.seconds < dear.dear_s) {
      dear.dear_s = cost.seconds;
      dear.decoding = cost.decoding_s / cost.seconds;
    }
  }
  dear.usual_s = mean(each);
  dear.times = dear.dear_s / dear.usual_s;
}

class Search {
 public:
  Search(const SearchPlan& plan, const std::function<void(const std::string&)>& tell)
      : most_pixels_(plan.most_pixels), seed_(plan.seed), draws_(plan.seed), tell_(tell) {}

  void climb(bool wants_taken, int steps) {
    ++seed_;
    Genes best{};
    double best_s = 0;
    for (int step = 0; step < kRandomPictures + steps; ++step) {
      const Genes tried = step < kRandomPictures || best_s == 0 ? random_genes(draws_) : changed(best, draws_);
      const double cost_s = look_at(tried, wants_taken, best_s);
      if (cost_s <= best_s) continue;
      best = tried;
      best_s = cost_s;
    }
  }

  Dearest found;

 private:
  // Its cost; 0 where it is none that is looked for.
  double look_at(const Genes& genes, bool wants_taken, double best_s) {
    auto picture = draw_dear(genes, seed_);
    if (!picture.ok() || image::stated_work_pixels(picture->file, picture->ppi) > most_pixels_) return 0;
    ++found.tried;
    Cost cost = cost_of(picture->file, picture->ppi);
    if (cost.taken < wants_taken || cost.seconds <= best_s) return 0;
    cost = least(picture->file, picture->ppi, kRunsInSearch);
    Dear& record = cost.taken ? found.taken : found.refused;
    if (cost.seconds > record.dear_s) {
      record = {0, cost.seconds, 0, 0, text(genes), cost.outcome, std::move(picture).value()};
      if (tell_) tell_(line_of(record, cost));
    }
    return cost.seconds;
  }

  static std::string line_of(const Dear& dear, const Cost& cost) {
    char out[96];
    std::snprintf(out, sizeof out, "%.0f ms, %.0f of them decoding: ", 1e3 * cost.seconds, 1e3 * cost.decoding_s);
    return out + dear.outcome + " (" + dear.picture + ")";
  }

  const std::uint64_t most_pixels_;
  std::uint64_t seed_;
  datasets::Draws draws_;
  const std::function<void(const std::string&)>& tell_;
};

}  // namespace

Dearest find_dearest(const UsualPrints& usual, const SearchPlan& plan,
                     const std::function<void(const std::string&)>& tell) {
  Search search(plan, tell);
  for (int start = 0; start < plan.starts; ++start) search.climb(plan.taken_alone || start % 2 == 0, plan.steps);
  measure_anew(search.found.taken, usual);
  if (!plan.taken_alone) measure_anew(search.found.refused, usual);
  return std::move(search.found);
}

}  // namespace whorl::bench
