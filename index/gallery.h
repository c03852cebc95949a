// The gallery: records in RocksDB, which are the truth, and shards in memory, which are derived from them.
//
// Searching is two steps: a candidate stage (templates/fingerprint/screening/screening.h) names the likeliest persons,
// then the exact comparator scores everything that is kept of each of them. Everybody can be compared instead: that is
// the oracle, and what small galleries do anyway.
//
// Shards become larger by themselves, and lie in the gallery's directory as snapshots too, so that opening reads and
// verifies bytes rather than preparing templates. A snapshot that does not verify is made again from the records.
//
// Thread-safety: every method may be called from any thread at once. A search works on one immutable snapshot
// and waits for no change. A change is on disk (synced) before its method returns and is seen by every search
// that starts later; changes of different persons share disk syncs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "audit/asked.h"
#include "audit/leaf.h"
#include "base/event.h"
#include "base/result.h"
#include "index/coming.h"
#include "index/kept_duplicate.h"
#include "index/kept_task.h"
#include "index/moment.h"
#include "index/options.h"
#include "index/prepare.h"
#include "index/re_extraction.h"
#include "index/record/encounter_file.h"
#include "index/record/kept_answer.h"
#include "index/record/kept_image.h"
#include "index/record/person_rule.h"
#include "index/record/record.h"
#include "index/reports.h"
#include "index/search/search_types.h"
#include "templates/face/template.h"

namespace whorl::index {

inline constexpr std::size_t kMaxGalleries = 1024;
inline constexpr std::uint64_t kMostKeepDays = 36'500;
// Of leaves of the audit log: nobody hides so what they have just done.
inline constexpr std::uint64_t kLeastAuditDays = 90;
// Each costs every search that compares the person; nobody is captured so often in good faith.
inline constexpr std::size_t kMaxEncountersOfPerson = 256;
// Images lie under their person's rows, and are read and written anew when they move: of several encounters at once not
// more than these.
inline constexpr std::uint64_t kMostImageBytesOfMove = std::uint64_t{256} << 20;

// What is written with a move of encounters; nothing: no more than the move.
using BesideMove = std::function<Result<std::optional<NotedHead>>()>;

class Gallery {
 public:
  // Opens (or makes) the gallery: shards from their snapshots where those verify, else from the records, on all
  // threads. Errors: kNotFound (absent and not to be made), kUnavailable (another process or Gallery holds it),
  // kCorruption (a damaged record is named), kInvalidInput (another format: says what to do), kExhausted
  // (memory limit: says what would be needed; nothing was read). Templates of other extractor versions are searched and
  // compared as they are; the report of the opening counts them.
  // Cost: see docs/benchmarks.md; without snapshots about 0.3 ms of one core for each finger.
  static Result<std::unique_ptr<Gallery>> open(GalleryOptions options);
  ~Gallery();

  // Puts one encounter in, where `rule` holds of its person.
  // Returns the number of its leaf in the audit log, which grows with every change. `asked`: what the log tells of who
  // asks, here and below.
  // `keep`: an answer that is on disk if and only if the encounter is, for kept_answer(); its time and ids are set
  // here. `images`: those that the record's samples name, in the same atomic batch; only a gallery that keeps_images()
  // takes any. Errors: kInvalidInput (a bound of index/record/record.h, a template that cannot be decoded, gallery
  // "ALL", a face of another network than the gallery's: both are named), kAlreadyExists (the encounter; the person has
  // as many encounters as one may have; an answer under that key), kNotFound, kExhausted (too many galleries; the
  // memory limit), kUnavailable (the disk refuses: the change may or may not be found after the gallery is opened
  // again, whole or not at all).
  Result<std::uint64_t> add(KeptEncounter encounter, PersonRule rule, std::optional<KeptAnswer> keep = {},
                            std::span<const ImageToKeep> images = {}, const audit::Asked& asked = {});
  // The same of a record that comes from elsewhere: every template is decoded to its end, and prepared.
  Result<std::uint64_t> add(const EncounterRecord& record, PersonRule rule, std::optional<KeptAnswer> keep = {},
                            std::span<const ImageToKeep> images = {}, const audit::Asked& asked = {});

