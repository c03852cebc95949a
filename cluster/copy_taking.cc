#include "cluster/copy_taking.h"

#include <algorithm>

#include "base/sha256.h"
#include "cluster/replica_terms.h"

namespace whorl::cluster {
namespace {

// Of what is put at once: few large batches make few shards.
constexpr std::size_t kBatchBytes = std::size_t{24} << 20;
constexpr std::size_t kBatchEncounters = 4096;

using NameDigest = std::array<std::uint8_t, 16>;

NameDigest digest_of(const index::Moment::Named& named) {
  const Sha256 whole = sha256_of({as_bytes(named.person_id), ByteView(Bytes{0}), as_bytes(named.encounter_id)});
  NameDigest out{};
  std::copy_n(whole.begin(), out.size(), out.begin());
  return out;
}

class Taking {
 public:
  Taking(RemotePart& other, index::Gallery& into, HeldSlices& slices, std::chrono::milliseconds within,
         const std::function<bool(const CopyProgress&)>& progress)
      : other_(other), into_(into), slices_(slices), within_(within), progress_(progress) {
    asked_.subject = "copy of " + other.name();
  }

  Result<CopyTaken> run() {
    WHORL_ASSIGN(of_, ask(BeginCopy{}));
    const Status done = take();
    static_cast<void>(ask(EndCopy{of_.copy}));  // it is let go of by itself, too
    WHORL_TRY(done);
    return CopyTaken{of_, counts_};
  }

 private:
  template <class Asking>
  Result<typename Asking::Answer> ask(Asking question) {
    return other_.ask(within(within_), std::move(question));
  }
  Status go_on() const { return progress_(counts_) ? Status() : Status(unavailable("the replica is being stopped")); }

  Status take() {
    WHORL_TRY(take_slices());
    WHORL_TRY(erase_surplus());
    WHORL_TRY(each_page([&](const index::Moment::Named& named) -> Status {
      ++counts_.looked_at;
      WHORL_ASSIGN(const bool alike, into_.is_alike(named));
      if (!alike) wanted_.push_back({named.person_id, named.encounter_id});
      if (wanted_.size() < kBatchEncounters) return {};
      return fetch_wanted();
    }));
    WHORL_TRY(fetch_wanted());
    return take_answers();
  }

  // First: moves go on there, and let go of their rows.
  Status take_slices() {
    WHORL_ASSIGN(const SliceBook book, SliceBook::parse(of_.slices));
    std::vector<std::pair<std::string, Bytes>> rows;
    for (const std::string& name : of_.slice_rows) {
      WHORL_ASSIGN(auto row, ask(ReadCopySliceRow{of_.copy, name}));
      if (!row) return unavailable("a move of slices went on meanwhile");
      rows.emplace_back(name, std::move(*row));
    }
    return slices_.replace(book, rows);
  }

  template <class Each>
  Status each_page(const Each& each) {
    Bytes from;
    do {
      WHORL_ASSIGN(index::Moment::Names page, ask(ReadCopyNames{of_.copy, from}));
      for (const auto& named : page.encounters) WHORL_TRY(each(named));
      WHORL_TRY(go_on());
      from = std::move(page.next);
    } while (!from.empty());
    return {};
  }

  // First, so that nobody has too many encounters meanwhile.
  Status erase_surplus() {
    std::vector<NameDigest> there;
    WHORL_TRY(each_page([&](const index::Moment::Named& named) -> Status {
      there.push_back(digest_of(named));
      return {};
    }));
    std::sort(there.begin(), there.end());
    std::vector<EncounterName> surplus;
    {
      WHORL_ASSIGN(const auto here, into_.moment());
      Bytes from;
      do {
        WHORL_ASSIGN(index::Moment::Names page, here->names(from, kBatchEncounters));
        for (auto& named : page.encounters) {
          if (std::binary_search(there.begin(), there.end(), digest_of(named))) continue;
          surplus.push_back({std::move(named.person_id), std::move(named.encounter_id)});
        }
        from = std::move(page.next);
      } while (!from.empty());
    }
    for (const EncounterName& name : surplus) {
      WHORL_TRY(into_.erase_copied(name.person_id, name.encounter_id, asked_));
      if (++counts_.erased % 100 == 0) WHORL_TRY(go_on());
    }
    return {};
  }

  Status fetch_wanted() {
    for (std::size_t at = 0; at < wanted_.size();) {
      const auto rest = wanted_.begin() + static_cast<std::ptrdiff_t>(at);
      const auto some = rest + static_cast<std::ptrdiff_t>(std::min<std::size_t>(wanted_.size() - at, 1000));
      WHORL_ASSIGN(auto records, ask(ReadCopyRecords{of_.copy, {rest, some}}));
      if (records.empty()) return corruption("no record came of those that were asked for");
      if (records.size() > static_cast<std::size_t>(some - rest))
        return corruption("more records came than were asked");
      at += records.size();
      for (auto& record : records) WHORL_TRY(add(std::move(record)));
      WHORL_TRY(go_on());
    }
    wanted_.clear();
    return put_batch();
  }

  Status add(index::EncodedRecord record) {
    index::CopiedEncounter one{std::move(record), {}};
    WHORL_ASSIGN(const index::EncounterRecord parsed, index::parse_record(one.record.key, one.record.value));
    batch_bytes_ += one.record.value.size();
    for (const index::ImageReference& image : index::images_named(parsed)) {
      WHORL_ASSIGN(one.images.emplace_back(),
                   ask(ReadCopyImage{of_.copy, {parsed.person_id, parsed.encounter_id}, image}));
      batch_bytes_ += one.images.back().bytes.size();
    }
    batch_.push_back(std::move(one));
    return batch_bytes_ < kBatchBytes ? Status() : put_batch();
  }

  Status put_batch() {
    if (batch_.empty()) return {};
    batch_bytes_ = 0;
    WHORL_ASSIGN(const std::size_t put, into_.put_copied(std::exchange(batch_, {}), asked_));
    counts_.put += put;
    return go_on();
  }

  Status take_answers() {
    Bytes from;
    do {
      WHORL_ASSIGN(index::Moment::Answers page, ask(ReadCopyAnswers{of_.copy, from}));
      WHORL_TRY(into_.put_copied_answers(page.answers));
      from = std::move(page.next);
    } while (!from.empty());
    return {};
  }

  RemotePart& other_;
  index::Gallery& into_;
  HeldSlices& slices_;
  const std::chrono::milliseconds within_;
  const std::function<bool(const CopyProgress&)>& progress_;
  audit::Asked asked_;
  CopyBegun of_;
  CopyProgress counts_;
  std::vector<EncounterName> wanted_;
  std::vector<index::CopiedEncounter> batch_;
  std::size_t batch_bytes_ = 0;
};

}  // namespace

Result<CopyTaken> copy_from(RemotePart& other, index::Gallery& into, HeldSlices& slices,
                            std::chrono::milliseconds answer_within,
                            const std::function<bool(const CopyProgress&)>& progress) {
  return Taking(other, into, slices, answer_within, progress).run();
}

}  // namespace whorl::cluster
