// Query parameters that several operations of the interface share.
#pragma once

#include "server/http/route.h"

namespace whorl::server {

inline constexpr Parameter kTransactionId{"transactionId", TextValue{1, 256}, true};
inline constexpr Parameter kCallback{
    "callback", RefusedValue{"asynchronous answers (202) are not offered; leave it out and the answer comes at once"}};
inline constexpr Parameter kPriority{"priority", IntegerValue{0, 9}};

// Of the operations that take no more than every operation takes.
inline constexpr Parameter kCommonParameters[] = {kTransactionId, kCallback, kPriority};
// Of the operations that enrol. The algorithm is a hint that changes nothing.
inline constexpr Parameter kEnrolParameters[] = {
    kTransactionId, kCallback, kPriority, {"algorithm", TextValue{0, 64u << 10}}};

inline constexpr std::string_view kJsonAnswer[] = {kJsonType};

}  // namespace whorl::server
