// At which threshold searches are decided that state none: what is in force, who proposed and who approved it. What a
// front end needs of whoever keeps that, by interface alone.
//
// A change takes two people: one proposes, another decides. Both have to be signed in, and nobody decides what they
// proposed. Every change and its leaf of the audit log are on disk when a method returns, and in force for the next
// search. Thread-safety: any thread may call any method at once; in_force() is quick. Errors are values.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/call.h"

namespace whorl::engine {

// Of a search's threshold: exactly one of the first two.
struct ThresholdRule {
  std::optional<double> threshold_db = {};    // 10 to 300
  std::optional<double> target_fpir = {};     // as IdentifyRequest::target_fpir: above 0, at most 0.5
  std::optional<double> review_band_db = {};  // 0 to 60; empty: as the node is configured
};

// The measurement that a proposal stands on (evaluation_desk.h).
struct ThresholdBasis {
  std::string evaluation;
  std::string set;
  int fingers = 1;
  std::string sha256;       // of its rates.json, hexadecimal
  double supported_db = 0;  // up to which false matches were counted
};

inline constexpr std::size_t kMostReasonBytes = 500;

struct ThresholdProposal {
  std::string gallery_id = {};  // or "ALL": the search of all at once; empty: every one that has no setting of its own
  std::optional<ThresholdRule> rule = {};  // none: what is in force for it ends
  std::string reason = {};                 // UTF-8, 1 to kMostReasonBytes
  std::optional<ThresholdBasis> basis = {};
  // Has to be said where the threshold lies beyond what the basis counted.
  bool extrapolated = false;
};

// Somebody who is signed in.
struct ThresholdPerson {
  std::string issuer;
  std::string subject;
};

struct ThresholdChange {
  enum class State : std::uint8_t { kProposed, kInForce, kEnded, kRejected, kWithdrawn };
  std::string id;
  ThresholdProposal what;
  State state = State::kProposed;
  ThresholdPerson proposed_by;
  std::chrono::sys_seconds proposed_at;
  std::optional<ThresholdPerson> decided_by = {};
  std::optional<std::chrono::sys_seconds> decided_at = {};
  std::string decision_reason = {};
  std::optional<double> before_db = {};  // in force before it, where it was approved
  double proposed_db = 0;                // the threshold as of then, with as many people as there were
  // Its place among those that were approved, from 1; 0: it was not.
  std::uint64_t number = 0;
};
// "proposed", "in_force", "ended", "rejected", "withdrawn".
std::string_view name_of(ThresholdChange::State state);

// What a search of a gallery goes by.
struct ThresholdInForce {
  std::string gallery_id;  // whose setting it is; empty: every gallery's
  ThresholdRule rule;      // the band is always there
  std::string change_id;   // empty: as the node was built and configured
};

struct ThresholdSettings {
  std::vector<ThresholdInForce> in_force;  // every gallery's first
  std::vector<ThresholdChange> changes;    // the latest first
};

class ThresholdDesk {
 public:
  virtual ~ThresholdDesk() = default;

  // What searches of this gallery go by that state nothing. Asks nobody who they are.
  virtual ThresholdInForce in_force(const std::string& gallery_id) = 0;

  // Errors: kUnauthorised (the scope).
  virtual Result<ThresholdSettings> settings(const Call& call) = 0;
  // Errors: kUnauthorised (the scope, a gallery; nobody is signed in), kInvalidInput (field named), kExhausted (too
  // many wait), kUnavailable.
  virtual Result<ThresholdChange> propose(const Call& call, const ThresholdProposal& proposal) = 0;
  // Errors: kUnauthorised (the scope, a gallery; nobody is signed in; their own), kNotFound, kAlreadyExists (it is
  // decided), kInvalidInput (the reason), kUnavailable.
  virtual Result<ThresholdChange> decide(const Call& call, const std::string& id, bool approve,
                                         const std::string& reason) = 0;
  // By whoever proposed it, while it waits. Errors: as decide; kUnauthorised (another's).
  virtual Result<ThresholdChange> withdraw(const Call& call, const std::string& id) = 0;
};

}  // namespace whorl::engine
