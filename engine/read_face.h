// What is particular to reading faces: decode -> detect -> align -> embed, or a template. Private to this room.
#pragma once

#include "engine/read_sample.h"

namespace whorl::engine {

// Refuses images where no extractor is configured (says what to do), and faces of another network than the
// calibration's (both named). Its gate refuses a face that is too poor.
SampleReader face_reader();

}  // namespace whorl::engine
