#include "bench/growth/report.h"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <iomanip>
#include <sstream>

namespace whorl::bench {
namespace {

namespace json = boost::json;

bool complete(const Searches& searches) {
  return std::all_of(searches.found.begin(), searches.found.end(), [](const Found& f) { return f.complete; });
}

double share_of(const Searches& searches, const std::function<bool(const Found&)>& what) {
  if (searches.found.empty()) return 0;
  const auto n = std::count_if(searches.found.begin(), searches.found.end(), what);
  return static_cast<double>(n) / static_cast<double>(searches.found.size());
}

json::object latency(const Searches& searches) {
  const auto ms = searches.milliseconds();
  return {{"searches", ms.size()},
          {"p50_ms", quantile(ms, 0.5)},
          {"p99_ms", quantile(ms, 0.99)},
          {"complete", complete(searches)},
          {"mate_first", share_of(searches, [](const Found& f) { return f.mate_rank == 1; })}};
}

json::object hits(const HitRate& rate) {
  return {{"threshold", rate.threshold}, {"mates_reaching_it", rate.by_score}, {"found", rate.found}};
}

json::array scores(const Searches& searches) {
  json::array out;
  for (const Found& f : searches.found) out.push_back(json::array{f.mate_rank, f.mate_score, f.non_mated_score});
  return out;
}

// Of the few, the share that candidates and the oracle answer alike: both found first at the threshold, or both not.
double agreement(const GrowthRow& row, const HitRate& rate) {
  std::size_t same = 0;
  for (std::size_t i = 0; i < row.few.found.size(); ++i) {
    same += rate.hit(row.few.found[i]) == rate.hit(row.oracle.found[i]) ? 1 : 0;
  }
  return row.few.found.empty() ? 0 : static_cast<double>(same) / static_cast<double>(row.few.found.size());
}

// Mates that everybody compared names at the threshold and the candidates do not.
std::size_t lost(const GrowthRow& row, const HitRate& rate) {
  return static_cast<std::size_t>(
      std::count_if(row.missed.found.begin(), row.missed.found.end(), [&](const Found& f) { return rate.hit(f); }));
}

json::object mixed_of(const MixedLoad& mixed) {
  json::object out = latency(mixed.searches);
  out.erase("mate_first");
  out["enrolled_and_erased"] = mixed.enrolled;
  out["not_found"] = mixed.not_found;
  out["still_found"] = mixed.still_found;
  out["incomplete"] = mixed.incomplete;
  out["seconds"] = mixed.seconds;
  return out;
}

}  // namespace

HitRate hit_rate(const Searches& mated, const Searches& non_mated, double fpir) {
  HitRate out;
  std::vector<double> scores;
  for (const Found& f : non_mated.found) scores.push_back(f.non_mated_score);
  std::sort(scores.begin(), scores.end());
  out.threshold = quantile(scores, 1 - fpir);
  out.by_score = share_of(mated, [&](const Found& f) { return out.reached_by(f); });
  out.found = share_of(mated, [&](const Found& f) { return out.hit(f); });
  return out;
}

std::string text_of(const GrowthRow& row) {
  std::ostringstream out;
  out << std::fixed << std::setprecision(1);
  const auto latency_line = [&](const char* what, const Searches& searches) {
    const auto ms = searches.milliseconds();
    out << "  " << what << ": p50 " << quantile(ms, 0.5) << " ms, p99 " << quantile(ms, 0.99) << " ms over "
        << ms.size() << (complete(searches) ? ", all complete\n" : ", NOT ALL COMPLETE\n");
  };
  const Population& from = row.population;
  out << row.people << " people, " << from.fingers << " fingers each";
  if (from.distinct > 0) out << ", those of " << from.distinct << " people mixed";
  out << "\n"
      << "  loaded " << row.loaded_fingers << " fingers at "
      << static_cast<double>(row.loaded_fingers) / std::max(row.load_s, 1e-9) << " a second (making them took "
      << row.make_s << " s more), settled in " << row.settle_s << " s\n"
      << "  memory " << row.resident_mib << " MiB (by its own count " << row.counted_mib << "; at most " << row.most_mib
      << "), disk " << row.disk_mib << " MiB\n"
      << "  opened in " << row.open_s << " s, first answer after " << row.first_answer_s << " s, " << row.snapshots_used
      << " snapshots verified, " << row.prepared_again << " encounters prepared again\n";
  latency_line("one finger", row.one);
  latency_line("two fingers", row.two);
  latency_line("one finger of unknown position", row.unknown);
  if (!row.all.found.empty()) latency_line("non-mated, all fingers", row.all);
  latency_line("non-mated, one finger", row.nobody);
  const HitRate rate = hit_rate(row.one, row.nobody, kFpir);
  out << std::setprecision(2) << "  at FPIR 0.1 % (raw score " << rate.threshold << "): " << 100 * rate.by_score
      << " % of mates reach it, " << 100 * rate.found << " % found first; the mate first at any score: "
      << 100 * share_of(row.one, [](const Found& f) { return f.mate_rank == 1; }) << " %, two fingers "
      << 100 * share_of(row.two, [](const Found& f) { return f.mate_rank == 1; }) << " %\n"
      << "  of " << row.missed.found.size()
      << " mates that reach it and were not found first, everybody compared finds " << lost(row, rate) << "\n"
      << "  candidates and everybody compared: same answer for " << 100 * agreement(row, rate) << " % of "
      << row.few.found.size() << "; everybody takes " << quantile(row.oracle.milliseconds(), 0.5) << " ms\n";
  if (row.mixed.enrolled > 0) {
    latency_line("mixed load", row.mixed.searches);
    out << "  meanwhile " << row.mixed.enrolled << " enrolled and erased in " << row.mixed.seconds
        << " s: " << row.mixed.not_found << " not found by the next search, " << row.mixed.still_found
        << " still found after erasure\n";
  }
  return out.str();
}

std::string json_of(const std::vector<GrowthRow>& rows) {
  json::array out;
  for (const GrowthRow& row : rows) {
    const HitRate rate = hit_rate(row.one, row.nobody, kFpir);
    const Population& from = row.population;
    out.push_back(json::object{{"people", row.people},
                               {"fingers", from.fingers},
                               {"people_with_fingers_of_their_own", from.distinct == 0 ? row.people : from.distinct},
                               {"make_s", row.make_s},
                               {"load_s", row.load_s},
                               {"loaded_fingers", row.loaded_fingers},
                               {"settle_s", row.settle_s},
                               {"open_s", row.open_s},
                               {"first_answer_s", row.first_answer_s},
                               {"snapshots_used", row.snapshots_used},
                               {"encounters_prepared_again", row.prepared_again},
                               {"counted_mib", row.counted_mib},
                               {"resident_mib", row.resident_mib},
                               {"most_mib", row.most_mib},
                               {"disk_mib", row.disk_mib},
                               {"one_finger", latency(row.one)},
                               {"two_fingers", latency(row.two)},
                               {"unknown_position", latency(row.unknown)},
                               {"non_mated", latency(row.nobody)},
                               {"non_mated_all_fingers", latency(row.all)},
                               {"everybody", latency(row.oracle)},
                               {"at_fpir_0.001", hits(rate)},
                               {"lost_by_candidates", lost(row, rate)},
                               {"same_as_everybody", agreement(row, rate)},
                               {"mixed_load", mixed_of(row.mixed)},
                               {"one_finger_rank_mate_stranger", scores(row.one)},
                               {"non_mated_rank_mate_stranger", scores(row.nobody)}});
  }
  return json::serialize(out);
}

}  // namespace whorl::bench