  // Whether images of enrolments are kept (GalleryOptions::keep_images).
  [[nodiscard]] bool keeps_images() const;
  // The image that a sample of a record, as encounter() gave it, was extracted from. Errors: kNotFound (none was kept;
  // the encounter was erased meanwhile), kCorruption (it is missing or not the file that was kept: names person and
  // encounter), kUnavailable.
  [[nodiscard]] Result<KeptImage> image(const EncounterRecord& record, std::size_t sample) const;
  // What extracting again would be of: samples of other extractor versions than this build's, or `all`. Cost: reads the
  // index, about two seconds a million encounters. Errors: kCorruption, kUnavailable.
  [[nodiscard]] Result<ReExtractable> re_extractable(bool all) const;
  // Puts templates that were extracted again in the place of a record's, in one atomic, synced batch. `before` is the
  // record as it was read; `after` differs from it in samples alone, each with the image that it had. Searches have the
  // templates of before until the gallery is opened again, which makes its shards anew of what has changed. False where
  // the record has changed since it was read: nothing was done. Errors: as add(); kNotFound (it was erased).
  Result<bool> replace_samples(const EncounterRecord& before, EncounterRecord after, const audit::Asked& asked = {});

  // Changes of encounters that are there; each in one atomic, synced batch, and in one step for searches: one that
  // begins later sees all of it, and none misses anybody who is enrolled before and after. Each gives the number of its
  // (first) leaf. Errors of all: kNotFound (the person, the encounter), kUnavailable, kExhausted.
  //
  // Another record in its place: samples and data, images, status and galleries; the date it was made at stays. Errors:
  // as add, too.
  Result<std::uint64_t> replace(KeptEncounter encounter, std::span<const ImageToKeep> images = {},
                                const audit::Asked& asked = {});
  // Whether searches look at it.
  Result<std::uint64_t> set_status(const std::string& person_id, const std::string& encounter_id,
                                   EncounterStatus status, const audit::Asked& asked = {});
  // Other galleries. Errors: kInvalidInput (none, or what no gallery's name is), kExhausted (too many galleries).
  Result<std::uint64_t> set_galleries(const std::string& person_id, const std::string& encounter_id,
                                      std::vector<std::string> galleries, const audit::Asked& asked = {});
  // An encounter, or where none is named all that a person has, to another person, who is made where `may_be_new`.
  // `beside`: asked once when nothing is in the way any more but the disk, before any search sees the move; what it
  // gives is in the batch, with its leaf after the move's, about the first encounter that moves. It may ask nothing of
  // the gallery. Errors: kAlreadyExists (the other person has an encounter of that id; would have too many),
  // kInvalidInput (both are the same; several encounters hold more images than kMostImageBytesOfMove together); those
  // of `beside`.
  Result<std::uint64_t> move(const std::string& from, const std::string& to,
                             const std::optional<std::string>& encounter_id, bool may_be_new,
                             const audit::Asked& asked = {}, const BesideMove& beside = {});

  // Encounters that are in a gallery, or in any ("ALL"), inactive ones included, in order of person and encounter.
  // Cost: looks at every encounter, and sorts those of the page. Errors: kNotFound (no such gallery), kUnavailable
  // (expired).
  [[nodiscard]] Result<GalleryPage> content(const std::string& gallery_id, std::size_t offset, std::size_t limit,
                                            const std::function<bool()>& expired = {}) const;

  // Tasks (kept_task.h); the gallery keeps their bytes, sealed. All are on disk when they return. `names`: whom the
  // request, or the result, names; when one of them is erased it goes. Errors: kUnavailable, kExhausted; kCorruption of
  // what does not open.
  Status put_task(const std::string& id, ByteView head, ByteView request, std::span<const TaskName> names = {});
  // Work on a task begins. What is read from now on is kept under whom people became since, when there is a result, and
  // not at all where one of them was erased. Waits for moves and erasures that are under way.
  Status begin_task(const std::string& id);
  // It is given up. A result, and what erases the task, end it, too.
  void end_task(const std::string& id);
  // With a result, the request and the note of the effect go. `names` as of begin_task: of a result that names somebody
  // who was erased since then the head alone is kept.
  Status change_task(const std::string& id, ByteView head, const std::optional<Bytes>& result,
                     std::span<const TaskName> names = {});
  // A task's head, made where there is none, and a leaf of the audit log: both on disk when this returns, or neither.
  // `person`: as for note(); what is about a person goes with the last of their encounters. Errors: also those of
  // note(); kUnavailable for a gallery without a log; kNotFound where work on it began, and the person was erased
  // since.
  Status note_task(const std::string& id, ByteView head, audit::Event event, const std::string& person,
                   const audit::Asked& asked);
  Status erase_tasks(std::span<const std::string> ids);
  // An effect is told of once it is certain: what a disk that failed has left of it is taken back first.
  [[nodiscard]] Result<std::optional<Bytes>> task_body(const std::string& id, TaskBody which) const;
  // Whether there is one; reads none of it. Errors: kUnavailable.
  [[nodiscard]] Result<bool> has_task_body(const std::string& id, TaskBody which) const;
  [[nodiscard]] Result<KeptTasks> tasks() const;

