#include "base/path_failure.h"

#include <cerrno>
#include <utility>

namespace whorl {

ErrorKind kind_of_path_failure(int code) {
  switch (code) {
    case ENOENT:
    case ENOTDIR: return ErrorKind::kNotFound;
    case EACCES:
    case EPERM:
    case EROFS: return ErrorKind::kUnauthorised;
    case ENOSPC:
    case EDQUOT: return ErrorKind::kExhausted;
    case EISDIR:
    case ELOOP:
    case EEXIST:
    case EINVAL:
    case ENAMETOOLONG: return ErrorKind::kInvalidInput;
    default: return ErrorKind::kUnavailable;
  }
}

Error of_path_failure(Error error, int code) {
  error.kind = kind_of_path_failure(code);
  return error;
}

}  // namespace whorl
