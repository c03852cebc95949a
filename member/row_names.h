// By which names a member's rows go in its gallery. The store shows them to nobody: rows stand under keyed digests.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/sha256.h"
#include "crypto/jose/base64url.h"

namespace whorl::member {

inline constexpr std::string_view kCheckRows = "check/";
inline constexpr std::string_view kQuestionRows = "ask/";
inline constexpr std::string_view kCaseRows = "case/";
inline constexpr std::string_view kProtectionRows = "protect/";
inline constexpr std::string_view kReleaseAskRows = "release-ask/";    // requests for data that this member made,
inline constexpr std::string_view kReleaseCaseRows = "release-case/";  // and those that it got
inline constexpr std::string_view kDisclosureRows = "disclosure/";
inline constexpr std::string_view kCoverRows = "cover/";             // cover that this member owes,
inline constexpr std::string_view kCoverReplyRows = "cover-reply/";  // and its replies to others'
inline constexpr std::string_view kDayKeysRow = "day-keys";
inline constexpr std::string_view kPseudonymsRow = "pseudonyms";
inline constexpr std::string_view kDeskKeyRow = "desk-key";
inline constexpr std::string_view kHitsRow = "hits";
inline constexpr std::string_view kAskedRow = "asked";        // the counts of what was asked of others,
inline constexpr std::string_view kAnsweredRow = "answered";  // and of what was answered

// Of bounded length, whatever the parts.
inline std::string digest_name(std::string_view rows, std::string_view a, std::string_view b) {
  const Sha256 digest = sha256_of({as_bytes(a), ByteView(reinterpret_cast<const std::uint8_t*>("\0"), 1), as_bytes(b)});
  return std::string(rows) + crypto::base64url(digest);
}
inline std::string check_name(std::string_view id) { return std::string(kCheckRows) + std::string(id); }
inline std::string question_name(std::string_view jti) { return std::string(kQuestionRows) + std::string(jti); }
inline std::string case_name(std::string_view member, std::string_view jti) {
  return digest_name(kCaseRows, member, jti);
}
inline std::string release_ask_name(std::string_view check_id, std::string_view member) {
  return digest_name(kReleaseAskRows, check_id, member);
}
inline std::string release_case_name(std::string_view id) { return std::string(kReleaseCaseRows) + std::string(id); }
inline std::string disclosure_name(std::string_view id) { return std::string(kDisclosureRows) + std::string(id); }
inline std::string protection_name(std::string_view person) { return digest_name(kProtectionRows, person, ""); }

}  // namespace whorl::member
