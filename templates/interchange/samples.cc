#include "templates/interchange/samples.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include "base/limits.h"
#include "templates/codec/native.h"
#include "templates/image/decode.h"
#include "templates/image/encode.h"
#include "templates/image/jpeg_2000_header.h"
#include "templates/interchange/fingerprint_minutiae.h"
#include "templates/interchange/pixel_scale.h"

namespace whorl::interchange {
namespace {

constexpr int kLastFinger = 10;
constexpr int kPlainRightThumb = 11;
constexpr int kPlainLeftThumb = 12;

// The finger of a position of ANSI/NIST-ITL or ISO; nothing of several fingers, or of a palm.
std::optional<std::uint8_t> one_finger(int position) {
  if (position <= kLastFinger) return static_cast<std::uint8_t>(position);
  if (position == kPlainRightThumb) return static_cast<std::uint8_t>(fingerprint::FingerPosition::kRightThumb);
  if (position == kPlainLeftThumb) return static_cast<std::uint8_t>(fingerprint::FingerPosition::kLeftThumb);
  return std::nullopt;
}

Result<Bytes> png_of(const FoundPicture& picture) {
  constexpr std::int64_t kMostSide = 1 << 15;
  if (picture.depth != 8)
    return invalid_input("uncompressed pixels of " + std::to_string(picture.depth) + " bits are not read");
  image::GreyImage grey;
  const bool sized =
      picture.width > 0 && picture.height > 0 && picture.width <= kMostSide && picture.height <= kMostSide;
  if (!sized || static_cast<std::uint64_t>(picture.width * picture.height) != picture.bytes.size()) {
    return invalid_input("the uncompressed image is not as long as its size says");
  }
  grey.width = static_cast<int>(picture.width);
  grey.height = static_cast<int>(picture.height);
  // A PNG names a resolution; that of a face is looked at by nobody.
  constexpr int kOfAFace = 500;
  grey.ppi = picture.ppi.value_or(picture.modality == Modality::kFace ? kOfAFace : 0);
  grey.pixels = picture.bytes;
  return image::encode_png(grey);
}

// `wanted`: of every modality where there is none.
class Collector {
 public:
  explicit Collector(std::optional<Modality> wanted) : wanted_(wanted) {}

  void picture(FoundPicture& found) {
    if (wanted_ && found.modality != *wanted_) return;
    Sample sample;
    sample.modality = found.modality;
    sample.position = found.position;
    sample.format = Format::kAnyImage;
    if (found.modality == Modality::kFinger) {
      const auto finger = one_finger(found.position);
      if (!finger) return leave("an image of position " + std::to_string(found.position) + ", which is not one finger");
      sample.position = *finger;
      sample.resolution_ppi = found.ppi;
      sample.capture.impression = found.impression;
      if (!found.unusable.empty()) return leave_at(found.position, invalid_input(found.unusable));
    }
    if (found.depth > 0) {
      auto png = png_of(found);
      if (!png.ok()) return leave_at(found.position, png.error());
      sample.bytes = std::move(png).value();
    } else {
      sample.bytes = std::move(found.bytes);
    }
    samples.push_back(std::move(sample));
  }

  void minutiae(const FoundMinutiae& found) {
    if (wanted_ && *wanted_ != Modality::kFinger) return;
    const auto finger = one_finger(found.view.position);
    if (!finger)
      return leave("minutiae of position " + std::to_string(found.view.position) + ", which is not one finger");
    if (!found.unusable.empty()) return leave_at(found.view.position, invalid_input(found.unusable));
    if (found.malformed > 0) {
      leave("position " + std::to_string(found.view.position) + ": " + std::to_string(found.malformed) + " of " +
            std::to_string(found.malformed + found.view.minutiae.size()) + " minutiae, which are malformed");
    }
    const auto content = fingerprint_of(found);
    if (!content.ok()) return leave_at(found.view.position, content.error());
    auto bytes = codec::encode_native(*content);
    if (!bytes.ok()) return leave_at(found.view.position, bytes.error());
    Sample sample;
    sample.position = *finger;
    sample.format = Format::kNativeFinger;
    sample.capture.impression = found.impression;
    sample.bytes = std::move(bytes).value();
    samples.push_back(std::move(sample));
  }

  void passed_over(const PassedOver& what) {
    if (!wanted_ || what.modality == wanted_) leave(what.text);
  }

  void leave(std::string_view what) { left.emplace_back(what); }

  std::vector<Sample> samples;
  std::vector<std::string> left;

 private:
  void leave_at(int position, const Error& why) { leave("position " + std::to_string(position) + ": " + why.message); }