  // Active persons of a gallery, or of all ("ALL"), whose identifiers come after this one, in their order. Cost: looks
  // at every encounter. Errors: kNotFound (no such gallery), kUnavailable (expired).
  [[nodiscard]] Result<std::vector<std::string>> persons_after(const std::string& gallery_id, const std::string& after,
                                                               const std::function<bool()>& expired = {}) const;
  // What a deduplication of a gallery found, and how far it is, in bytes of its owner's: both are on disk together when
  // this returns. A pair of before with the same persons is replaced. Erasing one of the persons, or making them
  // another's, takes the pair away. Errors: kUnavailable, kExhausted.
  Status put_duplicates(const std::string& gallery_id, ByteView state, std::span<const KeptDuplicate> found);
  [[nodiscard]] Result<std::optional<Bytes>> deduplication(const std::string& gallery_id) const;
  // The pairs, highest score first. Cost: reads those of all galleries. Errors: kCorruption, kUnavailable.
  [[nodiscard]] Result<std::vector<KeptDuplicate>> duplicates(const std::string& gallery_id) const;
  // Lets the pairs and the state go. Errors: as put_duplicates.
  Status drop_duplicates(const std::string& gallery_id);

  // The answer under a key, for a day. Errors: kNotFound (the encounter that it was about was erased: for the rest of
  // the day the key is refused, for add(), too), kCorruption, kUnavailable.
  [[nodiscard]] Result<std::optional<KeptAnswer>> kept_answer(const Sha256& key) const;

  // Puts many encounters in at once; persons may be new or not. Everything that is accepted, and the mark, is on disk
  // in one atomic step before this returns, and seen by every search that starts later. Changes by others wait for that
  // step only. `mark` says how far the load came, for load_mark() after a crash. Give about load_batch_fingers() at a
  // time: a batch becomes a shard.
  // A file of encounters holds no images: what its samples say of some is left out.
  // Templates are checked against their checksums, but ridge maps are not decoded as add() does. Refused one by one:
  // what parse_record or add refuses, encounters that exist, the second of two with one name, those of a person who has
  // as many as one may have.
  // Errors: kUnavailable (as add), kExhausted (the memory limit); nothing of the batch was loaded then.
  Result<LoadOutcome> load(std::vector<EncodedRecord> batch, const std::string& mark_name, ByteView mark,
                           const audit::Asked& asked = {});
  [[nodiscard]] std::size_t load_batch_fingers() const;
  [[nodiscard]] Result<std::optional<Bytes>> load_mark(const std::string& mark_name) const;
  // For other work that goes on after a crash. Errors: as add.
  Status put_load_mark(const std::string& mark_name, ByteView mark);
  Status drop_load_mark(const std::string& mark_name);

  // -- A copy of another gallery (moment.h): what is there comes to be here, whatever was here ----------------------

  [[nodiscard]] Result<std::unique_ptr<Moment>> moment() const;
  // Whether all of it could be put in beside what is here, whatever searches have in memory by then; nothing is set
  // aside. Cheap. Errors: kExhausted (the memory limit, too many galleries: says how many).
  [[nodiscard]] Status has_room_for(const Coming& coming) const;
  // Encounters as they are there, with their dates, holds and images; one that is here and is another one goes for it,
  // and one that is here as it is there stays untouched. Gives how many were put. Not atomic: where it fails, or the
  // process ends, some are in, and the same call again brings the rest. Errors: as add() and load(), of the first.
  Result<std::size_t> put_copied(std::vector<CopiedEncounter> copied, const audit::Asked& asked = {});
  // Whether one that is there is here as it is there. Errors: kCorruption, kUnavailable.
  [[nodiscard]] Result<bool> is_alike(const Moment::Named& there) const;
  // One that is not there, whether under a hold or not; nothing where it is not here either. Errors: kUnavailable.
  Status erase_copied(const std::string& person_id, const std::string& encounter_id, const audit::Asked& asked = {});
  Status put_copied_answers(std::span<const KeptAnswer> answers);
  // All that a person has here, as a moment would name it; nobody has nothing. Errors: kCorruption, kUnavailable.
  [[nodiscard]] Result<std::vector<Moment::Named>> named_of(const std::string& person_id) const;
  // These go to another gallery: all that their persons have, under a hold or not, in one step for searches, each with
  // a leaf. False where one is not here as it is named: nothing was done then. `before` is called once all are, and
  // ends it where it fails. With `again`, those of them go that are here. Nothing that is due is erased meanwhile.
  Result<bool> hand_over(std::span<const Moment::Named> all, bool again, const std::function<Status()>& before,
                         const audit::Asked& asked = {});

