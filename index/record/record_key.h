// Keys of records: person and encounter. Private to this room. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace whorl::index {

// The first byte of every encounter key.
inline constexpr std::uint8_t kEncounterKeyPrefix = 0x10;

// All encounters of a person are one contiguous range that starts with person_prefix.
Bytes encounter_key(std::string_view person_id, std::string_view encounter_id);
Bytes person_prefix(std::string_view person_id);

// What an encounter's key names; nothing where the bytes are no such key.
struct EncounterIds {
  std::string person_id;
  std::string encounter_id;
};
std::optional<EncounterIds> ids_of(ByteView key);

}  // namespace whorl::index
