// The text of docs/openapi.yaml, put into the binary when it was built.
#pragma once

#include <string_view>

namespace whorl::server {

std::string_view openapi_yaml();

}  // namespace whorl::server
