// Query parameters that several operations of the interface share.
#pragma once

#include "server/http/route.h"
#include "server/tasks/callback_address.h"
#include "server/tasks/task.h"

namespace whorl::server {

inline constexpr Parameter kTransactionId{"transactionId", TextValue{1, 256}, true};
// With it the answer is 202, and the result is sent there (tasks/task_desk.h).
inline constexpr Parameter kCallback{"callback", TextValue{1, kMostCallbackBytes}};
inline constexpr Parameter kPriority{"priority", IntegerValue{kLowestPriority, kHighestPriority}};

// Why, as the policy names it; stands in the audit log (docs/audit.md).
inline constexpr Parameter kPurpose{"purpose", TextValue{1, 48}};

// Of the operations that take no more than every operation takes.
inline constexpr Parameter kCommonParameters[] = {kTransactionId, kCallback, kPriority};
// Of the operations that enrol. The algorithm is a hint that changes nothing.
inline constexpr Parameter kEnrolParameters[] = {
    kTransactionId, kCallback, kPriority, {"algorithm", TextValue{0, 64u << 10}}};

inline constexpr std::string_view kJsonAnswer[] = {kJsonType};

}  // namespace whorl::server
