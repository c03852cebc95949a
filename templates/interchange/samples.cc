#include "templates/interchange/samples.h"

#include "templates/codec/native.h"
#include "templates/image/encode.h"
#include "templates/interchange/check.h"
#include "templates/interchange/fingerprint_minutiae.h"

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
  grey.ppi = picture.ppi.value_or(0);
  grey.pixels = picture.bytes;
  return image::encode_png(grey);
}

class Collector {
 public:
  explicit Collector(Modality modality) : modality_(modality) {}

  Status picture(FoundPicture& found) {
    if (found.modality != modality_) return {};
    Sample sample;
    sample.modality = modality_;
    sample.position = found.position;
    sample.format = Format::kAnyImage;
    if (modality_ == Modality::kFinger) {
      const auto finger = one_finger(found.position);
      if (!finger) {
        out_.left.push_back("an image of position " + std::to_string(found.position) + ", which is not one finger");
        return {};
      }
      sample.position = *finger;
      sample.resolution_ppi = found.ppi;
    }
    if (found.depth > 0) {
      WHORL_ASSIGN(sample.bytes, png_of(found));
    } else {
      sample.bytes = std::move(found.bytes);
    }
    out_.samples.push_back(std::move(sample));
    return {};
  }

  Status minutiae(const FoundMinutiae& found) {
    if (modality_ != Modality::kFinger) return {};
    WHORL_ASSIGN(const auto content, fingerprint_of(found));
    Sample sample;
    sample.position = one_finger(found.view.position).value_or(0);
    sample.format = Format::kNativeFinger;
    WHORL_ASSIGN(sample.bytes, codec::encode_native(content));
    out_.samples.push_back(std::move(sample));
    return {};
  }

  FoundSamples take() { return std::move(out_); }
  FoundSamples& found() { return out_; }

 private:
  Modality modality_;
  FoundSamples out_;
};

}  // namespace

Result<FoundSamples> samples_of(ByteView file, Modality modality) {
  LenientReading reading = read_leniently(file);
  Collector collector(modality);
  collector.found().errors = reading.report.findings.errors();
  if (!reading.report.unhandled.empty()) collector.found().left.push_back(reading.report.unhandled);
  for (FoundPicture& picture : reading.contents.pictures) WHORL_TRY(collector.picture(picture));
  for (const FoundMinutiae& view : reading.contents.minutiae) WHORL_TRY(collector.minutiae(view));
  FoundSamples out = collector.take();
  if (!out.samples.empty()) return out;
  if (reading.report.format.empty()) return invalid_input("the file is of no known format of records");
  std::string why = "the " + reading.report.format + " file holds nothing to use";
  for (const std::string& left : out.left) why += "; left out: " + left;
  return invalid_input(why);
}

Result<Sample> first_sample_of(ByteView file, Modality modality) {
  WHORL_ASSIGN(FoundSamples found, samples_of(file, modality));
  return std::move(found.samples.front());
}

}  // namespace whorl::interchange
