#include "engine/formats.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <span>

#include "base/catalogue.h"
#include "templates/codec/codec.h"
#include "templates/codec/native.h"
#include "templates/image/decode.h"
#include "templates/image/formats.h"
#include "templates/interchange/check.h"
#include "templates/interchange/minutiae_writer.h"
#include "templates/interchange/rules_broken.h"
#include "templates/interchange/samples.h"

namespace whorl::engine {
namespace {

using interchange::MinutiaeEdition;

// OSIA's names for minutiae of other systems. The first edition is the one that is written.
struct ForeignFormat {
  std::string_view name;
  std::array<MinutiaeEdition, 2> editions;
  std::string_view stated;  // of a format that its bytes do not name
};

constexpr std::array kForeign{
    ForeignFormat{"ISO_19794_2", {MinutiaeEdition::kIso2005, MinutiaeEdition::kIso2005}, ""},
    ForeignFormat{
        "ISO_19794_2_NS", {MinutiaeEdition::kIsoCardNormal, MinutiaeEdition::kIsoCardNormal}, "iso-card-normal"},
    ForeignFormat{
        "ISO_19794_2_CS", {MinutiaeEdition::kIsoCardCompact, MinutiaeEdition::kIsoCardCompact}, "iso-card-compact"},
    ForeignFormat{"ISO_19794_2_2011", {MinutiaeEdition::kIso2011, MinutiaeEdition::kIso2011}, ""},
    ForeignFormat{"ANSI_378", {MinutiaeEdition::kAnsi2004, MinutiaeEdition::kAnsi2004}, ""},
    ForeignFormat{"ANSI_378_2009", {MinutiaeEdition::kAnsi2009, MinutiaeEdition::kAnsi2009Am1}, ""},
};

std::atomic<RecordPolicy> record_policy{RecordPolicy::kLenient};

constexpr std::size_t kMostForeignBytes = std::size_t{256} << 10;

const ForeignFormat* foreign_named(std::string_view name) {
  const auto* const found =
      std::find_if(kForeign.begin(), kForeign.end(), [=](const ForeignFormat& row) { return row.name == name; });
  return found == kForeign.end() ? nullptr : found;
}

Error unusable_template(const std::string& why) { return failure(ErrorCode::kTemplateDamaged, with<"detail">(why)); }
Error unusable_image(const std::string& why) { return failure(ErrorCode::kImageUndecodable, with<"detail">(why)); }

// Empty where the policy takes the file; else why not.
std::string refused_by_policy(const interchange::Report& report) {
  if (record_policy.load() == RecordPolicy::kLenient) return {};
  const std::string rules = interchange::rules_broken(report.findings, interchange::Severity::kError);
  return rules.empty() ? std::string() : "the record breaks rules of its standard: " + rules;
}

// "errors FMR-10; warnings FMR-26", kept with each sample; nothing of a file without findings.
void keep_findings(const interchange::Report& report, std::vector<Sample>& samples) {
  const std::string errors = interchange::rules_broken(report.findings, interchange::Severity::kError);
  const std::string warnings = interchange::rules_broken(report.findings, interchange::Severity::kWarning);
  std::string kept = errors.empty() ? "" : "errors " + errors;
  if (!warnings.empty()) kept += (kept.empty() ? "warnings " : "; warnings ") + warnings;
  for (Sample& each : samples) each.capture.metadata = kept;
}

// What of the record is not among its samples, kept beside the findings.
void keep_left(std::span<const std::string> left, std::vector<Sample>& samples) {
  constexpr std::size_t kMostKept = 1000;  // bytes
  std::string text;
  for (const std::string& each : left) {
    if (text.size() + each.size() > kMostKept) break;
    text += (text.empty() ? "left out: " : "; ") + each;
  }
  if (text.empty()) return;
  for (Sample& each : samples) each.capture.metadata += (each.capture.metadata.empty() ? "" : "; ") + text;
}

// A picture by itself, looked at by the checker where its format has rules.
Result<std::vector<Sample>> sample_of_picture(Bytes bytes, Modality modality) {
  std::vector<Sample> out(1);
  const image::ImageFormat* const format = image::image_format_of(bytes);
  const bool has_rules =
      format != nullptr &&
      (format->row.format == Format::kWsq || format->row.format == Format::kJp2 || format->row.format == Format::kJ2k);
  if (has_rules) {
    const interchange::Report report = interchange::check(bytes);
    const std::string refused = refused_by_policy(report);
    if (!refused.empty()) return unusable_image(refused);
    keep_findings(report, out);
  }
  if (const int pages = image::stated_of(bytes).pages; pages > 1) {
    const std::string more = std::to_string(pages - 1) + " further pages of the file, of which the first alone is read";
    if (record_policy.load() == RecordPolicy::kStrict) return unusable_image("the file holds " + more);
    keep_left(std::span(&more, 1), out);
  }
  out.front().modality = modality;
  out.front().format = Format::kAnyImage;
  out.front().bytes = std::move(bytes);
  return out;
}

}  // namespace

void set_record_policy(RecordPolicy policy) { record_policy = policy; }

std::optional<TemplateFormat> template_format(Modality modality, std::string_view osia_name) {
  for (const codec::Codec& codec : codec::codecs()) {
    if (codec.is_image() || codec.content->modality != modality || codec.content->osia_name != osia_name) continue;
    return {{codec.content->osia_name, modality, codec.row.format, codec.content->most_bytes}};
  }
  const ForeignFormat* foreign = modality == Modality::kFinger ? foreign_named(osia_name) : nullptr;
  if (foreign == nullptr) return {};
  return {{foreign->name, modality, Format::kUnstated, kMostForeignBytes}};
}

std::string_view template_name(Format format) {
  const codec::Codec* codec = codec::find_codec(format);
  return codec == nullptr || codec->is_image() ? std::string_view() : codec->content->osia_name;
}

std::string template_formats(Modality modality) {
  std::string out;
  for (const codec::Codec& codec : codec::codecs()) {
    if (codec.is_image() || codec.content->modality != modality) continue;
    out += (out.empty() ? "" : ", ") + std::string(codec.content->osia_name);
  }
  if (modality != Modality::kFinger) return out;
  for (const ForeignFormat& each : kForeign) out += ", " + std::string(each.name);
  return out;
}

Result<std::vector<Sample>> samples_of_template(Bytes bytes, const TemplateFormat& format) {
  std::vector<Sample> out;
  const ForeignFormat* foreign = format.is_own() ? nullptr : foreign_named(format.name);
  if (foreign == nullptr) {
    Sample own;
    own.modality = format.modality;
    own.format = format.format;
    own.bytes = std::move(bytes);
    out.push_back(std::move(own));
    return out;
  }
  interchange::CheckOptions options;
  options.stated = foreign->stated;
  interchange::FileSamples found = interchange::samples_in(bytes, options);
  const auto is = [&](MinutiaeEdition edition) { return found.report.edition == interchange::name_of(edition); };
  if (!is(foreign->editions[0]) && !is(foreign->editions[1])) {
    const std::string what = found.report.edition.empty() ? "of no known edition" : found.report.edition;
    return unusable_template("the template is not " + std::string(foreign->name) + ": it is " + what);
  }
  const std::string refused = refused_by_policy(found.report);
  if (!refused.empty()) return unusable_template(refused);
  if (found.samples.empty()) {
    std::string why = "the template holds no minutiae that can be used";
    for (const std::string& left : found.left) why += "; left out: " + left;
    return unusable_template(why);
  }
  interchange::keep_one_each(found.samples, found.left);
  keep_findings(found.report, found.samples);
  return std::move(found.samples);
}

Result<Bytes> template_in(const TemplateFormat& format, std::uint8_t position, ByteView own) {
  const ForeignFormat* foreign = format.is_own() ? nullptr : foreign_named(format.name);
  if (foreign == nullptr) return Bytes(own.begin(), own.end());
  WHORL_ASSIGN(const auto content, codec::decode_native(own));
  const interchange::FingerToWrite finger{&content, static_cast<fingerprint::FingerPosition>(position), 0};
  return interchange::write_minutiae({&finger, 1}, {foreign->editions[0]});
}

Result<std::vector<Sample>> samples_of_image(Bytes bytes, Modality modality) {
  if (!interchange::begins_interchange(bytes)) return sample_of_picture(std::move(bytes), modality);
  interchange::FileSamples found = interchange::samples_in(bytes);
  const std::string refused = refused_by_policy(found.report);
  if (!refused.empty()) return unusable_image(refused);
  std::erase_if(found.samples, [=](const Sample& each) { return each.modality != modality; });
  if (found.samples.empty()) {
    std::string why = "the " + found.report.format + " file holds nothing to use";
    for (const std::string& left : found.left) why += "; left out: " + left;
    return unusable_image(why);
  }
  std::erase_if(found.samples, [](const Sample& each) { return each.format != Format::kAnyImage; });
  if (found.samples.empty()) return unusable_image("the record holds minutiae and no image: hand it in as a template");
  const std::size_t sound = found.left.size();
  interchange::leave_undecodable(found.samples, found.left);
  if (record_policy.load() == RecordPolicy::kStrict && found.left.size() > sound) {
    return unusable_image("a sample of the record cannot be used: " + found.left[sound]);
  }
  interchange::keep_one_each(found.samples, found.left);
  keep_findings(found.report, found.samples);
  keep_left(std::span(found.left), found.samples);
  return std::move(found.samples);
}

Result<std::vector<Sample>> samples_at(std::vector<Sample> found, std::uint8_t stated) {
  if (stated == 0) return found;
  const auto at = [&](std::uint8_t position) {
    return std::find_if(found.begin(), found.end(), [=](const Sample& each) { return each.position == position; });
  };
  auto chosen = at(stated);
  if (chosen == found.end()) chosen = at(0);
  if (chosen == found.end()) return unusable_image("the record holds no sample of this position");
  std::vector<Sample> out;
  chosen->position = stated;
  out.push_back(std::move(*chosen));
  return out;
}

}  // namespace whorl::engine
