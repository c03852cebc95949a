// Erasing beside tasks: what was accepted and is about somebody who is erased is not done afterwards.
#pragma once

#include <functional>

#include "engine/tasks.h"
#include "server/http/route.h"

namespace whorl::server {

// `erase` erases who is named. What waits about them is refused, what is worked on is waited for, and what that put in
// is erased too: a request that was accepted before brings nobody back. Somebody who was only about to be enrolled is
// erased with that. Errors: those of `erase`; kUnavailable (what is worked on did not end in time).
Result<Reply> erase_with_tasks(const Exchange& exchange, const engine::TaskName& who,
                               const std::function<Status()>& erase);

}  // namespace whorl::server
