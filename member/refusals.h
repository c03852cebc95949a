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
  return unauthorised("the policy does not let this node ask that: " + std::string(exchange::name_of(refusal)) +
                      " (docs/exchange.md)");
}
// `left_out` says who was left out, and why.
inline Error nobody_to_ask(const std::string& left_out) {
  return unauthorised("the policy leaves no member to ask: " + left_out);
}
inline Error unknown_check() {
  return not_found("no check of that identifier, or it is not kept any more", "check_id");
}
inline Error no_match_to_release(const std::string& member) {
  return invalid_input("it has no match: " + member + "; data are released after a match alone", "member");
}
inline Error asked_already(const std::string& member) {
  return already_exists(member + " was asked for data of this check already", "member");
}
inline Error unknown_release() { return not_found("no request for data, or it is not kept any more", "member"); }
inline Error unknown_request() {
  return not_found("no request of that identifier, or it is not kept any more", "request_id");
}
inline Error decided_already() { return already_exists("it was decided, or its time is over", "request_id"); }
inline Error decided_by_you() {
  return already_exists("you have decided it already; another officer has to, too", "request_id");
}
inline Error unknown_disclosure() {
  return not_found("no entry of that identifier, or it is not kept any more", "disclosure_id");
}
inline Error nothing_is_out() {
  return already_exists("there is nothing left at the other member that it could delete", "disclosure_id");
}
inline Error not_so_long(std::chrono::sys_seconds most) {
  return invalid_input("is not between now and " + rfc3339(most) + ", the latest that the policy lets it be kept",
                       "delete_by");
}
inline Error items_malformed(std::string what) { return invalid_input(std::move(what), "items"); }
// `items`: each with its length. All together, with the frame around them, have to fit `most`.
inline Error release_too_long(const std::string& items, std::size_t most) {
  return items_malformed("are too long for one answer of " + std::to_string(most) +
                         " bytes, which is what was asked with: release fewer of " + items + " bytes");
}
// Whatever the rule is that forbids it.
inline Error not_to_be_released(const std::string& why) {
  return unauthorised("the policy does not let this officer release that: " + why + " (docs/exchange.md)");
}
inline Error unknown_member(const std::string& name, const FieldPath& field) {
  return invalid_input("the policy has no member of that name: " + name, field);
}
inline Error envelope_refused(std::string detail) {
  return failure(ErrorCode::kEnvelopeRefused, with<"detail">(std::move(detail)));
}
inline Error probe_not_sent(std::string why) { return invalid_input(std::move(why), "samples"); }
inline Error config_malformed(std::string what, const FieldPath& file) { return invalid_input(std::move(what), file); }

}  // namespace whorl::member
