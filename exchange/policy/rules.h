// What a policy says of one question: pure functions of the policy and of facts.
//
// Members are named by their short names. Thread-safe; nothing is read but the arguments.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "exchange/policy/policy.h"

namespace whorl::exchange {

// -- Asking -----------------------------------------------------------------------------------------------------------

// What an officer wants to ask. Of the person, what follows never leaves the asker: `country` and `avoid`.
struct Ask {
  std::string from;
  std::string purpose;
  std::string reason;
  std::string role;
  Lane lane = Lane::kBorder;
  AgeGroup age = AgeGroup::kUnknown;
  std::vector<std::string> members = {};  // empty: everybody that may be asked
  std::string country = {};               // of the person, three capital letters; empty: not known
  std::vector<std::string> avoid = {};    // further countries that the person fears
};

// Why a member is not asked.
enum class LeftOut {
  kPair,             // the policy does not let these two ask each other for this purpose
  kDoesNotRespond,   // it keeps no gallery open to others
  kFeared,           // the person fears this country
  kCountryNotKnown,  // nor is it known whether the person does
};
std::string_view name_of(LeftOut why);  // "pair", "does_not_respond", "feared", "country_not_known"

struct SendPlan {
  struct NotAsked {
    std::string member;
    LeftOut why;
    friend bool operator==(const NotAsked&, const NotAsked&) = default;
  };
  std::vector<std::string> members;  // in order of name; may be empty
  std::vector<NotAsked> not_asked;
  double fpir_each = 0;
};

// Whom to ask. Errors as a Refusal: purpose (with reason, role and lane), age.
std::variant<SendPlan, Refusal> admit_send(const Policy& policy, const Ask& ask);

// The target of each member asked: the policy's whole, shared out over all that the asker may ask for this purpose. It
// counts those who are left out, too: else the number on the wire would tell the others that somebody was, and so that
// the person fears a country. Zero where there is nobody.
double fpir_share(const Policy& policy, std::string_view from, std::string_view purpose);

// Whether a person so old may be asked for. An age that is not known passes the general minimum, and not one that the
// purpose sets for itself.
bool old_enough(const GeneralRules& rules, std::string_view purpose, AgeGroup age);

// -- Answering --------------------------------------------------------------------------------------------------------

struct Received {
  std::string from;
  std::string to;  // who reads it
  std::string purpose;
  std::string reason;
  std::string role;
  Lane lane = Lane::kBorder;
  AgeGroup age = AgeGroup::kUnknown;
  double fpir = 0;
  bool psk = false;  // the second layer was there
};

// Whether to search for it: nothing, or why not. It does not count; see quota.h.
std::optional<Refusal> admit_receive(const Policy& policy, const Received& check);

// What is known of a record that matched. Who is both is hidden where either is.
enum class Citizenship { kOther, kOwn, kResident, kOwnAndResident };
struct CandidateFacts {
  Citizenship citizenship = Citizenship::kOther;
  bool shielded = false;
  std::vector<std::string> never_to = {};
  bool active = true;
};

// Why a record is hidden: the answer is then that of a gallery without it.
enum class Hidden { kInactive, kNeverTo, kShielded, kOwnCitizen, kResident };
std::string_view name_of(Hidden rule);  // "inactive", "never_to", "shielded", "own_citizen", "resident"
// The first rule that hides it; nothing: it is shown.
std::optional<Hidden> suppress(const Policy& policy, const CandidateFacts& facts, std::string_view asker,
                               std::string_view purpose);

// What else an answer about this record may be, at most, where a match was found.
struct MatchFacts {
  int age_years = -1;        // at the time of the question; -1: not known
  int fingers_that_fit = 0;  // and face
  bool face_fits = false;
};
bool may_decide_match(const GeneralRules& rules, const MatchFacts& facts);

// -- Releasing --------------------------------------------------------------------------------------------------------

struct ReleaseQuestion {
  std::string from;  // who asked
  std::string to;    // whose data they are
  std::string purpose;
  std::vector<Item> items;
};
struct Officer {
  std::string role;
  std::string name;  // that tells two officers apart
  Seconds since_sign_in{0};
};
enum class ReleaseRefusal { kPair, kPurpose, kItems, kRole, kSignInAgain, kSecondOfficer };
std::string_view name_of(ReleaseRefusal why);
// Nothing: these items may be released by these officers.
std::optional<ReleaseRefusal> may_release(const Policy& policy, const ReleaseQuestion& question, const Officer& officer,
                                          const std::optional<Officer>& second);

// -- Keeping ----------------------------------------------------------------------------------------------------------

enum class Kept {
  kProbeForRelease,
  kProbeOfRequester,
  kCaseNoMatch,
  kCaseMatch,
  kReleasedData,
  kDisclosure,
  kAuditData,
  kGallery,
  kGalleryAsylum,
  kBackup,
  kHold
};
// When it is due to be erased.
Time retention_due(const Retention& retention, Kept what, Time since);

// -- Versions ---------------------------------------------------------------------------------------------------------

// Whether a message made under the policy `id` is taken: it is the one in force, or it was until less than a day ago.
inline constexpr Seconds kGraceOfEarlierPolicy{86400};
bool takes_version(const Policy& current, const Policy* earlier, std::string_view id, Time now);

}  // namespace whorl::exchange
