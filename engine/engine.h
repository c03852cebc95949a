// The engine: enrol, identify, verify, erase, over one gallery that lies on this machine and, for searches, over
// further parts that may lie elsewhere. Knows no HTTP; the only way from the front ends to the gallery.
//
// Thread-safety: every method may be called from any thread at once. Searches read immutable snapshots and take
// no lock; a change is durable (synced to disk) before its method returns, and seen by every later search.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/event.h"
#include "base/result.h"
#include "base/world.h"
#include "engine/calibration.h"
#include "engine/evaluation_desk.h"
#include "engine/part.h"
#include "engine/re_extract.h"
#include "engine/service.h"
#include "index/options.h"
#include "templates/face/extract.h"
#include "templates/image/image.h"

namespace rocksdb {
class Env;
}

namespace whorl {
class FileSystem;
namespace index {
class Gallery;
}
}  // namespace whorl

namespace whorl::engine {

// Of fingers Calibration::shipped(), of others none.
ByModality<std::optional<Calibration>> shipped_calibrations();

// How an engine is opened. A plain value; what it shares by pointer may be shared between engines.
struct EngineConfig {
  // The RocksDB gallery. One process at a time has it open.
  std::filesystem::path directory;
  // False: opening a directory without a gallery is kNotFound.
  bool create_if_missing = true;
  // What the scores of each modality are worth. That of fingers must be there, and of this build's extractor and
  // comparator. Where faces have none, a face counts for nothing, and a search by a face alone is indeterminate.
  ByModality<std::optional<Calibration>> calibrations = shipped_calibrations();
  // To search and to read samples with; 0: as many as the machine has cores.
  int threads = 0;
  // Enrolment refuses an encounter whose every finger is below this, or whose face is; a search takes a finger or face
  // below it for one that rules nobody out. 0 to 100.
  int min_quality = 10;
  // What the gallery may take; beyond it opening and enrolling are kExhausted. 0: no limit. See index/gallery.h.
  std::uint64_t memory_limit_bytes = 0;
  // Read every record while opening. False: quicker, and a damaged record is found only when it is read.
  bool verify_records = true;
  // Whether images of enrolments to come are kept beside their records: the gallery's setting from now on. Empty: as
  // the gallery has it; off in a new one. See index/options.h.
  std::optional<bool> keep_images;
  // Whether FAISS indexes of faces are made and asked. See index/options.h.
  index::FaceIndexUse face_index = index::FaceIndexUse::kWhereFast;
  // The file of the gallery's root key (docs/keys.md). Empty: as index/options.h says.
  std::optional<std::filesystem::path> root_key;
  // A file on another disk to which each signed checkpoint of the audit log is appended, and against which the log is
  // held when it is opened (docs/audit.md). Empty: none.
  std::optional<std::filesystem::path> audit_checkpoints;
  // For how many days leaves of the audit log are kept; their hashes stay for ever. Empty: all are kept.
  std::optional<std::uint64_t> audit_keep_days;
  // Width of the indeterminate band below the threshold.
  double review_band_db = 5.0;
  // Names of biographic and contextual data by which callers who signed in may narrow a search: the receipt tells them
  // how many people have which value. The local user may by any, and everybody by the encounter's type.
  std::vector<std::string> filterable;
  // What an image may be before it is decoded; larger ones are kInvalidInput.
  image::ImageLimits image_limits;
  // Makes templates of images of faces. Null: such images are refused, saying what to do; native templates are not.
  std::shared_ptr<const face::FaceExtractor> face_extractor;
  // Which face of an image is taken.
  face::ExtractOptions face_options;
  // Galleries ("ALL" is one of its own) in which a face alone may be a match. In all others a match by a face needs
  // fingers beside it that score kLeastSupport_db (verdict.h) by themselves; without them it is indeterminate.
  std::vector<std::string> face_alone_galleries;
  // What this node's own part of the gallery is called in receipts. Not empty.
  std::string part_name = "local";
  // Further parts of the gallery, which searches and verifications ask too. No person may be in two parts. What is
  // enrolled and erased, and every other question, is of this node's own part alone. None null, each with a name of
  // its own.
  std::vector<std::shared_ptr<Part>> more_parts;
  // False: this node holds nobody, and searches ask more_parts alone; there is one at least. Its gallery keeps the
  // audit log of what is asked, and does not open where somebody is enrolled in it.
  bool holds_people = true;
  // Bytes that must stay free on the gallery's disk; a change that would leave less is kExhausted. Empty: the gallery's
  // own choice (index/options.h).
  std::optional<std::uint64_t> least_free_bytes;
  // What is due by its retention goes, and answers are let go, by Gallery::let_go alone (index/options.h).
  bool lets_go_when_told = false;
  // Bytes of erased people leave the gallery's files at most this long after the erasure, while the engine is open.
  std::chrono::seconds purge_after{std::chrono::hours(24)};
  // The disk as the database sees it, and the disk for all else; both must outlive the engine. Null: the machine's own.
  // Tests put disks that fail in their place.
  rocksdb::Env* env = nullptr;
  FileSystem* files = nullptr;
  // Hears what an operator should know, the gallery's events among them (index/options.h). Called from any thread while
  // the engine is opened and open. Empty: nobody hears.
  EventSink events;
};

struct EngineState;

// How the gallery calls what lies in Engine::exchange_rows(): a change that is the work of such a row is noted by this
// and the row's name (Call::task).
inline constexpr std::string_view kExchangeRows = "exchange/";

// What a node does by itself. Owns its gallery.
class Engine final : public Service {
 public:
  // Opens (or makes) the gallery and rebuilds or loads its shards. `world` must outlive the engine. What notices() has
  // to say is told to the event sink too.
  // Errors: kNotFound (absent and not to be made), kUnavailable (another process holds it), kCorruption,
  // kInvalidInput (a gallery of another format; a calibration of another extractor or comparator version, or network;
  // parts without a name, or two of one name), kExhausted (the memory limit: says what would be needed).
  // Cost: see docs/benchmarks.md; from snapshots seconds a million fingers, without them about 0.3 ms of a core each.
  static Result<std::unique_ptr<Engine>> open(EngineConfig config, World& world = real_world());
  // Calls must have returned. Parts that were given are left as they are.
  ~Engine() override;

