// whorl extract: an image's template, and a picture to check it by; of a finger here, of a face in extract_face.cc.
#include <boost/json.hpp>
#include <filesystem>

#include "base/catalogue.h"
#include "base/files.h"
#include "base/image_names.h"
#include "cli/extract_face.h"
#include "cli/node_options.h"
#include "cli/overlay.h"
#include "cli/print.h"
#include "cli/stated_format.h"
#include "cli/verb.h"
#include "datasets/sample_files.h"
#include "templates/codec/native.h"

namespace whorl::cli {
namespace {

using fingerprint::FingerprintTemplate;
using fingerprint::MinutiaType;

struct Options : CommonOptions {
  std::string image;
  std::optional<double> ppi;
  std::string format;
  std::string out;
  std::string overlay;
  std::string modality = "finger";
  engine::FaceConfig face;
  std::string face_option;  // the first given
};

std::size_t count(const FingerprintTemplate& t, MinutiaType type) {
  std::size_t n = 0;
  for (const auto& m : t.minutiae) n += m.type == type ? 1 : 0;
  return n;
}

boost::json::array minutiae_json(const FingerprintTemplate& t) {
  boost::json::array out;
  for (const auto& m : t.minutiae) {
    out.push_back({{"x_px500", m.x_px500},
                   {"y_px500", m.y_px500},
                   {"direction_rad", m.direction_rad},
                   {"type", m.type == MinutiaType::kEnding ? "ending" : "bifurcation"},
                   {"quality", m.quality}});
  }
  return out;
}

void print_answer(const Options& options, const FingerprintTemplate& t) {
  const std::size_t endings = count(t, MinutiaType::kEnding);
  if (options.json) {
    print_json({{"width_px500", t.width_px500},
                {"height_px500", t.height_px500},
                {"quality", t.quality},
                {"minutiae", minutiae_json(t)}});
    return;
  }
  print("quality " + std::to_string(t.quality) + " of 100, " + std::to_string(t.minutiae.size()) + " minutiae (" +
        std::to_string(endings) + " endings, " + std::to_string(t.minutiae.size() - endings) + " bifurcations), " +
        std::to_string(t.width_px500) + " x " + std::to_string(t.height_px500) + " px at 500 ppi\n");
  if (!options.out.empty()) print("template: " + options.out + "\n");
  if (!options.overlay.empty()) print("overlay: " + options.overlay + "\n");
}

Result<int> run(const Options& options) {
  if (options.modality == "face") {
    if (options.ppi) return failure(ErrorCode::kOptionOfFingers, "--ppi");
    if (!options.format.empty()) return failure(ErrorCode::kOptionOfFingers, "--format");
    return extract_face({options.image, options.out, options.overlay, options.json}, options.face);
  }
  if (!options.face_option.empty()) return failure(ErrorCode::kOptionOfFaces, options.face_option);
  WHORL_ASSIGN(const datasets::LoadedSample loaded,
               datasets::load_stated_sample(options.image, options.format, options.ppi));
  print_notices(options.image + ": ", loaded.notices);
  if (options.ppi && !loaded.image) return failure(ErrorCode::kOptionOfImages, "--ppi");
  if (!options.overlay.empty()) {
    if (!loaded.image) return failure(ErrorCode::kOverlayOfTemplate, "--overlay");
    WHORL_ASSIGN(const Bytes png, overlay_png(*loaded.image, loaded.extracted));
    WHORL_TRY(write_file(options.overlay, png, NewFile::kPrivate));
  }
  if (!options.out.empty()) {
    WHORL_ASSIGN(const Bytes bytes, codec::encode_native(loaded.extracted));
    WHORL_TRY(write_file(options.out, bytes, NewFile::kPrivate));
  }
  print_answer(options, loaded.extracted);
  return 0;
}

}  // namespace

void add_extract(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = add_verb(app, "extract", "Extract the template of an image of a finger or a face",
                            "  whorl extract finger.png --out finger.whorl --overlay finger-overlay.png\n"
                            "  whorl extract passport.jpg --modality face --out face.whorl",
                            *options);
  verb->add_option("image", options->image,
                   WHORL_IMAGE_NAMES
                   ", or a record of another system; or a template "
                   "(.whorl) to show")
      ->required();
  verb->add_option("--ppi", options->ppi, "Resolution of the image, whatever it says")
      ->check(CLI::Range(100.0, 4000.0));
  add_stated_format(*verb, "--format", options->format);
  verb->add_option("--out", options->out, "The template to write (.whorl)");
  verb->add_option("--overlay", options->overlay,
                   "PNG to write: ridge flow and minutiae drawn over the image; of a face, the aligned crop");
  add_modality_option(*verb, options->modality);
  add_face_options(*verb, options->face);
  verb->parse_complete_callback([verb, options] { options->face_option = given_face_option(*verb); });
  on_chosen(verb, chosen, options, run);
}

}  // namespace whorl::cli
