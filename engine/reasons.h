// Why an answer is what it is: a code with arguments for programs, and from them the sentence for an officer.
//
// Every code stands in one catalogue (reasons.cc) with its English sentence; a sentence in another language needs the
// code and the arguments alone. Codes and the names of arguments are stable; sentences may be worded anew.
// Pure functions; thread-safe.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace whorl::engine {

// One fact that a sentence names. Units stand at the end of the name: "score_db" is decibels, "chance" a probability.
struct ReasonArgument {
  std::string_view name;  // of the catalogue; lives as long as the program
  std::variant<std::string, double, std::uint64_t> value;

  friend bool operator==(const ReasonArgument&, const ReasonArgument&) = default;
};

// A reason. Empty where nothing was decided.
struct Reason {
  std::string_view code;  // of the catalogue; lives as long as the program
  std::vector<ReasonArgument> arguments;

  friend bool operator==(const Reason&, const Reason&) = default;
};

namespace reasons {
// Of a search.
inline constexpr std::string_view kPartFailed = "part_failed";
inline constexpr std::string_view kIncomplete = "incomplete";
inline constexpr std::string_view kNobodyEnrolled = "nobody_enrolled";
inline constexpr std::string_view kFaceUncalibrated = "face_uncalibrated";
inline constexpr std::string_view kFingersDisagree = "fingers_disagree";
inline constexpr std::string_view kMatch = "match";
inline constexpr std::string_view kFingerUnlike = "finger_unlike";
inline constexpr std::string_view kWeakMatch = "weak_match";
inline constexpr std::string_view kFaceAlone = "face_alone";
inline constexpr std::string_view kBelowThreshold = "below_threshold";
inline constexpr std::string_view kLoneFinger = "lone_finger";
inline constexpr std::string_view kOtherHand = "fits_other_hand";
inline constexpr std::string_view kOtherFinger = "fits_other_finger";
inline constexpr std::string_view kResolutionDoubtful = "resolution_doubtful";
inline constexpr std::string_view kProbeUnusable = "probe_unusable";
inline constexpr std::string_view kFewComparable = "few_comparable";
inline constexpr std::string_view kNoMatch = "no_match";
// Of a verification.
inline constexpr std::string_view kClaimFaceUncalibrated = "claim_face_uncalibrated";
inline constexpr std::string_view kClaimMatch = "claim_match";
inline constexpr std::string_view kClaimFingerUnlike = "claim_finger_unlike";
inline constexpr std::string_view kClaimWeakMatch = "claim_weak_match";
inline constexpr std::string_view kClaimFaceAlone = "claim_face_alone";
inline constexpr std::string_view kClaimBelowThreshold = "claim_below_threshold";
inline constexpr std::string_view kClaimLoneFinger = "claim_lone_finger";
inline constexpr std::string_view kClaimOtherHand = "claim_fits_other_hand";
inline constexpr std::string_view kClaimOtherFinger = "claim_fits_other_finger";
inline constexpr std::string_view kClaimNoSuchFinger = "claim_no_such_finger";
inline constexpr std::string_view kClaimNoSuchFingerNorFace = "claim_no_such_finger_nor_face";
inline constexpr std::string_view kClaimNoMatch = "claim_no_match";
}  // namespace reasons

// What a person must have to be compared with a probe: the values of the argument "lacking".
namespace lacking {
inline constexpr std::string_view kFinger = "finger";
inline constexpr std::string_view kFace = "face";
inline constexpr std::string_view kFingerOrFace = "finger_or_face";
}  // namespace lacking

// What an operator may do: the values of the argument "add".
namespace advice {
inline constexpr std::string_view kSecondFinger = "second_finger";
}  // namespace advice

// A row of the catalogue. In the sentence "{name}" stands for an argument, "{name:kind}" for one that is written in a
// way of its own, and "[one|other]" for `one` where every argument in it is given, else for `other` (or nothing).
//   kinds: dB "36.0 dB"; odds "1 in 4,000", of a probability; about the same of two
//          digits, "1 in 19,000"; persons "1 person", "40 persons"; some "none", "only 3";
//          cosine "cosine 0.71"; finger "right index", of a position's name; phrase: the argument is the code of a
//          phrase of the catalogue.
struct ReasonSentence {
  std::string_view code;
  std::string_view sentence;
};

// The whole catalogue, in the order above.
std::span<const ReasonSentence> reason_catalogue();

// The English sentence. A code that is not in the catalogue gives the code itself; a kind that does not fit its
// argument gives the argument as it is.
std::string sentence(const Reason& reason);

}  // namespace whorl::engine