  // Errors: kNotFound, kUnauthorised (an encounter is under a hold: nobody of the person is erased), kUnavailable (as
  // add).
  Status erase_person(const std::string& person_id, const audit::Asked& asked = {});
  // Erasing the last encounter erases the person. Errors: as erase_person.
  Status erase_encounter(const std::string& person_id, const std::string& encounter_id, const audit::Asked& asked = {});

  // For how many days from its enrolment an encounter is kept; 0: until somebody erases it. An encounter's own date may
  // be earlier, never later. What is due is erased by the housekeeping while the gallery is open, within minutes.
  // Errors: kInvalidInput (more than kMostKeepDays), kUnavailable, kExhausted.
  Status set_retention(std::uint64_t keep_days, const audit::Asked& asked = {});
  // Of now; cheap.
  [[nodiscard]] RetentionReport retention() const;
  // Looks for what is due and erases it now; the housekeeping does the same. Each person's encounters go in one batch
  // with their leaves. Cost: reads the index. Errors: of the first person of whom it failed; the others are erased.
  Result<RetentionReport> erase_due();
  // What GalleryOptions::lets_go_when_told leaves to its caller: erases all that is due at the world's time by so many
  // days, whatever the gallery's own setting says, and lets answers go that are kept no more. Errors: as erase_due; of
  // several processes that are told the same of the same people, all come to be alike.
  Status let_go(std::uint64_t keep_days);
  // An encounter, or all that a person has now, under a hold, which every erasure heeds; or free again. Gives how many
  // changed, each in a batch with its leaf. Errors: kNotFound, kUnavailable, kExhausted.
  Result<std::uint64_t> set_hold(const std::string& person_id, const std::optional<std::string>& encounter_id,
                                 bool held, const audit::Asked& asked = {});

  // From the records. Errors: kNotFound, kCorruption, kUnavailable.
  [[nodiscard]] Result<std::vector<EncounterRecord>> encounters(const std::string& person_id) const;
  [[nodiscard]] Result<EncounterRecord> encounter(const std::string& person_id, const std::string& encounter_id) const;

  // The galleries that an encounter is in, from the index. Errors: kNotFound, kCorruption, kUnavailable.
  [[nodiscard]] Result<std::vector<std::string>> galleries_of(const std::string& person_id,
                                                              const std::string& encounter_id) const;

  // Galleries with at least one encounter, and kDefaultGallery always; in order of name.
  [[nodiscard]] std::vector<GalleryCounts> galleries() const;

  // Errors: kNotFound (no such gallery), kInvalidInput (a face of another network than the gallery's: both are named),
  // kUnavailable (expired), kInternal. An incomplete search is a result, not
  // an error: look at complete().
  [[nodiscard]] Result<SearchResult> search(const SearchRequest& request) const;

  // Every comparable pair between the probe and the person's encounters in the gallery; rank_value stays 0.
  // Errors: kNotFound (no such gallery, or nobody of that id in it), kInvalidInput (as search), kUnavailable (expired).
  [[nodiscard]] Result<PersonScore> compare(const std::string& gallery_id, const std::string& person_id,
                                            std::span<const ProbeSample> probe,
                                            const std::function<bool()>& expired = {}) const;

  // Whose faces the gallery holds, which its first face settles for good. Nothing before that.
  [[nodiscard]] std::optional<face::NetworkId> face_network() const;

