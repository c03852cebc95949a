#include "cli/face_options.h"

#include <CLI/CLI.hpp>

#include "base/files.h"
#include "base/parallel.h"
#include "cli/settings.h"
#include "datasets/sample_files.h"
#include "templates/codec/native_face.h"
#include "templates/face/weights.h"
#include "templates/image/decode.h"

namespace whorl::cli {
namespace fs = std::filesystem;
namespace {

using face::ModelCard;
using face::Role;

// In the order in which they are looked for where none is named.
constexpr const char* kDetectors[] = {"yunet_2022mar", "yunet_2022feb"};
constexpr const char* kNetworks[] = {"face_reidentification_retail_0095", "sface_2021dec"};

fs::path directory_of(const FaceOptions& options) {
  return options.models.empty() ? face::default_models_directory() : fs::path(options.models);
}

// The named card; without a name the first of `preferred` whose weights are there, or else the first that can be
// fetched (so that the error says how).
template <std::size_t n>
Result<ModelCard> choose_card(const std::string& name, Role role, const char* const (&preferred)[n],
                              const fs::path& directory) {
  if (!name.empty()) return face::shipped_card(name, role);
  for (const char* candidate : preferred) {
    WHORL_ASSIGN(const ModelCard card, face::shipped_card(candidate, role));
    std::error_code ignored;
    if (fs::is_regular_file(directory / card.file, ignored)) return card;
  }
  for (const char* candidate : preferred) {
    WHORL_ASSIGN(const ModelCard card, face::shipped_card(candidate, role));
    if (!card.url.empty()) return card;
  }
  return not_found("no face network can be fetched");
}

Result<ModelCard> embedder_card(const FaceOptions& options) {
  if (options.card.empty()) return choose_card(options.network, Role::kEmbedder, kNetworks, directory_of(options));
  WHORL_ASSIGN(const Bytes file, read_file(options.card, face::kMaxCardBytes));
  auto card = face::parse_card(as_text(file));
  if (!card.ok()) return datasets::naming(options.card, card.error());
  if (card->role != Role::kEmbedder) return invalid_input("is the card of a detector", options.card);
  return card;
}

Result<image::ColourImage> read_colour(const fs::path& path) {
  const image::ImageLimits limits;
  WHORL_ASSIGN(const Bytes file, read_file(path, limits.max_bytes));
  auto image = image::decode_colour(file, limits);
  if (!image.ok()) return datasets::naming(path, image.error());
  return image;
}

}  // namespace

void add_modality_option(CLI::App& verb, std::string& modality) {
  verb.add_option("--modality", modality, "What the images show")->check(CLI::IsMember({"finger", "face"}));
}

void add_face_options(CLI::App& verb, FaceOptions& options) {
  verb.add_option("--models", options.models,
                  "Folder of the face networks' weights; $WHORL_MODELS or ~/.local/share/whorl/models when absent");
  verb.add_option("--network", options.network,
                  "Face network, by its model card; the recommended one that is there when absent");
  verb.add_option("--card", options.card, "Model card file of another face network");
  verb.add_option("--detector", options.detector, "Face detector, by its model card");
  verb.add_option("--several", options.several,
                  "An image of several faces: refuse it, or take the largest or the most central")
      ->check(CLI::IsMember({"refuse", "largest", "central"}));
  verb.add_option("--min-confidence", options.min_confidence, "Of the face detector")->check(CLI::Range(0.1, 0.99));
}

Result<std::unique_ptr<face::FaceExtractor>> open_extractor(const FaceOptions& options) {
  face::FaceModels models;
  models.directory = directory_of(options);
  WHORL_ASSIGN(models.detector, choose_card(options.detector, Role::kDetector, kDetectors, models.directory));
  WHORL_ASSIGN(models.embedder, embedder_card(options));
  return face::FaceExtractor::open(models);
}

face::ExtractOptions extract_options(const FaceOptions& options) {
  face::ExtractOptions out;
  for (const auto policy : {face::SeveralFaces::kRefuse, face::SeveralFaces::kLargest, face::SeveralFaces::kCentral}) {
    if (options.several == face::name_of(policy)) out.several = policy;
  }
  out.min_confidence = static_cast<float>(options.min_confidence);
  return out;
}

engine::Calibration::Origin origin_of(const face::NetworkId& network) {
  return {face::kExtractorVersion, face::kComparatorVersion, network.text()};
}

Result<std::optional<engine::Calibration>> face_calibration(const std::string& path, const face::NetworkId& network,
                                                            const FaceOptions& options) {
  fs::path file = path;
  if (path.empty()) {
    const auto card = embedder_card(options);
    const bool named = card.ok() && card->name == network.name && !card->calibration.empty();
    if (!named) return std::optional<engine::Calibration>();
    file = directory_of(options) / card->calibration;
  }
  WHORL_ASSIGN(auto calibration, read_calibration(file.string()));
  WHORL_TRY(calibration.check_origin(origin_of(network)));
  return std::optional<engine::Calibration>(std::move(calibration));
}

fs::path calibration_of_card(const FaceOptions& options) {
  const auto card = embedder_card(options);
  return card.ok() && !card->calibration.empty() ? directory_of(options) / card->calibration : fs::path();
}

FaceLoader::FaceLoader(FaceOptions options) : options_(std::move(options)) {}
FaceLoader::~FaceLoader() = default;

Result<LoadedFace> FaceLoader::load(const fs::path& path) {
  if (path.extension() == datasets::kTemplateSuffix) {
    WHORL_ASSIGN(const Bytes file, read_file(path, codec::kMaxNativeFaceBytes));
    auto decoded = codec::decode_native_face(file);
    if (!decoded.ok()) return datasets::naming(path, decoded.error());
    return LoadedFace{std::move(decoded).value(), {}, {}};
  }
  WHORL_ASSIGN(image::ColourImage image, read_colour(path));
  if (!extractor_) {
    WHORL_ASSIGN(extractor_, open_extractor(options_));
  }
  auto extracted = extractor_->extract(image, extract_options(options_));
  if (!extracted.ok()) return datasets::naming(path, extracted.error());
  face::FaceTemplate made = extracted->face;
  return LoadedFace{std::move(made), std::move(extracted).value(), std::move(image)};
}

Result<std::vector<FaceOutcome>> extract_faces(const face::FaceExtractor& extractor, const FaceOptions& options,
                                               const std::vector<fs::path>& files, const ProgressCallback& progress) {
  std::vector<FaceOutcome> out(files.size());
  std::vector<std::optional<Error>> failures(files.size());
  const face::ExtractOptions how = extract_options(options);
  const auto one = [&](std::size_t i) {
    const auto image = read_colour(files[i]);
    if (!image.ok()) {
      failures[i] = image.error();
      return;
    }
    auto extracted = extractor.extract(*image, how);
    if (!extracted.ok()) {
      out[i].reason = extracted.error().message;
      if (extracted.error().kind != ErrorKind::kInvalidInput)
        failures[i] = datasets::naming(files[i], extracted.error());
      return;
    }
    out[i].extracted = std::move(extracted).value();
    out[i].extracted->crop = {};  // thousands of them would fill the memory
  };
  parallel_each(files.size(), one, progress);
  for (const auto& failure : failures) {
    if (failure) return *failure;
  }
  return out;
}

}  // namespace whorl::cli
