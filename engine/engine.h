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

#include "engine/calibration.h"
#include "engine/types.h"
#include "templates/base/result.h"
#include "templates/base/world.h"
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
  // Injected fault, for tests: true makes the shard of this number fail in a search. Empty: none.
  std::function<bool(std::size_t shard)> fail_shard;
};

class Engine {
 public:
  // Opens (or makes) the gallery and rebuilds or loads its shards.
  // Errors: kNotFound (absent and not to be made), kUnavailable (another process holds it), kCorruption,
  // kInvalidInput (the gallery or a calibration belongs to another extractor or comparator version, or network),
  // kExhausted (the memory limit: says what would be needed).
  static Result<std::unique_ptr<Engine>> open(EngineConfig config, World& world = real_world());
  ~Engine();

  // decode -> normalise -> extract -> quality gate -> one atomic, synced batch -> shard head.
  // Never searches. Errors: kInvalidInput (field named; a face of another network than the gallery's: both named),
  // kAlreadyExists, kNotFound (new_person false and absent), kExhausted (the memory limit).
  Result<EnrolReceipt> enrol(const EnrolRequest& request);

  // decode -> normalise -> extract -> candidates -> compare exactly -> fuse -> decide. Never writes.
  // Errors: kInvalidInput, kNotFound (gallery), kUnavailable (incomplete search, deadline passed).
  Result<IdentifyAnswer> identify(const IdentifyRequest& request) const;

  // Errors: as identify, and kNotFound (person).
  Result<VerifyAnswer> verify(const VerifyRequest& request) const;

  // Effective at once for every later search. Errors: kNotFound.
  Status erase_person(const std::string& person_id);
  // Erasing the last encounter erases the person. Errors: kNotFound.
  Status erase_encounter(const std::string& person_id, const std::string& encounter_id);

  [[nodiscard]] Result<std::vector<EncounterView>> encounters(const std::string& person_id) const;
  [[nodiscard]] Result<EncounterView> encounter(const std::string& person_id, const std::string& encounter_id) const;
  [[nodiscard]] std::vector<GalleryView> galleries() const;

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
