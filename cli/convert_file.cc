#include "cli/convert_file.h"

#include <CLI/CLI.hpp>
#include <array>
#include <boost/json.hpp>
#include <cmath>

#include "base/files.h"
#include "base/rfc3339.h"
#include "base/world.h"
#include "cli/exit_codes.h"
#include "cli/losses.h"
#include "cli/print.h"
#include "cli/samples.h"
#include "cli/stated_format.h"
#include "templates/codec/codec.h"
#include "templates/codec/native.h"
#include "templates/fingerprint/extract/extract.h"
#include "templates/image/decode.h"
#include "templates/image/encode.h"
#include "templates/interchange/check.h"
#include "templates/interchange/image_writer.h"
#include "templates/interchange/impressions.h"
#include "templates/interchange/itl_writer.h"
#include "templates/interchange/minutiae_writer.h"
#include "templates/interchange/samples.h"

namespace whorl::cli {
namespace {

using fingerprint::FingerprintTemplate;
using interchange::FingerImageEdition;
using interchange::MinutiaeEdition;
using interchange::Storage;

// What a fingerprint is written as.
enum class Kind {
  kMinutiae,
  kNative,
  kPicture,
  kImageRecord,
  kImageTransaction,
  kMinutiaeTransaction,
  kFace,
  kFaceTransaction
};

struct Target {
  std::string_view name;
  std::string_view suffix;  // of OUT that means it; empty: --to alone does
  Kind kind{};
  MinutiaeEdition minutiae = {};
  FingerImageEdition images = {};
  bool cbeff = false;  // the record stands in CBEFF XML, one a finger
  interchange::FingerRecords fingers = {};
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
    Target{"jp2", ".jp2", Kind::kPicture},
    Target{"ansi-nist", ".an2", Kind::kImageTransaction},
    Target{"ansi-nist-type-4", "", Kind::kImageTransaction, {}, {}, false, interchange::FingerRecords::kType4},
    Target{"ansi-nist-type-9", "", Kind::kMinutiaeTransaction},
    Target{"ansi-nist-type-10", "", Kind::kFaceTransaction},
    Target{"iso-19794-5-2005", ".fac", Kind::kFace},
    Target{"cbeff-iso-19794-2-2005", "", Kind::kMinutiae, MinutiaeEdition::kIso2005, {}, true},
    Target{"cbeff-iso-19794-4-2005", "", Kind::kImageRecord, {}, FingerImageEdition::kIso2005, true},
    Target{"cbeff-iso-19794-5-2005", "", Kind::kFace, {}, {}, true},
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
  if (options.format.empty() && !interchange::begins_interchange(file)) {
    Sample one;
    one.modality = modality;
    one.resolution_ppi = options.ppi;
    one.bytes = std::move(file);
    print_notices(options.in + ": ", interchange::notes_of_picture(one.bytes, options.ppi));
    std::vector<Sample> out;
    out.push_back(std::move(one));
    return out;
  }
  auto found = interchange::samples_of(file, modality, options.format);
  if (!found.ok()) return found.error().within(options.in);
  interchange::leave_undecodable(found->samples, found->left);
  print_notices(options.in + ": left out: ", found->left);
  for (Sample& each : found->samples) {
    if (!options.ppi) continue;
    if (interchange::is_other_resolution(each.resolution_ppi, *options.ppi)) {
      print_notice(options.in + ": the record's resolution is another; --ppi is used");
    }
    each.resolution_ppi = options.ppi;
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

// How the print came about in the target's code; live-scan plain (0) where nobody said, and, with a note, where the
// target has no code for it.
std::uint8_t impression_in(const Target& target, const Sample& sample) {
  if (!sample.capture.impression) return 0;
  const Impression impression = *sample.capture.impression;
  std::optional<std::uint8_t> code = static_cast<std::uint8_t>(impression);  // transactions have all codes
  if (target.kind == Kind::kMinutiae) code = interchange::code_of(impression, target.minutiae);
  if (target.kind == Kind::kImageRecord) code = interchange::code_of(impression, target.images);
  const bool says_it = target.minutiae != MinutiaeEdition::kIsoCardNormal &&
                       target.minutiae != MinutiaeEdition::kIsoCardCompact && target.kind != Kind::kNative;
  if (!code && says_it) {
    print_notice("the impression type " + std::string(name_of(impression)) + " cannot be said in " +
                 std::string(target.name) + ", and is written as LIVE_SCAN_PLAIN");
  }
  return code.value_or(0);
}

// The templates of samples, and their fingers as the writers take them.
struct Templates {
  std::vector<FingerprintTemplate> contents;
  std::vector<interchange::FingerToWrite> fingers;
};

Result<Templates> templates_of(const std::vector<Sample>& samples, const Target& target) {
  Templates out;
  out.contents.reserve(samples.size());
  for (const Sample& each : samples) {
    WHORL_ASSIGN(FingerprintTemplate content, template_of(each));
    out.contents.push_back(std::move(content));
    out.fingers.push_back(
        {&out.contents.back(), static_cast<fingerprint::FingerPosition>(each.position), impression_in(target, each)});
  }
  return out;
}

// One BIR each.
Result<Bytes> cbeff_of(const std::vector<Bytes>& records, const std::vector<Sample>& samples) {
  std::vector<interchange::BirToWrite> birs;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const bool finger = samples[i].modality == Modality::kFinger;
    birs.push_back({records[i], finger ? std::string(interchange::cbeff_subtype(samples[i].position)) : "",
                    rfc3339(real_world().now())});
  }
  WHORL_ASSIGN(const std::string text, interchange::write_cbeff(birs));
  return Bytes(text.begin(), text.end());
}

Result<Bytes> minutiae(const std::vector<Sample>& samples, const Target& target, const FileConversion& options) {
  WHORL_ASSIGN(const Templates found, templates_of(samples, target));
  if (target.kind == Kind::kNative) return codec::encode_native(found.contents[0]);
  const interchange::MinutiaeWriting how{target.minutiae, options.most_minutiae};
  note_losses(std::string(target.name), how.edition, how.most_minutiae, found.contents);
  if (!target.cbeff) return interchange::write_minutiae(found.fingers, how);
  std::vector<Bytes> records;
  for (const interchange::FingerToWrite& each : found.fingers) {
    WHORL_ASSIGN(Bytes record, interchange::write_minutiae({&each, 1}, how));
    records.push_back(std::move(record));
  }
  return cbeff_of(records, samples);
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
  } else if (options.compression == "jp2") {
    out.picture.storage = Storage::kJpeg2000Lossless;
    WHORL_ASSIGN(out.bytes, image::encode_jpeg_2000(image));
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

Result<Bytes> transaction(const interchange::TransactionContents& contents, const Target& target,
                          const FileConversion& options) {
  if (options.originator.empty() || options.destination.empty()) {
    return invalid_input("a transaction names who sends it and who gets it: --originator and --destination",
                         "--originator");
  }
  interchange::TransactionToWrite how;
  how.date = digits_of_now(8);
  how.originator = options.originator;
  how.destination = options.destination;
  how.control = options.control.empty() ? digits_of_now(14) + "A" : options.control;
  how.fingers = target.fingers;
  return interchange::write_itl(contents, how);
}

Result<Bytes> image_records(const std::vector<Sample>& samples, const Target& target, const FileConversion& options) {
  std::vector<Encoded> images;
  images.reserve(samples.size());
  std::vector<interchange::PictureToWrite> pictures;
  for (const Sample& each : samples) {
    WHORL_ASSIGN(Encoded one, encoded(each, options));
    images.push_back(std::move(one));
    pictures.push_back(images.back().picture);
    pictures.back().impression = impression_in(target, each);
    pictures.back().data = images.back().bytes;
  }
  if (target.kind == Kind::kImageTransaction) return transaction({pictures, {}, {}}, target, options);
  if (!target.cbeff) return interchange::write_finger_images(pictures, target.images);
  std::vector<Bytes> records;
  for (const interchange::PictureToWrite& each : pictures) {
    WHORL_ASSIGN(Bytes record, interchange::write_finger_images({&each, 1}, target.images));
    records.push_back(std::move(record));
  }
  return cbeff_of(records, samples);
}

Result<Bytes> picture(const Sample& sample, const Target& target, const FileConversion& options) {
  WHORL_ASSIGN(const image::GreyImage image, image_of(sample));
  if (target.name == "png") return image::encode_png(image);
  return target.name == "jp2" ? image::encode_jpeg_2000(image) : image::encode_wsq(image, options.bits_a_pixel);
}

// A photograph as records take it: JPEG and JPEG 2000 as they are, any other as JPEG 2000 without loss.
Result<Bytes> photograph(const Sample& sample) {
  WHORL_ASSIGN(const codec::Codec* codec, codec::codec_of(sample));
  if (!codec->is_image()) return invalid_input("a face's template cannot be turned into an image");
  if (codec->row.format == Format::kJpeg || codec->row.format == Format::kJp2) return sample.bytes;
  WHORL_ASSIGN(const image::ColourImage image, image::decode_colour(sample.bytes));
  return image::encode_jpeg_2000(image);
}

Result<Bytes> face(const std::vector<Sample>& samples, const Target& target, const FileConversion& options) {
  WHORL_ASSIGN(const Bytes picture, photograph(samples[0]));
  const ByteView one = picture;
  if (target.kind == Kind::kFaceTransaction) return transaction({{}, {&one, 1}, {}}, target, options);
  WHORL_ASSIGN(Bytes record, interchange::write_face(picture));
  if (!target.cbeff) return record;
  return cbeff_of({std::move(record)}, samples);
}

Result<Bytes> minutiae_transaction(const std::vector<Sample>& samples, const Target& target,
                                   const FileConversion& options) {
  WHORL_ASSIGN(const Templates found, templates_of(samples, target));
  constexpr std::size_t kMostMinutiae = 255;
  note_losses(std::string(target.name), MinutiaeEdition::kAnsi2004, kMostMinutiae, found.contents);
  return transaction({{}, {}, found.fingers}, target, options);
}

bool of_faces(const Target& target) { return target.kind == Kind::kFace || target.kind == Kind::kFaceTransaction; }

Result<Bytes> written(const std::vector<Sample>& samples, const Target& target, const FileConversion& options) {
  const bool one = target.kind == Kind::kNative || target.kind == Kind::kPicture || of_faces(target);
  if (one && samples.size() > 1) {
    print_notice(options.in + " holds " + std::to_string(samples.size()) + " samples; " + std::string(target.name) +
                 " takes the first");
  }
  switch (target.kind) {
    case Kind::kMinutiae:
    case Kind::kNative: return minutiae(samples, target, options);
    case Kind::kPicture: return picture(samples[0], target, options);
    case Kind::kImageRecord:
    case Kind::kImageTransaction: return image_records(samples, target, options);
    case Kind::kMinutiaeTransaction: return minutiae_transaction(samples, target, options);
    case Kind::kFace:
    case Kind::kFaceTransaction: return face(samples, target, options);
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
                  "What to write; by default what OUT's suffix means (.fmr .whorl .png .wsq .jp2 .fir .an2 .fac)")
      ->check(CLI::IsMember(names));
  add_stated_format(verb, "--format", options.format);
  verb.add_option("--ppi", options.ppi, "Resolution of the images, whatever they say")
      ->check(CLI::Range(100.0, 4000.0));
  verb.add_option("--most-minutiae", options.most_minutiae, "Minutiae of a finger at most, the best of them (cards)")
      ->check(CLI::Range(1, 255));
  verb.add_option("--bits-a-pixel", options.bits_a_pixel, "WSQ's rate: 0.75 is about 15:1, 2.25 about 5:1")
      ->check(CLI::Range(0.1, 8.0));
  verb.add_option("--compression", options.compression, "Of images inside records; jp2 is JPEG 2000 without loss")
      ->check(CLI::IsMember({"wsq", "jp2", "png", "none"}));
  verb.add_option("--originator", options.originator, "Of an ANSI/NIST transaction: who sends it (1.008)");
  verb.add_option("--destination", options.destination, "Of an ANSI/NIST transaction: who gets it (1.007)");
  verb.add_option("--control-number", options.control,
                  "Of an ANSI/NIST transaction (1.009); by default made of the time");
}

Result<int> convert_file(const FileConversion& options, bool json) {
  if (options.out.empty()) return invalid_input("give the file to write after the one to read", "out");
  WHORL_ASSIGN(const Target* target, target_of(options));
  const Modality modality = of_faces(*target) ? Modality::kFace : Modality::kFinger;
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
