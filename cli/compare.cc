// whorl compare: two fingerprints, or two faces, against each other.
#include "templates/fingerprint/compare/compare.h"

#include <boost/json.hpp>

#include "base/catalogue.h"
#include "base/files.h"
#include "cli/extract_face.h"
#include "cli/node_options.h"
#include "cli/odds_text.h"
#include "cli/overlay.h"
#include "cli/print.h"
#include "cli/stated_format.h"
#include "cli/verb.h"
#include "datasets/sample_files.h"
#include "engine/calibration_file.h"

namespace whorl::cli {
namespace {

using fingerprint::Comparison;
using fingerprint::Minutia;

struct Options : CommonOptions {
  std::string a;
  std::string b;
  std::optional<double> ppi;
  std::string probe_format;
  std::string reference_format;
  std::string calibration;
  bool pairs = false;
  std::string overlay;
  std::string modality = "finger";
  engine::FaceConfig face;
  std::string face_option;  // the first given
};

std::string at(const Minutia& m) {
  return "(" + fixed(static_cast<double>(m.x_px500)) + ", " + fixed(static_cast<double>(m.y_px500)) + ")";
}

boost::json::array pairs_json(const Comparison& comparison, const datasets::LoadedSample& a,
                              const datasets::LoadedSample& b) {
  boost::json::array out;
  for (const auto& pair : comparison.pairs) {
    const Minutia& m = a.extracted.minutiae[pair.probe];
    const Minutia& n = b.extracted.minutiae[pair.reference];
    out.push_back({{"probe", pair.probe},
                   {"reference", pair.reference},
                   {"probe_px500", {m.x_px500, m.y_px500}},
                   {"reference_px500", {n.x_px500, n.y_px500}}});
  }
  return out;
}

// One of the two comes from a record of minutiae, without a ridge map.
bool minutiae_alone(const datasets::LoadedSample& a, const datasets::LoadedSample& b) {
  return a.extracted.ridges.bits.empty() || b.extracted.ridges.bits.empty();
}

void print_answer(const Options& options, const Comparison& comparison, const engine::Calibration& calibration,
                  const datasets::LoadedSample& a, const datasets::LoadedSample& b) {
  const double db = calibration.db(comparison.score);
  if (options.json) {
    boost::json::object out{{"score", comparison.score},
                            {"score_db", db},
                            {"supported_db", calibration.measured_db()},
                            {"minutiae_alone", minutiae_alone(a, b)}};
    if (options.pairs) out["pairs"] = pairs_json(comparison, a, b);
    print_json(out);
    return;
  }
  print("raw score " + fixed(comparison.score, 4) + ", " +
        odds_text(db, calibration.measured_db(), "different fingers of any two positions") + "\n");
  if (minutiae_alone(a, b)) {
    print("compared by minutiae alone: a finger's own score is lower than with images, and it is missed more often\n");
  }
  if (!options.pairs) return;
  print(std::to_string(comparison.pairs.size()) + " paired minutiae (probe, reference; px at 500 ppi)\n");
  for (const auto& pair : comparison.pairs) {
    print("  " + at(a.extracted.minutiae[pair.probe]) + "  " + at(b.extracted.minutiae[pair.reference]) + "\n");
  }
}

Result<int> run(const Options& options) {
  if (options.modality == "face") {
    if (options.pairs || !options.overlay.empty()) return failure(ErrorCode::kNoMinutiaeOfFaces, "--pairs");
    if (options.ppi) return failure(ErrorCode::kOptionOfFingers, "--ppi");
    if (!options.probe_format.empty()) return failure(ErrorCode::kOptionOfFingers, "--probe-format");
    if (!options.reference_format.empty()) return failure(ErrorCode::kOptionOfFingers, "--reference-format");
    engine::FaceConfig networks = options.face;
    networks.calibration = options.calibration;
    return compare_faces({options.a, options.b, options.json}, networks);
  }
  if (!options.face_option.empty()) return failure(ErrorCode::kOptionOfFaces, options.face_option);
  WHORL_ASSIGN(const engine::Calibration calibration, engine::fingerprint_calibration(options.calibration));
  WHORL_ASSIGN(const datasets::LoadedSample a,
               datasets::load_stated_sample(options.a, options.probe_format, options.ppi));
  WHORL_ASSIGN(const datasets::LoadedSample b,
               datasets::load_stated_sample(options.b, options.reference_format, options.ppi));
  print_notices(options.a + ": ", a.notices);
  print_notices(options.b + ": ", b.notices);
  if (options.ppi && !a.image && !b.image) return failure(ErrorCode::kOptionOfImages, "--ppi");
  const bool want_pairs = options.pairs || !options.overlay.empty();
  const fingerprint::PreparedTemplate probe(a.extracted);
  const fingerprint::PreparedTemplate reference(b.extracted);
  const Comparison comparison = fingerprint::compare(probe, reference, {}, want_pairs);
  if (!options.overlay.empty()) {
    if (!a.image || !b.image) return failure(ErrorCode::kOverlayOfTemplates, "--overlay");
    WHORL_ASSIGN(const Bytes png, pairs_png(*a.image, a.extracted, *b.image, b.extracted, comparison.pairs));
    WHORL_TRY(write_file(options.overlay, png, NewFile::kPrivate));
  }
  print_answer(options, comparison, calibration, a, b);
  return 0;
}

}  // namespace

void add_compare(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* verb = add_verb(app, "compare", "Compare two fingerprints or two faces (images or templates)",
                            "  whorl compare a.png b.png --pairs --overlay pairs.png\n"
                            "  whorl compare a.jpg b.jpg --modality face\n"
                            "  whorl compare live.png card.bin --reference-format iso-card-compact",
                            *options);
  verb->add_option("probe", options->a, "Image, template (.whorl), or record of another system")->required();
  verb->add_option("reference", options->b, "Image, template (.whorl), or record of another system")->required();
  verb->add_option("--ppi", options->ppi, "Resolution of the images, whatever they say")
      ->check(CLI::Range(100.0, 4000.0));
  add_stated_format(*verb, "--probe-format", options->probe_format);
  add_stated_format(*verb, "--reference-format", options->reference_format);
  verb->add_option("--calibration", options->calibration, "Calibration file; the built-in one when absent");
  verb->add_flag("--pairs", options->pairs, "List the paired minutiae");
  verb->add_option("--overlay", options->overlay, "PNG to write: both images and lines between paired minutiae");
  add_modality_option(*verb, options->modality);
  add_face_options(*verb, options->face);
  verb->parse_complete_callback([verb, options] { options->face_option = given_face_option(*verb); });
  on_chosen(verb, chosen, options, run);
}

}  // namespace whorl::cli
