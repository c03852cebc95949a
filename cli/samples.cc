#include "cli/samples.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/catalogue.h"
#include "base/files.h"
#include "base/image_names.h"
#include "cli/print.h"
#include "cli/stated_format.h"
#include "cli/verb.h"
#include "templates/codec/codec.h"
#include "templates/image/image.h"
#include "templates/interchange/check.h"
#include "templates/interchange/samples.h"

namespace whorl::cli {
namespace {

// Of an image or of any template.
constexpr std::size_t kMostBytes = image::ImageLimits{}.max_bytes;

Result<bool> is_image(const Sample& sample) {
  WHORL_ASSIGN(const codec::Codec* codec, codec::codec_of(sample));
  return codec->is_image();
}

}  // namespace

void add_sample_files(CLI::App& verb, SampleOptions& options) {
  verb.add_option("--finger", options.fingers,
                  "POSITION=FILE, e.g. right_index=a.png; FILE alone when the position is not known. Repeat for more "
                  "fingers. FILE is " WHORL_IMAGE_NAMES
                  ", a template (.whorl), or a "
                  "record of another system (docs/interchange.md), which may hold several fingers");
  verb.add_option("--ppi", options.ppi, "Resolution of the images, whatever they say")
      ->check(CLI::Range(100.0, 4000.0));
  add_stated_format(verb, "--finger-format", options.finger_format);
  only_with(verb, "--finger", {"--finger-format"});
  verb.add_option(
      "--face", options.face,
      "Photograph of the face: PNG, BMP, TIFF, JPEG, JPEG 2000, a template (.whorl), or a record of another system");
}

void add_sample_options(CLI::App& verb, SampleOptions& options, engine::FaceConfig& networks) {
  add_sample_files(verb, options);
  add_face_options_of(verb, networks, "--face");
}

Result<std::vector<engine::MissingFinger>> missing_fingers(const std::vector<std::string>& texts) {
  std::vector<engine::MissingFinger> out;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    const auto position = fingerprint::finger_position(text.substr(0, equals));
    if (!position) {
      return failure(ErrorCode::kMissingMalformed, "--missing");
    }
    out.push_back({*position, equals == std::string::npos ? "" : text.substr(equals + 1)});
  }
  return out;
}

Result<FingerPath> parse_finger(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) {
    if (text.empty()) return failure(ErrorCode::kNeedsAFile, "--finger");
    return FingerPath{engine::FingerPosition::kUnknown, text};
  }
  const auto position = fingerprint::finger_position(text.substr(0, equals));
  if (!position) {
    return failure(ErrorCode::kNoFingerPosition, "--finger", with<"name">(text.substr(0, equals)));
  }
  if (equals + 1 == text.size()) return failure(ErrorCode::kNoFileAfterEquals, "--finger");
  return FingerPath{*position, text.substr(equals + 1)};
}

namespace {

std::string name_of(const Sample& sample) {
  return std::string(fingerprint::name_of(static_cast<engine::FingerPosition>(sample.position)));
}

// The one of a record that is of the position asked for, or else of none; of a position that nobody asked for, the
// first. Of several that would fit a note says which it is.
Result<Sample> choose_finger(std::vector<Sample> found, engine::FingerPosition wanted, const std::string& path) {
  const auto position = static_cast<std::uint8_t>(wanted);
  const auto first_of = [&](std::uint8_t each) {
    return std::find_if(found.begin(), found.end(), [=](const Sample& one) { return one.position == each; });
  };
  auto chosen = position == 0 ? found.begin() : first_of(position);
  if (chosen == found.end()) chosen = first_of(0);
  if (chosen == found.end()) return invalid_input("the record holds no finger of this position", path);
  const auto alike = std::count_if(
      found.begin(), found.end(), [&](const Sample& one) { return position == 0 || one.position == chosen->position; });
  if (alike > 1) {
    print_notice(path + ": " + std::to_string(alike) + " samples of the record could be meant; the first is taken (" +
                 name_of(*chosen) + ")");
  }
  if (position != 0) chosen->position = position;
  return std::move(*chosen);
}

// `stated`: as FingerPath's format.
Result<std::vector<Sample>> samples_of_record(ByteView file, Modality modality, std::optional<double> ppi,
                                              const std::string& path, const std::string& stated = {}) {
  auto found = interchange::samples_of(file, modality, stated);
  if (!found.ok()) return found.error().within(path);
  print_notices(path + ": left out: ", found->left);
  if (found->errors > 0) {
    print_notice(path + ": the file breaks rules of its standard and was read nevertheless; whorl check says which");
  }
  std::vector<std::string> bad;
  interchange::leave_undecodable(found->samples, bad);
  print_notices(path + ": left out: ", bad);
  for (Sample& sample : found->samples) {
    if (!ppi || sample.format != Format::kAnyImage) continue;
    if (interchange::is_other_resolution(sample.resolution_ppi, *ppi)) {
      print_notice(path + ": the record's resolution is another; --ppi is used");
    }
    sample.resolution_ppi = ppi;
  }
  return std::move(found->samples);
}

}  // namespace

