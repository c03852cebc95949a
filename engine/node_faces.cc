#include "engine/node_faces.h"

#include <span>

#include "base/catalogue.h"
#include "base/files.h"
#include "engine/calibration_file.h"
#include "templates/face/weights.h"

namespace whorl::engine {
namespace fs = std::filesystem;
namespace {

using face::ModelCard;
using face::Role;

// In the order in which they are looked for where none is named.
constexpr const char* kDetectors[] = {"yunet_2022mar", "yunet_2022feb"};
constexpr const char* kNetworks[] = {"face_reidentification_retail_0095", "sface_2021dec"};

fs::path directory_of(const FaceConfig& config) {
  return config.models.empty() ? face::default_models_directory() : config.models;
}

bool is_there(const fs::path& file) {
  std::error_code ignored;
  return fs::is_regular_file(file, ignored);
}

// The first of `preferred` whose weights are there, or else the first that can be fetched (so that the error says how).
Result<ModelCard> recommended_card(Role role, std::span<const char* const> preferred, const fs::path& directory) {
  for (const bool there : {true, false}) {
    for (const char* name : preferred) {
      WHORL_ASSIGN(ModelCard card, face::shipped_card(name, role));
      if (there ? is_there(directory / card.file) : !card.url.empty()) return card;
    }
  }
  return failure(ErrorCode::kNoNetworkToFetch);
}

// The result, a failure under the configuration's key; the file that it is about goes into the message.
template <class T>
Result<T> under(const char* key, Result<T> result) {
  if (!result.ok()) return about(key, result.error());
  return result;
}

Result<ModelCard> detector_card(const FaceConfig& config) {
  if (config.detector.empty()) return recommended_card(Role::kDetector, kDetectors, directory_of(config));
  return under("detector", face::shipped_card(config.detector, Role::kDetector));
}

Result<ModelCard> card_of_file(const fs::path& file) {
  WHORL_ASSIGN(const Bytes bytes, read_file(file, face::kMaxCardBytes));
  auto card = face::parse_card(as_text(bytes));
  if (!card.ok()) return card.error().within(file.string());
  if (card->role != Role::kEmbedder) return failure(ErrorCode::kCardOfDetector, file.string());
  return card;
}

Result<ModelCard> embedder_card(const FaceConfig& config) {
  if (!config.card.empty()) return under("card", card_of_file(config.card));
  if (!config.network.empty()) return under("network", face::shipped_card(config.network, Role::kEmbedder));
  return recommended_card(Role::kEmbedder, kNetworks, directory_of(config));
}

// The file that the network's card names, beside the weights; empty when it names none. Of a network that nobody asked
// for and that is not there neither is the calibration missed.
Result<fs::path> calibration_of_card(const FaceConfig& config, const std::optional<face::NetworkId>& network) {
  WHORL_ASSIGN(const ModelCard card, embedder_card(config));
  if (card.calibration.empty() || (network && network->name != card.name)) return fs::path();
  fs::path file = directory_of(config) / card.calibration;
  const bool named = !config.models.empty() || !config.network.empty() || !config.card.empty();
  if (!named && !is_there(directory_of(config) / card.file) && !is_there(file)) return fs::path();
  return file;
}

}  // namespace

Result<std::unique_ptr<face::FaceExtractor>> open_face_extractor(const FaceConfig& config) {
  face::FaceModels models;
  models.directory = directory_of(config);
  WHORL_ASSIGN(models.detector, detector_card(config));
  WHORL_ASSIGN(models.embedder, embedder_card(config));
  return under("models", face::FaceExtractor::open(models));
}

Result<std::optional<Calibration>> face_calibration(const FaceConfig& config,
                                                    const std::optional<face::NetworkId>& network) {
  fs::path file = config.calibration;
  if (file.empty()) {
    WHORL_ASSIGN(file, calibration_of_card(config, network));
  }
  if (file.empty()) return std::optional<Calibration>();
  std::optional<Calibration::Origin> wanted;
  if (network) wanted = Calibration::faces(network->text());
  WHORL_ASSIGN(Calibration calibration, under("calibration", read_calibration(file, wanted)));
  return std::optional<Calibration>(std::move(calibration));
}

}  // namespace whorl::engine
