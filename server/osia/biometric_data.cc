#include "server/osia/biometric_data.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <utility>

#include "base/base64.h"
#include "base/catalogue.h"
#include "engine/formats.h"
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

Result<Modality> read_type(const ObjectReader& item) {
  WHORL_TRY(item.required_text("biometricType", kMaxNameBytes));
  WHORL_ASSIGN(const auto type, item.one_of("biometricType", biometric_types()));
  if (const auto modality = modality_named(*type)) return *modality;
  return item.at("biometricType", failure(ErrorCode::kTypeNotSupported));
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
      return item.at("biometricSubType", failure(ErrorCode::kSeveralFingersStated));
    case SubTypeKind::kNotFinger: return item.at("biometricSubType", failure(ErrorCode::kSubTypeNotFinger));
    case SubTypeKind::kUnheard: break;
  }
  return item.at("biometricSubType", failure(ErrorCode::kSubTypeUnknown));
}

Result<Bytes> read_base64(const ObjectReader& item, std::string_view name, std::size_t max_bytes) {
  WHORL_ASSIGN(const auto text, item.text(name, base64_size(max_bytes)));
  if (!text) return Bytes();
  auto bytes = decode_base64(*text);
  if (!bytes) return item.at(name, failure(ErrorCode::kNotBase64));
  if (bytes->empty()) return item.at(name, failure(ErrorCode::kEmpty));
  return std::move(*bytes);
}

// Nothing where none is stated; one that is must be known.
Result<std::optional<engine::TemplateFormat>> read_format(const ObjectReader& item, Modality modality) {
  WHORL_ASSIGN(const auto name, item.text("templateFormat", kMaxNameBytes));
  if (!name) return std::optional<engine::TemplateFormat>();
  auto format = engine::template_format(modality, *name);
  if (format) return format;
  return item.at("templateFormat",
                 failure(ErrorCode::kTemplateFormatUnknown, with<"formats">(engine::template_formats(modality))));
}

// An image, or a template in a format of the modality; either may be a record of another system, of several fingers.
// Beside an image a format says of the template that is made from it what readings of encounters say, and is not kept.
Result<std::vector<Sample>> read_samples(const ObjectReader& item, Modality modality) {
  const bool has_image = item.find("image") != nullptr;
  if (has_image && item.find("template") != nullptr) {
    return item.at("template", failure(ErrorCode::kImageAndTemplate));
  }
  WHORL_ASSIGN(const auto format, read_format(item, modality));
  if (has_image) {
    WHORL_ASSIGN(Bytes bytes, read_base64(item, "image", engine::kMaxImageBytes));
    auto found = engine::samples_of_image(std::move(bytes), modality);
    return found.ok() ? std::move(found) : item.at("image", found.error());
  }
  if (!format) {
    return item.at("templateFormat",
                   failure(ErrorCode::kTemplateFormatMissing, with<"formats">(engine::template_formats(modality))));
  }
  WHORL_ASSIGN(Bytes bytes, read_base64(item, "template", format->most_bytes));
  auto found = engine::samples_of_template(std::move(bytes), *format);
  return found.ok() ? std::move(found) : item.at("template", found.error());
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
        return entry.at("biometricSubType", failure(ErrorCode::kMissingUnnamed));
      }
      missing.position = *own;
    }
    WHORL_ASSIGN(const auto presence, entry.one_of("presence", presences()));
    if (presence) missing.reason = *presence;
    // A reason in other words is given out as the comment of an item of its own.
    if (!presence && own && list->size() == 1) {
      WHORL_ASSIGN(const auto comment, item.text("comment", capture_limits::kCommentBytes));
      if (comment && comment->size() <= limits::kMissingReasonBytes) missing.reason = *comment;
    }
    for (const auto& other : out.missing) {
      if (other.position != missing.position) continue;
      return entry.at("biometricSubType", failure(ErrorCode::kMissingTwice, with<"finger">(name_of(missing.position))));
    }
    out.missing.push_back(std::move(missing));
    out.missing_items.push_back(index);
  }
  return {};
}

Result<std::uint8_t> read_face_position(const ObjectReader& item) {
  WHORL_ASSIGN(const auto name, item.text("biometricSubType", kMaxNameBytes));
  if (!name || *name == "UNKNOWN") return kFaceUnstated;
  if (*name == kPortrait) return kFacePortrait;
  return item.at("biometricSubType", failure(ErrorCode::kFaceSubType));
}

bool has_sample(const ObjectReader& item) { return item.find("image") != nullptr || item.find("template") != nullptr; }

// An item as a reading of the encounter has it that holds no images.
bool means_kept(const ObjectReader& item, const KeptSample& kept) {
  return kept && !has_sample(item) && item.find("templateFormat") != nullptr;
}

