#include "cli/node_options.h"

#include <CLI/CLI.hpp>

#include "cli/cluster.h"
#include "cli/print.h"
#include "engine/node_faces.h"

namespace whorl::cli {
namespace {

using engine::NodeConfig;

constexpr const char* kFaceFlags[] = {"--models", "--network", "--card", "--detector", "--several", "--min-confidence"};

void add_path(CLI::App& verb, const std::string& name, std::filesystem::path& into, const std::string& description) {
  verb.add_option_function<std::string>(
          name, [&into](const std::string& path) { into = path; }, description)
      ->default_str(into.string());
}

// Read at once, while the other options' values wait for the end of parsing: so they win.
void add_config_option(CLI::App& verb, NodeOptions& options, CLI::Option* folder) {
  verb.add_option_function<std::string>(
          "--config",
          [&options, folder](const std::string& file) {
            auto read = engine::read_node_config(file);
            if (read.ok()) {
              options.node = std::move(read).value();
            } else {
              options.failure = read.error();
            }
            folder->required(false);
          },
          "TOML file with what is not given as an option; whorl serve --print-config writes one")
      ->trigger_on_parse();
}

}  // namespace

Result<NodeConfig> NodeOptions::config() const {
  if (failure) return *failure;
  return node;
}

void add_storage_options(CLI::App& verb, NodeOptions& options) {
  NodeConfig& node = options.node;
  CLI::Option* folder = verb.add_option_function<std::string>(
      "--gallery-dir", [&node](const std::string& path) { node.gallery = path; }, "Folder that holds the gallery");
  folder->required();
  add_config_option(verb, options, folder);
  verb.add_option_function<std::string>(
      "--root-key", [&node](const std::string& path) { node.root_key = path; },
      "File of the root key under which the gallery's keys are sealed, or the address of a key in a token "
      "(pkcs11:..., docs/keys.md); when absent, root.key of systemd's credentials, else one in the user's state "
      "folder, "
      "made once (whorl keys status names it)");
  verb.add_option_function<std::string>(
      "--audit-checkpoints", [&node](const std::string& path) { node.audit_checkpoints = path; },
      "File, best on another disk, to which signed checkpoints of the audit log are appended, and against which the "
      "log "
      "is held when the gallery is opened (docs/audit.md)");
  verb.add_option("--threads", node.threads, "Threads to search with; 0 for all cores")->check(CLI::Range(0, 1024));
  verb.add_option("--memory-limit", node.memory_limit_bytes,
                  "What the gallery may take, e.g. 12GiB; beyond it opening and enrolling are refused. 0 for no limit")
      ->transform(CLI::AsSizeValue(false));
  verb.add_flag_callback(
      "--skip-record-check", [&node] { node.verify_records = false; },
      "Open without reading every record: quicker, and a damaged record is found only when it is read");
}

void add_gallery_options(CLI::App& verb, NodeOptions& options) {
  add_storage_options(verb, options);
  NodeConfig& node = options.node;
  add_path(verb, "--calibration", node.calibration, "Calibration file; the built-in one when absent");
  add_path(verb, "--face-calibration", node.face.calibration,
           "Calibration file for faces (whorl calibrate); without one a face decides nothing");
  verb.add_option("--filterable", node.filterable,
                  "Name of biographic or contextual data by which callers who signed in may narrow a search, and so "
                  "learn how many people have which value; repeat for more (docs/http.md)");
  verb.add_option("--face-alone", node.face.alone,
                  "Gallery in which a face alone may be a match; repeat for more. In others a match needs fingers too");
}

void add_keep_images_option(CLI::App& verb, NodeOptions& options) {
  using engine::KeepImages;
  verb.add_option_function<std::string>(
          "--keep-images",
          [&options](const std::string& choice) {
            options.node.keep_images = choice == "yes" ? KeepImages::kYes : KeepImages::kNo;
          },
          "yes: the gallery keeps the image files of enrolments from now on, for a later extractor (whorl re-extract); "
          "earlier builds will not open it any more. no: it keeps none from now on. The gallery remembers it; a new "
          "one "
          "keeps none")
      ->check(CLI::IsMember({"yes", "no"}));
}

void add_quality_option(CLI::App& verb, NodeOptions& options) {
  verb.add_option("--min-quality", options.node.min_quality, "Refuse to enrol when every finger is below this quality")
      ->check(CLI::Range(0, 100));
}

void add_face_options(CLI::App& verb, engine::FaceConfig& face) {
  add_path(verb, "--models", face.models,
           "Folder of the face networks' weights; $WHORL_MODELS or ~/.local/share/whorl/models when absent");
  verb.add_option("--network", face.network,
                  "Face network, by its model card; the recommended one that is there when absent");
  add_path(verb, "--card", face.card, "Model card file of another face network");
  verb.add_option("--detector", face.detector, "Face detector, by its model card");
  verb.add_option_function<std::string>(
          "--several",
          [&face](const std::string& name) {
            using face::SeveralFaces;
            for (const auto policy : {SeveralFaces::kRefuse, SeveralFaces::kLargest, SeveralFaces::kCentral}) {
              if (name == name_of(policy)) face.options.several = policy;
            }
          },
          "An image of several faces: refuse it, or take the largest or the most central")
      ->check(CLI::IsMember({"refuse", "largest", "central"}))
      ->default_str(std::string(name_of(face.options.several)));
  verb.add_option("--min-confidence", face.options.min_confidence, "Of the face detector")
      ->check(CLI::Range(0.1, 0.99));
}

void add_face_options_of(CLI::App& verb, engine::FaceConfig& face, const std::string& owner) {
  add_face_options(verb, face);
  for (const char* flag : kFaceFlags) verb.get_option(flag)->needs(verb.get_option(owner));
}

std::string given_face_option(const CLI::App& verb) {
  for (const char* flag : kFaceFlags) {
    if (verb.count(flag) > 0) return flag;
  }
  return {};
}

void add_modality_option(CLI::App& verb, std::string& modality) {
  verb.add_option("--modality", modality, "What the images show")->check(CLI::IsMember({"finger", "face"}));
}

Result<std::unique_ptr<engine::Engine>> open_engine(const NodeConfig& config, EventSink events, World& world) {
  WHORL_ASSIGN(engine::Node node, engine::open_node(config, world, std::move(events)));
  for (const std::string& notice : node.notices) print_notice(notice);
  WHORL_TRY(check_no_move(node.engine->own_gallery()));
  return std::move(node.engine);
}

index::GalleryOptions gallery_options(const NodeConfig& config) {
  index::GalleryOptions out;
  out.directory = config.gallery;
  out.threads = config.threads;
  out.memory_limit_bytes = config.memory_limit_bytes;
  out.verify_records = config.verify_records;
  if (!config.root_key.empty()) out.root_key = config.root_key;
  if (!config.audit_checkpoints.empty()) out.audit_checkpoints = config.audit_checkpoints;
  if (config.keep_images != engine::KeepImages::kAsItIs)
    out.keep_images = config.keep_images == engine::KeepImages::kYes;
  return out;
}

datasets::FaceLoader::Open opener_of(const engine::FaceConfig& face) {
  return [face] { return engine::open_face_extractor(face); };
}

}  // namespace whorl::cli
