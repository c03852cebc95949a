#include "index/record/packed_client_data.h"

#include <algorithm>
#include <boost/json.hpp>
#include <limits>
#include <optional>

#include "base/base64.h"
#include "base/json_text.h"

namespace whorl::index {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxDepth = 48;  // those builds took 32, within this object

// The words of the interface that those builds spoke, in order of finger position.
constexpr std::string_view kPositions[] = {"UNKNOWN",     "RIGHT_THUMB",  "RIGHT_INDEX", "RIGHT_MIDDLE",
                                           "RIGHT_RING",  "RIGHT_LITTLE", "LEFT_THUMB",  "LEFT_INDEX",
                                           "LEFT_MIDDLE", "LEFT_RING",    "LEFT_LITTLE"};

std::string_view text_of(const json::object& from, std::string_view name) {
  const json::value* const value = from.if_contains({name.data(), name.size()});
  if (value == nullptr || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}

std::uint32_t number_of(const json::object& from, std::string_view name) {
  const json::value* const value = from.if_contains({name.data(), name.size()});
  if (value == nullptr || !value->is_int64()) return 0;
  const std::int64_t number = value->get_int64();
  return number > 0 && number <= std::numeric_limits<std::uint32_t>::max() ? static_cast<std::uint32_t>(number) : 0;
}

CaptureData capture_of(const json::object& from) {
  CaptureData out;
  out.instance = text_of(from, "instance");
  out.captured_at = text_of(from, "captureDate");
  out.device = text_of(from, "captureDevice");
  out.media_type = text_of(from, "mimeType");
  out.compression = text_of(from, "compression");
  out.metadata = text_of(from, "metadata");
  out.comment = text_of(from, "comment");
  out.width_px = number_of(from, "width");
  out.height_px = number_of(from, "height");
  out.bit_depth = number_of(from, "bitdepth");
  out.resolution_ppi = number_of(from, "resolution");
  out.impression = impression_of(text_of(from, "impressionType"));
  return out;
}

bool speaks_of(const json::object& description, const SampleRecord& sample) {
  const bool face = text_of(description, "biometricType") == "FACE";
  if (sample.modality == Modality::kFace) return face;
  return !face && sample.position < std::size(kPositions) &&
         text_of(description, "biometricSubType") == kPositions[sample.position];
}

// Each description belongs to the first sample of its position that has none yet, as it was given back.
void describe(EncounterRecord& record, const json::object& packed) {
  const json::value* const list = packed.if_contains("biometricData");
  if (list == nullptr || !list->is_array()) return;
  std::vector<bool> described(record.samples.size(), false);
  for (const json::value& each : list->get_array()) {
    if (!each.is_object()) continue;
    for (std::size_t i = 0; i < record.samples.size(); ++i) {
      if (described[i] || !speaks_of(each.get_object(), record.samples[i])) continue;
      record.samples[i].capture = capture_of(each.get_object());
      const bool portrait = text_of(each.get_object(), "biometricSubType") == "PORTRAIT";
      if (portrait && record.samples[i].modality == Modality::kFace) record.samples[i].position = kFacePortrait;
      described[i] = true;
      break;
    }
  }
}

std::optional<json::object> packed_object(const std::string& client_data) {
  json::parse_options options;
  options.max_depth = kMaxDepth;
  boost::system::error_code error;
  json::value value = json::parse(client_data, error, {}, options);
  if (error || !value.is_object() || value.get_object().if_contains("osia") == nullptr) return {};
  return std::move(value.get_object());
}

std::string object_text(const json::object& packed, std::string_view name) {
  const json::value* const value = packed.if_contains({name.data(), name.size()});
  return value != nullptr && value->is_object() ? json_text(*value) : std::string();
}

}  // namespace

void unpack_client_data(EncounterRecord& record) {
  if (record.client_data.empty() || record.client_data.front() != '{') return;
  const auto packed = packed_object(record.client_data);
  if (!packed) return;
  EncounterRecord out = record;
  out.biographic_data = object_text(*packed, "biographicData");
  out.contextual_data = object_text(*packed, "contextualData");
  const auto client = decode_base64(text_of(*packed, "clientData"));
  if (!client) return;
  out.client_data = as_text(*client);
  describe(out, *packed);
  if (check_record(out).ok()) record = std::move(out);
}

}  // namespace whorl::index
