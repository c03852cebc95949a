// A coroutine of the network thread waits for a worker to answer, at most until the deadline.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>

#include "server/http/message.h"
#include "server/http/router.h"
#include "server/http/server_state.h"

namespace whorl::server {

// Hands the request of `who` to the workers. 503 when the queue is full (nothing was done) or when the deadline passes
// before a worker took it (nothing was or will be done); 504 when it passes while a worker is at it (a change
// may still take effect). `share` is held until the worker is through with the body.
boost::asio::awaitable<Reply> dispatch(Core& core, const RouteMatch& match, const engine::Principal& who,
                                       Request request, BodyShare share);

}  // namespace whorl::server
