// The one table from a kind of error to an HTTP status.
#pragma once

#include "base/result.h"

namespace whorl::server {

// 400, 404, 409, 403, 500 or 503; every 503 carries Retry-After. docs/http.md shows the table.
int http_status(ErrorKind kind);

// Whether the error's own message may leave the machine. Corruption and internal errors may speak of files,
// keys or libraries: the caller gets a request number instead, and the message goes to the log.
bool may_be_told(ErrorKind kind);

}  // namespace whorl::server
