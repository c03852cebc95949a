// The rules that the records of a transaction must keep. Private to this room.
#pragma once

#include <string>

#include "templates/interchange/itl.h"

namespace whorl::interchange {

// AN-03 to AN-05, AN-10 to AN-14, AN-19 to AN-22, AN-25 of every record.
void check_itl(const ItlTransaction& transaction, Findings& findings);

// Of one record that holds an image: AN-12 to AN-14, AN-19, AN-26.
void check_itl_image(const ItlRecord& record, Findings& findings);
// How the pixels are compressed, in the words of field 11: of a binary record by its code.
std::string_view compression_of(const ItlRecord& record);
inline constexpr bool is_itl_image(int type) {
  return (type >= 3 && type <= 6) || type == 10 || (type >= 13 && type <= 17) || type == 19 || type == 20;
}
// "Type-14".
std::string name_of_itl(const ItlRecord& record);

}  // namespace whorl::interchange
