#include "cluster/copy_source.h"

#include "cluster/replica_terms.h"
#include "cluster/seal.h"
#include "crypto/random.h"

namespace whorl::cluster {
namespace {

constexpr std::size_t kMostCopies = 2;
constexpr std::chrono::seconds kIdle{60};
constexpr std::size_t kNamesOfPage = 2000;
constexpr std::size_t kAnswersOfPage = 16;

}  // namespace

Result<CopyBegun> CopySource::begin(std::unique_ptr<index::Moment> moment, std::uint64_t index, std::uint64_t term) {
  CopyBegun out;
  WHORL_ASSIGN(out.copy, draw(crypto::system_random()));
  out.index = index;
  out.term = term;
  const std::scoped_lock lock(mutex_);
  if (copies_.size() >= kMostCopies) return unavailable("is copied by others already");
  copies_[out.copy] = {std::move(moment), Until::clock::now()};
  return out;
}

Result<std::shared_ptr<const index::Moment>> CopySource::moment_of(const CopyId& copy) {
  const std::scoped_lock lock(mutex_);
  const auto at = copies_.find(copy);
  if (at == copies_.end()) return not_found("there is no such copy any more", "copy");
  at->second.asked = Until::clock::now();
  return at->second.moment;
}

Result<index::Moment::Names> CopySource::answer(const ReadCopyNames& asked) {
  WHORL_ASSIGN(const auto moment, moment_of(asked.copy));
  return moment->names(asked.from, kNamesOfPage);
}

Result<std::vector<index::EncodedRecord>> CopySource::answer(const ReadCopyRecords& asked) {
  WHORL_ASSIGN(const auto moment, moment_of(asked.copy));
  std::vector<index::EncodedRecord> out;
  std::size_t size = kAround;
  for (const EncounterName& name : asked.wanted) {
    WHORL_ASSIGN(index::EncodedRecord record, moment->record(name.person_id, name.encounter_id));
    size += record.key.size() + record.value.size() + 16;
    if (!out.empty() && size > std::min(kMostSent, most_bytes_)) break;
    out.push_back(std::move(record));
  }
  return out;
}

Result<index::KeptImage> CopySource::answer(const ReadCopyImage& asked) {
  WHORL_ASSIGN(const auto moment, moment_of(asked.copy));
  return moment->image(asked.of.person_id, asked.of.encounter_id, asked.image);
}

Result<index::Moment::Answers> CopySource::answer(const ReadCopyAnswers& asked) {
  WHORL_ASSIGN(const auto moment, moment_of(asked.copy));
  return moment->answers(asked.from, kAnswersOfPage);
}

Result<Done> CopySource::answer(const EndCopy& asked) {
  const std::scoped_lock lock(mutex_);
  copies_.erase(asked.copy);
  return Done{};
}

void CopySource::let_go() {
  const std::scoped_lock lock(mutex_);
  std::erase_if(copies_, [](const auto& each) {
    return each.second.asked + kIdle < Until::clock::now() || each.second.moment->ended();
  });
}

}  // namespace whorl::cluster
