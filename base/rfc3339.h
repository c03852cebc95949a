// Whether a text is an RFC 3339 date and time, as OpenAPI's "date-time" asks.
#pragma once

#include <string_view>

namespace whorl {

// "2024-11-18T14:21:00Z", "2024-11-18T14:21:00.5+01:00"; the date must exist in the calendar.
bool is_rfc3339(std::string_view text);

}  // namespace whorl
