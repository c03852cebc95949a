// Minutiae of Type-9 records. Private to this room.
#pragma once

#include "templates/interchange/contents.h"
#include "templates/interchange/itl.h"

namespace whorl::interchange {

// Of INCITS 378's block (9.126 to 9.137), else of the standard's own (9.005 to 9.012), whose origin and directions are
// turned to those of records. No minutiae where the record has neither: vendors' blocks and the extended feature set
// are not read. A minutia that is malformed is left out and counted; at
// most 255 are kept. Not to be used where a unit is not the block's own.
FoundMinutiae minutiae_of_type_9(const ItlRecord& record);

}  // namespace whorl::interchange