  [[nodiscard]] const OpeningReport& opening() const;
  [[nodiscard]] KeepingReport keeping() const;
  // By the gallery's own count. A merge takes, for a while, as much again as the shards that it merges.
  [[nodiscard]] MemoryUse memory() const;
  // What finds candidates among the samples that are searched (docs/index.md).
  [[nodiscard]] std::vector<SearchedBy> searched_by() const;
  // Whether changes are taken now. Errors: kExhausted (no room on the disk: says how much is needed), kUnavailable (the
  // disk refused a change, or the gallery's folder was removed: says which). Searches go on. Cheap: for readiness.
  [[nodiscard]] Status health() const;
  // Rewrites all files that may hold bytes of erased people; done by itself too (GalleryOptions::purge_after).
  // Cost: reads and writes the records and every shard that lost somebody. Errors: kUnavailable, kExhausted (no room).
  Status purge_erased();
  // A new key for the gallery: shards that hold erased people are rewritten, every wrapped key is wrapped anew, and the
  // earlier gallery key is destroyed. Others search and change meanwhile. Afterwards nobody who was erased before the
  // call can be read in an earlier copy of the gallery with any key that is left, but for a copy that holds the earlier
  // key too (docs/keys.md). Goes on where an earlier one was ended. Done by itself, too, a while after an erasure
  // (GalleryOptions::purge_after). Cost: as purge_erased(), and about five microseconds an encounter. Errors:
  // kUnavailable, kExhausted, kCorruption (nothing is destroyed then).
  Result<Rotation> rotate_keys(const RotationWatch& watch = {}, const audit::Asked& asked = {});
  // The gallery's keys under another root key, whose file is named; the gallery opens with that one alone from then on.
  // Errors: as crypto::read_root_key; kUnavailable.
  Status move_keys(const std::filesystem::path& root_key, const audit::Asked& asked = {});
  // The gallery as it is at one moment, copied to a folder that is not there yet, while others go on. Its keys are not
  // in it. Errors: kAlreadyExists, kUnavailable, kExhausted.
  Status backup(const std::filesystem::path& to, const audit::Asked& asked = {});
  // The latest 32 of those, in the order in which they were begun; none of a gallery of an earlier format. What was
  // copied without Whorl, or by a build that noted nothing, is not among them. Reads one row. Errors: kCorruption,
  // kUnavailable, kInvalidInput (a newer build noted them).
  [[nodiscard]] Result<std::vector<BackupNote>> backups() const;

  // Puts a question into the audit log; on disk when this returns, which is before the question is answered. `person`:
  // whom it was about or found, where there is one. Gives the leaf's number; nothing of a gallery of an earlier format,
  // which has no log. Errors: kExhausted (no room: less is needed than for a change), kUnavailable (the disk refuses).
  Result<std::optional<std::uint64_t>> note(audit::Event question, const std::string& person,
                                            const audit::Asked& asked = {});
  // Of now; nothing of a gallery of an earlier format.
  [[nodiscard]] std::optional<AuditReport> audit() const;
  // The log as an export holds it (audit/export_folder.h): its last checkpoint, made now where it is due
  // ("checkpoint"), a tile ("tile/0/000"), a bundle of entries ("tile/entries/000"). Errors: kNotFound (there is no
  // such file, or it is not in the last checkpoint's tree), kUnavailable.
  Result<Bytes> audit_file(const std::string& path);
  // All of it, as far as the folder does not hold it yet. Gives how many leaves it has. Errors: kInvalidInput (the
  // folder holds another log, or cannot be written), kNotFound (a gallery of an earlier format), kUnavailable.
  Result<std::uint64_t> export_audit(const std::filesystem::path& folder);
  // Leaves that are older than so many days go, in whole bundles (256); a leaf tells of it, their hashes stay, and so
  // do all proofs. Done by itself where GalleryOptions::audit_keep_days says so. Gives the number of the first leaf
  // that is kept. Errors: kInvalidInput (fewer than kLeastAuditDays, more than kMostKeepDays), kUnavailable,
  // kExhausted.
  Result<std::uint64_t> prune_audit(std::uint64_t keep_days, const audit::Asked& asked = {});
  // What stands in the leaves of a month, "2026-11", for "who" (issuer, zero byte, subject), "gallery" or "request";
  // and the subjects of a person's encounters, which stay the same. Errors: kNotFound.
  [[nodiscard]] Result<audit::Tag> audit_tag(const std::string& month, const std::string& what,
                                             const std::string& name) const;
  [[nodiscard]] Result<std::vector<audit::Tag>> audit_subjects(const std::string& person_id) const;
  // Of now. Nothing where the gallery is not sealed.
  [[nodiscard]] std::optional<KeysReport> keys() const;
  // Waits until every shard that is full is sealed, merged and on disk as a snapshot (or that has failed). Never needed
  // for right answers.
  void settle();

  Gallery(const Gallery&) = delete;
  Gallery& operator=(const Gallery&) = delete;

 private:
  struct Parts;
  explicit Gallery(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace whorl::index
