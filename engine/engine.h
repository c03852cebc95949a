// The engine: enrol, identify, verify, erase. Knows no HTTP; the only way from the front ends to the gallery.
//
// Thread-safety: every method may be called from any thread at once. Searches read immutable snapshots and take
// no lock; a change is durable (synced to disk) before its method returns, and seen by every later search.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/world.h"
#include "engine/calibration.h"
#include "engine/service.h"
#include "templates/face/extract.h"

namespace whorl::engine {

struct EngineConfig {
  std::filesystem::path directory;  // the RocksDB gallery; made when absent
  bool create_if_missing = true;
  Calibration calibration = Calibration::shipped();
  int threads = 0;                       // 0: all cores
  int min_quality = 10;                  // enrolment refuses an encounter whose every finger is below this
  std::uint64_t memory_limit_bytes = 0;  // what the gallery may take; 0: no limit (index/gallery.h)
  bool verify_records = true;            // read every record while opening (index/gallery.h)
  double review_band_db = 5.0;           // width of the indeterminate band below the threshold
  ImageLimits image_limits;
  // Makes templates of images of faces. Null: such images are refused, saying what to do; native templates are not.
  std::shared_ptr<const face::FaceExtractor> face_extractor;
  face::ExtractOptions face_options;
  // What a face's score is worth. Empty: a face counts for nothing, and a search by a face alone is indeterminate.
  std::optional<Calibration> face_calibration;
  // Galleries (ALL is one of its own) in which a face alone may be a match. In all others a match needs fingers that
  // speak for it too (decision.h, kLeastSupport_db); without them it is indeterminate.
  std::vector<std::string> face_alone_galleries;
};

class Engine final : public Service {
 public:
  // Opens (or makes) the gallery and rebuilds or loads its shards.
  // Errors: kNotFound (absent and not to be made), kUnavailable (another process holds it), kCorruption,
  // kInvalidInput (the gallery or a calibration belongs to another extractor or comparator version, or network),
  // kExhausted (the memory limit: says what would be needed).
  static Result<std::unique_ptr<Engine>> open(EngineConfig config, World& world = real_world());
  ~Engine() override;

  // read -> quality gate -> one atomic, synced batch -> shard head.
  // Besides service.h: a face of another network than the gallery's is kInvalidInput, and both are named.
  Result<EnrolReceipt> enrol(const Call& call, const EnrolRequest& request) override;
  // read -> candidates -> compare exactly -> fuse -> decide.
  Result<IdentifyAnswer> identify(const Call& call, const IdentifyRequest& request) override;
  Result<VerifyAnswer> verify(const Call& call, const VerifyRequest& request) override;
  Status erase_person(const Call& call, const std::string& person_id) override;
  Status erase_encounter(const Call& call, const std::string& person_id, const std::string& encounter_id) override;
  Result<std::vector<EncounterView>> encounters(const Call& call, const std::string& person_id) override;
  Result<EncounterView> encounter(const Call& call, const std::string& person_id,
                                  const std::string& encounter_id) override;
  std::vector<GalleryView> galleries(const Call& call) override;

  // What the operator should know of how the gallery was opened, a sentence each: snapshots that did not verify and
  // were made again from the records; a face network other than the gallery's. Mostly empty.
  [[nodiscard]] std::vector<std::string> notices() const;

  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

 private:
  struct Parts;
  explicit Engine(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace whorl::engine
