#include "server/osia/biometric_data.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <utility>

#include "base/base64.h"
#include "base/catalogue.h"
#include "engine/sample_limits.h"
#include "server/json/json_text.h"
#include "server/osia/capture_json.h"
#include "server/osia/names.h"

namespace whorl::server {
namespace {

namespace json = boost::json;

constexpr std::string_view kUnsupported[] = {"imageRef", "templateRef", "encryption", "integrity"};
constexpr std::string_view kKnown[] = {
    "biometricType", "biometricSubType", "instance",  "encounterId", "image",      "imageRef",    "captureDate",
    "captureDevice", "impressionType",   "width",     "height",      "bitdepth",   "mimeType",    "resolution",
    "compression",   "missing",          "metadata",  "comment",     "template",   "templateRef", "templateFormat",
    "quality",       "qualityFormat",    "algorithm", "vendor",      "encryption", "integrity"};
constexpr std::string_view kMissingKnown[] = {"biometricSubType", "presence"};
constexpr std::size_t kMaxNameBytes = 64;
constexpr std::int64_t kMaxPixelsPerInch = 100'000;

// True for a face, false for a finger.
Result<bool> read_type(const ObjectReader& item) {
  WHORL_TRY(item.required_text("biometricType", kMaxNameBytes));
  WHORL_ASSIGN(const auto type, item.one_of("biometricType", biometric_types()));
  if (*type != "FINGER" && *type != "FACE") {
    return item.error("biometricType", "only FINGER and FACE are supported");
  }
  return *type == "FACE";
}

// `several_allowed`: the item only states what is missing, so it may speak of a whole hand.
Result<FingerPosition> read_position(const ObjectReader& item, bool several_allowed) {
  WHORL_ASSIGN(const auto name, item.text("biometricSubType", kMaxNameBytes));
  if (!name) return FingerPosition::kUnknown;
  const SubType sub = sub_type(*name);
  switch (sub.kind) {
    case SubTypeKind::kFinger: return sub.position;
    case SubTypeKind::kSeveral:
      if (several_allowed) return FingerPosition::kUnknown;
      return item.error("biometricSubType", "several fingers on one image are not supported; send each finger alone");
    case SubTypeKind::kNotFinger: return item.error("biometricSubType", "is not a finger");
    case SubTypeKind::kUnheard: break;
  }
  return item.error("biometricSubType", "is no BiometricSubType of the interface");
}

Result<Bytes> read_base64(const ObjectReader& item, std::string_view name, std::size_t max_bytes) {
  WHORL_ASSIGN(const auto text, item.text(name, base64_size(max_bytes)));
  if (!text) return Bytes();
  auto bytes = decode_base64(*text);
  if (!bytes) return item.at(name, failure(ErrorCode::kNotBase64));
  if (bytes->empty()) return item.at(name, failure(ErrorCode::kEmpty));
  return std::move(*bytes);
}

// An image, or a template of `wanted` format.
Status read_bytes(const ObjectReader& item, std::string_view wanted, std::size_t max_template_bytes, Bytes& image,
                  Bytes& native_template) {
  const bool has_image = item.find("image") != nullptr;
  if (has_image && item.find("template") != nullptr) {
    return item.at("template", failure(ErrorCode::kImageAndTemplate));
  }
  WHORL_ASSIGN(image, read_base64(item, "image", engine::kMaxImageBytes));
  WHORL_ASSIGN(const auto format, item.text("templateFormat", kMaxNameBytes));
  if (!has_image) {
    const std::string supported = "supported: " + std::string(wanted);
    if (!format) return item.error("templateFormat", "required beside a template; " + supported);
    if (*format != wanted) return item.error("templateFormat", supported);
    WHORL_ASSIGN(native_template, read_base64(item, "template", max_template_bytes));
  } else if (format) {
    return item.error("templateFormat", "there is no template beside it");
  }
  return {};
}

Status read_sample(const ObjectReader& item, engine::FingerSample& sample) {
  WHORL_TRY(read_bytes(item, kNativeFormat, engine::kMaxFingerTemplateBytes, sample.image, sample.native_template));
  WHORL_ASSIGN(const auto ppi, item.integer("resolution", 1, kMaxPixelsPerInch));
  if (ppi) sample.image_ppi = static_cast<double>(*ppi);
  return {};
}

Status read_missing(const ObjectReader& item, std::size_t index, const std::optional<FingerPosition>& own,
                    Biometrics& out) {
  WHORL_ASSIGN(const auto* list, item.array("missing", limits::kFingers));
  if (list == nullptr) return {};
  for (std::size_t i = 0; i < list->size(); ++i) {
    WHORL_ASSIGN(const auto entry, ObjectReader::of((*list)[i], item.path_of("missing", i)));
    WHORL_TRY(entry.allow_only(kMissingKnown));
    engine::MissingFinger missing;
    WHORL_ASSIGN(missing.position, read_position(entry, false));
    if (missing.position == FingerPosition::kUnknown) {
      if (!own || *own == FingerPosition::kUnknown) {
        return entry.error("biometricSubType", "must name the finger that is missing");
      }
      missing.position = *own;
    }
    WHORL_ASSIGN(const auto presence, entry.one_of("presence", presences()));
    if (presence) missing.reason = *presence;
    for (const auto& other : out.missing) {
      if (other.position == missing.position) return entry.error("biometricSubType", "is stated missing twice");
    }
    out.missing.push_back(std::move(missing));
    out.missing_items.push_back(index);
  }
  return {};
}

Status read_face(const ObjectReader& item, std::size_t index, CaptureData capture, Biometrics& out) {
  if (out.face) return item.error("biometricType", "one face at most");
  if (item.find("missing") != nullptr) return item.error("missing", "states what fingers are missing");
  WHORL_ASSIGN(const auto name, item.text("biometricSubType", kMaxNameBytes));
  if (name && *name != "UNKNOWN" && *name != kPortrait) {
    return item.error("biometricSubType", "a face is PORTRAIT or UNKNOWN");
  }
  if (item.find("image") == nullptr && item.find("template") == nullptr) {
    return item.error("image", "an image or a template is required");
  }
  engine::FaceSample& sample = out.face.emplace();
  WHORL_TRY(read_bytes(item, kNativeFaceFormat, engine::kMaxFaceTemplateBytes, sample.image, sample.native_template));
  if (name && *name == kPortrait) sample.position = kFacePortrait;
  sample.capture = std::move(capture);
  out.face_item = index;
  return {};
}

Status read_item(const ObjectReader& item, std::size_t index, Biometrics& out) {
  WHORL_TRY(item.refuse(kUnsupported));
  WHORL_TRY(item.allow_only(kKnown));
  WHORL_ASSIGN(const bool is_face, read_type(item));
  WHORL_ASSIGN(auto capture, read_capture(item));
  if (is_face) return read_face(item, index, std::move(capture), out);
  const bool has_sample = item.find("image") != nullptr || item.find("template") != nullptr;
  WHORL_ASSIGN(const auto position, read_position(item, !has_sample));
  WHORL_TRY(read_missing(item, index, has_sample ? std::nullopt : std::optional(position), out));
  if (!has_sample) {
    if (item.find("missing") != nullptr && !out.missing_items.empty() && out.missing_items.back() == index) return {};
    return item.error("image", "an image, a template or a list of what is missing is required");
  }
  engine::FingerSample sample;
  sample.position = position;
  WHORL_TRY(read_sample(item, sample));
  sample.capture = std::move(capture);
  out.fingers.push_back(std::move(sample));
  out.finger_items.push_back(index);
  return {};
}

}  // namespace

Result<Biometrics> read_biometrics(const ObjectReader& body) {
  WHORL_ASSIGN(const auto* items, body.required_array("biometricData", kMaxBiometricItems));
  Biometrics out;
  for (std::size_t i = 0; i < items->size(); ++i) {
    WHORL_ASSIGN(const auto item, ObjectReader::of((*items)[i], body.path_of("biometricData", i)));
    WHORL_TRY(read_item(item, i, out));
  }
  if (out.fingers.empty() && !out.face) {
    return body.error("biometricData", "holds no image or template of a finger or face");
  }
  if (out.fingers.size() > limits::kFingers) return body.error("biometricData", "holds more than 10 fingers");
  return out;
}

}  // namespace whorl::server
