// Which samples of a gallery could be extracted again. Plain values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace whorl::index {

struct ReExtractable {
  struct Encounter {
    std::string person_id;
    std::string encounter_id;
  };
  // Those with such a sample whose image is kept; in order of person, then encounter.
  std::vector<Encounter> encounters;
  std::uint64_t samples = 0;        // of theirs, with an image
  std::uint64_t without_image = 0;  // of theirs and of others: they stay as they are
};

}  // namespace whorl::index
