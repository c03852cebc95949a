#include "bench/growth/searches.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "base/limits.h"
#include "base/progress_bar.h"

namespace whorl::bench {
namespace {

// The mean, over the probe fingers that met one, of each one's best score.
double mean_of_bests(const index::PersonScore& person) {
  std::array<double, limits::kFingers> best;
  best.fill(-1);
  for (const index::PairScore& pair : person.pairs) best[pair.probe] = std::max(best[pair.probe], pair.score);
  double sum = 0;
  int met = 0;
  for (const double each : best) {
    if (each < 0) continue;
    sum += each;
    ++met;
  }
  return met == 0 ? 0 : sum / met;
}

std::vector<index::ProbeSample> fingers_of(const CapturedFingers& probe, ProbeKind kind) {
  const auto finger = [&](std::size_t f) {
    return index::ProbeSample{static_cast<std::uint8_t>(position_of(f)), &probe.prepared[f]};
  };
  switch (kind) {
    case ProbeKind::kOneFinger: return {finger(0)};
    case ProbeKind::kOtherFinger: return {finger(1)};
    case ProbeKind::kOneOfUnknownPosition: return {{0, &probe.prepared[0]}};
    case ProbeKind::kTwoFingers: return {finger(0), finger(1)};
    case ProbeKind::kAllFingers: break;
  }
  std::vector<index::ProbeSample> out;
  for (std::size_t f = 0; f < probe.prepared.size(); ++f) out.push_back(finger(f));
  return out;
}

}  // namespace

Result<Found> look(const index::Gallery& gallery, const CapturedFingers& probe, ProbeKind kind, Candidates candidates) {
  const auto fingers = fingers_of(probe, kind);
  index::SearchRequest request;
  request.gallery_id = index::kDefaultGallery;
  request.probe = fingers;
  request.candidates = candidates.for_fingers(fingers.size());
  request.rank = mean_of_bests;
  Found out;
  const auto start = std::chrono::steady_clock::now();
  WHORL_ASSIGN(const index::SearchResult result, gallery.search(request));
  out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  out.complete = result.complete();
  for (std::size_t i = 0; i < result.persons.size(); ++i) {
    const index::PersonScore& person = result.persons[i];
    if (person.person_id == probe.person_id) {
      out.mate_rank = static_cast<int>(i) + 1;
    } else {
      out.non_mated_score = std::max(out.non_mated_score, person.rank_value);
    }
  }
  return out;
}

Result<Found> search(const index::Gallery& gallery, const CapturedFingers& probe, ProbeKind kind,
                     Candidates candidates) {
  WHORL_ASSIGN(Found out, look(gallery, probe, kind, candidates));
  if (!probe.person_id.empty()) {
    WHORL_ASSIGN(const auto mate,
                 gallery.compare(std::string(index::kDefaultGallery), probe.person_id, fingers_of(probe, kind)));
    out.mate_score = mean_of_bests(mate);
  }
  return out;
}

std::vector<double> Searches::milliseconds() const {
  std::vector<double> out;
  for (const Found& one : found) out.push_back(one.seconds * 1e3);
  std::sort(out.begin(), out.end());
  return out;
}

Result<Searches> search_all(const index::Gallery& gallery, const std::vector<CapturedFingers>& probes, ProbeKind kind,
                            Candidates candidates, const std::string& label) {
  ProgressBar bar(label, true);
  Searches out;
  for (const CapturedFingers& probe : probes) {
    WHORL_ASSIGN(const Found found, search(gallery, probe, kind, candidates));
    out.found.push_back(found);
    bar.update(out.found.size(), probes.size());
  }
  return out;
}

double quantile(const std::vector<double>& sorted, double share) {
  if (sorted.empty()) return 0;
  const auto at = static_cast<std::size_t>(share * static_cast<double>(sorted.size()));
  return sorted[std::min(at, sorted.size() - 1)];
}

}  // namespace whorl::bench
