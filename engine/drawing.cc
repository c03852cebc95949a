#include "engine/drawing.h"

#include "templates/codec/codec.h"
#include "templates/image/decode.h"

namespace whorl::engine {
namespace {

constexpr std::uint8_t kInk = 0;
constexpr std::uint8_t kPaper = 255;

}  // namespace

Result<image::Picture> picture_of(const Sample& sample, const EngineConfig& config, int most_side_px) {
  WHORL_ASSIGN(const codec::Codec* codec, codec::codec_of(sample));
  if (!codec->is_image()) return image::Picture{};
  if (sample.modality == Modality::kFace) {
    WHORL_ASSIGN(const auto face, image::decode_colour(sample.bytes, config.image_limits));
    return image::preview_png(face, most_side_px);
  }
  WHORL_ASSIGN(const auto finger,
               image::decode_to_standard(sample.bytes, {sample.resolution_ppi, config.image_limits}));
  return image::preview_png(finger, most_side_px);
}

Result<image::Picture> ridges_of(const fingerprint::FingerprintTemplate& finger) {
  const fingerprint::RidgeMap& map = finger.ridges;
  const auto row_bytes = static_cast<std::size_t>(map.row_bytes());
  const auto columns = static_cast<std::size_t>(map.columns);
  const auto rows = static_cast<std::size_t>(map.rows);
  if (columns == 0 || rows == 0 || map.bits.size() != rows * row_bytes) return image::Picture{};
  image::GreyImage drawn{map.columns, map.rows, image::kStandardPpi / fingerprint::kRidgeStep_px500, {}};
  drawn.pixels.reserve(rows * columns);
  for (std::size_t y = 0; y < rows; ++y) {
    for (std::size_t x = 0; x < columns; ++x) {
      const bool ridge = ((map.bits[y * row_bytes + x / 8] >> (x % 8)) & 1) != 0;
      drawn.pixels.push_back(ridge ? kInk : kPaper);
    }
  }
  return image::line_drawing_png(drawn);
}

Result<FingerDrawing> drawing_of(FingerPosition position, const fingerprint::FingerprintTemplate& finger) {
  FingerDrawing out{position, finger.quality, finger.width_px500, finger.height_px500, finger.minutiae, {}, {}};
  WHORL_ASSIGN(out.ridges, ridges_of(finger));
  return out;
}

}  // namespace whorl::engine
