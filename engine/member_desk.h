// Asking other members of an exchange, and the protection of people from what other members ask: what a front end needs
// of the room member/, whoever implements it (docs/exchange.md).
//
// Every method settles for itself whether the caller may. Thread-safety: any thread may call any method at once. Errors
// are values.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/call.h"
#include "engine/types.h"

namespace whorl::engine {

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
  std::string citizenship = "other";       // "own", "resident"
  bool shielded = false;                   // under protection
  std::vector<std::string> never_to = {};  // names of members
  std::optional<int> birth_year = {};
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

class MemberDesk {
 public:
  virtual ~MemberDesk() = default;

  // Asks; the questions and their leaves of the audit log are on disk when this returns, and are sent after it. The
  // same request under the same key is asked once. Errors: kUnauthorised (the scope; what the policy does not let this
  // node ask), kInvalidInput, kAlreadyExists (the key was given to another request), kUnavailable.
  virtual Result<CheckView> ask(const Call& call, const CheckQuestion& question,
                                const std::optional<RequestKey>& key) = 0;
  // How far it is. Errors: kNotFound (no such check, or another officer's).
  virtual Result<CheckView> check(const Call& call, const std::string& check_id) = 0;

  // Of a person, whether or not enrolled yet. Errors: kUnauthorised, kInvalidInput, kUnavailable.
  virtual Status protect(const Call& call, const std::string& person_id, const Protection& protection) = 0;
  virtual Result<Protection> protection(const Call& call, const std::string& person_id) = 0;
  // The latest first.
  virtual Result<std::vector<HiddenHit>> hidden_hits(const Call& call) = 0;
};

}  // namespace whorl::engine
