// Asking other members of an exchange, and the protection of people from what other members ask: what a front end needs
// of the room member/, whoever implements it (docs/exchange.md).
//
// Every method settles for itself whether the caller may. Thread-safety: any thread may call any method at once. Errors
// are values.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "audit/leaf.h"
#include "base/bytes.h"
#include "base/result.h"
#include "engine/call.h"
#include "engine/explanation.h"
#include "engine/types.h"

namespace whorl::engine {

// What officers of this node may ask whom, by the policy in force.
struct ExchangeTerms {
  struct Purpose {
    std::string name;
    std::string text;                  // what it is for, in the policy's words
    std::vector<std::string> reasons;  // one of which a question names
    std::vector<std::string> lanes;    // the first is taken where none is named
    std::vector<std::string> items;    // that may be asked for after a match
    std::vector<std::string> members;  // by name, who may be asked
    bool protects_subject = false;     // where the person is from, and fears, decides whom not to ask
  };
  std::string member;  // this node's own name
  std::vector<Purpose> purposes;
};

// Another member of the policy, and what is used up between it and this one, as this node counts (docs/exchange.md).
struct Partner {
  struct Use {
    std::vector<std::string> purposes;  // for which one may ask the other; empty: none
    std::uint64_t today = 0;            // checks of this UTC day, and of this calendar year
    std::uint64_t per_day = 0;
    std::uint64_t this_year = 0;
    std::uint64_t per_year = 0;
  };
  std::string member;
  bool responds = false;  // it answers checks at all
  Use asked;              // by this node
  Use asks;               // this node
};

// What an officer asks. `country` and `avoid` say whom not to ask, and never leave this node.
struct CheckQuestion {
  std::string purpose;
  std::string reason;                     // a word of the purpose's
  std::string matter;                     // the officer's case; others see a pseudonym of it
  std::string lane = {};                  // empty: the first that the purpose has
  std::vector<std::string> members = {};  // names; empty: everybody whom the policy allows
  std::string age = "unknown";            // "<6", "6-13", "14-17", "18+"
  std::string country = {};               // three capital letters; empty: not known
  std::vector<std::string> avoid = {};    // further countries that the person fears
  std::vector<Sample> samples;
  std::vector<MissingFinger> missing = {};
};

// What is known of one member's answer.
struct MemberAnswer {
  std::string member;
  // "waiting", "match", "no_match", "indeterminate", "refused", "did_not_answer".
  std::string state = "waiting";
  // Of a refusal what the policy says; of one that did not answer "not_connected", "no_receipt", "no_answer".
  std::string why = {};
  int score_db = 0;   // of a match
  bool late = false;  // it came after the time in which it was wanted
  std::optional<std::chrono::sys_seconds> at = {};
};

struct CheckView {
  std::string check_id;
  std::string purpose;
  std::chrono::sys_seconds asked_at;
  std::chrono::sys_seconds expires_at;
  // "match" where any member has one; "no_match" where every member that was asked said so; "waiting" while that may
  // yet be; else "indeterminate".
  std::string result;
  std::string reason;  // a sentence for the officer
  std::vector<MemberAnswer> members;
  struct LeftOut {
    std::string member;
    std::string why;
  };
  std::vector<LeftOut> left_out;  // whom the policy does not let this check ask
  bool repeated = false;          // it was asked before, under the same key
};

// What is known of a person that may hide them from other members.
struct Protection {
  std::string citizenship = "other";       // "own", "resident", "own_and_resident": hidden where either is
  bool shielded = false;                   // under protection
  std::vector<std::string> never_to = {};  // names of members
  std::optional<int> birth_year = {};

