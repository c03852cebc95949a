// The flow map as compact code. Private to this room; described in docs/template-format.md.
#pragma once

#include "base/bytes.h"
#include "templates/fingerprint/template.h"

namespace whorl::codec {

// The map's code; empty for an empty map.
Bytes encode_flow(const fingerprint::FlowMap& flow);

// Fills the cells of a map whose columns and rows are set. False when the code is too short, too long, or not the
// one that encode_flow writes.
bool decode_flow(ByteView code, fingerprint::FlowMap& flow);

}  // namespace whorl::codec
