// The ridge map to compact code; described in docs/template-format.md. Private to this room.
//
// Every sample is coded by what twelve samples before it say of it, with probabilities that were counted once
// (ridge_table.inc, written by bench/training), by sixteen interleaved range-variant ANS coders (Duda 2009; Giesen
// 2014). The coders walk sixteen rows at once, each four samples behind the one above, so that a machine decodes them
// side by side and still every sample knows its neighbours above.
#pragma once

#include "base/bytes.h"
#include "templates/fingerprint/template.h"

namespace whorl::fingerprint {

// The map's code; empty for an empty map. The map's size is not in it. Never longer than the map's own bytes and one.
// Thread-safe; keeps scratch memory for each thread.
Bytes encode_ridges(const RidgeMap& ridges);

// The same bytes: the twin of encode_ridges that machines without AVX-512 take.
Bytes encode_ridges_portably(const RidgeMap& ridges);

}  // namespace whorl::fingerprint
