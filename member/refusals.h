// Why a member does not ask, and does not take what comes. Pure; thread-safe.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/catalogue.h"
#include "base/result.h"
#include "base/world.h"
#include "exchange/words.h"

namespace whorl::member {

// The policy does not let this node ask that: a word of the policy's.
inline Error check_refused(exchange::Refusal refusal) {
  return failure(ErrorCode::kCheckRefused, with<"why">(std::string(exchange::name_of(refusal))));
}
// `left_out` says who was left out, and why.
inline Error nobody_to_ask(const std::string& left_out) {
  return failure(ErrorCode::kNobodyToAsk, with<"left_out">(left_out));
}
// They were there when this was asked, and became somebody else or were erased.
inline Error nobody_any_more(const std::string& person_id) {
  return failure(ErrorCode::kUnknownPerson, "person_id", with<"person">(person_id));
}
inline Error unknown_check() { return failure(ErrorCode::kUnknownCheck, "check_id"); }
inline Error no_match_to_release(const std::string& member) {
  return failure(ErrorCode::kNoMatchToRelease, "member", with<"member">(member));
}
inline Error asked_already(const std::string& member) {
  return failure(ErrorCode::kAskedAlready, "member", with<"member">(member));
}
inline Error unknown_release() { return failure(ErrorCode::kUnknownRelease, "member"); }
inline Error unknown_request() { return failure(ErrorCode::kUnknownRequest, "request_id"); }
inline Error decided_already() { return failure(ErrorCode::kDecidedAlready, "request_id"); }
inline Error decided_by_you() { return failure(ErrorCode::kDecidedByYou, "request_id"); }
inline Error unknown_disclosure() { return failure(ErrorCode::kUnknownDisclosure, "disclosure_id"); }
inline Error nothing_is_out() { return failure(ErrorCode::kNothingIsOut, "disclosure_id"); }
inline Error not_so_long(std::chrono::sys_seconds most) {
  return failure(ErrorCode::kKeptTooLong, "delete_by", with<"until">(rfc3339(most)));
}
inline Error items_malformed(std::string what) {
  return failure(ErrorCode::kItemsMalformed, "items", with<"detail">(std::move(what)));
}
// `items`: each with its length. All together, with the frame around them, have to fit `most`.
inline Error release_too_long(const std::string& items, std::size_t most) {
  return items_malformed("are too long for one answer of " + std::to_string(most) +
                         " bytes, which is what was asked with: release fewer of " + items + " bytes");
}
// Whatever the rule is that forbids it.
inline Error not_to_be_released(const std::string& why) {
  return failure(ErrorCode::kReleaseNotAllowed, with<"why">(why));
}
inline Error unknown_member(const std::string& name, const FieldPath& field) {
  return failure(ErrorCode::kUnknownMember, field, with<"member">(name));
}
inline Error envelope_refused(std::string detail) {
  return failure(ErrorCode::kEnvelopeRefused, with<"detail">(std::move(detail)));
}
inline Error probe_not_sent(std::string why) {
  return failure(ErrorCode::kProbeNotSent, "samples", with<"detail">(std::move(why)));
}
inline Error config_malformed(std::string what, const FieldPath& file) { return invalid_input(std::move(what), file); }

}  // namespace whorl::member