  friend bool operator==(const Protection&, const Protection&) = default;
};

// Of a move of encounters: what is written in its batch, so that whom they are of now is protected as they were.
struct CarriedProtection {
  std::string row;  // of Service::exchange_rows()
  Bytes head;
  audit::Event event;
};

// A hit of another member's question that it was not told of.
struct HiddenHit {
  std::chrono::sys_seconds at;
  std::string member;  // who asked
  std::string purpose;
  std::string person_id;
  std::string rule;  // "never_to", "shielded", "own_citizen", "resident"
  double score_db = 0;
};

// A request for data on the person whom a member has a match with. The samples are those of the check, again.
struct ReleaseQuestion {
  std::string check_id;
  std::string member;
  std::vector<std::string> items;  // "identity", "document", ...: words of the policy's
  std::string basis;               // why they are needed, for the member's officer; UTF-8, at most 500 bytes
  std::vector<Sample> samples;
  std::vector<MissingFinger> missing = {};
};

// What became of it.
struct ReleaseView {
  std::string check_id;
  std::string member;
  // "waiting", "released", "partly", "refused", "did_not_answer".
  std::string state = "waiting";
  std::string why = {};
  std::vector<std::string> items;  // asked for
  std::chrono::sys_seconds asked_at;
  std::chrono::sys_seconds expires_at;
  std::string officer = {};  // a pseudonym that the other member resolves
  std::string data = {};     // a JSON object; empty: none, or deleted when their time had come
  std::optional<std::chrono::sys_seconds> delete_by = {};
  std::vector<std::string> purposes = {};  // what the data may be used for; they are handed on to nobody
  // "corrected", "erased", "withdrawn": what the other member has done to the data since then, and `data` is what it
  // has left; "deleted": their time had come.
  std::string change = {};
  std::optional<std::chrono::sys_seconds> changed_at = {};
};

// Another member's request that waits for this member's officers, or was decided.
struct ReleaseCase {
  std::string request_id;
  std::string member;
  std::string purpose;
  std::string reason;
  std::string basis;
  std::vector<std::string> items;    // asked for
  std::vector<std::string> allowed;  // of these what the policy lets an officer release
  std::chrono::sys_seconds received_at;
  std::chrono::sys_seconds decide_by;
  bool second_officer = false;  // two officers have to release it
  int decided = 0;              // officers who have
  // "waiting", "released", "partly", "refused", "lapsed".
  std::string state = "waiting";
  std::string person_id;
  int score_db = 0;  // of the probe against the record
};
// What the officer decides by: the samples that came, and drawings of both sides where they were compared.
struct ReleaseDossier {
  ReleaseCase request;
  std::vector<Sample> probe;  // empty once it is decided
  Explanation comparison;     // empty too where nothing can be drawn
  std::vector<EncounterView> encounters;
};

// What an officer decides. Without items nothing is released.
struct ReleaseDecision {
  std::string request_id;
  std::vector<std::string> items = {};
  std::optional<std::chrono::sys_seconds> delete_by = {};  // sooner than the policy says
};

// What another member was given, or refused.
struct Disclosure {
  std::string disclosure_id;
  std::chrono::sys_seconds at;
  std::string member;
  std::string purpose;
  std::string person_id;
  std::string decision;  // "released", "partly", "refused"
  std::vector<std::string> items;
  std::vector<std::string> officers;
  std::optional<std::chrono::sys_seconds> delete_by = {};
  // The last that it is told of the data since then, "corrected", "erased" or "withdrawn"; and when it signed for that.
  std::string notice = {};
  std::optional<std::chrono::sys_seconds> notice_at = {};
  std::optional<std::chrono::sys_seconds> receipt_at = {};
};

class CheckUpkeep;
class SealedDesk;

class MemberDesk {
 public:
  virtual ~MemberDesk() = default;

  // Opens what an offline desk has sealed (sealed_desk.h); checks that are wanted no more, and alarms
  // (check_upkeep.h). Null: it does not do this. They live as long as the desk.
  virtual SealedDesk* sealed_desk() { return nullptr; }
  virtual CheckUpkeep* check_upkeep() { return nullptr; }

  // Errors: kUnauthorised.
  virtual Result<ExchangeTerms> terms(const Call& call) = 0;

