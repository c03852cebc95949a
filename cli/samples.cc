#include "cli/samples.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/files.h"
#include "datasets/sample_files.h"
#include "templates/codec/native.h"
#include "templates/codec/native_face.h"

namespace whorl::cli {
namespace {

bool is_template(const std::filesystem::path& path) { return path.extension() == datasets::kTemplateSuffix; }

Result<engine::FaceSample> read_face(const std::string& path) {
  engine::FaceSample out;
  const std::size_t limit = is_template(path) ? codec::kMaxNativeFaceBytes : image::ImageLimits{}.max_bytes;
  WHORL_ASSIGN((is_template(path) ? out.native_template : out.image), read_file(path, limit));
  return out;
}

}  // namespace

void add_sample_options(CLI::App& verb, SampleOptions& options, engine::FaceConfig& networks) {
  verb.add_option("--finger", options.fingers,
                  "POSITION=FILE, e.g. right_index=a.png; FILE alone when the position is not known. Repeat for more "
                  "fingers. FILE is PNG, BMP, TIFF, JPEG or a template (.whorl)");
  verb.add_option("--ppi", options.ppi, "Resolution of the images, whatever they say")
      ->check(CLI::Range(100.0, 4000.0));
  verb.add_option("--face", options.face, "Photograph of the face: PNG, BMP, TIFF, JPEG or a template (.whorl)");
  add_face_options_of(verb, networks, "--face");
}

Result<FingerPath> parse_finger(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) {
    if (text.empty()) return invalid_input("needs a file", "--finger");
    return FingerPath{engine::FingerPosition::kUnknown, text};
  }
  const auto position = fingerprint::finger_position(text.substr(0, equals));
  if (!position) {
    return invalid_input("\"" + text.substr(0, equals) +
                             "\" is no finger position; use right_thumb, right_index, right_middle, right_ring, "
                             "right_little, the same with left_, or unknown",
                         "--finger");
  }
  if (equals + 1 == text.size()) return invalid_input("needs a file after '='", "--finger");
  return FingerPath{*position, text.substr(equals + 1)};
}

Result<engine::FingerSample> read_finger(const FingerPath& finger, std::optional<double> ppi) {
  engine::FingerSample out;
  out.position = finger.position;
  out.image_ppi = ppi;
  const std::size_t limit = is_template(finger.path) ? codec::kMaxNativeBytes : image::ImageLimits{}.max_bytes;
  WHORL_ASSIGN((is_template(finger.path) ? out.native_template : out.image), read_file(finger.path, limit));
  return out;
}

Result<Samples> read_samples(const SampleOptions& options) {
  Samples out;
  if (!options.face.empty()) {
    WHORL_ASSIGN(out.face, read_face(options.face));
  }
  for (const std::string& text : options.fingers) {
    WHORL_ASSIGN(const FingerPath finger, parse_finger(text));
    WHORL_ASSIGN(engine::FingerSample sample, read_finger(finger, options.ppi));
    out.fingers.push_back(std::move(sample));
  }
  const bool no_image = std::all_of(out.fingers.begin(), out.fingers.end(),
                                    [](const engine::FingerSample& finger) { return finger.image.empty(); });
  if (options.ppi && no_image) return invalid_input("is of images of fingers, and there is none", "--ppi");
  if (out.fingers.empty() && !out.face) {
    return invalid_input("give at least one finger, e.g. --finger right_index=a.png", "--finger");
  }
  return out;
}

Result<std::unique_ptr<engine::Engine>> open_engine_for(const Samples& samples, const NodeOptions& options,
                                                        bool create) {
  WHORL_ASSIGN(engine::NodeConfig config, options.config());
  config.create = create;
  const bool has_image = samples.face && !samples.face->image.empty();
  config.face.images = has_image ? engine::FaceImages::kAlways : engine::FaceImages::kNever;
  return open_engine(config);
}

}  // namespace whorl::cli
