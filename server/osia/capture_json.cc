#include "server/osia/capture_json.h"

#include <cstdint>
#include <string_view>

#include "base/catalogue.h"
#include "base/rfc3339.h"
#include "server/json/json_text.h"
#include "server/osia/names.h"

namespace whorl::server {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxNameBytes = 64;
constexpr std::int64_t kMaxPixelsPerInch = 100'000;
constexpr std::int64_t kMaxSide = 1'000'000;

struct Text {
  std::string_view name;
  std::string CaptureData::*member;
  std::size_t max_bytes;
};
constexpr Text kTexts[] = {
    {"instance", &CaptureData::instance, capture_limits::kInstanceBytes},
    {"captureDate", &CaptureData::captured_at, capture_limits::kDateBytes},
    {"captureDevice", &CaptureData::device, capture_limits::kDeviceBytes},
    {"mimeType", &CaptureData::media_type, capture_limits::kMediaTypeBytes},
    {"metadata", &CaptureData::metadata, capture_limits::kMetadataBytes},
    {"comment", &CaptureData::comment, capture_limits::kCommentBytes},
};

struct Number {
  std::string_view name;
  std::uint32_t CaptureData::*member;
  std::int64_t most;
};
constexpr Number kNumbers[] = {
    {"width", &CaptureData::width_px, kMaxSide},
    {"height", &CaptureData::height_px, kMaxSide},
    {"bitdepth", &CaptureData::bit_depth, kMaxSide},
    {"resolution", &CaptureData::resolution_ppi, kMaxPixelsPerInch},
};

// Checked for their type, not kept.
constexpr std::string_view kSendersText[] = {"encounterId", "qualityFormat", "algorithm", "vendor"};

}  // namespace

Result<CaptureData> read_capture(const ObjectReader& item) {
  CaptureData out;
  for (const Text& known : kTexts) {
    WHORL_ASSIGN(const auto text, item.text(known.name, known.max_bytes));
    if (text) out.*known.member = *text;
  }
  if (!out.captured_at.empty() && !is_rfc3339(out.captured_at)) {
    return item.at("captureDate", failure(ErrorCode::kNotADateTime));
  }
  for (const Number& known : kNumbers) {
    WHORL_ASSIGN(const auto number, item.integer(known.name, 1, known.most));
    if (number) out.*known.member = static_cast<std::uint32_t>(*number);
  }
  WHORL_ASSIGN(const auto impression, item.one_of("impressionType", impression_types()));
  if (impression) out.impression = impression_of(*impression);
  WHORL_ASSIGN(const auto compression, item.one_of("compression", compression_types()));
  if (compression) out.compression = *compression;
  for (const auto name : kSendersText) WHORL_TRY(item.text(name, kMaxNameBytes * 2));
  WHORL_TRY(item.integer("quality", -1, std::int64_t(1) << 53));
  return out;
}

void put_capture(const CaptureData& capture, json::object& item) {
  for (const Text& known : kTexts) {
    const std::string& text = capture.*known.member;
    if (!text.empty()) item[json_view(known.name)] = text;
  }
  for (const Number& known : kNumbers) {
    if (capture.*known.member != 0) item[json_view(known.name)] = capture.*known.member;
  }
  if (capture.impression) item["impressionType"] = json_view(name_of(*capture.impression));
  if (!capture.compression.empty()) item["compression"] = capture.compression;
}

}  // namespace whorl::server
