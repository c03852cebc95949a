// What members may ask each other: the policy in force, as a front end shows it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/member_desk.h"
#include "exchange/policy/quota.h"
#include "member/standing.h"

namespace whorl::member {

// Purposes that no pair of this member has are left out. Pure; thread-safe.
engine::ExchangeTerms terms(const Standing& standing);

// How many checks were used, by the policy's name of the other member.
using QuotaUse = std::function<exchange::QuotaCount(const std::string& member)>;

// The other members of the policy, by name; `asked` of this member's own checks, `asks` of theirs.
std::vector<engine::Partner> partners(const Standing& standing, const QuotaUse& asked, const QuotaUse& asks);

}  // namespace whorl::member
