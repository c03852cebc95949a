// What members may ask each other: the regional policy as data.
//
// It is TOML, so that lawyers can read it, inside a note that the office and the members have signed (policy_note.h).
// What no entry allows is forbidden. docs/exchange.md says what each key means; examples/exchange/ has one for five
// members.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "exchange/words.h"

namespace whorl::exchange {

using Seconds = std::chrono::seconds;
using Time = std::chrono::sys_seconds;

inline constexpr std::size_t kMostPolicyBytes = std::size_t{512} << 10;
inline constexpr std::size_t kMostMembers = 64;
inline constexpr std::size_t kMostPurposes = 64;

// Members go by a short name inside a policy ("aru"), and by `name` everywhere else.
struct PolicyMember {
  std::string name;  // "a.rbdes.test"
  std::string country;
  std::string legal_basis;
  bool responds = true;  // false: it asks and is not asked
};

struct LaneRules {
  Seconds answer_within{0};
  Seconds expires{0};
  // An answer leaves so long after the question came, and up to so much later, drawn anew for each. A policy states
  // whole seconds.
  std::chrono::milliseconds slot{0};
  std::chrono::milliseconds jitter{0};
  double share = 0;  // of the time of the workers, at least, when every lane is busy
};

struct Purpose {
  std::string text;
  std::vector<Lane> lanes;
  std::vector<std::string> reasons;
  std::vector<std::string> roles;
  std::vector<Item> items;
  bool protect_subject = false;               // never ask a country that the person fears
  std::vector<std::string> safe_for_unknown;  // whom to ask of a protected person whose country is not known
  bool psk = false;                           // the second layer is required
};

struct PairRules {
  std::vector<std::string> purposes;
  std::uint64_t per_year = 0;
  std::uint64_t per_day = 0;
};

// Of records that match: whether the asker sees them.
struct Hiding {
  bool hidden = true;
  std::vector<std::string> except;  // purposes
};

struct GeneralRules {
  double overall_fpir = 0;
  bool cover_followup = true;
  int min_age = 0;
  int child_until = 18;
  std::map<std::string, int> min_age_by_purpose;
  Hiding own_citizens;
  Hiding residents;
  std::vector<std::string> shielded_also;  // purposes: hidden from everybody, not from those in never_to alone
  bool face_alone_decides = false;
  Seconds release_relogin{300};
  std::vector<std::string> release_second_officer;  // purposes
  bool officer_name_shared = false;
};

struct Retention {
  Seconds probe_for_release{0};
  Seconds probe_of_requester{0};
  Seconds case_no_match{0};
  Seconds case_match{0};
  Seconds released_data{0};
  Seconds disclosure_register{0};
  Seconds audit_data{0};
  Seconds gallery_default{0};
  Seconds gallery_asylum{0};
  Seconds backup{0};
  Seconds hold_max{0};
};

struct Policy {
  std::uint64_t serial = 0;
  Time valid_from;
  Time valid_until;
  std::string digest;  // the first 16 hexadecimal digits of the SHA-256 of its text
  std::map<std::string, PolicyMember> members;
  std::map<Lane, LaneRules> lanes;
  Seconds followup_expires{0};
  // With rules.cover_followup: what follows an answer leaves so long after it, and up to so much later, drawn anew for
  // each. A policy that names neither has these.
  Seconds followup_slot{30};
  Seconds followup_jitter{600};
  std::map<std::string, Purpose> purposes;
  std::map<std::string, std::map<std::string, PairRules>> pairs;  // from, to
  // How many members each may ask for a purpose, by the region's rules: a national file that narrows them leaves it.
  std::map<std::string, std::map<std::string, std::size_t>> fan_out;
  GeneralRules rules;
  Retention retention;

  // "17/4f2a91c07be5d3aa": what messages say they were made under.
  [[nodiscard]] std::string id() const { return std::to_string(serial) + "/" + digest; }
  [[nodiscard]] const PairRules* pair(std::string_view from, std::string_view to) const;
  // The short name of a member; nothing where it is none.
  [[nodiscard]] std::optional<std::string> short_name_of(std::string_view member_name) const;
};

// Errors: kInvalidInput; the field is "FILE:LINE" and the key: no TOML, too long, a key that is not known (with the
// nearest that is), one that is lacking, another type, a value out of range, and what contradicts itself: a purpose,
// member or lane that is not there, a pair twice, a slot that ends after the time to answer.
Result<Policy> parse_policy(std::string_view toml, const std::filesystem::path& file);

// Members that have not signed the policy are in it no more, and nobody asks them.
void leave_out(Policy& policy, const std::vector<std::string>& short_names);

// "90d": a whole number of s, m, h, d (24 hours) or y (365 days).
std::optional<Seconds> duration_named(std::string_view text);
std::string duration_text(Seconds duration);

}  // namespace whorl::exchange
