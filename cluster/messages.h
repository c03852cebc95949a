// What goes between a cluster's front and its parts: questions and effects, and what is answered, as values and as
// bytes (docs/cluster.md has the layout). Values alone: no pointer, no closure.
//
// Reading is bounded and takes any bytes. A message of another version of the format is refused; both ends agree on
// that before they begin (seal.h). Thread-safety: plain values and pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/sha256.h"
#include "cluster/slice_book.h"
#include "engine/part.h"
#include "engine/types.h"
#include "index/moment.h"

namespace whorl::cluster {

// Of the layout of every message.
inline constexpr std::uint8_t kWireVersion = 5;
// A question of this one is read too: a log may have some.
inline constexpr std::uint8_t kOldestWireVersion = 2;
// From this one on a question says of which slices it is.
inline constexpr std::uint8_t kSlicesWireVersion = 4;
// Of a change, drawn by the front: the same change asked for again is made once.
using Operation = std::array<std::uint8_t, 16>;
// A longer message is neither written nor read; a broker may allow less.
inline constexpr std::size_t kMostMessageBytes = std::size_t{64} << 20;
// Of one page of a gallery's content.
inline constexpr std::size_t kMostEntriesOfPage = 1000;

// Who asks, as the part's audit log tells it, and how long they wait.
struct Asker {
  std::string issuer;
  std::string subject;
  engine::SignedInBy by = engine::SignedInBy::kNothing;
  std::vector<std::string> roles;
  std::string purpose;
  std::string request_id;
  // From when the message arrives; empty: for ever.
  std::optional<std::uint64_t> wait_ms = {};

  friend bool operator==(const Asker&, const Asker&) = default;
};

// An answer without a value.
struct Done {
  friend bool operator==(const Done&, const Done&) = default;
};

// What a part says of itself.
struct PartStatus {
  std::vector<engine::GalleryView> galleries;
  std::vector<engine::NodeHealth::Memory> memory;
  std::uint64_t snapshots_written = 0;
  std::uint64_t shards_written = 0;
  std::uint64_t housekeeping_failures = 0;
  std::string last_failure;
  std::optional<Error> changes_refused;
  std::uint64_t due_not_erased = 0;
  std::uint64_t due_held = 0;
  std::uint64_t erased_when_due = 0;
};

// -- What is asked: each names what it is answered with ---------------------------------------------------------------

struct SearchPart {
  using Answer = engine::PartAnswer;
  engine::Probe probe;
  engine::Query query;
};
struct ComparePerson {
  using Answer = engine::ScoredPerson;
  engine::Probe probe;
  std::string gallery_id;
  std::string person_id;
};
// Names person and encounter. `keep` has the key alone: the part asks back for the answer, with the receipt.
struct EnrolEncounter {
  using Answer = engine::EnrolReceipt;
  engine::EnrolRequest request;
  std::optional<engine::RequestKey> key = {};
  // In the place of one that is there.
  bool update = false;
  // In a log: what is kept under the key, which was asked back for before.
  std::optional<std::string> answer = {};
};
struct KeptAnswerOf {
  using Answer = std::optional<std::string>;
  engine::RequestKey key;
};
struct ErasePerson {
  using Answer = Done;
  std::string person_id;
};
struct EraseEncounter {
  using Answer = Done;
  std::string person_id;
  std::string encounter_id;
};
struct ReadEncounters {
  using Answer = std::vector<engine::EncounterView>;
  std::string person_id;
};
struct ReadEncounter {
  using Answer = engine::EncounterView;
  std::string person_id;
  std::string encounter_id;
};
struct ReadTemplates {
  using Answer = std::vector<engine::TemplateView>;
  std::string person_id;
  std::string encounter_id;
};
struct SetStatus {
  using Answer = Done;
  std::string person_id;
  std::string encounter_id;
  bool active = true;
};
struct SetGalleries {
  using Answer = Done;
  std::string person_id;
  std::string encounter_id;
  std::vector<std::string> galleries;
};
struct SetHold {
  using Answer = Done;
  std::string person_id;
  std::optional<std::string> encounter_id;
  bool held = false;
};
// Both persons are this part's. Without an encounter all of them.
struct MoveEncounters {
  using Answer = Done;
  std::string into;
  std::string from;
  std::optional<std::string> encounter_id;
};
// At most kMostEntriesOfPage.
struct ReadContent {
  using Answer = engine::GalleryContent;
  std::string gallery_id;
  std::uint64_t offset = 0;
  std::uint32_t limit = 0;
};
struct TellStatus {
  using Answer = PartStatus;
};

// What a part holds, after the entry of this number of its log; of a part of one replica, now.
struct PartDigest {
  std::uint64_t index = 0;
  std::vector<index::GalleryDigest> galleries;
};
// A change that changes nobody: where every replica notes what it holds, which TellDigest gives.
struct TakeDigest {
  using Answer = PartDigest;
};
struct TellDigest {
  using Answer = PartDigest;
  std::uint64_t index = 0;
};
// A change that a leader orders by itself: whoever is due at its date goes (index/gallery.h, let_go).
struct LetGo {
  using Answer = Done;
  std::uint64_t keep_days = 0;
};

// -- Between the replicas of a part (replica.h) -----------------------------------------------------------------------

// A change as the log of a part has it.
struct LogEntry {
  std::uint64_t term = 0;     // of the leader that put it there
  std::uint64_t time_ms = 0;  // the leader's clock: the change's date, on every replica
  Operation operation{};
  // An Asked. Empty: it does nothing.
  Bytes change;

