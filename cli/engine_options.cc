#include "cli/engine_options.h"

#include <CLI/CLI.hpp>

#include "base/files.h"
#include "cli/print.h"
#include "cli/settings.h"
#include "datasets/sample_files.h"
#include "templates/codec/native.h"
#include "templates/codec/native_face.h"

namespace whorl::cli {

void add_storage_options(CLI::App& verb, GalleryOptions& options) {
  verb.add_option("--gallery-dir", options.directory, "Folder that holds the gallery")->required();
  verb.add_option("--threads", options.threads, "Threads to search with; 0 for all cores")->check(CLI::Range(0, 1024));
  verb.add_option("--memory-limit", options.memory_limit_bytes,
                  "What the gallery may take, e.g. 12GiB; beyond it opening and enrolling are refused. 0 for no limit")
      ->transform(CLI::AsSizeValue(false));
  verb.add_flag("--skip-record-check", options.skip_record_check,
                "Open without reading every record: quicker, and a damaged record is found only when it is read");
}

void add_gallery_options(CLI::App& verb, GalleryOptions& options) {
  add_storage_options(verb, options);
  verb.add_option("--calibration", options.calibration, "Calibration file; the built-in one when absent");
  verb.add_option("--face-calibration", options.face_calibration,
                  "Calibration file for faces (whorl calibrate); without one a face decides nothing");
  verb.add_option("--face-alone", options.face_alone,
                  "Gallery in which a face alone may be a match; repeat for more. In others a match needs fingers too");
}

Result<std::unique_ptr<engine::Engine>> open_engine(const GalleryOptions& options, bool create,
                                                    std::optional<int> min_quality,
                                                    std::shared_ptr<const face::FaceExtractor> faces,
                                                    const FaceOptions& face_options) {
  engine::EngineConfig config;
  config.directory = options.directory;
  config.create_if_missing = create;
  config.threads = options.threads;
  config.memory_limit_bytes = options.memory_limit_bytes;
  config.verify_records = !options.skip_record_check;
  if (min_quality) config.min_quality = *min_quality;
  WHORL_ASSIGN(config.calibration, load_calibration(options.calibration));
  const std::string calibration =
      options.face_calibration.empty() ? calibration_of_card(face_options).string() : options.face_calibration;
  if (!calibration.empty()) {
    WHORL_ASSIGN(config.face_calibration, read_calibration(calibration));
  }
  config.face_alone_galleries = options.face_alone;
  config.face_extractor = std::move(faces);
  config.face_options = extract_options(face_options);
  WHORL_ASSIGN(auto engine, engine::Engine::open(std::move(config)));
  for (const std::string& notice : engine->notices()) print_notice(notice);
  return engine;
}

void add_face_file_options(CLI::App& verb, FaceFile& options) {
  verb.add_option("--face", options.file, "Photograph of the face: PNG, BMP, TIFF, JPEG or a template (.whorl)");
  add_face_options(verb, options.options);
}

Result<std::optional<engine::FaceSample>> read_face(const FaceFile& options) {
  if (options.file.empty()) return std::optional<engine::FaceSample>();
  engine::FaceSample out;
  const bool is_template = std::filesystem::path(options.file).extension() == datasets::kTemplateSuffix;
  const std::size_t limit = is_template ? codec::kMaxNativeFaceBytes : image::ImageLimits{}.max_bytes;
  WHORL_ASSIGN((is_template ? out.native_template : out.image), read_file(options.file, limit));
  return std::optional<engine::FaceSample>(std::move(out));
}

Result<std::shared_ptr<const face::FaceExtractor>> extractor_for(const std::optional<engine::FaceSample>& sample,
                                                                 const FaceOptions& options) {
  if (!sample || sample->image.empty()) return std::shared_ptr<const face::FaceExtractor>();
  WHORL_ASSIGN(auto extractor, open_extractor(options));
  return std::shared_ptr<const face::FaceExtractor>(std::move(extractor));
}

void add_finger_options(CLI::App& verb, FingerOptions& options) {
  verb.add_option("--finger", options.fingers,
                  "POSITION=FILE, e.g. right_index=a.png; FILE alone when the position is not known. Repeat for more "
                  "fingers. FILE is PNG, BMP, TIFF, JPEG or a template (.whorl)");
  verb.add_option("--ppi", options.ppi, "Resolution of the images, whatever they say")
      ->check(CLI::Range(100.0, 4000.0));
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
  const bool is_template = std::filesystem::path(finger.path).extension() == datasets::kTemplateSuffix;
  const std::size_t limit = is_template ? codec::kMaxNativeBytes : image::ImageLimits{}.max_bytes;
  WHORL_ASSIGN((is_template ? out.native_template : out.image), read_file(finger.path, limit));
  return out;
}

Result<std::vector<engine::FingerSample>> read_fingers(const FingerOptions& options, bool needed) {
  std::vector<engine::FingerSample> out;
  for (const std::string& text : options.fingers) {
    WHORL_ASSIGN(const FingerPath finger, parse_finger(text));
    WHORL_ASSIGN(engine::FingerSample sample, read_finger(finger, options.ppi));
    out.push_back(std::move(sample));
  }
  if (out.empty() && needed) {
    return invalid_input("give at least one finger, e.g. --finger right_index=a.png", "--finger");
  }
  return out;
}

}  // namespace whorl::cli
