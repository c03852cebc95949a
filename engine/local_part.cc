// Values in, pointers and closures over the index within, values out.
#include "engine/local_part.h"

#include "engine/deadline.h"

namespace whorl::engine {
namespace {

index::CandidateRule candidates_for(const Query& query) {
  switch (query.accuracy) {
    case Accuracy::kFast: return query.pair_of.empty() ? index::kFastCandidates : index::kPairCandidates;
    case Accuracy::kDefault: return index::kDefaultCandidates;
    case Accuracy::kExhaustive: break;
  }
  return {};
}

// Borrows the probe.
std::vector<index::ProbeSample> samples_of(const Probe& probe) {
  std::vector<index::ProbeSample> out;
  for (const ProbeSample& each : probe.samples) {
    out.push_back({each.position, &each.content.prepared(), each.decisive, each.elsewhere});
  }
  return out;
}

std::vector<PartFailure> failures_of(std::vector<index::ShardFailure> shards) {
  std::vector<PartFailure> out;
  for (auto& failure : shards) out.push_back({{}, std::move(failure.reason), failure.shard});
  return out;
}

}  // namespace

Result<PartAnswer> LocalPart::search(const Probe& probe, const Query& query, Deadline deadline) {
  const auto samples = samples_of(probe);
  index::SearchRequest request;
  request.gallery_id = query.gallery_id;
  request.probe = samples;
  request.candidates = candidates_for(query).for_fingers(probe.of(Modality::kFinger).size());
  request.max_results = query.max_candidates;
  request.filter = query.filter;
  request.after = query.pair_of;
  request.share = query.share;
  request.rank = [&](const index::PersonScore& person) { return fuse_person(person, probe, calibrations_).order; };
  request.expired = past_deadline(deadline, world_);
  WHORL_ASSIGN(index::SearchResult found, gallery_.search(request));
  PartAnswer answer{{},
                    found.gallery_size,
                    found.searched,
                    found.comparable_persons,
                    found.compared,
                    found.shards_ok,
                    found.shards_total,
                    failures_of(std::move(found.failures)),
                    found.compared_persons,
                    std::move(found.absent)};
  for (const index::PersonScore& person : found.persons) {
    answer.persons.push_back(scored_person(person, probe, calibrations_));
  }
  return answer;
}

Result<ScoredPerson> LocalPart::compare(const Probe& probe, const std::string& gallery_id, const std::string& person_id,
                                        Deadline deadline) {
  WHORL_ASSIGN(const index::PersonScore person,
               gallery_.compare(gallery_id, person_id, samples_of(probe), past_deadline(deadline, world_)));
  return scored_person(person, probe, calibrations_);
}

}  // namespace whorl::engine
