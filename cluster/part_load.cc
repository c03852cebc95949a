#include "cluster/part_load.h"

#include <algorithm>
#include <cmath>

#include "cluster/plan_costs.h"
#include "cluster/slices.h"
#include "index/search/candidates.h"

namespace whorl::cluster {
namespace {

constexpr double kGib = 1024.0 * 1024 * 1024;
constexpr double kBytesOfGbit = 1e9 / 8;

// The largest part: as many slices as any has, and as many people more in them than others have as chance gives.
std::uint64_t people_of_largest(std::uint64_t people, std::uint64_t parts) {
  if (parts <= 1) return people;
  const auto slices = std::ceil(static_cast<double>(kSlices) / static_cast<double>(parts));
  const double share = slices / static_cast<double>(kSlices);
  return index::most_of_share(people, share);
}

constexpr Means kMeans[] = {
    {"memory", &PartLoad::memory, 1, 0}, {"disk", &PartLoad::disk, 1, 0},
    {"cores", &PartLoad::cores, 1, 1},   {"reading of memory", &PartLoad::reading, 1, 1},
    {"network", &PartLoad::link, 0, 1},  {"syncs of changes", &PartLoad::syncs, 0, 0},
};

}  // namespace

std::span<const Means> means_of_parts() { return kMeans; }

std::optional<std::uint64_t> fewest_parts(const PlanRequest& request, const Means& means) {
  const auto enough = [&](std::uint64_t parts) { return (PartLoad(request, parts).*means.use)() <= 1; };
  if (!enough(kSlices)) return {};
  std::uint64_t low = 1;
  std::uint64_t high = kSlices;
  while (low < high) {
    const std::uint64_t middle = (low + high) / 2;
    if (enough(middle)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

PartLoad::PartLoad(const PlanRequest& request, std::uint64_t parts)
    : request_(request),
      parts_(static_cast<double>(parts)),
      replicas_(static_cast<double>(request.replicas)),
      people_(people_of_largest(request.people, parts)),
      fingers_(static_cast<double>(request.search_fingers)),
      capacity_(index::predict({people_, request.fingers, request.face_numbers, request.machine.cores})),
      work_(index::search_work(people_, request.search_fingers,
                               request.fast ? index::kFastCandidates : index::kDefaultCandidates, 1 / parts_)),
      elsewhere_(index::elsewhere_work(people_, request.fingers, 1 / parts_)) {
  for (auto* work : {&work_, &elsewhere_}) work->look_s *= request.look_factor;
}

double PartLoad::most_searches() const { return request_.searches_per_s / std::max(1.0, replicas_ - 1); }

double PartLoad::elsewhere_s() const {
  return request_.unmatched * (elsewhere_.shared_s() + elsewhere_.fixed_s + asked_s());
}

double PartLoad::asked_s() const { return (cost::kAskPartS / 2) + (fingers_ * cost::kPrepareS); }

double PartLoad::alone_s() const {
  return work_.fixed_s + asked_s() + request_.unmatched * (elsewhere_.fixed_s + asked_s());
}

double PartLoad::memory() const {
  const double limit = request_.machine.memory_gib * kGib * request_.most_use_memory;
  return static_cast<double>(capacity_.memory_while_merging_bytes) / limit;
}

double PartLoad::disk() const {
  const double limit = request_.machine.disk_gib * kGib * request_.most_use_memory;
  return static_cast<double>(capacity_.disk_while_merging_bytes) / limit;
}

double PartLoad::cores() const {
  const double fingers = changes() * request_.fingers;
  const double busy = most_searches() * search_cpu_s() + fingers * (cost::kExtractS + cost::kPrepareS);
  return busy / (request_.machine.cores * request_.most_use);
}

double PartLoad::reading() const {
  const double looked = work_.looked_at + request_.unmatched * elsewhere_.looked_at;
  const double bytes = most_searches() * looked * cost::kReadOfFingerBytes;
  return bytes / (request_.machine.memory_gb_per_s * 1e9 * request_.most_use);
}

double PartLoad::link_bytes_of(double searches) const {
  const double copies = request_.replicas > 1 ? 1.0 : 0.0;
  const double asked = searches * (1 + request_.unmatched) * message_bytes();
  // Each replica is asked how far it is.
  const double positions = copies * request_.searches_per_s * (1 + request_.unmatched) * position_bytes();
  // The leader hears a change and tells the others.
  const double changed = changes() * change_bytes() * (1 + copies * replicas_);
  return asked + positions + changed;
}

double PartLoad::syncs() const { return changes() * cost::kSyncsOfChange * cost::kSyncS / request_.most_use; }

double PartLoad::message_bytes() const {
  const double question = cost::kQuestionBytes + fingers_ * cost::kQuestionFingerBytes;
  const double answer = cost::kAnswerBytes + cost::kAnswerPersons * cost::kAnswerPersonBytes;
  return question + answer + 2 * cost::kEnvelopeBytes;
}

double PartLoad::position_bytes() const { return cost::kPositionBytes + 2 * cost::kEnvelopeBytes; }

double PartLoad::change_bytes() const {
  return request_.fingers * cost::kImageBytes + cost::kQuestionBytes + 2 * cost::kEnvelopeBytes;
}

double PartLoad::link_limit() const { return request_.machine.network_gbit_per_s * kBytesOfGbit * request_.most_use; }

}  // namespace whorl::cluster
