// How a print came about, in the codes of each edition.
//
// Pure; thread-safe.
#pragma once

#include <cstdint>
#include <optional>

#include "templates/capture.h"
#include "templates/interchange/finger_image_record.h"
#include "templates/interchange/minutiae_record.h"

namespace whorl::interchange {

// What a code of the edition means. Nothing of a code that it does not define, and of card formats, which have none.
std::optional<Impression> impression_of(int code, FingerImageEdition edition);
std::optional<Impression> impression_of(int code, MinutiaeEdition edition);
// Of ANSI/NIST-ITL; nothing of a code that templates/capture.h does not know.
std::optional<Impression> impression_of_itl(int code);

// The code that the edition has for it; "other" where it has that; else nothing.
std::optional<std::uint8_t> code_of(Impression impression, FingerImageEdition edition);
std::optional<std::uint8_t> code_of(Impression impression, MinutiaeEdition edition);

}  // namespace whorl::interchange
