// The closed vocabularies of the exchange: lanes, ages, items, kinds of messages, refusals. What is not in them is
// refused.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace whorl::exchange {

// No time of a policy, a directory or a message is later: 2200-01-01T00:00:00Z, in unix seconds. What is later than
// 2262 has no nanoseconds.
inline constexpr std::int64_t kLatestSecond = 7'258'118'400;

// How soon a check must be answered.
enum class Lane { kBorder, kUrgent, kRoutine };
inline constexpr std::array kLanes{Lane::kBorder, Lane::kUrgent, Lane::kRoutine};

// All that a check says of a person's age.
enum class AgeGroup { kUnder6, k6To13, k14To17, kAdult, kUnknown };
inline constexpr std::array kAgeGroups{AgeGroup::kUnder6, AgeGroup::k6To13, AgeGroup::k14To17, AgeGroup::kAdult,
                                       AgeGroup::kUnknown};

// What may be released of a person.
enum class Item { kIdentity, kDocument, kEncounter, kStatus, kFaceImage, kFingerImages };
inline constexpr std::array kAllItems{Item::kIdentity, Item::kDocument,  Item::kEncounter,
                                      Item::kStatus,   Item::kFaceImage, Item::kFingerImages};

// What a member answers in place of a search. Each follows from the question alone, never from the gallery.
enum class Refusal {
  kPurpose,        // the purpose, or a reason, role or lane of it, is not allowed to this pair
  kPair,           // these two members do not ask each other
  kQuota,          // the day's or the year's number is used up
  kAge,            // too young for the purpose
  kFpir,           // more false positives asked for than the policy shares out
  kFormat,         // a probe that this member cannot compare
  kQuality,        // a probe too poor to compare: capture again
  kExpired,        // past its time
  kClock,          // made in the future, or too long ago
  kPolicyVersion,  // made under another policy
  kPsk,            // the purpose wants the second layer, and it was not there
};
inline constexpr std::array kRefusals{Refusal::kPurpose, Refusal::kPair,          Refusal::kQuota,   Refusal::kAge,
                                      Refusal::kFpir,    Refusal::kFormat,        Refusal::kQuality, Refusal::kExpired,
                                      Refusal::kClock,   Refusal::kPolicyVersion, Refusal::kPsk};

// What a member decided of a request for data.
enum class Released { kReleased, kPartly, kRefused };
std::string_view name_of(Released released);  // "released", "partly", "refused"
std::optional<Released> released_named(std::string_view name);

// What became of data that were released.
enum class Noticed { kCorrected, kErased, kWithdrawn };
std::string_view name_of(Noticed noticed);  // "corrected", "erased", "withdrawn"
std::optional<Noticed> noticed_named(std::string_view name);

std::string_view name_of(Lane lane);        // "border", "urgent", "routine"
std::string_view name_of(AgeGroup age);     // "<6", "6-13", "14-17", "18+", "unknown"
std::string_view name_of(Item item);        // "identity", ..., "finger_images"
std::string_view name_of(Refusal refusal);  // "purpose", ..., "policy_version"
std::optional<Lane> lane_named(std::string_view name);
std::optional<AgeGroup> age_named(std::string_view name);
std::optional<Item> item_named(std::string_view name);
std::optional<Refusal> refusal_named(std::string_view name);

// A member's name has the shape of a DNS name in lower case: labels of letters, digits and inner hyphens, two at least,
// 3 to kMostMemberNameBytes characters in all.
inline constexpr std::size_t kMostMemberNameBytes = 100;
bool is_member_name(std::string_view name);
// Letters, digits, '_', '-', '.', 1 to 64: names of purposes, reasons, roles, and the short names of members.
bool is_word(std::string_view text);

}  // namespace whorl::exchange
