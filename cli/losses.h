// What a format cannot hold of what is converted to it, said to the user as notes.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "templates/fingerprint/template.h"
#include "templates/interchange/minutiae_record.h"

namespace whorl::cli {

// Of fingers written as minutiae of `edition`, `most` of a finger. `name`: of the format, for the notes.
void note_losses(const std::string& name, interchange::MinutiaeEdition edition, std::size_t most,
                 const std::vector<fingerprint::FingerprintTemplate>& fingers);

}  // namespace whorl::cli
