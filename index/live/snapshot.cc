#include "index/live/snapshot.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <mutex>

namespace whorl::index {
namespace {

constexpr std::uint8_t kEntryVersion = 2;
// No shard is longer: a bound for what a manifest entry may ask for before it is verified.
constexpr std::uint64_t kMaxBlockBytes = std::uint64_t{1} << 40;

ByteView unsigned_view(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

std::size_t chunks_of(std::uint64_t bytes) { return static_cast<std::size_t>((bytes + kChunkBytes - 1) / kChunkBytes); }

template <class Byte>
std::span<Byte> chunk_of(std::span<Byte> whole, std::size_t i) {
  const std::size_t begin = i * kChunkBytes;
  return whole.subspan(begin, std::min(kChunkBytes, whole.size() - begin));
}

template <std::size_t N>
void take(ByteReader& in, std::array<std::uint8_t, N>& out) {
  const ByteView bytes = in.bytes(N);
  std::copy(bytes.begin(), bytes.end(), out.begin());
}

Status first_of(const std::vector<Status>& all) {
  const auto it = std::find_if(all.begin(), all.end(), [](const Status& s) { return !s.ok(); });
  return it == all.end() ? Status() : *it;
}

}  // namespace

Bytes encode_snapshot_entry(const SnapshotEntry& entry) {
  ByteWriter out;
  out.u8(kEntryVersion).u64(entry.bytes).u32(entry.encounters).u32(entry.fingers).bytes(entry.set).u32(entry.chunks);
  return out.take();
}

Result<SnapshotEntry> parse_snapshot_entry(std::uint64_t epoch, ByteView value) {
  if (value.empty()) return corruption("its manifest entry is damaged, or was made under another key");
  ByteReader in(value);
  if (in.u8() != kEntryVersion) return corruption("its manifest entry has another version");
  SnapshotEntry out;
  out.epoch = epoch;
  out.bytes = in.u64();
  out.encounters = in.u32();
  out.fingers = in.u32();
  take(in, out.set);
  out.chunks = in.u32();
  if (!in.finished() || out.bytes > kMaxBlockBytes || out.chunks != chunks_of(out.bytes)) {
    return corruption("its manifest entry is malformed");
  }
  return out;
}

Status write_snapshot(SnapshotTable& table, std::uint64_t epoch, const ShardLayout& layout,
                      std::span<const std::uint64_t> replaced) {
  const SnapshotEntry entry{epoch,
                            layout.bytes().size(),
                            static_cast<std::uint32_t>(layout.encounters()),
                            static_cast<std::uint32_t>(layout.column(Modality::kFinger).rows()),
                            layout.set_digest(),
                            static_cast<std::uint32_t>(chunks_of(layout.bytes().size()))};
  const ByteView bytes = unsigned_view(layout.bytes());
  std::vector<ByteView> chunks;
  for (std::size_t i = 0; i < chunks_of(entry.bytes); ++i) chunks.push_back(chunk_of(bytes, i));
  WHORL_TRY(table.write_chunks(epoch, chunks));
  WHORL_TRY(table.switch_manifest(epoch, encode_snapshot_entry(entry), replaced));
  for (const std::uint64_t old : replaced) WHORL_TRY(table.delete_chunks(old));
  return {};
}

Result<std::shared_ptr<SealedShard>> read_snapshot(const SnapshotTable& table, const SnapshotEntry& entry,
                                                   const Workers& workers) {
  Arena arena(entry.bytes);
  std::vector<Status> outcomes(entry.chunks);
  workers.each(entry.chunks, 1, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      outcomes[i] = table.read_chunk(entry.epoch, static_cast<std::uint32_t>(i), chunk_of(arena.bytes(), i));
    }
  });
  WHORL_TRY(first_of(outcomes));
  WHORL_ASSIGN(auto shard, SealedShard::make(std::move(arena)));
  if (shard->size() != entry.encounters || shard->layout().column(Modality::kFinger).rows() != entry.fingers) {
    return corruption("it holds another number of encounters than its manifest entry says");
  }
  if (shard->layout().set_digest() != entry.set) return corruption("it does not have its set digest");
  return shard;
}

}  // namespace whorl::index
