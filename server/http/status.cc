#include "server/http/status.h"

namespace whorl::server {

int http_status(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalidInput: return 400;
    case ErrorKind::kUnauthorised: return 403;
    case ErrorKind::kNotFound: return 404;
    case ErrorKind::kAlreadyExists: return 409;
    case ErrorKind::kCorruption:
    case ErrorKind::kInternal: return 500;
    case ErrorKind::kExhausted:
    case ErrorKind::kUnavailable: return 503;
  }
  return 500;
}

bool may_be_told(ErrorKind kind) { return kind != ErrorKind::kCorruption && kind != ErrorKind::kInternal; }

}  // namespace whorl::server
