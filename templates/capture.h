// What was said of a sample by whoever captured it: kept and given back, and no part of any comparison.
//
// Plain values. Texts are given back byte for byte; an empty text or a zero was not said.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

namespace whorl {

// How a print came about: the codes of ANSI/NIST-ITL 1-2011, field IMP, which ISO/IEC 19794-4 shares.
enum class Impression : std::uint8_t {
  kLiveScanPlain = 0,
  kLiveScanRolled = 1,
  kNonliveScanPlain = 2,
  kNonliveScanRolled = 3,
  kLatentImpression = 4,
  kLatentTracing = 5,
  kLatentPhoto = 6,
  kLatentLift = 7,
  kLiveScanSwipe = 8,
  kLiveScanVerticalRoll = 9,
  kLiveScanPalm = 10,
  kNonliveScanPalm = 11,
  kLatentPalmImpression = 12,
  kLatentPalmTracing = 13,
  kLatentPalmPhoto = 14,
  kLatentPalmLift = 15,
  kLiveScanContactlessPlain = 24,
  kOther = 28,
  kUnknown = 29,
};

// The word of each, as OSIA has them.
struct ImpressionName {
  Impression impression;
  std::string_view name;
};
inline constexpr ImpressionName kImpressionNames[] = {
    {Impression::kLiveScanPlain, "LIVE_SCAN_PLAIN"},
    {Impression::kLiveScanRolled, "LIVE_SCAN_ROLLED"},
    {Impression::kNonliveScanPlain, "NONLIVE_SCAN_PLAIN"},
    {Impression::kNonliveScanRolled, "NONLIVE_SCAN_ROLLED"},
    {Impression::kLatentImpression, "LATENT_IMPRESSION"},
    {Impression::kLatentTracing, "LATENT_TRACING"},
    {Impression::kLatentPhoto, "LATENT_PHOTO"},
    {Impression::kLatentLift, "LATENT_LIFT"},
    {Impression::kLiveScanSwipe, "LIVE_SCAN_SWIPE"},
    {Impression::kLiveScanVerticalRoll, "LIVE_SCAN_VERTICAL_ROLL"},
    {Impression::kLiveScanPalm, "LIVE_SCAN_PALM"},
    {Impression::kNonliveScanPalm, "NONLIVE_SCAN_PALM"},
    {Impression::kLatentPalmImpression, "LATENT_PALM_IMPRESSION"},
    {Impression::kLatentPalmTracing, "LATENT_PALM_TRACING"},
    {Impression::kLatentPalmPhoto, "LATENT_PALM_PHOTO"},
    {Impression::kLatentPalmLift, "LATENT_PALM_LIFT"},
    {Impression::kLiveScanContactlessPlain, "LIVE_SCAN_OPTICAL_CONTACTLESS_PLAIN"},
    {Impression::kOther, "OTHER"},
    {Impression::kUnknown, "UNKNOWN"},
};

// True of the codes above.
constexpr bool is_impression(std::uint8_t code) {
  return std::any_of(std::begin(kImpressionNames), std::end(kImpressionNames),
                     [code](const ImpressionName& row) { return static_cast<std::uint8_t>(row.impression) == code; });
}

// Nothing for a word that is none's.
constexpr std::optional<Impression> impression_of(std::string_view name) {
  for (const ImpressionName& row : kImpressionNames) {
    if (row.name == name) return row.impression;
  }
  return std::nullopt;
}

// Precondition: is_impression.
constexpr std::string_view name_of(Impression impression) {
  for (const ImpressionName& row : kImpressionNames) {
    if (row.impression == impression) return row.name;
  }
  return {};
}

struct CaptureData {
  // Tells two samples of one modality and position apart.
  std::string instance;
  // RFC 3339.
  std::string captured_at;
  std::string device;
  std::optional<Impression> impression;
  // Of the image that was captured.
  std::uint32_t width_px = 0;
  std::uint32_t height_px = 0;
  std::uint32_t bit_depth = 0;
  std::uint32_t resolution_ppi = 0;
  std::string media_type;
  std::string compression;
  // Of the vendor's own; free text.
  std::string metadata;
  std::string comment;

  friend bool operator==(const CaptureData&, const CaptureData&) = default;
};

// The most bytes of each text.
namespace capture_limits {
inline constexpr std::size_t kInstanceBytes = 128;
inline constexpr std::size_t kDateBytes = 64;
inline constexpr std::size_t kDeviceBytes = 256;
inline constexpr std::size_t kMediaTypeBytes = 128;
inline constexpr std::size_t kCompressionBytes = 32;
inline constexpr std::size_t kMetadataBytes = 4096;
inline constexpr std::size_t kCommentBytes = 4096;
}  // namespace capture_limits

}  // namespace whorl
