// Memory for JSON values that hold what others may not read: it is overwritten before it is given back. Thread-safe.
#pragma once

#include <boost/json/storage_ptr.hpp>

namespace whorl::crypto {

boost::json::storage_ptr wiping_storage();

}  // namespace whorl::crypto
