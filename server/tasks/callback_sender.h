// One result to one address, over a connection of its own: resolved, checked, connected to the number that was checked,
// and never redirected. Private to server/tasks.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "server/tasks/callback_rules.h"
#include "server/tasks/name_lookup.h"
#include "server/tasks/task.h"

namespace whorl::server {

struct SendLimits {
  std::chrono::milliseconds lookup{5'000};    // of a name
  std::chrono::milliseconds connect{10'000};  // with the handshake of TLS
  std::chrono::milliseconds answer{20'000};   // from the first byte sent to the end of the answer's header
};

// Reads what is to be sent; nothing where it is there no more.
using ReadBody = std::function<Result<std::optional<std::string>>()>;

// What is sent is read when there is a connection, so that what is erased until then is not sent. False where there was
// nothing to send any more. Errors: those of `body`; kUnauthorised (the address, or the number it resolves to, is not
// allowed now), kUnavailable (says what went wrong, and holds nothing of path, query or answer). Of the answer no more
// than the header is read, 8 KiB at most; any status from 200 to 299 is well.
boost::asio::awaitable<Result<bool>> send_result(const CallbackRules& rules, const Task& task, ReadBody body,
                                                 NameLookup& names, SendLimits limits = {});

}  // namespace whorl::server
