#include "engine/node.h"

#include "base/catalogue.h"
#include "engine/calibration_file.h"
#include "engine/node_faces.h"

namespace whorl::engine {
namespace fs = std::filesystem;
namespace {

const FieldPath kFace = "face";
const FieldPath kFolder = FieldPath("gallery") / "folder";

bool names_networks(const FaceConfig& face) {
  return !face.models.empty() || !face.network.empty() || !face.card.empty() || !face.detector.empty();
}

Result<std::shared_ptr<const face::FaceExtractor>> face_extractor(const FaceConfig& face,
                                                                  std::vector<std::string>& notices) {
  std::shared_ptr<const face::FaceExtractor> none;
  if (face.images == FaceImages::kNever) return none;
  auto opened = open_face_extractor(face);
  if (opened.ok()) return std::shared_ptr<const face::FaceExtractor>(std::move(opened).value());
  const bool may_lack = face.images == FaceImages::kWherePossible && !names_networks(face);
  if (!may_lack || opened.error().kind != ErrorKind::kNotFound) return opened.error().within(kFace);
  notices.push_back("images of faces will be refused: " + opened.error().text());
  return none;
}

// Engine::open knows its own names of what it is given.
Error renamed(Error error) {
  if (error.field == "face_calibration") error.field = kFace / "calibration";
  if (error.field == "calibration") error.field = FieldPath("fingerprint") / "calibration";
  return error;
}

}  // namespace

Result<EngineConfig> engine_config(const NodeConfig& config, std::vector<std::string>& notices) {
  WHORL_TRY(check(config));
  if (config.gallery.empty()) return failure(ErrorCode::kGalleryFolderUnnamed, kFolder);
  EngineConfig out;
  out.directory = config.gallery;
  out.create_if_missing = config.create;
  out.threads = config.threads;
  out.memory_limit_bytes = config.memory_limit_bytes;
  out.verify_records = config.verify_records;
  if (config.keep_images != KeepImages::kAsItIs) out.keep_images = config.keep_images == KeepImages::kYes;
  out.face_index = config.face_index;
  if (!config.root_key.empty()) out.root_key = config.root_key;
  if (!config.audit_checkpoints.empty()) out.audit_checkpoints = config.audit_checkpoints;
  if (config.audit_keep_days > 0) out.audit_keep_days = static_cast<std::uint64_t>(config.audit_keep_days);
  out.min_quality = config.min_quality;
  out.review_band_db = config.review_band_db;
  out.filterable = config.filterable;
  out.image_limits = config.image_limits;
  auto calibration = fingerprint_calibration(config.calibration);
  if (!calibration.ok()) return about(FieldPath("fingerprint") / "calibration", calibration.error());
  out.calibrations[Modality::kFinger] = std::move(calibration).value();
  auto of_faces = face_calibration(config.face);
  if (!of_faces.ok()) return of_faces.error().within(kFace);
  out.calibrations[Modality::kFace] = std::move(of_faces).value();
  out.face_alone_galleries = config.face.alone;
  WHORL_ASSIGN(out.face_extractor, face_extractor(config.face, notices));
  out.face_options = config.face.options;
  return out;
}

Result<Node> open_node(const NodeConfig& config, World& world, EventSink events) {
  Node out;
  WHORL_ASSIGN(EngineConfig wanted, engine_config(config, out.notices));
  wanted.events = std::move(events);
  out.created = config.create && !holds_gallery(config.gallery);
  auto opened = Engine::open(std::move(wanted), world);
  if (!opened.ok() && opened.error().kind == ErrorKind::kNotFound && opened.error().field.empty()) {
    Error error = std::move(opened).error();
    error.message += "; check the name, or have one made there (create)";
    error.field = kFolder;
    return error;
  }
  if (!opened.ok()) return renamed(opened.error());
  out.engine = std::move(opened).value();
  if (out.created) out.notices.push_back(made_notice(config.gallery));
  for (std::string& notice : out.engine->notices()) out.notices.push_back(std::move(notice));
  return out;
}

std::string made_notice(const fs::path& folder) {
  return "there was no gallery in " + folder.string() + "; made a new one";
}

bool holds_gallery(const fs::path& folder) {
  std::error_code ignored;
  return fs::exists(folder / "CURRENT", ignored);
}

}  // namespace whorl::engine