  std::optional<Modality> wanted_;
};

FileSamples collected(ByteView file, const CheckOptions& options, std::optional<Modality> wanted) {
  LenientReading reading = read_leniently(file, options);
  Collector collector(wanted);
  if (!reading.report.unhandled.empty()) collector.leave(reading.report.unhandled);
  if (reading.report.format == "JP2" || reading.report.format == "J2K") {
    collector.leave("a bare JPEG 2000 picture, which does not say whether it shows a finger or a face");
  } else {
    for (FoundPicture& picture : reading.contents.pictures) collector.picture(picture);
  }
  for (const FoundMinutiae& view : reading.contents.minutiae) collector.minutiae(view);
  for (const PassedOver& each : reading.contents.passed_over) collector.passed_over(each);
  return {std::move(reading.report), std::move(collector.samples), std::move(collector.left)};
}

// "right_index", "the face".
std::string name_of_sample(const Sample& sample) {
  if (sample.modality == Modality::kFace) return "the face";
  return std::string(name_of(static_cast<fingerprint::FingerPosition>(sample.position)));
}

// Ten fingers at 1,000 pixels an inch, and some more.
constexpr std::uint64_t kMostPixelsLookedAt = 40'000'000;
// As many are stated_pixels at most: a larger picture is one that an engine may be set to take.
constexpr auto kMostPixelsOfOne = static_cast<std::uint64_t>(image::ImageLimits{}.max_pixels);

// Whether the pixels of an image can be read, within no bound but that of pixels: what else is too much is the engine's
// to say.
Status decodes(const Sample& sample) {
  image::DecodeOptions how;
  how.ppi = image::kStandardPpi;
  how.limits.max_bytes = sample.bytes.size();
  how.limits.min_side_px = 1;
  how.limits.max_side_px = std::numeric_limits<int>::max();
  if (sample.modality == Modality::kFace) {
    const auto decoded = image::decode_colour(sample.bytes, how.limits);
    return decoded.ok() ? Status() : Status(decoded.error());
  }
  const auto decoded = image::decode_image(sample.bytes, how);
  return decoded.ok() ? Status() : Status(decoded.error());
}

}  // namespace

Result<FoundSamples> samples_of(ByteView file, Modality modality, const std::string& stated) {
  if (stated.empty() && (image::begins_jp2(file) || image::begins_j2k(file))) {  // not decoded in vain
    return invalid_input("a bare JPEG 2000 picture does not say whether it shows a finger or a face");
  }
  CheckOptions options;
  options.stated = stated;
  FileSamples found = collected(file, options, modality);
  if (!found.samples.empty())
    return FoundSamples{std::move(found.samples), found.report.findings.errors(), std::move(found.left)};
  if (found.report.format.empty()) return invalid_input("the file is of no known format of records");
  std::string why = "the " + found.report.format + " file holds nothing to use";
  for (const std::string& left : found.left) why += "; left out: " + left;
  return invalid_input(why);
}

Result<Sample> first_sample_of(ByteView file, Modality modality) {
  WHORL_ASSIGN(FoundSamples found, samples_of(file, modality));
  return std::move(found.samples.front());
}

FileSamples samples_in(ByteView file, const CheckOptions& options) { return collected(file, options, std::nullopt); }

bool is_other_resolution(std::optional<double> stated_ppi, double used_ppi) {
  return stated_ppi && !are_square(*stated_ppi, used_ppi);
}

std::vector<std::string> notes_of_picture(ByteView file, std::optional<double> ppi) {
  std::vector<std::string> out;
  const image::StatedOfFile stated = image::stated_of(file);
  if (stated.pages > 1) {
    out.push_back("holds " + std::to_string(stated.pages) + " pages; the first is read, and no other");
  }
  const bool other = ppi && (is_other_resolution(stated.x_ppi, *ppi) || is_other_resolution(stated.y_ppi, *ppi));
  if (other) {
    out.push_back("states " + std::to_string(std::lround(*stated.x_ppi)) + " x " +
                  std::to_string(std::lround(*stated.y_ppi)) + " pixels an inch; " + std::to_string(std::lround(*ppi)) +
                  " is used, as it was given");
  }
  return out;
}

void leave_undecodable(std::vector<Sample>& samples, std::vector<std::string>& left) {
  if (samples.size() < 2) return;
  std::vector<Sample> sound;
  std::vector<std::string> why;
  std::optional<Sample> first_bad;
  std::uint64_t pixels_left = kMostPixelsLookedAt;
  for (Sample& each : samples) {
    // Templates were made here and are sound.
    const bool is_image = each.format == Format::kAnyImage;
    const std::uint64_t pixels = is_image ? image::stated_pixels(each.bytes) : 0;
    const bool looked_at = is_image && pixels <= pixels_left && pixels < kMostPixelsOfOne;
    if (looked_at) pixels_left -= pixels;
    const Status decoded = looked_at ? decodes(each) : Status();
    if (decoded.ok()) {
      sound.push_back(std::move(each));
      continue;
    }
    why.push_back(name_of_sample(each) + ": " + decoded.error().message);
    if (!first_bad) first_bad = std::move(each);
  }
  if (sound.empty() && first_bad) {
    sound.push_back(std::move(*first_bad));
    why.erase(why.begin());
  }
  samples = std::move(sound);
  left.insert(left.end(), why.begin(), why.end());
}

void keep_one_each(std::vector<Sample>& samples, std::vector<std::string>& left) {
  std::vector<Sample> out;
  for (Sample& each : samples) {
    const auto same_kind = [&](const Sample& other) { return other.modality == each.modality; };
    const auto same = [&](const Sample& other) { return same_kind(other) && other.position == each.position; };
    const bool finger = each.modality == Modality::kFinger;
    const bool second = finger ? each.position != 0 && std::any_of(out.begin(), out.end(), same)
                               : std::any_of(out.begin(), out.end(), same_kind);
    const auto of_kind = static_cast<std::size_t>(std::count_if(out.begin(), out.end(), same_kind));
    if (second) {
      left.push_back("another sample of the " + (finger ? name_of_sample(each) : "face"));
    } else if (finger && of_kind == limits::kFingers) {
      left.emplace_back("a finger beyond the tenth");
    } else {
      out.push_back(std::move(each));
    }
  }
  samples = std::move(out);
}

}  // namespace whorl::interchange
