#include "index/shard/shard.h"

#include <algorithm>
#include <cstring>

#include "index/comparator/face_comparator.h"

namespace whorl::index {

std::vector<std::string> shard_galleries(const std::vector<std::string>& galleries, bool active) {
  if (active) return galleries;
  std::vector<std::string> out;
  for (const std::string& gallery : galleries) out.push_back(kInactiveMark + gallery);
  return out;
}

ShardEntry NewEncounter::entry() const {
  ShardEntry out{person_id, encounter_id, digest, {galleries.begin(), galleries.end()}, {}};
  for (const PreparedSample& sample : samples) out.samples.push_back(kept_view(sample));
  return out;
}

Shard::Shard(std::size_t encounters)
    : persons_(encounters),
      slots_(encounters, kNoSlot),
      erased_at_(std::make_unique<std::atomic<std::uint64_t>[]>(encounters)) {
  for (std::size_t i = 0; i < encounters; ++i) erased_at_[i].store(kNever, std::memory_order_relaxed);
}

std::size_t NewEncounter::bytes() const {
  std::size_t out = person_id.size() + encounter_id.size();
  for (const PreparedSample& sample : samples) out += sample.bytes.size() + sample.row.size();
  return out;
}

std::size_t Shard::samples(std::size_t i) const {
  std::size_t out = 0;
  for (const ModalityRow& row : modalities()) out += count(i, row.modality);
  return out;
}

ShardEntry Shard::entry(std::size_t i, const std::vector<std::string_view>& gallery_names) const {
  ShardEntry out{person_id(i), encounter_id(i), digest(i), {}, {}};
  for (const std::uint16_t local : galleries(i)) out.galleries.push_back(gallery_names[global_gallery(local)]);
  for (const ModalityRow& row : modalities()) {
    for (std::size_t k = 0; k < count(i, row.modality); ++k) out.samples.push_back(sample(i, row.modality, k));
  }
  return out;
}

HeadShard::HeadShard(std::size_t capacity_samples)
    : Shard(capacity_samples),
      capacity_(capacity_samples),
      entries_(std::make_unique<Entry[]>(capacity_samples)),
      bytes_(bytes_of_room(capacity_samples)) {}

std::size_t HeadShard::bytes_of_room(std::size_t capacity_samples) {
  return capacity_samples * sizeof(Entry) + marks_bytes(capacity_samples);
}

void HeadShard::append(NewEncounter encounter, std::vector<std::uint16_t> galleries) {
  Entry& entry = entries_[size_++];
  bytes_.fetch_add(encounter.bytes(), std::memory_order_relaxed);
  samples_ += encounter.samples.size();
  entry.galleries = std::move(galleries);
  entry.source = std::move(encounter);
  entry.source.galleries = {};
  auto& samples = entry.source.samples;
  std::stable_sort(samples.begin(), samples.end(),
                   [](const auto& a, const auto& b) { return a.modality < b.modality; });
  for (std::uint32_t at = 0; at < samples.size(); ++at) {
    samples[at].space = {};
    entry.positions.push_back(samples[at].position);
    Run& run = entry.runs[samples[at].modality];
    if (run.count++ == 0) run.begin = at;
  }
}

std::span<const std::uint8_t> HeadShard::positions(std::size_t i, Modality modality) const {
  const Run& run = entries_[i].runs[modality];
  return std::span(entries_[i].positions).subspan(run.begin, run.count);
}

SampleView HeadShard::sample(std::size_t i, Modality modality, std::size_t k) const {
  return kept_view(of(i, modality, k));
}

const fingerprint::ScanRow& HeadShard::scan_row(std::size_t i, std::size_t finger,
                                                fingerprint::ScanRow& scratch) const {
  const auto row = sample(i, Modality::kFinger, finger).bytes;
  std::memcpy(&scratch, row.data(), sizeof scratch);
  return scratch;
}

void HeadShard::scan_faces(std::size_t begin, std::size_t end, const FaceProbe& probe, const FaceSink& sink) const {
  for (std::size_t i = begin; i < end; ++i) {
    for (std::size_t k = 0; k < count(i, Modality::kFace); ++k) {
      const auto embedding = embedding_view(sample(i, Modality::kFace, k).bytes);
      const float scale = face_scale(embedding);
      const auto ordinal = static_cast<std::uint32_t>(i);
      index::scan_faces(probe, {embedding, {&scale, 1}, {&ordinal, 1}, probe.dimension()}, sink);
    }
  }
}

Result<std::shared_ptr<SealedShard>> SealedShard::make(Arena arena) {
  WHORL_ASSIGN(ShardLayout parsed, ShardLayout::parse(std::as_const(arena).bytes()));
  std::unique_ptr<FaceIndex> faces;
  const Column& column = parsed.column(Modality::kFace);
  if (!column.index().empty() && FaceIndex::is_used()) {
    WHORL_ASSIGN(faces, FaceIndex::read(column.index(), column.rows(), column.sample_bytes()));
  }
  return std::shared_ptr<SealedShard>(new SealedShard(std::move(arena), std::move(parsed), std::move(faces)));
}

SealedShard::SealedShard(Arena arena, ShardLayout parsed, std::unique_ptr<FaceIndex> faces_index)
    : Shard(parsed.encounters()),
      arena_(std::move(arena)),
      layout_(std::move(parsed)),
      face_index_(std::move(faces_index)) {
  const Column& faces = layout_.column(Modality::kFace);
  face_scales_.reserve(faces.rows());
  for (std::size_t row = 0; row < faces.rows(); ++row) {
    face_scales_.push_back(face_scale(embedding_view(faces.bytes(row))));
  }
  if (size() > 0) galleries_of_all_.assign(galleries(0).begin(), galleries(0).end());
  for (std::size_t i = 1; i < size() && !galleries_of_all_.empty(); ++i) {
    const auto own = galleries(i);
    std::erase_if(galleries_of_all_,
                  [&](std::uint16_t each) { return std::find(own.begin(), own.end(), each) == own.end(); });
  }
}

bool SealedShard::all_in(std::uint32_t global) const {
  return std::any_of(galleries_of_all_.begin(), galleries_of_all_.end(),
                     [&](std::uint16_t local) { return global_gallery(local) == global; });
}

bool SealedShard::all_active() const {
  const auto names = layout_.names();
  return std::none_of(names.begin(), names.end(),
                      [](std::string_view name) { return name.starts_with(kInactiveMark); });
}

void SealedShard::look_at_faces(std::span<const std::uint32_t> rows, const FaceProbe& probe,
                                const FaceSink& sink) const {
  const Column& faces = layout_.column(Modality::kFace);
  const std::size_t dimension = faces.sample_bytes();
  for (const std::uint32_t row : rows) {
    index::scan_faces(probe,
                      {embedding_view(faces.bytes(row)), std::span(face_scales_).subspan(row, 1),
                       faces.encounters().subspan(row, 1), dimension},
                      sink);
  }
}

FaceRows SealedShard::face_rows(std::size_t begin, std::size_t end) const {
  const Column& faces = layout_.column(Modality::kFace);
  if (faces.rows() == 0) return {};
  const std::size_t row = faces.first_row(begin);
  const std::size_t n = faces.first_row(end) - row;
  const std::size_t dimension = faces.sample_bytes();
  return {embedding_view(faces.samples().subspan(row * dimension, n * dimension)),
          std::span(face_scales_).subspan(row, n), faces.encounters().subspan(row, n), dimension};
}

std::uint32_t SealedShard::local_gallery(std::uint32_t global) const {
  const auto it = std::find(global_of_local_.begin(), global_of_local_.end(), global);
  return it == global_of_local_.end() ? kNoGallery : static_cast<std::uint32_t>(it - global_of_local_.begin());
}

}  // namespace whorl::index