  // read -> quality gate -> one atomic, synced batch -> shard head.
  // Besides service.h: a face of another network than the gallery's is kInvalidInput, and both are named.
  Result<EnrolReceipt> enrol(const Call& call, const EnrolRequest& request) override;
  // As service.h.
  Result<std::optional<std::string>> kept_answer(const Call& call, const RequestKey& key) override;
  // read -> ask parts -> merge -> verdict -> leaf of the audit log. Never writes a record.
  // Besides service.h: a part that fails makes the search incomplete; the receipt, or the error, names it and why.
  Result<IdentifyAnswer> identify(const Call& call, const IdentifyRequest& request) override;
  // The same, of one person. A part that fails is an error, unless another part has the person.
  Result<VerifyAnswer> verify(const Call& call, const VerifyRequest& request) override;
  Result<VerifyAnswer> verify_enrolled(const Call& call, const EnrolledProbe& probe,
                                       const VerifyRequest& request) override;
  // read -> previews. Nothing but the call's own leaf hears of it.
  Result<AssessAnswer> assess(const Call& call, const AssessRequest& request) override;
  // verify -> leaf of the audit log -> drawings of what was compared. Of a person of another part: the scores alone.
  Result<Explanation> explain(const Call& call, const VerifyRequest& request) override;
  // Of this node's own part, as service.h says.
  Status erase_person(const Call& call, const std::string& person_id) override;
  Status erase_encounter(const Call& call, const std::string& person_id, const std::string& encounter_id) override;
  Result<std::vector<EncounterView>> encounters(const Call& call, const std::string& person_id) override;
  Result<EncounterView> encounter(const Call& call, const std::string& person_id,
                                  const std::string& encounter_id) override;
  Result<EncounterWithImages> encounter_with_images(const Call& call, const std::string& person_id,
                                                    const std::string& encounter_id) override;
  Result<std::vector<TemplateView>> templates(const Call& call, const std::string& person_id,
                                              const std::string& encounter_id) override;
  Result<EnrolReceipt> update(const Call& call, const EnrolRequest& request) override;
  Status set_status(const Call& call, const std::string& person_id, const std::string& encounter_id,
                    bool active) override;
  Status set_galleries(const Call& call, const std::string& person_id, const std::string& encounter_id,
                       const std::vector<std::string>& galleries) override;
  Status merge_persons(const Call& call, const std::string& into, const std::string& from) override;
  Status move_encounter(const Call& call, const std::string& into, const std::string& from,
                        const std::string& encounter_id) override;
  Result<IdentifyAnswer> identify_enrolled(const Call& call, const EnrolledProbe& probe,
                                           const IdentifyRequest& request) override;
  Result<VerifyAnswer> compare(const Call& call, const CompareRequest& request) override;
  Result<GalleryContent> gallery_content(const Call& call, const std::string& gallery_id, std::size_t offset,
                                         std::size_t limit) override;
  Result<DedupeState> dedupe(const Call& call, const DedupeRequest& request, const ProgressCallback& progress) override;
  Result<Duplicates> duplicates(const Call& call, const std::string& gallery_id, std::size_t offset,
                                std::size_t limit) override;
  TaskStore* tasks() override;
  TaskStore* exchange_rows() override;
  MemberDesk* member_desk() override;
  // Sets what member_desk() gives. It is destroyed before the rest of the engine, which it may use until then. Not
  // while calls are running.
  void set_member_desk(std::shared_ptr<MemberDesk> desk);
  CaseDesk* case_desk() override;
  ThresholdDesk* threshold_desk() override;
  EvaluationDesk* evaluation_desk() override;
  SearchStatistics* search_statistics() override;
  const PrivacyNotices* privacy_notices() override;
  // Sets what privacy_notices() gives. Not while calls are running.
  void set_privacy_notices(std::shared_ptr<const PrivacyNotices> notices);
  // Sets what evaluation_desk() gives. Not while calls are running.
  void set_evaluation_desk(std::shared_ptr<EvaluationDesk> desk);
  Status note(const Call& call, const audit::Event& event) override;
  Status note_change(const Call& call, const audit::Event& event, const std::string& row, ByteView head,
                     const std::string& person) override;
  Result<std::string> read_audit(const Call& call, const AuditQuestion& question) override;
  std::vector<GalleryView> galleries(const Call& call) override;
  Status set_hold(const Call& call, const std::string& person_id, const std::optional<std::string>& encounter_id,
                  bool held) override;
  NodeDuties duties(const Call& call) override;
  NodeHealth health(const Call& call) override;
  Result<NodeReport> report(const Call& call) override;

  // Templates anew from kept images, in this node's own part; see re_extract.h. Searches have those of before until the
  // engine is opened again. What cannot be extracted stays as it was. May be ended at any moment, and goes on then.
  // Cost: as enrolling the same images, on all of the engine's threads. Errors: kUnavailable, kExhausted, kCorruption
  // (of the index), kInternal; what was replaced until then is.
  Result<ReExtractReport> re_extract(const ReExtractRequest& request);

  // This node's own part, for whoever answers others with it: values in, values out, and nothing noted. Lives as long
  // as the engine.
  [[nodiscard]] Part& own_part();

  // What lies in this node's own part, for whoever keeps several processes alike: copies, digests, retention. What is
  // changed through it is noted, and asked of nobody. Lives as long as the engine.
  [[nodiscard]] index::Gallery& own_gallery();

  // What the operator should know of how the gallery was opened, a sentence each: snapshots that did not verify and
  // were made again from the records; templates of other extractor versions; a face network other than the gallery's.
  // Mostly empty.
  [[nodiscard]] std::vector<std::string> notices() const;

  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

 private:
  explicit Engine(std::unique_ptr<EngineState> state);
  std::unique_ptr<EngineState> state_;
};

}  // namespace whorl::engine
