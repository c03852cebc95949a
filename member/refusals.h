// Why a member does not ask. Pure; thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
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
inline Error unknown_member(const std::string& name, const FieldPath& field) {
  return invalid_input("the policy has no member of that name: " + name, field);
}
inline Error probe_not_sent(std::string why) { return invalid_input(std::move(why), "samples"); }
inline Error config_malformed(std::string what, const FieldPath& file) { return invalid_input(std::move(what), file); }

}  // namespace whorl::member
