// Whether somebody signed in shortly before. What cannot be taken back is decided by who is there, and not by whoever
// found their desk open or has their token.
//
// Thread-safe: pure functions.
#pragma once

#include <chrono>
#include <optional>

#include "base/result.h"
#include "engine/call.h"

namespace whorl::access {

// How far a clock may have been set back since somebody signed in; beyond it they have not.
inline constexpr std::chrono::seconds kClockSetBack{60};

// How long ago, rounded up; zero for the local user. Nothing where it is not known, of machines, and where it would be
// in the future.
std::optional<std::chrono::seconds> since_sign_in(const engine::Principal& who,
                                                  std::chrono::system_clock::time_point now);

// Errors: kUnauthorised (sign_in_again), with the seconds, where it is longer ago than `most`, or not known.
Status require_fresh_sign_in(const engine::Principal& who, std::chrono::seconds most,
                             std::chrono::system_clock::time_point now);

}  // namespace whorl::access
