#include "index/shard/shard.h"

#include <algorithm>
#include <new>

namespace whorl::index {

ShardEntry NewEncounter::entry() const {
  return {person_id,
          encounter_id,
          digest,
          {galleries.begin(), galleries.end()},
          positions,
          {prepared.begin(), prepared.end()},
          {face, face_quality}};
}

Shard::Shard(std::size_t encounters)
    : persons_(encounters),
      slots_(encounters, kNoSlot),
      erased_at_(std::make_unique<std::atomic<std::uint64_t>[]>(encounters)) {
  for (std::size_t i = 0; i < encounters; ++i) erased_at_[i].store(kNever, std::memory_order_relaxed);
}

std::size_t NewEncounter::bytes() const {
  std::size_t out = person_id.size() + encounter_id.size() + face.size();
  for (const auto& finger : prepared) out += finger.bytes().size() + sizeof(fingerprint::ScanRow);
  return out;
}

ShardEntry Shard::entry(std::size_t i, const std::vector<std::string_view>& gallery_names) const {
  ShardEntry out{person_id(i), encounter_id(i), digest(i), {}, positions(i), {}, face(i)};
  for (const std::uint16_t local : galleries(i)) out.galleries.push_back(gallery_names[global_gallery(local)]);
  for (std::size_t f = 0; f < out.positions.size(); ++f) out.prepared.push_back(prepared(i, f));
  return out;
}

HeadShard::HeadShard(std::size_t capacity_samples)
    : Shard(capacity_samples),
      capacity_(capacity_samples),
      entries_(std::make_unique<Entry[]>(capacity_samples)),
      bytes_(capacity_samples * sizeof(Entry) + marks_bytes()) {}

void HeadShard::append(NewEncounter encounter, std::vector<std::uint16_t> galleries) {
  Entry& entry = entries_[size_++];
  bytes_.fetch_add(encounter.bytes(), std::memory_order_relaxed);
  entry.first_finger = fingers_;
  fingers_ += encounter.positions.size();
  samples_ += encounter.samples();
  entry.galleries = std::move(galleries);
  entry.source = std::move(encounter);
  entry.source.galleries = {};
  entry.source.face_space = {};
}

void HeadShard::scan_faces(std::size_t begin, std::size_t end, const FaceProbe& probe, const FaceSink& sink) const {
  for (std::size_t i = begin; i < end; ++i) {
    if (face(i).empty()) continue;
    const float scale = face_scale(face(i).values);
    const auto ordinal = static_cast<std::uint32_t>(i);
    index::scan_faces(probe, {face(i).values, {&scale, 1}, {&ordinal, 1}, probe.dimension()}, sink);
  }
}

Result<std::shared_ptr<SealedShard>> SealedShard::make(Arena arena) {
  WHORL_ASSIGN(ShardLayout parsed, ShardLayout::parse(std::as_const(arena).bytes()));
  return std::shared_ptr<SealedShard>(new SealedShard(std::move(arena), std::move(parsed)));
}

SealedShard::SealedShard(Arena arena, ShardLayout parsed)
    : Shard(parsed.encounters()),
      arena_(std::move(arena)),
      layout_(std::move(parsed)),
      scan_(layout_.fingers() * sizeof(fingerprint::ScanRow)) {
  for (std::size_t row = 0; row < layout_.fingers(); ++row) {
    new (scan_.bytes().data() + row * sizeof(fingerprint::ScanRow)) fingerprint::ScanRow(layout_.prepared(row));
  }
}

std::uint32_t SealedShard::local_gallery(std::uint32_t global) const {
  const auto it = std::find(global_of_local_.begin(), global_of_local_.end(), global);
  return it == global_of_local_.end() ? kNoGallery : static_cast<std::uint32_t>(it - global_of_local_.begin());
}

}  // namespace whorl::index
