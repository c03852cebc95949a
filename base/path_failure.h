// What a failure of the operating system with a path means to whoever named the path: one cause, one kind, and so one
// exit status whatever the verb (docs/operations.md, "Exit status").
#pragma once

#include "base/result.h"

namespace whorl {

// Of an errno: kNotFound where it, or a folder on the way, is not there; kUnauthorised where this user may not;
// kExhausted where there is no room; kInvalidInput where the path cannot be meant (a folder for a file, a circle of
// links, too long a name); kUnavailable of all else, which may pass.
ErrorKind kind_of_path_failure(int code);
// The error as of that kind.
Error of_path_failure(Error error, int code);

}  // namespace whorl
