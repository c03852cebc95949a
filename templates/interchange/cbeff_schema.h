// The order of elements and the values that the schema of ISO/IEC 19785-3 allows. Private to this room.
#pragma once

#include <pugixml.hpp>
#include <string_view>

#include "templates/interchange/finding.h"

namespace whorl::interchange {

// The name without its prefix.
std::string_view local_name(const pugi::xml_node& node);
// The first child of that local name; null where there is none.
pugi::xml_node child_named(const pugi::xml_node& parent, std::string_view name);
// The text of the child of that name, without spaces around it.
std::string_view text_of(const pugi::xml_node& parent, std::string_view name);
std::size_t offset_of(const pugi::xml_node& node);

// CB-09 of one BIR, of its own elements alone. `oasis`: of the older namespace, whose format is FormatOwner and
// FormatType.
void check_bir_schema(const pugi::xml_node& bir, bool oasis, Findings& findings);

}  // namespace whorl::interchange