// `about`: as in add_samples.
Status add_kept(const ObjectReader& item, std::size_t index, const Sample& about, const KeptSample& kept,
                Biometrics& out) {
  WHORL_TRY(read_format(item, about.modality));
  auto found = kept(about.modality, about.position);
  if (!found.ok()) return found.error().field.empty() ? item.at("image", found.error()) : found.error();
  if (about.resolution_ppi) found->resolution_ppi = about.resolution_ppi;
  found->position = about.position;
  found->capture = about.capture;
  out.sample_items.push_back({index, true});
  out.samples.push_back(std::move(*found));
  return {};
}

// `about`: what the item says of its samples beside their bytes. A resolution or a position that it states wins over
// the record's.
Status add_samples(const ObjectReader& item, std::size_t index, const Sample& about, Biometrics& out) {
  WHORL_ASSIGN(std::vector<Sample> found, read_samples(item, about.modality));
  if (about.modality == Modality::kFinger) {
    auto chosen = engine::samples_at(std::move(found), about.position);
    if (!chosen.ok()) return item.at("biometricSubType", chosen.error());
    found = std::move(chosen).value();
  }
  for (Sample& each : found) {
    if (about.modality == Modality::kFace) each.position = about.position;
    if (about.resolution_ppi) each.resolution_ppi = about.resolution_ppi;
    std::string findings = std::move(each.capture.metadata);
    const std::optional<Impression> impression = each.capture.impression;
    each.capture = about.capture;
    if (!each.capture.impression) each.capture.impression = impression;
    if (each.capture.metadata.empty()) each.capture.metadata = std::move(findings);
    out.sample_items.push_back({index, item.find("image") != nullptr});
    out.samples.push_back(std::move(each));
  }
  return {};
}

Status read_face(const ObjectReader& item, std::size_t index, Sample sample, const KeptSample& kept, Biometrics& out) {
  if (first_of(out.samples, Modality::kFace) != nullptr) return item.at("biometricType", failure(ErrorCode::kOneFace));
  if (item.find("missing") != nullptr) return item.at("missing", failure(ErrorCode::kMissingOfFace));
  WHORL_ASSIGN(sample.position, read_face_position(item));
  if (means_kept(item, kept)) return add_kept(item, index, sample, kept, out);
  if (!has_sample(item)) return item.at("image", failure(ErrorCode::kNoSample));
  return add_samples(item, index, sample, out);
}

Status read_finger(const ObjectReader& item, std::size_t index, Sample sample, const KeptSample& kept,
                   Biometrics& out) {
  const bool given = has_sample(item) || means_kept(item, kept);
  WHORL_ASSIGN(const auto position, read_position(item, !given));
  WHORL_TRY(read_missing(item, index, given ? std::nullopt : std::optional(position), out));
  if (!given) {
    if (item.find("missing") != nullptr && !out.missing_items.empty() && out.missing_items.back() == index) return {};
    return item.at("image", failure(ErrorCode::kSampleOrMissing));
  }
  WHORL_ASSIGN(const auto ppi, item.integer("resolution", 1, kMaxPixelsPerInch));
  if (ppi) sample.resolution_ppi = static_cast<double>(*ppi);
  sample.position = static_cast<std::uint8_t>(position);
  if (means_kept(item, kept)) return add_kept(item, index, sample, kept, out);
  return add_samples(item, index, sample, out);
}

Status read_item(const ObjectReader& item, std::size_t index, const KeptSample& kept, Biometrics& out) {
  WHORL_TRY(item.refuse(kUnsupported));
  WHORL_TRY(item.allow_only(kKnown));
  Sample sample;
  WHORL_ASSIGN(sample.modality, read_type(item));
  WHORL_ASSIGN(sample.capture, read_capture(item));
  switch (sample.modality) {
    case Modality::kFinger: return read_finger(item, index, std::move(sample), kept, out);
    case Modality::kFace: return read_face(item, index, std::move(sample), kept, out);
  }
  return item.at("biometricType", failure(ErrorCode::kTypeNotSupported));
}

}  // namespace

Result<Biometrics> read_biometrics(const ObjectReader& body, std::string_view name, const KeptSample& kept) {
  WHORL_ASSIGN(const auto* items, body.required_array(name, kMaxBiometricItems));
  Biometrics out;
  for (std::size_t i = 0; i < items->size(); ++i) {
    WHORL_ASSIGN(const auto item, ObjectReader::of((*items)[i], body.path_of(name, i)));
    WHORL_TRY(read_item(item, i, kept, out));
  }
  if (out.samples.empty()) return body.at(name, failure(ErrorCode::kNoSamples));
  const auto fingers = std::count_if(out.samples.begin(), out.samples.end(),
                                     [](const Sample& sample) { return sample.modality == Modality::kFinger; });
  if (fingers > static_cast<std::ptrdiff_t>(limits::kFingers)) {
    return body.at(name, failure(ErrorCode::kTooManySamples, with<"modality">("finger"), with<"most">(limits::kFingers),
                                 with<"given">(fingers)));
  }
  return out;
}

}  // namespace whorl::server
