// The flow map and the ridge map as compact code. Private to this room; described in docs/template-format.md.
#pragma once

#include "templates/base/bytes.h"
#include "templates/fingerprint/template.h"

namespace whorl::codec {

// Both maps, their sizes already known to the reader.
Bytes encode_maps(const fingerprint::FlowMap& flow, const fingerprint::RidgeMap& ridges);

// Fills the cells and bits of maps whose columns and rows are set. False when the code is too short, too long, or not the one that encode_maps writes.
// Cost: about 15 ns a ridge sample.
bool decode_maps(ByteView code, fingerprint::FlowMap& flow, fingerprint::RidgeMap& ridges);

}  // namespace whorl::codec