  friend bool operator==(const LogEntry&, const LogEntry&) = default;
};

struct VoteAnswer {
  std::uint64_t term = 0;
  bool granted = false;

  friend bool operator==(const VoteAnswer&, const VoteAnswer&) = default;
};
struct AskVote {
  using Answer = VoteAnswer;
  std::uint64_t term = 0;
  std::string candidate;
  std::uint64_t last_index = 0;
  std::uint64_t last_term = 0;
  Sha256 options{};  // the candidate's (config.h)
};

struct AppendAnswer {
  std::uint64_t term = 0;
  bool taken = false;
  // Up to where the log is the leader's and synced; where it was not taken, up to where it may be.
  std::uint64_t last_index = 0;
  // False: it does not count (replica.h).
  bool member = false;

  friend bool operator==(const AppendAnswer&, const AppendAnswer&) = default;
};
struct AppendEntries {
  using Answer = AppendAnswer;
  std::uint64_t term = 0;
  std::string leader;
  std::uint64_t previous_index = 0;
  std::uint64_t previous_term = 0;
  std::vector<LogEntry> entries;
  std::uint64_t committed = 0;
  // Entries up to this one may be let go.
  std::uint64_t cut = 0;
  // The leader's log begins after this one.
  std::uint64_t base = 0;
  // Of the leader's options (config.h).
  Sha256 options{};
};

// How far a replica is.
struct Position {
  std::uint64_t term = 0;
  std::uint64_t last_index = 0;  // synced
  std::uint64_t applied = 0;
  bool member = false;
  // Whom it hears as the leader, or itself; empty: nobody for a while.
  std::string leader;
  // Why it is not where it should be; empty: all is well.
  std::string trouble;

