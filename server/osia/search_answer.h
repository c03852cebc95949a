// The engine's answers to a search -> OSIA's JSON. Pure and thread-safe.
#pragma once

#include <boost/json/fwd.hpp>
#include <string_view>

#include "engine/types.h"
#include "server/http/message.h"

namespace whorl::server {

// Media types that ask for the whole answer as one object, where OSIA's own shape has no room for it.
inline constexpr std::string_view kIdentifyType = "application/vnd.whorl.identify+json";
inline constexpr std::string_view kVerifyType = "application/vnd.whorl.verify+json";

// `whole` false: a bare array of Candidate, the decision and receipt in Whorl-* headers; true: one object of
// kIdentifyType (the headers stand there too). A `no_match` whose receipt is incomplete never leaves: it
// becomes `indeterminate` where `partial_ok`, else 503.
Reply identify_reply(engine::IdentifyAnswer answer, bool whole, bool partial_ok);

// OSIA's {decision: boolean, scores}: true for a match alone; the three-valued decision is in Whorl-Decision,
// or in the object of kVerifyType where `whole`.
Reply verify_reply(const engine::VerifyAnswer& answer, bool whole);

// The object of kVerifyType.
boost::json::object verify_json(const engine::VerifyAnswer& answer);

}  // namespace whorl::server