Result<Sample> read_finger(const FingerPath& finger, std::optional<double> ppi) {
  Sample out;
  out.position = static_cast<std::uint8_t>(finger.position);
  out.resolution_ppi = ppi;
  WHORL_ASSIGN(out.bytes, read_file(finger.path, kMostBytes));
  if (finger.format.empty() && !interchange::begins_interchange(out.bytes)) {
    print_notices(finger.path + ": ", interchange::notes_of_picture(out.bytes, ppi));
    return out;
  }
  WHORL_ASSIGN(auto found, samples_of_record(out.bytes, Modality::kFinger, ppi, finger.path, finger.format));
  return choose_finger(std::move(found), finger.position, finger.path);
}

Result<std::vector<Sample>> read_fingers(const FingerPath& finger, std::optional<double> ppi) {
  std::vector<Sample> out;
  if (finger.position == engine::FingerPosition::kUnknown) {
    WHORL_ASSIGN(const Bytes file, read_file(finger.path, kMostBytes));
    if (!finger.format.empty() || interchange::begins_interchange(file)) {
      WHORL_ASSIGN(std::vector<Sample> found,
                   samples_of_record(file, Modality::kFinger, ppi, finger.path, finger.format));
      std::vector<std::string> left;
      interchange::keep_one_each(found, left);
      print_notices(finger.path + ": left out: ", left);
      return found;
    }
  }
  WHORL_ASSIGN(Sample sample, read_finger(finger, ppi));
  out.push_back(std::move(sample));
  return out;
}

bool GivenSamples::has_face_image() const {
  return std::any_of(samples.begin(), samples.end(), [](const Sample& sample) {
    const auto image = is_image(sample);
    return sample.modality == Modality::kFace && image.ok() && *image;
  });
}

Error naming_sample(Error error, const std::vector<std::string>& names) {
  const auto& steps = error.field.steps();
  const bool of_one = !steps.empty() && steps[0].name == "samples" && steps[0].index;
  if (of_one && *steps[0].index < names.size()) error.field = FieldPath(names[*steps[0].index]);
  return error;
}

Error GivenSamples::in_flags(Error error) const {
  Error named = naming_sample(std::move(error), flags);
  if (!named.field.empty() && named.field.steps()[0].name == "samples") named.field = "--finger";
  return named;
}

Result<GivenSamples> read_samples(const SampleOptions& options) {
  GivenSamples out;
  bool image_of_finger = false;
  for (const std::string& text : options.fingers) {
    WHORL_ASSIGN(FingerPath finger, parse_finger(text));
    finger.format = options.finger_format;
    WHORL_ASSIGN(std::vector<Sample> found, read_fingers(finger, options.ppi));
    for (Sample& sample : found) {
      const auto image = is_image(sample);
      image_of_finger = image_of_finger || !image.ok() || *image;
      out.samples.push_back(std::move(sample));
      out.flags.push_back("--finger " + text);
    }
  }
  if (!options.face.empty()) {
    Sample face;
    face.modality = Modality::kFace;
    WHORL_ASSIGN(face.bytes, read_file(options.face, kMostBytes));
    if (interchange::begins_interchange(face.bytes)) {
      WHORL_ASSIGN(auto found, samples_of_record(face.bytes, Modality::kFace, {}, options.face));
      if (found.size() > 1) {
        print_notice(options.face + ": the record holds " + std::to_string(found.size()) +
                     " faces; the first is taken");
      }
      face = std::move(found.front());
    } else {
      print_notices(options.face + ": ", interchange::notes_of_picture(face.bytes, {}));
    }
    out.samples.push_back(std::move(face));
    out.flags.push_back("--face " + options.face);
  }
  if (options.ppi && !image_of_finger) return failure(ErrorCode::kOptionOfImages, "--ppi");
  if (out.samples.empty()) return failure(ErrorCode::kNoFingerGiven, "--finger");
  return out;
}

Result<engine::NodeConfig> config_for(const GivenSamples& given, const NodeOptions& options) {
  WHORL_ASSIGN(engine::NodeConfig config, options.config());
  config.face.images = given.has_face_image() ? engine::FaceImages::kAlways : engine::FaceImages::kNever;
  return config;
}

Result<std::unique_ptr<engine::Engine>> open_engine_for(const GivenSamples& given, const NodeOptions& options,
                                                        bool create) {
  WHORL_ASSIGN(engine::NodeConfig config, config_for(given, options));
  config.create = create;
  return open_engine(config);
}

}  // namespace whorl::cli
