// Files that decide who comes in, or hold what others may not read: crypto/private_file.h, by the names of this room.
#pragma once

#include "crypto/private_file.h"

namespace whorl::access {

using crypto::OthersMay;
using crypto::read_private_file;

}  // namespace whorl::access