  // The other members of the policy, by name. Errors: kUnauthorised.
  virtual Result<std::vector<Partner>> partners(const Call& call) = 0;

  // Asks; the questions and their leaves of the audit log are on disk when this returns, and are sent after it. The
  // same request under the same key is asked once. Errors: kUnauthorised (the scope; what the policy does not let this
  // node ask), kInvalidInput, kAlreadyExists (the key was given to another request), kUnavailable.
  virtual Result<CheckView> ask(const Call& call, const CheckQuestion& question,
                                const std::optional<RequestKey>& key) = 0;
  // How far it is. Errors: kNotFound (no such check, or another officer's).
  virtual Result<CheckView> check(const Call& call, const std::string& check_id) = 0;

  // Asks a member that has a match for data; the request and its leaf are on disk when this returns. Once for each
  // member and check. Errors: kUnauthorised (the scope, the policy), kNotFound (no such check, or another officer's),
  // kInvalidInput (no match, items, samples), kAlreadyExists (it was asked), kUnavailable.
  virtual Result<ReleaseView> ask_release(const Call& call, const ReleaseQuestion& question) = 0;
  // What became of it, with the data. Errors: kNotFound.
  virtual Result<ReleaseView> release(const Call& call, const std::string& check_id, const std::string& member) = 0;

  // What waits for officers of this member, the oldest first. Errors: kUnauthorised.
  virtual Result<std::vector<ReleaseCase>> release_requests(const Call& call) = 0;
  // Errors: kUnauthorised, kNotFound.
  virtual Result<ReleaseDossier> release_request(const Call& call, const std::string& request_id) = 0;
  // Releases or refuses; the decision, its leaf and the entry in the register are on disk when this returns. Where two
  // officers have to, the first one's is kept, and of a release what both name goes. Errors: kUnauthorised (the scope,
  // the role, a sign-in of longer ago than the policy says, what it does not let be released), kNotFound,
  // kInvalidInput, kAlreadyExists (decided; the same officer twice), kUnavailable.
  virtual Result<ReleaseCase> decide(const Call& call, const ReleaseDecision& decision) = 0;
  // What others were given and refused, the latest first. Errors: kUnauthorised.
  virtual Result<std::vector<Disclosure>> disclosures(const Call& call) = 0;
  // Has whoever was given data delete them. What is corrected or erased here follows by itself. Errors: kUnauthorised,
  // kNotFound, kAlreadyExists (nothing is left there to be deleted), kUnavailable.
  virtual Result<Disclosure> withdraw(const Call& call, const std::string& disclosure_id) = 0;

  // Of a person, whether or not enrolled yet: the whole of it, on disk with its leaf when this returns. What says
  // nothing takes away what there was. Errors: kUnauthorised, kInvalidInput, kNotFound (they became somebody else, or
  // were erased, while this waited), kUnavailable.
  virtual Status protect(const Call& call, const std::string& person_id, const Protection& protection) = 0;
  virtual Result<Protection> protection(const Call& call, const std::string& person_id) = 0;

  // Protection goes with whom it protects. `move` makes `from`, or an encounter of theirs, one of `into`; it is called
  // once, and nobody's protection is entered while it runs. When nothing is in the way any more but the disk, and
  // before any search sees the move, it asks what it is given for what goes into its batch; from then on `into` is
  // hidden wherever either was, whatever becomes of the move. Nothing: there is nothing to write. For the engine alone:
  // whoever asks for a move was looked at before. Errors: those of `move`, which gives those of what it asks
  // (kExhausted: too much to be kept).
  using Carry = std::function<Result<std::optional<CarriedProtection>>()>;
  virtual Status carry_protection(const std::string& /*from*/, const std::string& /*into*/,
                                  const std::function<Status(const Carry&)>& move) {
    return move({});
  }

  // The latest first.
  virtual Result<std::vector<HiddenHit>> hidden_hits(const Call& call) = 0;
};

}  // namespace whorl::engine
