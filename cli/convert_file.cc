#include "cli/convert_file.h"

#include <CLI/CLI.hpp>
#include <array>
#include <boost/json.hpp>
#include <cmath>

#include "base/files.h"
#include "base/world.h"
#include "cli/exit_codes.h"
#include "cli/print.h"
#include "cli/samples.h"
#include "templates/codec/codec.h"
#include "templates/codec/native.h"
#include "templates/fingerprint/extract/extract.h"
#include "templates/image/decode.h"
#include "templates/image/encode.h"
#include "templates/interchange/check.h"
#include "templates/interchange/image_writer.h"
#include "templates/interchange/minutiae_writer.h"
#include "templates/interchange/samples.h"

namespace whorl::cli {
namespace {

using fingerprint::FingerprintTemplate;
using interchange::FingerImageEdition;
using interchange::MinutiaeEdition;
using interchange::Storage;

// What a fingerprint is written as.
enum class Kind { kMinutiae, kNative, kPicture, kImageRecord, kTransaction, kFace };

struct Target {
  std::string_view name;
  std::string_view suffix;  // of OUT that means it; empty: --to alone does
  Kind kind{};
  MinutiaeEdition minutiae = {};
  FingerImageEdition images = {};
};

constexpr std::array kTargets{
    Target{"iso-19794-2-2005", ".fmr", Kind::kMinutiae, MinutiaeEdition::kIso2005},
    Target{"iso-19794-2-2011", "", Kind::kMinutiae, MinutiaeEdition::kIso2011},
    Target{"incits-378-2004", "", Kind::kMinutiae, MinutiaeEdition::kAnsi2004},
    Target{"incits-378-2009", "", Kind::kMinutiae, MinutiaeEdition::kAnsi2009},
    Target{"iso-card-normal", "", Kind::kMinutiae, MinutiaeEdition::kIsoCardNormal},
    Target{"iso-card-compact", "", Kind::kMinutiae, MinutiaeEdition::kIsoCardCompact},
    Target{"whorl", ".whorl", Kind::kNative},
    Target{"png", ".png", Kind::kPicture},
    Target{"wsq", ".wsq", Kind::kPicture},
    Target{"iso-19794-4-2005", ".fir", Kind::kImageRecord, {}, FingerImageEdition::kIso2005},
    Target{"iso-19794-4-2011", "", Kind::kImageRecord, {}, FingerImageEdition::kIso2011},
    Target{"incits-381-2004", "", Kind::kImageRecord, {}, FingerImageEdition::kAnsi2004},
    Target{"ansi-nist", ".an2", Kind::kTransaction},
    Target{"iso-19794-5-2005", ".fac", Kind::kFace},
};

Result<const Target*> target_of(const FileConversion& options) {
  for (const Target& each : kTargets) {
    const bool by_name = !options.to.empty() && each.name == options.to;
    const bool by_suffix = options.to.empty() && !each.suffix.empty() && options.out.ends_with(each.suffix);
    if (by_name || by_suffix) return &each;
  }
  return invalid_input("say with --to what to write: the file's name does not", "--to");
}

Result<std::vector<Sample>> load(const FileConversion& options, Modality modality) {
  WHORL_ASSIGN(Bytes file, read_file(options.in, interchange::kMostFileBytes));
  if (!interchange::begins_interchange(file)) {
    Sample one;
    one.modality = modality;
    one.resolution_ppi = options.ppi;
    one.bytes = std::move(file);
    std::vector<Sample> out;
    out.push_back(std::move(one));
    return out;
  }
  auto found = interchange::samples_of(file, modality);
  if (!found.ok()) return found.error().within(options.in);
  for (const std::string& each : found->left) print_notice(options.in + ": left out: " + each);
  for (Sample& each : found->samples) {
    if (options.ppi) each.resolution_ppi = options.ppi;
  }
  return std::move(found->samples);
}

Result<image::GreyImage> image_of(const Sample& sample) {
  WHORL_ASSIGN(const codec::Codec* codec, codec::codec_of(sample));
  if (!codec->is_image()) return invalid_input("minutiae cannot be turned into an image");
  image::DecodeOptions how;
  how.ppi = sample.resolution_ppi;
  return image::decode_image(sample.bytes, how);
}

Result<FingerprintTemplate> template_of(const Sample& sample) {
  WHORL_ASSIGN(const codec::Codec* codec, codec::codec_of(sample));
  if (!codec->is_image()) return codec::decode_native(sample.bytes);
  image::DecodeOptions how;
  how.ppi = sample.resolution_ppi;
  WHORL_ASSIGN(const image::GreyImage image, image::decode_to_standard(sample.bytes, how));
  return fingerprint::extract(image);
}

Result<Bytes> minutiae(const std::vector<Sample>& samples, const Target& target, const FileConversion& options) {
  std::vector<FingerprintTemplate> contents;
  contents.reserve(samples.size());
  std::vector<interchange::FingerToWrite> fingers;
  for (const Sample& each : samples) {
    WHORL_ASSIGN(FingerprintTemplate content, template_of(each));
    contents.push_back(std::move(content));
    fingers.push_back({&contents.back(), static_cast<fingerprint::FingerPosition>(each.position), 0});
  }
  if (target.kind == Kind::kNative) return codec::encode_native(contents[0]);
  print_notice(std::string(target.name) + " holds minutiae alone: the ridge map and the flow are left out");
  return interchange::write_minutiae(fingers, {target.minutiae, options.most_minutiae});
}

struct Encoded {
  Bytes bytes;
  interchange::PictureToWrite picture;
};

Result<Encoded> encoded(const Sample& sample, const FileConversion& options) {
  WHORL_ASSIGN(image::GreyImage image, image_of(sample));
  Encoded out;
  out.picture.position = sample.position;
  out.picture.width = image.width;
  out.picture.height = image.height;
  out.picture.ppi = static_cast<int>(std::lround(image.ppi));
  if (options.compression == "none") {
    out.picture.storage = Storage::kRaw;
    out.bytes = std::move(image.pixels);
  } else if (options.compression == "png") {
    out.picture.storage = Storage::kPng;
    WHORL_ASSIGN(out.bytes, image::encode_png(image));
  } else {
    out.picture.storage = Storage::kWsq;
    WHORL_ASSIGN(out.bytes, image::encode_wsq(image, options.bits_a_pixel));
  }
  return out;
}

// YYYYMMDD and, for control numbers, the time after it.
std::string digits_of_now(std::size_t n) {
  std::string out;
  for (const char c : rfc3339(real_world().now())) {
    if (c >= '0' && c <= '9' && out.size() < n) out += c;
  }
  return out;
}

Result<Bytes> transaction(const std::vector<interchange::PictureToWrite>& pictures, const FileConversion& options) {
  if (options.originator.empty() || options.destination.empty()) {
    return invalid_input("a transaction names who sends it and who gets it: --originator and --destination",
                         "--originator");
  }
  interchange::TransactionToWrite how;
  how.date = digits_of_now(8);
  how.originator = options.originator;
  how.destination = options.destination;
  how.control = options.control.empty() ? digits_of_now(14) + "A" : options.control;
  return interchange::write_itl(pictures, how);
}

Result<Bytes> image_records(const std::vector<Sample>& samples, const Target& target, const FileConversion& options) {
  std::vector<Encoded> images;
  images.reserve(samples.size());
  std::vector<interchange::PictureToWrite> pictures;
  for (const Sample& each : samples) {
    WHORL_ASSIGN(Encoded one, encoded(each, options));
    images.push_back(std::move(one));
    pictures.push_back(images.back().picture);
    pictures.back().data = images.back().bytes;
  }
  return target.kind == Kind::kTransaction ? transaction(pictures, options)
                                           : interchange::write_finger_images(pictures, target.images);
}

Result<Bytes> picture(const Sample& sample, const Target& target, const FileConversion& options) {
  WHORL_ASSIGN(const image::GreyImage image, image_of(sample));
  return target.name == "png" ? image::encode_png(image) : image::encode_wsq(image, options.bits_a_pixel);
}

Result<Bytes> written(const std::vector<Sample>& samples, const Target& target, const FileConversion& options) {
  const bool one = target.kind == Kind::kNative || target.kind == Kind::kPicture || target.kind == Kind::kFace;
  if (one && samples.size() > 1) {
    print_notice(options.in + " holds " + std::to_string(samples.size()) + " samples; " + std::string(target.name) +
                 " takes the first");
  }
  switch (target.kind) {
    case Kind::kMinutiae:
    case Kind::kNative: return minutiae(samples, target, options);
    case Kind::kPicture: return picture(samples[0], target, options);
    case Kind::kImageRecord:
    case Kind::kTransaction: return image_records(samples, target, options);
    case Kind::kFace: return interchange::write_face(samples[0].bytes);
  }
  return internal_error("a target of no kind");
}

}  // namespace

void add_file_conversion(CLI::App& verb, FileConversion& options) {
  verb.add_option("in", options.in, "File to convert: an image, a template (.whorl), or a record of another system");
  verb.add_option("out", options.out, "File to write")->needs(verb.get_option("in"));
  std::vector<std::string> names;
  for (const Target& each : kTargets) names.emplace_back(each.name);
  verb.add_option("--to", options.to,
                  "What to write; by default what OUT's suffix means (.fmr .whorl .png .wsq .fir .an2 .fac)")
      ->check(CLI::IsMember(names));
  verb.add_option("--ppi", options.ppi, "Resolution of the images, whatever they say")
      ->check(CLI::Range(100.0, 4000.0));
  verb.add_option("--most-minutiae", options.most_minutiae, "Minutiae of a finger at most, the best of them (cards)")
      ->check(CLI::Range(1, 255));
  verb.add_option("--bits-a-pixel", options.bits_a_pixel, "WSQ's rate: 0.75 is about 15:1, 2.25 about 5:1")
      ->check(CLI::Range(0.1, 8.0));
  verb.add_option("--compression", options.compression, "Of images inside records")
      ->check(CLI::IsMember({"wsq", "png", "none"}));
  verb.add_option("--originator", options.originator, "Of an ANSI/NIST transaction: who sends it (1.008)");
  verb.add_option("--destination", options.destination, "Of an ANSI/NIST transaction: who gets it (1.007)");
  verb.add_option("--control-number", options.control,
                  "Of an ANSI/NIST transaction (1.009); by default made of the time");
}

Result<int> convert_file(const FileConversion& options, bool json) {
  if (options.out.empty()) return invalid_input("give the file to write after the one to read", "out");
  WHORL_ASSIGN(const Target* target, target_of(options));
  const Modality modality = target->kind == Kind::kFace ? Modality::kFace : Modality::kFinger;
  WHORL_ASSIGN(const std::vector<Sample> samples, load(options, modality));
  WHORL_ASSIGN(const Bytes bytes, written(samples, *target, options));
  WHORL_TRY(write_file(options.out, bytes, NewFile::kPrivate));
  if (json) {
    print_json({{"out", options.out}, {"format", target->name}, {"bytes", bytes.size()}});
  } else {
    print(options.out + ": " + std::string(target->name) + ", " + std::to_string(bytes.size()) + " bytes\n");
  }
  return kExitOk;
}

}  // namespace whorl::cli
