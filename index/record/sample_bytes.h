// The bytes of one sample in a record of version 3 (docs/gallery-format.md). Private to record/. Pure.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "index/record/record.h"

namespace whorl::index {

// Errors: kInvalidInput naming the field that breaks a bound of record.h.
Status check_sample(const SampleRecord& sample);

// Precondition: check_sample.
void write_sample(ByteWriter& out, const SampleRecord& sample);

// Whether the bytes could be read at all; check_sample says whether the values are within bounds.
bool read_sample(ByteReader& in, SampleRecord& out);

}  // namespace whorl::index
