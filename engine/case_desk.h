// What waits for a person: a search that ended with somebody near, two people who may be one. What a front end needs of
// engine/cases/, whoever implements it (docs/cases.md).
//
// Two persons decide, blind to each other: nobody is told a score, a rank or what another decided before they have
// decided themselves. Every method settles for itself whether the caller may; a case of which somebody may see nothing
// is to them one that does not exist. Thread-safety: any thread may call any method at once. Errors are values.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/call.h"
#include "engine/explanation.h"
#include "engine/service.h"
#include "engine/types.h"

namespace whorl::engine {

// What the case is about; a row each (cases/case_kinds.h).
enum class CaseKind : std::uint8_t { kIdentification = 1, kDeduplication = 2 };
// "identification", "deduplication".
std::string_view name_of(CaseKind kind);
std::optional<CaseKind> case_kind_named(std::string_view name);

// What somebody sees. kDifferent: of several candidates none is the same.
enum class CaseAnswer : std::uint8_t { kSame = 1, kDifferent = 2, kCannotTell = 3 };
// "same", "different", "cannot_tell".
std::string_view name_of(CaseAnswer answer);
std::optional<CaseAnswer> case_answer_named(std::string_view name);

// kDisputed: three people decided three ways.
enum class CaseState : std::uint8_t { kWaiting = 1, kDecided = 2, kDisputed = 3 };
// "waiting", "decided", "disputed".
std::string_view name_of(CaseState state);
std::optional<CaseState> case_state_named(std::string_view name);

// Why somebody says what they say: words of a closed list, each of one answer. "" where it is no such word.
bool is_case_reason(CaseAnswer answer, std::string_view reason);

// How a case is opened.
struct CaseTerms {
  // Of who opens it; no name of a person. At most kMostCaseReferenceBytes.
  std::string reference;
  // How many have to decide alike: 1 or 2. 0: as the kind has it.
  int decisions = 0;
};
inline constexpr std::size_t kMostCaseReferenceBytes = 128;

// Two people of a gallery who may be one. Without an encounter the person's latest active one in the gallery is meant.
struct CasePair {
  std::string gallery_id = "default";
  EnrolledProbe one;
  EnrolledProbe other;
  // Of a deduplication; empty where nobody has compared them.
  std::optional<double> score_db = {};
};

// A candidate as whoever has decided is told of it.
struct CaseCandidate {
  int number = 0;  // as this reader was shown it, from 1
  std::string person_id;
  std::optional<double> score_db;
  int rank = 0;  // of the search; 0: there was none
};

// What somebody decided. `candidate`: of kSame, by the number that they were shown.
struct CaseDecision {
  CaseAnswer answer = CaseAnswer::kCannotTell;
  int candidate = 0;
  std::string reason;
};

struct CaseOutcome {
  CaseAnswer answer = CaseAnswer::kCannotTell;
  std::string person_id;  // of kSame
};

// A case as the caller may see it.
struct CaseView {
  std::string case_id;
  CaseKind kind = CaseKind::kIdentification;
  CaseState state = CaseState::kWaiting;
  std::string gallery_id;
  std::string reference;
  std::string purpose;
  std::chrono::sys_seconds opened_at;
  std::chrono::sys_seconds due_at;  // it goes then, decided or not
  int wanted = 0;                   // decisions; one more where two differ
  int decided = 0;
  int candidates = 0;
  // The claim that holds now: until when, and whether it is the caller's. Whose it is else nobody is told.
  std::optional<std::chrono::sys_seconds> claimed_until;
  bool claimed_by_caller = false;
  // What the caller can do next: "claim", "decide", or "nothing", and then why: "closed", "decided_already",
  // "opened_it", "claimed", "not_a_reviewer".
  std::string next;
  std::string why;
  // Of a caller who has decided: what, and who the candidates are.
  std::optional<CaseDecision> own;
  std::vector<CaseCandidate> told;
  // Once it is decided, for who decided or opened it.
  std::optional<CaseOutcome> outcome;
};

struct CaseQuery {
  std::optional<CaseKind> kind = {};
  std::optional<CaseState> state = {};
  std::size_t offset = 0;
  std::size_t limit = 50;
};

struct CasePage {
  std::uint64_t total = 0;
  std::vector<CaseView> cases;  // what goes first, first
};

// Both sides of one candidate. Scores, and whose the reference is, are there only for who has decided.
struct CaseComparison {
  int number = 0;
  bool told = false;
  Explanation comparison;
};

class CaseDesk {
 public:
  virtual ~CaseDesk() = default;

  // Of a search: the samples are kept, sealed, until it is decided, with the candidates that the answer names. The same
  // search under the same reference opens one case. Nothing where the answer names nobody. Errors: kUnauthorised,
  // kInvalidInput, kExhausted (too many wait; no room), kUnavailable.
  virtual Result<std::optional<CaseView>> open_search(const Call& call, const IdentifyRequest& request,
                                                      const IdentifyAnswer& answer, const CaseTerms& terms) = 0;
  // Of two people, once as long as it is kept. Errors: as open_search; kNotFound (one of them, or their encounter).
  virtual Result<CaseView> open_pair(const Call& call, const CasePair& pair, const CaseTerms& terms) = 0;

  // For reviewers. Errors: kUnauthorised.
  virtual Result<CasePage> list(const Call& call, const CaseQuery& query) = 0;
  // For reviewers, and for who opened it. Errors of this and the following: kUnauthorised, kNotFound (it never was, or
  // is gone), kUnavailable.
  virtual Result<CaseView> look(const Call& call, const std::string& case_id) = 0;
  // For a quarter of an hour; claiming again makes it longer. Errors: kAlreadyExists (CaseView::why says what is in the
  // way).
  virtual Result<CaseView> claim(const Call& call, const std::string& case_id) = 0;
  // Changes nothing, and is no error, where the caller has none.
  virtual Result<CaseView> release_claim(const Call& call, const std::string& case_id) = 0;
  // Whoever has the claim decides, once. The decision and its leaf of the audit log are on disk together when this
  // returns. Errors: kInvalidInput (candidate, reason), kAlreadyExists (as claim; no claim, or it has ended).
  virtual Result<CaseView> decide(const Call& call, const std::string& case_id, const CaseDecision& decision) = 0;
  // Of the candidate that the caller sees under this number, by whoever has the claim or has decided; a verification,
  // with its leaf. `pairs`: which minutiae the machine paired. Errors: as explain; kAlreadyExists (no claim); kNotFound
  // (no such number; the samples are gone, since the case is decided).
  virtual Result<CaseComparison> compare(const Call& call, const std::string& case_id, int number, bool pairs) = 0;
};

}  // namespace whorl::engine
