// What the server of gallery formats 2 and 3 packed into a record's client data: a JSON object with contextual and
// biographic data, the client's own data, and what was said of each sample. The one place of this room that knows it.
// Private to record/. Pure; takes any bytes.
#pragma once

#include "index/record/record.h"

namespace whorl::index {

// Moves all of it to the fields that the record has for it now. Client data that is anything else stays as it is; so
// does the whole of it where a part does not fit its field.
void unpack_client_data(EncounterRecord& record);

}  // namespace whorl::index
