#include "index/load_file.h"

#include <algorithm>

#include "base/catalogue.h"
#include "base/crc32c.h"
#include "index/record/record_key.h"

namespace whorl::index {
namespace {

// How far a load came.
struct Mark {
  std::uint64_t position = 0;
  std::uint64_t records = 0;
};

Bytes encode(const Mark& mark) { return ByteWriter().u64(mark.position).u64(mark.records).take(); }

Result<Mark> parse_mark(ByteView bytes) {
  ByteReader in(bytes);
  const Mark out{in.u64(), in.u64()};
  if (!in.finished()) return corruption("the mark of how far the load came is malformed");
  return out;
}

// Names a file by its size and its beginning, so that a load goes on even where the file was moved.
Result<std::string> mark_name(const std::filesystem::path& path, std::uint64_t size, FileSystem& files) {
  constexpr std::size_t kBeginning = std::size_t{1} << 20;
  WHORL_ASSIGN(const auto bytes, files.read(path, std::min<std::uint64_t>(size, kBeginning)));
  if (!bytes) return failure(ErrorCode::kFileNotThere, path.string());
  return "load " + std::to_string(size) + " " + std::to_string(crc32c(*bytes));
}

Result<bool> is_wanted(const LoadOnly& only, const EncodedRecord& record) {
  if (!only.wanted) return true;
  const auto ids = ids_of(record.key);
  if (!ids) return corruption("a record of the file names nobody");
  return only.wanted(ids->person_id);
}

// About so many fingers, less at the end. Empty after the last.
Result<std::vector<EncodedRecord>> next_batch(EncounterFileReader& reader, std::size_t fingers, const LoadOnly& only) {
  constexpr std::size_t kMaxBatchBytes = std::size_t{512} << 20;
  std::vector<EncodedRecord> out;
  std::size_t bytes = 0;
  for (std::size_t taken = 0; taken < fingers && bytes < kMaxBatchBytes;) {
    WHORL_ASSIGN(auto record, reader.next_encoded());
    if (!record) break;
    WHORL_ASSIGN(const bool wanted, is_wanted(only, *record));
    if (!wanted) continue;
    taken += claimed_samples(record->value);
    bytes += record->value.size();
    out.push_back(std::move(*record));
  }
  return out;
}

void add(LoadOutcome&& outcome, LoadReport& report) {
  report.encounters += outcome.encounters;
  report.fingers += outcome.samples[Modality::kFinger];
  report.refused += outcome.refused.size();
  for (auto& refusal : outcome.refused) {
    if (report.refusals.size() == LoadReport::kMaxRefusals) return;
    report.refusals.push_back(std::move(refusal));
  }
}

}  // namespace

Result<LoadReport> load_file(Gallery& gallery, const std::filesystem::path& path,
                             const std::function<void(std::uint64_t, std::uint64_t)>& progress, FileSystem& files,
                             const LoadOnly& only) {
  WHORL_ASSIGN(auto reader, EncounterFileReader::open(path, files));
  WHORL_ASSIGN(std::string name, mark_name(path, reader.size(), files));
  if (!only.name.empty()) name += " " + only.name;
  WHORL_ASSIGN(const auto stored, gallery.load_mark(name));
  LoadReport report;
  if (stored) {
    WHORL_ASSIGN(const Mark mark, parse_mark(*stored));
    WHORL_TRY(reader.resume(mark.position, mark.records));
    report.resumed_after = mark.records;
  }
  for (;;) {
    if (progress) progress(reader.position(), reader.size());
    WHORL_ASSIGN(auto batch, next_batch(reader, gallery.load_batch_fingers(), only));
    if (batch.empty()) break;
    WHORL_ASSIGN(auto outcome, gallery.load(std::move(batch), name, encode({reader.position(), reader.records()})));
    add(std::move(outcome), report);
  }
  gallery.settle();
  // Last, so that a kill before this goes on (with nothing left) rather than finding everybody enrolled already.
  WHORL_TRY(gallery.drop_load_mark(name));
  return report;
}

}  // namespace whorl::index
