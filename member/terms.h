// What officers of this member may ask: the policy in force, as a front end shows it.
#pragma once

#include "engine/member_desk.h"
#include "member/standing.h"

namespace whorl::member {

// Purposes that no pair of this member has are left out. Pure; thread-safe.
engine::ExchangeTerms terms(const Standing& standing);

}  // namespace whorl::member