  friend bool operator==(const Position&, const Position&) = default;
};
struct TellPosition {
  using Answer = Position;
};

// -- A copy of a replica for another one (copy_source.h) --------------------------------------------------------------

using CopyId = std::array<std::uint8_t, 16>;

// What is copied is as after this entry of the log.
struct CopyBegun {
  CopyId copy{};
  std::uint64_t index = 0;
  std::uint64_t term = 0;
  // Of its slices (SliceBook), and the names of the rows that belong to moves under way.
  Bytes slices = {};
  std::vector<std::string> slice_rows = {};
};
struct BeginCopy {
  using Answer = CopyBegun;
};
// `from`: as index::Moment has it, here and below.
struct ReadCopyNames {
  using Answer = index::Moment::Names;
  CopyId copy{};
  Bytes from;
};
struct EncounterName {
  std::string person_id;
  std::string encounter_id;
};
// As many of the first as fit a message.
struct ReadCopyRecords {
  using Answer = std::vector<index::EncodedRecord>;
  CopyId copy{};
  std::vector<EncounterName> wanted;
};
struct ReadCopyImage {
  using Answer = index::KeptImage;
  CopyId copy{};
  EncounterName of;
  index::ImageReference image;
};
struct ReadCopyAnswers {
  using Answer = index::Moment::Answers;
  CopyId copy{};
  Bytes from;
};
// A row of a move under way, as it is now.
struct ReadCopySliceRow {
  using Answer = std::optional<Bytes>;
  CopyId copy{};
  std::string row;
};
struct EndCopy {
  using Answer = Done;
  CopyId copy{};
};

// -- Slices that move between parts (held_slices.h) -------------------------------------------------------------------

// What a part says of its slices.
struct PartSlices {
  Bytes book;  // SliceBook
  // Of moves that it gives: since the process began.
  std::uint64_t slices_moved = 0;
  std::uint64_t encounters_moved = 0;
  // What is done at the moment, and why it does not go on; empty: nothing.
  std::string doing;
  std::string trouble;
};
struct TellSlices {
  using Answer = PartSlices;
};
// Of a part that is new, or was before there were moves: what it holds, by its cluster's file.
struct BeginSlices {
  using Answer = Done;
  std::vector<std::uint16_t> held;
};
struct OrderMoves {
  using Answer = Done;
  std::string target;
  std::vector<std::uint16_t> slices;
};
struct GiveUpMoves {
  using Answer = Done;
};
// Slices that go together, and everybody who is in them.
struct SliceManifest {
  std::vector<SliceMove> slices;
  std::vector<index::Moment::Named> encounters;
  std::vector<Sha256> answers;  // keys of those that are kept
};
// What of it has not come yet; `held`: all of it is here for good, or something later is.
struct StillMissing {
  bool held = false;
  std::vector<std::uint32_t> encounters;  // by their places in the manifest, the first ones
  std::vector<std::uint32_t> answers;
};
struct AskMissing {
  using Answer = StillMissing;
  SliceManifest manifest;
};
// Some of the people of these slices, who are nobody's to find before the slices are taken.
struct StageSlices {
  using Answer = Done;
  std::string from;
  std::vector<SliceMove> slices;
  std::vector<index::CopiedEncounter> encounters;
  std::vector<index::KeptAnswer> answers;
};
// Everybody of these slices, all of whom have come, is here from now on.
struct TakeSlices {
  using Answer = Done;
  std::string from;
  SliceManifest manifest;
};
struct LetGoOfSlices {
  using Answer = Done;
  std::vector<SliceMove> slices;
};
// What the part that gives orders in its own log.
struct FenceSlices {
  using Answer = Done;
  std::vector<SliceMove> slices;
};
// False: somebody of the manifest is another by now, and nothing was done.
struct SlicesLeft {
  bool left = false;
};
struct LeaveSlices {
  using Answer = SlicesLeft;
  SliceManifest manifest;
};
struct SettleSlices {
  using Answer = Done;
  std::vector<SliceMove> slices;
};

// In order of their numbers on the wire, from 0.
using Question =
    std::variant<SearchPart, ComparePerson, EnrolEncounter, KeptAnswerOf, ErasePerson, EraseEncounter, ReadEncounters,
                 ReadEncounter, ReadTemplates, SetStatus, SetGalleries, SetHold, MoveEncounters, ReadContent,
                 TellStatus, AskVote, AppendEntries, TellPosition, TakeDigest, TellDigest, LetGo, BeginCopy,
                 ReadCopyNames, ReadCopyRecords, ReadCopyImage, ReadCopyAnswers, EndCopy, ReadCopySliceRow, TellSlices,
                 BeginSlices, OrderMoves, GiveUpMoves, AskMissing, StageSlices, TakeSlices, LetGoOfSlices, FenceSlices,
                 LeaveSlices, SettleSlices>;

// X(Asking) for every question of which a front wants one answer, the searching ones apart: what its part's calls are
// made for, once each.
#define WHORL_ASKED_OF_PARTS(X) \
  X(EnrolEncounter)             \
  X(KeptAnswerOf)               \
  X(ErasePerson)                \
  X(EraseEncounter)             \
  X(ReadEncounters)             \
  X(ReadEncounter)              \
  X(ReadTemplates)              \
  X(SetStatus)                  \
  X(SetGalleries)               \
  X(SetHold)                    \
  X(MoveEncounters)             \
  X(ReadContent)                \
  X(TellStatus)                 \
  X(TakeDigest)                 \
  X(TellDigest)                 \
  X(TellSlices)                 \
  X(BeginSlices)                \
  X(OrderMoves)                 \
  X(GiveUpMoves)                \
  X(AskMissing)                 \
  X(StageSlices)                \
  X(TakeSlices)                 \
  X(LetGoOfSlices)              \
  X(FenceSlices)                \
  X(LeaveSlices)                \
  X(SettleSlices)

// X(Asking) for every question that replicas ask each other, and nobody else.
#define WHORL_ASKED_OF_REPLICAS(X) \
  X(AskVote)                       \
  X(AppendEntries)                 \
  X(TellPosition)                  \
  X(BeginCopy)                     \
  X(ReadCopyNames)                 \
  X(ReadCopyRecords)               \
  X(ReadCopyImage)                 \
  X(ReadCopyAnswers)               \
  X(ReadCopySliceRow)              \
  X(EndCopy)

// Whether a question is a change, which goes into a log where there is one.
template <class Asking>
inline constexpr bool kIsChange =
    std::is_same_v<Asking, EnrolEncounter> || std::is_same_v<Asking, ErasePerson> ||
    std::is_same_v<Asking, EraseEncounter> || std::is_same_v<Asking, SetStatus> ||
    std::is_same_v<Asking, SetGalleries> || std::is_same_v<Asking, SetHold> || std::is_same_v<Asking, MoveEncounters> ||
    std::is_same_v<Asking, TakeDigest> || std::is_same_v<Asking, LetGo> || std::is_same_v<Asking, BeginSlices> ||
    std::is_same_v<Asking, OrderMoves> || std::is_same_v<Asking, GiveUpMoves> || std::is_same_v<Asking, StageSlices> ||
    std::is_same_v<Asking, TakeSlices> || std::is_same_v<Asking, LetGoOfSlices> ||
    std::is_same_v<Asking, FenceSlices> || std::is_same_v<Asking, LeaveSlices> || std::is_same_v<Asking, SettleSlices>;

struct Asked {
  Asker asker;
  Question question;
  // Of a change; all zero where the part has one replica.
  Operation operation{};
  // The answer is of a replica that has applied the log up to here, at least.
  std::uint64_t at_least = 0;
  // The answer is of a part whose slices are of this version; 0: of any.
  std::uint64_t slices = 0;
  // Of the bytes that it was read of; it is written in this build's alone.
  std::uint8_t wire_version = kWireVersion;
};

// -- As bytes ---------------------------------------------------------------------------------------------------------

// Errors: kInvalidInput for a value beyond its bound.
Result<Bytes> encode(const Asked& asked);
// Errors: kInvalidInput: another version, a value beyond its bound, bytes too many or too few, a template that cannot
// be read.
Result<Asked> decode_asked(ByteView bytes);

// Of each question's Answer, and of EnrolReceipt, which a part asks back with. Errors as above.
template <class Answer>
Result<Bytes> encode(const Result<Answer>& answer);
// The answer, which may be an error; errors of reading are kCorruption.
template <class Answer>
Result<Answer> decode_answer(ByteView bytes);

}  // namespace whorl::cluster
