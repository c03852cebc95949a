// What was said of a sample by whoever captured it: kept and given back, and no part of any comparison.
//
// Plain values. Texts are given back byte for byte; an empty text or a zero was not said.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

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

// True of the codes above.
constexpr bool is_impression(std::uint8_t code) { return code <= 15 || code == 24 || code == 28 || code == 29; }

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
