#include "index/comparator/face_comparator.h"

#include <variant>

#include "index/comparator/face_space.h"
#include "index/shard/face_index.h"
#include "index/shard/face_scan.h"
#include "templates/codec/native_face.h"

namespace whorl::index {
namespace {

using face::FaceTemplate;

PreparedSample sample_of(const FaceTemplate& face, std::uint8_t position, std::uint8_t quality) {
  const auto bytes = std::as_bytes(std::span(face.embedding));
  return {Modality::kFace, position, quality, {bytes.begin(), bytes.end()}, encode_space(space_of(face))};
}

Result<PreparedSample> prepare(const SampleRecord& sample, Validation) {
  if (sample.format != kNativeFace) return invalid_input("a face is kept as a native template");
  WHORL_ASSIGN(const FaceTemplate decoded, codec::decode_native_face(sample.template_bytes));
  return sample_of(decoded, sample.position, sample.quality);
}

PreparedSample prepare_probe(const codec::Template& content) {
  const auto& face = std::get<FaceTemplate>(content);
  return sample_of(face, 0, face.quality);
}

PreparedSample keep(const PreparedSample& probe, ByteView) { return probe; }

Status check(std::span<const std::byte> kept) {
  if (kept.size() >= face::kMinDimension && kept.size() <= face::kMaxDimension) return {};
  return corruption("a face of a dimension out of bounds");
}

class FaceComparer final : public Comparer {
 public:
  explicit FaceComparer(std::span<const std::byte> probe) : probe_(embedding_view(probe)) {}
  [[nodiscard]] double score(std::span<const std::byte> kept) const override {
    return probe_.cosine(embedding_view(kept));
  }

 private:
  const FaceProbe probe_;
};

Status check_spaces(ByteView own, ByteView other) {
  WHORL_ASSIGN(const FaceSpace gallery, parse_space(own));
  WHORL_ASSIGN(const FaceSpace sample, parse_space(other));
  return check_space(gallery, sample);
}

std::size_t sample_bytes(ByteView space) {
  const auto parsed = parse_space(space);
  return parsed.ok() ? parsed->dimension : 0;
}

std::vector<std::byte> index_of(std::span<const SampleView> kept) {
  if (!FaceIndex::is_used() || kept.size() < FaceIndex::kFewest) return {};
  std::vector<std::byte> all;
  for (const SampleView& face : kept) all.insert(all.end(), face.bytes.begin(), face.bytes.end());
  const auto index = FaceIndex::build(embedding_view(all), kept.front().bytes.size());
  return index ? index->bytes() : std::vector<std::byte>();
}

}  // namespace

Comparator face_comparator() {
  Comparator row;
  row.modality = Modality::kFace;
  row.version = 1;
  row.prepare = prepare;
  row.prepare_probe = prepare_probe;
  row.keep = keep;
  row.check = check;
  row.comparer = [](std::span<const std::byte> probe) -> std::unique_ptr<Comparer> {
    return std::make_unique<FaceComparer>(probe);
  };
  row.check_space = check_spaces;
  row.sample_bytes = sample_bytes;
  row.index = index_of;
  return row;
}

}  // namespace whorl::index
